package workshop_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
)

func titles(a *workshop.Agenda, half int) string {
	s := ""
	for _, it := range a.Halves[half].Items {
		s += it.Title + it.StartsAt.In(a.Event.Zone()).Format("@15:04 ")
	}
	return s
}

func (h *house) agenda(actor access.Actor, id uuid.UUID) *workshop.Agenda {
	h.t.Helper()
	a, err := h.Agenda(h.ctx, actor, id)
	h.must(err)
	return a
}

func TestAgendaIsTimedOrderedAndRepeatable(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, err := h.Create(h.ctx, tr, input())
	h.must(err)
	a := h.agenda(tr, ev.ID)
	if !a.Empty() {
		t.Error("a new event has an agenda")
	}
	first, second := a.Slots[0].ID, a.Slots[1].ID
	ids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
	for i, title := range []string{"A", "B", "C"} {
		for range 2 { // sent twice
			h.must(h.PutItem(h.ctx, tr, ev.ID, workshop.ItemInput{ID: ids[i], Slot: first, Kind: "session", Title: title, Minutes: 30 * (i + 1)}))
		}
	}
	if got := titles(h.agenda(tr, ev.ID), 0); got != "A@09:00 B@09:30 C@10:30 " {
		t.Error(got)
	}
	for range 2 {
		h.must(h.MoveItem(h.ctx, tr, ev.ID, ids[2], first, 1))
	}
	if got := titles(h.agenda(tr, ev.ID), 0); got != "C@09:00 A@10:30 B@11:00 " {
		t.Error(got)
	}
	h.must(h.MoveItem(h.ctx, tr, ev.ID, ids[0], second, 99))
	h.must(h.PutItem(h.ctx, tr, ev.ID, workshop.ItemInput{ID: ids[1], Slot: first, Kind: "session", Title: "B", Minutes: 180}))
	a = h.agenda(tr, ev.ID)
	if got := titles(a, 0) + "| " + titles(a, 1); got != "C@09:00 B@10:30 | A@13:30 " {
		t.Error(got)
	}
	if a.Halves[0].Over() != 60 || a.Halves[1].Over() > 0 {
		t.Errorf("over by %d and %d minutes", a.Halves[0].Over(), a.Halves[1].Over())
	}
	h.must(h.RemoveItem(h.ctx, tr, ev.ID, ids[2]))
	if a = h.agenda(tr, ev.ID); a.Halves[0].Items[0].Position != 1 {
		t.Error("the items did not close up")
	}
	wantKind(t, h.PutItem(h.ctx, tr, ev.ID, workshop.ItemInput{ID: uuid.New(), Slot: first, Kind: "nap", Minutes: 0, Trainer: uuid.New(), Lesson: "../x"}), errs.Invalid, "a wrong item")
	wantKind(t, h.PutItem(h.ctx, access.Actor{PersonID: uuid.New()}, ev.ID, workshop.ItemInput{ID: uuid.New()}), errs.Forbidden, "a stranger")
}

func TestCopyMovesThePlanAndNotThePeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, _ := h.running(tr, 2)
	a := h.agenda(tr, ev.ID)
	h.must(h.PutItem(h.ctx, tr, ev.ID, workshop.ItemInput{ID: uuid.New(), Slot: a.Slots[3].ID, Kind: "test", Title: "Post-test", Minutes: 20}))
	h.must(h.SetQuotas(h.ctx, tr, ev.ID, "", []workshop.Quota{{Kind: workshop.ByOrganisationKind, Value: "mas", Places: 10}}))
	in := workshop.CopyInput{Key: uuid.New(), Title: "Session de Sfax", Start: morning.AddDate(0, 2, 0)}
	made, err := h.Copy(h.ctx, tr, ev.ID, in)
	h.must(err)
	again, err := h.Copy(h.ctx, tr, ev.ID, in)
	h.must(err)
	if made.ID != again.ID || made.ID == ev.ID || made.State != workshop.Draft {
		t.Errorf("copies %v and %v of %v", made.ID, again.ID, ev.ID)
	}
	c := h.agenda(tr, made.ID)
	q, err := h.Quotas(h.ctx, tr, made.ID)
	h.must(err)
	if len(c.Slots) != 4 || len(c.Halves[3].Items) != 1 || len(q) != 1 || q[0].Places != 10 || len(c.Trainers) != 1 || c.Event.Title != "Session de Sfax" {
		t.Errorf("copied %d half-days, %d items, %d quotas, %d trainers", len(c.Slots), len(c.Halves[3].Items), len(q), len(c.Trainers))
	}
	if got := c.Slots[0].StartsAt.In(c.Event.Zone()).Format("2006-01-02 15:04"); got != "2027-02-14 09:00" {
		t.Error("begins ", got)
	}
	if n := len(h.view(tr, made.ID).People); n != 0 {
		t.Errorf("%d people were copied", n)
	}
}

func TestClashesNameTrainerRoomAndPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	in := input()
	in.Venue, in.Room = "Hôtel Sidi Mansour", "Salle Jasmin"
	a, err := h.Create(h.ctx, tr, in)
	h.must(err)
	if list, err := h.Clashes(h.ctx, tr, a.ID); err != nil || len(list) != 0 {
		t.Fatal(list, err)
	}
	in.Room, in.Days, in.Trainers = "salle jasmin", 1, []uuid.UUID{tr.PersonID}
	b, err := h.Create(h.ctx, system, in)
	h.must(err)
	who := h.person("Doublon")
	for _, ev := range []uuid.UUID{a.ID, b.ID} {
		_, err = h.EnrolMany(h.ctx, system, ev, []uuid.UUID{who}, workshop.EnrolOptions{})
		h.must(err)
	}
	kinds := func(actor access.Actor) (s string, list []workshop.Clash) {
		list, err := h.Clashes(h.ctx, actor, a.ID)
		h.must(err)
		for _, c := range list {
			s += string(c.Kind) + " "
		}
		return s, list
	}
	if got, list := kinds(tr); got != "trainer room participant " || list[0].EventID != b.ID || list[2].Name != "Doublon Amel" {
		t.Error(got, list)
	}
	h.must(h.Update(h.ctx, system, b.ID, 0, in.Details, []uuid.UUID{h.person("Autre")}))
	if got, list := kinds(tr); got != "room participant " || list[0].Title != "" || list[0].EventID != uuid.Nil || list[0].Code == "" {
		t.Error("of an event that the reader may not see only the code is told: ", got, list)
	}
	h.must(h.SetState(h.ctx, system, b.ID, workshop.Cancelled, "Reporté"))
	if got, _ := kinds(tr); got != "" {
		t.Error("a cancelled event clashes: ", got)
	}
}

func TestCalendarShowsTheOwnHalfDays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	_, err := h.Create(h.ctx, tr, input())
	h.must(err)
	from := time.Date(2026, 12, 15, 0, 0, 0, 0, time.UTC)
	for actor, want := range map[string]int{"trainer": 2, "stranger": 0} {
		who := tr
		if actor == "stranger" {
			who = h.trainer()
		}
		list, err := h.Calendar(h.ctx, who, from, from.AddDate(0, 0, 30))
		if err != nil || len(list) != want {
			t.Errorf("%s sees %d half-days, %v", actor, len(list), err)
		}
	}
	_, err = h.Calendar(h.ctx, tr, from, from.AddDate(1, 0, 0))
	wantKind(t, err, errs.Invalid, "a year")
}

func TestPracticesAreFollowedUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, people := h.running(tr, 1)
	in := workshop.PracticeInput{ID: uuid.New(), Title: "Guichet unique", SeenAt: "Amman", Owner: people[0].PersonID, DueOn: morning}
	for range 2 {
		h.must(h.PutPractice(h.ctx, tr, ev.ID, in))
	}
	in.State, in.FollowUp = "adopted", "Convention signée"
	h.must(h.PutPractice(h.ctx, tr, ev.ID, in))
	_, list, err := h.Practices(h.ctx, tr, ev.ID)
	h.must(err)
	if len(list) != 1 || list[0].Open() || list[0].FollowUp != "Convention signée" || list[0].OwnerID != people[0].PersonID {
		t.Errorf("%+v", list)
	}
	in.Owner = uuid.New()
	wantKind(t, h.PutPractice(h.ctx, tr, ev.ID, in), errs.Invalid, "an owner from elsewhere")
	other, err := h.Create(h.ctx, tr, input())
	h.must(err)
	in.Owner = uuid.Nil
	wantKind(t, h.PutPractice(h.ctx, tr, other.ID, in), errs.NotFound, "a practice of another event")
}

// TestAnEveningUntilMidnightIsCopiedAcrossTheChangeOfClocks: the hours on the wall stay, in a zone that moves its clocks in between.
func TestAnEveningUntilMidnightIsCopiedAcrossTheChangeOfClocks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	in := input()
	in.TimeZone, in.Days = "Europe/Paris", 1
	in.Start = time.Date(2027, 3, 27, 0, 0, 0, 0, time.UTC) // the clocks go forward in the night
	in.Hours = map[workshop.Half]workshop.Hours{workshop.PM: {Start: 20 * 60, End: 24 * 60, Minutes: 200}}
	ev, err := h.Create(h.ctx, tr, in)
	h.must(err)
	for i, want := range []string{"2027-03-27T19:00:00Z 2027-03-27T23:00:00Z", "2027-03-28T18:00:00Z 2027-03-28T22:00:00Z"} {
		made, err := h.Copy(h.ctx, tr, ev.ID, workshop.CopyInput{Key: uuid.New(), Start: in.Start.AddDate(0, 0, i)})
		h.must(err)
		s := h.view(tr, made.ID).Slots[0]
		if got := s.StartsAt.UTC().Format(time.RFC3339) + " " + s.EndsAt.UTC().Format(time.RFC3339); got != want || s.Day.Day() != 27+i {
			t.Errorf("copy %d: %s", i, got)
		}
	}
}
