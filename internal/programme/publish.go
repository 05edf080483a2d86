package programme

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Reading is a figure as it is published.
type Reading struct {
	Value *float64 // nil: not measured
	Below bool     // it counts, or stands on, so few persons that its value is not for everybody
}

// Same tells whether two readings say the same.
func (r Reading) Same(o Reading) bool { return r.Below == o.Below && same(r.Value, o.Value) }

// Published is what a closed period says of an indicator. Revision 1 is what was published first.
type Published struct {
	bun.BaseModel `bun:"table:programme.published,alias:p"`

	PeriodID    uuid.UUID `bun:",pk"`
	IndicatorID uuid.UUID `bun:",pk"`
	Revision    int       `bun:",pk"`
	Reading
	Reason  string
	At      time.Time
	ActorID uuid.UUID `bun:",nullzero"`
}

// Close publishes a period's figures, by indicator, and closes it: its targets stay as they are from then on. A second call
// does nothing.
func (s *Service) Close(ctx context.Context, actor access.Actor, period uuid.UUID, figures map[uuid.UUID]Reading) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.closePeriod(ctx, tx, actor, period, figures) })
}

func (s *Service) closePeriod(ctx context.Context, tx bun.IDB, actor access.Actor, period uuid.UUID, figures map[uuid.UUID]Reading) error {
	var p Period
	if err := tx.NewSelect().Model(&p).Where("id = ?", period).For("UPDATE").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	switch {
	case p.Closed():
		return nil
	case !p.Over(s.now()):
		return errs.NewConflict("programme_error_running")
	}
	for id, r := range figures {
		if err := insertPublished(ctx, tx, Published{PeriodID: period, IndicatorID: id, Revision: 1, Reading: r, At: s.now().UTC(), ActorID: actor.PersonID}); err != nil {
			return err
		}
	}
	_, err := tx.NewUpdate().Model((*Period)(nil)).Set("closed_at = ?", s.now().UTC()).Set("closed_by = ?", uuid.NullUUID{UUID: actor.PersonID, Valid: actor.SignedIn()}).Where("id = ?", period).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, tx, actor, "programme.close", "programme_period", p.Code, map[string]any{"indicators": len(figures)})
}

func insertPublished(ctx context.Context, tx bun.IDB, p Published) error {
	_, err := tx.NewInsert().Model(&p).Exec(ctx)
	return db.Translate(err)
}

// Revise publishes a corrected figure of a closed period beside the earlier ones, with the reason.
func (s *Service) Revise(ctx context.Context, actor access.Actor, period, indicator uuid.UUID, r Reading, reason string) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	if reason == "" {
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_required"}})
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var last Published
		err := tx.NewSelect().Model(&last).Where("period_id = ? AND indicator_id = ?", period, indicator).Order("revision DESC").Limit(1).For("UPDATE").Scan(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if last.Same(r) { // sent twice, or nothing to revise
			return nil
		}
		p := Published{PeriodID: period, IndicatorID: indicator, Revision: last.Revision + 1, Reading: r, Reason: reason, At: s.now().UTC(), ActorID: actor.PersonID}
		if err := insertPublished(ctx, tx, p); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "programme.revise", "programme_indicator", indicator.String(), map[string]any{"revision": p.Revision})
	})
}

// PublishedFigures gives every published figure, by period, indicator and revision.
func (s *Service) PublishedFigures(ctx context.Context, actor access.Actor) ([]Published, error) {
	if err := may(actor, access.ProgrammeView); err != nil {
		return nil, err
	}
	var list []Published
	err := s.db.NewSelect().Model(&list).Order("period_id", "indicator_id", "revision").Scan(ctx)
	return list, db.Translate(err)
}
