package app_test

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/casework/custody"
	"shelter/internal/org"
)

// keyholder is somebody with a second factor, and their browser.
type keyholder struct {
	org.Person
	*browser
	h      *house
	secret string
}

// keyholder makes a person of a role with a second factor and signs them in.
func (e *estate) keyholder(family string, role access.Role) *keyholder {
	e.t.Helper()
	return e.holding(e.person(family, role))
}

// colleague makes somebody whose case role is approved, in an organisation of their own name, and signs them in.
func (e *estate) colleague(family string, role access.Role) *keyholder {
	e.t.Helper()
	k := e.holding(e.member(family, role))
	e.approved(k.Person, role)
	e.db.Exec("UPDATE org.person SET email = $1 WHERE id = $2::uuid", strings.ToLower(family)+"@exemple.test", k.ID.String())
	return k
}

func (e *estate) holding(p org.Person) *keyholder {
	e.t.Helper()
	k := &keyholder{Person: p, h: e.house}
	e.must(e.DB.InTx(e.ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		k.secret, err = e.Auth.SeedTOTPTx(ctx, tx, system, k.ID)
		return err
	}))
	k.back()
	return k
}

// back signs in anew.
func (k *keyholder) back() {
	k.browser = k.h.signedIn(k.Person)
	k.post("/account/verify", 303, "code", k.code())
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// code is a fresh code: the clock goes on, since one counts once.
func (k *keyholder) code() string {
	k.h.t.Helper()
	k.h.turn(time.Minute)
	code, err := totp.GenerateCode(k.secret, k.h.Now())
	k.h.must(err)
	return code
}

// waiting finds what waits about a person.
func (e *estate) waiting(p org.Person, kind string) (id, seen string) {
	e.t.Helper()
	id = e.one("SELECT id::text FROM org.approval WHERE person_id = $1 AND kind = $2 AND decided_at IS NULL", p.ID, kind)
	var a org.Approval
	if err := e.DB.NewSelect().Model(&a).Where("a.id = ?", id).Scan(e.ctx); err == nil {
		seen = a.Fingerprint()
	}
	return id, seen
}

// decide posts a decision about a person.
func (k *keyholder) decide(e *estate, about org.Person, kind, decision string, status int, code string, pairs ...string) reply {
	e.t.Helper()
	id, seen := e.waiting(about, kind)
	return k.post("/approvals/"+id, status, append([]string{"seen", seen, "decision", decision, "code", code}, pairs...)...)
}

// TestNobodyAloneOpensACase: an administrator who gives himself and a friend case roles gets 0 rows, in pages and as the training
// login; the first officer needs a second administrator, everybody else the officer, each with a fresh code.
func TestNobodyAloneOpensACase(t *testing.T) {
	t.Parallel()
	e := &estate{house: newHouse(t)}
	told := 0
	first, second := e.keyholder("Premier", access.Admin), e.keyholder("Second", access.Admin)
	worker, officer := e.keyholder("Ouvrier", access.Trainee), e.keyholder("Garde", access.Trainee)
	o, err := e.Org.CreateOrganisation(e.ctx, system, org.OrganisationInput{Name: "Centre Amal", Shelter: true})
	e.must(err)
	scope := "organisation:" + o.ID.String()
	for _, p := range []org.Person{first.Person, worker.Person} {
		first.post("/people/"+p.ID.String()+"/roles", 303, "role", "case_supervisor", "scope", scope)
	}
	first.post("/people/"+officer.ID.String()+"/roles", 303, "role", "protection_officer")
	if page := first.get("/people/"+officer.ID.String(), 200).body; !strings.Contains(page, "Attend une approbation") {
		t.Error("the page of the person does not say that the role waits")
	}
	for _, k := range []*keyholder{first, worker, officer} {
		k.get("/cases", 404)
	}
	for _, table := range []string{"file", "warrant", "data_key"} {
		if _, err := e.DB.Pool().Exec(e.ctx, "SELECT 1 FROM cases."+table); err == nil {
			t.Errorf("the training login reads cases.%s", table)
		}
	}

	// the first officer
	worker.get("/approvals", 404)
	first.decide(e, officer.Person, "role", "approve", 409, first.code())
	first.decide(e, worker.Person, "role", "approve", 404, first.code())
	list := second.get("/approvals", 200).body
	if !strings.Contains(list, "Garde") || strings.Contains(list, "Ouvrier") {
		t.Error("an administrator decides about the first officer and nobody else")
	}
	if body := second.decide(e, officer.Person, "role", "refuse", 422, "", "reason", "").body; !strings.Contains(body, `aria-invalid`) {
		t.Error("a refusal without reason and code is not shown again")
	}
	if body := second.decide(e, officer.Person, "role", "refuse", 422, "000000", "reason", "Pas de lettre de mission").body; !strings.Contains(body, "Pas de lettre de mission") || strings.Contains(body, `value="000000"`) {
		t.Error("the reason is lost, or the code is shown")
	}
	e.founded(second, officer)
	second.get("/cases", 404)
	officer.get("/cases", 200)
	second.decide(e, worker.Person, "role", "approve", 404, second.code())

	// the others
	e.db.Exec("UPDATE org.person SET email = 'garde@exemple.test' WHERE id = $1::uuid", officer.ID.String())
	for range 2 {
		e.must(e.DB.InTx(e.ctx, func(ctx context.Context, tx bun.Tx) error {
			people, err := e.Org.NoticeApprovalsTx(ctx, tx)
			if told += len(people); len(people) > 0 && people[0].ID != officer.ID {
				t.Errorf("%s is told", people[0].FamilyName)
			}
			return err
		}))
	}
	if told != 1 {
		t.Errorf("%d people were told of what waits, once", told)
	}
	if home := officer.get("/", 200).body; !strings.Contains(home, "2 demandes attendent") {
		t.Error("the first page does not say how many wait")
	}
	id, _ := e.waiting(worker.Person, "role")
	officer.post("/approvals/"+id, 409, "seen", "1", "decision", "approve", "code", officer.code())
	code := officer.code()
	officer.decide(e, worker.Person, "role", "approve", 303, code)
	worker.back()
	worker.get("/cases", 200)
	first.get("/cases", 404)
	officer.decide(e, first.Person, "role", "approve", 422, code) // a code counts once
	officer.decide(e, first.Person, "role", "refuse", 303, officer.code(), "reason", "Séparation des tâches")
	first.get("/cases", 404)
	e.mustCount(2, "SELECT count(*) FROM cases.warrant")
	e.mustCount(3, "SELECT count(*) FROM audit.entry WHERE action IN ('approval.approved', 'approval.refused')")
	e.suspension(first, officer, worker)
}

// founded: the first officer's role holds with two shares of the present set, and with nothing less.
func (e *estate) founded(admin, officer *keyholder) {
	e.t.Helper()
	folder := filepath.Join(e.Config.Data, app.KeyFolder)
	decide := func(status int, shares ...string) string {
		pairs := []string{}
		for i, s := range shares {
			pairs = append(pairs, "share_"+strconv.Itoa(i+1), s)
		}
		body := admin.decide(e, officer.Person, "role", "approve", status, admin.code(), pairs...).body
		officer.back()
		officer.get("/cases", map[bool]int{true: 200, false: 404}[status == 303])
		return body
	}
	if body := decide(422); !strings.Contains(body, "Aucune part de secours") {
		e.t.Error("nothing says that shares are to be made first")
	}
	keys, err := custody.Open(folder)
	e.must(err)
	old, err := keys.MakeRecovery(false)
	e.must(err)
	shares, err := keys.MakeRecovery(true)
	e.must(err)
	foreign, err := custody.Open(e.t.TempDir())
	e.must(err)
	theirs, err := foreign.MakeRecovery(false)
	e.must(err)
	for _, few := range [][]string{{}, {shares[0]}, {shares[1], ""}, {shares[0], shares[0]}, {old[0], old[1]}, {shares[0], old[1]}, {theirs[0], theirs[1]}, {shares[0], shares[1][:40]}} {
		if body := decide(422, few...); len(few) > 0 && strings.Contains(body, few[0]) {
			e.t.Error("a share is shown again")
		}
	}
	decide(303, strings.ToLower(shares[2]), shares[0])
	e.mustCount(1, "SELECT count(*) FROM cases.warrant WHERE founding")
}

// suspension: a second factor that was reset takes the case role until the officer approves; a refusal ends it.
func (e *estate) suspension(admin, officer, worker *keyholder) {
	e.t.Helper()
	reset := func() {
		e.t.Helper()
		admin.post("/people/"+worker.ID.String()+"/second-factor/reset", 303)
		e.must(e.DB.InTx(e.ctx, func(ctx context.Context, tx bun.Tx) (err error) {
			if _, err = tx.NewRaw("SELECT set_config('auth.own', ?, true)", worker.ID.String()).Exec(ctx); err == nil { // enrolled anew by whoever has the password
				worker.secret, err = e.Auth.SeedTOTPTx(ctx, tx, system, worker.ID)
			}
			return err
		}))
		worker.browser = e.signedIn(worker.Person)
		worker.post("/account/verify", 303, "code", worker.code())
		worker.get("/cases", 404)
	}
	reset()
	if page := officer.get("/approvals", 200).body; !strings.Contains(page, "Superviseur des dossiers") || !strings.Contains(page, "Premier") {
		e.t.Error("the list does not say which roles are suspended, and by whom")
	}
	officer.decide(e, worker.Person, "secret", "approve", 303, officer.code())
	worker.get("/cases", 200)
	reset()
	officer.decide(e, worker.Person, "secret", "refuse", 303, officer.code(), "reason", "Injoignable")
	worker.get("/cases", 404)
	e.mustCount(1, "SELECT count(*) FROM cases.warrant WHERE ended_at IS NULL")
	grant := e.one("SELECT id::text FROM org.role_grant WHERE role = 'protection_officer'")
	admin.post("/people/"+officer.ID.String()+"/roles/"+grant+"/revoke", 409)
	officer.get("/cases", 200)
}
