package workshop

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ical"
	"shelter/internal/mail"
)

// What goes to those who were told of an event before it changed.
const (
	messageUpdate  MessageKind = "update"  // times, place or title are other ones
	messageDropped MessageKind = "dropped" // half-days were taken out
	messageLeft    MessageKind = "left"    // the person is no longer expected
)

// Outdated counts the people who were told of an event and do not know how it stands now.
type Outdated struct {
	Cancelled bool // the event is: those who have no address must be told otherwise
	Mailed    int  // an update goes to them by mail
	Left      int  // no longer expected: a mail takes the event out of their calendar
	Paper     int  // without an address
}

// Any tells whether there is somebody.
func (o Outdated) Any() bool { return o.Mailed+o.Left+o.Paper > 0 }

// outdatedGuest is one of them.
type outdatedGuest struct {
	EnrolmentID uuid.UUID
	PersonID    uuid.UUID
	State       EnrolState
	Email       string
	Gone        []string `bun:",array"` // half-days that they know and that are no more
}

func (g *outdatedGuest) expected() bool { return g.State == Enrolled || g.State == Invited }

// planSQL is the half-days of an enrolment's event as calendars know them.
const planSQL = "coalesce((SELECT jsonb_object_agg(s.ical_uid, s.sequence) FROM workshop.slot AS s WHERE s.event_id = e.event_id), '{}')"

// readOutdated lists who was told something else than what holds now. Of a cancelled event nothing holds.
func readOutdated(ctx context.Context, idb bun.IDB, ev *Event) ([]outdatedGuest, error) {
	var list []outdatedGuest
	q := idb.NewSelect().TableExpr("workshop.enrolment AS e").Join("JOIN org.person AS p ON p.id = e.person_id").
		ColumnExpr("e.id AS enrolment_id, e.person_id, e.state, p.email").
		ColumnExpr(`ARRAY(SELECT k FROM jsonb_object_keys(e.told_plan) AS k WHERE k NOT IN (SELECT ical_uid FROM workshop.slot WHERE event_id = e.event_id)) AS gone`).
		Where("e.event_id = ? AND e.told_plan <> '{}'", ev.ID).OrderExpr("e.number")
	if ev.State == Cancelled {
		q = q.Where("e.state IN (?, ?)", Enrolled, Invited)
	} else {
		q = q.Where("(e.state IN (?0, ?1) AND e.told_plan <> "+planSQL+") OR (e.state NOT IN (?0, ?1) AND e.ical_method = ?2 AND p.email <> '')", Enrolled, Invited, ical.Request)
	}
	return list, db.Translate(q.Scan(ctx, &list))
}

// Outdated counts who should be told that an event changed.
func (s *Service) Outdated(ctx context.Context, actor access.Actor, event uuid.UUID) (Outdated, error) {
	h, err := s.Head(ctx, actor, access.ParticipantEdit, event)
	if err != nil {
		return Outdated{}, err
	}
	return s.outdated(ctx, s.db, h)
}

func (s *Service) outdated(ctx context.Context, idb bun.IDB, h *Head) (Outdated, error) {
	o := Outdated{Cancelled: h.Event.State == Cancelled}
	if !o.Cancelled && MessageInvitation.closed(h, s.now()) != "" {
		return o, nil
	}
	list, err := readOutdated(ctx, idb, &h.Event)
	for i := range list {
		switch g := &list[i]; {
		case o.Cancelled || g.Email == "":
			o.Paper++
		case g.expected():
			o.Mailed++
		default:
			o.Left++
		}
	}
	return o, err
}

// noteTold writes down what people know now: the half-days as they stand, or nothing after a cancellation.
func noteTold(ctx context.Context, tx bun.IDB, ev *locked, plan string, enrolments ...uuid.UUID) error {
	if len(enrolments) == 0 {
		return nil
	}
	res, err := tx.NewRaw("UPDATE workshop.enrolment AS e SET told_plan = "+plan+" WHERE e.id IN (?) AND e.told_plan <> "+plan, bun.List(enrolments)).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, err := res.RowsAffected(); n > 0 || err != nil {
		ev.unchanged = false // the pages say who is to be told
		return err
	}
	return nil
}

// nothing is the plan of whoever need not come.
const nothing = "'{}'::jsonb"

// SendUpdates tells by mail those who were told before the event changed, each with a calendar message that replaces the one before,
// and takes it out of the calendars of those who are no longer expected. Of a cancelled event it notes that the others were told.
// It gives how many people it reached; pressed twice it finds nobody.
func (s *Service) SendUpdates(ctx context.Context, actor access.Actor, event uuid.UUID) (int, error) {
	n := 0
	err := s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		ev.unchanged = true
		h, err := readHead(ctx, tx, ev.ID)
		if err != nil {
			return err
		}
		if key := MessageInvitation.closed(h, s.now()); key != "" && ev.State != Cancelled {
			return errs.NewConflict(key)
		}
		list, err := readOutdated(ctx, tx, &ev.Event)
		if err != nil {
			return err
		}
		if ev.State == Cancelled {
			n = len(list)
			return s.noteCancelled(ctx, tx, actor, ev, list)
		}
		n, err = s.sendUpdates(ctx, tx, actor, ev, list)
		return err
	})
	return n, err
}

func (s *Service) noteCancelled(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, list []outdatedGuest) error {
	press, err := newID()
	if err != nil {
		return err
	}
	lines, ids := make([]Sending, len(list)), make([]uuid.UUID, len(list))
	for i := range list {
		lines[i].EnrolmentID, ids[i] = list[i].EnrolmentID, list[i].EnrolmentID
	}
	return joinErrs(noteTold(ctx, tx, ev, nothing, ids...),
		s.log(ctx, tx, actor, ev, Sending{Kind: messageCancellation, Channel: ChannelShared, Press: press}, lines))
}

func (s *Service) sendUpdates(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, list []outdatedGuest) (int, error) {
	u, err := s.newUpdate(ctx, tx, actor, ev)
	if err != nil {
		return 0, err
	}
	var told, left []Sending
	for i := range list {
		g := &list[i]
		if g.Email == "" {
			continue
		}
		send, lines := u.expected, &told
		if !g.expected() {
			send, lines = u.left, &left
		}
		id, err := send(ctx, g)
		if err != nil {
			return 0, err
		}
		*lines = append(*lines, Sending{EnrolmentID: g.EnrolmentID, MessageID: id})
	}
	press, err := newID()
	if err != nil {
		return 0, err
	}
	return len(told) + len(left), joinErrs(s.log(ctx, tx, actor, ev, Sending{Kind: messageUpdate, Channel: ChannelMail, Press: press}, told),
		s.log(ctx, tx, actor, ev, Sending{Kind: messageCancellation, Channel: ChannelMail, Press: press}, left))
}

// update is one sending of updates under way.
type update struct {
	*Service

	tx    bun.Tx
	actor access.Actor
	ev    *locked
	view  *View
	by    map[uuid.UUID]*Participant // by enrolment
}

func (s *Service) newUpdate(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked) (*update, error) {
	t, ok := tx.(bun.Tx)
	if !ok || s.outbox == nil {
		return nil, errors.New("workshop: updates are sent by an outbox, in a transaction")
	}
	h, err := readHead(ctx, tx, ev.ID)
	if err != nil {
		return nil, err
	}
	u := &update{Service: s, tx: t, actor: actor, ev: ev, by: map[uuid.UUID]*Participant{}}
	if u.view, err = readView(ctx, tx, h); err != nil {
		return nil, err
	}
	for i := range u.view.People {
		u.by[u.view.People[i].EnrolmentID] = &u.view.People[i]
	}
	ev.UpdatedAt = ev.now // the stamp of the messages
	return u, nil
}

// words are a message to one person.
func (u *update) words(k MessageKind, g *outdatedGuest) mail.Message {
	m := &Messages{View: u.view, Kind: k, bundle: u.outbox.Bundle, publicURL: u.publicURL}
	p := u.by[g.EnrolmentID]
	return m.message(p, p.lang())
}

// expected tells somebody who still comes: what holds now, and apart from it which half-days are no more.
func (u *update) expected(ctx context.Context, g *outdatedGuest) (uuid.UUID, error) {
	guest, err := guestOf(ctx, u.tx, u.ev.ID, g.PersonID)
	if err != nil {
		return uuid.Nil, err
	}
	if len(g.Gone) > 0 {
		if err := u.dropped(ctx, g, guest); err != nil {
			return uuid.Nil, err
		}
	}
	msg := u.words(messageUpdate, g)
	if err := u.calendarFor(ctx, u.tx, u.actor, u.ev, guest, ical.Request, &msg); err != nil {
		return uuid.Nil, err
	}
	return u.outbox.PostAs(ctx, u.tx, msg)
}

// dropped cancels single half-days in a message of their own, since a calendar message has one method.
func (u *update) dropped(ctx context.Context, g *outdatedGuest, guest *guest) error {
	var slots []calendarSlot
	err := u.tx.NewRaw("SELECT ical_uid, sequence, starts_at, ends_at FROM workshop.slot_removed WHERE event_id = ? AND ical_uid IN (?) ORDER BY starts_at", u.ev.ID, bun.List(g.Gone)).Scan(ctx, &slots)
	if err != nil || len(slots) == 0 {
		return db.Translate(err)
	}
	msg := u.words(messageDropped, g)
	loc := u.outbox.Bundle.For(msg.Lang)
	msg.More = append(msg.More, slotLines(loc, &u.ev.Event, slots))
	in := InviteInput{Person: g.PersonID, Lang: msg.Lang, Organizer: ical.Party{Name: "Shelter", Address: u.outbox.From}}
	u.bring(&msg, guest.calendar(&u.ev.Event, slots, ical.Cancel, in), u.ev.Zone())
	_, err = u.outbox.PostAs(ctx, u.tx, msg)
	return err
}

// left takes the event out of the calendar of somebody who no longer comes.
func (u *update) left(ctx context.Context, g *outdatedGuest) (uuid.UUID, error) {
	guest, err := guestOf(ctx, u.tx, u.ev.ID, g.PersonID)
	if err != nil {
		return uuid.Nil, err
	}
	msg := u.words(messageLeft, g)
	if err := u.calendarFor(ctx, u.tx, u.actor, u.ev, guest, ical.Cancel, &msg); err != nil {
		return uuid.Nil, err
	}
	return u.outbox.PostAs(ctx, u.tx, msg)
}

// slotLines lists half-days in words, one a line.
func slotLines(loc *i18n.Localizer, ev *Event, slots []calendarSlot) string {
	lines, zone := make([]string, 0, len(slots)+1), ev.Zone()
	for i := range slots {
		lines = append(lines, loc.DateTime(slots[i].StartsAt.In(zone))+" – "+slots[i].EndsAt.In(zone).Format("15:04"))
	}
	if ev.TimeZone != "Africa/Tunis" {
		lines = append(lines, loc.T("workshop_zone_local", "zone", ev.TimeZone))
	}
	return strings.Join(lines, "\n")
}
