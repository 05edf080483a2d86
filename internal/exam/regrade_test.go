package exam_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/i18n"
)

// regrading is a workshop whose first person answered 2 of 4 questions rightly and the second 3; the key of D-003 was then turned.
func regrading(t *testing.T, anonymous bool) (*world, exam.RegradeQuestion, [2]exam.Ticket) {
	t.Helper()
	w := newWorld(t)
	code := w.open(anonymous, exam.Pre)
	var tickets [2]exam.Ticket
	for i, right := range []int{2, 3} {
		tk, err := w.svc.Join(ctx(), exam.JoinInput{RoomCode: code, EnrolmentID: w.people[i].EnrolmentID, PersonalCode: []string{"FA07SF", "MO12TU"}[i], Lang: i18n.FR})
		w.must(err)
		for k := 1; k <= 4; k++ {
			choice := "b"
			if k <= right {
				choice = "a"
			}
			w.answer(tk, k, choice, int64(k))
		}
		_, err = w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
		w.must(err)
		tickets[i] = tk
	}
	w.revise("D-003", exam.Body{Stem: exam.Text{i18n.FR: "Question 3"}, Options: []exam.Option{{ID: "a"}, {ID: "b", Correct: true}}})
	return w, w.regradable("D-003"), tickets
}

// revise writes a newer version of a single choice question.
func (w *world) revise(code string, b exam.Body) {
	w.t.Helper()
	w.now = w.now.Add(time.Minute)
	qs := questions()
	for i := range qs {
		if qs[i].Code == code {
			qs[i].Body = b
		}
	}
	_, err := w.svc.Load(ctx(), access.System("cli"), qs, nil)
	w.must(err)
}

func (w *world) regradable(code string) exam.RegradeQuestion {
	w.t.Helper()
	r, err := w.svc.Regrading(ctx(), w.trainer, w.event)
	w.must(err)
	for _, q := range r.Questions {
		if q.Code == code {
			return q
		}
	}
	w.t.Fatalf("%s is not among %d questions", code, len(r.Questions))
	return exam.RegradeQuestion{}
}

func (w *world) preview(version uuid.UUID, rule exam.Rule) exam.RegradePreview {
	w.t.Helper()
	v, err := w.svc.PreviewRegrade(ctx(), w.trainer, w.event, version, rule)
	w.must(err)
	return v
}

func (w *world) regrade(version uuid.UUID, rule exam.Rule) {
	w.t.Helper()
	w.now = w.now.Add(time.Minute)
	w.must(w.svc.Regrade(ctx(), w.marker("R"+uuid.NewString()[:6]), w.event, exam.RegradeInput{Key: uuid.New(), Version: version, Rule: rule, Reason: "Clé fausse", Seen: w.preview(version, rule).Stamp}))
}

func TestRegradeShowsFirstAndChangesAfter(t *testing.T) {
	t.Parallel()
	w, q, tk := regrading(t, false)
	if len(q.Newer) != 1 || q.Held != 2 || q.Rule != (exam.Rule{}) || len(q.Phases) != 1 {
		t.Fatalf("question %+v", q)
	}
	rule := exam.Rule{Key: q.Newer[0].ID}
	v := w.preview(q.VersionID, rule)
	if len(v.Changes) != 2 || v.Changes[0].Name != "Personne 0" || v.Changes[0].Old != 2 || v.Changes[0].New != 3 || v.Changes[1].New != 2 {
		t.Errorf("changes %+v", v.Changes)
	}
	if p := v.Phases[0]; p.N != 2 || p.Up != 1 || p.Down != 1 || p.Mean[0] != stats.Of(62.5) || p.Mean[1] != stats.Of(62.5) || p.Mastered != [2]int{1, 1} || p.Gained != 1 || p.Lost != 1 {
		t.Errorf("totals %+v", p)
	}
	w.wants(tk[0], 2, 4, 0) // nothing happened yet
	in := exam.RegradeInput{Key: uuid.New(), Version: q.VersionID, Rule: rule, Seen: v.Stamp}
	who := w.marker("Ayari")
	w.kind(w.svc.Regrade(ctx(), who, w.event, in), errs.Invalid, "")
	in.Reason, in.Seen = " La réponse B est juste. ", "old"
	w.kind(w.svc.Regrade(ctx(), who, w.event, in), errs.Conflict, "regrade_changed")
	in.Seen = v.Stamp
	for range 10 {
		w.must(w.svc.Regrade(ctx(), who, w.event, in))
	}
	w.wants(tk[0], 3, 4, 0)
	w.wants(tk[1], 2, 4, 0)
	if n := w.count("SELECT count(*) FROM exam.regrade") + w.count("SELECT count(*) FROM exam.regraded") + w.count("SELECT count(*) FROM audit.entry WHERE action = 'test.regrade'"); n != 4 {
		t.Errorf("%d rows, want a regrade, two people and an entry", n)
	}
	r, err := w.svc.Regrading(ctx(), w.trainer, w.event)
	w.must(err)
	if p := r.Past[0]; p.Code != "D-003" || p.Version != 2 || p.PersonName != "Ayari" || p.Reason != "La réponse B est juste." || len(p.Changes) != 2 || p.Changes[0].Old != 2 || p.Changes[0].New != 3 {
		t.Errorf("past %+v", p)
	}
	w.kind(w.svc.Regrade(ctx(), who, w.event, exam.RegradeInput{Version: q.VersionID, Rule: rule, Reason: "x"}), errs.Invalid, "")
	rep, err := w.svc.Report(ctx(), w.trainer, w.event)
	w.must(err)
	if *rep.Scores[0].Pre != 0.75 || !rep.Tests[0].Items[2].Corrected || rep.Tests[0].Items[2].Facility != stats.Of(50) {
		t.Errorf("report %+v", rep.Scores[0])
	}
	for _, table := range []string{"regrade SET reason = 'x'", "regraded SET new_score = 4"} {
		if _, err := w.db.Owner().Pool().Exec(ctx(), "UPDATE exam."+table); err == nil {
			t.Errorf("%s was written over", table)
		}
	}
}

func TestRegradeNeutralAndBack(t *testing.T) {
	t.Parallel()
	w, q, tk := regrading(t, false)
	w.regrade(q.VersionID, exam.Rule{Neutral: true})
	w.wants(tk[0], 3, 4, 0)
	w.wants(tk[1], 3, 4, 0)
	if late := w.take(w.code(), 2, 0); late.Score != 1 {
		t.Errorf("a test handed in afterwards has %v points, want that of the neutral question", late.Score)
	}
	w.regrade(q.VersionID, exam.Rule{Key: q.Newer[0].ID})
	w.wants(tk[0], 3, 4, 0)
	w.wants(tk[1], 2, 4, 0)
	w.now = w.now.Add(-time.Hour) // the last word counts, whatever the clock says
	w.regrade(q.VersionID, exam.Rule{})
	w.wants(tk[0], 2, 4, 0)
	w.wants(tk[1], 3, 4, 0)
	if now := w.regradable("D-003"); now.Rule != (exam.Rule{}) || now.Corrected || now.Full {
		t.Errorf("still marked by %v", now.Rule)
	}
	w.kind(errorOf(w.svc.PreviewRegrade(ctx(), w.trainer, w.event, q.VersionID, exam.Rule{Key: uuid.New()})), errs.Invalid, "")
	w.kind(errorOf(w.svc.PreviewRegrade(ctx(), w.trainer, w.event, uuid.New(), exam.Rule{Neutral: true})), errs.NotFound, "")
	for _, role := range []access.Role{access.Trainee, access.Observer, access.FocalPoint, access.Admin, access.CaseWorker} {
		a := access.Actor{PersonID: uuid.New(), MFA: true, Grants: []access.Grant{{Role: role, Scope: access.Global}}}
		if w.svc.Regrade(ctx(), a, w.event, exam.RegradeInput{Version: q.VersionID, Rule: exam.Rule{Neutral: true}, Reason: "x"}) == nil {
			t.Errorf("%s marks a question differently", role)
		}
	}
}

func errorOf[T any](_ T, err error) error { return err }

func TestRegradeOfAnAnonymousTestNamesNobody(t *testing.T) {
	t.Parallel()
	w, q, _ := regrading(t, true)
	v := w.preview(q.VersionID, exam.Rule{Neutral: true})
	if len(v.Changes) != 1 || v.Changes[0].Name != "" || v.Changes[0].Number < 1 || v.Changes[0].Number > 2 {
		t.Errorf("changes %+v", v.Changes)
	}
}

func TestAVersionWithOtherAnswersIsNoKey(t *testing.T) {
	t.Parallel()
	w, _, _ := regrading(t, false)
	w.revise("D-004", exam.Body{Stem: exam.Text{i18n.FR: "Question 4"}, Options: []exam.Option{{ID: "a"}, {ID: "b"}, {ID: "c", Correct: true}}})
	if q := w.regradable("D-004"); len(q.Newer) != 0 {
		t.Errorf("offered: %+v", q.Newer)
	}
}

func TestMarksAndRegradesKeepEachOther(t *testing.T) {
	t.Parallel()
	w, version, tk := marking(t, false)
	w.wants(tk, 3, 3, 1)
	w.revise("D-002", exam.Body{Stem: exam.Text{i18n.FR: "Question 2"}, Options: []exam.Option{{ID: "a"}, {ID: "b", Correct: true}}})
	q := w.regradable("D-002")
	w.regrade(q.VersionID, exam.Rule{Key: q.Newer[0].ID})
	w.wants(tk, 2, 3, 1)
	me := w.marker("Ayari")
	w.must(w.svc.SaveMark(ctx(), me, w.event, exam.MarkInput{Key: uuid.New(), Attempt: tk.AttemptID, Version: version, Levels: []int{2, 1}}))
	w.wants(tk, 3, 4, 0) // the mark keeps the regrade
	w.regrade(q.VersionID, exam.Rule{Neutral: true})
	w.wants(tk, 4, 4, 0) // the regrade keeps the mark
	w.regrade(version, exam.Rule{Neutral: true})
	m, err := w.svc.Marking(ctx(), me, w.event)
	w.must(err)
	if len(m.Questions) != 0 {
		t.Error("an open question that was taken out asks for marks")
	}
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
	w.regrade(version, exam.Rule{})
	w.wants(tk, 4, 4, 0)
}

// TestTestsHandedInDuringARegradeFollowIt: whatever the order in which they come, every test ends with the rule in force.
func TestTestsHandedInDuringARegradeFollowIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(false, exam.Pre)
	var tickets []exam.Ticket
	for i := range w.people {
		tk := w.join(code, i)
		w.answer(tk, 1, "b", 1)
		tickets = append(tickets, tk)
	}
	q := w.regradable("D-001")
	who, seen := w.marker("Ayari"), w.preview(q.VersionID, exam.Rule{Neutral: true}).Stamp
	done := make(chan error, len(tickets)+1)
	for _, tk := range tickets {
		go func() { done <- errorOf(w.svc.Submit(ctx(), tk.AttemptID, tk.Token)) }()
	}
	go func() {
		err := w.svc.Regrade(ctx(), who, w.event, exam.RegradeInput{Key: uuid.New(), Version: q.VersionID, Rule: exam.Rule{Neutral: true}, Reason: "x", Seen: seen})
		if errs.Is(err, errs.Conflict) { // somebody handed in meanwhile: looked at again, as the page does
			err = w.again(who, q.VersionID)
		}
		done <- err
	}()
	for range cap(done) {
		w.must(<-done)
	}
	for _, tk := range tickets {
		w.wants(tk, 1, 4, 0)
	}
}

func (w *world) again(who access.Actor, version uuid.UUID) error {
	for {
		v, err := w.svc.PreviewRegrade(ctx(), w.trainer, w.event, version, exam.Rule{Neutral: true})
		if err != nil {
			return err
		}
		err = w.svc.Regrade(ctx(), who, w.event, exam.RegradeInput{Key: uuid.New(), Version: version, Rule: exam.Rule{Neutral: true}, Reason: "x", Seen: v.Stamp})
		if !errs.Is(err, errs.Conflict) {
			return err
		}
	}
}
