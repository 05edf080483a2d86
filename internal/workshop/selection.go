package workshop

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Nominee is a nomination with what a choice looks at.
type Nominee struct {
	Nomination `bun:",extend"`

	FamilyName     string
	GivenName      string
	Sex            string
	Governorate    string
	JobTitle       string
	Organisation   string
	OrganisationAR string     `bun:"organisation_ar"`
	Trainings      int        // events of the last years at which the person attended a half-day
	Place          EnrolState // where the person stands on the list; empty: not there
	OfferEndsAt    time.Time
}

// Name is the name as lists write it.
func (n *Nominee) Name() string { return fullName(n.FamilyName, n.GivenName) }

// OrganisationIn is the organisation's name for a reader.
func (n *Nominee) OrganisationIn(l i18n.Lang) string {
	if l == i18n.AR && n.OrganisationAR != "" {
		return n.OrganisationAR
	}
	return n.Organisation
}

// Waiter is somebody who waits for a place, or has one on offer.
type Waiter struct {
	EnrolmentID  uuid.UUID
	FamilyName   string
	GivenName    string
	Organisation string
	State        EnrolState
	ChangedAt    time.Time
	OfferEndsAt  time.Time
}

// Name is the name as lists write it.
func (w *Waiter) Name() string { return fullName(w.FamilyName, w.GivenName) }

// Selection is what a choice among people is made by.
type Selection struct {
	*Head

	Taken    int   // places taken, offered ones too
	Uses     []Use // the quotas, with what is taken of each
	Women    int   // of the places taken
	Men      int
	Nominees []Nominee // those to decide on first
	Queue    []Waiter  // offers first, then those who wait, first come first

	Candidates []Candidate // who was proposed or has a place
}

// Selection gives the nominations, the quotas and the waiting list of an event.
func (s *Service) Selection(ctx context.Context, actor access.Actor, event uuid.UUID) (*Selection, error) {
	h, err := s.Head(ctx, actor, access.ParticipantEdit, event)
	if err != nil {
		return nil, err
	}
	r, err := readRoster(ctx, s.db, event)
	if err != nil {
		return nil, err
	}
	sel := &Selection{Head: h, Taken: r.taken, Uses: r.places}
	for _, e := range r.by {
		switch sex := r.sexes[e.PersonID]; {
		case e.State.holds() && sex == "f":
			sel.Women++
		case e.State.holds() && sex == "m":
			sel.Men++
		}
	}
	if sel.Candidates, err = candidates(ctx, s.db, event); err != nil {
		return nil, err
	}
	if err := s.nominees().Where("nomination.event_id = ?", event).Scan(ctx, &sel.Nominees); err != nil {
		return nil, db.Translate(err)
	}
	err = s.db.NewSelect().TableExpr("workshop.enrolment AS e").Join("JOIN org.person AS p ON p.id = e.person_id").
		ColumnExpr("e.id AS enrolment_id, p.family_name, p.given_name, e.organisation, e.state, e.changed_at, e.offer_ends_at").
		Where("e.event_id = ? AND e.state IN (?)", event, bun.List([]EnrolState{Waiting, Offered})).OrderExpr("e.state = 'waiting', e.changed_at, e.number").Scan(ctx, &sel.Queue)
	return sel, db.Translate(err)
}

func (s *Service) nominees() *bun.SelectQuery {
	return s.db.NewSelect().TableExpr("workshop.nomination AS nomination").Join("JOIN org.person AS p ON p.id = nomination.person_id").
		Join("JOIN org.organisation AS o ON o.id = nomination.organisation_id").
		Join("LEFT JOIN workshop.enrolment AS n ON n.event_id = nomination.event_id AND n.person_id = nomination.person_id").
		ColumnExpr("nomination.*, p.family_name, p.given_name, p.sex, coalesce(p.governorate, o.governorate, '') AS governorate, p.job_title").
		ColumnExpr("o.name AS organisation, o.name_ar AS organisation_ar, coalesce(n.state, '') AS place, n.offer_ends_at").
		ColumnExpr("(SELECT count(DISTINCT x.event_id) FROM workshop.enrolment AS x JOIN workshop.attendance AS a ON a.enrolment_id = x.id AND a.status IN ('present', 'late', 'left_early') WHERE x.person_id = nomination.person_id) AS trainings").
		OrderExpr("nomination.state <> 'proposed', trainings, lower(p.family_name), lower(p.given_name)")
}

// Call is an event that a focal point can nominate for, with what the organisation has proposed.
type Call struct {
	Row

	Proposed int
	Given    int // of the organisation's people, those with a place
}

// Calls lists the events whose enrolment is open and that have not begun, the next first.
func (s *Service) Calls(ctx context.Context, actor access.Actor) ([]Call, error) {
	ids, err := focal(actor)
	if err != nil {
		return nil, err
	}
	var list []Call
	calls := s.eventQuery().Where("e.state IN (?) AND e.starts_on > ?", bun.List([]State{Open, Confirmed}), i18n.Day(s.now()).Format(time.DateOnly)).
		ColumnExpr("(SELECT count(*) FROM workshop.nomination AS m WHERE m.event_id = e.id AND m.organisation_id IN (?) AND m.state <> 'withdrawn') AS proposed", bun.List(ids)).
		ColumnExpr("(SELECT count(*) FROM workshop.enrolment AS m WHERE m.event_id = e.id AND m.organisation_id IN (?) AND m.state = 'enrolled') AS given", bun.List(ids)).
		OrderExpr("e.starts_on, e.code").Limit(100)
	err = s.counted(calls).OrderExpr("e.starts_on, e.code").Scan(ctx, &list)
	return list, db.Translate(err)
}

// focal gives the organisations that the actor nominates for.
func focal(actor access.Actor) ([]uuid.UUID, error) {
	ids := actor.ScopedIDs(access.FocalPoint, access.Organisation)
	if len(ids) == 0 {
		return nil, errs.NewForbidden("access " + string(access.NominationMake))
	}
	for _, id := range ids {
		if err := access.Can(actor, access.NominationMake, access.Resource{OrganisationID: id}); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// OwnCall is an event as a focal point sees it: what it is, and whom the organisation proposed.
type OwnCall struct {
	*Head

	Nominees []Nominee
	Open     bool // more people can be proposed
}

// OwnCall gives an event that a focal point can nominate for, or has nominated for.
func (s *Service) OwnCall(ctx context.Context, actor access.Actor, event uuid.UUID) (*OwnCall, error) {
	ids, err := focal(actor)
	if err != nil {
		return nil, err
	}
	h, err := s.head(ctx, event)
	if err != nil {
		return nil, err
	}
	start, _ := h.span()
	c := &OwnCall{Head: h, Open: nominates(h.Event.State, s.now(), start)}
	err = s.nominees().Where("nomination.event_id = ? AND nomination.organisation_id IN (?)", event, bun.List(ids)).Scan(ctx, &c.Nominees)
	if err != nil {
		return nil, db.Translate(err)
	}
	if len(c.Nominees) == 0 && h.Event.State != Open && h.Event.State != Confirmed {
		return nil, errs.NewNotFound("workshop: call")
	}
	return c, nil
}
