package course

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/errs"
)

// EventEnrolment says who of a workshop is to take a course and until when.
type EventEnrolment struct {
	Event  uuid.UUID
	People []uuid.UUID
	DueOn  time.Time // zero: no date
	Before bool      // the courses that it asks for first too
}

// EnrolParticipants puts people of a workshop on the list of a course. Whoever may change the workshop's participants may: its trainers
// and managers. Somebody who has no place in the workshop is errs.NotFound.
func (s *Service) EnrolParticipants(ctx context.Context, actor access.Actor, code string, in EventEnrolment) (EnrolResult, error) {
	if err := access.Can(actor, access.CourseView, access.Resource{}); err != nil {
		return EnrolResult{}, err
	}
	if s.participants == nil {
		return EnrolResult{}, errs.NewNotFound("workshops")
	}
	there, err := s.participants(ctx, actor, in.Event) // the workshop says who may change its people
	if err != nil {
		return EnrolResult{}, err
	}
	if len(in.People) == 0 {
		return EnrolResult{}, errs.InvalidFields([]errs.Field{{Name: "people", Key: "enrol_error_nobody"}})
	}
	if slices.ContainsFunc(in.People, func(id uuid.UUID) bool { return !slices.Contains(there, id) }) {
		return EnrolResult{}, errs.NewNotFound("people of the workshop")
	}
	st, _, err := s.one(ctx, uuid.Nil, code, "")
	if errs.Is(err, errs.NotFound) {
		return EnrolResult{}, errs.InvalidFields([]errs.Field{{Name: "course", Key: "error_choice"}})
	}
	if err == nil {
		err = s.checkDue(in.DueOn)
	}
	if err != nil {
		return EnrolResult{}, err
	}
	var done EnrolResult
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		codes := []string{code}
		if in.Before {
			codes = append(slices.Clone(st.Prerequisites), code)
		}
		for _, c := range codes {
			if done, err = s.enrol(ctx, tx, actor, c, in.People, EnrolInput{Way: ByWorkshop, Event: in.Event, DueOn: in.DueOn}); err != nil {
				return err
			}
		}
		return nil
	})
	return done, err
}
