package bank

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
)

// Input is a question as somebody wrote it.
type Input struct {
	Key      uuid.UUID // made by the browser; zero for a browser without scripts
	Base     uuid.UUID // the version that was edited; another one in force is a conflict
	Question exam.Question
	Source   string // name of the file that it came from; empty for the editor
}

// Create writes a new question, as a draft. A repeat with the same key gives the first question.
func (s *Service) Create(ctx context.Context, actor access.Actor, in Input) (uuid.UUID, error) {
	if err := may(actor); err != nil {
		return uuid.Nil, err
	}
	var id uuid.UUID
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		id, err = s.createTx(ctx, tx, actor, in, s.now())
		return err
	})
	return id, err
}

func (s *Service) createTx(ctx context.Context, tx bun.Tx, actor access.Actor, in Input, now time.Time) (uuid.UUID, error) {
	if id, _, err := byKey(ctx, tx, in.Key); err != nil || id != uuid.Nil {
		return id, err
	}
	actor, err := named(ctx, tx, actor)
	if err != nil {
		return uuid.Nil, err
	}
	q := in.Question
	Tidy(&q)
	if err := errs.InvalidFields(Check(q)); err != nil {
		return uuid.Nil, err
	}
	if err := freezeVignette(ctx, tx, &q); err != nil {
		return uuid.Nil, err
	}
	id, code, err := insertQuestion(ctx, tx, q, now)
	if err != nil {
		return uuid.Nil, err
	}
	q.Code = code
	_, n, err := exam.WriteVersion(ctx, tx, version(id, q, actor, in, now))
	if err != nil {
		return uuid.Nil, err
	}
	return id, record(ctx, tx, now, actor, "question.create", "question", id.String(), map[string]any{"code": code, "version": n, "source": in.Source})
}

func version(id uuid.UUID, q exam.Question, actor access.Actor, in Input, now time.Time) exam.Version {
	return exam.Version{QuestionID: id, Question: q, Key: in.Key, AuthorID: actor.PersonID, AuthorName: nameOf(actor), Source: in.Source, At: now}
}

// byKey finds what an earlier sending of the same form made.
func byKey(ctx context.Context, idb bun.IDB, key uuid.UUID) (question, version uuid.UUID, err error) {
	if key == uuid.Nil {
		return uuid.Nil, uuid.Nil, nil
	}
	var row struct{ ID, QuestionID uuid.UUID }
	err = idb.NewSelect().TableExpr("exam.question_version").ColumnExpr("id, question_id").Where("key = ?", key).Scan(ctx, &row)
	if err = db.Translate(err); errs.Is(err, errs.NotFound) {
		return uuid.Nil, uuid.Nil, nil
	}
	return row.QuestionID, row.ID, err
}

// insertQuestion takes the code given, or the next free one.
func insertQuestion(ctx context.Context, tx bun.Tx, q exam.Question, now time.Time) (uuid.UUID, string, error) {
	id, code := newID(), q.Code
	for range 50 {
		if q.Code == "" {
			var n int
			if err := tx.NewSelect().ColumnExpr("nextval('exam.question_code_seq')").Scan(ctx, &n); err != nil {
				return id, "", db.Translate(err)
			}
			code = fmt.Sprintf("Q-%04d", n)
		}
		res, err := tx.NewRaw(`INSERT INTO exam.question (id, code, course, objective, topic, status, created_at) VALUES (?, ?, ?, ?, ?, 'draft', ?)
			ON CONFLICT (code) DO NOTHING`, id, code, q.Course, q.Objective, q.Topic, now).Exec(ctx)
		if err != nil {
			return id, "", db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 1 {
			return id, code, nil
		}
		if q.Code != "" {
			return id, "", errs.InvalidFields([]errs.Field{{Name: "code", Key: "bank_error_code_taken"}})
		}
	}
	return id, "", fmt.Errorf("bank: no free code in fifty numbers")
}

// Revised is what saving made.
type Revised struct {
	VersionID uuid.UUID
	Version   int
	Changed   bool // false: the text is the one in force already
}

// Revise saves a question: a new version, and the question is a draft again until it is reviewed. The text in force saved again
// makes nothing new; a question that somebody else saved meanwhile is a Conflict.
func (s *Service) Revise(ctx context.Context, actor access.Actor, id uuid.UUID, in Input) (Revised, error) {
	if err := may(actor); err != nil {
		return Revised{}, err
	}
	var done Revised
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		done, err = s.reviseTx(ctx, tx, actor, id, in, s.now())
		return err
	})
	return done, err
}

func (s *Service) reviseTx(ctx context.Context, tx bun.Tx, actor access.Actor, id uuid.UUID, in Input, now time.Time) (Revised, error) {
	if err := lock(ctx, tx, id); err != nil {
		return Revised{}, err
	}
	old, err := get(ctx, tx, id)
	if err != nil {
		return Revised{}, err
	}
	if of, v, err := byKey(ctx, tx, in.Key); err != nil || of == id {
		return Revised{VersionID: v, Version: old.Version}, err
	}
	if in.Base != uuid.Nil && in.Base != old.VersionID {
		return Revised{}, errs.NewConflict("bank_error_changed")
	}
	q := in.Question
	q.Code = old.Code
	Tidy(&q)
	if err := errs.InvalidFields(Check(q)); err != nil {
		return Revised{}, err
	}
	if err := freezeVignette(ctx, tx, &q); err != nil {
		return Revised{}, err
	}
	if same(old.Question, q) {
		return Revised{VersionID: old.VersionID, Version: old.Version}, nil
	}
	return s.write(ctx, tx, actor, old, q, in, now)
}

// lock makes changes of one question wait for one another.
func lock(ctx context.Context, tx bun.Tx, id uuid.UUID) error {
	var found uuid.UUID
	return db.Translate(tx.NewSelect().TableExpr("exam.question").Column("id").Where("id = ?", id).For("UPDATE").Scan(ctx, &found))
}

func same(a, b exam.Question) bool {
	return a.Digest() == b.Digest() && a.Objective == b.Objective && a.Topic == b.Topic && a.Difficulty == b.Difficulty && a.Bloom == b.Bloom && a.Course == b.Course
}

func (s *Service) write(ctx context.Context, tx bun.Tx, actor access.Actor, old Row, q exam.Question, in Input, now time.Time) (Revised, error) {
	actor, err := named(ctx, tx, actor)
	if err != nil {
		return Revised{}, err
	}
	v, n, err := exam.WriteVersion(ctx, tx, version(old.ID, q, actor, in, now))
	if err != nil {
		return Revised{}, err
	}
	_, err = tx.NewRaw("UPDATE exam.question SET status = 'draft', course = ? WHERE id = ?", q.Course, old.ID).Exec(ctx)
	if err != nil {
		return Revised{}, db.Translate(err)
	}
	err = record(ctx, tx, now, actor, "question.revise", "question", old.ID.String(), map[string]any{"code": q.Code, "version": n, "source": in.Source})
	return Revised{VersionID: v, Version: n, Changed: true}, err
}

// SetStatus reviews a question, retires it, or takes it back to draft. base is the version that was looked at; another one in
// force is a Conflict, so that nobody approves what they did not read. The status that it has already changes nothing.
func (s *Service) SetStatus(ctx context.Context, actor access.Actor, id, base uuid.UUID, to exam.Status, note string) error {
	if err := may(actor); err != nil {
		return err
	}
	if !to.Valid() {
		return errs.InvalidFields([]errs.Field{{Name: "status", Key: "error_choice"}})
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lock(ctx, tx, id); err != nil {
			return err
		}
		r, err := get(ctx, tx, id)
		switch {
		case err != nil:
			return err
		case base != r.VersionID:
			return errs.NewConflict("bank_error_changed")
		case r.Status == to:
			return nil
		}
		return setStatus(ctx, tx, actor, r, to, note, s.now())
	})
}

func setStatus(ctx context.Context, tx bun.Tx, actor access.Actor, r Row, to exam.Status, note string, now time.Time) error {
	if _, err := tx.NewRaw("UPDATE exam.question SET status = ? WHERE id = ?", to, r.ID).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	actor, err := named(ctx, tx, actor)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`INSERT INTO exam.question_review (id, question_id, version_id, status, note, person_id, person_name, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, newID(), r.ID, r.VersionID, to, note, personID(actor), nameOf(actor), now).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	return record(ctx, tx, now, actor, "question.status", "question", r.ID.String(), map[string]any{"code": r.Code, "version": r.Version, "status": to})
}
