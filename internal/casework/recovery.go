package casework

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Drill proves that keys which shares have opened open a case: the newest file is unsealed with them, and thrown away. cases is 0 when
// there is no file to try.
func (s *Service) Drill(ctx context.Context, actor access.Actor, keys *custody.Keys) (cases int, err error) {
	if actor.System == "" {
		return 0, errs.NewForbidden("drill")
	}
	err = s.in(ctx, actor, []setting{{"cases.drilling", on}}, func(ctx context.Context, tx bun.Tx) error {
		var rows []struct {
			CaseID         uuid.UUID
			Version        int
			Wrapped, Alias []byte
		}
		if err := tx.NewRaw("SELECT * FROM cases.drill()").Scan(ctx, &rows); err != nil {
			return db.Translate(err)
		}
		for i := range rows {
			key, err := keys.Unwrap(rows[i].Wrapped, rows[i].CaseID, rows[i].Version)
			var alias string
			if err == nil {
				err = unsealWith(key, "alias", rows[i].CaseID, rows[i].Alias, &alias)
			}
			if err != nil {
				return errs.NewConflict("case_error_drill").Because(err)
			}
			cases++
		}
		return s.record(ctx, tx, actor, "recovery.drill", "", uuid.Nil, map[string]any{"cases": cases})
	})
	return cases, err
}

// NoteShares leaves an entry that recovery shares were made.
func (s *Service) NoteShares(ctx context.Context, actor access.Actor) error {
	if actor.System == "" {
		return errs.NewForbidden("shares")
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		return s.record(ctx, tx, actor, "recovery.make", "", uuid.Nil, nil)
	})
}

// NoteRotation leaves an entry that the keys of so many cases were wrapped anew.
func (s *Service) NoteRotation(ctx context.Context, actor access.Actor, cases int) error {
	if actor.System == "" {
		return errs.NewForbidden("rotation")
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		return s.record(ctx, tx, actor, "keys.rotate", "", uuid.Nil, map[string]any{"cases": cases})
	})
}
