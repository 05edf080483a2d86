package workshop

import (
	"context"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// MaxBatch is the most marks in one request.
const MaxBatch = 500

// MarkInput is one mark as a device sends it.
type MarkInput struct {
	Key         uuid.UUID // made by the device; a repeat gets the first answer
	SlotID      uuid.UUID
	EnrolmentID uuid.UUID
	Status      Status
	Arrived     string // "09:12" on the wall clock of the event, or empty
	Left        string
	Reason      string
	Source      Source // empty: roll_call
	SeenSeq     int64  // the newest seq of this cell that was on the screen; 0: none
	ClientAt    time.Time
}

// Batch is what a device sends at once.
type Batch struct {
	Device string    // random name that the browser made for itself
	SentAt time.Time // the device's clock on sending; corrects its marks' times
	Marks  []MarkInput

	self bool // a participant's own check-in, which no device of a trainer can send
}

// MarkAnswer acknowledges one mark. Err is set when it was refused: the mark changed nothing.
type MarkAnswer struct {
	Key     uuid.UUID
	Outcome Outcome
	Repeat  bool        // the key was known: this is the first answer
	Cell    *Attendance // as it is now; nil when refused
	Err     *errs.Error
}

// MarkBatch takes the marks of a device, each on its own: one that is refused does not hold up the others. The order of
// arrival does not matter for what the marks come to. The error is for the batch as a whole: no access, or no such event.
func (s *Service) MarkBatch(ctx context.Context, actor access.Actor, event uuid.UUID, b Batch) ([]MarkAnswer, error) {
	var out []MarkAnswer
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		out, err = s.MarkTx(ctx, tx, actor, event, b)
		return err
	})
	return out, err
}

// MarkTx is MarkBatch inside the caller's transaction.
func (s *Service) MarkTx(ctx context.Context, tx bun.IDB, actor access.Actor, event uuid.UUID, b Batch) ([]MarkAnswer, error) {
	if len(b.Marks) == 0 || len(b.Marks) > MaxBatch {
		return nil, errs.NewInvalid("error_bad_request")
	}
	var out []MarkAnswer
	err := s.changeTx(ctx, tx, actor, access.AttendanceMark, event, func(ctx context.Context, tx bun.IDB, ev *locked) (err error) {
		out, err = s.mark(ctx, tx, actor, ev, b)
		return err
	})
	return out, err
}

// book is what is known of the cells that a batch touches.
type book struct {
	ev    *locked
	slots map[uuid.UUID]*Slot
	state map[uuid.UUID]EnrolState
	known map[uuid.UUID]*Mark // by key, of this event
	used  map[uuid.UUID]bool  // keys of other events
	cells map[cellKey][]Mark  // all marks of each cell
	fresh []*Mark
}

type cellKey struct{ slot, enrolment uuid.UUID }

func (s *Service) mark(ctx context.Context, tx bun.IDB, actor access.Actor, ev *locked, b Batch) ([]MarkAnswer, error) {
	bk, err := openBook(ctx, tx, ev, b.Marks)
	if err != nil {
		return nil, err
	}
	out := make([]MarkAnswer, len(b.Marks))
	for i, in := range b.Marks {
		out[i] = bk.take(in, b, actor)
	}
	if len(bk.fresh) == 0 {
		ev.unchanged = true
		return bk.answers(out, b.Marks), nil
	}
	if err := bk.store(ctx, tx); err != nil {
		return nil, err
	}
	if err := s.record(ctx, tx, actor, ev, "attendance.mark", bk.detail()); err != nil {
		return nil, err
	}
	return bk.answers(out, b.Marks), nil
}

func openBook(ctx context.Context, tx bun.IDB, ev *locked, in []MarkInput) (*book, error) {
	bk := &book{ev: ev, slots: map[uuid.UUID]*Slot{}, state: map[uuid.UUID]EnrolState{}, known: map[uuid.UUID]*Mark{}, used: map[uuid.UUID]bool{},
		cells: map[cellKey][]Mark{}}
	keys, slots, people := idsOf(in)
	var list []Slot
	if err := tx.NewSelect().Model(&list).Where("event_id = ?", ev.ID).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	for i := range list {
		bk.slots[list[i].ID] = &list[i]
	}
	var enrolled []Enrolment
	err := tx.NewSelect().Model(&enrolled).Column("id", "state").Where("event_id = ? AND id IN (?)", ev.ID, bun.List(people)).Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	for _, e := range enrolled {
		bk.state[e.ID] = e.State
	}
	return bk, bk.readMarks(ctx, tx, keys, slots, people)
}

func (bk *book) readMarks(ctx context.Context, tx bun.IDB, keys, slots, people []uuid.UUID) error {
	var marks []Mark
	err := tx.NewSelect().Model(&marks).Where("id IN (?)", bun.List(keys)).
		WhereOr("slot_id IN (?) AND enrolment_id IN (?)", bun.List(slots), bun.List(people)).OrderExpr("seq").Scan(ctx)
	if err != nil {
		return db.Translate(err)
	}
	for i := range marks {
		m := &marks[i]
		if m.EventID != bk.ev.ID {
			bk.used[m.ID] = true
			continue
		}
		bk.known[m.ID] = m
		k := cellKey{m.SlotID, m.EnrolmentID}
		bk.cells[k] = append(bk.cells[k], *m)
	}
	return nil
}

func idsOf(in []MarkInput) (keys, slots, people []uuid.UUID) {
	for _, m := range in {
		keys, slots, people = append(keys, m.Key), append(slots, m.SlotID), append(people, m.EnrolmentID)
	}
	return keys, slots, people
}

// take judges one mark and, when it is good, adds it to its cell.
func (bk *book) take(in MarkInput, b Batch, actor access.Actor) MarkAnswer {
	a := MarkAnswer{Key: in.Key}
	if m := bk.known[in.Key]; m != nil && m.SlotID == in.SlotID && m.EnrolmentID == in.EnrolmentID {
		a.Outcome, a.Repeat = m.Outcome, true
		return a
	}
	m, bad := bk.check(in, b, actor)
	if bad != nil {
		a.Err = bad
		return a
	}
	k := cellKey{m.SlotID, m.EnrolmentID}
	cell := append(bk.cells[k], *m)
	if now, _ := Merge(bk.slots[m.SlotID], cell); now.MarkID != m.ID {
		m.Outcome = Superseded
	}
	a.Outcome = m.Outcome
	cell[len(cell)-1] = *m
	bk.cells[k], bk.known[m.ID] = cell, m
	bk.fresh = append(bk.fresh, m)
	return a
}

// unsent stands for the seq of a mark that the database has not numbered yet: nobody has seen it.
const unsent = math.MaxInt64

func (bk *book) check(in MarkInput, b Batch, actor access.Actor) (*Mark, *errs.Error) {
	slot := bk.slots[in.SlotID]
	state, listed := bk.state[in.EnrolmentID]
	if in.Source == "" {
		in.Source = RollCall
	}
	switch {
	case in.Key == uuid.Nil || bk.used[in.Key] || bk.known[in.Key] != nil || !in.Status.Valid() || !in.Source.Valid() || len(b.Device) > 64:
		return nil, errs.NewInvalid("error_bad_request")
	case slot == nil || !listed:
		return nil, errs.NewInvalid("workshop_error_mark_unknown")
	case (in.Source == Self) != b.self:
		return nil, errs.NewInvalid("error_bad_request")
	case b.self && bk.checkedIn(in):
		return nil, errs.NewConflict("selfcheck_error_twice")
	case state != Enrolled:
		return nil, errs.NewConflict("workshop_error_mark_not_enrolled")
	case !bk.ev.State.CanMark():
		return nil, errs.NewConflict("workshop_error_mark_state")
	case len([]rune(in.Reason)) > maxReason:
		return nil, errs.NewInvalid("error_too_long").With("max", maxReason)
	}
	arrived, left, bad := bk.times(in, slot)
	if bad != nil {
		return nil, bad
	}
	return &Mark{ID: in.Key, Seq: unsent, EventID: bk.ev.ID, SlotID: in.SlotID, EnrolmentID: in.EnrolmentID, Status: in.Status, ArrivedAt: arrived, LeftAt: left,
		Reason: strings.TrimSpace(in.Reason), Source: in.Source, Device: b.Device, SeenSeq: in.SeenSeq, ClientAt: orTime(in.ClientAt, bk.ev.now),
		MarkedAt: MarkTime(in.ClientAt, b.SentAt, bk.ev.now), ServerAt: bk.ev.now, ActorID: actor.PersonID, Outcome: Applied}, nil
}

func orTime(t, def time.Time) time.Time {
	if t.IsZero() {
		return def
	}
	return t.UTC()
}

// times reads the wall-clock times of a mark on the half-day's date. Only people who were there have times.
func (bk *book) times(in MarkInput, slot *Slot) (arrived, left time.Time, bad *errs.Error) {
	if !in.Status.Attended() {
		return time.Time{}, time.Time{}, nil
	}
	arrived, ok := wallTime(in.Arrived, slot.Day, bk.ev.Zone())
	if !ok || arrived.After(slot.EndsAt) {
		return arrived, left, errs.NewInvalid("workshop_error_mark_arrived")
	}
	left, ok = wallTime(in.Left, slot.Day, bk.ev.Zone())
	if !ok || (!left.IsZero() && (left.Before(slot.StartsAt) || left.Before(arrived))) {
		return arrived, left, errs.NewInvalid("workshop_error_mark_left")
	}
	return arrived, left, nil
}

var reWall = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)$`)

// wallTime reads "09:12" on a day in a zone, as UTC; the empty text is the zero time.
func wallTime(s string, day time.Time, loc *time.Location) (time.Time, bool) {
	if s == "" {
		return time.Time{}, true
	}
	if !reWall.MatchString(s) {
		return time.Time{}, false
	}
	return at(day, int(s[0]-'0')*600+int(s[1]-'0')*60+int(s[3]-'0')*10+int(s[4]-'0'), loc), true
}

// store writes the new marks and what their cells come to now.
func (bk *book) store(ctx context.Context, tx bun.IDB) error {
	_, err := tx.NewInsert().Model(&bk.fresh).ExcludeColumn("seq").Returning("seq").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	var rows []Attendance
	touched := map[cellKey]bool{}
	for _, m := range bk.fresh {
		k := cellKey{m.SlotID, m.EnrolmentID}
		for i := range bk.cells[k] {
			if bk.cells[k][i].ID == m.ID {
				bk.cells[k][i].Seq = m.Seq
			}
		}
		touched[k] = true
	}
	for k := range touched {
		a, _ := Merge(bk.slots[k.slot], bk.cells[k])
		rows = append(rows, a)
	}
	return putAttendance(ctx, tx, rows)
}

func putAttendance(ctx context.Context, tx bun.IDB, rows []Attendance) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (slot_id, enrolment_id) DO UPDATE").
		Set("mark_id = EXCLUDED.mark_id, seq = EXCLUDED.seq, status = EXCLUDED.status, arrived_at = EXCLUDED.arrived_at, left_at = EXCLUDED.left_at").
		Set("reason = EXCLUDED.reason, source = EXCLUDED.source, minutes = EXCLUDED.minutes, conflict = EXCLUDED.conflict, marked_at = EXCLUDED.marked_at").
		Exec(ctx)
	return db.Translate(err)
}

// answers completes the acknowledgements with the cells as they are now.
func (bk *book) answers(out []MarkAnswer, in []MarkInput) []MarkAnswer {
	for i := range out {
		if out[i].Err != nil {
			continue
		}
		m := bk.known[in[i].Key]
		if a, ok := Merge(bk.slots[m.SlotID], bk.cells[cellKey{m.SlotID, m.EnrolmentID}]); ok {
			out[i].Cell = &a
		}
	}
	return out
}

func (bk *book) detail() map[string]any {
	d := map[string]any{"marks": len(bk.fresh)}
	for _, m := range bk.fresh {
		n, _ := d[string(m.Status)].(int)
		d[string(m.Status)] = n + 1
	}
	return d
}

// recompute brings the attendance of a half-day in line with its changed hours.
func recompute(ctx context.Context, tx bun.IDB, slot *Slot) error {
	var marks []Mark
	if err := tx.NewSelect().Model(&marks).Where("slot_id = ?", slot.ID).OrderExpr("enrolment_id, seq").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	var rows []Attendance
	for from := 0; from < len(marks); {
		to := from
		for to < len(marks) && marks[to].EnrolmentID == marks[from].EnrolmentID {
			to++
		}
		a, _ := Merge(slot, marks[from:to])
		rows = append(rows, a)
		from = to
	}
	return putAttendance(ctx, tx, rows)
}
