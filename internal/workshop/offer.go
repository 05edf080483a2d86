package workshop

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
)

// offerFor is how long a place is kept for whoever it is offered to; never beyond the start of the event.
const offerFor = 48 * time.Hour

// UseMail makes the service tell people of what happens to their places; links begin with the public address.
func (s *Service) UseMail(outbox *mail.Outbox, publicURL string) *Service {
	s.outbox, s.publicURL = outbox, publicURL
	return s
}

// offerPlaces offers the places that are free to those who wait, in the order in which they came, passing over those whose quota
// is full. Nothing is offered once the event has begun.
func (s *Service) offerPlaces(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked) error {
	if ev.State != Open && ev.State != Confirmed {
		return nil
	}
	start, err := startOf(ctx, tx, &ev.Event)
	if err != nil || !ev.now.Before(start) {
		return err
	}
	r, err := readRoster(ctx, tx, ev.ID)
	if err != nil || (ev.Capacity == 0 && len(r.places) == 0) { // nothing limits the places: who waits was put there by somebody
		return err
	}
	for _, e := range r.waiting() {
		t := r.traits(e)
		if r.room(ev, t, "") != nil {
			continue
		}
		r.count(t, Waiting, Offered)
		e.State, e.ChangedAt, e.OfferEndsAt = Offered, ev.now, earliest(ev.now.Add(offerFor), start)
		if err := s.offer(ctx, tx, actor, ev, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) offer(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, e *Enrolment) error {
	if _, err := tx.NewUpdate().Model(e).Column("state", "changed_at", "offer_ends_at").WherePK().Exec(ctx); err != nil {
		return db.Translate(err)
	}
	ev.unchanged = false
	if err := s.record(ctx, tx, actor, ev, "workshop.offer", map[string]any{"enrolment": e.ID, "until": e.OfferEndsAt}); err != nil {
		return err
	}
	return s.tell(ctx, tx, ev, e.PersonID, "place_offered", func(loc *i18n.Localizer) errs.Args {
		return errs.Args{"until": ev.when(loc, e.OfferEndsAt)}
	})
}

// waiting are those who wait, first come first.
func (r *roster) waiting() []*Enrolment {
	var list []*Enrolment
	for _, e := range r.by {
		if e.State == Waiting {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b *Enrolment) int {
		return cmp.Or(a.ChangedAt.Compare(b.ChangedAt), cmp.Compare(a.Number, b.Number))
	})
	return list
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// startOf is when the first half-day begins; the first day when none is planned.
func startOf(ctx context.Context, idb bun.IDB, ev *Event) (time.Time, error) {
	start := bun.NullTime{}
	err := idb.NewSelect().TableExpr("workshop.slot").ColumnExpr("min(starts_at)").Where("event_id = ?", ev.ID).Scan(ctx, &start)
	if err != nil || start.IsZero() {
		return ev.StartsOn, db.Translate(err)
	}
	return start.Time, nil
}

// tell writes to a person about an event, in their language, when they have an address.
func (s *Service) tell(ctx context.Context, tx bun.IDB, ev *locked, person uuid.UUID, kind string, more func(*i18n.Localizer) errs.Args) error {
	t, ok := tx.(bun.Tx)
	if s.outbox == nil || !ok || person == uuid.Nil {
		return nil
	}
	p, err := s.people.PersonTx(ctx, tx, person)
	if err != nil || p.Email == "" {
		return err
	}
	lang := cmp.Or(p.Lang, i18n.FR)
	loc := s.outbox.Bundle.For(lang)
	args := errs.Args{"workshop": ev.PrintTitle(lang), "days": loc.DateRange(ev.StartsOn, ev.EndsOn), "place": cmp.Or(joinPlace(ev.Venue, ev.Room), loc.T("mail_place_unknown"))}
	if more != nil {
		for k, v := range more(loc) {
			args[k] = v
		}
	}
	link, err := s.answerLink(ctx, tx, ev.ID, person)
	if err != nil {
		return err
	}
	return s.outbox.Post(ctx, t, mail.Message{Kind: kind, To: p.Email, Name: p.GivenName, Lang: lang, Link: link, Args: args})
}

// AnswerOffer takes the place that is offered to the actor, or lets it go to the next, with a reason that may be empty. The same
// answer given twice is one.
func (s *Service) AnswerOffer(ctx context.Context, actor access.Actor, event uuid.UUID, accept bool, reason string) error {
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: actor.PersonID}); err != nil {
		return err
	}
	if reason = strings.TrimSpace(reason); len([]rune(reason)) > maxReason {
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}}})
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		ev, err := s.lock(ctx, tx, event)
		if err != nil {
			return err
		}
		e := new(Enrolment)
		if err := tx.NewSelect().Model(e).Where("event_id = ? AND person_id = ? AND offer_ends_at IS NOT NULL", event, actor.PersonID).Scan(ctx); err != nil {
			return errs.Wrap(db.Translate(err), "workshop: offer")
		}
		m := Move{To: Declined, Reason: reason, way: ByPage}
		if accept {
			m = Move{To: Enrolled, way: ByPage}
		}
		switch {
		case e.State == m.To:
			return nil
		case !ev.State.CanEnrol():
			return errs.NewConflict("answer_error_begun")
		case e.State != Offered, !ev.now.Before(e.OfferEndsAt):
			return errs.NewConflict("workshop_error_offer_over")
		}
		if err := s.moveEnrolment(ctx, tx, actor, ev, e, m); err != nil {
			return err
		}
		return touch(ctx, tx, event, ev.now)
	})
}

// Tick ends the offers that nobody answered, offers free places to the next, and sends the reminders that are due; a job runs it.
// public: it does what the lists say, whoever asks.
func (s *Service) Tick(ctx context.Context) error {
	return errors.Join(s.tickOffers(ctx), s.remind(ctx))
}

func (s *Service) tickOffers(ctx context.Context) error {
	var ids []uuid.UUID
	err := s.db.NewSelect().TableExpr("workshop.event AS e").Column("e.id").Where("e.state IN (?)", bun.List([]State{Open, Confirmed, Running})).
		Where("EXISTS (SELECT 1 FROM workshop.enrolment AS n WHERE n.event_id = e.id AND (n.state = 'waiting' OR (n.state = 'offered' AND n.offer_ends_at <= ?)))", s.now().UTC()).
		OrderExpr("e.starts_on, e.id").Scan(ctx, &ids)
	if err != nil {
		return db.Translate(err)
	}
	var failed error
	for _, id := range ids {
		failed = errors.Join(failed, s.tickEvent(ctx, id))
	}
	return failed
}

func (s *Service) tickEvent(ctx context.Context, id uuid.UUID) error {
	actor := access.System("offers")
	return s.change(ctx, actor, access.ParticipantEdit, id, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		ev.unchanged = true
		var over []Enrolment
		err := tx.NewSelect().Model(&over).Where("event_id = ? AND state = ? AND offer_ends_at <= ?", id, Offered, ev.now).Order("number").Scan(ctx)
		if err != nil {
			return db.Translate(err)
		}
		for i := range over {
			e := &over[i]
			e.State, e.ChangedAt, ev.unchanged = Declined, ev.now, false
			if _, err := tx.NewUpdate().Model(e).Column("state", "changed_at").WherePK().Exec(ctx); err != nil {
				return db.Translate(err)
			}
			if err := s.record(ctx, tx, actor, ev, "workshop.offer_over", map[string]any{"enrolment": e.ID}); err != nil {
				return err
			}
		}
		return s.offerPlaces(ctx, tx, actor, ev)
	})
}
