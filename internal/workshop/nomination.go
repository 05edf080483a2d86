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
	"shelter/internal/i18n"
	"shelter/internal/org"
)

// NominationState is what became of a nomination.
type NominationState string

// The states of a nomination. Chosen means that the person came onto the list, with a place or waiting for one.
const (
	Proposed  NominationState = "proposed"
	Chosen    NominationState = "chosen"
	Refused   NominationState = "refused"
	TakenBack NominationState = "withdrawn"
)

// Nomination is a person whom an organisation proposes for an event.
type Nomination struct {
	bun.BaseModel `bun:"table:workshop.nomination,alias:nomination"`

	ID             uuid.UUID `bun:",pk"`
	EventID        uuid.UUID
	PersonID       uuid.UUID
	OrganisationID uuid.UUID
	State          NominationState
	Note           string
	Reason         string // of a refusal
	CreatedAt      time.Time
	CreatedBy      uuid.UUID
	DecidedAt      time.Time `bun:",nullzero"`
}

// NominateInput is what a focal point sends: somebody who is registered, or a new person of the organisation.
type NominateInput struct {
	Key    uuid.UUID // made by the form
	Person uuid.UUID
	New    *org.PersonInput // used when Person is zero
	Note   string
}

// Nominate proposes a person of the actor's organisation for an event whose enrolment is open. Whoever is proposed already, or on
// the list, stays so.
func (s *Service) Nominate(ctx context.Context, actor access.Actor, event uuid.UUID, in NominateInput) error {
	if in.Note = strings.TrimSpace(in.Note); len([]rune(in.Note)) > maxReason {
		return errs.InvalidFields([]errs.Field{{Name: "note", Key: "error_too_long", Args: errs.Args{"max": maxReason}}})
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		ev, err := s.lock(ctx, tx, event)
		if err != nil {
			return err
		}
		p, err := s.nominee(ctx, tx, actor, in)
		if err != nil {
			return err
		}
		if ev.State == Draft { // not known outside
			return errs.NewNotFound("workshop: nomination")
		}
		start, err := startOf(ctx, tx, &ev.Event)
		if err != nil {
			return err
		}
		if !nominates(ev.State, ev.now, start) {
			return errs.NewConflict("nomination_error_closed")
		}
		n := Nomination{ID: in.Key, EventID: event, PersonID: p.ID, OrganisationID: p.OrganisationID, State: Proposed, Note: in.Note, CreatedAt: ev.now, CreatedBy: actor.PersonID}
		if n.ID == uuid.Nil {
			if n.ID, err = newID(); err != nil {
				return err
			}
		}
		res, err := tx.NewInsert().Model(&n).On("CONFLICT (event_id, person_id) DO UPDATE").Set("state = EXCLUDED.state").Set("note = EXCLUDED.note").
			Set("created_at = EXCLUDED.created_at").Set("created_by = EXCLUDED.created_by").Where("nomination.state = ?", TakenBack).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if done, _ := res.RowsAffected(); done == 0 { // proposed before
			return nil
		}
		return s.record(ctx, tx, actor, ev, "workshop.nominate", map[string]any{"person": p.ID, "organisation": p.OrganisationID})
	})
}

// nominates tells whether people can still be proposed: the list is open and the event has not begun.
func nominates(s State, now, start time.Time) bool {
	return (s == Open || s == Confirmed) && now.Before(start)
}

// nominee finds the person, or registers them with the organisation; the focal point's reach ends at its own.
func (s *Service) nominee(ctx context.Context, tx bun.IDB, actor access.Actor, in NominateInput) (org.Person, error) {
	if in.Person != uuid.Nil {
		p, err := s.people.PersonTx(ctx, tx, in.Person)
		if err != nil {
			return p, err
		}
		return p, access.Can(actor, access.NominationMake, access.Resource{OrganisationID: p.OrganisationID})
	}
	if in.New == nil {
		return org.Person{}, errs.InvalidFields([]errs.Field{{Name: "person", Key: "error_required"}})
	}
	if err := access.Can(actor, access.NominationMake, access.Resource{OrganisationID: in.New.OrganisationID}); err != nil {
		return org.Person{}, err
	}
	return s.people.CreatePersonTx(ctx, tx, access.System("nomination"), *in.New)
}

// TakeBack withdraws a nomination that nobody has decided on.
func (s *Service) TakeBack(ctx context.Context, actor access.Actor, event, nomination uuid.UUID) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		ev, err := s.lock(ctx, tx, event)
		if err != nil {
			return err
		}
		n, err := nominationOf(ctx, tx, event, nomination)
		if err != nil {
			return err
		}
		if err := access.Can(actor, access.NominationMake, access.Resource{OrganisationID: n.OrganisationID}); err != nil {
			return err
		}
		if n.State == TakenBack {
			return nil
		}
		if n.State != Proposed {
			return errs.NewConflict("nomination_error_decided")
		}
		if err := decide(ctx, tx, n, TakenBack, "", ev.now); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, ev, "workshop.nomination_withdrawn", map[string]any{"nomination": n.ID})
	})
}

func nominationOf(ctx context.Context, tx bun.IDB, event, id uuid.UUID) (*Nomination, error) {
	n := new(Nomination)
	err := tx.NewSelect().Model(n).Where("id = ? AND event_id = ?", id, event).Scan(ctx)
	return n, errs.Wrap(db.Translate(err), "workshop: nomination")
}

func decide(ctx context.Context, tx bun.IDB, n *Nomination, st NominationState, reason string, now time.Time) error {
	n.State, n.Reason, n.DecidedAt = st, reason, now
	_, err := tx.NewUpdate().Model(n).Column("state", "reason", "decided_at").WherePK().Exec(ctx)
	return db.Translate(err)
}

// Decision is what a manager or trainer says to a nomination.
type Decision struct {
	Choose bool
	Reason string // of a refusal, where it must be given; of a choice beyond a quota
}

// Decide chooses a nominated person or refuses them. Whoever is chosen gets a place, or waits for one when the event or their quota
// is full and no reason goes beyond it. Person and focal point are told.
func (s *Service) Decide(ctx context.Context, actor access.Actor, event, nomination uuid.UUID, d Decision) (EnrolState, error) {
	d.Reason = strings.TrimSpace(d.Reason)
	if len([]rune(d.Reason)) > maxReason {
		return "", errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}}})
	}
	if !d.Choose && d.Reason == "" {
		return "", errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_required"}})
	}
	var state EnrolState
	err := s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		n, err := nominationOf(ctx, tx, event, nomination)
		switch {
		case err != nil:
			return err
		case n.State == Chosen && d.Choose, n.State == Refused && !d.Choose: // sent twice
			ev.unchanged = true
			return nil
		case n.State != Proposed:
			return errs.NewConflict("nomination_error_decided")
		case !ev.State.CanEnrol():
			return errs.NewConflict("workshop_error_closed")
		}
		if !d.Choose {
			return s.refuse(ctx, tx, actor, ev, n, d.Reason)
		}
		state, err = s.choose(ctx, tx, actor, ev, n, d.Reason)
		return err
	})
	return state, err
}

func (s *Service) refuse(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, n *Nomination, reason string) error {
	if err := decide(ctx, tx, n, Refused, reason, ev.now); err != nil {
		return err
	}
	if err := s.record(ctx, tx, actor, ev, "workshop.nomination_refused", map[string]any{"nomination": n.ID}); err != nil {
		return err
	}
	return s.tellFocalPoint(ctx, tx, ev, n, "nomination_refused")
}

func (s *Service) choose(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, n *Nomination, override string) (EnrolState, error) {
	done, err := s.enrol(ctx, tx, actor, ev, []uuid.UUID{n.PersonID}, EnrolOptions{State: Enrolled, Source: "nomination", Full: WaitFull, Override: override})
	if err != nil {
		return "", err
	}
	if err := decide(ctx, tx, n, Chosen, override, ev.now); err != nil {
		return "", err
	}
	ev.unchanged = false
	if err := s.record(ctx, tx, actor, ev, "workshop.nomination_chosen", map[string]any{"nomination": n.ID, "state": done[0].State}); err != nil {
		return "", err
	}
	kind := "place_given"
	if done[0].State != Enrolled {
		kind = "place_waiting"
	}
	if err := s.tell(ctx, tx, ev, n.PersonID, kind, nil); err != nil {
		return "", err
	}
	return done[0].State, s.tellFocalPoint(ctx, tx, ev, n, "nomination_"+kind)
}

func (s *Service) tellFocalPoint(ctx context.Context, tx bun.IDB, ev *locked, n *Nomination, kind string) error {
	p, err := s.people.PersonTx(ctx, tx, n.PersonID)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, ev, n.CreatedBy, kind, func(*i18n.Localizer) errs.Args {
		return errs.Args{"person": fullName(p.GivenName, p.FamilyName), "reason": n.Reason}
	})
}
