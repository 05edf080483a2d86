package bank

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
)

// Limits of a form.
const (
	MaxItems   = 200
	maxMinutes = 480
)

// Line is one line of a blueprint: how many questions of an objective, of one difficulty or of any.
type Line struct {
	Course     string `json:"course,omitempty"`
	Objective  string `json:"objective"`
	Difficulty int    `json:"difficulty,omitempty"` // 0: any
	N          int    `json:"n"`
}

// FormInput is a test form to be made: a list chosen by hand, or a blueprint to draw by.
type FormInput struct {
	Key       uuid.UUID
	Title     exam.Text
	Codes     []string // in this order; empty: drawn by the blueprint
	Blueprint []Line
	Parallel  bool // draw two forms, A and B, with different questions, matched by objective and difficulty
	Settings  exam.Settings
}

// Item is one question of a form.
type Item struct {
	Position int
	Points   float64
	Status   exam.Status // of the question now
	Newer    bool        // the question has a later version than the form holds
	ID       uuid.UUID   // of the question
	exam.Question
}

// Form is a version of a test form.
type Form struct {
	ID         uuid.UUID
	Code       string
	Version    int
	Title      exam.Text     `bun:"type:jsonb"`
	Settings   exam.Settings `bun:"type:jsonb"`
	Blueprint  []Line        `bun:"type:jsonb"`
	Sibling    string
	AuthorName string
	CreatedAt  time.Time
	RetiredAt  time.Time
	Count      int
	Used       int    // workshops that give it, or an earlier version
	Items      []Item `bun:"-"`
}

func forms(idb bun.IDB) *bun.SelectQuery {
	return idb.NewSelect().TableExpr("exam.form AS f").
		ColumnExpr("f.id, f.code, f.version, f.title, f.settings, f.blueprint, f.sibling, f.author_name, f.created_at, f.retired_at").
		ColumnExpr("(SELECT count(*) FROM exam.form_item i WHERE i.form_id = f.id) AS count").
		ColumnExpr("(SELECT count(DISTINCT s.pairing_id) FROM exam.sitting s JOIN exam.form g ON g.id = s.form_id WHERE g.code = f.code) AS used")
}

// Forms lists the newest version of each form; retired ones last.
func (s *Service) Forms(ctx context.Context, actor access.Actor) ([]Form, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	var list []Form
	err := forms(s.db).Where("f.version = (SELECT max(g.version) FROM exam.form g WHERE g.code = f.code)").
		OrderExpr("f.retired_at IS NOT NULL, f.code").Scan(ctx, &list)
	return list, db.Translate(err)
}

// Form reads a form with its questions.
func (s *Service) Form(ctx context.Context, actor access.Actor, id uuid.UUID) (Form, error) {
	if err := may(actor); err != nil {
		return Form{}, err
	}
	var f Form
	if err := forms(s.db).Where("f.id = ?", id).Scan(ctx, &f); err != nil {
		return f, db.Translate(err)
	}
	var rows []struct {
		dbRow
		Position int
		Points   float64
		Newer    bool
	}
	err := s.db.NewSelect().TableExpr("exam.form_item AS i").Join("JOIN exam.question_version AS v ON v.id = i.version_id").Join("JOIN exam.question AS q ON q.id = v.question_id").
		ColumnExpr("i.position, i.points, q.id, q.status, q.code, q.course, q.objective, v.type, v.difficulty, v.bloom, v.body, q.version_id <> v.id AS newer").
		Where("i.form_id = ?", id).OrderExpr("i.position").Scan(ctx, &rows)
	for _, r := range rows {
		f.Items = append(f.Items, Item{Position: r.Position, Points: r.Points, Status: r.Status, Newer: r.Newer, ID: r.ID, Question: r.row().Question})
	}
	return f, db.Translate(err)
}

// MakeForm makes a form, or two parallel ones. A repeat with the same key gives the first one's id.
func (s *Service) MakeForm(ctx context.Context, actor access.Actor, in FormInput) (uuid.UUID, error) {
	if err := may(actor); err != nil {
		return uuid.Nil, err
	}
	cleanText(in.Title)
	if err := errs.InvalidFields(checkForm(in)); err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		id, err = s.makeForms(ctx, tx, actor, in)
		return err
	})
	return id, err
}

func checkForm(in FormInput) []errs.Field {
	var fields []errs.Field
	if len(in.Title) == 0 {
		fields = append(fields, errs.Field{Name: "title_fr", Key: "error_required"})
	}
	if in.Settings.Minutes < 0 || in.Settings.Minutes > maxMinutes {
		fields = append(fields, errs.Field{Name: "minutes", Key: "error_max", Args: errs.Args{"max": maxMinutes}})
	}
	if r := in.Settings.Review; r != "" && !slices.Contains(exam.ReviewRules(), r) {
		fields = append(fields, errs.Field{Name: "review", Key: "error_choice"})
	}
	total := len(in.Codes)
	for _, l := range in.Blueprint {
		total += l.N
	}
	if total == 0 {
		fields = append(fields, errs.Field{Name: "codes", Key: "bank_error_form_empty"})
	}
	if total > MaxItems {
		fields = append(fields, errs.Field{Name: "codes", Key: "error_max", Args: errs.Args{"max": MaxItems}})
	}
	return fields
}

func (s *Service) makeForms(ctx context.Context, tx bun.Tx, actor access.Actor, in FormInput) (uuid.UUID, error) {
	if in.Key != uuid.Nil {
		var known uuid.UUID
		err := db.Translate(tx.NewSelect().TableExpr("exam.form").Column("id").Where("key = ?", in.Key).Scan(ctx, &known))
		if err == nil || !errs.Is(err, errs.NotFound) {
			return known, err
		}
	}
	actor, err := named(ctx, tx, actor)
	if err != nil {
		return uuid.Nil, err
	}
	papers, err := s.choose(ctx, tx, in)
	if err != nil {
		return uuid.Nil, err
	}
	var n int
	if err := tx.NewSelect().ColumnExpr("nextval('exam.form_code_seq')").Scan(ctx, &n); err != nil {
		return uuid.Nil, db.Translate(err)
	}
	now, first := s.now(), uuid.Nil
	for i, paper := range papers {
		f := newForm{ID: newID(), Code: fmt.Sprintf("T-%03d", n), Title: in.Title, Settings: in.Settings, Blueprint: in.Blueprint, Author: nameOf(actor), At: now}
		if len(papers) == 2 {
			letters := []string{"A", "B"}
			f.Sibling, f.Code, f.Title = f.Code+"-"+letters[1-i], f.Code+"-"+letters[i], lettered(in.Title, letters[i])
		}
		if i == 0 {
			first, f.Key = f.ID, in.Key
		}
		if err := f.insert(ctx, tx, paper, 1); err != nil {
			return uuid.Nil, err
		}
		if err := record(ctx, tx, now, actor, "form.create", "form", f.ID.String(), map[string]any{"code": f.Code, "questions": len(paper)}); err != nil {
			return uuid.Nil, err
		}
	}
	return first, nil
}

func lettered(t exam.Text, letter string) exam.Text {
	out := exam.Text{}
	for l, s := range t {
		out[l] = s + " – " + letter
	}
	return out
}

// newForm is a form to be written.
type newForm struct {
	ID        uuid.UUID
	Key       uuid.UUID
	Code      string
	Title     exam.Text
	Settings  exam.Settings
	Blueprint []Line
	Sibling   string
	Author    string
	At        time.Time
	RetiredAt time.Time
}

func (f newForm) insert(ctx context.Context, tx bun.Tx, paper []Row, number int) error {
	var blueprint any
	if len(f.Blueprint) > 0 {
		blueprint = f.Blueprint
	}
	// the digest keeps two versions of one form apart; an id is as good as a sum of what is in it
	_, err := tx.NewRaw(`INSERT INTO exam.form (id, key, code, version, title, digest, settings, blueprint, sibling, author_name, created_at, retired_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, f.ID, nullID(f.Key), f.Code, number, f.Title, f.ID.String(), f.Settings, blueprint, f.Sibling, f.Author, f.At, bun.NullTime{Time: f.RetiredAt}).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	for i, r := range paper {
		_, err := tx.NewRaw("INSERT INTO exam.form_item (form_id, position, version_id, points) VALUES (?, ?, ?, 1)", f.ID, i+1, r.VersionID).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// choose gives the questions of one form or of two.
func (s *Service) choose(ctx context.Context, tx bun.Tx, in FormInput) ([][]Row, error) {
	if len(in.Codes) > 0 {
		paper, err := byCodes(ctx, tx, in.Codes)
		return [][]Row{paper}, err
	}
	stock, err := scan(ctx, current(tx).Where("q.status = ?", exam.Reviewed).Where("v.type <> ?", exam.Likert).OrderExpr("q.code"))
	if err != nil {
		return nil, err
	}
	return Draw(stock, in.Blueprint, in.Parallel, random())
}

func byCodes(ctx context.Context, tx bun.Tx, codes []string) ([]Row, error) {
	rows, err := scan(ctx, current(tx).Where("q.code IN (?)", bun.List(codes)))
	if err != nil {
		return nil, err
	}
	by := map[string]Row{}
	for _, r := range rows {
		by[r.Code] = r
	}
	var paper []Row
	scored := 0
	for i, code := range codes {
		r, ok := by[code]
		switch {
		case !ok:
			return nil, codeError("bank_error_unknown_code", code)
		case slices.Contains(codes[:i], code):
			return nil, codeError("bank_import_twice", code)
		case r.Status != exam.Reviewed:
			return nil, codeError("bank_error_not_reviewed", code)
		}
		if r.Type.Scored() {
			scored++
		}
		paper = append(paper, r)
	}
	if scored == 0 {
		return nil, errs.InvalidFields([]errs.Field{{Name: "codes", Key: "bank_error_form_opinions"}})
	}
	return paper, nil
}

func codeError(key, code string) error {
	return errs.InvalidFields([]errs.Field{{Name: "codes", Key: key, Args: errs.Args{"code": code}}})
}

// SaveSettings makes a new version of a form with the same questions and other settings. Workshops that have chosen the old one
// keep it.
func (s *Service) SaveSettings(ctx context.Context, actor access.Actor, id, key uuid.UUID, settings exam.Settings) (uuid.UUID, error) {
	f, err := s.Form(ctx, actor, id)
	if err != nil {
		return uuid.Nil, err
	}
	if settings.Review == exam.ReviewNever {
		settings.Review = "" // both say never; the editor sends the word
	}
	if err := errs.InvalidFields(checkForm(FormInput{Title: f.Title, Codes: []string{""}, Settings: settings})); err != nil || settings == f.Settings {
		return id, err
	}
	made := newForm{ID: newID(), Key: key, Code: f.Code, Title: f.Title, Settings: settings, Blueprint: f.Blueprint, Sibling: f.Sibling, At: s.now(), RetiredAt: f.RetiredAt}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if key != uuid.Nil {
			var known uuid.UUID
			err := db.Translate(tx.NewSelect().TableExpr("exam.form").Column("id").Where("key = ?", key).Scan(ctx, &known))
			if err == nil || !errs.Is(err, errs.NotFound) {
				made.ID = known
				return err
			}
		}
		actor, err := named(ctx, tx, actor)
		if err != nil {
			return err
		}
		made.Author = nameOf(actor)
		var number int
		if err := tx.NewRaw("SELECT max(version) + 1 FROM exam.form WHERE code = ?", f.Code).Scan(ctx, &number); err != nil {
			return db.Translate(err)
		}
		if err := made.insert(ctx, tx, nil, number); err != nil {
			return err
		}
		_, err = tx.NewRaw("INSERT INTO exam.form_item (form_id, position, version_id, points) SELECT ?, position, version_id, points FROM exam.form_item WHERE form_id = ?", made.ID, id).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		return record(ctx, tx, made.At, actor, "form.settings", "form", made.ID.String(), map[string]any{"code": f.Code, "version": number})
	})
	return made.ID, err
}

// Retire takes a form out of the trainers' choice, or brings it back. Workshops that have chosen it keep it.
func (s *Service) Retire(ctx context.Context, actor access.Actor, id uuid.UUID, retired bool) error {
	f, err := s.Form(ctx, actor, id)
	if err != nil || retired == !f.RetiredAt.IsZero() {
		return err
	}
	now := s.now()
	var at *time.Time
	if retired {
		at = &now
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("UPDATE exam.form SET retired_at = ? WHERE code = ?", at, f.Code).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return record(ctx, tx, now, actor, "form.retire", "form", id.String(), map[string]any{"code": f.Code, "retired": retired})
	})
}

// Codes reads a list of codes that somebody typed, one after another with blanks, commas or line ends between.
func Codes(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return r == ' ' || r == ',' || r == ';' || r == '\n' || r == '\r' || r == '\t' || r == '،'
	})
}

// Name is the name of the input that holds how many questions a line of a blueprint asks for.
func (l Line) Name() string {
	return "n_" + l.Course + "_" + l.Objective + "_" + strconv.Itoa(l.Difficulty)
}

// Stock counts the reviewed questions of an objective by difficulty (1 to 3; 0 is all).
type Stock struct {
	Course    string
	Objective string
	N         [4]int
}

// Stocks lists what can be drawn, by course and objective.
func (s *Service) Stocks(ctx context.Context, actor access.Actor) ([]Stock, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	rows, err := scan(ctx, current(s.db).Where("q.status = ?", exam.Reviewed).Where("v.type <> ?", exam.Likert).OrderExpr("q.course, q.objective, q.code"))
	if err != nil {
		return nil, err
	}
	var list []Stock
	for _, r := range rows {
		if n := len(list); n == 0 || list[n-1].Course != r.Course || list[n-1].Objective != r.Objective {
			list = append(list, Stock{Course: r.Course, Objective: r.Objective})
		}
		st := &list[len(list)-1]
		st.N[0]++
		st.N[r.Difficulty]++
	}
	return list, nil
}
