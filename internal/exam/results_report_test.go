package exam_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam"
)

// sit answers a test: one letter for each position, "-" for none.
func (w *world) sit(t exam.Ticket, letters string) {
	w.t.Helper()
	for i, c := range letters {
		if c == '-' {
			continue
		}
		_, err := w.svc.Save(ctx(), t.AttemptID, t.Token, []exam.Answer{{Key: uuid.New(), Position: i + 1, ClientSeq: int64(i + 1), ClientAt: w.now,
			Response: exam.Response{Choice: []string{string(c)}}}})
		w.must(err)
	}
	_, err := w.svc.Submit(ctx(), t.AttemptID, t.Token)
	w.must(err)
}

// both gives the same form before and after to the three people.
func (w *world) both(pre, post [3]string) {
	w.t.Helper()
	w.post = w.pre
	code := w.open(false, exam.Pre)
	for i, s := range pre {
		w.sit(w.join(code, i), s)
	}
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Post))
	for i, s := range post {
		w.sit(w.join(code, i), s)
	}
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Post))
}

func TestReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.both([3]string{"aabb", "abb-", "bbbb"}, [3]string{"aaab", "aabb", "abbb"})
	r, err := w.svc.Report(ctx(), w.trainer, w.event)
	w.must(err)
	if r.Compare.NPaired != 3 || len(r.Tests) != 2 {
		t.Fatalf("%d pairs, %d tests", r.Compare.NPaired, len(r.Tests))
	}
	pre, post := r.Test(exam.Pre), r.Last()
	// before: 2 + 1 + 0 of 4 points; after: 3 + 2 + 1
	if pre.Analysis.Test.Mean.V != 1 || post.Analysis.Test.Mean.V != 2 {
		t.Errorf("means %v and %v, want 1 and 2", pre.Analysis.Test.Mean, post.Analysis.Test.Mean)
	}
	first := pre.Items[0]
	if got := fmt.Sprintf("%.2f %d %d", first.Facility.V, first.Options[0].N, first.Options[1].N); got != "66.67 2 1" {
		t.Errorf("first question: %s", got)
	}
	if pre.Items[3].Omitted != 1 {
		t.Errorf("the last question was left out by %d, want 1", pre.Items[3].Omitted)
	}
	if len(r.Changes) != 4 || r.Changes[1].Gained != 1 || r.Changes[1].Lost != 0 || r.Changes[1].P.OK {
		t.Errorf("changes: %+v", r.Changes)
	}
	if len(r.Objectives) != 1 || r.Objectives[0].Pre.V != 25 || r.Objectives[0].Post.V != 50 {
		t.Errorf("objectives: %+v", r.Objectives)
	}
	if weak := r.Weakest(); len(weak) != 1 || weak[0].Mastered != 1 {
		t.Errorf("weakest: %+v", weak)
	}
	stranger := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Observer, Scope: access.Global}}}
	_, err = w.svc.Report(ctx(), stranger, w.event)
	w.kind(err, errs.Forbidden, "")
}

func TestReportOfParallelFormsComparesNoQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(true, exam.Pre)
	tk, err := w.svc.Join(ctx(), exam.JoinInput{RoomCode: code, PersonalCode: "FA07SF", Lang: "fr"})
	w.must(err)
	w.sit(tk, "aaaa")
	r, err := w.svc.Report(ctx(), w.trainer, w.event)
	w.must(err)
	if len(r.Changes) != 0 || r.Scores[0].Name != "" || len(r.Tests) != 1 {
		t.Errorf("%d changes, name %q, %d tests", len(r.Changes), r.Scores[0].Name, len(r.Tests))
	}
	if r.Test(exam.Post) != nil || r.Last().Analysis.Alpha.OK {
		t.Error("a test that nobody took, or an alpha of one paper")
	}
}
