package paper

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/workshop"
)

// Signature is what somebody typed from the paper for a person's half-day.
type Signature struct {
	bun.BaseModel `bun:"table:workshop.signature,alias:signature"`

	SlotID      uuid.UUID `bun:",pk"`
	EnrolmentID uuid.UUID `bun:",pk"`
	EventID     uuid.UUID
	Signed      bool
	TypedAt     time.Time
	TypedBy     uuid.UUID `bun:",nullzero"`
	SettledMark uuid.UUID `bun:",nullzero"`
}

// Typed is a box of the paper as it is typed.
type Typed string

// What a box can be.
const (
	Signed  Typed = "s"
	Empty   Typed = "-"
	Untyped Typed = "" // takes back what was typed
)

// Valid tells whether it is one of these.
func (t Typed) Valid() bool { return t == Signed || t == Empty || t == Untyped }

// Line is one person's boxes, by half-day.
type Line struct {
	EnrolmentID uuid.UUID
	Boxes       map[uuid.UUID]Typed
	Device      uuid.UUID // the browser's own name; none for what no browser sent
	Turn        int64     // rises with each state that the device made: one that comes late changes nothing
}

// maxLines is the most lines in one request.
const maxLines = 500

// Type keeps what was typed from the paper; the same again changes nothing. It marks nobody present or absent.
func (s *Service) Type(ctx context.Context, actor access.Actor, event uuid.UUID, lines []Line) error {
	h, err := s.head(ctx, actor, event)
	if err != nil {
		return err
	}
	switch {
	case len(lines) == 0 || len(lines) > maxLines:
		return errs.NewInvalid("error_bad_request")
	case h.Event.State == workshop.Draft || h.Event.State == workshop.Cancelled:
		return errs.NewConflict("sheets_error_state")
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lock(ctx, tx, event); err != nil {
			return err
		}
		known, err := signaturesOf(ctx, tx, event)
		if err != nil {
			return err
		}
		changed := 0
		for _, l := range lines {
			n, err := s.typeLine(ctx, tx, actor, h, l, known)
			if err != nil {
				return err
			}
			changed += n
		}
		if changed == 0 {
			return nil
		}
		return s.record(ctx, tx, actor, "attendance.paper", event, map[string]any{"boxes": changed})
	})
}

func (s *Service) typeLine(ctx context.Context, tx bun.Tx, actor access.Actor, h *workshop.Head, l Line, known map[cell]*Signature) (changed int, err error) {
	there, err := s.workshops.IsEnrolledTx(ctx, tx, h.Event.ID, l.EnrolmentID)
	if err != nil {
		return 0, err
	}
	if !there {
		return 0, errs.NewInvalid("workshop_error_mark_unknown")
	}
	for slot, t := range l.Boxes {
		if h.Slot(slot) == nil || !t.Valid() {
			return 0, errs.NewInvalid("error_bad_request")
		}
		newest, err := newestBox(ctx, tx, slot, l)
		if err != nil {
			return 0, err
		}
		if !newest {
			continue
		}
		old := known[cell{slot, l.EnrolmentID}]
		switch {
		case t == Untyped && old == nil, old != nil && t != Untyped && old.Signed == (t == Signed):
			continue
		case t == Untyped:
			_, err = tx.NewDelete().Model(old).WherePK().Exec(ctx)
		default:
			sg := &Signature{SlotID: slot, EnrolmentID: l.EnrolmentID, EventID: h.Event.ID, Signed: t == Signed, TypedAt: s.now(), TypedBy: actor.PersonID}
			_, err = tx.NewInsert().Model(sg).On("CONFLICT (slot_id, enrolment_id) DO UPDATE").
				Set("signed = EXCLUDED.signed, typed_at = EXCLUDED.typed_at, typed_by = EXCLUDED.typed_by, settled_mark = NULL").Exec(ctx)
		}
		if err != nil {
			return 0, db.Translate(err)
		}
		changed++
	}
	return changed, nil
}

// newestBox tells whether a word on a box is later than all that came from its device, and keeps how far the device has come.
func newestBox(ctx context.Context, tx bun.Tx, slot uuid.UUID, l Line) (bool, error) {
	if l.Device == uuid.Nil {
		return true, nil
	}
	res, err := tx.NewRaw(`INSERT INTO workshop.signature_turn AS t (slot_id, enrolment_id, device, turn) VALUES (?, ?, ?, ?)
		ON CONFLICT (slot_id, enrolment_id, device) DO UPDATE SET turn = EXCLUDED.turn WHERE t.turn < EXCLUDED.turn`, slot, l.EnrolmentID, l.Device, l.Turn).Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

type cell struct{ slot, enrolment uuid.UUID }

func signaturesOf(ctx context.Context, idb bun.IDB, event uuid.UUID) (map[cell]*Signature, error) {
	var list []Signature
	if err := idb.NewSelect().Model(&list).Where("event_id = ?", event).Scan(ctx, &list); err != nil {
		return nil, db.Translate(err)
	}
	by := make(map[cell]*Signature, len(list))
	for i := range list {
		by[cell{list[i].SlotID, list[i].EnrolmentID}] = &list[i]
	}
	return by, nil
}

// Kind is how paper, roll-call and self check-in differ.
type Kind string

// The differences.
const (
	SignedNotPresent Kind = "signed"   // a signature, and no attendance
	PresentNotSigned Kind = "unsigned" // attendance, and an empty box
	Disputed         Kind = "disputed" // two devices, or the person and the trainer, say otherwise
)

// Entry is all that is known of one person's half-day.
type Entry struct {
	Slot      *workshop.Slot
	Person    *workshop.Participant
	Cell      workshop.Cell
	Signature *Signature // nil: not typed
	Screen    *Screen    // in force; nil: not signed on screen
	Self      bool       // the person checked in
	By        string     // who made the mark in force; empty for the system and for the person
	At        time.Time  // when
	Pages     []Page     // scans that show the person's line
	Differs   Kind       // empty: all agree, or it is settled

	asked bool // others signed this half-day on screen
}

// File is the evidence of an event's attendance.
type File struct {
	*workshop.View

	Tray    *Tray
	Entries []Entry // half-day by half-day, people by name
}

// Attendance puts together all that is known of an event's attendance: marks, self check-ins, signatures on paper and on screen, scans.
func (s *Service) Attendance(ctx context.Context, actor access.Actor, event uuid.UUID) (*File, error) {
	v, err := s.workshops.View(ctx, actor, access.AttendanceMark, event)
	if err != nil {
		return nil, err
	}
	f := &File{View: v}
	if f.Tray, err = s.Tray(ctx, actor, event); err != nil {
		return nil, err
	}
	typed, err := signaturesOf(ctx, s.db, event)
	if err != nil {
		return nil, err
	}
	marks, err := s.marks(ctx, event)
	if err != nil {
		return nil, err
	}
	screen, err := s.onScreen(ctx, event, uuid.Nil, true)
	if err != nil {
		return nil, err
	}
	asked := map[uuid.UUID]bool{}
	for k := range screen {
		asked[k.slot] = true
	}
	for i := range v.Slots {
		for j := range v.People {
			if p := &v.People[j]; p.Counts() {
				e := Entry{Slot: &v.Slots[i], Person: p, Cell: p.Cells[i], Pages: f.Tray.Evidence(v.Slots[i].ID, p.EnrolmentID)}
				k := cell{e.Slot.ID, p.EnrolmentID}
				e.Signature, e.Screen, e.asked = typed[k], screen[k], asked[v.Slots[i].ID]
				m := marks[k]
				e.By, e.At, e.Self = m.By, m.At, m.Self
				e.Differs = e.differs()
				f.Entries = append(f.Entries, e)
			}
		}
	}
	return f, nil
}

// differs compares what was signed, on paper or on screen, with what is in force. Where people signed on screen, whoever was there and
// did not sign at all differs too. Somebody who decided with both before them has settled it.
func (e *Entry) differs() Kind {
	signed, known := e.signed()
	switch {
	case e.Cell.Conflict:
		return Disputed
	case !known, e.settled(), signed == e.Cell.Status.Attended():
		return ""
	case signed:
		return SignedNotPresent
	}
	return PresentNotSigned
}

// signed tells whether the person signed anywhere, and whether anything is known of it.
func (e *Entry) signed() (signed, known bool) {
	if e.Screen != nil {
		return true, true
	}
	if e.Signature != nil {
		return e.Signature.Signed, true
	}
	return false, e.asked
}

// settled: the mark in force was decided for with the paper typed as it is, or on this list after the signature on screen came.
func (e *Entry) settled() bool {
	if e.Screen == nil && e.Signature != nil {
		return e.Signature.SettledMark != uuid.Nil && e.Signature.SettledMark == e.Cell.MarkID
	}
	return e.Cell.Source == workshop.Paper && (e.Screen == nil || !e.At.Before(e.Screen.ServerAt))
}

// said is the mark in force of a cell, and whether the person checked in.
type said struct {
	SlotID, EnrolmentID uuid.UUID
	By                  string
	At                  time.Time
	Self                bool
}

func (s *Service) marks(ctx context.Context, event uuid.UUID) (map[cell]said, error) {
	var rows []said
	err := s.db.NewSelect().TableExpr("workshop.attendance AS a").Join("JOIN workshop.mark AS m ON m.id = a.mark_id").Join("LEFT JOIN org.person AS p ON p.id = m.actor_id").
		ColumnExpr("a.slot_id, a.enrolment_id, trim(coalesce(p.given_name || ' ' || p.family_name, '')) AS by, m.marked_at AS at").
		ColumnExpr("EXISTS (SELECT 1 FROM workshop.mark AS o WHERE o.slot_id = a.slot_id AND o.enrolment_id = a.enrolment_id AND o.source = ?) AS self", workshop.Self).
		Where("a.event_id = ?", event).Scan(ctx, &rows)
	if err != nil {
		return nil, db.Translate(err)
	}
	by := make(map[cell]said, len(rows))
	for _, r := range rows {
		by[cell{r.SlotID, r.EnrolmentID}] = r
	}
	return by, nil
}

// Differences are the entries on which a person has to decide.
func (f *File) Differences() []*Entry {
	var list []*Entry
	for i := range f.Entries {
		if f.Entries[i].Differs != "" {
			list = append(list, &f.Entries[i])
		}
	}
	return list
}

// Entry gives what is known of a person's half-day, or nil.
func (f *File) Entry(slot, enrolment uuid.UUID) *Entry {
	i := slices.IndexFunc(f.Entries, func(e Entry) bool { return e.Slot.ID == slot && e.Person.EnrolmentID == enrolment })
	if i < 0 {
		return nil
	}
	return &f.Entries[i]
}

// Decision is what a person found to be true of a half-day, with the paper before them.
type Decision struct {
	Key         uuid.UUID // a repeat changes nothing
	SlotID      uuid.UUID
	EnrolmentID uuid.UUID
	Status      workshop.Status
	Reason      string
	SeenSeq     int64 // the newest mark that was on the screen
}

// Decide makes an attendance mark of what was decided, with its reason, and settles the difference. A mark that came in meanwhile
// keeps it open.
func (s *Service) Decide(ctx context.Context, actor access.Actor, event uuid.UUID, d Decision) error {
	f, err := s.Attendance(ctx, actor, event)
	if err != nil {
		return err
	}
	e := f.Entry(d.SlotID, d.EnrolmentID)
	if e == nil {
		return errs.NewNotFound("paper: entry")
	}
	var wrong []errs.Field
	if !d.Status.Valid() || d.Status == workshop.Unmarked {
		wrong = append(wrong, errs.Field{Name: "status", Key: "error_required"})
	}
	switch n := len([]rune(d.Reason)); {
	case n == 0:
		wrong = append(wrong, errs.Field{Name: "reason", Key: "error_required"})
	case n > maxReason:
		wrong = append(wrong, errs.Field{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": maxReason}})
	}
	if err := errs.InvalidFields(wrong); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.decide(ctx, tx, actor, f, d) })
}

func (s *Service) decide(ctx context.Context, tx bun.Tx, actor access.Actor, f *File, d Decision) error {
	e, zone := f.Entry(d.SlotID, d.EnrolmentID), f.Event.Zone()
	in := workshop.MarkInput{Key: d.Key, SlotID: d.SlotID, EnrolmentID: d.EnrolmentID, Status: d.Status, Reason: d.Reason, Source: workshop.Paper, SeenSeq: d.SeenSeq, ClientAt: s.now()}
	if d.Status == e.Cell.Status { // the times that were noted stay
		in.Arrived, in.Left = wall(e.Cell.ArrivedAt, zone), wall(e.Cell.LeftAt, zone)
	}
	out, err := s.workshops.MarkTx(ctx, tx, actor, e.Slot.EventID, workshop.Batch{Marks: []workshop.MarkInput{in}})
	if err != nil {
		return err
	}
	if out[0].Err != nil {
		return out[0].Err
	}
	_, err = tx.NewUpdate().Model((*Signature)(nil)).Set("settled_mark = ?", d.Key).Where("slot_id = ? AND enrolment_id = ?", d.SlotID, d.EnrolmentID).Exec(ctx)
	return db.Translate(err)
}

func wall(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("15:04")
}
