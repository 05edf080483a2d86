package workshop

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
)

// MessageKind is what an event's people are told.
type MessageKind string

// The kinds of messages.
const (
	MessageInvitation MessageKind = "invitation"
	MessageReminder   MessageKind = "reminder"
	MessageFollowUp   MessageKind = "followup"
)

// MessageKinds lists the kinds in the order of an event's life.
func MessageKinds() []MessageKind {
	return []MessageKind{MessageInvitation, MessageReminder, MessageFollowUp}
}

// Valid tells whether the kind exists.
func (k MessageKind) Valid() bool {
	return k == MessageInvitation || k == MessageReminder || k == MessageFollowUp
}

// concerns tells whether a person gets messages of the kind: what follows an event is for those who were there.
func (k MessageKind) concerns(p *Participant) bool {
	switch k {
	case MessageFollowUp:
		n, _ := p.Attended()
		return p.State == Enrolled && n > 0
	case MessageInvitation:
		return p.State == Enrolled || p.State == Invited
	case MessageReminder:
	}
	return p.State == Enrolled
}

// closed says why a message of the kind cannot go out, as a catalogue key; empty when it can.
func (k MessageKind) closed(h *Head, now time.Time) string {
	start, end := h.span()
	switch {
	case h.Event.State == Cancelled:
		return "messages_error_cancelled"
	case h.Event.State == Draft:
		return "messages_error_draft"
	case k == MessageFollowUp && now.Before(end):
		return "messages_error_not_over"
	case k != MessageFollowUp && !now.Before(start):
		return "messages_error_begun"
	}
	return ""
}

// span is when the first half-day begins and the last one ends; the days themselves when none is planned.
func (h *Head) span() (start, end time.Time) {
	if n := len(h.Slots); n > 0 {
		return h.Slots[0].StartsAt, h.Slots[n-1].EndsAt
	}
	return h.Event.StartsOn, h.Event.EndsOn.AddDate(0, 0, 1)
}

// RemindAt is when people are reminded by themselves: some days before the start, at the hour of the start; zero when they are not.
func (h *Head) RemindAt() time.Time {
	if h.Event.RemindDays == 0 || len(h.Slots) == 0 {
		return time.Time{}
	}
	return h.Slots[0].StartsAt.In(h.Event.Zone()).AddDate(0, 0, -h.Event.RemindDays)
}

// Sequel is what follows an event, as addresses that people are led to.
type Sequel struct {
	Survey       string               // where the survey that is open is answered; empty: none is
	Certificates map[uuid.UUID]string // by enrolment: where the certificate is printed
}

// SequelOf gives what follows an event; certificates and surveys stand behind it, wired by app.
type SequelOf func(ctx context.Context, idb bun.IDB, event uuid.UUID) (Sequel, error)

// UseSequel makes what follows an event part of the message after it.
func (s *Service) UseSequel(of SequelOf) { s.sequel = of }

// Messages is one kind of message of an event: its words, whom it is for, and what was sent so far.
type Messages struct {
	*View

	Kind       MessageKind
	Note       string // the trainer's own words
	Closed     string // why it cannot go out now, as a catalogue key; empty when it can
	Recipients []Recipient
	Former     []Recipient // who had it and is no longer concerned

	sequel    Sequel
	tokens    map[uuid.UUID]string // by which people answer about their places
	bundle    *i18n.Bundle
	publicURL string
}

// Recipient is somebody whom a message is for.
type Recipient struct {
	*Participant

	Sendings []SendingLine // of every kind, oldest first
	Answers  []AnswerLine  // about the place, oldest first
	Told     bool          // has had a message of this kind
	Outdated bool          // knows the event as it was before a change
}

// SendingLine is a line of the log as it is read.
type SendingLine struct {
	Sending `bun:",extend"`

	Sender string      // empty: it went by itself
	Mail   mail.Status `bun:"-"` // of a message that is remembered
}

// Messages gives a kind of message to whoever may edit the participants.
func (s *Service) Messages(ctx context.Context, actor access.Actor, event uuid.UUID, kind MessageKind) (*Messages, error) {
	if !kind.Valid() {
		return nil, errs.NewNotFound("workshop: message " + string(kind))
	}
	h, err := s.Head(ctx, actor, access.ParticipantEdit, event)
	if err != nil {
		return nil, err
	}
	m, err := s.messages(ctx, s.db, h, kind)
	if err != nil {
		return nil, err
	}
	return m, s.addStates(ctx, m)
}

func (s *Service) messages(ctx context.Context, idb bun.IDB, h *Head, kind MessageKind) (*Messages, error) {
	if s.outbox == nil {
		return nil, errors.New("workshop: messages without an outbox")
	}
	m := &Messages{Kind: kind, Closed: kind.closed(h, s.now()), bundle: s.outbox.Bundle, publicURL: s.publicURL}
	var err error
	if m.View, err = readView(ctx, idb, h); err != nil {
		return nil, err
	}
	err = idb.NewSelect().Table("workshop.message_note").ColumnExpr("coalesce(max(note), '')").Where("event_id = ? AND kind = ?", h.Event.ID, kind).Scan(ctx, &m.Note)
	if err != nil {
		return nil, db.Translate(err)
	}
	if kind == MessageFollowUp && s.sequel != nil {
		if m.sequel, err = s.sequel(ctx, idb, h.Event.ID); err != nil {
			return nil, err
		}
	}
	log, err := readSendings(ctx, idb, h.Event.ID)
	if err != nil {
		return nil, err
	}
	answers, err := readAnswers(ctx, idb, h.Event.ID)
	if err != nil {
		return nil, err
	}
	if m.tokens, err = answerTokens(ctx, idb, h.Event.ID); err != nil {
		return nil, err
	}
	outdated, err := readOutdated(ctx, idb, &h.Event)
	if err != nil {
		return nil, err
	}
	for i := range m.People {
		p := &m.People[i]
		r := Recipient{Participant: p, Sendings: log[p.EnrolmentID], Answers: answers[p.EnrolmentID]}
		r.Outdated = slices.ContainsFunc(outdated, func(g outdatedGuest) bool { return g.EnrolmentID == p.EnrolmentID })
		for _, l := range r.Sendings {
			r.Told = l.Kind == kind || (r.Told && l.Kind != messageCancellation) // what was cancelled is told anew
		}
		switch {
		case kind.concerns(p):
			m.Recipients = append(m.Recipients, r)
		case r.Told, len(r.Answers) > 0 && kind == MessageInvitation:
			m.Former = append(m.Former, r)
		}
	}
	return m, nil
}

// ToMail counts the people whom sending would reach by mail: again reaches those who were told before too.
func (m *Messages) ToMail(again bool) int {
	n := 0
	for i := range m.Recipients {
		if m.Recipients[i].mailed(again) {
			n++
		}
	}
	return n
}

func (r *Recipient) mailed(again bool) bool { return r.Email != "" && (again || !r.Told) }

// Letters are those for whom letters are printed: who has no address and was not told yet, or not of a change, or all.
func (m *Messages) Letters(all bool) []Recipient {
	var list []Recipient
	for _, r := range m.Recipients {
		if all || (r.Email == "" && (!r.Told || (r.Outdated && m.Kind == MessageInvitation))) {
			list = append(list, r)
		}
	}
	return list
}

// Words are the message to one person in a language; without a person as anybody reads it.
func (m *Messages) Words(p *Participant, l i18n.Lang) mail.Words {
	return mail.Compose(m.bundle, m.message(p, l))
}

// lang is the language in which a person is written to.
func (p *Participant) lang() i18n.Lang { return cmp.Or(i18n.Lang(p.Lang), i18n.FR) }

// OwnWords are the message to one person in that person's language.
func (m *Messages) OwnWords(p *Participant) mail.Words { return m.Words(p, p.lang()) }

func (m *Messages) message(p *Participant, l i18n.Lang) mail.Message {
	loc, ev := m.bundle.For(l), &m.Event
	start, _ := m.span()
	msg := mail.Message{Kind: mailKind(m.Kind), Lang: l, Link: m.publicURL + "/",
		Args: errs.Args{"workshop": ev.PrintTitle(l), "days": loc.DateRange(ev.StartsOn, ev.EndsOn), "start": ev.when(loc, start)}}
	say := func(key, name, value string) {
		if value != "" {
			msg.More = append(msg.More, loc.T(key, name, value))
		}
	}
	switch m.Kind {
	case messageCancellation, messageDropped, messageLeft:
		return m.addressed(msg, p) // the note is another message's
	case messageUpdate:
		say("mail_workshop_place", "place", joinPlace(ev.Venue, ev.Room))
		msg.More = append(msg.More, m.slotLines(loc))
		return m.addressed(msg, p)
	case MessageFollowUp:
		if msg.Link = m.sequel.Survey; p != nil {
			say("mail_workshop_certificate", "address", m.sequel.Certificates[p.EnrolmentID])
		}
	case MessageInvitation, MessageReminder:
		say("mail_workshop_place", "place", joinPlace(ev.Venue, ev.Room))
		if p != nil {
			say("mail_workshop_answer", "address", m.publicURL+"/answer/"+m.tokens[p.EnrolmentID])
		}
	}
	if m.Note != "" {
		msg.More = append(msg.More, m.Note)
	}
	return m.addressed(msg, p)
}

func (m *Messages) addressed(msg mail.Message, p *Participant) mail.Message {
	if p != nil {
		msg.To, msg.Name = p.Email, p.GivenName
	}
	return msg
}

// slotLines lists the half-days in words, one a line.
func (m *Messages) slotLines(loc *i18n.Localizer) string {
	slots := make([]calendarSlot, len(m.Slots))
	for i, sl := range m.Slots {
		slots[i] = calendarSlot{StartsAt: sl.StartsAt, EndsAt: sl.EndsAt}
	}
	return slotLines(loc, &m.Event, slots)
}
