package workshop

import (
	"bytes"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
)

// Status is a person's attendance of one half-day.
type Status string

// The statuses. Unmarked is the absence of a statement and is never counted as absent.
const (
	Unmarked  Status = "unmarked"
	Present   Status = "present"
	Late      Status = "late"
	LeftEarly Status = "left_early"
	Excused   Status = "excused"
	Absent    Status = "absent"
)

// Statuses lists the statuses in the order in which pages show them.
func Statuses() []Status { return []Status{Present, Late, LeftEarly, Excused, Absent, Unmarked} }

// Valid tells whether the status exists.
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// Attended tells whether the half-day counts as attended: present, late and left early do.
func (s Status) Attended() bool { return s == Present || s == Late || s == LeftEarly }

// Source is how a mark came about.
type Source string

// The sources.
const (
	RollCall Source = "roll_call"
	Scan     Source = "scan"
	Paper    Source = "paper"
	Self     Source = "self"
)

// Valid tells whether the source exists.
func (s Source) Valid() bool { return s == RollCall || s == Scan || s == Paper || s == Self }

// Outcome is the answer to a mark.
type Outcome string

// The outcomes. Superseded: kept in the history, but a later mark is in force.
const (
	Applied    Outcome = "applied"
	Superseded Outcome = "superseded"
)

// Mark is one statement about one person and one half-day. It never changes.
type Mark struct {
	bun.BaseModel `bun:"table:workshop.mark,alias:mark"`

	ID          uuid.UUID `bun:",pk"`
	Seq         int64     `bun:",autoincrement"`
	EventID     uuid.UUID
	SlotID      uuid.UUID
	EnrolmentID uuid.UUID
	Status      Status
	ArrivedAt   time.Time `bun:",nullzero"`
	LeftAt      time.Time `bun:",nullzero"`
	Reason      string
	Source      Source
	Device      string
	SeenSeq     int64
	ClientAt    time.Time // as the device's clock said
	MarkedAt    time.Time // corrected by the device's clock error, never later than ServerAt; orders the marks
	ServerAt    time.Time
	ActorID     uuid.UUID `bun:",nullzero"`
	Outcome     Outcome
}

// before is the total order of the marks of a cell: by corrected time, then by id, so that it does not depend on arrival.
func (m *Mark) before(o *Mark) bool {
	if !m.MarkedAt.Equal(o.MarkedAt) {
		return m.MarkedAt.Before(o.MarkedAt)
	}
	return bytes.Compare(m.ID[:], o.ID[:]) < 0
}

// sameAs tells whether two marks agree about the person: the same status, and no two different times. A self check-in says
// no more than that the person was there.
func (m *Mark) sameAs(o *Mark) bool {
	if m.Source == Self || o.Source == Self {
		return m.Status.Attended() == o.Status.Attended()
	}
	return m.Status == o.Status && agree(m.ArrivedAt, o.ArrivedAt) && agree(m.LeftAt, o.LeftAt)
}

// agree: a time that was not noted contradicts none.
func agree(a, b time.Time) bool {
	return a.IsZero() || b.IsZero() || a.Truncate(time.Minute).Equal(b.Truncate(time.Minute))
}

// saw tells whether whoever made m knew of the earlier mark o: it was on the screen, or came from the same device.
func (m *Mark) saw(o *Mark) bool {
	return o.Seq <= m.SeenSeq || (m.Device != "" && m.Device == o.Device)
}

// Attendance is what the marks of one cell (half-day and person) come to.
type Attendance struct {
	bun.BaseModel `bun:"table:workshop.attendance,alias:attendance"`

	SlotID      uuid.UUID `bun:",pk"`
	EnrolmentID uuid.UUID `bun:",pk"`
	EventID     uuid.UUID
	MarkID      uuid.UUID
	Seq         int64 // the newest of the cell
	Status      Status
	ArrivedAt   time.Time `bun:",nullzero"`
	LeftAt      time.Time `bun:",nullzero"`
	Reason      string
	Source      Source
	Minutes     int // credited
	Conflict    bool
	MarkedAt    time.Time
}

// Merge computes the attendance of one cell from all its marks: the latest mark is in force, whatever the order of arrival;
// it is in conflict while an earlier mark that says otherwise was not known to whoever made it, until a person who sees both
// marks again. A self check-in never takes the place of what somebody else said. ok is false when there are no marks.
func Merge(slot *Slot, marks []Mark) (a Attendance, ok bool) {
	if len(marks) == 0 {
		return Attendance{}, false
	}
	last := inForce(marks)
	var newest int64
	for i := range marks {
		newest = max(newest, marks[i].Seq)
	}
	return Attendance{
		SlotID: last.SlotID, EnrolmentID: last.EnrolmentID, EventID: last.EventID, MarkID: last.ID, Seq: newest,
		Status: last.Status, ArrivedAt: last.ArrivedAt, LeftAt: last.LeftAt, Reason: last.Reason, Source: last.Source,
		Minutes: Credit(slot, last), Conflict: inConflict(last, marks), MarkedAt: last.MarkedAt,
	}, true
}

// inForce finds the mark that counts: the latest of those that others made, or the self check-in when there is none, or when it
// came after they had taken back what they said.
func inForce(marks []Mark) *Mark {
	var said, self *Mark
	for i := range marks {
		best := &said
		if marks[i].Source == Self {
			best = &self
		}
		if *best == nil || (*best).before(&marks[i]) {
			*best = &marks[i]
		}
	}
	if said == nil || (self != nil && said.Status == Unmarked && said.before(self)) {
		return self
	}
	return said
}

// inConflict looks for a mark that says otherwise, was made by another device, and was seen by nobody who marked after it.
func inConflict(last *Mark, marks []Mark) bool {
	for i := range marks {
		m := &marks[i]
		if m != last && !m.sameAs(last) && !last.saw(m) && !seenSince(m, marks) {
			return true
		}
	}
	return false
}

// seenSince tells whether a later mark was made in the knowledge of m, which settles it. A self check-in settles nothing.
func seenSince(m *Mark, marks []Mark) bool {
	for i := range marks {
		if o := &marks[i]; o != m && o.Source != Self && m.before(o) && o.saw(m) {
			return true
		}
	}
	return false
}

// Credit is the minutes of the half-day that a mark gives: all planned minutes for present; for late and left early the
// planned minutes cut down to the time between arrival and leaving. Where a time was not noted, that end is not cut. Other
// statuses give none.
func Credit(slot *Slot, m *Mark) int {
	if !m.Status.Attended() {
		return 0
	}
	if m.Status == Present {
		return slot.Minutes
	}
	from, to := slot.StartsAt, slot.EndsAt
	if m.ArrivedAt.After(from) {
		from = m.ArrivedAt
	}
	if !m.LeftAt.IsZero() && m.LeftAt.Before(to) {
		to = m.LeftAt
	}
	minutes := int(to.Sub(from) / time.Minute)
	return min(max(minutes, 0), slot.Minutes)
}

// Share is the share of the planned half-days that a person attended; 0 when nothing is planned. The denominator is what
// was planned, not what was marked so far.
func Share(attended, planned int) float64 {
	if planned <= 0 {
		return 0
	}
	return float64(attended) / float64(planned)
}

// Needed is the number of half-days that a threshold asks for: the smallest n with n/planned >= threshold.
func Needed(threshold float64, planned int) int {
	const slack = 1e-9 // 0.8 x 5 is 4 and not a hair more
	n := int(threshold*float64(planned) - slack)
	if float64(n) < threshold*float64(planned)-slack {
		n++
	}
	return n
}

// MarkTime corrects a device's clock: the mark is as old, on the server's clock, as it was on the device's when the batch was
// sent. A batch that does not say when it was sent is taken at its word. Nothing is marked in the future.
func MarkTime(clientAt, sentAt, now time.Time) time.Time {
	t := clientAt
	if !sentAt.IsZero() {
		t = now.Add(clientAt.Sub(sentAt))
	}
	if t.IsZero() || t.After(now) {
		return now
	}
	return t.UTC()
}
