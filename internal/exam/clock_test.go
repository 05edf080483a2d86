package exam_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam"
)

// limited is a workshop whose open pre-test lasts ten minutes.
func limited(t *testing.T) (*world, string) {
	t.Helper()
	w := newWorld(t)
	w.db.Exec(`UPDATE exam.form SET settings = '{"minutes": 10}'`)
	return w, w.open(false, exam.Pre)
}

func (w *world) clock(tk exam.Ticket) time.Time {
	w.t.Helper()
	c, err := w.svc.OwnClock(ctx(), tk.AttemptID, tk.Token)
	w.must(err)
	return c.Due
}

func TestMinutesForEverybody(t *testing.T) {
	t.Parallel()
	w, code := limited(t)
	w.must(w.svc.SetExtraTime(ctx(), w.trainer, w.event, map[uuid.UUID]int{w.people[1].EnrolmentID: 30}))
	begun := w.now
	quick, slow := w.join(code, 0), w.join(code, 1)
	b, err := w.svc.Board(ctx(), w.trainer, w.event)
	w.must(err)
	if c := b.Clock; c.Minutes != 10 || !c.Until.Equal(begun.Add(10*time.Minute)) || !c.Now.Equal(w.now) {
		t.Errorf("the room's clock %+v: who has time of their own does not count", c)
	}
	w.now = begun.Add(12 * time.Minute)
	if !w.answer(quick, 1, "a", 1).Late {
		t.Error("after 12 of 10 minutes an answer counts")
	}
	key, who := uuid.New(), w.marker("Ayari")
	for range 10 {
		w.must(w.svc.GiveMinutes(ctx(), who, w.event, key, 5))
	}
	if got := w.clock(quick); !got.Equal(begun.Add(15 * time.Minute)) {
		t.Errorf("ends at %v, want five minutes more once", got)
	}
	if got := w.clock(slow); !got.Equal(begun.Add(45 * time.Minute)) {
		t.Errorf("with time of one's own it ends at %v", got)
	}
	if w.answer(quick, 2, "a", 2).Late || w.count("SELECT count(*) FROM exam.answer WHERE late") != 1 {
		t.Error("what comes now counts, and what was late stays late")
	}
	if got := w.clock(w.join(code, 2)); !got.Equal(w.now.Add(15 * time.Minute)) {
		t.Errorf("who begins afterwards ends at %v", got)
	}
	w.must(w.svc.SetExtraTime(ctx(), w.trainer, w.event, map[uuid.UUID]int{w.people[0].EnrolmentID: 1}))
	if got := w.clock(quick); !got.Equal(begun.Add(16 * time.Minute)) {
		t.Errorf("a minute of one's own does not come on top: %v", got)
	}
	if n := w.count("SELECT count(*) FROM audit.entry WHERE action = 'test.minutes'"); n != 1 {
		t.Errorf("%d entries", n)
	}
	w.kind(w.svc.GiveMinutes(ctx(), who, w.event, uuid.New(), 0), errs.Invalid, "")
	w.kind(w.svc.GiveMinutes(ctx(), who, w.event, uuid.New(), 121), errs.Invalid, "")
	if _, err := w.svc.OwnClock(ctx(), quick.AttemptID, slow.Token); !errs.Is(err, errs.NotFound) {
		t.Errorf("another's secret tells the time: %v", err)
	}
	w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
	w.kind(w.svc.GiveMinutes(ctx(), who, w.event, uuid.New(), 5), errs.Conflict, "exam_not_open")
	for _, role := range access.Roles() {
		a := access.Actor{PersonID: uuid.New(), MFA: true, Grants: []access.Grant{{Role: role, Scope: access.Global}}}
		if err := w.svc.GiveMinutes(ctx(), a, w.event, uuid.New(), 5); role != access.Manager && errs.Is(err, errs.Conflict) {
			t.Errorf("%s gives minutes", role)
		}
	}
}

func TestNoMinutesWithoutALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(false, exam.Pre)
	w.join(code, 0)
	w.kind(w.svc.GiveMinutes(ctx(), w.marker("Ayari"), w.event, uuid.New(), 5), errs.Conflict, "exam_no_limit")
	b, err := w.svc.Board(ctx(), w.trainer, w.event)
	w.must(err)
	if b.Clock.Limited() {
		t.Error("a test without a limit has a clock")
	}
}
