package course

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Way is how people come to a course.
type Way string

// The ways.
const (
	ByPerson       Way = "person"
	ByOrganisation Way = "organisation"
	ByWorkshop     Way = "workshop"
	ByLink         Way = "link"
)

// Participants gives the people of a workshop to whoever may see them; app hands it in.
type Participants func(ctx context.Context, actor access.Actor, event uuid.UUID) ([]uuid.UUID, error)

// UseWorkshops lets whole workshops be enrolled.
func (s *Service) UseWorkshops(p Participants) *Service {
	s.participants = p
	return s
}

// EnrolInput says who is to take a course and until when.
type EnrolInput struct {
	Way          Way
	People       []uuid.UUID // ByPerson
	Organisation uuid.UUID   // ByOrganisation
	Event        uuid.UUID   // ByWorkshop
	DueOn        time.Time   // zero: no date
	Before       bool        // the courses that it asks for first too
}

// EnrolResult counts what an enrolment did in the course itself.
type EnrolResult struct {
	New   int // people who were not on the list
	Known int // people who were; their date is the new one
}

type enrolmentRow struct {
	bun.BaseModel `bun:"table:course.enrolment,alias:enrolment"`

	PersonID   uuid.UUID `bun:",pk"`
	Course     string    `bun:",pk"`
	Way        Way
	EnrolledAt time.Time
	EnrolledBy uuid.UUID `bun:",nullzero"`
	DueOn      time.Time `bun:"type:date,nullzero"`
}

// enrolReach says whom the actor may enrol: everybody, or the people of the own organisations.
func enrolReach(actor access.Actor) (reach, error) {
	err := access.Can(actor, access.CourseEnrol, access.Resource{})
	if err == nil {
		return reach{All: true, Orgs: bun.List([]uuid.UUID{uuid.Nil})}, nil
	}
	orgs := slices.DeleteFunc(actor.ScopedIDs(access.FocalPoint, access.Organisation), func(id uuid.UUID) bool {
		return access.Can(actor, access.CourseEnrol, access.Resource{OrganisationID: id}) != nil
	})
	if len(orgs) == 0 {
		return reach{}, err
	}
	return reach{Orgs: bun.List(orgs)}, nil
}

// Enrol puts people on the list of a course. Whoever is on it stays there once and gets the new date; those who are new are told
// by mail. People whom the actor may not enrol are errs.NotFound.
func (s *Service) Enrol(ctx context.Context, actor access.Actor, code string, in EnrolInput) (EnrolResult, error) {
	within, err := enrolReach(actor)
	if err != nil {
		return EnrolResult{}, err
	}
	st, _, err := s.one(ctx, uuid.Nil, code, "")
	if err != nil {
		return EnrolResult{}, err
	}
	if err := s.checkDue(in.DueOn); err != nil {
		return EnrolResult{}, err
	}
	people, err := s.chosen(ctx, actor, within, in)
	if err != nil {
		return EnrolResult{}, err
	}
	var done EnrolResult
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if in.Before {
			for _, before := range st.Prerequisites {
				if _, err := s.enrol(ctx, tx, actor, before, people, in); err != nil {
					return err
				}
			}
		}
		done, err = s.enrol(ctx, tx, actor, code, people, in)
		return err
	})
	return done, err
}

// checkDue refuses a day that is over.
func (s *Service) checkDue(day time.Time) error {
	if !day.IsZero() && day.Format(time.DateOnly) < s.today() {
		return errs.InvalidFields([]errs.Field{{Name: "due", Key: "enrol_error_past"}})
	}
	return nil
}

func (s *Service) today() string { return i18n.Day(s.now()).Format(time.DateOnly) }

// chosen gives the people that an input names, within the reach.
func (s *Service) chosen(ctx context.Context, actor access.Actor, within reach, in EnrolInput) ([]uuid.UUID, error) {
	field := map[Way]string{ByPerson: "people", ByOrganisation: "organisation", ByWorkshop: "event"}[in.Way]
	if (in.Way == ByOrganisation && in.Organisation == uuid.Nil) || (in.Way == ByWorkshop && in.Event == uuid.Nil) {
		return nil, errs.InvalidFields([]errs.Field{{Name: field, Key: "error_required"}})
	}
	ids := in.People
	q := s.db.NewSelect().TableExpr("org.person AS p").Column("p.id").Where("?0 OR p.organisation_id IN (?1)", within.All, within.Orgs)
	switch in.Way {
	case ByPerson:
	case ByOrganisation:
		ids = []uuid.UUID{uuid.Nil}
		q = q.Where("p.organisation_id = ?", in.Organisation)
	case ByWorkshop:
		if s.participants == nil {
			return nil, errs.NewNotFound("workshops")
		}
		var err error
		if ids, err = s.participants(ctx, actor, in.Event); err != nil {
			return nil, err
		}
	default:
		return nil, errs.NewInvalid("error_bad_request")
	}
	if len(ids) == 0 {
		return nil, errs.InvalidFields([]errs.Field{{Name: field, Key: "enrol_error_nobody"}})
	}
	if in.Way != ByOrganisation {
		q = q.Where("p.id IN (?)", bun.List(ids))
	}
	var found []uuid.UUID
	if err := q.Scan(ctx, &found); err != nil {
		return nil, db.Translate(err)
	}
	switch {
	case in.Way == ByPerson && len(found) < len(ids):
		return nil, errs.NewNotFound("people to enrol")
	case len(found) == 0:
		return nil, errs.InvalidFields([]errs.Field{{Name: field, Key: "enrol_error_nobody"}})
	}
	return found, nil
}

const enrolSQL = `
INSERT INTO course.enrolment AS e (person_id, course, way, enrolled_at, enrolled_by, due_on)
SELECT p.id, ?course, ?way, ?now, ?by, ?due FROM org.person p WHERE p.id IN (?people)
ON CONFLICT (person_id, course) DO UPDATE SET due_on = coalesce(EXCLUDED.due_on, e.due_on)
RETURNING person_id, xmax = 0 AS fresh`

func (s *Service) enrol(ctx context.Context, tx bun.Tx, actor access.Actor, code string, people []uuid.UUID, in EnrolInput) (EnrolResult, error) {
	now := s.now()
	args := struct {
		Course  string
		Way     Way
		Now     time.Time
		By, Due any
		People  bun.ListValues
	}{code, in.Way, now, nil, nil, bun.List(people)}
	if actor.SignedIn() {
		args.By = actor.PersonID
	}
	if !in.DueOn.IsZero() {
		args.Due = in.DueOn.Format(time.DateOnly)
	}
	var rows []struct {
		PersonID uuid.UUID
		Fresh    bool
	}
	if err := tx.NewRaw(enrolSQL, args).Scan(ctx, &rows); err != nil {
		return EnrolResult{}, fmt.Errorf("course: enrol %s: %w", code, db.Translate(err))
	}
	var done EnrolResult
	var fresh []uuid.UUID
	for _, r := range rows {
		if r.Fresh {
			fresh = append(fresh, r.PersonID)
		}
	}
	done.New, done.Known = len(fresh), len(rows)-len(fresh)
	if in.Way != ByLink { // whoever enrolled by a link knows it
		if err := s.tell(ctx, tx, fresh, code, "course_enrolled", in.DueOn); err != nil {
			return done, err
		}
	}
	return done, audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "course.enrol", Kind: "course", ID: code,
		Detail: map[string]any{"way": in.Way, "new": done.New, "known": done.Known, "due": args.Due}})
}

// Withdraw takes a person off the list of a course; what was learned stays. Somebody who is not on it, or not within the actor's
// reach, is errs.NotFound.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, code string, person uuid.UUID) error {
	within, err := enrolReach(actor)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw(`DELETE FROM course.enrolment e USING org.person p WHERE p.id = e.person_id AND e.person_id = ?0 AND e.course = ?1
			AND (?2 OR p.organisation_id IN (?3))`, person, code, within.All, within.Orgs).Exec(ctx)
		if err != nil {
			return fmt.Errorf("course: withdraw: %w", db.Translate(err))
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errs.NewNotFound("enrolment").Because(err)
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: "course.withdraw", Kind: "person", ID: person.String(), Detail: map[string]any{"course": code}})
	})
}

// Link is a link by which people enrol themselves.
type Link struct {
	bun.BaseModel `bun:"table:course.link,alias:link"`

	Token    string `bun:",pk"`
	Course   string
	DueOn    time.Time `bun:"type:date,nullzero"`
	MadeAt   time.Time
	MadeBy   uuid.UUID `bun:",nullzero"`
	ClosedAt time.Time `bun:",nullzero"`
}

// MakeLink makes a link to a course. It is for whoever may enrol everybody: a link knows no organisation.
func (s *Service) MakeLink(ctx context.Context, actor access.Actor, code string, due time.Time) (*Link, error) {
	if err := access.Can(actor, access.CourseEnrol, access.Resource{}); err != nil {
		return nil, err
	}
	if _, _, err := s.one(ctx, uuid.Nil, code, ""); err != nil {
		return nil, err
	}
	if err := s.checkDue(due); err != nil {
		return nil, err
	}
	l := &Link{Token: rand.Text(), Course: code, DueOn: due, MadeAt: s.now().UTC(), MadeBy: actor.PersonID}
	return l, s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewInsert().Model(l).Exec(ctx); err != nil {
			return fmt.Errorf("course: link: %w", db.Translate(err))
		}
		return audit.Record(ctx, tx, audit.Entry{At: l.MadeAt, Actor: actor, Action: "course.link", Kind: "course", ID: code})
	})
}

// CloseLink ends a link; a repeat changes nothing.
func (s *Service) CloseLink(ctx context.Context, actor access.Actor, code, token string) error {
	if err := access.Can(actor, access.CourseEnrol, access.Resource{}); err != nil {
		return err
	}
	res, err := s.db.NewUpdate().Model((*Link)(nil)).Set("closed_at = coalesce(closed_at, ?)", s.now()).Where("token = ? AND course = ?", token, code).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.NewNotFound("link").Because(err)
	}
	return nil
}

// Links lists the open links of a course, the latest first; none to those who may not make any.
func (s *Service) Links(ctx context.Context, actor access.Actor, code string) ([]Link, error) {
	if access.Can(actor, access.CourseEnrol, access.Resource{}) != nil {
		return nil, nil
	}
	var list []Link
	err := s.db.NewSelect().Model(&list).Where("course = ? AND closed_at IS NULL", code).OrderExpr("made_at DESC").Scan(ctx)
	return list, db.Translate(err)
}

// Invited gives the course that a link leads to, as the actor has it; errs.NotFound when the link is closed or was never there.
func (s *Service) Invited(ctx context.Context, actor access.Actor, token string) (*Standing, *Link, error) {
	if err := ownTraining(actor); err != nil {
		return nil, nil, err
	}
	l := new(Link)
	if err := s.db.NewSelect().Model(l).Where("token = ? AND closed_at IS NULL", token).Scan(ctx); err != nil {
		return nil, nil, db.Translate(err)
	}
	st, _, err := s.Show(ctx, actor, l.Course)
	return st, l, err
}

// Accept enrols the actor by a link. A repeat changes nothing.
func (s *Service) Accept(ctx context.Context, actor access.Actor, token string) (code string, err error) {
	_, l, err := s.Invited(ctx, actor, token)
	if err != nil {
		return "", err
	}
	return l.Course, s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := s.enrol(ctx, tx, actor, l.Course, []uuid.UUID{actor.PersonID}, EnrolInput{Way: ByLink, DueOn: l.DueOn})
		return err
	})
}
