package casework_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/casework/custody"
	"shelter/internal/db/dbtest"
	"shelter/internal/i18n"
)

// house is the case side over a database of its own, with the staff of two shelters.
type house struct {
	*casework.Service
	t     testing.TB
	db    *dbtest.DB
	keys  *custody.Keys
	ctx   context.Context
	clock time.Time

	a, b                      uuid.UUID // shelters
	worker, other, supervisor access.Actor
	officer, foreign, foreignSupervisor,
	admin access.Actor
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background(), clock: time.Now().UTC().Truncate(time.Second), a: uuid.New(), b: uuid.New()}
	keys, err := custody.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h.keys = keys
	h.Service = casework.New(h.db.Cases(), casework.Options{Keys: keys, Now: func() time.Time { return h.clock }})
	h.worker, h.other = staff(access.CaseWorker, h.a), staff(access.CaseWorker, h.a)
	h.supervisor, h.foreign, h.foreignSupervisor = staff(access.CaseSupervisor, h.a), staff(access.CaseWorker, h.b), staff(access.CaseSupervisor, h.b)
	h.officer = staff(access.ProtectionOfficer, uuid.Nil)
	h.admin = access.Actor{PersonID: uuid.New(), MFA: true, Grants: []access.Grant{{Role: access.Admin, Scope: access.Global}, {Role: access.Manager, Scope: access.Global}}}
	for _, a := range []access.Actor{h.worker, h.other, h.supervisor, h.foreign, h.foreignSupervisor, h.officer} {
		h.warrant(a)
	}
	return h
}

// warrant has the roles of somebody approved.
func (h *house) warrant(a access.Actor) {
	h.t.Helper()
	for _, g := range a.Grants {
		scope := ""
		if g.ID != uuid.Nil {
			scope = g.ID.String()
		}
		h.db.Warrant(a.PersonID.String(), string(g.Role), scope)
	}
}

func staff(r access.Role, owner uuid.UUID) access.Actor {
	g := access.Grant{Role: r, Scope: access.Shelter, ID: owner}
	if owner == uuid.Nil {
		g = access.Grant{Role: r, Scope: access.Global}
	}
	return access.Actor{PersonID: uuid.New(), MFA: true, Grants: []access.Grant{g}}
}

const canary = "Khadija Zgolli"

func (h *house) input(owner uuid.UUID) casework.CreateInput {
	return casework.CreateInput{Key: uuid.New(), OwnerID: owner, Alias: "Olivier", Sex: "f", AgeBand: "26-40", Nationality: "africa", Form: "domestic_servitude", Governorate: "TN-61",
		Source: "ngo", ReportedOn: h.day(0), Narrative: "CANARI récit de la personne", Mine: true,
		Identity: casework.Identity{FamilyName: "Zgolli", GivenName: "Khadija", Phone: "98 123 456", Document: "Passeport X-998877"}}
}

func (h *house) day(n int) time.Time {
	return i18n.Day(h.clock).AddDate(0, 0, n)
}

func (h *house) open(actor access.Actor, owner uuid.UUID) uuid.UUID {
	h.t.Helper()
	id, err := h.Create(h.ctx, actor, h.input(owner))
	h.must(err)
	return id
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) child(actor access.Actor, owner uuid.UUID) uuid.UUID {
	h.t.Helper()
	in := h.input(owner)
	in.AgeBand = "12-17"
	id, err := h.Create(h.ctx, actor, in)
	h.must(err)
	return id
}

func (h *house) consent(id uuid.UUID, change func(*casework.ConsentInput)) error {
	in := casework.ConsentInput{Key: uuid.New(), Purpose: "assistance", Categories: []string{"contact", "health"}, GivenBy: "person", Form: "written", Lang: "fr",
		GivenOn: h.day(0), ExpiresOn: h.day(90), Proof: casework.ConsentProof{Document: "classeur 3", Judge: "J-1"}}
	if change != nil {
		change(&in)
	}
	return h.AddConsent(h.ctx, h.worker, id, in)
}

// ready brings a file to the point where assistance may begin, but for the consent.
func (h *house) ready(id uuid.UUID) {
	h.t.Helper()
	h.must(h.SetElements(h.ctx, h.worker, id, []casework.Element{{Kind: "act", Item: "recruit", Status: "established", Source: "person"}}))
	h.must(h.SetState(h.ctx, h.worker, id, casework.Move{To: casework.Assessing}))
	h.must(h.Assess(h.ctx, h.worker, id, casework.AssessmentInput{Key: uuid.New(), Kind: "risk", Level: "high", ReviewOn: h.day(30), Text: "menaces"}))
	h.must(h.Assess(h.ctx, h.worker, id, casework.AssessmentInput{Key: uuid.New(), Kind: "needs", Text: "soins"}))
	h.must(h.AddGoal(h.ctx, h.worker, id, casework.GoalInput{Key: uuid.New(), Domain: "medical", Text: "bilan"}))
	h.must(h.ApprovePlan(h.ctx, h.supervisor, id))
}
