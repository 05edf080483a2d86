package auth

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/org"
)

// A trigger of auth.account suspends the case roles of an account whose password or second factor changes, unless the transaction
// says that its owner does it in their own session. What it needs to know stands in settings of the transaction.

// own says that the person changes their own secret, within a session and with the present one.
func own(ctx context.Context, tx bun.Tx, person uuid.UUID) error {
	_, err := tx.NewRaw("SELECT set_config('auth.own', ?, true)", person.String()).Exec(ctx)
	return db.Translate(err)
}

// replacedBy says who had the secret replaced; they do not approve it.
func replacedBy(ctx context.Context, tx bun.Tx, maker uuid.UUID) error {
	if maker == uuid.Nil {
		return nil
	}
	_, err := tx.NewRaw("SELECT set_config('auth.makers', ?, true)", maker.String()).Exec(ctx)
	return db.Translate(err)
}

// ProveCode takes a code of the second factor for one act of a signed-in person: a fresh one, not that by which they came in, and
// no recovery code.
func (s *Service) ProveCode(ctx context.Context, actor access.Actor, code string) error {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return err
	}
	t := s.codeTally(actor.PersonID)
	if _, err := s.charge(ctx, t); err != nil {
		return err
	}
	if len(org.NormaliseTyped(code)) == recoverySize {
		return errCode
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.useCode(ctx, tx, actor.PersonID, code); err != nil {
			return err
		}
		if err := s.forgive(ctx, tx, t); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "account.code", actor.PersonID, map[string]any{"how": "step_up"})
	})
}
