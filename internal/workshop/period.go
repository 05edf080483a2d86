package workshop

import (
	"context"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Between lists the events that have half-days from one day to another, both included, of those that the actor runs or
// manages, the earliest first. Drafts and cancelled events are left out: nobody was to attend them.
func (s *Service) Between(ctx context.Context, actor access.Actor, from, to time.Time) ([]uuid.UUID, error) {
	if err := access.Can(actor, access.WorkshopList, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	if from.IsZero() || to.Before(from) {
		return nil, errs.InvalidFields([]errs.Field{{Name: "to", Key: "error_date"}})
	}
	var ids []uuid.UUID
	q := s.db.NewSelect().TableExpr("workshop.event AS e").ColumnExpr("e.id").Where("e.state NOT IN ('draft', 'cancelled')").
		Where("EXISTS (SELECT 1 FROM workshop.slot AS s WHERE s.event_id = e.id AND s.day BETWEEN ? AND ?)", from.Format(time.DateOnly), to.Format(time.DateOnly)).
		OrderExpr("e.starts_on, e.code")
	return ids, db.Translate(scoped(q, actor).Scan(ctx, &ids))
}
