package workshop

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// AllowScreenSigning says whether people may sign on the screen of an event's roll-call. What was signed before stays as it is.
func (s *Service) AllowScreenSigning(ctx context.Context, actor access.Actor, event uuid.UUID, yes bool) error {
	return s.change(ctx, actor, access.SigningAllow, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		switch {
		case ev.ScreenSigning == yes: // pressed twice
			ev.unchanged = true
			return nil
		case ev.State == Closed || ev.State == Cancelled:
			return errs.NewConflict("workshop_error_closed")
		}
		if _, err := tx.NewUpdate().Table("workshop.event").Set("screen_signing = ?", yes).Where("id = ?", event).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, ev, "workshop.screen_signing", map[string]any{"allowed": yes})
	})
}

// signedOnScreen tells whether a half-day carries signatures: evidence, like marks.
func signedOnScreen(ctx context.Context, tx bun.IDB, slot uuid.UUID) (bool, error) {
	there, err := tx.NewSelect().TableExpr("workshop.screen_signature").Where("slot_id = ?", slot).Exists(ctx)
	return there, db.Translate(err)
}
