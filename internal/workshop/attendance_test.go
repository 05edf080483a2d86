package workshop_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
)

func (h *house) mark(actor access.Actor, event uuid.UUID, b workshop.Batch) []workshop.MarkAnswer {
	h.t.Helper()
	out, err := h.MarkBatch(h.ctx, actor, event, b)
	h.must(err)
	return out
}

func TestMarksOfOneBatchAreJudgedOneByOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, list := h.running(trainer, 3)
	slot := h.view(trainer, ev.ID).Slots[0].ID
	h.must(h.SetEnrolment(h.ctx, trainer, ev.ID, list[2].EnrolmentID, workshop.Withdrawn, ""))
	m := func(enrolment uuid.UUID, st workshop.Status) workshop.MarkInput {
		return workshop.MarkInput{Key: key(), SlotID: slot, EnrolmentID: enrolment, Status: st}
	}
	late := m(list[1].EnrolmentID, workshop.Late)
	late.Arrived = "10:30"
	badTime := m(list[1].EnrolmentID, workshop.Late)
	badTime.Arrived = "23:10"
	leftFirst := m(list[1].EnrolmentID, workshop.LeftEarly)
	leftFirst.Arrived, leftFirst.Left = "11:00", "10:00"
	noKey := m(list[0].EnrolmentID, workshop.Present)
	noKey.Key = uuid.Nil
	in := []workshop.MarkInput{m(list[0].EnrolmentID, workshop.Present), late, badTime, leftFirst, m(list[2].EnrolmentID, workshop.Present),
		m(key(), workshop.Present), m(list[0].EnrolmentID, "sleeping"), noKey}
	out := h.mark(trainer, ev.ID, workshop.Batch{Marks: in})
	want := []string{"", "", "workshop_error_mark_arrived", "workshop_error_mark_left", "workshop_error_mark_not_enrolled", "workshop_error_mark_unknown",
		"error_bad_request", "error_bad_request"}
	for i, a := range out {
		got := ""
		if a.Err != nil {
			got = a.Err.Key
		}
		if got != want[i] || a.Key != in[i].Key {
			t.Errorf("mark %d: %q, want %q", i, got, want[i])
		}
	}
	if c := out[1].Cell; c == nil || c.Minutes != 120 || c.Status != workshop.Late {
		t.Errorf("late at 10:30: %+v", c)
	}
	v := h.view(trainer, ev.ID)
	tot := v.Totals(0)
	if tot.People != 2 || tot.Attended != 2 || tot.By[workshop.Late] != 1 || v.Totals(1).By[workshop.Unmarked] != 2 {
		t.Errorf("totals %+v, %+v", tot, v.Totals(1))
	}
	if n := h.count("SELECT count(*) FROM workshop.mark"); n != 2 {
		t.Errorf("%d marks stored", n)
	}
}

func TestARepeatedKeyGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, list := h.running(trainer, 2)
	slots := h.view(trainer, ev.ID).Slots
	first := workshop.MarkInput{Key: key(), SlotID: slots[0].ID, EnrolmentID: list[0].EnrolmentID, Status: workshop.Present, ClientAt: morning}
	b := workshop.Batch{Device: "tablet", SentAt: morning, Marks: []workshop.MarkInput{first, first}}
	out := h.mark(trainer, ev.ID, b)
	if out[0].Repeat || !out[1].Repeat || out[1].Outcome != workshop.Applied {
		t.Errorf("in one batch: %+v", out)
	}
	h.turn(morning.Add(time.Minute))
	h.mark(trainer, ev.ID, workshop.Batch{Device: "phone", Marks: []workshop.MarkInput{{Key: key(), SlotID: slots[0].ID, EnrolmentID: list[0].EnrolmentID,
		Status: workshop.Absent, SeenSeq: out[0].Cell.Seq}}})
	out = h.mark(trainer, ev.ID, b)
	if !out[0].Repeat || out[0].Outcome != workshop.Applied || out[0].Cell.Status != workshop.Absent {
		t.Errorf("repeated after a correction: %+v, cell %+v", out[0], out[0].Cell)
	}
	other := first
	other.EnrolmentID = list[1].EnrolmentID
	if out = h.mark(trainer, ev.ID, workshop.Batch{Marks: []workshop.MarkInput{other}}); out[0].Err == nil {
		t.Error("a key was taken for another person's mark")
	}
	h.must(h.SetState(h.ctx, trainer, ev.ID, workshop.Closed, ""))
	fresh := workshop.MarkInput{Key: key(), SlotID: slots[0].ID, EnrolmentID: list[1].EnrolmentID, Status: workshop.Present}
	out = h.mark(trainer, ev.ID, workshop.Batch{Marks: []workshop.MarkInput{first, fresh}})
	if out[0].Err != nil || out[1].Err == nil || out[1].Err.Key != "workshop_error_mark_state" {
		t.Errorf("after closing: %+v", out)
	}
	if n := h.count("SELECT count(*) FROM workshop.mark"); n != 2 {
		t.Errorf("%d marks", n)
	}
}

// TestLateSyncNeverOverwrites: two devices without network mark the same people; whichever sends first, the result is the
// same, nothing is lost, and where they disagree it is flagged until somebody decides.
func TestLateSyncNeverOverwrites(t *testing.T) {
	t.Parallel()
	type result struct {
		status   workshop.Status
		conflict bool
	}
	run := func(t *testing.T, seed uint64) [3]result {
		h := newHouse(t)
		trainer := h.trainer()
		ev, list := h.running(trainer, 3)
		slot := h.view(trainer, ev.ID).Slots[0].ID
		h.turn(morning.Add(2 * time.Hour))
		m := func(p int, st workshop.Status, minute int, last byte) workshop.MarkInput {
			return workshop.MarkInput{Key: uuid.UUID{0: byte(p), 15: last}, SlotID: slot, EnrolmentID: list[p].EnrolmentID, Status: st, ClientAt: morning.Add(time.Duration(minute) * time.Minute)}
		}
		batches := []workshop.Batch{
			{Device: "tablet", Marks: []workshop.MarkInput{m(0, workshop.Present, 5, 1), m(1, workshop.Present, 5, 2), m(2, workshop.Absent, 5, 3)}},
			{Device: "phone", Marks: []workshop.MarkInput{m(0, workshop.Absent, 9, 4), m(1, workshop.Present, 9, 5)}},
			{Device: "tablet", Marks: []workshop.MarkInput{m(2, workshop.Present, 30, 6)}},
		}
		rand.New(rand.NewPCG(seed, 7)).Shuffle(len(batches), func(i, j int) { batches[i], batches[j] = batches[j], batches[i] }) //nolint:gosec // order
		for _, b := range batches {
			h.mark(trainer, ev.ID, b)
			h.mark(trainer, ev.ID, b) // and again, since the answer was lost
		}
		if n := h.count("SELECT count(*) FROM workshop.mark"); n != 6 {
			t.Errorf("%d marks kept of 6", n)
		}
		var out [3]result
		v := h.view(trainer, ev.ID)
		for i := range v.People {
			out[i] = result{v.People[i].Cells[0].Status, v.People[i].Cells[0].Conflict}
		}
		return out
	}
	want := [3]result{{workshop.Absent, true}, {workshop.Present, false}, {workshop.Present, false}}
	for seed := range uint64(4) {
		if got := run(t, seed); got != want {
			t.Errorf("order %d: %+v", seed, got)
		}
	}
}

func TestCorrectionsKeepTheirHistory(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, list := h.running(trainer, 1)
	slot := h.view(trainer, ev.ID).Slots[0].ID
	var seen int64
	for i, st := range []workshop.Status{workshop.Absent, workshop.Late, workshop.Unmarked} {
		h.turn(morning.Add(time.Duration(i+1) * time.Minute))
		out := h.mark(trainer, ev.ID, workshop.Batch{Device: "d" + string(st), Marks: []workshop.MarkInput{{Key: key(), SlotID: slot, EnrolmentID: list[0].EnrolmentID, Status: st,
			SeenSeq: seen}}})
		seen = out[0].Cell.Seq
		if out[0].Cell.Conflict {
			t.Errorf("%s: conflict although it was seen", st)
		}
	}
	hist, err := h.History(h.ctx, trainer, ev.ID, slot, list[0].EnrolmentID)
	h.must(err)
	if len(hist.Entries) != 3 || !hist.Entries[0].InForce || hist.Entries[0].Status != workshop.Unmarked || hist.Entries[0].From != workshop.Late ||
		hist.Entries[2].From != workshop.Unmarked || hist.Entries[1].Actor != "Amel Formatrice" {
		t.Errorf("history: %+v", hist.Entries)
	}
	if _, err := h.db.App().NewRaw("UPDATE workshop.mark SET status = 'present'").Exec(h.ctx); err == nil {
		t.Error("a mark could be changed")
	}
}

func TestCheckIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, list := h.running(trainer, 3)
	other, _ := h.running(trainer, 1)
	people := h.view(trainer, ev.ID).People
	stranger := h.view(trainer, other.ID).People[0]
	try := func(badge string, k uuid.UUID) *workshop.Checkin {
		t.Helper()
		c, err := h.CheckIn(h.ctx, trainer, ev.ID, workshop.CheckinInput{Badge: badge, Key: k, Device: "phone"})
		h.must(err)
		return c
	}
	expect := func(c *workshop.Checkin, want workshop.CheckinOutcome) {
		t.Helper()
		if c.Outcome != want {
			t.Errorf("got %s, want %s", c.Outcome, want)
		}
	}
	h.turn(morning.Add(-2 * time.Hour)) // 06:55: the window opens at 08:15
	c := try(people[0].BadgeCode, key())
	expect(c, workshop.TooEarly)
	if got := c.Opens.In(ev.Zone()).Format("15:04"); got != "08:15" {
		t.Errorf("opens at %s", got)
	}
	h.turn(morning)
	k := key()
	c = try("https://host.example/b/"+people[0].BadgeToken, k)
	expect(c, workshop.CheckedIn)
	if c.Cell.Status != workshop.Present || c.Cell.Source != workshop.Scan || c.Person.FamilyName != people[0].FamilyName {
		t.Errorf("cell %+v", c.Cell)
	}
	expect(try(people[0].BadgeToken, k), workshop.CheckedIn)     // the answer was lost: the same scan again
	expect(try(people[0].BadgeToken, key()), workshop.AlreadyIn) // a second scan
	expect(try("AAAAAA", key()), workshop.UnknownBadge)
	c = try(stranger.BadgeToken, key())
	expect(c, workshop.OtherWorkshop)
	if c.Person != nil {
		t.Error("names a person of another workshop")
	}
	h.must(h.SetEnrolment(h.ctx, trainer, ev.ID, list[2].EnrolmentID, workshop.Withdrawn, ""))
	expect(try(people[2].BadgeCode, key()), workshop.NotEnrolled)
	h.turn(morning.Add(45 * time.Minute)) // 09:40
	c = try(people[1].BadgeCode, key())
	expect(c, workshop.CheckedIn)
	if c.Cell.Status != workshop.Late || c.Cell.Minutes != 170 {
		t.Errorf("arrived at 09:40: %+v", c.Cell)
	}
	h.turn(morning.Add(30 * 24 * time.Hour))
	expect(try(people[1].BadgeCode, key()), workshop.TooLate)
	if n := h.count("SELECT count(*) FROM workshop.mark"); n != 2 {
		t.Errorf("%d marks: refusals must change nothing", n)
	}
	h.must(h.SetState(h.ctx, trainer, ev.ID, workshop.Closed, ""))
	_, err := h.CheckIn(h.ctx, trainer, ev.ID, workshop.CheckinInput{Badge: people[0].BadgeCode})
	wantKind(t, err, errs.Conflict, "closed")
}

func TestAttendanceRowsAreOnePerPersonAndHalfDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, list := h.running(trainer, 3)
	slot := h.view(trainer, ev.ID).Slots[0].ID
	h.mark(trainer, ev.ID, workshop.Batch{Marks: []workshop.MarkInput{{Key: key(), SlotID: slot, EnrolmentID: list[0].EnrolmentID, Status: workshop.Present}}})
	h.must(h.SetEnrolment(h.ctx, trainer, ev.ID, list[0].EnrolmentID, workshop.Withdrawn, "")) // was there once: counts
	h.must(h.SetEnrolment(h.ctx, trainer, ev.ID, list[1].EnrolmentID, workshop.Withdrawn, "")) // never came: does not
	r, err := h.AttendanceRows(h.ctx, trainer, ev.ID)
	h.must(err)
	if len(r.Rows) != 8 || r.Rows[0].Cell.Minutes != 195 || r.Rows[0].Person.FamilyName != "PersonneA" || r.Rows[1].Cell.Status != workshop.Unmarked {
		t.Errorf("%d rows, first %+v", len(r.Rows), r.Rows[0])
	}
	own, err := h.Mine(h.ctx, access.Actor{PersonID: list[0].PersonID}, list[0].PersonID)
	h.must(err)
	if len(own) != 1 || own[0].Planned != 4 || own[0].Attended != 1 || own[0].Minutes != 195 {
		t.Errorf("own: %+v", own)
	}
	_, err = h.Mine(h.ctx, access.Actor{PersonID: list[1].PersonID}, list[0].PersonID)
	wantKind(t, err, errs.Forbidden, "another's record")
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i, title := range []string{"Détection à Sfax", "Hébergement", "هيكل الإيواء"} {
		in := input()
		in.Title, in.Start = title, morning.AddDate(0, i, 0)
		_, err := h.Create(h.ctx, system, in)
		h.must(err)
	}
	for _, c := range []struct {
		name string
		f    workshop.Filter
		want int
	}{
		{"all", workshop.Filter{}, 3},
		{"state", workshop.Filter{State: workshop.Open}, 0},
		{"words without accents", workshop.Filter{Query: "detection sfax"}, 1},
		{"code", workshop.Filter{Query: "w-2027-001"}, 1},
		{"a percent sign is a letter", workshop.Filter{Query: "%"}, 0},
		{"arabic", workshop.Filter{Query: "الإيواء"}, 1},
		{"from", workshop.Filter{From: morning.AddDate(0, 0, 20)}, 2},
		{"until", workshop.Filter{To: morning.AddDate(0, 0, 20)}, 1},
		{"past the end", workshop.Filter{Page: 9}, 3},
	} {
		p, err := h.List(h.ctx, system, c.f)
		h.must(err)
		if len(p.Rows) != c.want {
			t.Errorf("%s: %d rows", c.name, len(p.Rows))
		}
	}
	today, err := h.Today(h.ctx, system)
	h.must(err)
	if len(today) != 0 {
		t.Errorf("a draft opens by itself: %+v", today)
	}
	next, err := h.Next(h.ctx, system, 1)
	h.must(err)
	if len(next) != 1 || next[0].Title != "Hébergement" {
		t.Errorf("the next workshop after today's: %+v", next)
	}
	h.must(h.SetState(h.ctx, system, next[0].ID, workshop.Open, ""))
	h.must(h.SetState(h.ctx, system, next[0].ID, workshop.Cancelled, "Salle fermée"))
	next, err = h.Next(h.ctx, system, 5)
	h.must(err)
	if len(next) != 1 || next[0].Title != "هيكل الإيواء" {
		t.Errorf("a cancelled workshop is still to come: %+v", next)
	}
}

// TestWhoWasThere: all are taken to have been there until somebody's presence was noted.
func TestWhoWasThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, list := h.running(trainer, 3)
	there := func() int {
		t.Helper()
		people, err := h.ThereTx(h.ctx, h.db.App(), ev.ID)
		h.must(err)
		return len(people)
	}
	if n := there(); n != 3 {
		t.Errorf("%d before the roll-call", n)
	}
	slot := h.view(trainer, ev.ID).Slots[0].ID
	_, err := h.MarkBatch(h.ctx, trainer, ev.ID, workshop.Batch{Marks: []workshop.MarkInput{{Key: key(), SlotID: slot, EnrolmentID: list[0].EnrolmentID, Status: workshop.Late, Arrived: "11:00"},
		{Key: key(), SlotID: slot, EnrolmentID: list[1].EnrolmentID, Status: workshop.Absent}}})
	h.must(err)
	if n := there(); n != 1 {
		t.Errorf("%d were there", n)
	}
}
