package workshop_test

import (
	"slices"
	"testing"

	"shelter/internal/org"
	"shelter/internal/workshop"
)

func TestCoverageCountsEachGroupOnce(t *testing.T) {
	t.Parallel()
	list := []workshop.Candidate{
		{Sex: "f", Governorate: "TN-61", Organisation: "A", OrganisationKind: "ngo", Trainings: 0, Proposed: true, Selected: true},
		{Sex: "f", Governorate: "TN-61", Organisation: "A", OrganisationKind: "ngo", Trainings: 5, Proposed: true},
		{Sex: "m", Governorate: "TN-11", Organisation: "B", OrganisationKind: "mas", Trainings: 1, Selected: true},
		{Sex: "", Trainings: 2, Proposed: true},
	}
	uses := []workshop.Use{{Quota: workshop.Quota{Kind: workshop.BySex, Value: "m", Places: 7}}, {Quota: workshop.Quota{Kind: workshop.ByGovernorate, Value: "TN-32", Places: 2}}}
	for by, want := range map[workshop.CoverageBy][]workshop.Covered{
		workshop.CoverSex: {{Group: workshop.Group{Sex: "f"}, Proposed: 2, Selected: 1, Quota: -1}, {Group: workshop.Group{Sex: "m"}, Selected: 1, Quota: 7},
			{Group: workshop.Group{Sex: "-"}, Proposed: 1, Quota: -1}},
		workshop.CoverGovernorate: {{Group: workshop.Group{Governorate: "TN-61"}, Proposed: 2, Selected: 1, Quota: -1}, {Group: workshop.Group{Governorate: "TN-11"}, Selected: 1, Quota: -1},
			{Group: workshop.Group{Governorate: "-"}, Proposed: 1, Quota: -1}, {Group: workshop.Group{Governorate: "TN-32"}, Quota: 2}},
		workshop.CoverTrainings: {{Group: workshop.Group{Trainings: "0"}, Proposed: 1, Selected: 1, Quota: -1}, {Group: workshop.Group{Trainings: "1"}, Selected: 1, Quota: -1},
			{Group: workshop.Group{Trainings: "2"}, Proposed: 2, Quota: -1}},
	} {
		if got := workshop.Coverage(list, uses, by); !slices.Equal(got, want) {
			t.Errorf("by %s: %+v", by, got)
		}
	}
	for _, by := range workshop.CoverageWays() {
		proposed, selected := 0, 0
		for _, c := range workshop.Coverage(list, uses, by) {
			proposed, selected = proposed+c.Proposed, selected+c.Selected
		}
		if proposed != 3 || selected != 2 {
			t.Errorf("by %s: %d proposed, %d selected", by, proposed, selected)
		}
	}
}

func TestTheSelectionKnowsWhomItCovers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	tr, ev, _ := h.crowd(2, 1)
	focal, id, member := h.organisation("Association A")
	h.must(h.Nominate(h.ctx, focal, ev, workshop.NominateInput{Person: member}))
	h.must(h.Nominate(h.ctx, focal, ev, workshop.NominateInput{New: &org.PersonInput{FamilyName: "Nouvelle", Sex: "m", OrganisationID: id}}))
	sel, err := h.Selection(h.ctx, tr, ev)
	h.must(err)
	i := slices.IndexFunc(sel.Nominees, func(n workshop.Nominee) bool { return n.PersonID == member })
	_, err = h.Decide(h.ctx, tr, ev, sel.Nominees[i].ID, workshop.Decision{Choose: true})
	h.must(err)
	sel, err = h.Selection(h.ctx, tr, ev)
	h.must(err)
	got := workshop.Coverage(sel.Candidates, sel.Uses, workshop.CoverOrganisation)
	if len(got) != 2 || got[0].Organisation != "Association A" || got[0].Proposed != 2 || got[0].Selected != 1 || got[1].Organisation != "-" || got[1].Selected != 1 {
		t.Errorf("%+v", got)
	}
}
