package joinlink

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
	"shelter/internal/workshop"
)

const maxReason = 300

// Asker is a request with what a choice looks at.
type Asker struct {
	Request `bun:",extend"`

	Match      org.Match           // a person of the register who this is, or may be
	Structure  uuid.UUID           // the organisation of the register that has the typed name; none when none has
	Place      workshop.EnrolState // where the person stands now; empty: not on the list
	ByPerson   string              // who decided
	PersonCode string              // of the person who was chosen
}

// Requests gives what was asked for a place in an event, those to decide on first.
func (s *Service) Requests(ctx context.Context, actor access.Actor, event uuid.UUID) ([]Asker, error) {
	if _, err := s.workshops.Head(ctx, actor, access.ParticipantEdit, event); err != nil {
		return nil, err
	}
	var list []Asker
	err := s.db.NewSelect().TableExpr("workshop.join_request AS request").Join("LEFT JOIN workshop.enrolment AS e ON e.id = request.enrolment_id").
		Join("LEFT JOIN org.person AS p ON p.id = e.person_id").Join("LEFT JOIN org.person AS d ON d.id = request.decided_by").
		ColumnExpr("request.*, coalesce(e.state, '') AS place, coalesce(p.code, '') AS person_code, trim(coalesce(d.given_name || ' ' || d.family_name, '')) AS by_person").
		Where("request.event_id = ?", event).OrderExpr("request.state <> 'asked', request.asked_at, request.id").Scan(ctx, &list)
	if err != nil {
		return nil, db.Translate(err)
	}
	return list, s.recognise(ctx, s.db, list)
}

// recognise looks for those who wait for a decision among the persons and organisations that are known, as an import does.
func (s *Service) recognise(ctx context.Context, idb bun.IDB, list []Asker) error {
	choices, err := s.people.OrganisationChoices(ctx)
	if err != nil {
		return err
	}
	var open []*Asker
	var candidates []org.Candidate
	for i := range list {
		a := &list[i]
		if a.State != Asked || !a.ForgottenAt.IsZero() {
			continue
		}
		for _, o := range choices {
			if org.NameKey(o.Name, "") == org.NameKey(a.Organisation, "") || (o.NameAR != "" && org.NameKey(o.NameAR, "") == org.NameKey(a.Organisation, "")) {
				a.Structure = o.ID
			}
		}
		open = append(open, a)
		candidates = append(candidates, a.candidate())
	}
	if len(open) == 0 {
		return nil
	}
	matches, err := s.people.FindMatchesTx(ctx, idb, system, candidates)
	if err != nil {
		return err
	}
	for i, m := range matches {
		open[i].Match = m
	}
	return nil
}

func (a *Asker) candidate() org.Candidate {
	return org.Candidate{FamilyName: a.FamilyName, GivenName: a.GivenName, Phone: a.Phone, Email: a.Email, BirthYear: a.BirthYear, OrganisationID: a.Structure}
}

// Decision is what somebody says to a request.
type Decision struct {
	Choose    bool
	Reason    string    // of a refusal, where it must be given; of a place beyond a quota
	Person    uuid.UUID // who this is, of those that are registered; none: a new person
	Structure uuid.UUID // organisation of a new person; none: not known
}

// Decide chooses somebody who asked, or refuses with a reason. Who is chosen gets a place, or waits for one.
func (s *Service) Decide(ctx context.Context, actor access.Actor, event, request uuid.UUID, d Decision) (workshop.EnrolState, error) {
	h, err := s.workshops.Head(ctx, actor, access.ParticipantEdit, event)
	if err != nil {
		return "", err
	}
	d.Reason = strings.TrimSpace(d.Reason)
	switch n := len([]rune(d.Reason)); {
	case n > maxReason:
		return "", errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}}})
	case n == 0 && !d.Choose:
		return "", errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_required"}})
	}
	var state workshop.EnrolState
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r := new(Request)
		if err := tx.NewSelect().Model(r).Where("id = ? AND event_id = ?", request, event).For("UPDATE").Scan(ctx); err != nil {
			return errs.Wrap(db.Translate(err), "joinlink: request")
		}
		switch {
		case r.State == Chosen && d.Choose, r.State == Refused && !d.Choose: // sent twice
			return nil
		case r.State != Asked || !r.ForgottenAt.IsZero():
			return errs.NewConflict("nomination_error_decided")
		case !d.Choose:
			return s.refuse(ctx, tx, actor, h, r, d.Reason)
		}
		var err error
		state, err = s.choose(ctx, tx, actor, r, d)
		return err
	})
	return state, err
}

func (s *Service) refuse(ctx context.Context, tx bun.Tx, actor access.Actor, h *workshop.Head, r *Request, reason string) error {
	r.State, r.Reason, r.DecidedAt, r.DecidedBy = Refused, reason, s.now(), actor.PersonID
	if _, err := tx.NewUpdate().Model(r).Column("state", "reason", "decided_at", "decided_by").WherePK().Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if err := s.record(ctx, tx, actor, "workshop.link_refused", r.EventID, map[string]any{"request": r.ID}); err != nil {
		return err
	}
	return s.write(ctx, tx, h, r, "join_refused", errs.Args{"reason": reason})
}

func (s *Service) choose(ctx context.Context, tx bun.Tx, actor access.Actor, r *Request, d Decision) (workshop.EnrolState, error) {
	person := d.Person
	if person == uuid.Nil {
		lang, _ := i18n.Parse(r.Lang)
		p, err := s.people.CreatePersonTx(ctx, tx, actor, org.PersonInput{ID: r.ID, FamilyName: r.FamilyName, GivenName: r.GivenName, Sex: r.Sex, BirthYear: r.BirthYear, Phone: r.Phone,
			Email: r.Email, OrganisationID: d.Structure, Governorate: r.Governorate, Lang: lang})
		if err != nil {
			return "", err
		}
		person = p.ID
	}
	done, err := s.workshops.EnrolTx(ctx, tx, actor, r.EventID, []uuid.UUID{person}, workshop.EnrolOptions{Source: "link", Full: workshop.WaitFull, Override: d.Reason})
	if err != nil {
		return "", err
	}
	r.State, r.Reason, r.DecidedAt, r.DecidedBy, r.EnrolmentID = Chosen, d.Reason, s.now(), actor.PersonID, done[0].EnrolmentID
	if _, err := tx.NewUpdate().Model(r).Column("state", "reason", "decided_at", "decided_by", "enrolment_id").WherePK().Exec(ctx); err != nil {
		return "", db.Translate(err)
	}
	if err := s.record(ctx, tx, actor, "workshop.link_chosen", r.EventID, map[string]any{"request": r.ID, "state": done[0].State}); err != nil {
		return "", err
	}
	kind := "join_given"
	if done[0].State != workshop.Enrolled {
		kind = "join_waiting"
	}
	h, err := s.workshops.HeadTx(ctx, tx, r.EventID)
	if err != nil {
		return "", err
	}
	return done[0].State, s.write(ctx, tx, h, r, kind, nil)
}

// byItself gives a place where the link says so: to who is surely known, or surely not. Where a person has to look, it does not.
func (s *Service) byItself(ctx context.Context, tx bun.Tx, r *Request) (bool, error) {
	list := []Asker{{Request: *r}}
	if err := s.recognise(ctx, tx, list); err != nil {
		return false, err
	}
	m := list[0].Match
	if m.Found() && !m.Certain {
		return false, nil
	}
	_, err := s.choose(ctx, tx, system, r, Decision{Choose: true, Person: m.Person.ID, Structure: list[0].Structure})
	return err == nil, err
}

// Forget erases name and contact of those who got no place in an event that ended before; that they asked stays, as a number.
// public: a job runs it.
func (s *Service) Forget(ctx context.Context, before time.Time) error {
	_, err := s.db.NewRaw(`UPDATE workshop.join_request AS r SET family_name = '', given_name = '', phone = '', email = '', organisation = '', birth_year = 0, forgotten_at = ?
		FROM workshop.event AS e WHERE e.id = r.event_id AND r.state <> 'chosen' AND r.forgotten_at IS NULL AND e.ends_on < ?`, s.now(), before).Exec(ctx)
	return db.Translate(err)
}
