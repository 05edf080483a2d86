package exam_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/i18n"
)

// marking is a workshop whose pre-test has a choice and an open question with a rubric of two criteria, 2 and 1 points.
func marking(t *testing.T, double bool) (*world, uuid.UUID, exam.Ticket) {
	t.Helper()
	w := newWorld(t)
	level := func(p float64) exam.Level { return exam.Level{Points: p, Text: exam.Text{i18n.FR: "Degré"}} }
	open := exam.Question{Code: "D-001", Course: "detection", Objective: "D1", Type: exam.OpenAnswer, Difficulty: 1, Bloom: "create", Body: exam.Body{Double: double, Stem: exam.Text{i18n.FR: "Que dites-vous ?"},
		Rubric: []exam.Criterion{{ID: "a", Levels: []exam.Level{level(0), level(1), level(2)}}, {ID: "b", Levels: []exam.Level{level(0), level(1)}}}}}
	qs := questions()
	qs[0] = open
	w.load(qs)
	code := w.open(false, exam.Pre)
	tk := w.join(code, 0)
	_, err := w.svc.Save(ctx(), tk.AttemptID, tk.Token, []exam.Answer{{Key: uuid.New(), Position: 1, Response: exam.Response{Text: "Bonjour"}, ClientSeq: 1, ClientAt: w.now}})
	w.must(err)
	for i := 2; i <= 4; i++ {
		w.answer(tk, i, "a", int64(i))
	}
	_, err = w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
	m, err := w.svc.Marking(ctx(), w.trainer, w.event)
	w.must(err)
	if len(m.Questions) != 1 || m.Questions[0].Answers != 1 || m.Questions[0].Mine != 1 {
		t.Fatalf("to mark: %+v", m.Questions)
	}
	return w, m.Questions[0].VersionID, tk
}

// marker is a person of the house who may mark.
func (w *world) marker(name string) access.Actor {
	w.t.Helper()
	a := access.Actor{PersonID: uuid.New(), Name: name, Grants: []access.Grant{{Role: access.Manager, Scope: access.Global}}}
	w.db.Exec(`INSERT INTO org.person (id, code, family_name, name_key, created_at, updated_at) VALUES ($1, $2, $2, $2, now(), now())`, a.PersonID, name)
	return a
}

func (w *world) points(tk exam.Ticket) (score, most float64, waiting int) {
	w.t.Helper()
	t, err := w.svc.Taking(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
	return *t.Attempt.Score, *t.Attempt.MaxScore, t.Attempt.Waiting()
}

func (w *world) wants(tk exam.Ticket, score, most float64, waiting int) {
	w.t.Helper()
	if s, m, n := w.points(tk); s != score || m != most || n != waiting {
		w.t.Errorf("%v of %v, %d waiting; want %v of %v, %d", s, m, n, score, most, waiting)
	}
}

func TestAnOpenAnswerCountsOnceItIsMarked(t *testing.T) {
	t.Parallel()
	w, version, tk := marking(t, false)
	w.wants(tk, 3, 3, 1)
	r, err := w.svc.Report(ctx(), w.trainer, w.event)
	w.must(err)
	if r.Waiting != 1 || r.Scores[0].Waiting != 1 || *r.Scores[0].Pre != 1 {
		t.Errorf("report: %d waiting, %+v", r.Waiting, r.Scores[0])
	}
	me := w.marker("Ayari")
	in := exam.MarkInput{Key: uuid.New(), Attempt: tk.AttemptID, Version: version, Levels: []int{1, 1}}
	w.must(w.svc.SaveMark(ctx(), me, w.event, in))
	w.must(w.svc.SaveMark(ctx(), me, w.event, in)) // sent twice
	w.wants(tk, 3.67, 4, 0)
	in.Key, in.Levels = uuid.New(), []int{2, 1}
	w.must(w.svc.SaveMark(ctx(), me, w.event, in)) // corrected
	w.wants(tk, 4, 4, 0)
	if n := w.count("SELECT count(*) FROM exam.mark"); n != 2 {
		t.Errorf("%d marks, want the first and its correction", n)
	}
	if _, err := w.db.Owner().Pool().Exec(ctx(), "UPDATE exam.mark SET note = 'x'"); err == nil {
		t.Error("a mark can be written over")
	}
	w.kind(w.svc.SaveMark(ctx(), w.marker("Autre"), w.event, exam.MarkInput{Key: uuid.New(), Attempt: tk.AttemptID, Version: version, Levels: []int{0, 0}}), errs.Conflict, "mark_not_yours")
	w.kind(w.svc.SaveMark(ctx(), me, w.event, exam.MarkInput{Key: uuid.New(), Attempt: tk.AttemptID, Version: version, Levels: []int{3, -1}}), errs.Invalid, "")
	w.kind(w.svc.SaveMark(ctx(), me, w.event, exam.MarkInput{Key: uuid.New(), Attempt: tk.AttemptID, Version: uuid.New(), Levels: []int{0, 0}}), errs.NotFound, "")
	trainee := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}
	if _, err := w.svc.Marking(ctx(), trainee, w.event); err == nil {
		t.Error("a trainee sees what there is to mark")
	}
}

func TestTwoMarkersAndAThird(t *testing.T) {
	t.Parallel()
	w, version, tk := marking(t, true)
	a, b, c := w.marker("A"), w.marker("B"), w.marker("C")
	mark := func(who access.Actor, levels ...int) {
		t.Helper()
		w.must(w.svc.SaveMark(ctx(), who, w.event, exam.MarkInput{Key: uuid.New(), Attempt: tk.AttemptID, Version: version, Levels: levels}))
		w.now = w.now.Add(1e9)
	}
	next := func(who access.Actor) exam.MarkSheet {
		t.Helper()
		s, err := w.svc.MarkNext(ctx(), who, w.event, version, uuid.Nil)
		w.must(err)
		return s
	}
	mark(a, 1, 0)
	w.wants(tk, 3, 3, 1)
	if s := next(b); s.Attempt != tk.AttemptID || len(s.Others) != 0 {
		t.Errorf("the second marker sees %d marks", len(s.Others))
	}
	if s := next(a); s.Attempt != uuid.Nil {
		t.Error("the first marker is asked again")
	}
	mark(b, 2, 1)
	w.wants(tk, 3, 3, 1)
	if s := next(c); len(s.Others) != 2 || s.Question.Differing != 1 {
		t.Errorf("the third person sees %+v", s)
	}
	mark(c, 1, 1)
	w.wants(tk, 3.67, 4, 0)
	mark(a, 2, 1) // the two agree now
	w.wants(tk, 4, 4, 0)
	m, err := w.svc.Marking(ctx(), w.trainer, w.event)
	w.must(err)
	if g := m.Questions[0].Agreement; len(g) != 2 || g[0].N != 1 || g[0].Told() || g[0].Observed != stats.Of(1) {
		t.Errorf("agreement %+v", g)
	}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	q := exam.Question{Type: exam.OpenAnswer, Body: exam.Body{Double: true}}
	a, b, c := uuid.New(), uuid.New(), uuid.New()
	m := func(who uuid.UUID, level int, settles bool) exam.Mark {
		return exam.Mark{MarkerID: who, Levels: []int{level}, Settles: settles}
	}
	for name, k := range map[string]struct {
		marks []exam.Mark
		need  exam.Need
		share stats.Value
	}{
		"none":               {nil, exam.NeedMark, stats.Value{}},
		"one":                {[]exam.Mark{m(a, 4, false)}, exam.NeedSecond, stats.Value{}},
		"one, corrected":     {[]exam.Mark{m(a, 4, false), m(a, 2, false)}, exam.NeedSecond, stats.Value{}},
		"two alike":          {[]exam.Mark{m(a, 3, false), m(b, 3, false)}, exam.NeedNone, stats.Of(0.75)},
		"two that differ":    {[]exam.Mark{m(a, 3, false), m(b, 2, false)}, exam.NeedThird, stats.Value{}},
		"settled":            {[]exam.Mark{m(a, 3, false), m(b, 2, false), m(c, 2, true)}, exam.NeedNone, stats.Of(0.5)},
		"settled, corrected": {[]exam.Mark{m(a, 3, false), m(b, 2, false), m(c, 2, true), m(c, 4, true)}, exam.NeedNone, stats.Of(1)},
	} {
		if d := exam.Decide(q, k.marks); d.Need != k.need || d.Share != k.share {
			t.Errorf("%s: %s %v, want %s %v", name, d.Need, d.Share, k.need, k.share)
		}
	}
	if exam.LeastAgreement(3) != 18 {
		t.Error("the least sample of three levels is 2 times 3 squared")
	}
}

func (w *world) count(sql string) (n int) {
	w.t.Helper()
	w.must(w.db.Owner().Pool().QueryRow(ctx(), sql).Scan(&n))
	return n
}
