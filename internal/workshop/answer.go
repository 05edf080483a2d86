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
)

// Way is how somebody answered about their place.
type Way string

// The ways.
const (
	ByLink  Way = "link"  // of the message, without an account
	ByPage  Way = "page"  // on the person's own first page
	ByNoted Way = "noted" // in their name, by who runs the event
)

// AnswerLine is an answer as the log of messages shows it. It is never changed.
type AnswerLine struct {
	EnrolmentID uuid.UUID
	Answer      string // accepted or declined
	Way         Way
	Reason      string
	At          time.Time
	By          string // who noted it
}

// noteAnswer writes down what was answered: each refusal, and the taking of a place that was offered or that somebody was invited to.
func noteAnswer(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, e *Enrolment, from EnrolState, m Move) error {
	answer := "declined"
	switch {
	case m.To == Declined:
	case m.To == Enrolled && m.way != "" && (from == Offered || from == Invited):
		answer = "accepted"
	default:
		return nil
	}
	way := m.way
	if way == "" {
		way = ByNoted
	}
	_, err := tx.NewRaw("INSERT INTO workshop.answer (event_id, enrolment_id, answer, way, reason, at, by_person) VALUES (?, ?, ?, ?, ?, ?, ?)",
		ev.ID, e.ID, answer, way, m.Reason, ev.now, nullID(actor.PersonID)).Exec(ctx)
	return db.Translate(err)
}

func readAnswers(ctx context.Context, idb bun.IDB, event uuid.UUID) (map[uuid.UUID][]AnswerLine, error) {
	var list []AnswerLine
	err := idb.NewSelect().TableExpr("workshop.answer AS a").Join("LEFT JOIN org.person AS p ON p.id = a.by_person").
		ColumnExpr("a.enrolment_id, a.answer, a.way, a.reason, a.at, trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, '')) AS by").
		Where("a.event_id = ?", event).OrderExpr("a.at, a.id").Scan(ctx, &list)
	by := map[uuid.UUID][]AnswerLine{}
	for _, l := range list {
		by[l.EnrolmentID] = append(by[l.EnrolmentID], l)
	}
	return by, db.Translate(err)
}

// answerTokens are the secrets of the links by which the people of an event answer.
func answerTokens(ctx context.Context, idb bun.IDB, event uuid.UUID) (map[uuid.UUID]string, error) {
	var list []struct {
		ID          uuid.UUID
		AnswerToken string
	}
	err := idb.NewSelect().TableExpr("workshop.enrolment").Column("id", "answer_token").Where("event_id = ?", event).Scan(ctx, &list)
	by := make(map[uuid.UUID]string, len(list))
	for _, r := range list {
		by[r.ID] = r.AnswerToken
	}
	return by, db.Translate(err)
}

// answerLink is where a person answers about their place; the first page when they are not on the list.
func (s *Service) answerLink(ctx context.Context, tx bun.IDB, event, person uuid.UUID) (string, error) {
	var token []string
	err := tx.NewSelect().TableExpr("workshop.enrolment").Column("answer_token").Where("event_id = ? AND person_id = ?", event, person).Scan(ctx, &token)
	if err != nil || len(token) == 0 {
		return s.publicURL + "/", db.Translate(err)
	}
	return s.publicURL + "/answer/" + token[0], nil
}

// Answering is what the link of a message opens.
type Answering struct {
	Event       Event
	GivenName   string
	State       EnrolState
	Reason      string
	OfferEndsAt time.Time
	CanAccept   bool // a place that is offered, or an invitation
	CanDecline  bool
}

// Answering opens the link by which somebody answers about their place.
// public: the secret of the link is the person's own; it shows nothing of the event but what its paper shows.
func (s *Service) Answering(ctx context.Context, token string) (*Answering, error) {
	e, err := s.byAnswerToken(ctx, s.db, token)
	if err != nil {
		return nil, err
	}
	h, err := readHead(ctx, s.db, e.EventID)
	if err != nil {
		return nil, err
	}
	p, err := s.people.PersonTx(ctx, s.db, e.PersonID)
	if err != nil {
		return nil, err
	}
	a := &Answering{Event: h.Event, GivenName: p.GivenName, State: e.State, Reason: e.Reason, OfferEndsAt: e.OfferEndsAt}
	start, _ := h.span()
	if now := s.now(); h.Event.State.CanEnrol() && now.Before(start) {
		live := e.State != Offered || now.Before(e.OfferEndsAt)
		a.CanAccept = e.State == Invited || e.State == Offered && live
		a.CanDecline = e.State == Enrolled || e.State == Waiting || e.State == Invited || e.State == Offered && live
	}
	return a, nil
}

// answerTokenLen is that of a UUID without its dashes.
const answerTokenLen = 32

func (s *Service) byAnswerToken(ctx context.Context, idb bun.IDB, token string) (*Enrolment, error) {
	if len(token) != answerTokenLen {
		return nil, errs.NewNotFound("workshop: answer")
	}
	e := new(Enrolment)
	err := idb.NewSelect().Model(e).Where("answer_token = ?", token).Scan(ctx)
	return e, errs.Wrap(db.Translate(err), "workshop: answer")
}

// AnswerByLink takes the place that somebody was offered or invited to, or gives it back, with a reason that may be empty. A place that
// becomes free is offered to the next. The same answer given twice is one; none is taken once the event has begun.
// public: see Answering.
func (s *Service) AnswerByLink(ctx context.Context, token string, accept bool, reason string) error {
	if reason = strings.TrimSpace(reason); len([]rune(reason)) > maxReason {
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}}})
	}
	seen, err := s.byAnswerToken(ctx, s.db, token)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		ev, err := s.lock(ctx, tx, seen.EventID)
		if err != nil {
			return err
		}
		e, err := s.byAnswerToken(ctx, tx, token)
		if err != nil {
			return err
		}
		start, err := startOf(ctx, tx, &ev.Event)
		if err != nil {
			return err
		}
		m := Move{To: Declined, Reason: reason, way: ByLink}
		if accept {
			m = Move{To: Enrolled, way: ByLink}
		}
		switch {
		case e.State == m.To:
			return nil
		case !ev.State.CanEnrol() || !ev.now.Before(start):
			return errs.NewConflict("answer_error_begun")
		case e.State == Offered && !ev.now.Before(e.OfferEndsAt), e.State == Declined && accept:
			return errs.NewConflict("workshop_error_offer_over")
		case e.State == Withdrawn || e.State == Declined || accept && e.State != Offered && e.State != Invited:
			return errs.NewConflict("answer_error_none")
		}
		if err := s.moveEnrolment(ctx, tx, access.System("answer"), ev, e, m); err != nil {
			return err
		}
		return touch(ctx, tx, ev.ID, ev.now)
	})
}
