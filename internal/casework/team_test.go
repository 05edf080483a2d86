package casework_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
)

// school tells of one person's training.
type school map[uuid.UUID][]casework.Span

func (s school) Held(_ context.Context, id uuid.UUID) ([]casework.Span, error) { return s[id], nil }

func (s school) Trained(_ context.Context, id uuid.UUID) (bool, error) { return len(s[id]) > 0, nil }

// followed makes a file that was reported so many days ago, with a service so many days later, or one that nobody could provide.
func (h *house) followed(who access.Actor, owner uuid.UUID, ago, days int) uuid.UUID {
	h.t.Helper()
	in := h.input(owner)
	in.ReportedOn = h.day(-ago)
	id, err := h.Create(h.ctx, who, in)
	h.must(err)
	h.must(h.AddService(h.ctx, who, id, casework.AssistInput{Key: uuid.New(), Type: "medical.consultation", Text: "CANARI"}))
	v, err := h.View(h.ctx, who, id)
	h.must(err)
	change := casework.AssistChange{State: "unavailable", Lack: casework.Lacks[0]}
	if days >= 0 {
		change = casework.AssistChange{State: "provided", ProvidedOn: h.day(days - ago), Outcome: "helped"}
	}
	h.must(h.SetService(h.ctx, who, id, v.Services[0].ID, change))
	return id
}

// TestATeamBeforeAndAfterItsTraining counts by hand: medians, shares that are undefined without anything to count, who holds what on which day,
// and nothing of another shelter.
func TestATeamBeforeAndAfterItsTraining(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lessons := school{h.worker.PersonID: {{From: h.day(-100).Add(9 * time.Hour), Until: h.day(30)}}}
	h.Service = casework.New(h.db.Cases(), casework.Options{Keys: h.keys, Now: func() time.Time { return h.clock }, Training: lessons})
	empty, err := h.Team(h.ctx, h.supervisor)
	h.must(err)
	if _, defined := empty.FirstDays.Median(); defined || empty.Goals.Defined() || empty.Needs.Defined() || empty.FilesHeld.Defined() || len(empty.Quarters) != 8 {
		t.Errorf("of nothing: %+v", empty)
	}
	for _, days := range []int{10, 8, 30, 12, 9} { // median 10
		h.followed(h.worker, h.a, 200, days)
	}
	h.followed(h.worker, h.a, 200, -1)
	for _, days := range []int{3, 4, 0, 5} { // median 3.5
		h.followed(h.worker, h.a, 50, days)
	}
	other := h.followed(h.other, h.a, 50, 2)
	h.followed(h.foreign, h.b, 50, 1)
	h.must(h.AddGoal(h.ctx, h.other, other, casework.GoalInput{Key: uuid.New(), Domain: "medical", Text: "CANARI"}))
	h.must(h.AddGoal(h.ctx, h.other, other, casework.GoalInput{Key: uuid.New(), Domain: "legal", Text: "CANARI"}))
	v, err := h.View(h.ctx, h.other, other)
	h.must(err)
	h.must(h.SetGoal(h.ctx, h.other, other, v.Goals[0].ID, "met"))
	h.must(h.SetGoal(h.ctx, h.other, other, v.Goals[1].ID, "not_applicable"))

	got, err := h.Team(h.ctx, h.supervisor)
	h.must(err)
	before, _ := got.Before.Median()
	after, _ := got.After.Median()
	if got.Before.Files != 6 || got.After.Files != 4 || got.LeftOut != 1 || before != 10 || after != 3.5 {
		t.Errorf("before %+v, after %+v, left out %d", got.Before, got.After, got.LeftOut)
	}
	for name, c := range map[string][2]casework.Share{"goals": {got.Goals, {N: 1, Of: 1}}, "needs": {got.Needs, {N: 10, Of: 11}}, "needs before": {got.Before.Needs, {N: 5, Of: 6}}, "needs after": {got.After.Needs, {N: 4, Of: 4}},
		"files held": {got.FilesHeld, {N: 10, Of: 11}}, "services held": {got.ServicesHeld, {N: 4, Of: 10}}} {
		if c[0] != c[1] {
			t.Errorf("%s: %+v, want %+v", name, c[0], c[1])
		}
	}
	if len(got.Members) != 2 || got.Members[0].ID != h.worker.PersonID || got.Members[0].Open != 10 || !got.Members[0].Held || !got.Members[0].Ending(got.Today) || got.Members[1].Held {
		t.Errorf("members %+v", got.Members)
	}
	reported := 0
	for _, q := range got.Quarters {
		reported += q.Reported
	}
	if reported != 11 || got.Open != 11 {
		t.Errorf("%d reported, %d open", reported, got.Open)
	}
	if all, err := h.Team(h.ctx, h.officer); err != nil || all.Files != 12 {
		t.Errorf("an officer: %d, %v", all.Files, err)
	}
	for who, a := range map[string]access.Actor{"worker": h.worker, "administrator": h.admin, "command line": access.System("cli")} {
		if _, err := h.Team(h.ctx, a); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", who, err)
		}
	}
	if got := missing(h.Assign(h.ctx, h.supervisor, other, h.supervisor.PersonID, "")); !slices.Equal(got, []string{"grounds"}) {
		t.Errorf("given to somebody untrained: %v", got)
	}
	h.must(h.Assign(h.ctx, h.supervisor, other, h.worker.PersonID, ""))
}
