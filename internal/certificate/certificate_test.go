package certificate_test

import (
	"context"
	"fmt"
	"sort"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/certificate"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

var (
	system = access.System("test")
	start  = time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)
)

func of(event uuid.UUID) certificate.Subject { return certificate.Subject{Event: event} }

type house struct {
	t     *testing.T
	ctx   context.Context
	db    *dbtest.DB
	org   *org.Service
	shops *workshop.Service
	certs *certificate.Service
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), db: dbtest.New(t)}
	now := func() time.Time { return start.AddDate(0, 0, 2) }
	h.org = org.New(h.db.App(), now)
	h.shops = workshop.New(h.db.App(), h.org, now)
	h.certs = certificate.New(h.db.App(), certificate.Sources{Workshops: h.shops}, now)
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) trainer() access.Actor {
	h.t.Helper()
	p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Formatrice"})
	h.must(err)
	return access.Actor{PersonID: p.ID, Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
}

// event makes a running workshop of two days, four half-days, with one person per entry, who attended that many of them.
func (h *house) event(trainer access.Actor, attended ...int) (uuid.UUID, []workshop.EnrolResult) {
	h.t.Helper()
	ev, err := h.shops.Create(h.ctx, trainer, workshop.CreateInput{Details: workshop.Details{Title: "Assistance", TitleAR: "التعهّد"}, Start: start, Days: 2})
	h.must(err)
	var people []uuid.UUID
	for i := range attended {
		p, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: fmt.Sprintf("Personne%c", 'A'+i), GivenName: "Amel"})
		h.must(err)
		people = append(people, p.ID)
	}
	list, err := h.shops.EnrolMany(h.ctx, trainer, ev.ID, people, workshop.EnrolOptions{})
	h.must(err)
	h.must(h.shops.SetState(h.ctx, trainer, ev.ID, workshop.Confirmed, ""))
	h.must(h.shops.SetState(h.ctx, trainer, ev.ID, workshop.Running, ""))
	v, err := h.shops.View(h.ctx, trainer, access.WorkshopView, ev.ID)
	h.must(err)
	var marks []workshop.MarkInput
	for i, n := range attended {
		for j := range n {
			st := []workshop.Status{workshop.Present, workshop.Late, workshop.LeftEarly, workshop.Present}[j]
			marks = append(marks, workshop.MarkInput{Key: uuid.Must(uuid.NewV7()), SlotID: v.Slots[j].ID, EnrolmentID: list[i].EnrolmentID, Status: st})
		}
	}
	_, err = h.shops.MarkBatch(h.ctx, trainer, ev.ID, workshop.Batch{Marks: marks})
	h.must(err)
	return ev.ID, list
}

func (h *house) count(query string) int {
	h.t.Helper()
	var n int
	h.must(h.db.Owner().NewRaw(query).Scan(h.ctx, &n))
	return n
}

func TestIssueByRule(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	event, list := h.event(trainer, 4, 3, 1) // 80 % of four planned half-days are four
	b, err := h.certs.Board(h.ctx, trainer, of(event))
	h.must(err)
	if b.Planned != 4 || b.Needed != 4 || b.Issuable() != 1 || !b.Candidates[0].Earned() || b.Candidates[1].Earned() {
		t.Fatalf("planned %d, needed %d, issuable %d", b.Planned, b.Needed, b.Issuable())
	}
	made, err := h.certs.Issue(h.ctx, trainer, of(event), nil)
	h.must(err)
	if len(made) != 1 || made[0].Number != "A-2026-0001" || made[0].Holder != "Amel PersonneA" || made[0].Attended != 4 {
		t.Fatalf("made %+v", made)
	}
	made, err = h.certs.Issue(h.ctx, trainer, of(event), []uuid.UUID{list[0].EnrolmentID, list[1].EnrolmentID})
	h.must(err)
	if len(made) != 0 {
		t.Errorf("a repeat, and somebody who has not earned it: made %+v", made)
	}
	if n := h.count("SELECT last FROM certificate.counter"); n != 1 {
		t.Errorf("the counter stands at %d", n)
	}
}

func TestNumbersHaveNoGapsAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var numbers []string
	for range 5 {
		trainer := h.trainer()
		event, _ := h.event(trainer, 4, 4)
		for range 2 { // and twice each, since the button can be pressed twice
			wg.Add(1)
			go func() {
				defer wg.Done()
				made, err := h.certs.Issue(h.ctx, trainer, of(event), nil)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, c := range made {
					numbers = append(numbers, c.Number)
				}
			}()
		}
	}
	wg.Wait()
	sort.Strings(numbers)
	if len(numbers) != 10 {
		t.Fatalf("%d certificates for 10 people", len(numbers))
	}
	for i, n := range numbers {
		if want := fmt.Sprintf("A-2026-%04d", i+1); n != want {
			t.Errorf("number %d is %s", i, n)
		}
	}
}

func TestRevokeAndVerify(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.trainer()
	event, list := h.event(trainer, 4)
	made, err := h.certs.Issue(h.ctx, trainer, of(event), nil)
	h.must(err)
	typed := made[0].CodeGroups()
	c, err := h.certs.Verify(h.ctx, " "+typed[:3]+" "+typed[3:])
	h.must(err)
	if !c.Valid() || c.Number != made[0].Number || c.TitleIn("ar") != "التعهّد" {
		t.Errorf("check: %+v", c)
	}
	if err := h.certs.Revoke(h.ctx, trainer, of(event), made[0].ID, " "); !errs.Is(err, errs.Invalid) {
		t.Errorf("revoked without a reason: %v", err)
	}
	h.must(h.certs.Revoke(h.ctx, trainer, of(event), made[0].ID, "erreur de nom"))
	h.must(h.certs.Revoke(h.ctx, trainer, of(event), made[0].ID, "encore"))
	c, err = h.certs.Verify(h.ctx, made[0].Code)
	h.must(err)
	if c.Valid() {
		t.Error("still valid")
	}
	if _, err := h.certs.Print(h.ctx, trainer, of(event), certificate.Listing{}); !errs.Is(err, errs.NotFound) {
		t.Errorf("a revoked certificate can be printed: %v", err)
	}
	again, err := h.certs.Issue(h.ctx, trainer, of(event), nil)
	h.must(err)
	if len(again) != 1 || again[0].Number != "A-2026-0002" {
		t.Errorf("issued again: %+v", again)
	}
	own, err := h.certs.Own(h.ctx, access.Actor{PersonID: list[0].PersonID}, list[0].PersonID)
	h.must(err)
	if len(own) != 1 || own[0].Number != "A-2026-0002" {
		t.Errorf("own: %+v", own)
	}
	if n := h.count("SELECT count(*) FROM audit.entry WHERE action IN ('certificate.issue', 'certificate.revoke')"); n != 3 {
		t.Errorf("%d audit entries", n)
	}
	for _, code := range []string{"", "ABC", "2222222222", "'; DROP TABLE", "ا"} {
		if _, err := h.certs.Verify(h.ctx, code); !errs.Is(err, errs.NotFound) {
			t.Errorf("%q: %v", code, err)
		}
	}
}

func TestAccess(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer, other := h.trainer(), h.trainer()
	event, list := h.event(trainer, 4)
	made, err := h.certs.Issue(h.ctx, trainer, of(event), nil)
	h.must(err)
	trainee := access.Actor{PersonID: list[0].PersonID, Grants: []access.Grant{{Role: access.Trainee, Scope: access.Global}}}
	for name, call := range map[string]func(a access.Actor) error{
		"board": func(a access.Actor) error { _, err := h.certs.Board(h.ctx, a, of(event)); return err },
		"issue": func(a access.Actor) error { _, err := h.certs.Issue(h.ctx, a, of(event), nil); return err },
		"print": func(a access.Actor) error {
			_, err := h.certs.Print(h.ctx, a, of(event), certificate.Listing{})
			return err
		},
		"revoke": func(a access.Actor) error { return h.certs.Revoke(h.ctx, a, of(event), made[0].ID, "x") },
	} {
		for _, a := range []access.Actor{other, trainee, {}} {
			if err := call(a); !errs.Is(err, errs.Forbidden) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if _, err := h.certs.Own(h.ctx, other, list[0].PersonID); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another's certificates: %v", err)
	}
}
