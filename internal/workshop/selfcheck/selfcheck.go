// Package selfcheck lets participants check in to a half-day from their own phones, without an account: a code that only the room
// can read stands on the wall and changes every half-minute.
//
// Invariants: a code is derived from a secret of its half-day and the time, and none is stored; it is good for less than a minute
// and only while the check-in is open and the half-day's window lasts; names are shown only to who holds a good code, and only
// those of people who are not checked in yet; a code read in time checks in one person; a self check-in is marked as such and
// never takes the place of what a trainer said.
package selfcheck

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/workshop"
)

// PerPhone is how many people one phone checks in to a half-day: the neighbour without a phone, not the whole table.
const PerPhone = 3

// Service opens and closes the self check-in, and takes it.
type Service struct {
	db        *db.DB
	workshops *workshop.Service
	now       func() time.Time
	random    io.Reader
}

// New makes the service. The secrets come from the system's random source.
func New(d *db.DB, w *workshop.Service, now func() time.Time) *Service {
	return &Service{db: d, workshops: w, now: now, random: rand.Reader}
}

// opening is the self check-in of a half-day.
type opening struct {
	bun.BaseModel `bun:"table:workshop.selfcheck,alias:selfcheck"`

	SlotID   uuid.UUID `bun:",pk"`
	EventID  uuid.UUID
	Secret   []byte
	OpenedAt time.Time
	ClosedAt time.Time `bun:",nullzero"`
}

// Board is what the trainer sees of a half-day.
type Board struct {
	*workshop.Head

	Slot    *workshop.Slot
	Open    bool
	CanOpen bool
	Opens   time.Time // the window of the half-day
	Ends    time.Time
	Code    string // on the wall now; empty when it is closed
	Changes time.Time
	Lines   []Line // who checked in, the latest first
	People  int    // enrolled
	Missing int    // of them, not there yet, by whatever means
}

// Line is a person who checked in.
type Line struct {
	EnrolmentID uuid.UUID
	FamilyName  string
	GivenName   string
	Status      workshop.Status // as they checked in
	ServerAt    time.Time
	Counts      workshop.Status // what is in force
	Conflict    bool
	Shared      bool // the phone checked in others too
}

// Board gives the state of a half-day's self check-in.
func (s *Service) Board(ctx context.Context, actor access.Actor, event, slot uuid.UUID) (*Board, error) {
	h, err := s.workshops.Head(ctx, actor, access.AttendanceMark, event)
	if err != nil {
		return nil, err
	}
	b := &Board{Head: h, Slot: h.Slot(slot)}
	if b.Slot == nil {
		return nil, errs.NewNotFound("selfcheck: slot")
	}
	now := s.now()
	b.Opens, b.Ends = b.Slot.Window(h.Event.CheckinBefore)
	b.CanOpen = h.Event.State.CanMark() && !now.Before(b.Opens) && now.Before(b.Ends)
	o, err := find(ctx, s.db.NewSelect(), slot)
	if err != nil {
		return nil, err
	}
	if o != nil && o.ClosedAt.IsZero() && b.CanOpen {
		n := step(now)
		b.Open, b.Code, b.Changes = true, code(o.Secret, n), begins(n+1)
	}
	if b.Lines, err = lines(ctx, s.db, slot); err != nil {
		return nil, err
	}
	b.People, b.Missing, err = counts(ctx, s.db, event, slot)
	return b, err
}

func find(ctx context.Context, q *bun.SelectQuery, slot uuid.UUID) (*opening, error) {
	var rows []opening
	if err := q.Model(&rows).Where("slot_id = ?", slot).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	return &rows[0], nil
}

func lines(ctx context.Context, idb bun.IDB, slot uuid.UUID) (list []Line, err error) {
	err = idb.NewSelect().TableExpr("workshop.mark AS m").Join("JOIN workshop.enrolment AS e ON e.id = m.enrolment_id").
		Join("JOIN org.person AS p ON p.id = e.person_id").Join("JOIN workshop.attendance AS a ON a.slot_id = m.slot_id AND a.enrolment_id = m.enrolment_id").
		ColumnExpr("m.enrolment_id, p.family_name, p.given_name, m.status, m.server_at, a.status AS counts, a.conflict").
		ColumnExpr("m.device <> '' AND count(*) OVER (PARTITION BY m.device) > 1 AS shared").
		Where("m.slot_id = ? AND m.source = ?", slot, workshop.Self).OrderExpr("m.seq DESC").Scan(ctx, &list)
	return list, db.Translate(err)
}

func counts(ctx context.Context, idb bun.IDB, event, slot uuid.UUID) (people, missing int, err error) {
	err = idb.NewSelect().TableExpr("workshop.enrolment AS e").Join("LEFT JOIN workshop.attendance AS a ON a.enrolment_id = e.id AND a.slot_id = ?", slot).
		ColumnExpr("count(*), count(*) FILTER (WHERE coalesce(a.status, '') NOT IN ('present', 'late', 'left_early'))").
		Where("e.event_id = ? AND e.state = ?", event, workshop.Enrolled).Scan(ctx, &people, &missing)
	return people, missing, db.Translate(err)
}

// Open opens the self check-in of a half-day, with a new secret, while the half-day's window lasts. Open already, it stays as it is.
func (s *Service) Open(ctx context.Context, actor access.Actor, event, slot uuid.UUID) error {
	b, err := s.Board(ctx, actor, event, slot)
	if err != nil || b.Open {
		return err
	}
	zone := b.Event.Zone()
	switch {
	case !b.Event.State.CanMark():
		return errs.NewConflict("workshop_error_mark_state")
	case s.now().Before(b.Opens):
		return errs.NewConflict("selfcheck_error_early").With("time", b.Opens.In(zone).Format("15:04"))
	case !b.CanOpen:
		return errs.NewConflict("selfcheck_error_over")
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(s.random, secret); err != nil {
		return errs.Wrap(err, "selfcheck: secret")
	}
	o := &opening{SlotID: slot, EventID: event, Secret: secret, OpenedAt: s.now()}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(o).On("CONFLICT (slot_id) DO UPDATE").
			Set("secret = EXCLUDED.secret, opened_at = EXCLUDED.opened_at, closed_at = NULL").Where("selfcheck.closed_at IS NOT NULL OR selfcheck.opened_at < ?", b.Opens).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "selfcheck.open", event, slot)
	})
}

// Close ends the self check-in; codes and tickets of it are worth nothing from then on.
func (s *Service) Close(ctx context.Context, actor access.Actor, event, slot uuid.UUID) error {
	if _, err := s.Board(ctx, actor, event, slot); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		r, err := tx.NewUpdate().Model((*opening)(nil)).Set("closed_at = ?", s.now()).Where("slot_id = ? AND closed_at IS NULL", slot).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return s.record(ctx, tx, actor, "selfcheck.close", event, slot)
	})
}

func (s *Service) record(ctx context.Context, tx bun.Tx, actor access.Actor, action string, event, slot uuid.UUID) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: action, Kind: "workshop", ID: event.String(), Detail: map[string]any{"slot": slot}})
}
