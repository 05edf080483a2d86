package selfcheck

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/workshop"
)

// Room is what a phone with a good code sees.
type Room struct {
	Event  workshop.Event
	Slot   workshop.Slot
	Ticket string
	People []Person // not checked in yet
}

// Person is a name to choose.
type Person struct {
	EnrolmentID  uuid.UUID
	FamilyName   string
	GivenName    string
	Organisation string // set only where two people have the same name
}

// Name is the person's name as the list shows it.
func (p Person) Name() string { return strings.TrimSpace(p.GivenName + " " + p.FamilyName) }

// Room opens the list of names to who holds a code that is good now. What was wrong with another code is said by the error's key.
// public: the code that changes every half-minute is the proof of being in the room.
func (s *Service) Room(ctx context.Context, typed string) (*Room, error) {
	o, err := s.byCode(ctx, typed)
	if err != nil {
		return nil, err
	}
	t := ticket{slot: o.SlotID, at: s.now()}
	if _, err := io.ReadFull(s.random, t.key[:]); err != nil {
		return nil, errs.Wrap(err, "selfcheck: ticket")
	}
	return s.room(ctx, s.db, o, t.seal(o.Secret))
}

// byCode looks among the few half-days of the moment for the one whose code this is.
func (s *Service) byCode(ctx context.Context, typed string) (*opening, error) {
	c, ok := Parse(typed)
	if !ok {
		return nil, errs.NewInvalid("selfcheck_error_form")
	}
	now := s.now()
	var rows []opening
	err := s.db.NewSelect().Model(&rows).Join("JOIN workshop.slot AS sl ON sl.id = selfcheck.slot_id").
		Where("sl.ends_at > ? AND (selfcheck.closed_at IS NULL OR selfcheck.closed_at > ?)", now.Add(-memory), now.Add(-memory)).Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	wrong := errs.NewInvalid("selfcheck_error_unknown")
	var found *opening
	for i := range rows {
		o := &rows[i]
		switch v := judge(o.Secret, c, now); {
		case v == unknown:
		case !o.ClosedAt.IsZero():
			wrong = errs.NewConflict("selfcheck_error_closed")
		case v == expired:
			wrong = errs.NewConflict("selfcheck_error_late")
		case found != nil: // the same eight digits in two rooms: in half a minute they differ
			return nil, errs.NewConflict("selfcheck_error_late")
		default:
			found = o
		}
	}
	if found == nil {
		return nil, wrong
	}
	return found, nil
}

// room reads what a phone sees; outside the half-day's window it says so.
func (s *Service) room(ctx context.Context, idb bun.IDB, o *opening, sealed string) (*Room, error) {
	h, err := s.workshops.HeadTx(ctx, idb, o.EventID)
	if err != nil {
		return nil, err
	}
	slot := h.Slot(o.SlotID)
	if slot == nil {
		return nil, errs.NewConflict("selfcheck_error_closed")
	}
	if _, to := slot.Window(h.Event.CheckinBefore); !s.now().Before(to) || !h.Event.State.CanMark() {
		return nil, errs.NewConflict("selfcheck_error_over")
	}
	r := &Room{Event: h.Event, Slot: *slot, Ticket: sealed}
	err = idb.NewSelect().TableExpr("workshop.enrolment AS e").Join("JOIN org.person AS p ON p.id = e.person_id").
		Join("LEFT JOIN workshop.attendance AS a ON a.enrolment_id = e.id AND a.slot_id = ?", o.SlotID).
		ColumnExpr("e.id AS enrolment_id, p.family_name, p.given_name").
		ColumnExpr("CASE WHEN count(*) OVER (PARTITION BY lower(p.family_name), lower(p.given_name)) > 1 THEN e.organisation ELSE '' END AS organisation").
		Where("e.event_id = ? AND e.state = ? AND coalesce(a.status, '') NOT IN ('present', 'late', 'left_early')", o.EventID, workshop.Enrolled).
		Where("NOT EXISTS (SELECT 1 FROM workshop.mark AS m WHERE m.slot_id = ? AND m.enrolment_id = e.id AND m.source = ?)", o.SlotID, workshop.Self).
		OrderExpr("lower(unaccent(p.family_name || ' ' || p.given_name)), e.number").Scan(ctx, &r.People)
	return r, db.Translate(err)
}

// Again opens the list once more to who holds a ticket: a name was forgotten, or a part of one was typed.
// public: see Room.
func (s *Service) Again(ctx context.Context, sealed string) (*Room, error) {
	o, _, err := s.byTicket(ctx, s.db.NewSelect(), sealed)
	if err != nil {
		return nil, err
	}
	return s.room(ctx, s.db, o, sealed)
}

// byTicket finds the half-day of a ticket that is still good.
func (s *Service) byTicket(ctx context.Context, q *bun.SelectQuery, sealed string) (*opening, ticket, error) {
	t, body, mac, ok := readTicket(sealed)
	if !ok {
		return nil, t, errs.NewInvalid("selfcheck_error_unknown")
	}
	o, err := find(ctx, q, t.slot)
	if err != nil {
		return nil, t, err
	}
	if o == nil {
		return nil, t, errs.NewInvalid("selfcheck_error_unknown")
	}
	genuine, inTime := t.good(o.Secret, body, mac, s.now())
	switch {
	case !genuine:
		return nil, t, errs.NewConflict("selfcheck_error_late") // also one of an opening before this
	case !o.ClosedAt.IsZero():
		return nil, t, errs.NewConflict("selfcheck_error_closed")
	case !inTime:
		return nil, t, errs.NewConflict("selfcheck_error_late")
	}
	return o, t, nil
}

// Done is the answer to a check-in.
type Done struct {
	Event   workshop.Event
	Slot    workshop.Slot
	Name    string
	Status  workshop.Status // present or late
	At      time.Time
	Differs bool // the trainer had noted something else, and that stays until the trainer decides
}

// CheckInInput is a name chosen on a phone.
type CheckInInput struct {
	Ticket      string
	EnrolmentID uuid.UUID
	Device      string // a name that the phone's browser keeps
}

// CheckIn marks the person. The same ticket and person again get the first answer.
// public: see Room.
func (s *Service) CheckIn(ctx context.Context, in CheckInInput) (*Done, error) {
	var out *Done
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		o, t, err := s.byTicket(ctx, tx.NewSelect().For("UPDATE"), in.Ticket)
		if err != nil {
			return err
		}
		repeat, err := used(ctx, tx, t, in)
		if err != nil {
			return err
		}
		r, err := s.room(ctx, tx, o, in.Ticket)
		if err != nil {
			return err
		}
		out = &Done{Event: r.Event, Slot: r.Slot}
		if !repeat {
			if err := phone(ctx, tx, o, in); err != nil {
				return err
			}
		}
		return s.mark(ctx, tx, o, t, in, out)
	})
	return out, err
}

func (s *Service) mark(ctx context.Context, tx bun.Tx, o *opening, t ticket, in CheckInInput, out *Done) error {
	a, err := s.workshops.SelfCheckInTx(ctx, tx, o.EventID, workshop.SelfMark{Key: t.key, SlotID: o.SlotID, EnrolmentID: in.EnrolmentID, Device: in.Device})
	if err != nil {
		return err
	}
	var p Person
	var m workshop.Mark
	err = tx.NewSelect().TableExpr("workshop.enrolment AS e").Join("JOIN org.person AS p ON p.id = e.person_id").
		ColumnExpr("p.family_name, p.given_name").Where("e.id = ?", in.EnrolmentID).Scan(ctx, &p)
	if err == nil {
		err = tx.NewSelect().Model(&m).Where("id = ?", t.key).Scan(ctx)
	}
	out.Name, out.Status, out.At, out.Differs = p.Name(), m.Status, m.ServerAt, a.Cell != nil && a.Cell.Conflict
	return db.Translate(err)
}

// used tells whether the ticket has checked in this person already; one that has checked in another is spent.
func used(ctx context.Context, tx bun.Tx, t ticket, in CheckInInput) (repeat bool, err error) {
	var ids []uuid.UUID
	err = tx.NewSelect().Model((*workshop.Mark)(nil)).Column("enrolment_id").Where("id = ?", t.key).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return false, db.Translate(err)
	}
	if ids[0] != in.EnrolmentID {
		return false, errs.NewConflict("selfcheck_error_used")
	}
	return true, nil
}

// phone refuses the table's fourth check-in from one phone.
func phone(ctx context.Context, tx bun.Tx, o *opening, in CheckInInput) error {
	n, err := tx.NewSelect().Model((*workshop.Mark)(nil)).Where("slot_id = ? AND source = ? AND device = ? AND device <> ''", o.SlotID, workshop.Self, in.Device).Count(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n >= PerPhone {
		return errs.NewConflict("selfcheck_error_phone").With("max", PerPhone)
	}
	return nil
}
