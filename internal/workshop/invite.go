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
	"shelter/internal/ical"
)

// InviteInput says what a calendar message is to be.
type InviteInput struct {
	Person    uuid.UUID
	Cancel    bool
	Lang      i18n.Lang
	Organizer ical.Party // a real mailbox: calendar programs answer to it
	Neutral   string     // stands for the title and leaves the subject out; empty: the event's own title
}

// Invitation makes the calendar message of one person: an appointment for each half-day. The first invitation has the
// sequences of the half-days; a cancellation, and an invitation after it, go beyond what the person got before, so that
// calendar programs believe them. The same message asked for twice is the same message.
func (s *Service) Invitation(ctx context.Context, actor access.Actor, event uuid.UUID, in InviteInput) ([]byte, error) {
	var out []byte
	err := s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		g, err := guestOf(ctx, tx, event, in.Person)
		if err != nil {
			return err
		}
		method := ical.Request
		if in.Cancel {
			method = ical.Cancel
		}
		if err := g.mayGet(method, ev.State); err != nil {
			return err
		}
		if ev.unchanged = g.Method == string(method); !ev.unchanged {
			if err := s.noteMessage(ctx, tx, actor, ev, g, method); err != nil {
				return err
			}
		}
		if err := noteTold(ctx, tx, ev, planAfter(method), g.EnrolmentID); err != nil {
			return err
		}
		slots, err := calendarSlots(ctx, tx, event, method == ical.Cancel)
		out = g.calendar(&ev.Event, slots, method, in).Bytes()
		return err
	})
	return out, err
}

// guest is a person on an event's list with what their calendar holds.
type guest struct {
	EnrolmentID uuid.UUID
	PersonID    uuid.UUID
	State       EnrolState
	Method      string
	Shift       int
	FamilyName  string
	GivenName   string
	Email       string
}

func guestOf(ctx context.Context, tx bun.IDB, event, person uuid.UUID) (*guest, error) {
	g := new(guest)
	err := tx.NewSelect().TableExpr("workshop.enrolment AS e").Join("JOIN org.person AS p ON p.id = e.person_id").
		ColumnExpr("e.id AS enrolment_id, e.person_id, e.state, e.ical_method AS method, e.ical_shift AS shift, p.family_name, p.given_name, p.email").
		Where("e.event_id = ? AND e.person_id = ?", event, person).Scan(ctx, g)
	return g, errs.Wrap(db.Translate(err), "workshop: guest")
}

// mayGet: who is not expected is not invited; a cancellation can always be sent again.
func (g *guest) mayGet(m ical.Method, event State) error {
	switch {
	case m == ical.Cancel:
		return nil
	case event == Cancelled:
		return errs.NewConflict("invite_error_cancelled")
	case g.State != Enrolled && g.State != Invited:
		return errs.NewConflict("invite_error_not_enrolled")
	}
	return nil
}

func (s *Service) noteMessage(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, g *guest, m ical.Method) error {
	if g.Method != "" || m == ical.Cancel { // not the first invitation
		g.Shift++
	}
	ev.UpdatedAt = ev.now // the stamp of the message, and of its repeats
	_, err := tx.NewRaw("UPDATE workshop.enrolment SET ical_method = ?, ical_shift = ? WHERE id = ?", m, g.Shift, g.EnrolmentID).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, tx, actor, ev, "workshop.calendar_message", map[string]any{"enrolment": g.EnrolmentID, "method": m})
}

// calendarSlot is a half-day as calendars know it.
type calendarSlot struct {
	ID       uuid.UUID // zero: taken out of the plan
	ICalUID  string    `bun:"ical_uid"`
	Sequence int
	StartsAt time.Time
	EndsAt   time.Time
	Topic    string
}

// calendarSlots gives the half-days in order of time; with those that were taken out for a cancellation.
func calendarSlots(ctx context.Context, tx bun.IDB, event uuid.UUID, gone bool) ([]calendarSlot, error) {
	var list []calendarSlot
	err := tx.NewRaw(`SELECT id, ical_uid, sequence, starts_at, ends_at, topic FROM workshop.slot WHERE event_id = ?0
		UNION ALL SELECT NULL, ical_uid, sequence, starts_at, ends_at, '' FROM workshop.slot_removed WHERE event_id = ?0 AND ?1 ORDER BY starts_at`, event, gone).Scan(ctx, &list)
	return list, db.Translate(err)
}

func (g *guest) calendar(ev *Event, slots []calendarSlot, m ical.Method, in InviteInput) ical.Calendar {
	c := ical.Calendar{Method: m}
	to := ical.Party{Name: fullName(g.GivenName, g.FamilyName), Address: g.Email}
	if to.Address == "" { // nobody else's address can stand here
		to.Address = "urn:uuid:" + g.PersonID.String()
	}
	for i := range slots {
		e := slots[i].entry(ev, in.Lang, in.Neutral)
		e.Sequence += g.Shift
		e.Organizer, e.Attendee = &in.Organizer, &to
		c.Events = append(c.Events, e)
	}
	return c
}

// entry is a half-day as an appointment. Where the event has a neutral title, or one is given, nothing tells the subject.
func (sl *calendarSlot) entry(ev *Event, lang i18n.Lang, neutral string) ical.Event {
	e := ical.Event{UID: sl.ICalUID + "@shelter", Sequence: sl.Sequence, Stamp: ev.UpdatedAt, Start: sl.StartsAt, End: sl.EndsAt,
		Summary: ev.PrintTitle(lang), Location: joinPlace(ev.Venue, ev.Room), Cancelled: ev.State == Cancelled || sl.ID == uuid.Nil, Tentative: ev.State == Draft}
	switch {
	case neutral != "":
		e.Summary = neutral
	case ev.NeutralTitle == "":
		e.Description = strings.TrimSpace(sl.Topic + "\n" + ev.Code)
	}
	return e
}

func joinPlace(venue, room string) string {
	return strings.Trim(venue+", "+room, ", ")
}
