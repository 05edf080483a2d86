package exam

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/errs"
)

// Paper is a form as a course ships it: questions by code, in order.
type Paper struct {
	Code  string
	Title Text
	Items []string
}

// Loaded counts what a load made new; everything else was there already.
type Loaded struct {
	Versions int
	Forms    int
}

type questionRow struct {
	bun.BaseModel `bun:"table:exam.question"`

	ID        uuid.UUID `bun:",pk"`
	Code      string
	Course    string
	Objective string
	CreatedAt time.Time
}

type versionRow struct {
	bun.BaseModel `bun:"table:exam.question_version"`

	ID         uuid.UUID `bun:",pk"`
	QuestionID uuid.UUID
	Version    int
	Type       Type
	Difficulty int
	Bloom      string
	Body       Body `bun:"type:jsonb"`
	Digest     string
	CreatedAt  time.Time
	Key        uuid.UUID `bun:",nullzero"`
	Objective  string
	Topic      string
	AuthorID   uuid.UUID `bun:",nullzero"`
	AuthorName string
	Source     string
}

type formRow struct {
	bun.BaseModel `bun:"table:exam.form"`

	ID        uuid.UUID `bun:",pk"`
	Code      string
	Version   int
	Title     Text `bun:"type:jsonb"`
	Digest    string
	Settings  Settings `bun:"type:jsonb"`
	CreatedAt time.Time
}

type formItemRow struct {
	bun.BaseModel `bun:"table:exam.form_item"`

	FormID    uuid.UUID
	Position  int
	VersionID uuid.UUID
	Points    float64
}

// Load brings questions and papers into the bank: a text that changed becomes a new version, and what is in use stays as it
// is. Loading the same twice changes nothing.
func (s *Service) Load(ctx context.Context, actor access.Actor, questions []Question, papers []Paper) (Loaded, error) {
	var done Loaded
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		done, err = s.LoadTx(ctx, tx, actor, questions, papers)
		return err
	})
	return done, err
}

// LoadTx is Load within the caller's transaction.
func (s *Service) LoadTx(ctx context.Context, tx bun.Tx, actor access.Actor, questions []Question, papers []Paper) (Loaded, error) {
	if err := access.Can(actor, access.CourseManage, access.Resource{}); err != nil {
		return Loaded{}, err
	}
	l := loader{tx: tx, now: s.now(), versions: map[string]uuid.UUID{}}
	for _, q := range questions {
		if err := l.question(ctx, q); err != nil {
			return Loaded{}, err
		}
	}
	for _, p := range papers {
		if err := l.paper(ctx, p); err != nil {
			return Loaded{}, err
		}
	}
	return l.done, audit.Record(ctx, tx, audit.Entry{At: l.now, Actor: actor, Action: string(access.CourseManage), Kind: "question_bank",
		Detail: map[string]any{"versions": l.done.Versions, "forms": l.done.Forms}})
}

// loader carries the ids from questions to papers.
type loader struct {
	tx       bun.Tx
	now      time.Time
	versions map[string]uuid.UUID // question code -> latest version
	done     Loaded
}

func (l *loader) question(ctx context.Context, q Question) error {
	row := &questionRow{ID: newID(), Code: q.Code, Course: q.Course, Objective: q.Objective, CreatedAt: l.now}
	// where a person wrote the version in force, the question's place is theirs too
	const unwritten = "CASE WHEN EXISTS (SELECT FROM exam.question_version v WHERE v.id = question_row.version_id AND v.author_id IS NOT NULL) THEN question_row.%[1]s ELSE EXCLUDED.%[1]s END"
	_, err := l.tx.NewInsert().Model(row).On("CONFLICT (code) DO UPDATE").Set("course = " + fmt.Sprintf(unwritten, "course")).
		Set("objective = " + fmt.Sprintf(unwritten, "objective")).Returning("id").Exec(ctx)
	if err != nil {
		return fmt.Errorf("exam: question %s: %w", q.Code, err)
	}
	id, err := l.version(ctx, row.ID, q)
	if err != nil {
		return fmt.Errorf("exam: version of %s: %w", q.Code, err)
	}
	l.versions[q.Code] = id
	return nil
}

func (l *loader) version(ctx context.Context, questionID uuid.UUID, q Question) (uuid.UUID, error) {
	var known uuid.UUID
	err := l.tx.NewSelect().Table("exam.question_version").Column("id").
		Where("question_id = ? AND digest = ?", questionID, q.Digest()).OrderExpr("version DESC").Limit(1).Scan(ctx, &known)
	if err == nil {
		return known, nil
	}
	id, _, err := WriteVersion(ctx, l.tx, Version{QuestionID: questionID, Question: q, Source: "course", At: l.now})
	l.done.Versions++
	return id, err
}

func (l *loader) paper(ctx context.Context, p Paper) error {
	items := make([]formItemRow, 0, len(p.Items))
	for i, code := range p.Items {
		id, ok := l.versions[code]
		if !ok {
			return errs.NewInvalid("exam_unknown_question").With("code", code).With("form", p.Code)
		}
		items = append(items, formItemRow{Position: i + 1, VersionID: id, Points: 1})
	}
	if len(items) == 0 {
		return errs.NewInvalid("exam_empty_form").With("form", p.Code)
	}
	f := &formRow{ID: newID(), Code: p.Code, Title: p.Title, Digest: digest(items), CreatedAt: l.now}
	known, err := l.tx.NewSelect().Model((*formRow)(nil)).Where("code = ? AND digest = ?", f.Code, f.Digest).Exists(ctx)
	if err != nil || known {
		return err
	}
	_, err = l.tx.NewInsert().Model(f).
		Value("version", "(SELECT coalesce(max(version), 0) + 1 FROM exam.form WHERE code = ?)", f.Code).Exec(ctx)
	if err != nil {
		return fmt.Errorf("exam: form %s: %w", p.Code, err)
	}
	for i := range items {
		items[i].FormID = f.ID
	}
	l.done.Forms++
	_, err = l.tx.NewInsert().Model(&items).Exec(ctx)
	return err
}

// FormChoice is a form that a trainer can choose.
type FormChoice struct {
	ID    uuid.UUID
	Code  string
	Title Text `bun:"type:jsonb"`
	Items int
}

// Forms lists the newest version of each form.
func (s *Service) Forms(ctx context.Context, actor access.Actor) ([]FormChoice, error) {
	if err := access.Can(actor, access.CourseManage, access.Resource{}); err != nil {
		return nil, err
	}
	var list []FormChoice
	err := s.db.NewSelect().TableExpr("exam.form AS f").DistinctOn("f.code").
		Where("f.retired_at IS NULL").
		ColumnExpr("f.id, f.code, f.title, (SELECT count(*) FROM exam.form_item i WHERE i.form_id = f.id) AS items").
		OrderExpr("f.code, f.version DESC").Scan(ctx, &list)
	return list, err
}

// items reads the questions of a form, in order.
func items(ctx context.Context, idb bun.IDB, formID uuid.UUID) ([]Item, error) {
	asked, err := askedItems(ctx, idb, formID)
	list := make([]Item, len(asked))
	for i, it := range asked {
		list[i] = it.Item
	}
	return list, err
}

// askedItems reads the questions of a form, in order, with the versions that it asks.
func askedItems(ctx context.Context, idb bun.IDB, formID uuid.UUID) ([]ReportItem, error) {
	var rows []struct {
		Position   int
		Points     float64
		VersionID  uuid.UUID
		QuestionID uuid.UUID
		Code       string
		Objective  string
		Type       Type
		Difficulty int
		Body       Body `bun:"type:jsonb"`
	}
	err := idb.NewSelect().TableExpr("exam.form_item AS i").
		Join("JOIN exam.question_version AS v ON v.id = i.version_id").Join("JOIN exam.question AS q ON q.id = v.question_id").
		ColumnExpr("i.position, i.points, v.id AS version_id, v.question_id, q.code, q.objective, v.type, v.difficulty, v.body").
		Where("i.form_id = ?", formID).OrderExpr("i.position").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("exam: items of form %s: %w", formID, err)
	}
	list := make([]ReportItem, len(rows))
	for i, r := range rows {
		list[i] = ReportItem{VersionID: r.VersionID, QuestionID: r.QuestionID, Item: Item{Position: r.Position, Points: r.Points,
			Question: Question{Code: r.Code, Objective: r.Objective, Type: r.Type, Difficulty: r.Difficulty, Body: r.Body}}}
	}
	return list, nil
}
