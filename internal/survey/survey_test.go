package survey

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/vault"
)

type noQueue struct{}

func (noQueue) EnqueueMail(context.Context, *sql.Tx, uuid.UUID) error { return nil }

// house is the service with one workshop whose people and days the test chooses.
type house struct {
	*Service

	t      *testing.T
	data   *dbtest.DB
	ctx    context.Context
	now    time.Time
	event  Workshop
	people []Recipient
	list   int // people on the workshop's list
}

func (h *house) SurveyWorkshop(context.Context, bun.IDB, uuid.UUID) (Workshop, error) {
	return h.event, nil
}

func (h *house) SurveyRecipients(context.Context, bun.IDB, uuid.UUID) ([]Recipient, error) {
	return h.people, nil
}

func (h *house) SurveyPeople(context.Context, bun.IDB, uuid.UUID) (int, error) {
	return h.list, nil
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, data: dbtest.New(t), ctx: context.Background(), now: time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC), list: 20}
	v, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return h.now }
	id := uuid.Must(uuid.NewV7())
	h.data.Exec(`INSERT INTO workshop.event (id, code, kind, title, state, time_zone, starts_on, ends_on, created_at, updated_at)
		VALUES ($1, 'W-2026-001', 'workshop', 'Atelier', 'running', 'Africa/Tunis', '2026-03-02', '2026-03-03', now(), now())`, id)
	h.event = Workshop{ID: id, Code: "W-2026-001", Title: "Atelier", EndsOn: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), Resource: access.Resource{WorkshopID: id}}
	h.Service = New(h.data.App(), clock, h, &mail.Outbox{Bundle: b, Vault: v, Queue: noQueue{}, Now: clock}, "https://shelter.example")
	return h
}

var system = access.System("test")

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) opened(w Wave) *Survey {
	h.t.Helper()
	h.must(h.Prepare(h.ctx, system, h.event.ID, w))
	h.must(h.Open(h.ctx, system, h.event.ID, w))
	b, err := h.Board(h.ctx, system, h.event.ID)
	h.must(err)
	return b.Surveys[w]
}

// send answers as the n-th person: the first question with a step, the first open one in words.
func (h *house) send(sv *Survey, n, step int) error {
	return h.sendWith(sv, n, step, "")
}

func (h *house) sendWith(sv *Survey, n, step int, ticket string) error {
	return h.Submit(h.ctx, Sending{Code: sv.Code, Key: fmt.Sprintf("key-%d", n), Ticket: ticket,
		Answers: map[string]Answer{"q1": {Choice: step}, "q7": {Choice: -1, Text: fmt.Sprintf("mot %d", n)}}})
}

func (h *house) results(w Wave) Results {
	h.t.Helper()
	r, err := h.Results(h.ctx, system, h.event.ID, w)
	h.must(err)
	return r
}

// TestNothingUnderTheThresholdAndNothingWhileOpen: four answers are never shown, five are, and only after closing.
func TestNothingUnderTheThresholdAndNothingWhileOpen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv := h.opened(End)
	for n := range 4 {
		h.must(h.send(sv, n, 4))
	}
	if r := h.results(End); r.Hidden != StillOpen || r.Items != nil {
		t.Errorf("open survey: hidden %q, %d items", r.Hidden, len(r.Items))
	}
	h.must(h.Close(h.ctx, system, h.event.ID, End))
	if r := h.results(End); r.Hidden != TooFew || r.Items != nil {
		t.Errorf("four answers: hidden %q, %d items", r.Hidden, len(r.Items))
	}
	h.must(h.Open(h.ctx, system, h.event.ID, End)) // nothing was shown: it may go on
	h.must(h.send(sv, 4, 0))
	h.must(h.Close(h.ctx, system, h.event.ID, End))
	r := h.results(End)
	if r.Hidden != Shown || r.Items[0].N != 5 || r.Items[0].Counts[4] != 4 || r.Items[0].Counts[0] != 1 {
		t.Fatalf("five answers: %q %+v", r.Hidden, r.Items)
	}
	if m, ok := r.Items[0].Mean(); !ok || m != 4.2 {
		t.Errorf("mean %v, want (4 x 5 + 1) / 5 = 4.2", m)
	}
	if !r.Items[1].Hidden || r.Items[1].N != 0 {
		t.Errorf("a question that nobody answered is shown: %+v", r.Items[1])
	}
	if err := h.Open(h.ctx, system, h.event.ID, End); !errs.Is(err, errs.Conflict) {
		t.Errorf("a survey whose results were shown opened again: %v", err)
	}
	if err := h.send(sv, 5, 4); !errs.Is(err, errs.Conflict) {
		t.Errorf("a sixth answer after the results were shown: %v", err)
	}
}

// TestRepeatedSendingCountsOnce, also when ten arrive at the same moment and when the survey has closed in between.
func TestRepeatedSendingCountsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv := h.opened(End)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if err := h.send(sv, 1, 3); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	h.must(h.Close(h.ctx, system, h.event.ID, End))
	h.must(h.send(sv, 1, 3)) // the answer to the first sending was lost on the way
	var tally, remarks int
	h.must(h.data.Owner().NewRaw("SELECT (SELECT sum(n) FROM survey.tally), (SELECT count(*) FROM survey.remark)").Scan(h.ctx, &tally, &remarks))
	if tally != 1 || remarks != 1 {
		t.Errorf("counted %d and %d times, want once", tally, remarks)
	}
}

// TestNoRowTellsWhoAnswered: the columns of the schema are these and no others, and none holds a person or a time.
func TestNoRowTellsWhoAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var columns []string
	h.must(h.data.Owner().NewRaw(`SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = 'survey' AND table_name <> 'survey' ORDER BY 1`).Scan(h.ctx, &columns))
	want := "batch.digest batch.n batch.survey_id receipt.digest receipt.survey_id remark.body remark.id remark.question remark.survey_id tally.choice tally.n tally.question tally.survey_id ticket.digest ticket.survey_id"
	if got := strings.Join(columns, " "); got != want {
		t.Errorf("columns %s\nwant %s", got, want)
	}
	sv := h.opened(End)
	h.must(h.send(sv, 0, 1))
	var version int
	h.must(h.data.Owner().NewRaw("SELECT get_byte(uuid_send(id), 6) >> 4 FROM survey.remark").Scan(h.ctx, &version))
	if version != 4 {
		t.Errorf("a written answer's id is of version %d: it would tell the time", version)
	}
}

func TestQuestionsStayAsTheyWereAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv := h.opened(End)
	other := []Question{{ID: "q1", Kind: Likert, Text: Text{i18n.FR: "Autre ?", i18n.AR: "سؤال آخر؟"}}}
	h.must(h.Revise(h.ctx, system, h.event.ID, End, other))
	h.must(h.send(sv, 0, 1))
	if err := h.Revise(h.ctx, system, h.event.ID, End, sv.Questions); !errs.Is(err, errs.Conflict) {
		t.Errorf("questions changed after an answer: %v", err)
	}
	if _, err := h.data.App().NewRaw("UPDATE survey.survey SET questions = '[]'").Exec(h.ctx); err == nil {
		t.Error("the database let questions change after an answer")
	}
}

func TestWrongQuestionsAndAnswers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv := h.opened(End)
	both := Text{i18n.FR: "Oui", i18n.AR: "نعم"}
	for name, q := range map[string]Question{
		"no Arabic":        {ID: "a", Kind: Likert, Text: Text{i18n.FR: "?"}},
		"one option":       {ID: "a", Kind: Choice, Text: both, Options: []Text{both}},
		"option in French": {ID: "a", Kind: Choice, Text: both, Options: []Text{both, {i18n.FR: "Non"}}},
		"unknown kind":     {ID: "a", Kind: "essay", Text: both},
		"no id":            {Kind: Likert, Text: both},
	} {
		if err := h.Revise(h.ctx, system, h.event.ID, End, []Question{q}); !errs.Is(err, errs.Invalid) || len(errs.As(err).Fields) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, a := range map[string]map[string]Answer{
		"nothing":      {},
		"blank":        {"q7": {Choice: -1, Text: "  "}},
		"a sixth step": {"q1": {Choice: 5}},
		"too long":     {"q7": {Text: strings.Repeat("é", 2001)}},
	} {
		if err := h.Submit(h.ctx, Sending{Code: sv.Code, Key: "k", Answers: a}); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var n int
	h.must(h.data.Owner().NewRaw("SELECT (SELECT count(*) FROM survey.receipt) + (SELECT count(*) FROM survey.tally) + (SELECT count(*) FROM survey.remark)").Scan(h.ctx, &n))
	if n != 0 {
		t.Errorf("%d rows were left by refused answers", n)
	}
}

// TestFollowUpOpensByItself on its day, once, writes to those who have an address, and closes after its time.
func TestFollowUpOpensByItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.people = []Recipient{{Email: "a@exemple.test", Name: "Salma", Lang: i18n.AR}, {Email: "b@exemple.test", Name: "Sami"}}
	h.must(h.Prepare(h.ctx, system, h.event.ID, ThreeMonths))
	mails := func() (n int) {
		h.must(h.data.Owner().NewRaw("SELECT count(*) FROM jobs.message WHERE kind = 'survey_m3'").Scan(h.ctx, &n))
		return n
	}
	state := func() State {
		b, err := h.Board(h.ctx, system, h.event.ID)
		h.must(err)
		return b.Surveys[ThreeMonths].State
	}
	h.now = time.Date(2026, 6, 2, 22, 0, 0, 0, time.UTC) // 23:00 in Tunis, the day before
	h.must(h.Tick(h.ctx))
	if s := state(); s != Planned || mails() != 0 {
		t.Fatalf("too early: %s, %d messages", s, mails())
	}
	h.now = h.now.Add(2 * time.Hour)
	h.must(h.Tick(h.ctx))
	h.must(h.Tick(h.ctx))
	if s := state(); s != Opened || mails() != 2 {
		t.Fatalf("on its day: %s, %d messages", s, mails())
	}
	h.must(h.OpenAndAsk(h.ctx, system, h.event.ID, ThreeMonths))
	if mails() != 2 {
		t.Errorf("asked again while open: %d messages", mails())
	}
	h.now = h.now.AddDate(0, 0, 31)
	h.must(h.Tick(h.ctx))
	if s := state(); s != Closed {
		t.Errorf("after its time: %s", s)
	}
}

func TestOthersGetNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	stranger := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	for name, err := range map[string]error{
		"prepare": h.Prepare(h.ctx, stranger, h.event.ID, End), "open": h.Open(h.ctx, stranger, h.event.ID, End),
		"close": h.Close(h.ctx, stranger, h.event.ID, End), "revise": h.Revise(h.ctx, stranger, h.event.ID, End, []Question{{ID: "a", Kind: Open, Text: Text{i18n.FR: "?", i18n.AR: "؟ سؤال"}}}),
	} {
		if !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Results(h.ctx, stranger, h.event.ID, End); !errs.Is(err, errs.Forbidden) {
		t.Errorf("results: %v", err)
	}
}

// TestAFollowUpGoesWithItsWorkshop: put off, it is asked later; cancelled, not at all.
func TestAFollowUpGoesWithItsWorkshop(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.people = []Recipient{{Email: "a@exemple.test", Name: "Amel", Lang: i18n.FR}}
	h.must(h.Prepare(h.ctx, system, h.event.ID, ThreeMonths)) // for 3 June
	state := func() (st State, on string) {
		t.Helper()
		b, err := h.Board(h.ctx, system, h.event.ID)
		h.must(err)
		return b.Surveys[ThreeMonths].State, b.Surveys[ThreeMonths].OpensOn.Format(time.DateOnly)
	}
	h.event.EndsOn = time.Date(2026, 5, 3, 0, 0, 0, 0, time.UTC)
	h.now = time.Date(2026, 6, 10, 9, 0, 0, 0, time.UTC)
	h.must(h.Tick(h.ctx))
	if st, on := state(); st != Planned || on != "2026-08-03" {
		t.Errorf("put off: %s, on %s", st, on)
	}
	h.now, h.event.Off = time.Date(2026, 8, 10, 9, 0, 0, 0, time.UTC), true
	h.must(h.Tick(h.ctx))
	if err := h.Open(h.ctx, system, h.event.ID, ThreeMonths); errs.As(err).Key != "survey_workshop_off" {
		t.Errorf("opened by hand: %v", err)
	}
	var mails int
	h.must(h.data.App().NewRaw("SELECT count(*) FROM jobs.message").Scan(h.ctx, &mails))
	if st, _ := state(); st != Planned || mails != 0 {
		t.Errorf("cancelled: %s, %d mails", st, mails)
	}
	h.event.Off = false
	h.must(h.Tick(h.ctx))
	if st, _ := state(); st != Opened {
		t.Errorf("it took place after all: %s", st)
	}
}
