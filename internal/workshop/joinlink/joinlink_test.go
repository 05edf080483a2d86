package joinlink_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/internal/workshop/joinlink"
)

var (
	system = access.System("test")
	begins = time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)
)

type house struct {
	*joinlink.Service
	workshops *workshop.Service
	org       *org.Service
	t         *testing.T
	db        *dbtest.DB
	ctx       context.Context
	at        time.Time
	event     uuid.UUID
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func newHouse(t *testing.T, capacity int) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background(), at: begins.AddDate(0, 0, -10)}
	clock := func() time.Time { return h.at }
	h.org = org.New(h.db.App(), clock)
	h.workshops = workshop.New(h.db.App(), h.org, clock)
	h.Service = joinlink.New(h.db.App(), h.workshops, h.org, clock)
	ev, err := h.workshops.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Détection des victimes", NeutralTitle: "Formation continue", Capacity: capacity}, Start: begins, Days: 1})
	h.must(err)
	h.event = ev.ID
	h.must(h.workshops.SetState(h.ctx, system, ev.ID, workshop.Open, ""))
	return h
}

func (h *house) link(most int, auto bool) *joinlink.Link {
	h.t.Helper()
	key := uuid.New()
	for range 2 { // the form sent twice
		h.must(h.Make(h.ctx, system, h.event, joinlink.LinkInput{Key: key, Day: begins.AddDate(0, 0, -2), Most: most, Auto: auto}))
	}
	b, err := h.Links(h.ctx, system, h.event)
	h.must(err)
	return b.Link(key)
}

func someone(n int) joinlink.Input {
	return joinlink.Input{Key: uuid.New(), FamilyName: fmt.Sprintf("Demande%c", 'A'+n), GivenName: "Amel", Sex: "f", BirthYear: 1985, Phone: fmt.Sprintf("2234567%d", n),
		Organisation: "Association  Essai", Governorate: "TN-61", Lang: "fr", Consent: true}
}

func (h *house) requests() []joinlink.Asker {
	h.t.Helper()
	list, err := h.Requests(h.ctx, system, h.event)
	h.must(err)
	return list
}

// closed wants the one answer of all links that open nothing.
func (h *house) closed(what, token string) {
	h.t.Helper()
	_, err := h.Door(h.ctx, token)
	ask := h.Ask(h.ctx, token, someone(9))
	for _, err := range []error{err, ask} {
		if !errs.Is(err, errs.NotFound) || err.Error() != "joinlink: no such link" && errs.As(err).Error() != errs.As(h.Ask(h.ctx, "x", someone(9))).Error() {
			h.t.Errorf("%s: %v", what, err)
		}
	}
}

func TestALinkOpensUntilItIsOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 0)
	h.closed("unknown", "abcdefghijklmnopqrstuv")
	h.closed("no token", "")
	l := h.link(2, false)
	d, err := h.Door(h.ctx, l.Token)
	h.must(err)
	if d.Event.PrintTitle("fr") != "Formation continue" {
		t.Errorf("the title is %s", d.Event.PrintTitle("fr"))
	}
	first := someone(0)
	h.must(h.Ask(h.ctx, l.Token, first))
	h.must(h.Ask(h.ctx, l.Token, first)) // the same form again
	again := someone(0)
	h.must(h.Ask(h.ctx, l.Token, again)) // the same person again
	last := someone(1)
	h.must(h.Ask(h.ctx, l.Token, last))
	h.must(h.Ask(h.ctx, l.Token, last)) // its answer was lost, and the link is used up
	h.closed("used up", l.Token)
	if n := len(h.requests()); n != 2 {
		t.Fatalf("%d requests", n)
	}
	people, err := h.db.App().NewSelect().TableExpr("org.person").Count(h.ctx)
	h.must(err)
	if people != 0 {
		t.Errorf("asking registered %d people", people)
	}
	l = h.link(5, false)
	h.must(h.Revoke(h.ctx, system, h.event, l.ID))
	h.must(h.Revoke(h.ctx, system, h.event, l.ID))
	h.closed("revoked", l.Token)
	l = h.link(5, false)
	h.at = begins.AddDate(0, 0, -1)
	h.closed("over", l.Token)
	if err := h.Make(h.ctx, system, h.event, joinlink.LinkInput{Key: uuid.New(), Day: begins.AddDate(0, 0, -3), Most: 0}); err == nil || len(errs.As(err).Fields) != 2 {
		t.Errorf("a day gone and nobody: %v", err)
	}
	h.at = begins.Add(12 * time.Hour)
	if err := h.Make(h.ctx, system, h.event, joinlink.LinkInput{Key: uuid.New(), Day: begins.AddDate(0, 0, 5), Most: 5}); !errs.Is(err, errs.Conflict) {
		t.Errorf("after the start: %v", err)
	}
	stranger := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Trainer, Scope: access.Global}}}
	if _, err := h.Requests(h.ctx, stranger, h.event); !errs.Is(err, errs.Forbidden) {
		t.Errorf("another trainer: %v", err)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 0)
	l := h.link(5, false)
	in := joinlink.Input{Key: uuid.New(), BirthYear: 1700, Phone: "12", Governorate: "TN-99"}
	fields := errs.As(h.Ask(h.ctx, l.Token, in)).Fields
	seen := map[string]bool{}
	for _, f := range fields {
		seen[f.Name] = true
	}
	for _, name := range []string{"family_name", "given_name", "sex", "birth_year", "phone", "organisation", "governorate", "consent"} {
		if !seen[name] {
			t.Errorf("%s is not named", name)
		}
	}
	if len(fields) != 8 {
		t.Errorf("%+v", fields)
	}
}

func TestAChoiceMakesAPlaceAndNobodyTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 2)
	known, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "DemandeA", GivenName: "Amel", Phone: "22345670", BirthYear: 1985})
	h.must(err)
	l := h.link(10, false)
	for i := range 4 {
		h.at = h.at.Add(time.Second)
		h.must(h.Ask(h.ctx, l.Token, someone(i)))
	}
	list := h.requests()
	if m := list[0].Match; !m.Certain || m.Person.ID != known.ID || list[1].Match.Found() {
		t.Fatalf("recognised: %+v", m)
	}
	if _, err := h.Decide(h.ctx, system, h.event, list[3].ID, joinlink.Decision{}); err == nil || errs.As(err).Fields[0].Key != "error_required" {
		t.Errorf("a refusal without reason: %v", err)
	}
	h.must(func() error {
		_, err := h.Decide(h.ctx, system, h.event, list[3].ID, joinlink.Decision{Reason: "Hors public"})
		return err
	}())
	want := []workshop.EnrolState{workshop.Enrolled, workshop.Enrolled, workshop.Waiting}
	for i, d := range []joinlink.Decision{{Choose: true, Person: known.ID}, {Choose: true}, {Choose: true}} {
		state, err := h.Decide(h.ctx, system, h.event, list[i].ID, d)
		if h.must(err); state != want[i] {
			t.Errorf("%d: %s", i, state)
		}
	}
	_, err = h.Decide(h.ctx, system, h.event, list[0].ID, joinlink.Decision{Choose: true}) // pressed twice
	h.must(err)
	if _, err = h.Decide(h.ctx, system, h.event, list[0].ID, joinlink.Decision{Reason: "Non"}); !errs.Is(err, errs.Conflict) {
		t.Errorf("decided otherwise: %v", err)
	}
	people, err := h.db.App().NewSelect().TableExpr("org.person").Count(h.ctx)
	h.must(err)
	if people != 3 {
		t.Errorf("%d people are registered", people)
	}
	h.at = begins.AddDate(0, 0, 100)
	h.must(h.Forget(h.ctx, h.at.AddDate(0, 0, -90)))
	names := 0
	for _, a := range h.requests() {
		if a.FamilyName != "" {
			names++
		}
		if a.State == joinlink.Refused && (a.Phone != "" || a.Reason == "") {
			t.Errorf("forgotten: %+v", a.Request)
		}
	}
	if names != 3 {
		t.Errorf("%d names are left", names)
	}
}

func TestALinkGivesPlacesByItselfOnlyWhereItSaysSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 1)
	_, err := h.org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Autre", GivenName: "Sami", Phone: "22345672"})
	h.must(err)
	l := h.link(10, true)
	for i := range 3 { // a place, the waiting list, and one whose number somebody else has
		h.must(h.Ask(h.ctx, l.Token, someone(i)))
	}
	got := map[string]string{}
	for _, a := range h.requests() {
		got[a.FamilyName] = string(a.State) + " " + string(a.Place)
	}
	if got["DemandeA"] != "chosen enrolled" || got["DemandeB"] != "chosen waiting" || got["DemandeC"] != "asked " {
		t.Errorf("%v", got)
	}
}

func TestAStormOfRequestsIsAskedToComeBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, 0)
	l := h.link(200, false)
	for i := range 61 {
		in := someone(0)
		in.FamilyName, in.Phone, in.Email = "Personne", "", fmt.Sprintf("p%d@exemple.test", i)
		err := h.Ask(h.ctx, l.Token, in)
		if (i < 60) != (err == nil) || i == 60 && !errs.Is(err, errs.Throttled) {
			t.Fatalf("%d: %v", i, err)
		}
	}
	h.at = h.at.Add(61 * time.Minute)
	h.must(h.Ask(h.ctx, l.Token, someone(3)))
}
