package workshop

import (
	"context"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/ical"
	"shelter/internal/mail"
)

// messageCancellation is what goes by itself when an event is cancelled, to those whose calendars hold it.
const messageCancellation MessageKind = "cancellation"

// attach puts the half-days into an invitation, for the calendar of the one person whom it is for.
func (s *Service) attach(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, r *Recipient, msg *mail.Message) error {
	if msg.Kind != mailKind(MessageInvitation) {
		return nil
	}
	g, err := guestOf(ctx, tx, ev.ID, r.PersonID)
	if err != nil {
		return err
	}
	return s.calendarFor(ctx, tx, actor, ev, g, ical.Request, msg)
}

// calendarFor notes what a person's calendar is told, when that is new, and adds it to a message.
func (s *Service) calendarFor(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, g *guest, m ical.Method, msg *mail.Message) error {
	if g.Method != string(m) {
		ev.unchanged = false
		if err := s.noteMessage(ctx, tx, actor, ev, g, m); err != nil {
			return err
		}
	}
	if err := noteTold(ctx, tx, ev, planAfter(m), g.EnrolmentID); err != nil {
		return err
	}
	slots, err := calendarSlots(ctx, tx, ev.ID, m == ical.Cancel)
	if err != nil || len(slots) == 0 {
		return err
	}
	in := InviteInput{Person: g.PersonID, Lang: msg.Lang, Organizer: ical.Party{Name: "Shelter", Address: s.outbox.From}}
	s.bring(msg, g.calendar(&ev.Event, slots, m, in), ev.Zone())
	return nil
}

// bring adds half-days to a message: the first as the part that mail programs show with its buttons, each further one as a file of its own,
// named by its day and hour.
func (s *Service) bring(msg *mail.Message, c ical.Calendar, zone *time.Location) {
	msg.CalendarType = ical.MIME(c.Method)
	if c.Method == ical.Cancel && len(c.Events) > 1 { // what is asked for says so in its own words
		msg.More = append(msg.More, s.outbox.Bundle.For(msg.Lang).T("mail_workshop_each_half"))
	}
	for i, one := range c.Each() {
		if i == 0 {
			msg.Calendar = string(one.Bytes())
			continue
		}
		name := one.Events[0].Start.In(zone).Format("2006-01-02-1504") + ".ics"
		msg.Files = append(msg.Files, mail.File{Name: name, Type: msg.CalendarType, Data: one.Bytes()})
	}
}

// planAfter is what somebody knows after a calendar message, as SQL.
func planAfter(m ical.Method) string {
	if m == ical.Cancel {
		return nothing
	}
	return planSQL
}

// cancelCalendars tells those whom a mail told of the event that it is cancelled; whose calendar holds it gets the message that takes it
// out as well.
func (s *Service) cancelCalendars(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked) error {
	if s.outbox == nil {
		return nil
	}
	t, ok := tx.(bun.Tx)
	if !ok {
		return errors.New("workshop: messages are sent in a transaction")
	}
	ev.State = Cancelled
	m := &Messages{Kind: messageCancellation, bundle: s.outbox.Bundle, publicURL: s.publicURL}
	h, err := readHead(ctx, tx, ev.ID)
	if err != nil {
		return err
	}
	if m.View, err = readView(ctx, tx, h); err != nil {
		return err
	}
	press, err := newID()
	if err != nil {
		return err
	}
	log, err := readSendings(ctx, tx, ev.ID)
	if err != nil {
		return err
	}
	var lines []Sending
	for i := range m.People {
		p := &m.People[i]
		if p.Email == "" {
			continue
		}
		g, err := guestOf(ctx, tx, ev.ID, p.PersonID)
		if err != nil {
			return db.Translate(err)
		}
		msg := m.message(p, p.lang())
		switch {
		case g.Method == string(ical.Request):
			if err := s.calendarFor(ctx, tx, actor, ev, g, ical.Cancel, &msg); err != nil {
				return err
			}
		case !counts(p, log[p.EnrolmentID]):
			continue
		}
		id, err := s.outbox.PostAs(ctx, t, msg)
		if err != nil {
			return err
		}
		lines = append(lines, Sending{EnrolmentID: p.EnrolmentID, MessageID: id})
	}
	return s.log(ctx, tx, actor, ev, Sending{Kind: messageCancellation, Channel: ChannelMail, Press: press}, lines)
}

// counts tells whether somebody counts on an event without an invitation in their calendar: they stand on its list and a mail told them so
// when they were chosen or offered a place, or a message after it.
func counts(p *Participant, log []SendingLine) bool {
	switch p.State {
	case Enrolled, Invited, Waiting, Offered:
	case Declined, Withdrawn:
		return false
	}
	told := p.State == Offered || p.Source == "nomination" || p.Source == "link"
	for _, l := range log {
		told = l.Kind != messageCancellation // what was cancelled is told anew
	}
	return told
}

// mailKind is the message's name in the catalogue.
func mailKind(k MessageKind) string { return "workshop_" + string(k) }
