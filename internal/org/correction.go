package org

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// maxCorrection is the longest text of a request or an answer, in characters.
const maxCorrection = 1000

// Correction is what a person asks to have corrected, and the answer.
type Correction struct {
	bun.BaseModel `bun:"table:org.correction,alias:c"`

	ID         uuid.UUID `bun:",pk"`
	PersonID   uuid.UUID
	Text       string
	AskedAt    time.Time
	Answer     string    `bun:",nullzero"`
	AnsweredAt time.Time `bun:",nullzero"`
	AnsweredBy uuid.UUID `bun:",nullzero"`

	Name string `bun:",scanonly"` // of the person
	Code string `bun:",scanonly"`
}

// Open tells whether nobody has answered yet.
func (c *Correction) Open() bool { return c.AnsweredAt.IsZero() }

func checkCorrection(name, text string) error {
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return errs.InvalidFields([]errs.Field{{Name: name, Key: "error_required"}})
	case n > maxCorrection:
		return errs.InvalidFields([]errs.Field{{Name: name, Key: "error_too_long", Args: errs.Args{"max": maxCorrection}}})
	}
	return nil
}

// AskCorrection keeps what the actor asks to have corrected about them. The key is the form's: a repeat changes nothing.
func (s *Service) AskCorrection(ctx context.Context, actor access.Actor, key uuid.UUID, text string) error {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return err
	}
	if err := checkCorrection("text", text); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		c := &Correction{ID: key, PersonID: actor.PersonID, Text: text, AskedAt: s.now()}
		res, err := tx.NewInsert().Model(c).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("org: correction: %w", db.Translate(err))
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, actor, "person.correction.ask", "person", actor.PersonID.String(), nil)
	})
}

// OwnCorrections lists the actor's requests, the latest first.
func (s *Service) OwnCorrections(ctx context.Context, actor access.Actor) ([]Correction, error) {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	var list []Correction
	err := s.db.NewSelect().Model(&list).Where("person_id = ?", actor.PersonID).OrderExpr("asked_at DESC").Scan(ctx)
	return list, db.Translate(err)
}

// Corrections lists the requests of everybody for whoever corrects people's records, those without an answer first.
func (s *Service) Corrections(ctx context.Context, actor access.Actor) ([]Correction, error) {
	if err := access.Can(actor, access.PersonEdit, access.Resource{}); err != nil {
		return nil, err
	}
	var list []Correction
	err := s.db.NewSelect().Model(&list).ColumnExpr("c.*, trim(p.family_name || ' ' || p.given_name) AS name, p.code").
		Join("JOIN org.person AS p ON p.id = c.person_id").OrderExpr("c.answered_at IS NOT NULL, c.asked_at DESC").Limit(200).Scan(ctx)
	return list, db.Translate(err)
}

// AnswerCorrection says what became of a request; the person reads it. One that was answered is errs.Conflict.
func (s *Service) AnswerCorrection(ctx context.Context, actor access.Actor, id uuid.UUID, answer string) error {
	if err := access.Can(actor, access.PersonEdit, access.Resource{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		c := new(Correction)
		if err := tx.NewSelect().Model(c).Where("id = ?", id).For("UPDATE").Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if !c.Open() {
			return errs.NewConflict("privacy_answered")
		}
		if err := checkCorrection("answer", answer); err != nil {
			return err
		}
		c.Answer, c.AnsweredAt, c.AnsweredBy = answer, s.now(), actor.PersonID
		if _, err := tx.NewUpdate().Model(c).Column("answer", "answered_at", "answered_by").WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("org: correction: %w", db.Translate(err))
		}
		return s.record(ctx, tx, actor, "person.correction.answer", "person", c.PersonID.String(), nil)
	})
}
