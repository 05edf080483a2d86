package certificate

import (
	"context"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Of lists the valid certificates of a person whom the actor may see, the latest first, for the training record.
func (s *Service) Of(ctx context.Context, actor access.Actor, person access.Resource) ([]Certificate, error) {
	if err := access.Can(actor, access.PersonView, person); err != nil {
		return nil, err
	}
	var list []Certificate
	err := s.db.NewSelect().Model(&list).Where("person_id = ? AND revoked_at IS NULL", person.PersonID).OrderExpr("issued_at DESC, number DESC").Scan(ctx)
	return list, db.Translate(err)
}
