package workshop_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop"
)

// TestAnEventIsPutOff by a day, over the change of the clocks, and brought forward again: hours and agenda stay, calendars hear of it.
func TestAnEventIsPutOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, other := h.trainer(), h.trainer()
	in := input()
	in.TimeZone, in.Start = "Europe/Paris", time.Date(2027, 3, 26, 0, 0, 0, 0, time.UTC) // the clocks go forward in the night of the 27th
	ev, err := h.Create(h.ctx, tr, in)
	h.must(err)
	h.must(h.PutItem(h.ctx, tr, ev.ID, workshop.ItemInput{ID: uuid.New(), Slot: h.view(tr, ev.ID).Slots[0].ID, Kind: "visit", Title: "Centre", Minutes: 60}))
	for _, days := range []int{1, 0, 30, -31} {
		first := h.view(tr, ev.ID).Event.StartsOn.AddDate(0, 0, days)
		h.must(h.Shift(h.ctx, tr, ev.ID, first))
		h.must(h.Shift(h.ctx, tr, ev.ID, first)) // pressed twice
		v := h.view(tr, ev.ID)
		if !v.Event.StartsOn.Equal(first) || !v.Event.EndsOn.Equal(first.AddDate(0, 0, 1)) || len(v.Slots) != 4 {
			t.Fatalf("after %d days: %s to %s", days, v.Event.StartsOn, v.Event.EndsOn)
		}
		for i, s := range v.Slots {
			if got := s.StartsAt.In(v.Event.Zone()); !s.Day.Equal(first.AddDate(0, 0, i/2)) || got.Format("15:04") != []string{"09:00", "13:30"}[i%2] || got.Day() != s.Day.Day() {
				t.Errorf("after %d days half-day %d is %s at %s", days, i, s.Day, got)
			}
		}
	}
	if n := h.count("SELECT max(sequence) FROM workshop.slot"); n != 3 {
		t.Errorf("the calendars were told of %d changes", n)
	}
	if a := h.agenda(tr, ev.ID); len(a.Halves[0].Items) != 1 {
		t.Error("the agenda is lost")
	}
	wantKind(t, h.Shift(h.ctx, tr, ev.ID, time.Date(20270, 1, 1, 0, 0, 0, 0, time.UTC)), errs.Invalid, "a slip of the year")
	wantKind(t, h.Shift(h.ctx, other, ev.ID, morning), errs.Forbidden, "another trainer")
}

// TestAnEventThatBeganStays: what was noted is evidence of its day.
func TestAnEventThatBeganStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, list := h.running(tr, 1)
	_, err := h.MarkBatch(h.ctx, tr, ev.ID, workshop.Batch{Marks: []workshop.MarkInput{{Key: key(), SlotID: h.view(tr, ev.ID).Slots[0].ID, EnrolmentID: list[0].EnrolmentID, Status: workshop.Present}}})
	h.must(err)
	wantKey(t, h.Shift(h.ctx, tr, ev.ID, morning.AddDate(0, 1, 0)), "workshop_error_shift_marked")
}
