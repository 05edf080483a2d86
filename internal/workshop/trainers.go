package workshop

import (
	"context"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
)

// TrainerChoices lists who can be chosen to run an event: everybody with the role, and who runs it already. event is zero
// for a new one.
func (s *Service) TrainerChoices(ctx context.Context, actor access.Actor, event uuid.UUID) ([]Trainer, error) {
	act, res := access.WorkshopCreate, access.Resource{}
	if event != uuid.Nil {
		h, err := s.head(ctx, event)
		if err != nil {
			return nil, err
		}
		act, res = access.WorkshopEdit, h.Resource()
	}
	if err := access.Can(actor, act, res); err != nil {
		return nil, err
	}
	var list []Trainer
	err := s.db.NewSelect().TableExpr("org.person AS p").ColumnExpr("p.id AS person_id, p.family_name, p.given_name").
		Where("EXISTS (SELECT 1 FROM org.role_grant AS g WHERE g.person_id = p.id AND g.role = ? AND g.revoked_at IS NULL)", access.Trainer).
		WhereOr("EXISTS (SELECT 1 FROM workshop.event_trainer AS t WHERE t.person_id = p.id AND t.event_id = ?)", event).
		OrderExpr("lower(unaccent(p.family_name || ' ' || p.given_name)), p.id").Scan(ctx, &list)
	return list, db.Translate(err)
}
