package bank

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
)

// XLSX is the house's own workbook, beside the formats of other systems.
const XLSX = format.Format("xlsx")

// Formats lists what can be read and written.
func Formats() []format.Format { return append([]format.Format{XLSX}, format.Formats()...) }

// MaxImport is the size of a file in bytes.
const MaxImport = format.MaxBytes

// File is a file of questions.
type File struct {
	Name   string
	Format format.Format // empty: guessed from the content
	Data   []byte
	Lang   i18n.Lang // of texts that do not say their own; empty is French
}

// What says what an import does with a question.
type What string

// The outcomes.
const (
	Added   What = "new"
	Changed What = "changed" // the bank has the code with another text: a new version
	Same    What = "same"    // the bank says exactly this already
)

// Planned is one question of a file.
type Planned struct {
	What     What
	Line     int
	ID       uuid.UUID // of the question in the bank, unless it is new
	Base     uuid.UUID // its version in force
	Question exam.Question
	Twins    []Twin // questions of the bank that ask nearly the same; of new ones only

	picture *format.Picture // that the file brings and the bank does not have yet
}

// Plan is what importing a file would do.
type Plan struct {
	File     string
	Format   format.Format
	Items    []Planned
	Skipped  []Note
	Warnings []Note
}

// Count counts the questions with an outcome.
func (p Plan) Count(w What) int {
	n := 0
	for _, it := range p.Items {
		if it.What == w {
			n++
		}
	}
	return n
}

// read is a question of a file with the place where it stands.
type read struct {
	line  int
	sheet string
	q     exam.Question
	plain *format.Question // as the file says it; nil for a workbook, which says everything
}

// Plan reads a file and compares it with the bank. Nothing is written.
func (s *Service) Plan(ctx context.Context, actor access.Actor, f File) (Plan, error) {
	if err := may(actor); err != nil {
		return Plan{}, err
	}
	return s.plan(ctx, s.db, f)
}

func (s *Service) plan(ctx context.Context, idb bun.IDB, f File) (Plan, error) {
	if f.Format == "" {
		f.Format = guess(f.Data)
	}
	p := Plan{File: f.Name, Format: f.Format}
	list, err := s.readFile(ctx, idb, f, &p)
	if err != nil {
		return p, err
	}
	known, err := scan(ctx, current(idb))
	if err != nil {
		return p, err
	}
	b := newBankIndex(known)
	seen := map[string]bool{}
	for _, r := range list {
		if code := r.q.Code; code != "" && seen[code] {
			p.Skipped = append(p.Skipped, Note{Sheet: r.sheet, Line: r.line, Code: code, Key: "bank_import_twice", Args: errs.Args{"code": code}})
			continue
		}
		seen[r.q.Code] = true
		it := b.compare(r)
		if wrong := Check(it.Question); len(wrong) > 0 {
			p.Skipped = append(p.Skipped, Note{Sheet: r.sheet, Line: r.line, Code: r.q.Code, Key: wrong[0].Key, Args: wrong[0].Args})
			continue
		}
		p.Items = append(p.Items, p.withPicture(it, r))
	}
	slices.SortStableFunc(p.Skipped, func(a, b Note) int { return a.Line - b.Line })
	return p, nil
}

// withPicture gives a question the picture of its file, unless the bank has one for it; one that cannot be read is a warning.
func (p *Plan) withPicture(it Planned, r read) Planned {
	if r.plain == nil || r.plain.Picture == nil || it.What == Same || it.Question.Body.Picture != nil {
		return it
	}
	if _, err := readPicture(r.plain.Picture.Data); err != nil {
		p.Warnings = append(p.Warnings, Note{Line: r.line, Code: it.Question.Code, Key: "bank_import_picture"})
		return it
	}
	it.picture = r.plain.Picture
	return it
}

// guess knows a workbook from a QTI package: both are zip files.
func guess(data []byte) format.Format {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) && bytes.Contains(data, []byte("xl/")) {
		return XLSX
	}
	head := data[:min(len(data), 64<<10)]
	if f, ok := format.Detect(head); ok {
		return f
	}
	return format.GIFT // its reader says line by line what it cannot make out
}

func (s *Service) readFile(ctx context.Context, idb bun.IDB, f File, p *Plan) ([]read, error) {
	if f.Format == XLSX {
		return s.readWorkbook(ctx, idb, f, p)
	}
	res, err := format.Parse(f.Format, bytes.NewReader(f.Data), format.Options{Lang: f.Lang})
	if err != nil {
		return nil, err
	}
	p.Skipped, p.Warnings = append(p.Skipped, notes(res.Skipped)...), append(p.Warnings, notes(res.Warnings)...)
	list := make([]read, len(res.Questions))
	for i := range res.Questions {
		if n := otherTags(res.Questions[i].Tags); n > 0 {
			p.Warnings = append(p.Warnings, Note{Line: res.Questions[i].Line, Code: res.Questions[i].Code, Key: "bank_lost_tags", Args: errs.Args{"n": n}})
		}
		list[i] = read{line: res.Questions[i].Line, q: s.FromFormat(res.Questions[i]), plain: &res.Questions[i]}
	}
	return list, nil
}

func notes(problems []format.Problem) []Note {
	list := make([]Note, len(problems))
	for i, p := range problems {
		list[i] = Note{Line: p.Line, Code: p.Code, Key: p.Key, Args: p.Args}
	}
	return list
}

// bankIndex finds questions of the bank by code and by what they ask.
type bankIndex struct {
	byCode map[string]Row
	byStem map[string][]Row
}

func newBankIndex(rows []Row) bankIndex {
	b := bankIndex{byCode: map[string]Row{}, byStem: map[string][]Row{}}
	for _, r := range rows {
		b.byCode[r.Code] = r
		for l, s := range r.Body.Stem {
			b.byStem[string(l)+s] = append(b.byStem[string(l)+s], r)
		}
	}
	return b
}

func (b bankIndex) compare(r read) Planned {
	it := Planned{What: Added, Line: r.line, Question: r.q}
	old, ok := b.byCode[r.q.Code]
	if !ok && r.q.Code == "" {
		old, ok = b.alike(r.q)
	}
	if !ok {
		return it
	}
	it.ID, it.Base = old.ID, old.VersionID
	it.Question.Code = old.Code
	it.Question.Body.Double = old.Body.Double && it.Question.Type == exam.OpenAnswer // no file says it
	if r.plain != nil {
		carry(&it.Question, old.Question)
	} else {
		it.Question.Body.Picture = old.Body.Picture
		if v, o := it.Question.Body.Vignette, old.Body.Vignette; v != nil && o != nil && v.ID == o.ID {
			it.Question.Body.Vignette = o
		}
	}
	keepIDs(&it.Question, old.Question)
	if r.plain != nil {
		keepFeedback(&it.Question, old.Question)
	}
	it.What = Changed
	if r.q.Code == "" || same(old.Question, it.Question) || r.plain != nil && says(old.Question, *r.plain) {
		it.What, it.Question = Same, old.Question
	}
	return it
}

// alike finds a question of the bank that says what one without a code says, in all its languages.
func (b bankIndex) alike(q exam.Question) (Row, bool) {
	for l, stem := range q.Body.Stem {
		for _, r := range b.byStem[string(l)+stem] {
			if r.Type == q.Type && covers(r.Body, q.Body) {
				return r, true
			}
		}
	}
	return Row{}, false
}

// covers tells whether every text and key of b stands in a.
func covers(a, b exam.Body) bool {
	if len(a.Options) != len(b.Options) || len(a.Pairs) != len(b.Pairs) || a.Value != b.Value || a.Tolerance != b.Tolerance || !within(a.Stem, b.Stem) {
		return false
	}
	for i := range b.Options {
		if a.Options[i].Correct != b.Options[i].Correct || !within(a.Options[i].Text, b.Options[i].Text) && len(a.Options) != 2 {
			return false
		}
	}
	for i := range b.Pairs {
		if !within(a.Pairs[i].Left, b.Pairs[i].Left) || !within(a.Pairs[i].Right, b.Pairs[i].Right) {
			return false
		}
	}
	return true
}

func within(a, b exam.Text) bool {
	for l, s := range b {
		if a[l] != s {
			return false
		}
	}
	return true
}

// says tells whether a file says of a question exactly what the bank would have written into such a file.
func says(old exam.Question, f format.Question) bool {
	g, _ := ToFormat(old)
	f.Line, g.Line, f.Picture = 0, 0, nil
	return reflect.DeepEqual(normal(f), normal(g))
}

// normal takes the differences away that mean nothing: ids by position, and nil beside empty.
func normal(q format.Question) format.Question {
	for i := range q.Options {
		q.Options[i].ID = ""
	}
	if q.Difficulty == 0 {
		q.Difficulty = 2
	}
	if len(q.Tags) == 0 {
		q.Tags = nil
	}
	return q
}

// Report is what an import did.
type Report struct {
	Plan
	At time.Time
}

// Import reads a file and, unless it is only to be looked at, brings its questions into the bank as drafts, all in one
// transaction. What cannot be kept is left out and said; importing the same file again changes nothing.
func (s *Service) Import(ctx context.Context, actor access.Actor, f File, dry bool) (Report, error) {
	if err := may(actor); err != nil {
		return Report{}, err
	}
	if dry {
		p, err := s.plan(ctx, s.db, f)
		return Report{Plan: p}, err
	}
	var r Report
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		r, err = s.importTx(ctx, tx, actor, f)
		return err
	})
	return r, err
}

// importLock makes imports wait for one another: two at once would take the same codes.
const importLock = 7_401_602_100

func (s *Service) importTx(ctx context.Context, tx bun.Tx, actor access.Actor, f File) (Report, error) {
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(?)", int64(importLock)).Exec(ctx); err != nil {
		return Report{}, db.Translate(err)
	}
	p, err := s.plan(ctx, tx, f)
	if err != nil {
		return Report{}, err
	}
	now := s.now()
	for i, it := range p.Items {
		if pic := it.picture; pic != nil {
			if it.Question.Body.Picture, err = s.addPictureTx(ctx, tx, pic.Data); err != nil {
				return Report{}, err
			}
			it.Question.Body.Picture.Alt = exam.Text(pic.Alt)
		}
		in := Input{Question: it.Question, Source: f.Name}
		switch it.What {
		case Added:
			p.Items[i].ID, err = s.createTx(ctx, tx, actor, in, now)
		case Changed:
			_, err = s.reviseTx(ctx, tx, actor, it.ID, in, now)
		case Same:
		}
		if err != nil {
			return Report{}, err
		}
	}
	return Report{Plan: p, At: now}, record(ctx, tx, now, actor, "question.import", "question_bank", "", map[string]any{"file": f.Name, "format": string(p.Format),
		"new": p.Count(Added), "changed": p.Count(Changed), "same": p.Count(Same), "skipped": len(p.Skipped)})
}
