package workshop_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop"
)

// changedFields gives the fields that a refusal names for a change by somebody else.
func changedFields(err error) (names []string) {
	for _, f := range errs.As(err).Fields {
		if workshop.Changed(f) {
			names = append(names, f.Name)
		}
	}
	return names
}

// TestWhoSavesOverSomebodyElseIsTold: of two people with the same form open, the second is refused once; who sends the same again, or
// changes nothing, is not.
func TestWhoSavesOverSomebodyElseIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, _ := h.running(tr, 1)
	slot := h.agenda(tr, ev.ID).Slots[0]
	half := func(seen workshop.Seen, topic string) error {
		return h.UpdateSlot(h.ctx, tr, ev.ID, slot.ID, workshop.SlotInput{Day: slot.Day, Half: slot.Half, Hours: workshop.Hours{Start: 540, End: 750, Minutes: 195}, Topic: topic, Seen: seen})
	}
	item := workshop.ItemInput{ID: uuid.New(), Slot: slot.ID, Kind: "session", Title: "Accueil", Minutes: 30}
	h.must(h.PutItem(h.ctx, tr, ev.ID, item))
	put := func(seen workshop.Seen, title string) error {
		in := item
		in.Seen, in.Title = seen, title
		return h.PutItem(h.ctx, tr, ev.ID, in)
	}
	practice := workshop.PracticeInput{ID: uuid.New(), Title: "Guichet unique"}
	h.must(h.PutPractice(h.ctx, tr, ev.ID, practice))
	follow := func(seen workshop.Seen, text string) error {
		in := practice
		in.Seen, in.FollowUp = seen, text
		return h.PutPractice(h.ctx, tr, ev.ID, in)
	}
	_, practices, err := h.Practices(h.ctx, tr, ev.ID)
	h.must(err)
	forms := []struct {
		name string
		seen workshop.Seen
		save func(workshop.Seen, string) error
	}{
		{"half-day", slot.Seen(), half},
		{"item", h.agenda(tr, ev.ID).Halves[0].Items[0].Seen(), put},
		{"practice", practices[0].Seen(), follow},
	}
	for _, f := range forms {
		h.must(f.save(f.seen, "l'une"))
		h.must(f.save(f.seen, "l'une")) // sent twice
		if got := changedFields(f.save(f.seen, "l'autre")); len(got) != 1 {
			t.Errorf("%s: the second is not told: %v", f.name, got)
		}
		h.must(f.save("", "l'autre")) // a script compares nothing
	}
	if got := h.agenda(tr, ev.ID); got.Slots[0].Topic != "l'autre" || got.Halves[0].Items[0].Title != "l'autre" {
		t.Errorf("kept %q and %q", got.Slots[0].Topic, got.Halves[0].Items[0].Title)
	}
	h.must(h.RemoveItem(h.ctx, tr, ev.ID, item.ID))
	h.must(put(forms[1].seen, "écrit pendant qu'on l'ôtait")) // nothing that was typed is lost
}

// TestQuotasSayWhatSomebodyElseKept: the fields that differ are named, and only those.
func TestQuotasSayWhatSomebodyElseKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr := h.trainer()
	ev, _ := h.running(tr, 1)
	mas := func(n int) workshop.Quota {
		return workshop.Quota{Kind: workshop.ByOrganisationKind, Value: "mas", Places: n}
	}
	women := workshop.Quota{Kind: workshop.BySex, Value: "f", Places: 12}
	none := workshop.SeenQuotas(nil)
	h.must(h.SetQuotas(h.ctx, tr, ev.ID, none, []workshop.Quota{mas(10), women}))
	h.must(h.SetQuotas(h.ctx, tr, ev.ID, none, []workshop.Quota{women, mas(10)})) // sent twice, in another order
	err := h.SetQuotas(h.ctx, tr, ev.ID, none, []workshop.Quota{mas(8), women})
	if got := changedFields(err); len(got) != 1 || got[0] != "organisation_kind_mas" {
		t.Errorf("named %v: %v", got, err)
	}
	if got := changedFields(h.SetQuotas(h.ctx, tr, ev.ID, none, nil)); len(got) != 2 {
		t.Errorf("an empty form over two quotas names %v", got)
	}
	h.must(h.SetQuotas(h.ctx, tr, ev.ID, workshop.SeenQuotas([]workshop.Quota{women, mas(10)}), []workshop.Quota{mas(8)}))
	if got, err := h.Quotas(h.ctx, tr, ev.ID); err != nil || len(got) != 1 || got[0].Places != 8 {
		t.Errorf("kept %+v, %v", got, err)
	}
}
