package casework_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/errs"
)

// TestTheOneTooManyRaisesAnAlarm: the opening after the last that the threshold allows, once within its time, with a notice in the
// same moment; what is opened again counts once; later openings count anew.
func TestTheOneTooManyRaisesAnAlarm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	told := 0
	h.Service = casework.New(h.db.Cases(), casework.Options{Keys: h.keys, Now: func() time.Time { return h.clock }, Notify: func(_ context.Context, n casework.Notice) error {
		if n.Kind == "volume" {
			told++
		}
		return nil
	}})
	h.must(h.SetThreshold(h.ctx, h.officer, casework.Threshold{Files: 3, Minutes: 10}))
	ids := make([]uuid.UUID, 5)
	for i := range ids {
		ids[i] = h.open(h.worker, h.a)
	}
	see := func(i int) {
		t.Helper()
		_, err := h.View(h.ctx, h.worker, ids[i])
		h.must(err)
	}
	alarms := func() []casework.Alarm {
		t.Helper()
		g, err := h.Guard(h.ctx, h.officer)
		h.must(err)
		return g.Alarms
	}
	for _, i := range []int{0, 1, 2, 2, 1, 0} {
		see(i)
	}
	if n := len(alarms()); n != 0 || told != 0 {
		t.Fatalf("%d alarms and %d notices at the threshold", n, told)
	}
	see(3)
	see(4)
	if l := alarms(); len(l) != 1 || told != 1 || l[0].Files != 4 || l[0].PersonID != h.worker.PersonID {
		t.Fatalf("%d notices, %+v", told, l)
	}
	h.clock = h.clock.Add(11 * time.Minute)
	see(0)
	if n := len(alarms()); n != 1 {
		t.Errorf("%d alarms after the time", n)
	}
	if _, err := h.Guard(h.ctx, h.supervisor); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a supervisor sees the alarms: %v", err)
	}
	id := alarms()[0].ID
	if err := h.AnswerAlarm(h.ctx, h.officer, id, " "); !errs.Is(err, errs.Invalid) {
		t.Errorf("an answer without words: %v", err)
	}
	h.must(h.AnswerAlarm(h.ctx, h.officer, id, "inventaire convenu"))
	if err := h.AnswerAlarm(h.ctx, h.officer, id, "autre"); !errs.Is(err, errs.Conflict) {
		t.Errorf("answered twice: %v", err)
	}
	if l := alarms(); l[0].Remark != "inventaire convenu" || l[0].SeenBy != h.officer.PersonID {
		t.Errorf("%+v", l[0])
	}
	if err := h.SetThreshold(h.ctx, h.worker, casework.Threshold{Files: 900, Minutes: 1}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a worker lifts the threshold: %v", err)
	}
	if err := h.undone(map[string]string{"cases.actor": h.worker.PersonID.String(), "cases.works": h.a.String()}, "DELETE FROM cases.alarm"); err == nil {
		t.Error("an alarm is deleted")
	}
}

// TestRefusalsAreReported: how often, and on how many different addresses, by person.
func TestRefusalsAreReported(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	for _, x := range []uuid.UUID{id, id, uuid.New()} {
		if _, err := h.View(h.ctx, h.foreign, x); !errs.Is(err, errs.NotFound) {
			t.Fatal(err)
		}
	}
	g, err := h.Guard(h.ctx, h.officer)
	h.must(err)
	if len(g.Denied) != 1 || g.Denied[0].ActorID != h.foreign.PersonID || g.Denied[0].Times != 3 || g.Denied[0].Files != 2 {
		t.Errorf("%+v", g.Denied)
	}
	if g.Threshold.Files != 20 || g.Threshold.Minutes != 60 {
		t.Errorf("threshold from the start: %+v", g.Threshold)
	}
}
