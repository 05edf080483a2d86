package workshop_test

import (
	"context"
	"errors"
	"fmt"
	"sort"
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
)

var system = access.System("test")

// house is a database with the services and a clock that the test turns.
type house struct {
	*workshop.Service
	org *org.Service
	t   *testing.T
	db  *dbtest.DB
	ctx context.Context
	mu  sync.Mutex
	at  time.Time
}

// morning is 08:55 in Tunis on the first day of the workshops that the tests make.
var morning = time.Date(2026, 12, 14, 7, 55, 0, 0, time.UTC)

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background(), at: morning}
	h.org = org.New(h.db.App(), h.clock)
	h.Service = workshop.New(h.db.App(), h.org, h.clock)
	return h
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) turn(to time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = to
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) person(name string) uuid.UUID {
	h.t.Helper()
	p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: name, GivenName: "Amel", Governorate: "TN-61", JobTitle: "Éducatrice"})
	h.must(err)
	return p.ID
}

func (h *house) trainer() access.Actor {
	h.t.Helper()
	return access.Actor{PersonID: h.person("Formatrice"), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
}

func input() workshop.CreateInput {
	return workshop.CreateInput{Details: workshop.Details{Title: "Détection et identification"}, Start: morning, Days: 2}
}

// running makes a workshop of two days that runs, with n people.
func (h *house) running(trainer access.Actor, n int) (*workshop.Event, []workshop.EnrolResult) {
	h.t.Helper()
	ev, err := h.Create(h.ctx, trainer, input())
	h.must(err)
	var people []uuid.UUID
	for i := range n {
		people = append(people, h.person(fmt.Sprintf("Personne%c", 'A'+i)))
	}
	list, err := h.EnrolMany(h.ctx, trainer, ev.ID, people, workshop.EnrolOptions{})
	h.must(err)
	h.must(h.SetState(h.ctx, trainer, ev.ID, workshop.Confirmed, ""))
	h.must(h.SetState(h.ctx, trainer, ev.ID, workshop.Running, ""))
	return ev, list
}

func (h *house) view(actor access.Actor, id uuid.UUID) *workshop.View {
	h.t.Helper()
	v, err := h.View(h.ctx, actor, access.WorkshopView, id)
	h.must(err)
	return v
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	h.must(h.db.Owner().NewRaw(query, args...).Scan(h.ctx, &n))
	return n
}

func wantKind(t *testing.T, err error, k errs.Kind, what string) {
	t.Helper()
	if !errs.Is(err, k) {
		t.Errorf("%s: got %v, want %s", what, err, k)
	}
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func key() uuid.UUID { return uuid.Must(uuid.NewV7()) }

func TestCreateMakesHalfDays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	in := input()
	in.Key = key()
	ev, err := h.Create(h.ctx, trainer, in)
	h.must(err)
	if ev.Code != "W-2026-001" || ev.State != workshop.Draft || !ev.EndsOn.Equal(time.Date(2026, 12, 15, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("event: %+v", ev)
	}
	again, err := h.Create(h.ctx, trainer, in)
	h.must(err)
	if again.ID != ev.ID || h.count("SELECT count(*) FROM workshop.event") != 1 {
		t.Error("sending the form twice made two workshops")
	}
	v := h.view(trainer, ev.ID)
	if len(v.Slots) != 4 || len(v.Trainers) != 1 || !v.Trainers[0].Lead || v.Event.Threshold != 0.8 {
		t.Errorf("%d half-days, trainers %+v, threshold %v", len(v.Slots), v.Trainers, v.Event.Threshold)
	}
	if n := h.count("SELECT count(*) FROM audit.entry WHERE action = 'workshop.create'"); n != 1 {
		t.Errorf("%d audit entries", n)
	}
}

func TestCreateRefusesBadInput(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bad := map[string]func(*workshop.CreateInput){
		"title":      func(in *workshop.CreateInput) { in.Title = "  " },
		"start":      func(in *workshop.CreateInput) { in.Start = time.Time{} },
		"days":       func(in *workshop.CreateInput) { in.Days = 0 },
		"kind":       func(in *workshop.CreateInput) { in.Kind = "party" },
		"lang":       func(in *workshop.CreateInput) { in.Lang = "de" },
		"time_zone":  func(in *workshop.CreateInput) { in.TimeZone = "Mars/Base" },
		"time_zone ": func(in *workshop.CreateInput) { in.TimeZone = "Local" }, // Go's own word, which the database does not know
		"capacity":   func(in *workshop.CreateInput) { in.Capacity = -1 },
		"threshold":  func(in *workshop.CreateInput) { in.Threshold = 1.2 },
		"pm_start": func(in *workshop.CreateInput) {
			in.Hours = workshop.DefaultHours()
			in.Hours["pm"] = workshop.Hours{Start: 600, End: 900, Minutes: 60}
		},
		"am_minutes": func(in *workshop.CreateInput) {
			in.Hours = map[workshop.Half]workshop.Hours{"am": {Start: 540, End: 600, Minutes: 61}}
		},
	}
	for field, spoil := range bad {
		in := input()
		spoil(&in)
		_, err := h.Create(h.ctx, system, in)
		var e *errs.Error
		if !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != strings.TrimSpace(field) {
			t.Errorf("%s: got %v", field, err)
		}
	}
	if n := h.count("SELECT count(*) FROM workshop.event"); n != 0 {
		t.Errorf("%d events made of bad input", n)
	}
}

func TestCodesAreGaplessAndUniqueAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const n = 12
	var wg sync.WaitGroup
	codes := make([]string, n)
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			ev, err := h.Create(h.ctx, system, input())
			if err != nil {
				t.Error(err)
				return
			}
			codes[i] = ev.Code
		}()
	}
	wg.Wait()
	sort.Strings(codes)
	for i, c := range codes {
		if want := fmt.Sprintf("W-2026-%03d", i+1); c != want {
			t.Errorf("code %d is %s", i, c)
		}
	}
}

func TestAccessIsTheTrainersOwn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer, other := h.trainer(), h.trainer()
	manager := access.Actor{PersonID: h.person("Cheffe"), Grants: []access.Grant{{Role: access.Manager, Scope: access.Global}}}
	trainee := access.Actor{PersonID: h.person("Stagiaire"), Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}
	ev, list := h.running(trainer, 1)
	for name, call := range map[string]func(a access.Actor) error{
		"view":   func(a access.Actor) error { _, err := h.View(h.ctx, a, access.WorkshopView, ev.ID); return err },
		"update": func(a access.Actor) error { return h.Update(h.ctx, a, ev.ID, 0, workshop.DetailsOf(ev), nil) },
		"state":  func(a access.Actor) error { return h.SetState(h.ctx, a, ev.ID, workshop.Running, "") },
		"enrol": func(a access.Actor) error {
			_, err := h.EnrolMany(h.ctx, a, ev.ID, nil, workshop.EnrolOptions{})
			return err
		},
		"report": func(a access.Actor) error { _, err := h.AttendanceRows(h.ctx, a, ev.ID); return err },
		"checkin": func(a access.Actor) error {
			_, err := h.CheckIn(h.ctx, a, ev.ID, workshop.CheckinInput{Badge: "x"})
			return err
		},
		"history": func(a access.Actor) error {
			_, err := h.History(h.ctx, a, ev.ID, h.view(trainer, ev.ID).Slots[0].ID, list[0].EnrolmentID)
			return err
		},
	} {
		for who, a := range map[string]access.Actor{"trainer": trainer, "manager": manager} {
			if err := call(a); err != nil {
				t.Errorf("%s by %s: %v", name, who, err)
			}
		}
		for who, a := range map[string]access.Actor{"other trainer": other, "trainee": trainee, "visitor": {}} {
			wantKind(t, call(a), errs.Forbidden, name+" by "+who)
		}
	}
	for who, c := range map[string]struct {
		actor access.Actor
		want  int
	}{"trainer": {trainer, 1}, "other": {other, 0}, "manager": {manager, 1}, "trainee": {trainee, 0}} {
		p, err := h.List(h.ctx, c.actor, workshop.Filter{})
		h.must(err)
		if len(p.Rows) != c.want {
			t.Errorf("list of %s: %d rows", who, len(p.Rows))
		}
	}
}

func TestVersionRisesWithEveryChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, list := h.running(trainer, 2)
	slot := h.view(trainer, ev.ID).Slots[0]
	version := func() int64 { return int64(h.count("SELECT version FROM workshop.event")) }
	for name, change := range map[string]func() error{
		"details": func() error { return h.Update(h.ctx, trainer, ev.ID, 0, workshop.DetailsOf(ev), nil) },
		"slot": func() error {
			return h.UpdateSlot(h.ctx, trainer, ev.ID, slot.ID, workshop.SlotInput{Day: slot.Day, Half: slot.Half, Hours: workshop.Hours{Start: 540, End: 750, Minutes: 180}})
		},
		"enrol": func() error {
			_, err := h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{h.person("Neuve")}, workshop.EnrolOptions{})
			return err
		},
		"withdraw": func() error {
			return h.SetEnrolment(h.ctx, trainer, ev.ID, list[1].EnrolmentID, workshop.Withdrawn, "malade")
		},
		"mark": func() error {
			_, err := h.MarkBatch(h.ctx, trainer, ev.ID, workshop.Batch{Marks: []workshop.MarkInput{{Key: key(), SlotID: slot.ID, EnrolmentID: list[0].EnrolmentID, Status: workshop.Absent}}})
			return err
		},
		"checkin": func() error {
			v := h.view(trainer, ev.ID)
			_, err := h.CheckIn(h.ctx, trainer, ev.ID, workshop.CheckinInput{Badge: v.Enrolled()[0].BadgeCode})
			return err
		},
		"person": func() error {
			_, err := h.org.UpdatePerson(h.ctx, system, list[0].PersonID, org.PersonInput{FamilyName: "Renommée", GivenName: "Amel"})
			return err
		},
	} {
		before := version()
		h.must(change())
		if version() <= before {
			t.Errorf("%s: version stayed %d", name, before)
		}
	}
	before := version()
	_, err := h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{list[0].PersonID}, workshop.EnrolOptions{})
	h.must(err)
	if version() != before {
		t.Error("a repeat without effect raised the version")
	}
}

func TestUpdateRefusesAnOldForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, _ := h.running(trainer, 1)
	seen := h.view(trainer, ev.ID).Event.Version
	d := workshop.DetailsOf(ev)
	d.Venue = "Hôtel A"
	h.must(h.Update(h.ctx, trainer, ev.ID, seen, d, nil))
	d.Venue = "Hôtel B"
	wantKey(t, h.Update(h.ctx, trainer, ev.ID, seen, d, nil), "error_conflict")
	if got := h.view(trainer, ev.ID).Event.Venue; got != "Hôtel A" {
		t.Errorf("venue %q", got)
	}
	_, err := h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{h.person("Autre")}, workshop.EnrolOptions{})
	h.must(err)
	h.must(h.Update(h.ctx, trainer, ev.ID, seen+1, d, nil)) // people came meanwhile: no conflict with the form
	seen = h.view(trainer, ev.ID).Event.Version
	h.must(h.Update(h.ctx, trainer, ev.ID, seen, d, []uuid.UUID{trainer.PersonID, h.trainer().PersonID}))
	wantKey(t, h.Update(h.ctx, trainer, ev.ID, seen, d, []uuid.UUID{trainer.PersonID}), "error_conflict") // it would take the second trainer out unseen
}

func TestSlotsAreEditedAndStayWhenMarked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, list := h.running(trainer, 1)
	slots := h.view(trainer, ev.ID).Slots
	in := workshop.SlotInput{Day: slots[0].Day, Half: "am", Hours: workshop.Hours{Start: 540, End: 720, Minutes: 180}}
	if _, err := h.MarkBatch(h.ctx, trainer, ev.ID, workshop.Batch{Marks: []workshop.MarkInput{{Key: key(), SlotID: slots[0].ID,
		EnrolmentID: list[0].EnrolmentID, Status: workshop.Late, Arrived: "11:00"}}}); err != nil {
		t.Fatal(err)
	}
	h.must(h.UpdateSlot(h.ctx, trainer, ev.ID, slots[0].ID, in))
	if got := h.view(trainer, ev.ID).People[0].Cells[0].Minutes; got != 60 {
		t.Errorf("the half-day now ends at 12:00: %d minutes credited", got)
	}
	wantKey(t, h.RemoveSlot(h.ctx, trainer, ev.ID, slots[0].ID), "workshop_error_slot_marked")
	h.must(h.RemoveSlot(h.ctx, trainer, ev.ID, slots[3].ID))
	h.must(h.RemoveSlot(h.ctx, trainer, ev.ID, slots[2].ID))
	if v := h.view(trainer, ev.ID); len(v.Slots) != 2 || !v.Event.EndsOn.Equal(v.Event.StartsOn) {
		t.Errorf("%d half-days, until %s", len(v.Slots), v.Event.EndsOn)
	}
	wantKey(t, h.AddSlot(h.ctx, trainer, ev.ID, in), "error_form")
	in.Half, in.Hours = "pm", workshop.Hours{Start: 700, End: 800, Minutes: 60}
	for _, day := range []time.Time{{}, time.Date(206, 12, 14, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 14, 0, 0, 0, 0, time.UTC), slots[0].Day.AddDate(2, 0, 0)} {
		in.Day = day
		var e *errs.Error
		if err := h.AddSlot(h.ctx, trainer, ev.ID, in); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != "day" {
			t.Errorf("a half-day on %s: %v", day, err)
		}
	}
	in.Day = slots[2].Day
	h.must(h.AddSlot(h.ctx, trainer, ev.ID, in))
	h.must(h.SetState(h.ctx, trainer, ev.ID, workshop.Closed, ""))
	wantKey(t, h.AddSlot(h.ctx, trainer, ev.ID, in), "workshop_error_closed")
}

func TestEnrolment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	in := input()
	in.Capacity = 2
	ev, err := h.Create(h.ctx, trainer, in)
	h.must(err)
	a, b, c := h.person("A"), h.person("B"), h.person("C")
	list, err := h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{a, b, a}, workshop.EnrolOptions{})
	h.must(err)
	if !list[0].Created || !list[1].Created || list[2].Created || list[2].EnrolmentID != list[0].EnrolmentID {
		t.Errorf("the same person twice: %+v", list)
	}
	_, err = h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{c}, workshop.EnrolOptions{})
	wantKey(t, err, "workshop_error_full")
	if n := h.count("SELECT count(*) FROM workshop.enrolment"); n != 2 {
		t.Errorf("a refusal left %d enrolments", n)
	}
	wait, err := h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{c}, workshop.EnrolOptions{Full: workshop.WaitFull})
	h.must(err)
	if wait[0].State != workshop.Waiting {
		t.Errorf("state %s", wait[0].State)
	}
	wantKey(t, h.SetEnrolment(h.ctx, trainer, ev.ID, wait[0].EnrolmentID, workshop.Enrolled, ""), "workshop_error_full")
	h.must(h.SetEnrolment(h.ctx, trainer, ev.ID, list[0].EnrolmentID, workshop.Withdrawn, "empêchée"))
	h.must(h.SetEnrolment(h.ctx, trainer, ev.ID, wait[0].EnrolmentID, workshop.Enrolled, ""))
	back, err := h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{a}, workshop.EnrolOptions{Full: workshop.ExceedFull})
	h.must(err)
	if back[0].EnrolmentID != list[0].EnrolmentID || back[0].State != workshop.Enrolled {
		t.Errorf("came back as %+v", back[0])
	}
	v := h.view(trainer, ev.ID)
	if len(v.Enrolled()) != 3 || v.People[0].Governorate != "TN-61" || v.People[0].JobTitle != "Éducatrice" {
		t.Errorf("people: %+v", v.People)
	}
	_, err = h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{key()}, workshop.EnrolOptions{})
	wantKind(t, err, errs.NotFound, "nobody")
}

func TestEnrolNewIsBothOrNeither(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, _ := h.running(trainer, 1)
	in := org.PersonInput{ID: key(), FamilyName: "Ben Salah", GivenName: "Sami", Phone: "22 345 678"}
	for range 2 {
		res, err := h.EnrolNew(h.ctx, trainer, ev.ID, in, workshop.EnrolOptions{Source: "walk_in", WalkIn: true})
		h.must(err)
		if res.PersonID != in.ID {
			t.Errorf("person %s", res.PersonID)
		}
	}
	before := h.count("SELECT count(*) FROM org.person")
	h.must(h.SetState(h.ctx, trainer, ev.ID, workshop.Closed, ""))
	_, err := h.EnrolNew(h.ctx, trainer, ev.ID, org.PersonInput{FamilyName: "Trop tard"}, workshop.EnrolOptions{})
	wantKey(t, err, "workshop_error_closed")
	if h.count("SELECT count(*) FROM org.person") != before {
		t.Error("the person was registered although the enrolment was refused")
	}
}

func TestEnrolManyAtOnceGivesEachTheirNumber(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	ev, _ := h.running(trainer, 1)
	var wg sync.WaitGroup
	people := make([]uuid.UUID, 10)
	for i := range people {
		people[i] = h.person(fmt.Sprintf("P%d", i))
	}
	for i := range people {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if _, err := h.EnrolMany(h.ctx, trainer, ev.ID, []uuid.UUID{people[i], people[(i+1)%10]}, workshop.EnrolOptions{}); err != nil {
				t.Error(err)
			}
		}()
	}
	wg.Wait()
	if n := h.count("SELECT max(number) FROM workshop.enrolment WHERE event_id = ?", ev.ID); n != 11 {
		t.Errorf("highest number %d of 11 people", n)
	}
}
