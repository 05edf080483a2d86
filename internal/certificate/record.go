package certificate

import (
	"context"

	"github.com/google/uuid"

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

// Own lists the valid certificates of a person, the latest first.
func (s *Service) Own(ctx context.Context, actor access.Actor, person uuid.UUID) ([]Certificate, error) {
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: person}); err != nil {
		return nil, err
	}
	var list []Certificate
	err := s.db.NewSelect().Model(&list).Where("person_id = ? AND revoked_at IS NULL", person).OrderExpr("issued_at DESC, number DESC").Scan(ctx)
	return list, db.Translate(err)
}

// OwnCourse is how a learner stands with the certificate of a course.
type OwnCourse struct {
	Rule    Rule
	Current *Certificate // of the last time that the course was finished; nil when there is none
}

// OwnOfCourse tells the actor about the own certificate of a course.
func (s *Service) OwnOfCourse(ctx context.Context, actor access.Actor, code string) (OwnCourse, error) {
	list, err := s.Own(ctx, actor, actor.PersonID)
	if err != nil {
		return OwnCourse{}, err
	}
	o := OwnCourse{}
	for i := range list {
		if c := &list[i]; c.Course == code && (o.Current == nil || c.CompletedAt.After(o.Current.CompletedAt)) {
			o.Current = c
		}
	}
	o.Rule, err = ruleOf(ctx, s.db, code)
	return o, err
}
