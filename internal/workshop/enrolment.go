package workshop

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// EnrolState is where a person stands with an event.
type EnrolState string

// The states of an enrolment.
const (
	Enrolled  EnrolState = "enrolled"
	Waiting   EnrolState = "waiting"
	Offered   EnrolState = "offered" // a place is kept for them until the offer ends
	Invited   EnrolState = "invited"
	Declined  EnrolState = "declined"
	Withdrawn EnrolState = "withdrawn"
)

// Valid tells whether the state exists.
func (s EnrolState) Valid() bool {
	return s == Enrolled || s == Waiting || s == Offered || s == Invited || s == Declined || s == Withdrawn
}

// Enrolment is a person's place in an event, with what was true of the person on that day.
type Enrolment struct {
	bun.BaseModel `bun:"table:workshop.enrolment,alias:enrolment"`

	ID               uuid.UUID `bun:",pk"`
	EventID          uuid.UUID
	PersonID         uuid.UUID
	Number           int // place on the list, never given to another
	State            EnrolState
	WalkIn           bool
	Source           string // manual, import, walk_in, nomination, self, demo
	Reason           string
	BadgeCode        string
	BadgeToken       string
	OrganisationID   uuid.UUID `bun:",nullzero"`
	Organisation     string
	OrganisationKind string
	JobTitle         string
	Governorate      string `bun:",nullzero"`
	CreatedAt        time.Time
	CreatedBy        uuid.UUID `bun:",nullzero"`
	ChangedAt        time.Time
	OfferEndsAt      time.Time `bun:",nullzero"` // of the last offer; it stays when nobody answered
	Override         string    // why the person has a place beyond a quota
}

// Full says what happens to people for whom there is no place left.
type Full uint8

// What can happen when the event is full.
const (
	RefuseFull Full = iota // the whole request is refused with a message
	WaitFull               // those who exceed the capacity or a quota go to the waiting list
	ExceedFull             // they are enrolled all the same: they stand in the room
)

// EnrolOptions are the same for all people of one request.
type EnrolOptions struct {
	State  EnrolState // empty: enrolled
	Source string     // empty: manual
	WalkIn bool
	Full   Full

	Override string // why these people may go beyond a quota; empty: they may not
}

// EnrolResult is the answer for one person.
type EnrolResult struct {
	EnrolmentID uuid.UUID
	PersonID    uuid.UUID
	State       EnrolState
	Created     bool // false: was on the list already; one who had withdrawn is enrolled again under the old number
}

// EnrolMany puts people on an event's list, in the order given. A person who is on it already stays there once.
func (s *Service) EnrolMany(ctx context.Context, actor access.Actor, event uuid.UUID, people []uuid.UUID, o EnrolOptions) ([]EnrolResult, error) {
	var done []EnrolResult
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		done, err = s.EnrolTx(ctx, tx, actor, event, people, o)
		return err
	})
	return done, err
}

// EnrolTx is EnrolMany inside the caller's transaction.
func (s *Service) EnrolTx(ctx context.Context, tx bun.IDB, actor access.Actor, event uuid.UUID, people []uuid.UUID, o EnrolOptions) ([]EnrolResult, error) {
	if o.State == "" {
		o.State = Enrolled
	}
	if o.Source == "" {
		o.Source = "manual"
	}
	var done []EnrolResult
	err := s.changeTx(ctx, tx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) (err error) {
		if !ev.State.CanEnrol() {
			return errs.NewConflict("workshop_error_closed")
		}
		done, err = s.enrol(ctx, tx, actor, ev, people, o)
		return err
	})
	return done, err
}

// EnrolNew registers a person and enrols them, both or neither. in.ID is the form's key: a repeat makes neither twice.
func (s *Service) EnrolNew(ctx context.Context, actor access.Actor, event uuid.UUID, in org.PersonInput, o EnrolOptions) (EnrolResult, error) {
	var done []EnrolResult
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := s.people.CreatePersonTx(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		done, err = s.EnrolTx(ctx, tx, actor, event, []uuid.UUID{p.ID}, o)
		return err
	})
	if err != nil || len(done) == 0 {
		return EnrolResult{}, err
	}
	return done[0], nil
}

// roster is what is known of an event's list while it is being changed.
type roster struct {
	by      map[uuid.UUID]*Enrolment // by person
	codes   map[string]bool
	last    int // highest number
	taken   int // places taken: enrolled people, and those who have an offer
	places  places
	sexes   map[uuid.UUID]string       // by person
	changed map[EnrolState][]uuid.UUID // enrolments that come back, by their new state
	why     string                     // these go beyond a quota
	added   []Enrolment
}

func readRoster(ctx context.Context, tx bun.IDB, event uuid.UUID) (*roster, error) {
	var list []Enrolment
	err := tx.NewSelect().Model(&list).Where("event_id = ?", event).Scan(ctx)
	r := &roster{by: make(map[uuid.UUID]*Enrolment, len(list)), codes: make(map[string]bool, len(list)), changed: map[EnrolState][]uuid.UUID{}}
	for i := range list {
		e := &list[i]
		r.by[e.PersonID], r.codes[e.BadgeCode] = e, true
		r.last = max(r.last, e.Number)
	}
	if err != nil {
		return nil, db.Translate(err)
	}
	quotas, err := readQuotas(ctx, tx, event)
	if err != nil {
		return nil, err
	}
	for _, q := range quotas {
		r.places = append(r.places, Use{Quota: q})
	}
	if r.sexes, err = readSexes(ctx, tx, event); err != nil {
		return nil, err
	}
	for _, e := range r.by {
		r.count(r.traits(e), "", e.State)
	}
	return r, nil
}

func (s *Service) enrol(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, people []uuid.UUID, o EnrolOptions) ([]EnrolResult, error) {
	r, err := readRoster(ctx, tx, ev.ID)
	if err != nil {
		return nil, err
	}
	r.why = o.Override
	snaps, err := readSnapshots(ctx, tx, people)
	if err != nil {
		return nil, err
	}
	done := make([]EnrolResult, 0, len(people))
	for _, id := range people {
		sn, ok := snaps[id]
		if !ok {
			return nil, errs.NewNotFound("workshop: person " + id.String())
		}
		res, err := s.place(r, ev, actor, sn, o)
		if err != nil {
			return nil, err
		}
		done = append(done, res)
	}
	return done, s.store(ctx, tx, actor, ev, r)
}

// place puts one person on the list, or finds them there.
func (s *Service) place(r *roster, ev *locked, actor access.Actor, sn snapshot, o EnrolOptions) (EnrolResult, error) {
	old := r.by[sn.ID]
	if old != nil && !comesBack(old.State, o.State) {
		return EnrolResult{EnrolmentID: old.ID, PersonID: sn.ID, State: old.State}, nil
	}
	state := o.State
	if state == Enrolled && (old == nil || old.State != Offered) {
		switch err := r.room(ev, sn.traits(), o.Override); {
		case err == nil || o.Full == ExceedFull:
		case o.Full == WaitFull:
			state = Waiting
		default:
			return EnrolResult{}, err
		}
	}
	if old != nil && old.State == state { // waits already, and keeps the place in the queue
		return EnrolResult{EnrolmentID: old.ID, PersonID: sn.ID, State: state}, nil
	}
	if old != nil {
		r.count(sn.traits(), old.State, state)
		old.State = state
		r.changed[state] = append(r.changed[state], old.ID)
		return EnrolResult{EnrolmentID: old.ID, PersonID: sn.ID, State: state}, nil
	}
	e, err := s.newEnrolment(r, ev, actor, sn, o)
	if err != nil {
		return EnrolResult{}, err
	}
	r.count(sn.traits(), "", state)
	e.State = state
	r.added = append(r.added, *e)
	r.by[sn.ID] = e
	return EnrolResult{EnrolmentID: e.ID, PersonID: sn.ID, State: state, Created: true}, nil
}

// comesBack tells whether enrolling again changes something: for those who left, declined, were only invited or waited.
func comesBack(old, to EnrolState) bool {
	return old != to && (old == Withdrawn || old == Declined || (to == Enrolled && (old == Waiting || old == Offered || old == Invited)))
}

func (s *Service) newEnrolment(r *roster, ev *locked, actor access.Actor, sn snapshot, o EnrolOptions) (*Enrolment, error) {
	id, err := newID()
	if err != nil {
		return nil, err
	}
	token, err := newToken(s.random)
	if err != nil {
		return nil, err
	}
	code, err := s.freeCode(r)
	if err != nil {
		return nil, err
	}
	r.last++
	return &Enrolment{ID: id, EventID: ev.ID, PersonID: sn.ID, Number: r.last, WalkIn: o.WalkIn, Source: o.Source, BadgeCode: code, BadgeToken: token,
		OrganisationID: sn.OrganisationID, Organisation: sn.Organisation, OrganisationKind: sn.OrganisationKind, JobTitle: sn.JobTitle,
		Governorate: sn.Governorate, CreatedAt: ev.now, CreatedBy: actor.PersonID, ChangedAt: ev.now, Override: o.Override}, nil
}

func (s *Service) freeCode(r *roster) (string, error) {
	for {
		code, err := newBadgeCode(s.random)
		if err != nil {
			return "", err
		}
		if !r.codes[code] {
			r.codes[code] = true
			return code, nil
		}
	}
}

func (s *Service) store(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, r *roster) error {
	if len(r.added) == 0 && len(r.changed) == 0 {
		ev.unchanged = true
		return nil
	}
	if len(r.added) > 0 {
		if _, err := tx.NewInsert().Model(&r.added).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	again := 0
	for state, ids := range r.changed {
		again += len(ids)
		_, err := tx.NewUpdate().Model((*Enrolment)(nil)).Set("state = ?", state).Set("reason = ''").Set("override = ?", r.why).Set("offer_ends_at = NULL").Set("changed_at = ?", ev.now).
			Where("id IN (?)", bun.List(ids)).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
	}
	return s.record(ctx, tx, actor, ev, "workshop.enrol", map[string]any{"added": len(r.added), "again": again})
}

// maxReason is the longest reason, in characters.
const maxReason = 300

// Move is where a person goes on an event's list.
type Move struct {
	To       EnrolState
	Reason   string // of a withdrawal
	Override string // why a place is given beyond a quota

	way Way // by which the person answered; empty: whoever runs the event decides
}

// SetEnrolment changes where a person stands: withdraws them with a reason, takes them from the waiting list, notes that they
// declined. Marks and number stay.
func (s *Service) SetEnrolment(ctx context.Context, actor access.Actor, event, enrolment uuid.UUID, to EnrolState, reason string) error {
	return s.MoveEnrolment(ctx, actor, event, enrolment, Move{To: to, Reason: reason})
}

// MoveEnrolment is SetEnrolment with everything that can be said about it. A place that becomes free is offered to the next; offers
// are not made by hand.
func (s *Service) MoveEnrolment(ctx context.Context, actor access.Actor, event, enrolment uuid.UUID, m Move) error {
	m.Reason, m.Override = strings.TrimSpace(m.Reason), strings.TrimSpace(m.Override)
	if !m.To.Valid() || m.To == Offered || len([]rune(m.Reason)) > maxReason || len([]rune(m.Override)) > maxReason {
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}}})
	}
	return s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if !ev.State.CanEnrol() {
			return errs.NewConflict("workshop_error_closed")
		}
		e := new(Enrolment)
		if err := tx.NewSelect().Model(e).Where("id = ? AND event_id = ?", enrolment, event).Scan(ctx); err != nil {
			return errs.Wrap(db.Translate(err), "workshop: enrolment")
		}
		if e.State == m.To {
			ev.unchanged = true
			return nil
		}
		return s.moveEnrolment(ctx, tx, actor, ev, e, m)
	})
}

func (s *Service) moveEnrolment(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, e *Enrolment, m Move) error {
	if m.To == Enrolled && e.State != Offered {
		r, err := readRoster(ctx, tx, ev.ID)
		if err != nil {
			return err
		}
		if err := r.room(ev, r.traits(e), m.Override); err != nil {
			return err
		}
	}
	from := e.State
	e.State, e.Reason, e.Override, e.ChangedAt, e.OfferEndsAt = m.To, m.Reason, m.Override, ev.now, answered(e, m.To)
	if _, err := tx.NewUpdate().Model(e).Column("state", "reason", "override", "changed_at", "offer_ends_at").WherePK().Exec(ctx); err != nil {
		return db.Translate(err)
	}
	detail := map[string]any{"enrolment": e.ID, "from": from, "to": m.To}
	if m.Override != "" {
		detail["override"] = m.Override
	}
	if err := s.record(ctx, tx, actor, ev, "workshop.enrolment_state", detail); err != nil {
		return err
	}
	if err := noteAnswer(ctx, tx, actor, ev, e, from, m); err != nil || !from.holds() || m.To.holds() {
		return err
	}
	return s.offerPlaces(ctx, tx, actor, ev)
}

// answered keeps when an offer that was answered would have ended, so that the same answer given again is known.
func answered(e *Enrolment, to EnrolState) time.Time {
	if e.State == Offered && (to == Enrolled || to == Declined) {
		return e.OfferEndsAt
	}
	return time.Time{}
}
