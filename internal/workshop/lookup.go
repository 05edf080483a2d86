package workshop

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// HeadTx gives an event without its people, as the caller's transaction sees it.
// public: for the tests of the room, which check access themselves, by the room code or by the resource of the head.
func (s *Service) HeadTx(ctx context.Context, idb bun.IDB, event uuid.UUID) (*Head, error) {
	return readHead(ctx, idb, event)
}

// EnrolledTx lists the enrolled people of an event, without attendance.
// public: see HeadTx.
func (s *Service) EnrolledTx(ctx context.Context, idb bun.IDB, event uuid.UUID) ([]Participant, error) {
	var list []Participant
	err := peopleQuery(idb).Where("e.event_id = ? AND e.state = ?", event, Enrolled).Scan(ctx, &list)
	return list, db.Translate(err)
}

// ThereTx lists those of the enrolled people who attended a half-day; all of them where nobody's presence was noted yet.
// public: see HeadTx.
func (s *Service) ThereTx(ctx context.Context, idb bun.IDB, event uuid.UUID) ([]Participant, error) {
	list, err := s.EnrolledTx(ctx, idb, event)
	if err != nil {
		return nil, err
	}
	var there []uuid.UUID
	err = idb.NewSelect().TableExpr("workshop.attendance").ColumnExpr("DISTINCT enrolment_id").
		Where("event_id = ? AND status IN (?)", event, bun.List([]Status{Present, Late, LeftEarly})).Scan(ctx, &there)
	if err != nil || len(there) == 0 {
		return list, db.Translate(err)
	}
	return slices.DeleteFunc(list, func(p Participant) bool { return !slices.Contains(there, p.EnrolmentID) }), nil
}

// IsEnrolledTx tells whether an enrolment belongs to the event and is in force.
// public: see HeadTx.
func (s *Service) IsEnrolledTx(ctx context.Context, idb bun.IDB, event, enrolment uuid.UUID) (bool, error) {
	there, err := idb.NewSelect().TableExpr("workshop.enrolment").Where("event_id = ? AND id = ? AND state = ?", event, enrolment, Enrolled).Exists(ctx)
	return there, db.Translate(err)
}

// BadgeEvent gives the event of a badge's token to those who mark attendance there; NotFound or Forbidden to all others.
func (s *Service) BadgeEvent(ctx context.Context, actor access.Actor, token string) (uuid.UUID, error) {
	var id uuid.UUID
	if err := s.db.NewSelect().Table("workshop.enrolment").Column("event_id").Where("badge_token = ?", token).Scan(ctx, &id); err != nil {
		return uuid.Nil, errs.Wrap(db.Translate(err), "workshop: badge")
	}
	_, err := s.Head(ctx, actor, access.AttendanceMark, id)
	return id, err
}
