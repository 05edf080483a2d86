package casework_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/db"
	"shelter/internal/errs"
)

func (h *house) plan(kind, state string) casework.HomecomingInput {
	return casework.HomecomingInput{Key: uuid.New(), Kind: kind, State: state, Risk: "low", Documents: "held", BegunOn: h.day(0),
		Text: casework.HomecomingText{Risk: "CANARI risque", Travel: "avion", Economic: "stage", Social: "logement", Psychosocial: "suivi"}}
}

// settled begins a settling where the person is.
func (h *house) settled(id uuid.UUID) {
	h.t.Helper()
	h.must(h.SaveHomecoming(h.ctx, h.worker, id, h.plan("local", "begun")))
}

// TestNobodyLeavesUnprepared: without a look at the risk, into extreme risk, without papers or plan, or without a consent to return;
// the database says the same of risk, papers and consent. What has begun stands.
func TestNobodyLeavesUnprepared(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	for name, change := range map[string]func(*casework.HomecomingInput){
		"risk":         func(in *casework.HomecomingInput) { in.Risk = "" },
		"documents":    func(in *casework.HomecomingInput) { in.Documents = "missing" },
		"economic":     func(in *casework.HomecomingInput) { in.Text.Economic = " " },
		"travel":       func(in *casework.HomecomingInput) { in.Text.Travel = "" },
		"begun_on":     func(in *casework.HomecomingInput) { in.BegunOn = h.day(1) },
		"risk_text":    func(in *casework.HomecomingInput) { in.Text.Risk = "" },
		"psychosocial": func(in *casework.HomecomingInput) { in.Text.Psychosocial = "" },
	} {
		in := h.plan("return", "begun")
		change(&in)
		if got := missing(h.SaveHomecoming(h.ctx, h.worker, id, in)); !slices.Equal(got, []string{name}) {
			t.Errorf("%s: %v is missing", name, got)
		}
	}
	extreme := h.plan("return", "begun")
	extreme.Risk = "extreme"
	if got := missing(h.SaveHomecoming(h.ctx, h.worker, id, extreme)); !slices.Equal(got, []string{"risk"}) {
		t.Errorf("into extreme risk: %v", got)
	}
	h.must(h.SaveHomecoming(h.ctx, h.worker, id, h.plan("return", "prepared")))
	if err := h.SaveHomecoming(h.ctx, h.worker, id, h.plan("return", "begun")); !errs.Is(err, errs.Conflict) {
		t.Errorf("without consent: %v", err)
	}
	set := map[string]string{"cases.actor": h.worker.PersonID.String(), "cases.works": h.a.String()}
	if err := h.undone(set, "UPDATE cases.homecoming SET state = 'begun', begun_on = current_date WHERE case_id = $1", id.String()); db.Constraint(err) != "homecoming_consent" {
		t.Errorf("the database without consent: %v", err)
	}
	h.must(h.consent(id, func(in *casework.ConsentInput) { in.Purpose, in.RecipientID = "return", uuid.New() }))
	if err := h.SaveHomecoming(h.ctx, h.foreign, id, h.plan("return", "begun")); !errs.Is(err, errs.NotFound) {
		t.Errorf("the other shelter: %v", err)
	}
	h.must(h.SaveHomecoming(h.ctx, h.worker, id, h.plan("return", "begun")))
	if err := h.SaveHomecoming(h.ctx, h.worker, id, h.plan("local", "begun")); !errs.Is(err, errs.Conflict) {
		t.Errorf("what has begun is changed: %v", err)
	}
	if n := h.changed(set, "UPDATE cases.homecoming SET begun_on = begun_on - 1 WHERE case_id = $1", id.String()); n != -1 {
		t.Errorf("the database lets a departure be moved: %d", n)
	}
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	if v.Homecoming == nil || v.Homecoming.Text.Risk != "CANARI risque" || len(v.FollowUps) != 3 || v.FollowUps[2].Month != 12 || v.FollowUps[0].DueOn.Before(h.day(89)) || v.FollowUps[0].DueOn.After(h.day(93)) {
		t.Errorf("%+v, follow-ups %+v", v.Homecoming, v.FollowUps)
	}
}

// TestScoreOfAFollowUp: known answers.
func TestScoreOfAFollowUp(t *testing.T) {
	t.Parallel()
	all := func(economic, social, psychosocial []int) casework.FollowUpSheet {
		s := casework.FollowUpSheet{Answers: map[string]int{}}
		for part, list := range map[string][]int{"economic": economic, "social": social, "psychosocial": psychosocial} {
			for i, v := range list {
				if v >= 0 {
					s.Answers[part+"_"+casework.FollowUpItems[part][i]] = v
				}
			}
		}
		return s
	}
	for _, c := range []struct {
		sheet casework.FollowUpSheet
		want  int
		ok    bool
	}{
		{all([]int{4, 4, 4, 4}, []int{4, 4, 4, 4}, []int{4, 4, 4, 4}), 100, true},
		{all([]int{0, 0, 0, 0}, []int{0, 0, 0, 0}, []int{0, 0, 0, 0}), 0, true},
		{all([]int{2, 2, 2, 2}, []int{4, 4, 4, 4}, []int{0, 0, 0, 0}), 50, true},
		{all([]int{1, 2, 3, -1}, []int{4, 3, 3, 2}, []int{1, 1, 1, 1}), 50, true}, // 50, 75, 25: what was not asked counts nothing
		{all([]int{3, 3, 3, 3}, []int{3, 3, -1, 3}, []int{3, 3, 3, 2}), 73, true}, // 75, 75, 68.75
		{all([]int{4, 4, -1, -1}, []int{4, 4, 4, 4}, []int{4, 4, 4, 4}), 0, false},
		{casework.FollowUpSheet{}, 0, false},
	} {
		if got, ok := c.sheet.Total(); ok != c.ok || (ok && got != c.want) {
			t.Errorf("%v: %d %v, want %d %v", c.sheet.Answers, got, ok, c.want, c.ok)
		}
	}
}

// TestFollowUpsAreDueAndStand: overdue ones are on the list of the worker, in a closed file too; a score keeps the scale of its day.
func TestFollowUpsAreDueAndStand(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	h.settled(id)
	due := func() []casework.DueLine {
		t.Helper()
		_, list, _, err := h.Tasks(h.ctx, h.worker)
		h.must(err)
		return list
	}
	if n := len(due()); n != 0 {
		t.Errorf("%d are due on the first day", n)
	}
	h.clock = h.clock.AddDate(0, 4, 0)
	list := due()
	if len(list) != 1 || list[0].Month != 3 || list[0].CaseID != id {
		t.Fatalf("after four months: %+v", list)
	}
	if _, others, _, err := h.Tasks(h.ctx, h.other); err != nil || len(others) != 0 {
		t.Errorf("a colleague's list has %d, %v", len(others), err)
	}
	v, err := h.View(h.ctx, h.worker, id)
	h.must(err)
	first := v.FollowUps[0].ID
	if got := missing(h.SaveFollowUp(h.ctx, h.worker, id, first, casework.FollowUpInput{Reached: true, On: h.day(0)})); !slices.Equal(got, []string{"answers"}) {
		t.Errorf("without answers: %v", got)
	}
	h.must(h.SaveFollowUp(h.ctx, h.worker, id, first, casework.FollowUpInput{On: h.day(0), Sheet: casework.FollowUpSheet{Note: "numéro coupé"}}))
	if n := len(due()); n != 1 {
		t.Errorf("a person who was not reached is off the list: %d", n)
	}
	answers := map[string]int{}
	for part, items := range casework.FollowUpItems {
		for _, item := range items {
			answers[part+"_"+item] = 2
		}
	}
	h.must(h.SaveFollowUp(h.ctx, h.worker, id, first, casework.FollowUpInput{Reached: true, On: h.day(0), Sheet: casework.FollowUpSheet{Answers: answers, Note: "CANARI suivi"}}))
	if err := h.SaveFollowUp(h.ctx, h.worker, id, first, casework.FollowUpInput{Reached: true, On: h.day(0), Sheet: casework.FollowUpSheet{Answers: answers}}); !errs.Is(err, errs.Conflict) {
		t.Errorf("one that was done is written again: %v", err)
	}
	if err := h.SetScale(h.ctx, h.worker, casework.Scale{Low: 60, High: 90, Months: []int{6}}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a worker sets the scale: %v", err)
	}
	if got := missing(h.SetScale(h.ctx, h.officer, casework.Scale{Low: 90, High: 60, Months: []int{0}})); !slices.Equal(got, []string{"high", "months"}) {
		t.Errorf("a scale upside down: %v", got)
	}
	h.must(h.SetScale(h.ctx, h.officer, casework.Scale{Low: 60, High: 90, Months: []int{12, 6}}))
	v, err = h.View(h.ctx, h.worker, id)
	h.must(err)
	if u := v.FollowUps[0]; u.Score == nil || *u.Score != 50 || u.Band() != "partly" || u.Sheet.Note != "CANARI suivi" || v.Scale.Low != 60 || !slices.Equal(v.Scale.Months, []int{6, 12}) {
		t.Errorf("%+v, scale %+v", u, v.Scale)
	}
	if n := len(due()); n != 0 {
		t.Errorf("%d are due after it was done", n)
	}
}
