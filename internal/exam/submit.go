package exam

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// gradeAttempt marks every position, stores points and total, and writes the audit entry, without answers in it.
func gradeAttempt(ctx context.Context, tx bun.Tx, a *Attempt, now time.Time) error {
	st, err := sittingOf(ctx, tx, a)
	if err != nil {
		return err
	}
	g, err := gradeNow(ctx, tx, a, st)
	if err != nil {
		return err
	}
	a.finish(g, now)
	_, err = tx.NewUpdate().Model(a).Column("submitted_at", "score", "max_score", "result").WherePK().Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	return audit.Record(ctx, tx, audit.Entry{At: now, Actor: access.Actor{}, Action: "test.submit", Kind: "attempt", ID: a.ID.String()})
}

// submitRest submits what is still open when a test closes; an attempt without any answer counts as not taken and is voided.
func submitRest(ctx context.Context, tx bun.Tx, st *Sitting, now time.Time) error {
	var open []Attempt
	err := tx.NewSelect().Model(&open).Where("sitting_id = ? AND submitted_at IS NULL AND voided_at IS NULL", st.ID).For("UPDATE").Scan(ctx)
	if err != nil {
		return db.Translate(err)
	}
	for i := range open {
		answered, err := tx.NewSelect().TableExpr("exam.answer").Where("attempt_id = ? AND NOT late", open[i].ID).Exists(ctx)
		if err != nil {
			return err
		}
		if !answered {
			err = voidAttempt(ctx, tx, open[i].ID, now)
		} else {
			err = gradeAttempt(ctx, tx, &open[i], now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func voidAttempt(ctx context.Context, tx bun.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.NewUpdate().Model((*Attempt)(nil)).Set("voided_at = ?", now).Where("id = ? AND submitted_at IS NULL", id).Exec(ctx)
	return db.Translate(err)
}

// Void frees a name that somebody chose by mistake; the answers stay in the database, out of the results.
func (s *Service) Void(ctx context.Context, actor access.Actor, eventID, attemptID uuid.UUID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.may(ctx, tx, actor, access.TestRun, eventID); err != nil {
			return err
		}
		a := new(Attempt)
		err := tx.NewSelect().Model(a).Join("JOIN exam.sitting AS s ON s.id = attempt.sitting_id").Join("JOIN exam.pairing AS p ON p.id = s.pairing_id").
			Where("attempt.id = ? AND p.event_id = ?", attemptID, eventID).For("UPDATE OF attempt").Scan(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if a.Submitted() {
			return errs.NewConflict("exam_already_submitted")
		}
		now := s.now()
		if err := voidAttempt(ctx, tx, a.ID, now); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "test.void", Kind: "attempt", ID: a.ID.String()})
	})
}
