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

// Vignette is a situation with the questions that are about it.
type Vignette struct {
	ID        uuid.UUID
	Code      string
	Title     exam.Text
	Text      exam.Text
	UpdatedAt time.Time
	Questions int
}

type vignetteBody struct {
	Title exam.Text `json:"title,omitempty"`
	Text  exam.Text `json:"text"`
}

func vignettes(idb bun.IDB) *bun.SelectQuery {
	return idb.NewSelect().TableExpr("exam.vignette AS w").ColumnExpr("w.id, w.code, w.body, w.updated_at").
		ColumnExpr("(SELECT count(*) FROM exam.question q WHERE q.vignette_id = w.id) AS questions")
}

type vignetteRow struct {
	ID        uuid.UUID
	Code      string
	Body      vignetteBody `bun:"type:jsonb"`
	UpdatedAt time.Time
	Questions int
}

func (r vignetteRow) vignette() Vignette {
	return Vignette{ID: r.ID, Code: r.Code, Title: r.Body.Title, Text: r.Body.Text, UpdatedAt: r.UpdatedAt, Questions: r.Questions}
}

// Vignettes lists the situations by code.
func (s *Service) Vignettes(ctx context.Context, actor access.Actor) ([]Vignette, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	var rows []vignetteRow
	if err := vignettes(s.db).OrderExpr("w.code").Scan(ctx, &rows); err != nil {
		return nil, db.Translate(err)
	}
	list := make([]Vignette, len(rows))
	for i, r := range rows {
		list[i] = r.vignette()
	}
	return list, nil
}

// Vignette reads one situation.
func (s *Service) Vignette(ctx context.Context, actor access.Actor, id uuid.UUID) (Vignette, error) {
	if err := may(actor); err != nil {
		return Vignette{}, err
	}
	return vignetteByID(ctx, s.db, id)
}

func vignetteByID(ctx context.Context, idb bun.IDB, id uuid.UUID) (Vignette, error) {
	var r vignetteRow
	if err := vignettes(idb).Where("w.id = ?", id).Scan(ctx, &r); err != nil {
		return Vignette{}, db.Translate(err)
	}
	return r.vignette(), nil
}

// VignetteInput is a situation as somebody wrote it.
type VignetteInput struct {
	Key   uuid.UUID
	ID    uuid.UUID // zero: a new one
	Title exam.Text
	Text  exam.Text
}

// SaveVignette writes a situation. Each question about it gets a new version with the new text; forms that were made keep the
// old one.
func (s *Service) SaveVignette(ctx context.Context, actor access.Actor, in VignetteInput) (uuid.UUID, error) {
	if err := may(actor); err != nil {
		return uuid.Nil, err
	}
	cleanText(in.Title)
	cleanText(in.Text)
	if len(in.Text) == 0 {
		return uuid.Nil, errs.InvalidFields([]errs.Field{{Name: "text_fr", Key: "bank_error_vignette"}})
	}
	id := in.ID
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if in.ID == uuid.Nil {
			id, err = s.newVignette(ctx, tx, actor, in)
			return err
		}
		return s.changeVignette(ctx, tx, actor, in)
	})
	return id, err
}

func (s *Service) newVignette(ctx context.Context, tx bun.Tx, actor access.Actor, in VignetteInput) (uuid.UUID, error) {
	if in.Key != uuid.Nil {
		var known uuid.UUID
		err := tx.NewSelect().TableExpr("exam.vignette").Column("id").Where("key = ?", in.Key).Scan(ctx, &known)
		if err = db.Translate(err); err == nil || !errs.Is(err, errs.NotFound) {
			return known, err
		}
	}
	var n int
	if err := tx.NewSelect().ColumnExpr("nextval('exam.vignette_code_seq')").Scan(ctx, &n); err != nil {
		return uuid.Nil, db.Translate(err)
	}
	id, code, now := newID(), fmt.Sprintf("V-%03d", n), s.now()
	_, err := tx.NewRaw("INSERT INTO exam.vignette (id, key, code, body, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
		id, nullID(in.Key), code, vignetteBody{Title: orNil(in.Title), Text: in.Text}, now, now).Exec(ctx)
	if err != nil {
		return uuid.Nil, db.Translate(err)
	}
	return id, record(ctx, tx, now, actor, "vignette.create", "vignette", id.String(), map[string]any{"code": code})
}

func nullID(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func (s *Service) changeVignette(ctx context.Context, tx bun.Tx, actor access.Actor, in VignetteInput) error {
	old, err := vignetteByID(ctx, tx, in.ID)
	if err != nil {
		return err
	}
	now := s.now()
	_, err = tx.NewRaw("UPDATE exam.vignette SET body = ?, updated_at = ? WHERE id = ?", vignetteBody{Title: orNil(in.Title), Text: in.Text}, now, in.ID).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	rows, err := scan(ctx, current(tx).Where("q.vignette_id = ?", in.ID).OrderExpr("q.code").For("UPDATE OF q"))
	if err != nil {
		return err
	}
	for _, r := range rows {
		if _, err := s.reviseTx(ctx, tx, actor, r.ID, Input{Question: r.Question}, now); err != nil {
			return err
		}
	}
	return record(ctx, tx, now, actor, "vignette.revise", "vignette", in.ID.String(), map[string]any{"code": old.Code, "questions": len(rows)})
}

// Freeze copies the text of the situation into a question that is shown before it is saved.
func (s *Service) Freeze(ctx context.Context, actor access.Actor, q *exam.Question) error {
	if err := may(actor); err != nil {
		return err
	}
	return freezeVignette(ctx, s.db, q)
}

// freezeVignette copies the text of the situation as it is now into the question.
func freezeVignette(ctx context.Context, idb bun.IDB, q *exam.Question) error {
	if q.Body.Vignette == nil {
		return nil
	}
	if q.Body.Vignette.ID == uuid.Nil {
		q.Body.Vignette = nil
		return nil
	}
	v, err := vignetteByID(ctx, idb, q.Body.Vignette.ID)
	if errs.Is(err, errs.NotFound) {
		return errs.InvalidFields([]errs.Field{{Name: "vignette", Key: "error_choice"}})
	}
	if err != nil {
		return err
	}
	q.Body.Vignette = &exam.Vignette{ID: v.ID, Code: v.Code, Title: v.Title, Text: v.Text}
	return nil
}
