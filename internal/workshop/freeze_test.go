package workshop_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// TestWhatChangedSinceTheBookings: people who came and went, other times and another place, until the list is frozen again.
func TestWhatChangedSinceTheBookings(t *testing.T) {
	t.Parallel()
	h, _, tr, ev := mailing(t)
	logistics := func(added, left, moved, slots int, place bool) *workshop.Logistics {
		t.Helper()
		l, err := h.Logistics(h.ctx, tr, ev)
		h.must(err)
		if c := &l.Changes; len(c.Added) != added || len(c.Left) != left || len(c.Moved) != moved || len(c.Slots) != slots || c.Place != place {
			t.Errorf("changes %+v", c)
		}
		return l
	}
	if l := logistics(0, 0, 0, 0, false); l.Last != nil {
		t.Fatal("frozen from the start")
	}
	h.must(h.FreezeNow(h.ctx, tr, ev))
	h.must(h.FreezeNow(h.ctx, tr, ev)) // nothing changed: the first one goes on
	h.wantCount(1, "SELECT count(*) FROM workshop.freeze")
	l := logistics(0, 0, 0, 0, false)
	if len(l.Last.People) != 3 || l.Last.Place != "Hôtel Syphax" || l.By == "" {
		t.Errorf("frozen %+v by %q", l.Last, l.By)
	}
	h.must(h.SetEnrolment(h.ctx, tr, ev, l.People[0].EnrolmentID, workshop.Withdrawn, "malade"))
	p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Zouari"})
	h.must(err)
	_, err = h.EnrolMany(h.ctx, tr, ev, []uuid.UUID{p.ID}, workshop.EnrolOptions{})
	h.must(err)
	h.db.Exec("UPDATE workshop.enrolment SET governorate = 'TN-61' WHERE id = $1", l.People[1].EnrolmentID)
	first := l.Slots[0]
	h.must(h.UpdateSlot(h.ctx, tr, ev, first.ID, workshop.SlotInput{Day: first.Day, Half: first.Half, Hours: workshop.Hours{Start: 10 * 60, End: 12 * 60, Minutes: 120}}))
	h.must(h.RemoveSlot(h.ctx, tr, ev, l.Slots[1].ID))
	d := workshop.DetailsOf(&l.Event)
	d.Venue = "Institut"
	h.must(h.Update(h.ctx, tr, ev, 0, d, nil))
	l = logistics(1, 1, 1, 2, true)
	if l.Changes.Added[0].FamilyName != "Zouari" || l.Changes.Count() != 6 || l.Changes.Slots[0].Is == nil || l.Changes.Slots[1].Is != nil {
		t.Errorf("changes %+v", l.Changes)
	}
	h.must(h.FreezeNow(h.ctx, tr, ev))
	logistics(0, 0, 0, 0, false)
	h.wantCount(2, "SELECT count(*) FROM audit.entry WHERE action = 'workshop.freeze'")
	if _, err := h.db.Owner().NewRaw("DELETE FROM workshop.freeze").Exec(h.ctx); err == nil {
		t.Error("a freeze can be erased")
	}
	for _, a := range []access.Actor{{}, {PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}} {
		if _, err := h.Logistics(h.ctx, a, ev); !errs.Is(err, errs.Forbidden) {
			t.Errorf("read by another: %v", err)
		}
		if err := h.FreezeNow(h.ctx, a, ev); !errs.Is(err, errs.Forbidden) {
			t.Errorf("frozen by another: %v", err)
		}
	}
	h.must(h.SetState(h.ctx, tr, ev, workshop.Cancelled, "Report"))
	if err := h.FreezeNow(h.ctx, tr, ev); !errs.Is(err, errs.Conflict) {
		t.Errorf("of a cancelled event: %v", err)
	}
}
