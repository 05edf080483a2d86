package selfcheck_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/internal/workshop/selfcheck"
)

var system = access.System("test")

// morning is 08:55 in Tunis, five minutes before the first half-day.
var morning = time.Date(2026, 12, 14, 7, 55, 0, 0, time.UTC)

type house struct {
	*selfcheck.Service
	workshops *workshop.Service
	t         *testing.T
	db        *dbtest.DB
	ctx       context.Context
	mu        sync.Mutex
	at        time.Time
	trainer   access.Actor
	event     uuid.UUID
	slot      uuid.UUID
	people    []workshop.EnrolResult
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) turn(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// newHouse has a workshop that runs, with four people.
func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background(), at: morning}
	people := org.New(h.db.App(), h.clock)
	h.workshops = workshop.New(h.db.App(), people, h.clock)
	h.Service = selfcheck.New(h.db.App(), h.workshops, h.clock)
	person := func(family string) uuid.UUID {
		p, err := people.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: family, GivenName: "Amel"})
		h.must(err)
		return p.ID
	}
	h.trainer = access.Actor{PersonID: person("Formatrice"), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	ev, err := h.workshops.Create(h.ctx, h.trainer, workshop.CreateInput{Details: workshop.Details{Title: "Détection"}, Start: morning, Days: 1})
	h.must(err)
	var ids []uuid.UUID
	for i := range 4 {
		ids = append(ids, person(fmt.Sprintf("Personne%c", 'A'+i)))
	}
	h.people, err = h.workshops.EnrolMany(h.ctx, h.trainer, ev.ID, ids, workshop.EnrolOptions{})
	h.must(err)
	for _, s := range []workshop.State{workshop.Confirmed, workshop.Running} {
		h.must(h.workshops.SetState(h.ctx, h.trainer, ev.ID, s, ""))
	}
	h.event = ev.ID
	h.slot = h.view().Slots[0].ID
	return h
}

func (h *house) view() *workshop.View {
	h.t.Helper()
	v, err := h.workshops.View(h.ctx, h.trainer, access.AttendanceMark, h.event)
	h.must(err)
	return v
}

func (h *house) board() *selfcheck.Board {
	h.t.Helper()
	b, err := h.Board(h.ctx, h.trainer, h.event, h.slot)
	h.must(err)
	return b
}

func (h *house) room() *selfcheck.Room {
	h.t.Helper()
	r, err := h.Room(h.ctx, h.board().Code)
	h.must(err)
	return r
}

func (h *house) checkIn(i int, phone string) (*selfcheck.Done, error) {
	h.t.Helper()
	return h.CheckIn(h.ctx, selfcheck.CheckInInput{Ticket: h.room().Ticket, EnrolmentID: h.people[i].EnrolmentID, Device: phone})
}

func (h *house) wantKey(err error, key string) {
	h.t.Helper()
	if err == nil || errs.As(err).Key != key {
		h.t.Errorf("got %v, want %s", err, key)
	}
}

func (h *house) trainerMarks(i int, st workshop.Status) {
	h.t.Helper()
	_, err := h.workshops.MarkBatch(h.ctx, h.trainer, h.event, workshop.Batch{Device: "tablet", Marks: []workshop.MarkInput{{Key: uuid.New(), SlotID: h.slot,
		EnrolmentID: h.people[i].EnrolmentID, Status: st, ClientAt: h.clock()}}})
	h.must(err)
}

func TestOneCheckInForEachPersonAndHalfDay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.Room(h.ctx, "12345678")
	h.wantKey(err, "selfcheck_error_unknown")
	h.must(h.Open(h.ctx, h.trainer, h.event, h.slot))
	h.must(h.Open(h.ctx, h.trainer, h.event, h.slot)) // pressed twice: one opening
	r := h.room()
	if len(r.People) != 4 {
		t.Fatalf("%d names", len(r.People))
	}
	in := selfcheck.CheckInInput{Ticket: r.Ticket, EnrolmentID: h.people[0].EnrolmentID, Device: "self-a"}
	first, err := h.CheckIn(h.ctx, in)
	h.must(err)
	again, err := h.CheckIn(h.ctx, in) // the same form sent twice
	h.must(err)
	if first.Name != "Amel PersonneA" || first.Status != workshop.Present || again.Name != first.Name || !again.At.Equal(first.At) {
		t.Errorf("first %+v, again %+v", first, again)
	}
	in.EnrolmentID = h.people[1].EnrolmentID
	_, err = h.CheckIn(h.ctx, in)
	h.wantKey(err, "selfcheck_error_used")
	_, err = h.checkIn(0, "self-b")
	h.wantKey(err, "selfcheck_error_twice")
	if r = h.room(); len(r.People) != 3 || r.People[0].FamilyName == "PersonneA" {
		t.Errorf("the list still has who is checked in: %+v", r.People)
	}
	b := h.board()
	if len(b.Lines) != 1 || b.Missing != 3 || b.Lines[0].Conflict || b.Lines[0].Shared {
		t.Errorf("board: %+v", b)
	}
	c := h.view().People[0].Cells[0]
	if c.Source != workshop.Self || c.Status != workshop.Present || !c.ArrivedAt.Equal(morning) {
		t.Errorf("cell: %+v", c)
	}
	var n int
	h.must(h.db.Owner().NewRaw("SELECT count(*) FROM workshop.mark WHERE source = 'self' AND actor_id IS NULL").Scan(h.ctx, &n))
	if n != 1 {
		t.Errorf("%d self marks", n)
	}
}

func TestATrainersMarkStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.Open(h.ctx, h.trainer, h.event, h.slot))
	h.trainerMarks(0, workshop.Absent)
	h.turn(time.Minute)
	done, err := h.checkIn(0, "self-a")
	h.must(err)
	c := h.view().People[0].Cells[0]
	if !done.Differs || c.Status != workshop.Absent || !c.Conflict || c.Source != workshop.RollCall {
		t.Errorf("done %+v, cell %+v", done, c)
	}
	if b := h.board(); !b.Lines[0].Conflict || b.Lines[0].Counts != workshop.Absent {
		t.Errorf("the trainer is not told: %+v", b.Lines)
	}
	hist, err := h.workshops.History(h.ctx, h.trainer, h.event, h.slot, h.people[0].EnrolmentID)
	h.must(err)
	if len(hist.Entries) != 2 || hist.Entries[0].Source != workshop.Self || hist.Entries[0].InForce || !hist.Entries[1].InForce {
		t.Errorf("history: %+v", hist.Entries)
	}
	// no device of a trainer can say that a participant checked in
	out, err := h.workshops.MarkBatch(h.ctx, h.trainer, h.event, workshop.Batch{Marks: []workshop.MarkInput{{Key: uuid.New(), SlotID: h.slot,
		EnrolmentID: h.people[1].EnrolmentID, Status: workshop.Present, Source: workshop.Self}}})
	h.must(err)
	h.wantKey(out[0].Err, "error_bad_request")
}

func TestCodesAndTicketsEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.Open(h.ctx, h.trainer, h.event, h.slot))
	old := h.board().Code
	r := h.room()
	in := selfcheck.CheckInInput{Ticket: r.Ticket, EnrolmentID: h.people[0].EnrolmentID}
	h.turn(time.Minute)
	_, err := h.Room(h.ctx, old)
	h.wantKey(err, "selfcheck_error_late")
	if _, err = h.Again(h.ctx, r.Ticket); err != nil {
		t.Errorf("a minute is too short to find a name: %v", err)
	}
	h.turn(selfcheck.TicketLife)
	_, err = h.CheckIn(h.ctx, in)
	h.wantKey(err, "selfcheck_error_late")
	_, err = h.Again(h.ctx, r.Ticket)
	h.wantKey(err, "selfcheck_error_late")

	now := h.board().Code
	in.Ticket = h.room().Ticket
	h.must(h.Close(h.ctx, h.trainer, h.event, h.slot))
	_, err = h.Room(h.ctx, now)
	h.wantKey(err, "selfcheck_error_closed")
	_, err = h.CheckIn(h.ctx, in)
	h.wantKey(err, "selfcheck_error_closed")
	h.must(h.Open(h.ctx, h.trainer, h.event, h.slot)) // a new secret
	if h.board().Code == now {
		t.Error("a code came back")
	}
	_, err = h.CheckIn(h.ctx, in)
	h.wantKey(err, "selfcheck_error_late")

	// the half-day ends by itself
	in.Ticket = h.room().Ticket
	h.turn(h.view().Slots[0].EndsAt.Sub(h.clock()))
	if b := h.board(); b.Open || b.Code != "" || b.CanOpen {
		t.Errorf("open after the end: %+v", b)
	}
	_, err = h.CheckIn(h.ctx, in)
	h.wantKey(err, "selfcheck_error_late")
	h.wantKey(h.Open(h.ctx, h.trainer, h.event, h.slot), "selfcheck_error_over")
	h.wantKey(h.Open(h.ctx, h.trainer, h.event, h.view().Slots[1].ID), "selfcheck_error_early")
}

func TestOnePhoneDoesNotCheckInATable(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.Open(h.ctx, h.trainer, h.event, h.slot))
	for i := range selfcheck.PerPhone {
		_, err := h.checkIn(i, "self-a")
		h.must(err)
	}
	_, err := h.checkIn(3, "self-a")
	h.wantKey(err, "selfcheck_error_phone")
	if b := h.board(); len(b.Lines) != 3 || !b.Lines[0].Shared {
		t.Errorf("the trainer does not see that a phone was shared: %+v", b.Lines)
	}
	_, err = h.checkIn(3, "self-b")
	h.must(err)
}

// TestTheWholeRoomAtOnce: forty requests for four people at the same time leave one mark for each person.
func TestTheWholeRoomAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.must(h.Open(h.ctx, h.trainer, h.event, h.slot))
	var wg sync.WaitGroup
	for i := range 40 {
		ticket := h.room().Ticket
		wg.Go(func() {
			_, err := h.CheckIn(h.ctx, selfcheck.CheckInInput{Ticket: ticket, EnrolmentID: h.people[i%4].EnrolmentID, Device: fmt.Sprint("self-", i)})
			if err != nil && !strings.HasSuffix(errs.As(err).Key, "_twice") {
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if b := h.board(); len(b.Lines) != 4 || b.Missing != 0 {
		t.Errorf("%d lines, %d missing", len(b.Lines), b.Missing)
	}
}

func TestOthersSeeNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, a := range []access.Actor{{}, {PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}},
		{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}} {
		if _, err := h.Board(h.ctx, a, h.event, h.slot); !errs.Is(err, errs.Forbidden) {
			t.Errorf("board: %v", err)
		}
		if err := h.Open(h.ctx, a, h.event, h.slot); !errs.Is(err, errs.Forbidden) {
			t.Errorf("open: %v", err)
		}
		if err := h.Close(h.ctx, a, h.event, h.slot); !errs.Is(err, errs.Forbidden) {
			t.Errorf("close: %v", err)
		}
	}
}
