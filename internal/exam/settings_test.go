package exam_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/exam"
)

// Half of the people take the forms the other way round, and nobody meets the same form twice.
func TestCrossedForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.svc.Pair(ctx(), w.trainer, w.event, exam.PairingInput{PreForm: w.pre, PostForm: w.post, Crossed: true}))
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Pre))
	seen := map[int]string{}
	count := map[string]int{}
	for person := range 3 {
		first := w.firstCode(w.join(w.code(), person))
		seen[person] = first
		count[first]++
	}
	if count["D-001"] == 0 || count["D-005"] == 0 {
		t.Errorf("before: %v", count)
	}
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre)) // nobody answered: those attempts count as not taken
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Pre))
	for person := range 3 {
		tk := w.join(w.code(), person)
		seen[person] = w.firstCode(tk)
		w.answer(tk, 1, "a", 1)
	}
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Post))
	for person := range 3 {
		if again := w.firstCode(w.join(w.code(), person)); again == seen[person] {
			t.Errorf("person %d met the form with %s twice", person, again)
		}
	}
}

// firstCode is the question at the first place of the form that somebody takes.
func (w *world) firstCode(tk exam.Ticket) string {
	w.t.Helper()
	taking, err := w.svc.Taking(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
	return taking.Items[0].Code
}

// When the time of the form is over, an answer is kept and marked; minutes given to somebody move the end at once.
func TestTimeLimitAndExtraTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.db.Exec(`UPDATE exam.form SET settings = '{"minutes": 10}'`)
	code := w.open(false, exam.Pre)
	slow, quick := w.join(code, 0), w.join(code, 1)
	w.must(w.svc.SetExtraTime(ctx(), w.trainer, w.event, map[uuid.UUID]int{w.people[0].EnrolmentID: 5}))
	w.now = w.now.Add(12 * time.Minute)
	if !w.answer(quick, 1, "a", 1).Late || w.answer(slow, 1, "a", 1).Late {
		t.Error("after 12 of 10 minutes the one without extra time is late, the other is not")
	}
	w.now = w.now.Add(5 * time.Minute)
	if !w.answer(slow, 2, "a", 2).Late {
		t.Error("after 17 of 15 minutes an answer still counts")
	}
}

func TestArrange(t *testing.T) {
	t.Parallel()
	var list []exam.Item
	for i := range 12 {
		it := exam.Item{Position: i + 1, Question: exam.Question{Type: exam.Single, Body: exam.Body{Options: options(true, false, false, false)}}}
		if i == 3 || i == 4 {
			it.Body.Vignette = &exam.Vignette{Code: "V-001"}
		}
		list = append(list, it)
	}
	id := uuid.MustParse("018f4a3c-0000-7000-8000-000000000001")
	s := exam.Settings{ShuffleQuestions: true, ShuffleOptions: true}
	got, again := s.Arrange(list, id), s.Arrange(list, id)
	positions := func(l []exam.Item) (p []int) {
		for _, it := range l {
			p = append(p, it.Position)
		}
		return p
	}
	if !slices.Equal(positions(got), positions(again)) {
		t.Error("another order on another device")
	}
	if slices.Equal(positions(got), positions(list)) {
		t.Error("nothing was shuffled")
	}
	if i := slices.Index(positions(got), 4); i == len(got)-1 || got[i+1].Position != 5 {
		t.Errorf("the questions of a situation were parted: %v", positions(got))
	}
	sorted := positions(got)
	slices.Sort(sorted)
	if !slices.Equal(sorted, positions(list)) {
		t.Errorf("a question was lost: %v", sorted)
	}
	if len((exam.Settings{}).Arrange(list, id)) != 12 || list[0].Body.Options[0].ID != "a" {
		t.Error("the form itself was changed")
	}
}

func TestShows(t *testing.T) {
	t.Parallel()
	done, open := &exam.Attempt{SubmittedAt: time.Unix(1, 0)}, &exam.Attempt{}
	for _, c := range []struct {
		rule  exam.ReviewRule
		a     *exam.Attempt
		state exam.State
		want  bool
	}{
		{"", done, exam.Closed, false}, {exam.ReviewNever, done, exam.Closed, false}, {exam.ReviewSubmit, done, exam.Open, true}, {exam.ReviewSubmit, open, exam.Closed, false},
		{exam.ReviewClose, done, exam.Open, false}, {exam.ReviewClose, done, exam.Closed, true}, {exam.ReviewClose, open, exam.Closed, false},
	} {
		if got := (exam.Settings{Review: c.rule}).Shows(c.a, c.state); got != c.want {
			t.Errorf("%s, submitted %v, %s: %v", c.rule, c.a.Submitted(), c.state, got)
		}
	}
}
