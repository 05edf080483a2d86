package paper_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
)

func (h *house) typeBox(person int, slot uuid.UUID, t paper.Typed) {
	h.t.Helper()
	h.must(h.Type(h.ctx, h.trainer, h.event, []paper.Line{{EnrolmentID: h.people[person], Boxes: map[uuid.UUID]paper.Typed{slot: t}}}))
}

func (h *house) mark(person int, slot uuid.UUID, st workshop.Status, device string, seen int64) {
	h.t.Helper()
	h.at = h.at.Add(time.Second)
	in := workshop.MarkInput{Key: uuid.New(), SlotID: slot, EnrolmentID: h.people[person], Status: st, ClientAt: h.at, SeenSeq: seen}
	if st == workshop.Late {
		in.Arrived = "09:20"
	}
	out, err := h.workshops.MarkBatch(h.ctx, h.trainer, h.event, workshop.Batch{Device: device, Marks: []workshop.MarkInput{in}})
	h.must(err)
	if out[0].Err != nil {
		h.t.Fatal(out[0].Err)
	}
}

func (h *house) file() *paper.File {
	h.t.Helper()
	f, err := h.Attendance(h.ctx, h.trainer, h.event)
	h.must(err)
	return f
}

// kinds are the differences by person.
func (h *house) kinds() map[string]paper.Kind {
	h.t.Helper()
	by := map[string]paper.Kind{}
	for _, e := range h.file().Differences() {
		by[e.Person.FamilyName] = e.Differs
	}
	return by
}

func TestWhatDiffersIsDecidedOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	slot := h.view().Slots[0].ID
	h.mark(0, slot, workshop.Absent, "tablet", 0)
	h.mark(1, slot, workshop.Late, "tablet", 0)
	h.mark(2, slot, workshop.Present, "tablet", 0)
	h.typeBox(0, slot, paper.Signed) // signed, and marked absent
	h.typeBox(1, slot, paper.Empty)  // marked late, and no signature
	h.typeBox(2, slot, paper.Signed) // agrees
	h.typeBox(3, slot, paper.Empty)  // nobody said anything, and no signature: agrees
	want := map[string]paper.Kind{"PersonneA": paper.SignedNotPresent, "PersonneB": paper.PresentNotSigned}
	got := h.kinds()
	if len(got) != 2 || got["PersonneA"] != want["PersonneA"] || got["PersonneB"] != want["PersonneB"] {
		t.Fatalf("differences: %v", got)
	}
	f := h.file()
	a, b := f.Entry(slot, h.people[0]), f.Entry(slot, h.people[1])
	d := paper.Decision{Key: uuid.New(), SlotID: slot, EnrolmentID: h.people[0], Status: workshop.Present, SeenSeq: a.Cell.Seq}
	h.wantKey(h.Decide(h.ctx, h.trainer, h.event, d), "error_required") // no reason
	d.Reason = "Signature vérifiée"
	h.at = h.at.Add(time.Minute)
	h.must(h.Decide(h.ctx, h.trainer, h.event, d))
	h.must(h.Decide(h.ctx, h.trainer, h.event, d)) // the same form sent twice
	keep := paper.Decision{Key: uuid.New(), SlotID: slot, EnrolmentID: h.people[1], Status: workshop.Late, Reason: "A oublié de signer", SeenSeq: b.Cell.Seq}
	h.must(h.Decide(h.ctx, h.trainer, h.event, keep))
	if got = h.kinds(); len(got) != 0 {
		t.Errorf("after the decisions: %v", got)
	}
	c := h.view().People[0].Cells[0]
	if c.Status != workshop.Present || c.Source != workshop.Paper || c.Reason != "Signature vérifiée" || c.Conflict {
		t.Errorf("the decision is no mark: %+v", c)
	}
	if c = h.view().People[1].Cells[0]; c.Status != workshop.Late || c.ArrivedAt.IsZero() || c.Minutes == 195 {
		t.Errorf("the time of arrival was lost: %+v", c)
	}
	// typed otherwise, or marked otherwise, it is open again
	h.typeBox(1, slot, paper.Signed)
	h.typeBox(1, slot, paper.Empty)
	h.mark(0, slot, workshop.Excused, "tablet", 1000)
	if got = h.kinds(); got["PersonneB"] != paper.PresentNotSigned || got["PersonneA"] != paper.SignedNotPresent {
		t.Errorf("after a change: %v", got)
	}
}

func TestADisputeIsListedAndSettled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	slot := h.view().Slots[0].ID
	h.mark(0, slot, workshop.Present, "tablet", 0)
	h.mark(0, slot, workshop.Absent, "phone", 0)
	if got := h.kinds(); got["PersonneA"] != paper.Disputed {
		t.Fatalf("differences: %v", got)
	}
	h.at = h.at.Add(time.Minute)
	e := h.file().Entry(slot, h.people[0])
	h.must(h.Decide(h.ctx, h.trainer, h.event, paper.Decision{Key: uuid.New(), SlotID: slot, EnrolmentID: h.people[0], Status: workshop.Absent, Reason: "Vu par la formatrice", SeenSeq: e.Cell.Seq}))
	if got := h.kinds(); len(got) != 0 {
		t.Errorf("after the decision: %v", got)
	}
	// one who decides without having seen the newest mark settles nothing
	h.mark(1, slot, workshop.Present, "tablet", 0)
	h.typeBox(1, slot, paper.Empty)
	h.at = h.at.Add(time.Minute)
	h.must(h.Decide(h.ctx, h.trainer, h.event, paper.Decision{Key: uuid.New(), SlotID: slot, EnrolmentID: h.people[1], Status: workshop.Absent, Reason: "x"}))
	if got := h.kinds(); got["PersonneB"] != paper.Disputed {
		t.Errorf("decided without seeing: %v", got)
	}
}

// A line that was on a slow way while its page was loaded anew comes after what was typed then.
func TestAnOlderLineOfADeviceOvertakesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	slots := h.view().Slots
	device := uuid.New()
	say := func(turn int64, slot uuid.UUID, is paper.Typed) {
		t.Helper()
		h.must(h.Type(h.ctx, h.trainer, h.event, []paper.Line{{EnrolmentID: h.people[0], Device: device, Turn: turn, Boxes: map[uuid.UUID]paper.Typed{slot: is}}}))
	}
	say(3, slots[0].ID, paper.Signed)
	say(2, slots[0].ID, paper.Untyped)
	say(1, slots[1].ID, paper.Empty) // another box goes by itself
	f := h.file()
	if sg := f.Entry(slots[0].ID, h.people[0]).Signature; sg == nil || !sg.Signed {
		t.Errorf("the first box is %+v", sg)
	}
	if sg := f.Entry(slots[1].ID, h.people[0]).Signature; sg == nil || sg.Signed {
		t.Errorf("the second box is %+v", sg)
	}
	say(4, slots[0].ID, paper.Untyped)
	say(3, slots[0].ID, paper.Signed)
	if sg := h.file().Entry(slots[0].ID, h.people[0]).Signature; sg != nil {
		t.Errorf("what was taken back stands as %+v", sg)
	}
}

func TestTypingIsNoAttendance(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	slot := h.view().Slots[0].ID
	version := h.view().Event.Version
	h.typeBox(0, slot, paper.Signed)
	h.typeBox(0, slot, paper.Signed)
	if v := h.view(); v.Event.Version != version || v.People[0].Cells[0].Status != workshop.Unmarked {
		t.Error("a typed signature changed the attendance")
	}
	var n int
	h.must(h.db.Owner().NewRaw("SELECT count(*) FROM audit.entry WHERE action = 'attendance.paper'").Scan(h.ctx, &n))
	if n != 1 {
		t.Errorf("%d entries in the audit for one box", n)
	}
	h.typeBox(0, slot, paper.Untyped)
	if e := h.file().Entry(slot, h.people[0]); e.Signature != nil {
		t.Error("what was taken back is still there")
	}
	for what, l := range map[string]paper.Line{
		"a stranger":    {EnrolmentID: uuid.New(), Boxes: map[uuid.UUID]paper.Typed{slot: paper.Signed}},
		"no such slot":  {EnrolmentID: h.people[0], Boxes: map[uuid.UUID]paper.Typed{uuid.New(): paper.Signed}},
		"no such value": {EnrolmentID: h.people[0], Boxes: map[uuid.UUID]paper.Typed{slot: "maybe"}},
	} {
		if err := h.Type(h.ctx, h.trainer, h.event, []paper.Line{l}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	stranger := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	if err := h.Type(h.ctx, stranger, h.event, []paper.Line{{EnrolmentID: h.people[0], Boxes: map[uuid.UUID]paper.Typed{slot: paper.Signed}}}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another trainer types: %v", err)
	}
	if err := h.Decide(h.ctx, stranger, h.event, paper.Decision{SlotID: slot, EnrolmentID: h.people[0], Status: workshop.Present, Reason: "x"}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another trainer decides: %v", err)
	}
}
