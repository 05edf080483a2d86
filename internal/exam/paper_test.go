package exam_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
)

func TestPaperKeysBecomeAnswers(t *testing.T) {
	t.Parallel()
	options := func(ids ...string) (list []exam.Option) {
		for _, id := range ids {
			list = append(list, exam.Option{ID: id})
		}
		return list
	}
	order := exam.Question{Code: "Q", Type: exam.Ordering, Body: exam.Body{Options: options("a", "b", "c")}}
	match := exam.Question{Code: "Q", Type: exam.Matching, Body: exam.Body{Pairs: []exam.Pair{{ID: "1"}, {ID: "2"}}, Extra: options("x1")}}
	right := func(id string) string {
		for i, o := range match.Rights() {
			if o.ID == id {
				return string(match.PaperKeys()[i])
			}
		}
		return ""
	}
	for name, k := range map[string]struct {
		q    exam.Question
		cell string
		want exam.Response
		ok   bool
	}{
		"one":                {exam.Question{Type: exam.Single, Body: exam.Body{Options: options("a", "b", "z")}}, "c", exam.Response{Choice: []string{"z"}}, true},
		"blank":              {exam.Question{Type: exam.Single, Body: exam.Body{Options: options("a", "b")}}, "", exam.Response{}, true},
		"not offered":        {exam.Question{Type: exam.Single, Body: exam.Body{Options: options("a", "b")}}, "c", exam.Response{}, false},
		"two for one":        {exam.Question{Type: exam.TrueFalse, Body: exam.Body{Options: options("a", "b")}}, "ab", exam.Response{}, false},
		"digit":              {exam.Question{Type: exam.Likert, Body: exam.Body{Options: options("a", "b", "c")}}, "3", exam.Response{Choice: []string{"c"}}, true},
		"many":               {exam.Question{Type: exam.Multiple, Body: exam.Body{Options: options("a", "b", "c")}}, "ac", exam.Response{Choice: []string{"a", "c"}}, true},
		"many, twice":        {exam.Question{Type: exam.Multiple, Body: exam.Body{Options: options("a", "b", "c")}}, "aa", exam.Response{}, false},
		"order":              {order, "abc", exam.Response{Choice: []string{order.Lines()[0].ID, order.Lines()[1].ID, order.Lines()[2].ID}}, true},
		"order with a gap":   {order, "ab", exam.Response{}, false},
		"lines":              {match, right("2") + right("1"), exam.Response{Match: map[string]string{"1": "2", "2": "1"}}, true},
		"lines, one blank":   {match, "-" + right("x1"), exam.Response{Match: map[string]string{"2": "x1"}}, true},
		"lines, one missing": {match, "a", exam.Response{}, false},
		"words":              {exam.Question{Type: exam.ShortText}, " la traite ", exam.Response{Text: "la traite"}, true},
	} {
		if got, ok := k.q.PaperResponse(k.cell); ok != k.ok || ok && !got.Same(k.want) {
			t.Errorf("%s: %+v %v, want %+v %v", name, got, ok, k.want, k.ok)
		}
	}
	many := exam.Question{Type: exam.Multiple, Body: exam.Body{Options: options("a", "b", "c")}}
	if c := many.PaperClean(" CA "); c != "ac" {
		t.Errorf("cleaned to %q", c)
	}
}

// paper is a workshop whose tests are set up, none of them open.
func paper(t *testing.T, anonymous bool) *world {
	t.Helper()
	w := newWorld(t)
	w.must(w.svc.Pair(ctx(), w.trainer, w.event, exam.PairingInput{PreForm: w.pre, PostForm: w.post, Anonymous: anonymous}))
	w.trainer = w.marker("Ayari")
	w.trainer.Grants = []access.Grant{{Role: access.Trainer, Scope: access.Global}}
	return w
}

func (w *world) sheet(person int, pass exam.Pass, keys string) exam.PaperInput {
	in := exam.PaperInput{Key: uuid.New(), Pass: pass, Form: w.pre, EnrolmentID: w.people[person].EnrolmentID, Cells: exam.Cells{}}
	for i, k := range keys {
		if in.Cells[i+1] = string(k); k == '.' {
			in.Cells[i+1] = ""
		}
	}
	return in
}

func (w *world) typed(in exam.PaperInput) exam.PaperAck {
	w.t.Helper()
	ack, err := w.svc.SavePaper(ctx(), w.trainer, w.event, exam.Pre, in)
	w.must(err)
	return ack
}

func (w *world) sheets() []exam.PaperSheet {
	w.t.Helper()
	p, err := w.svc.Paper(ctx(), w.trainer, w.event, exam.Pre)
	w.must(err)
	return p.Sheets
}

func (w *world) countPaper(once bool) int {
	w.t.Helper()
	n, err := w.svc.CountPaper(ctx(), w.trainer, w.event, exam.Pre, once, i18n.FR)
	w.must(err)
	return n
}

func TestPaperTypedTwiceAndSettled(t *testing.T) {
	t.Parallel()
	w := paper(t, false)
	first := w.sheet(0, exam.First, "aab.")
	for range 10 {
		w.typed(first)
	}
	if n := w.count("SELECT count(*) FROM exam.paper_entry"); n != 1 {
		t.Errorf("%d rows of one sheet sent ten times", n)
	}
	w.typed(w.sheet(1, exam.First, "ab"))
	if s := w.sheets(); s[0].State != exam.PaperOnce || s[1].State != exam.PaperBegun || s[2].State != exam.PaperNone {
		t.Errorf("states %s %s %s", s[0].State, s[1].State, s[2].State)
	}
	w.typed(w.sheet(1, exam.First, "abab"))
	w.typed(w.sheet(1, exam.Second, "abab"))
	w.typed(w.sheet(0, exam.Second, "abbb"))
	s := w.sheets()
	if s[0].State != exam.PaperDiffers || len(s[0].Differences) != 2 || s[0].Differences[0].First != "a" || s[0].Differences[1].Second != "b" || s[1].State != exam.PaperChecked {
		t.Fatalf("sheets %+v", s)
	}
	w.kind(w.svc.SettlePaper(ctx(), w.trainer, w.event, exam.Pre, exam.SettleInput{Subject: s[0].Subject, Cells: exam.Cells{2: "a"}}), errs.Invalid, "")
	w.kind(w.svc.SettlePaper(ctx(), w.trainer, w.event, exam.Pre, exam.SettleInput{Subject: s[0].Subject, Cells: exam.Cells{2: "a", 4: "z"}}), errs.Invalid, "")
	if n := w.countPaper(false); n != 1 {
		t.Errorf("%d sheets counted, want the one that agrees", n)
	}
	w.must(w.svc.SettlePaper(ctx(), w.trainer, w.event, exam.Pre, exam.SettleInput{Key: uuid.New(), Subject: s[0].Subject, Cells: exam.Cells{2: "a", 4: "a"}}))
	for range 10 {
		w.countPaper(false)
	}
	r, err := w.svc.Results(ctx(), w.trainer, w.event)
	w.must(err)
	if len(r.Scores) != 2 || *r.Scores[0].Pre != 0.75 || *r.Scores[1].Pre != 0.5 {
		t.Errorf("scores %+v", r.Scores)
	}
	if n := w.count("SELECT count(*) FROM exam.attempt WHERE source = 'paper' AND submitted_at IS NOT NULL"); n != 2 {
		t.Errorf("%d tests on paper, want 2", n)
	}
	if ack := w.typed(w.sheet(0, exam.First, "bbbb")); ack.State != exam.PaperCounted {
		t.Errorf("a sheet in the results is %s", ack.State)
	}
	w.must(w.svc.TakeBackPaper(ctx(), w.trainer, w.event, exam.Pre, s[0].Subject))
	if s := w.sheets(); s[0].State != exam.PaperChecked {
		t.Errorf("taken back it is %s", s[0].State)
	}
	w.typed(w.sheet(0, exam.First, "bbbb")) // typed again: what was settled no longer counts
	if s := w.sheets(); s[0].State != exam.PaperDiffers || s[0].Word != nil {
		t.Errorf("typed again it is %s", s[0].State)
	}
	if _, err := w.db.Owner().Pool().Exec(ctx(), "UPDATE exam.paper_entry SET cells = '{}'"); err == nil {
		t.Error("what was typed can be written over")
	}
}

// A state that was on a slow way while its page was loaded anew comes after what was typed then.
func TestAnOlderStateOfADeviceOvertakesNothing(t *testing.T) {
	t.Parallel()
	w := paper(t, false)
	device, other := uuid.New(), uuid.New()
	say := func(device uuid.UUID, turn int64, keys string) {
		t.Helper()
		in := w.sheet(0, exam.First, keys)
		in.Device, in.Turn = device, turn
		if ack := w.typed(in); ack.State != exam.PaperNone {
			t.Fatalf("turn %d: %+v", turn, ack)
		}
	}
	stands := func(want string) {
		t.Helper()
		if got := w.sheets()[0].First.Cells[1]; got != want {
			t.Fatalf("the first cell is %q, want %q", got, want)
		}
	}
	say(device, 2, "abab")
	say(device, 1, "bbbb")
	stands("a")
	say(device, 3, "bbbb")
	stands("b")
	say(other, 1, "abab") // of two devices the later word counts
	stands("a")
	in := w.sheet(0, exam.Second, "baba") // each typing by itself
	in.Device, in.Turn = device, 2
	w.typed(in)
	if got := w.sheets()[0].Second; got == nil || got.Cells[1] != "b" {
		t.Fatalf("the second typing is %+v", got)
	}
}

func TestPaperNeverReplacesAScreen(t *testing.T) {
	t.Parallel()
	w := paper(t, false)
	w.typed(w.sheet(0, exam.First, "bbbb"))
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Pre))
	w.take(w.code(), 0, 4)
	if ack := w.typed(w.sheet(0, exam.Second, "bbbb")); ack.State != exam.PaperScreen {
		t.Errorf("acknowledged as %s", ack.State)
	}
	if n := w.countPaper(true); n != 0 {
		t.Errorf("%d sheets counted over a test on a screen", n)
	}
	if s := w.sheets(); s[0].State != exam.PaperScreen {
		t.Errorf("shown as %s", s[0].State)
	}
	w.kind(w.svc.TakeBackPaper(ctx(), w.trainer, w.event, exam.Pre, w.sheets()[0].Subject), errs.Conflict, "paper_not_counted")
	r, err := w.svc.Results(ctx(), w.trainer, w.event)
	w.must(err)
	if *r.Scores[0].Pre != 1 {
		t.Error("the answers of the screen are gone")
	}
}

func TestAnonymousPaperPairsByTheCode(t *testing.T) {
	t.Parallel()
	w := paper(t, true)
	in := w.sheet(0, exam.First, "aaab")
	in.PersonalCode = "fa07 sf"
	if ack := w.typed(in); ack.Number != 1 {
		t.Errorf("number %d", ack.Number)
	}
	again := w.sheet(0, exam.Second, "aaab")
	again.PersonalCode = "FA07SF"
	ack := w.typed(again)
	other := w.sheet(0, exam.First, "bbbb")
	other.PersonalCode = "MO12TU"
	if got := w.typed(other); got.Number != 2 {
		t.Errorf("the second sheet has number %d", got.Number)
	}
	later := w.sheet(0, exam.Second, "aaaa")
	later.Subject = ack.Subject // the page knows the sheet, not the code
	w.typed(later)
	later.Key, later.Subject = uuid.New(), "c:00"
	_, err := w.svc.SavePaper(ctx(), w.trainer, w.event, exam.Pre, later)
	w.kind(err, errs.NotFound, "")
	in.Key, in.PersonalCode = uuid.New(), "x"
	_, err = w.svc.SavePaper(ctx(), w.trainer, w.event, exam.Pre, in)
	w.kind(err, errs.Invalid, "")
	s := w.sheets()
	if len(s) != 2 || s[0].State != exam.PaperDiffers || s[0].Name != "" || s[1].State != exam.PaperOnce {
		t.Fatalf("sheets %+v", s)
	}
	if n := w.count("SELECT count(*) FROM exam.paper_entry WHERE enrolment_id IS NOT NULL OR cells::text || subject ILIKE '%fa07%'"); n != 0 {
		t.Error("a sheet names a person or keeps the code")
	}
	w.countPaper(true) // the second sheet, typed once
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Post))
	tk, err := w.svc.Join(ctx(), exam.JoinInput{RoomCode: w.code(), PersonalCode: "mo12tu", Lang: i18n.FR})
	w.must(err)
	_, err = w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
	r, err := w.svc.Results(ctx(), w.trainer, w.event)
	w.must(err)
	if len(r.Scores) != 1 || !r.Scores[0].Paired() {
		t.Errorf("paper before and a phone after make no pair: %+v", r.Scores)
	}
}

func TestPaperIsForWhoRunsTheTest(t *testing.T) {
	t.Parallel()
	w := paper(t, false)
	in := w.sheet(0, exam.First, "aaaa")
	for _, role := range access.Roles() {
		a := access.Actor{PersonID: uuid.New(), MFA: true, Grants: []access.Grant{{Role: role, Scope: access.Global}}}
		if role == access.Manager {
			continue
		}
		for name, err := range map[string]error{
			"save":   errorOf(w.svc.SavePaper(ctx(), a, w.event, exam.Pre, in)),
			"read":   errorOf(w.svc.Paper(ctx(), a, w.event, exam.Pre)),
			"count":  errorOf(w.svc.CountPaper(ctx(), a, w.event, exam.Pre, true, i18n.FR)),
			"settle": w.svc.SettlePaper(ctx(), a, w.event, exam.Pre, exam.SettleInput{}),
			"back":   w.svc.TakeBackPaper(ctx(), a, w.event, exam.Pre, "e:x"),
		} {
			if !errs.Is(err, errs.Forbidden) && !errs.Is(err, errs.NotFound) {
				t.Errorf("%s by %s: %v", name, role, err)
			}
		}
	}
	for name, change := range map[string]func(*exam.PaperInput){
		"another question": func(in *exam.PaperInput) { in.Cells[9] = "a" },
		"another letter":   func(in *exam.PaperInput) { in.Cells[1] = "e" },
		"another form":     func(in *exam.PaperInput) { in.Form = w.post },
		"another pass":     func(in *exam.PaperInput) { in.Pass = exam.Settled },
		"a stranger":       func(in *exam.PaperInput) { in.EnrolmentID = uuid.New() },
		"no key":           func(in *exam.PaperInput) { in.Key = uuid.Nil },
	} {
		bad := w.sheet(0, exam.First, "aaaa")
		change(&bad)
		_, err := w.svc.SavePaper(ctx(), w.trainer, w.event, exam.Pre, bad)
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.typed(in)
	w.kind(w.svc.Pair(ctx(), w.trainer, w.event, exam.PairingInput{PreForm: w.post, PostForm: w.pre}), errs.Conflict, "exam_already_begun")
}

// TestPaperOfACrossedPair: a sheet says which form it is of, both typings have to agree on it, and the other test asks the other.
func TestPaperOfACrossedPair(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(w.svc.Pair(ctx(), w.trainer, w.event, exam.PairingInput{PreForm: w.pre, PostForm: w.post, Crossed: true}))
	w.trainer = w.marker("Ayari")
	second := func(form uuid.UUID) {
		in := w.sheet(0, exam.Second, "aaaa")
		in.Form = form
		w.typed(in)
	}
	first := w.sheet(0, exam.First, "aaaa")
	first.Form = w.post
	w.typed(first)
	second(w.pre)
	if s := w.sheets(); s[0].State != exam.PaperDiffers || !s[0].OtherForm || len(s[0].Differences) != 0 {
		t.Errorf("two forms of one sheet: %+v", s[0])
	}
	w.kind(w.svc.SettlePaper(ctx(), w.trainer, w.event, exam.Pre, exam.SettleInput{Subject: w.sheets()[0].Subject}), errs.Conflict, "paper_nothing_to_settle")
	second(w.post)
	if n := w.countPaper(false); n != 1 {
		t.Fatalf("%d sheets counted", n)
	}
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Post))
	if code := w.firstCode(w.join(w.code(), 0)); code != "D-001" {
		t.Errorf("after form B on paper the other test asks %s, want form A", code)
	}
}
