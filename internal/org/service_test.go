package org_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
)

var day = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

type house struct {
	*org.Service
	t   *testing.T
	db  *dbtest.DB
	ctx context.Context
	now time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, db: dbtest.New(t), ctx: context.Background(), now: day}
	h.Service = org.New(h.db.App(), func() time.Time { return h.now })
	return h
}

func (h *house) person(in org.PersonInput) org.Person {
	h.t.Helper()
	if in.FamilyName == "" {
		in.FamilyName = "Trabelsi"
	}
	p, err := h.CreatePerson(h.ctx, access.System("test"), in)
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// actor makes a person with a role and gives the actor that they are.
func (h *house) actor(role access.Role, scope access.ScopeKind, id uuid.UUID) access.Actor {
	h.t.Helper()
	p := h.person(org.PersonInput{FamilyName: "Actor"})
	if err := h.GrantRole(h.ctx, access.System("test"), p.ID, org.GrantInput{Role: role, Scope: scope, ScopeID: id}); err != nil {
		h.t.Fatal(err)
	}
	return access.Actor{PersonID: p.ID, Grants: []access.Grant{{Role: role, Scope: scope, ID: id}}}
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	if err := h.db.Owner().NewRaw(query, args...).Scan(h.ctx, &n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func (h *house) wantKind(err error, k errs.Kind, what string) {
	h.t.Helper()
	if !errs.Is(err, k) {
		h.t.Errorf("%s: got %v, want %s", what, err, k)
	}
}

func (h *house) wantField(err error, field, key string) {
	h.t.Helper()
	var e *errs.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			if f.Name == field && f.Key == key {
				return
			}
		}
	}
	h.t.Errorf("got %v, want %s at %s", err, key, field)
}

func TestCreatePerson(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	manager := h.actor(access.Manager, access.Global, uuid.Nil)
	in := org.PersonInput{ID: uuid.Must(uuid.NewV7()), FamilyName: "  Ben  Salah ", GivenName: "Salma", Sex: "f", CIN: "٠١٢٣٤٥٦٧",
		Phone: "22 345 678", Email: "Salma@Example.tn", BirthDate: time.Date(1985, 4, 12, 0, 0, 0, 0, time.UTC), Governorate: "TN-61", Lang: i18n.AR}
	p, err := h.CreatePerson(h.ctx, manager, in)
	if err != nil {
		t.Fatal(err)
	}
	got, err := h.Person(h.ctx, manager, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.FamilyName != "Ben Salah" || got.CIN != "01234567" || got.Phone != "+21622345678" || got.Email != "salma@example.tn" || got.Lang != i18n.AR || !got.BirthDate.Equal(in.BirthDate) {
		t.Errorf("stored %+v", got)
	}
	again, err := h.CreatePerson(h.ctx, manager, in)
	if err != nil || again.Code != p.Code {
		t.Errorf("the repeat of a request gave %v, %v, want %s", again.Code, err, p.Code)
	}
	if n := h.count("SELECT count(*) FROM audit.entry WHERE action = 'person.create' AND object_id = ?", p.ID.String()); n != 1 {
		t.Errorf("%d audit entries, want 1", n)
	}
	in.ID = uuid.Nil
	_, err = h.CreatePerson(h.ctx, manager, in)
	h.wantField(err, "cin", "people_error_cin_taken")
}

func TestCreatePersonRefusesBadInput(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	before := h.count("SELECT count(*) FROM org.person")
	_, err := h.CreatePerson(h.ctx, access.System("test"), org.PersonInput{Sex: "x", CIN: "123", Phone: "12", Email: "nobody", Governorate: "TN-99",
		BirthDate: day.AddDate(1, 0, 0)})
	for field, key := range map[string]string{"family_name": "error_required", "sex": "error_choice", "cin": "error_cin", "phone": "error_phone",
		"email": "error_email", "governorate": "error_choice", "birth_date": "people_error_birth"} {
		h.wantField(err, field, key)
	}
	if n := h.count("SELECT count(*) FROM org.person"); n != before {
		t.Errorf("%d persons, want %d", n, before)
	}
}

func TestPersonAccess(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mine, other := h.organisation("Association Amal"), h.organisation("Association Horizon")
	p := h.person(org.PersonInput{OrganisationID: mine})
	for name, c := range map[string]struct {
		actor      access.Actor
		view, edit bool
	}{
		"manager":               {h.actor(access.Manager, access.Global, uuid.Nil), true, true},
		"administrator":         {h.actor(access.Admin, access.Global, uuid.Nil), true, true},
		"own focal point":       {h.actor(access.FocalPoint, access.Organisation, mine), true, false},
		"other focal point":     {h.actor(access.FocalPoint, access.Organisation, other), false, false},
		"trainer":               {h.actor(access.Trainer, access.Global, uuid.Nil), false, false},
		"observer":              {h.actor(access.Observer, access.Global, uuid.Nil), false, false},
		"the person themselves": {access.Actor{PersonID: p.ID}, true, false},
		"visitor":               {access.Actor{}, false, false},
	} {
		_, err := h.Person(h.ctx, c.actor, p.ID)
		if (err == nil) != c.view {
			t.Errorf("%s views: %v, want allowed %v", name, err, c.view)
		}
		_, err = h.UpdatePerson(h.ctx, c.actor, p.ID, org.PersonInput{FamilyName: p.FamilyName, OrganisationID: mine, JobTitle: name})
		if (err == nil) != c.edit {
			t.Errorf("%s edits: %v, want allowed %v", name, err, c.edit)
		}
	}
}

func (h *house) organisation(name string) uuid.UUID {
	h.t.Helper()
	o, err := h.CreateOrganisation(h.ctx, access.System("test"), org.OrganisationInput{Name: name})
	if err != nil {
		h.t.Fatal(err)
	}
	return o.ID
}

func TestUpdatePersonSeesConcurrentChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{GivenName: "Ali"})
	h.now = h.now.Add(time.Minute)
	sys := access.System("test")
	in := org.PersonInput{FamilyName: "Gharbi", GivenName: "Ali", Seen: p.UpdatedAt}
	changed, err := h.UpdatePerson(h.ctx, sys, p.ID, in)
	if err != nil || changed.FamilyName != "Gharbi" || changed.Code != p.Code {
		t.Fatalf("%+v, %v", changed, err)
	}
	_, err = h.UpdatePerson(h.ctx, sys, p.ID, in)
	h.wantKind(err, errs.Conflict, "a change of an old version")
}

func TestManagerMayNotRedirectPrivilegedAccounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	manager := h.actor(access.Manager, access.Global, uuid.Nil)
	admin := h.actor(access.Admin, access.Global, uuid.Nil)
	trainer := h.actor(access.Trainer, access.Global, uuid.Nil)
	change := org.PersonInput{FamilyName: "Actor", Email: "mine@example.tn"}
	if _, err := h.UpdatePerson(h.ctx, manager, trainer.PersonID, change); err != nil {
		t.Errorf("a trainer's address: %v", err)
	}
	_, err := h.UpdatePerson(h.ctx, manager, admin.PersonID, change)
	h.wantKind(err, errs.Invalid, "an administrator's address")
	if _, err := h.UpdatePerson(h.ctx, manager, admin.PersonID, org.PersonInput{FamilyName: "Actor", JobTitle: "Directrice"}); err != nil {
		t.Errorf("an administrator's title: %v", err)
	}
	if _, err := h.UpdatePerson(h.ctx, admin, manager.PersonID, change); err != nil {
		t.Errorf("a manager's address by an administrator: %v", err)
	}
}

func TestPersonsWithinScopeAndSearch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	amal, horizon := h.organisation("Association Amal"), h.organisation("جمعية الأفق")
	salma := h.person(org.PersonInput{FamilyName: "Trabelsi", GivenName: "Salma", OrganisationID: amal, Phone: "22345678", Email: "salma@example.tn", Governorate: "TN-61"})
	chaaban := h.person(org.PersonInput{FamilyName: "شعبان", GivenName: "محمد", OrganisationID: horizon, CIN: "71234567"})
	manager := h.actor(access.Manager, access.Global, uuid.Nil)
	focal := h.actor(access.FocalPoint, access.Organisation, amal)
	for name, c := range map[string]struct {
		actor access.Actor
		f     org.PersonFilter
		want  []uuid.UUID
	}{
		"part of a name":              {manager, org.PersonFilter{Query: "trab"}, []uuid.UUID{salma.ID}},
		"two words, any order":        {manager, org.PersonFilter{Query: "salma TRABELSI"}, []uuid.UUID{salma.ID}},
		"two words, one wrong":        {manager, org.PersonFilter{Query: "salma gharbi"}, nil},
		"the other script":            {manager, org.PersonFilter{Query: "Mohamed Chaabane"}, []uuid.UUID{chaaban.ID}},
		"its own script":              {manager, org.PersonFilter{Query: "شعبان"}, []uuid.UUID{chaaban.ID}},
		"code":                        {manager, org.PersonFilter{Query: salma.Code[2:]}, []uuid.UUID{salma.ID}},
		"number":                      {manager, org.PersonFilter{Query: "22 345 678"}, []uuid.UUID{salma.ID}},
		"CIN":                         {manager, org.PersonFilter{Query: "71234567"}, []uuid.UUID{chaaban.ID}},
		"address":                     {manager, org.PersonFilter{Query: "salma@exam"}, []uuid.UUID{salma.ID}},
		"a per cent sign is a letter": {manager, org.PersonFilter{Query: "%%%"}, nil},
		"organisation":                {manager, org.PersonFilter{OrganisationID: horizon}, []uuid.UUID{chaaban.ID}},
		"governorate":                 {manager, org.PersonFilter{Governorate: "TN-61"}, []uuid.UUID{salma.ID}},
		"role":                        {manager, org.PersonFilter{Role: access.FocalPoint}, []uuid.UUID{focal.PersonID}},
		"focal point sees their own":  {focal, org.PersonFilter{}, []uuid.UUID{salma.ID}},
		"and nobody else's":           {focal, org.PersonFilter{Query: "شعبان"}, nil},
		"past the end":                {manager, org.PersonFilter{Query: "trab", Page: 9}, []uuid.UUID{salma.ID}},
	} {
		page, err := h.Persons(h.ctx, c.actor, c.f)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := ids(page.Rows); !sameIDs(got, c.want) || page.Total != len(c.want) {
			t.Errorf("%s: %d rows %v, total %d, want %v", name, len(got), got, page.Total, c.want)
		}
	}
	_, err := h.Persons(h.ctx, h.actor(access.Trainer, access.Global, uuid.Nil), org.PersonFilter{})
	h.wantKind(err, errs.Forbidden, "a trainer's list of everybody")
}

func ids(rows []org.PersonRow) []uuid.UUID {
	var out []uuid.UUID
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

func sameIDs(a, b []uuid.UUID) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestPickPersonsIsNoRegister(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person(org.PersonInput{FamilyName: "Trabelsi"})
	trainer := h.actor(access.Trainer, access.Global, uuid.Nil)
	for query, want := range map[string]int{"": 0, "t": 0, "trabelsi": 1} {
		rows, err := h.PickPersons(h.ctx, trainer, query)
		if err != nil || len(rows) != want {
			t.Errorf("%q: %d rows, %v, want %d", query, len(rows), err, want)
		}
	}
	_, err := h.PickPersons(h.ctx, h.actor(access.Trainee, access.Global, uuid.Nil), "trabelsi")
	h.wantKind(err, errs.Forbidden, "a trainee's search")
}

func TestOrganisationIsOneHoweverTyped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sys := access.System("test")
	first, err := h.CreateOrganisation(h.ctx, sys, org.OrganisationInput{Name: "MAS – CDIS Sfax", NameAR: "مركز الدفاع والإدماج الاجتماعي بصفاقس", Governorate: "TN-61"})
	if err != nil || first.Kind != org.KindMAS {
		t.Fatalf("%+v, %v", first, err)
	}
	_, err = h.CreateOrganisation(h.ctx, sys, org.OrganisationInput{Name: "MAS - CDIS Sfax"})
	h.wantField(err, "name", "people_error_organisation_known")
	for _, typed := range []string{"mas cdis sfax", "مركز الدفاع و الإدماج", "مركز الدفاع والادماج الاجتماعي بصفاقس"} {
		var o org.Org
		var created bool
		err := h.db.App().InTx(h.ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			o, created, err = h.EnsureOrganisationTx(ctx, tx, sys, org.OrganisationInput{Name: typed})
			return err
		})
		if known := typed != "مركز الدفاع و الإدماج"; err != nil || created == known || (o.ID == first.ID) != known {
			t.Errorf("%q: %v created %v, %v", typed, o.ID == first.ID, created, err)
		}
	}
}

func TestEnsureOrganisationTwiceAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var wg sync.WaitGroup
	got := make([]uuid.UUID, 4)
	for i := range got {
		wg.Go(func() {
			err := h.db.App().InTx(h.ctx, func(ctx context.Context, tx bun.Tx) error {
				o, _, err := h.EnsureOrganisationTx(ctx, tx, access.System("test"), org.OrganisationInput{Name: "Association Amal"})
				got[i] = o.ID
				return err
			})
			if err != nil {
				t.Errorf("import %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	for _, id := range got {
		if id == uuid.Nil || id != got[0] {
			t.Fatalf("four imports got %v", got)
		}
	}
}

func TestGrantRole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.actor(access.Admin, access.Global, uuid.Nil)
	amal := h.organisation("Association Amal")
	p := h.person(org.PersonInput{})
	good := org.GrantInput{Role: access.FocalPoint, Scope: access.Organisation, ScopeID: amal}
	for range 2 {
		if err := h.GrantRole(h.ctx, admin, p.ID, good); err != nil {
			t.Fatal(err)
		}
	}
	list, err := h.Grants(h.ctx, admin, p.ID)
	if err != nil || len(list) != 1 || list[0].ScopeName != "Association Amal" {
		t.Fatalf("%+v, %v", list, err)
	}
	if n := h.count("SELECT count(*) FROM audit.entry WHERE action = 'role.grant' AND object_id = ?", p.ID.String()); n != 1 {
		t.Errorf("%d audit entries, want 1", n)
	}
	for _, c := range []struct {
		in         org.GrantInput
		field, key string
	}{
		{org.GrantInput{Role: access.ProtectionOfficer, Scope: access.Organisation, ScopeID: amal}, "scope", "people_error_scope"},
		{org.GrantInput{Role: "king", Scope: access.Global}, "role", "error_choice"},
		{org.GrantInput{Role: access.FocalPoint, Scope: access.Global}, "scope", "people_error_scope"},
		{org.GrantInput{Role: access.FocalPoint, Scope: access.Organisation}, "scope_id", "error_required"},
		{org.GrantInput{Role: access.FocalPoint, Scope: access.Organisation, ScopeID: uuid.New()}, "scope_id", "error_choice"},
		{org.GrantInput{Role: access.Trainer, Scope: access.Workshop, ScopeID: uuid.New()}, "scope_id", "error_choice"},
	} {
		h.wantField(h.GrantRole(h.ctx, admin, p.ID, c.in), c.field, c.key)
	}
	manager := h.actor(access.Manager, access.Global, uuid.Nil)
	h.wantKind(h.GrantRole(h.ctx, manager, manager.PersonID, org.GrantInput{Role: access.Admin, Scope: access.Global}), errs.Forbidden, "a manager makes an administrator")
	h.wantKind(h.RevokeRole(h.ctx, manager, list[0].ID), errs.Forbidden, "a manager takes a role")
	if err := h.RevokeRole(h.ctx, admin, list[0].ID); err != nil {
		t.Fatal(err)
	}
	h.wantKind(h.RevokeRole(h.ctx, admin, list[0].ID), errs.NotFound, "taking it twice")
}

// TestLastAdminStays lets two administrators remove each other at the same time, several times over.
func TestLastAdminStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for range 5 {
		h.db.Exec("UPDATE org.role_grant SET revoked_at = now() WHERE role = 'admin'")
		a, b := h.actor(access.Admin, access.Global, uuid.Nil), h.actor(access.Admin, access.Global, uuid.Nil)
		var wg sync.WaitGroup
		for _, pair := range [][2]access.Actor{{a, b}, {b, a}} {
			g, err := h.Grants(h.ctx, a, pair[1].PersonID)
			if err != nil {
				t.Fatal(err)
			}
			wg.Go(func() { _ = h.RevokeRole(h.ctx, pair[0], g[0].ID) })
		}
		wg.Wait()
		if n := h.count("SELECT count(*) FROM org.role_grant WHERE role = 'admin' AND revoked_at IS NULL"); n != 1 {
			t.Fatalf("%d administrators are left, want 1", n)
		}
	}
}

func TestFindMatchTx(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{FamilyName: "Trabelsi", GivenName: "Salma", CIN: "01234567"})
	sys := access.System("test")
	ms, err := h.FindMatchesTx(h.ctx, h.db.App(), sys, []org.Candidate{
		{FamilyName: "Autre", GivenName: "Nom"}, {FamilyName: "Trabelsi", GivenName: "S", CIN: "01234567"},
	})
	if err != nil || ms[0].Found() || !ms[1].Certain || ms[1].Person.ID != p.ID {
		t.Errorf("%+v, %v", ms, err)
	}
	_, err = h.FindMatchTx(h.ctx, h.db.App(), h.actor(access.Trainee, access.Global, uuid.Nil), org.Candidate{CIN: "01234567"})
	h.wantKind(err, errs.Forbidden, "a trainee asks who is known")
}

func TestOwnContact(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	me := h.actor(access.Trainee, access.Global, uuid.Nil)
	_, err := h.UpdateOwnContactTx(h.ctx, h.db.App(), me, org.ContactInput{Phone: "1"})
	h.wantField(err, "phone", "error_phone")
	p, err := h.UpdateOwnContactTx(h.ctx, h.db.App(), me, org.ContactInput{Phone: "98 111 222", Email: "me@example.tn", Lang: i18n.AR})
	if err != nil || p.Phone != "+21698111222" || p.Lang != i18n.AR || p.FamilyName != "Actor" {
		t.Errorf("%+v, %v", p, err)
	}
	if err := h.SetLang(h.ctx, me, i18n.EN); err != nil {
		t.Fatal(err)
	}
	if own, err := h.OwnPerson(h.ctx, me); err != nil || own.Lang != i18n.EN || own.Phone != p.Phone {
		t.Errorf("%+v, %v", own, err)
	}
	_, err = h.OwnPerson(h.ctx, access.Actor{})
	h.wantKind(err, errs.Forbidden, "a visitor's own record")
}

// TestACaseRoleIsAskedFor: asking changes no role, once however often; only those may see it whom it waits for, and only the
// first officer waits for an administrator.
func TestACaseRoleIsAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.actor(access.Admin, access.Global, uuid.Nil)
	admin.MFA = true
	o, err := h.CreateOrganisation(h.ctx, admin, org.OrganisationInput{Name: "Association Amal"})
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.CreatePerson(h.ctx, admin, org.PersonInput{FamilyName: "Ayari", GivenName: "Salma"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		for _, in := range []org.GrantInput{{Role: access.CaseWorker, Scope: access.Organisation, ScopeID: o.ID}, {Role: access.ProtectionOfficer, Scope: access.Global}} {
			if err := h.GrantRole(h.ctx, admin, p.ID, in); err != nil {
				t.Fatal(err)
			}
		}
	}
	if list, err := h.Grants(h.ctx, admin, p.ID); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	list, err := h.PersonApprovals(h.ctx, admin, p.ID)
	if err != nil || len(list) != 2 || list[0].ScopeName != "Association Amal" || !list[0].Concerns(admin.PersonID) {
		t.Fatalf("%+v, %v", list, err)
	}
	if mine, err := h.Approvals(h.ctx, admin); err != nil || len(mine) != 1 || mine[0].Role != access.ProtectionOfficer {
		t.Errorf("%+v, %v", mine, err)
	}
	_, err = h.WaitingApproval(h.ctx, admin, list[0].ID)
	h.wantKind(err, errs.NotFound, "a worker's role waits for an administrator")
	if n, err := h.ApprovalsWaiting(h.ctx, admin); err != nil || n != 0 {
		t.Errorf("%d wait for the one who asked, %v", n, err)
	}
	for _, a := range []access.Actor{h.actor(access.Manager, access.Global, uuid.Nil), access.System("cli"), {}} {
		_, err := h.Approvals(h.ctx, a)
		h.wantKind(err, errs.Forbidden, "somebody else's list")
	}
}
