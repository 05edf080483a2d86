package exam_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
)

// world is one workshop with three people, two forms of four questions, and a trainer who runs it.
type world struct {
	t       *testing.T
	db      *dbtest.DB
	svc     *exam.Service
	trainer access.Actor
	event   uuid.UUID
	people  []exam.Participant
	pre     uuid.UUID
	post    uuid.UUID
	now     time.Time
}

// ExamWorkshop and ExamParticipants make the world its own roster.
func (w *world) ExamWorkshop(context.Context, bun.IDB, uuid.UUID) (exam.Workshop, error) {
	return exam.Workshop{ID: w.event, Code: "W-2026-001", Title: "Atelier", Resource: access.Resource{WorkshopID: w.event, Trainers: []uuid.UUID{w.trainer.PersonID}}}, nil
}

func (w *world) ExamParticipants(context.Context, bun.IDB, uuid.UUID) ([]exam.Participant, error) {
	return w.people, nil
}

// ExamEnrolled looks the person up in the list.
func (w *world) ExamEnrolled(_ context.Context, _ bun.IDB, _, enrolment uuid.UUID) (bool, error) {
	return slices.ContainsFunc(w.people, func(p exam.Participant) bool { return p.EnrolmentID == enrolment }), nil
}

// ExamPeople and ExamLearner know of no courses.
func (w *world) ExamPeople(context.Context, bun.IDB, []uuid.UUID) ([]exam.Participant, error) {
	return nil, nil
}

// ExamLearner has finished nothing.
func (w *world) ExamLearner(context.Context, access.Actor, string) (done, of int, err error) {
	return 0, 0, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), event: uuid.New(), now: time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)}
	w.trainer = access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	w.db.Exec(`INSERT INTO workshop.event (id, code, kind, title, starts_on, ends_on, created_at, updated_at) VALUES ($1, 'W-2026-001', 'workshop', 'Atelier', '2026-12-14', '2026-12-15', now(), now())`, w.event)
	for i := range 3 {
		p := exam.Participant{EnrolmentID: uuid.New(), PersonID: uuid.New(), Name: fmt.Sprintf("Personne %d", i)}
		w.db.Exec(`INSERT INTO org.person (id, code, family_name, name_key, created_at, updated_at) VALUES ($1, $2, $3, $3, now(), now())`, p.PersonID, fmt.Sprintf("P-%d", i), p.Name)
		w.db.Exec(`INSERT INTO workshop.enrolment (id, event_id, person_id, number, state, source, badge_code, badge_token, created_at, changed_at)
			VALUES ($1, $2, $3, $4, 'enrolled', 'manual', $5, $5, now(), now())`, p.EnrolmentID, w.event, p.PersonID, i+1, fmt.Sprintf("B%d", i))
		w.people = append(w.people, p)
	}
	w.svc = exam.New(w.db.App(), func() time.Time { return w.now }, w)
	w.load(questions())
	return w
}

func questions() []exam.Question {
	list := make([]exam.Question, 0, 8)
	for i := range 8 {
		list = append(list, exam.Question{Code: fmt.Sprintf("D-%03d", i+1), Course: "detection", Objective: "D1", Type: exam.Single, Difficulty: 1, Bloom: "remember",
			Body: exam.Body{Stem: exam.Text{i18n.FR: fmt.Sprintf("Question %d", i+1)}, Options: []exam.Option{{ID: "a", Correct: true}, {ID: "b"}}}})
	}
	return list
}

func (w *world) load(qs []exam.Question) exam.Loaded {
	w.t.Helper()
	codes := func(from int) []string {
		return []string{qs[from].Code, qs[from+1].Code, qs[from+2].Code, qs[from+3].Code}
	}
	done, err := w.svc.Load(ctx(), access.System("cli"), qs, []exam.Paper{{Code: "F-A", Items: codes(0)}, {Code: "F-B", Items: codes(4)}})
	w.must(err)
	forms, err := w.svc.Forms(ctx(), w.trainer)
	w.must(err)
	w.pre, w.post = forms[0].ID, forms[1].ID
	return done
}

func ctx() context.Context { return context.Background() }

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) kind(err error, want errs.Kind, key string) {
	w.t.Helper()
	if !errs.Is(err, want) || (key != "" && errs.As(err).Key != key) {
		w.t.Fatalf("got %v, want %s %s", err, want, key)
	}
}

func (w *world) open(anonymous bool, ph exam.Phase) string {
	w.t.Helper()
	w.must(w.svc.Pair(ctx(), w.trainer, w.event, exam.PairingInput{PreForm: w.pre, PostForm: w.post, Anonymous: anonymous}))
	w.must(w.svc.Open(ctx(), w.trainer, w.event, ph))
	return w.code()
}

func (w *world) code() string {
	w.t.Helper()
	b, err := w.svc.Board(ctx(), w.trainer, w.event)
	w.must(err)
	return b.Pairing.RoomCode
}

func (w *world) join(code string, person int) exam.Ticket {
	w.t.Helper()
	t, err := w.svc.Join(ctx(), exam.JoinInput{RoomCode: code, EnrolmentID: w.people[person].EnrolmentID, Lang: i18n.FR})
	w.must(err)
	return t
}

func (w *world) answer(t exam.Ticket, position int, choice string, seq int64) exam.Ack {
	w.t.Helper()
	acks, err := w.svc.Save(ctx(), t.AttemptID, t.Token, []exam.Answer{{Key: uuid.New(), Position: position, Response: exam.Response{Choice: []string{choice}}, ClientSeq: seq, ClientAt: w.now}})
	w.must(err)
	return acks[0]
}

func (w *world) take(code string, person, right int) exam.Result {
	w.t.Helper()
	t := w.join(code, person)
	for i := 1; i <= 4; i++ {
		choice := "b"
		if i <= right {
			choice = "a"
		}
		w.answer(t, i, choice, int64(i))
	}
	r, err := w.svc.Submit(ctx(), t.AttemptID, t.Token)
	w.must(err)
	return r
}

func TestPairOfTestsFromRoomCodeToGain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(false, exam.Pre)
	w.take(code, 0, 1)
	w.take(code, 1, 2)
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Post))
	if r := w.take(code, 0, 3); r.Score != 3 || r.Max != 4 {
		t.Errorf("score %v of %v, want 3 of 4", r.Score, r.Max)
	}
	w.take(code, 2, 4)
	res, err := w.svc.Results(ctx(), w.trainer, w.event)
	w.must(err)
	got := res.Compare()
	if got.NPaired != 1 || got.NPreOnly != 1 || got.NPostOnly != 1 {
		t.Errorf("paired %d, pre only %d, post only %d, want 1 each", got.NPaired, got.NPreOnly, got.NPostOnly)
	}
	if got.MeanDiff.V != 50 || got.T.OK {
		t.Errorf("gain %v (want 50 points), a test on one pair: %v", got.MeanDiff, got.T.OK)
	}
}

func TestNameTakenNeedsTheResumeCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(false, exam.Pre)
	first := w.join(code, 0)
	in := exam.JoinInput{RoomCode: code, EnrolmentID: w.people[0].EnrolmentID, Lang: i18n.FR}
	_, err := w.svc.Join(ctx(), in)
	w.kind(err, errs.Conflict, "exam_already_started")
	taking, err := w.svc.Taking(ctx(), first.AttemptID, first.Token)
	w.must(err)
	in.ResumeCode = taking.Attempt.ResumeCode
	again, err := w.svc.Join(ctx(), in)
	w.must(err)
	if again.AttemptID != first.AttemptID || again.Token != first.Token || !again.Resumed {
		t.Errorf("resumed %+v, want the attempt %+v", again, first)
	}
	in.ResumeCode = "0000x"
	for range 8 {
		_, err = w.svc.Join(ctx(), in)
		w.kind(err, errs.Invalid, "")
	}
	in.ResumeCode = taking.Attempt.ResumeCode
	_, err = w.svc.Join(ctx(), in)
	w.kind(err, errs.Conflict, "exam_resume_blocked")
}

func TestAnswersAreKeptOnceAndOnlyWithTheSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tk := w.join(w.open(false, exam.Pre), 0)
	a := exam.Answer{Key: uuid.New(), Position: 1, Response: exam.Response{Choice: []string{"a"}}, ClientSeq: 1, ClientAt: w.now}
	for range 3 {
		acks, err := w.svc.Save(ctx(), tk.AttemptID, tk.Token, []exam.Answer{a})
		w.must(err)
		if acks[0].Key != a.Key || acks[0].Late {
			t.Fatalf("acknowledged %+v", acks)
		}
	}
	w.rows("exam.answer", 1)
	_, err := w.svc.Save(ctx(), tk.AttemptID, "wrong", []exam.Answer{{Key: uuid.New(), Position: 1, ClientAt: w.now}})
	w.kind(err, errs.NotFound, "")
	for _, position := range []int{0, 5, -1} {
		_, err = w.svc.Save(ctx(), tk.AttemptID, tk.Token, []exam.Answer{{Key: uuid.New(), Position: position, ClientAt: w.now}})
		w.kind(err, errs.NotFound, "")
	}
	w.rows("exam.answer", 1)
}

func TestABatchIsKeptWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tk := w.join(w.open(false, exam.Pre), 0)
	batch := []exam.Answer{{Key: uuid.New(), Position: 1, ClientAt: w.now}, {Key: uuid.New(), Position: 9, ClientAt: w.now}}
	_, err := w.svc.Save(ctx(), tk.AttemptID, tk.Token, batch)
	w.kind(err, errs.NotFound, "")
	w.rows("exam.answer", 0)
	batch[1].Position = 2
	acks, err := w.svc.Save(ctx(), tk.AttemptID, tk.Token, batch)
	w.must(err)
	if len(acks) != 2 {
		t.Errorf("%d acknowledgements, want 2", len(acks))
	}
	w.rows("exam.answer", 2)
}

func (w *world) rows(table string, want int) {
	w.t.Helper()
	n, err := w.db.Owner().NewSelect().TableExpr(table).Count(ctx())
	w.must(err)
	if int(n) != want {
		w.t.Fatalf("%s has %d rows, want %d", table, n, want)
	}
}

func TestTheLastAnswerOfTheClientCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tk := w.join(w.open(false, exam.Pre), 0)
	w.answer(tk, 1, "a", 7)
	w.answer(tk, 1, "b", 3) // made earlier, arrives later
	r, err := w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
	if r.Score != 1 {
		t.Errorf("score %v, want 1: the newer answer is right", r.Score)
	}
}

func TestSubmittingTenTimesCountsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tk := w.join(w.open(false, exam.Pre), 0)
	w.answer(tk, 1, "a", 1)
	results := make([]exam.Result, 10)
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() {
			r, err := w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
			if err != nil {
				t.Error(err)
			}
			results[i] = r
		})
	}
	wg.Wait()
	for _, r := range results[1:] {
		if r.Score != results[0].Score || !r.SubmittedAt.Equal(results[0].SubmittedAt) {
			t.Errorf("results differ: %+v and %+v", r, results[0])
		}
	}
	n, err := w.db.Owner().NewSelect().TableExpr("audit.entry").Where("action = 'test.submit'").Count(ctx())
	w.must(err)
	if n != 1 {
		t.Errorf("%d submissions in the audit, want 1", n)
	}
}

func TestLateAnswersAreKeptAndDoNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tk := w.join(w.open(false, exam.Pre), 0)
	w.answer(tk, 1, "b", 1)
	_, err := w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
	if ack := w.answer(tk, 1, "a", 2); !ack.Late {
		t.Error("an answer after the submission is not marked late")
	}
	w.rows("exam.answer", 2)
	r, err := w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
	if r.Score != 0 {
		t.Errorf("score %v, want 0: the late answer does not count", r.Score)
	}
}

func TestClosingSubmitsWhatWasBegun(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(false, exam.Pre)
	answered, empty := w.join(code, 0), w.join(code, 1)
	w.answer(answered, 1, "a", 1)
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
	r, err := w.svc.Submit(ctx(), answered.AttemptID, answered.Token)
	w.must(err)
	if r.Score != 1 {
		t.Errorf("score %v, want 1", r.Score)
	}
	_, err = w.svc.Submit(ctx(), empty.AttemptID, empty.Token)
	w.kind(err, errs.Conflict, "exam_voided")
	res, err := w.svc.Results(ctx(), w.trainer, w.event)
	w.must(err)
	if len(res.Scores) != 1 {
		t.Errorf("%d results, want 1: who answered nothing did not take the test", len(res.Scores))
	}
}

func TestAnonymousCodesPairWithoutNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(true, exam.Pre)
	w.takeAs(code, "Fé07 sf", 1)
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
	w.must(w.svc.Open(ctx(), w.trainer, w.event, exam.Post))
	w.takeAs(code, "FE٠٧SF", 4)
	res, err := w.svc.Results(ctx(), w.trainer, w.event)
	w.must(err)
	if len(res.Scores) != 1 || !res.Scores[0].Paired() || res.Scores[0].Name != "" {
		t.Errorf("results %+v, want one nameless pair", res.Scores)
	}
	n, err := w.db.Owner().NewSelect().TableExpr("exam.attempt").Where("enrolment_id IS NOT NULL OR subject ILIKE '%FE07%'").Count(ctx())
	w.must(err)
	if n != 0 {
		t.Error("an anonymous attempt holds a person or the code itself")
	}
	_, err = w.svc.Join(ctx(), exam.JoinInput{RoomCode: code, PersonalCode: "ab", Lang: i18n.FR})
	w.kind(err, errs.Invalid, "")
}

func (w *world) takeAs(code, personal string, right int) {
	w.t.Helper()
	tk, err := w.svc.Join(ctx(), exam.JoinInput{RoomCode: code, PersonalCode: personal, Lang: i18n.AR})
	w.must(err)
	for i := 1; i <= right; i++ {
		w.answer(tk, i, "a", int64(i))
	}
	_, err = w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
}

func TestOnlyTheOwnTrainerRunsATest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.open(false, exam.Pre)
	stranger := w.trainer
	stranger.PersonID = uuid.New()
	for name, err := range map[string]error{
		"open":  w.svc.Open(ctx(), stranger, w.event, exam.Post),
		"close": w.svc.Close(ctx(), stranger, w.event, exam.Pre),
		"pair":  w.svc.Pair(ctx(), stranger, w.event, exam.PairingInput{PreForm: w.pre, PostForm: w.post}),
		"void":  w.svc.Void(ctx(), stranger, w.event, uuid.New()),
	} {
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s by the trainer of another workshop: %v", name, err)
		}
	}
	_, err := w.svc.Results(ctx(), stranger, w.event)
	w.kind(err, errs.Forbidden, "")
}

func TestRoomCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, err := w.svc.Room(ctx(), "000000")
	w.kind(err, errs.Invalid, "")
	code := w.open(false, exam.Pre)
	room, err := w.svc.Room(ctx(), code[:3]+" "+code[3:])
	w.must(err)
	if room.Phase != exam.Pre || len(room.People) != 3 {
		t.Errorf("room %+v", room)
	}
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
	room, err = w.svc.Room(ctx(), code)
	w.must(err)
	if room.Phase != "" || len(room.People) != 0 {
		t.Errorf("names are shown while no test is open: %+v", room)
	}
	_, err = w.svc.Join(ctx(), exam.JoinInput{RoomCode: code, EnrolmentID: w.people[0].EnrolmentID, Lang: i18n.FR})
	w.kind(err, errs.Conflict, "exam_not_open")
}

func TestLoadingTwiceMakesNothingNewAndAChangeMakesAVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if done := w.load(questions()); done.Versions != 0 || done.Forms != 0 {
		t.Errorf("loading again made %+v", done)
	}
	before := w.pre
	qs := questions()
	qs[0].Body.Stem = exam.Text{i18n.FR: "Autre question"}
	if done := w.load(qs); done.Versions != 1 || done.Forms != 1 {
		t.Errorf("one changed question made %+v", done)
	}
	if w.pre == before {
		t.Error("the form with the changed question is still the old one")
	}
}

func TestFreedNameCanBeTakenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(false, exam.Pre)
	wrong := w.join(code, 0)
	w.must(w.svc.Void(ctx(), w.trainer, w.event, wrong.AttemptID))
	right := w.join(code, 0)
	if right.AttemptID == wrong.AttemptID {
		t.Error("the freed attempt was given out again")
	}
	_, err := w.svc.Submit(ctx(), wrong.AttemptID, wrong.Token)
	w.kind(err, errs.Conflict, "exam_voided")
}

func TestBeginningAgainWithTheSameKeyGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(false, exam.Pre)
	in := exam.JoinInput{RoomCode: code, EnrolmentID: w.people[0].EnrolmentID, Lang: i18n.FR, Key: uuid.New()}
	first, err := w.svc.Join(ctx(), in)
	w.must(err)
	again, err := w.svc.Join(ctx(), in)
	w.must(err)
	if again.AttemptID != first.AttemptID || again.Token != first.Token {
		t.Errorf("%v, then %v", first, again)
	}
	in.Key = uuid.New()
	_, err = w.svc.Join(ctx(), in)
	w.kind(err, errs.Conflict, "exam_already_started")
	in.Key = uuid.Nil
	_, err = w.svc.Join(ctx(), in)
	w.kind(err, errs.Conflict, "exam_already_started")
}
