package workshop

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// HistoryEntry is one mark of a cell with who made it and what it changed.
type HistoryEntry struct {
	Mark

	From    Status // the status in force before it, in the order of the marks' times
	Actor   string // name; empty for the system
	InForce bool
}

// History is the story of one cell, the newest mark first.
type History struct {
	*Head

	Slot    *Slot
	Person  Participant
	Entries []HistoryEntry
}

// History tells who marked what about a person's half-day, and when.
func (s *Service) History(ctx context.Context, actor access.Actor, event, slot, enrolment uuid.UUID) (*History, error) {
	head, err := s.Head(ctx, actor, access.AttendanceMark, event)
	if err != nil {
		return nil, err
	}
	h := &History{Head: head, Slot: head.Slot(slot)}
	if h.Slot == nil {
		return nil, errs.NewNotFound("workshop: slot")
	}
	if err := peopleQuery(s.db).Where("e.event_id = ? AND e.id = ?", event, enrolment).Scan(ctx, &h.Person); err != nil {
		return nil, errs.Wrap(db.Translate(err), "workshop: enrolment")
	}
	var rows []struct {
		Mark       `bun:",extend"`
		FamilyName string
		GivenName  string
	}
	err = s.db.NewSelect().TableExpr("workshop.mark AS mark").Join("LEFT JOIN org.person AS p ON p.id = mark.actor_id").
		ColumnExpr("mark.*, coalesce(p.family_name, '') AS family_name, coalesce(p.given_name, '') AS given_name").
		Where("mark.slot_id = ? AND mark.enrolment_id = ?", slot, enrolment).Scan(ctx, &rows)
	if err != nil {
		return nil, db.Translate(err)
	}
	for _, r := range rows {
		h.Entries = append(h.Entries, HistoryEntry{Mark: r.Mark, Actor: fullName(r.GivenName, r.FamilyName)})
	}
	h.order()
	return h, nil
}

// order sorts the marks by their time and says for each what it changed.
func (h *History) order() {
	slices.SortFunc(h.Entries, func(a, b HistoryEntry) int {
		if a.before(&b.Mark) {
			return -1
		}
		return 1
	})
	marks := make([]Mark, len(h.Entries))
	from := Unmarked
	for i := range h.Entries {
		e := &h.Entries[i]
		marks[i], e.From = e.Mark, from
		from = inForce(marks[:i+1]).Status
	}
	for i := range h.Entries {
		h.Entries[i].InForce = h.Entries[i].ID == inForce(marks).ID
	}
	slices.Reverse(h.Entries)
}

// CheckinOutcome is the answer to a scanned or typed badge.
type CheckinOutcome string

// The answers. Only CheckedIn has changed anything.
const (
	CheckedIn     CheckinOutcome = "ok"
	AlreadyIn     CheckinOutcome = "already"
	TooEarly      CheckinOutcome = "early"
	TooLate       CheckinOutcome = "over"
	OtherWorkshop CheckinOutcome = "other_workshop"
	UnknownBadge  CheckinOutcome = "unknown"
	NotEnrolled   CheckinOutcome = "not_enrolled"
	NoSlot        CheckinOutcome = "no_slot"
)

// CheckinInput is a badge held before the camera, or its code typed.
type CheckinInput struct {
	Badge    string    // the QR code's address, its token, or the typed code
	SlotID   uuid.UUID // zero: the half-day whose window is open
	Key      uuid.UUID // made by the device for this scan
	Device   string
	ClientAt time.Time
}

// Checkin is what the door's screen shows.
type Checkin struct {
	Outcome CheckinOutcome
	Slot    *Slot        // the half-day meant; nil when there is none
	Opens   time.Time    // when its check-in opens, for TooEarly
	Person  *Participant // nil when the badge is not of this event
	Cell    *Cell        // as it is now
}

// CheckIn marks the holder of a badge as having arrived, by the server's clock: present, or late when the half-day began
// longer ago than the event allows. Outside the half-day's window, twice, or for a badge of another event it says so and
// changes nothing.
func (s *Service) CheckIn(ctx context.Context, actor access.Actor, event uuid.UUID, in CheckinInput) (*Checkin, error) {
	var out *Checkin
	err := s.change(ctx, actor, access.AttendanceMark, event, func(ctx context.Context, tx bun.IDB, ev *locked) (err error) {
		ev.unchanged = true
		if !ev.State.CanMark() {
			return errs.NewConflict("workshop_error_mark_state")
		}
		out, err = s.checkIn(ctx, tx, actor, ev, in)
		return err
	})
	return out, err
}

func (s *Service) checkIn(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, in CheckinInput) (*Checkin, error) {
	out := &Checkin{}
	if err := out.findSlot(ctx, tx, ev, in.SlotID); err != nil {
		return nil, err
	}
	if err := out.findPerson(ctx, tx, ev, in.Badge); err != nil || out.Outcome != "" {
		return out, err
	}
	var rows []Attendance
	err := tx.NewSelect().Model(&rows).Where("slot_id = ? AND enrolment_id = ?", out.Slot.ID, out.Person.EnrolmentID).Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	if len(rows) > 0 {
		c := CellOf(&rows[0])
		out.Cell = &c
	}
	if out.judge(ev, in.Key); out.Outcome != "" {
		return out, nil
	}
	return out, s.markArrival(ctx, tx, actor, ev, in, out)
}

// findSlot takes the half-day asked for, or the one whose check-in is open, or else the next one.
func (c *Checkin) findSlot(ctx context.Context, tx bun.IDB, ev *locked, id uuid.UUID) error {
	var slots []Slot
	if err := tx.NewSelect().Model(&slots).Where("event_id = ?", ev.ID).OrderExpr("starts_at").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	i := slices.IndexFunc(slots, func(sl Slot) bool { return sl.ID == id })
	if id == uuid.Nil {
		i = Current(slots, ev.now, ev.CheckinBefore)
	}
	if i >= 0 {
		c.Slot = &slots[i]
	}
	return nil
}

func (c *Checkin) findPerson(ctx context.Context, tx bun.IDB, ev *locked, badge string) error {
	if c.Slot == nil {
		c.Outcome = NoSlot
		return nil
	}
	token, code := ParseBadge(badge)
	q := peopleQuery(tx).ColumnExpr("e.event_id")
	switch {
	case token != "":
		q = q.Where("e.badge_token = ?", token)
	case code != "":
		q = q.Where("e.badge_code = ? AND e.event_id = ?", code, ev.ID)
	default:
		c.Outcome = UnknownBadge
		return nil
	}
	var rows []struct {
		Participant `bun:",extend"`
		EventID     uuid.UUID
	}
	if err := q.Scan(ctx, &rows); err != nil {
		return db.Translate(err)
	}
	switch {
	case len(rows) == 0:
		c.Outcome = UnknownBadge
	case rows[0].EventID != ev.ID:
		c.Outcome = OtherWorkshop // and no name: the actor may not know those people
	case rows[0].State != Enrolled:
		c.Outcome, c.Person = NotEnrolled, &rows[0].Participant
	default:
		c.Person = &rows[0].Participant
	}
	return nil
}

// judge refuses what must not change anything.
func (c *Checkin) judge(ev *locked, key uuid.UUID) {
	from, to := c.Slot.Window(ev.CheckinBefore)
	switch {
	case c.Cell != nil && c.Cell.MarkID == key && key != uuid.Nil: // the same scan, sent again
		c.Outcome = CheckedIn
	case c.Cell != nil && c.Cell.Status.Attended():
		c.Outcome = AlreadyIn
	case ev.now.Before(from):
		c.Outcome, c.Opens = TooEarly, from
	case !ev.now.Before(to):
		c.Outcome = TooLate
	}
}

func (s *Service) markArrival(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, in CheckinInput, out *Checkin) error {
	status := Present
	if ev.now.After(out.Slot.StartsAt.Add(time.Duration(ev.LateAfter) * time.Minute)) {
		status = Late
	}
	var seen int64
	if out.Cell != nil {
		seen = out.Cell.Seq
	}
	if in.Key == uuid.Nil {
		id, err := newID()
		if err != nil {
			return err
		}
		in.Key = id
	}
	b := Batch{Device: in.Device, Marks: []MarkInput{{Key: in.Key, SlotID: out.Slot.ID, EnrolmentID: out.Person.EnrolmentID, Status: status,
		Arrived: ev.now.In(ev.Zone()).Format("15:04"), Source: Scan, SeenSeq: seen, ClientAt: ev.now}}}
	answers, err := s.mark(ctx, tx, actor, ev, b)
	if err != nil {
		return err
	}
	if answers[0].Err != nil {
		return answers[0].Err
	}
	ev.unchanged = false
	cell := CellOf(answers[0].Cell)
	out.Outcome, out.Cell = CheckedIn, &cell
	return nil
}
