package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
)

// The ids of a small world: the actor's own things and somebody else's.
var (
	me, other       = uuid.New(), uuid.New()
	myOrg, otherOrg = uuid.New(), uuid.New()
	myShop          = uuid.New()
)

// expected is written by hand: for each role, what it may do on its own person, within its scope, and on anything else.
// An action that is not named is refused. "all" holds for every signed-in person.
var expected = map[string]struct{ own, scoped, other, opened string }{
	"all": {
		own:    "account.own training.own course.view workshop.list person.view",
		scoped: "course.view workshop.list",
		other:  "course.view workshop.list",
	},
	"trainee":     {},
	"focal_point": {own: "person.list nomination.make course.enrol", scoped: "person.list person.view nomination.make course.enrol", other: "person.list"},
	"trainer": {
		own: "attendance.period course.manage question.edit workshop.create person.create",
		scoped: "attendance.period course.manage question.edit workshop.create person.create workshop.view workshop.edit participant.edit attendance.mark attendance.export " +
			"slip.print test.run test.mark test.regrade test.results certificate.issue survey.run survey.results",
		other: "attendance.period course.manage question.edit workshop.create person.create",
	},
	"manager": {
		own: managerMay, scoped: managerMay, other: managerMay,
	},
	"case_worker": {
		own:    workerMay + "case.create case.view case.identity case.edit",
		scoped: workerMay + "case.create", other: workerMay, opened: workerMay + "case.view case.identity",
	},
	"case_supervisor": {
		own: supervisorMay + supervisedMay, scoped: supervisorMay + supervisedMay, other: supervisorMay, opened: supervisorMay + "case.view case.identity",
	},
	"protection_officer": {own: officerMay, scoped: officerMay, other: officerMay, opened: officerMay},
	"observer":           {own: "programme.view", scoped: "programme.view", other: "programme.view"},
	"admin":              {own: adminMay, scoped: adminMay, other: adminMay},
}

const (
	workerMay     = "case.enter case.open "
	supervisorMay = "case.enter case.open case.count case.handout case.team "
	supervisedMay = "case.create case.view case.identity case.edit case.decide case.trace case.retain case.import"
	officerMay    = "case.team case.retain case.approve case.handout case.enter case.view case.identity case.trace case.review case.count"

	managerMay = "signing.allow case.count course.manage course.alone course.enrol question.edit person.list person.view person.edit person.create person.invite organisation.view organisation.edit workshop.create " +
		"workshop.view workshop.edit participant.edit attendance.mark attendance.export slip.print test.run test.mark test.regrade test.results " +
		"certificate.issue survey.run survey.results programme.view programme.detail programme.edit logo.edit attendance.period"
	adminMay = "badge.rotate officer.found person.list person.view person.edit person.create person.invite role.grant organisation.view organisation.edit"
)

func actor(role access.Role) access.Actor {
	g := access.Grant{Role: role, Scope: access.Global}
	switch role {
	case access.FocalPoint:
		g = access.Grant{Role: role, Scope: access.Organisation, ID: myOrg}
	case access.CaseWorker, access.CaseSupervisor:
		g = access.Grant{Role: role, Scope: access.Shelter, ID: myOrg}
	}
	return access.Actor{PersonID: me, OrganisationID: myOrg, MFA: true, Grants: []access.Grant{g}}
}

var resources = map[string]access.Resource{
	"own":    {PersonID: me, OrganisationID: myOrg, ShelterID: myOrg, WorkerID: me},
	"scoped": {PersonID: other, OrganisationID: myOrg, ShelterID: myOrg, WorkerID: other, WorkshopID: myShop, Trainers: []uuid.UUID{other, me}},
	"opened": {OrganisationID: otherOrg, ShelterID: otherOrg, WorkerID: other, OpenedBy: me}, // a case opened in an emergency
	"other":  {PersonID: other, OrganisationID: otherOrg, WorkshopID: uuid.New(), Trainers: []uuid.UUID{other}},
}

func TestEveryRoleActionAndScope(t *testing.T) {
	t.Parallel()
	for _, role := range access.Roles() {
		exp, ok := expected[string(role)]
		if !ok {
			t.Fatalf("role %s has no expectation", role)
		}
		all := expected["all"]
		for scope, allowed := range map[string]string{"own": exp.own + " " + all.own, "scoped": exp.scoped + " " + all.scoped, "other": exp.other + " " + all.other} {
			checkScope(t, role, scope, strings.Fields(allowed))
		}
	}
}

func checkScope(t *testing.T, role access.Role, scope string, allowed []string) {
	t.Helper()
	may := map[string]bool{}
	for _, a := range allowed {
		may[a] = true
	}
	for _, act := range access.Actions() {
		err := access.Can(actor(role), act, resources[scope])
		if may[string(act)] != (err == nil) {
			t.Errorf("%s on %s things: %s allowed = %v, expected %v", role, scope, act, err == nil, may[string(act)])
		}
	}
}

// TestEveryRowIsNeeded: whichever row of the table goes, the expectations above no longer hold.
func TestEveryRowIsNeeded(t *testing.T) {
	t.Parallel()
	rows := 0
	for _, act := range access.Actions() {
		for i := range access.Rows(act) {
			rows++
			if !missed(act, i) {
				t.Errorf("nothing misses row %d of %s", i, act)
			}
		}
	}
	if rows < 40 {
		t.Fatalf("looked at %d rows only", rows)
	}
}

// missed tells whether somebody who is expected to do a thing may not do it without the row.
func missed(act access.Action, row int) bool {
	for _, role := range access.Roles() {
		a := actor(role)
		a.MFA = true
		exp, all := expected[string(role)], expected["all"]
		for scope, may := range map[string]string{"own": exp.own + " " + all.own, "scoped": exp.scoped + " " + all.scoped, "other": exp.other + " " + all.other, "opened": exp.opened} {
			if slices.Contains(strings.Fields(may), string(act)) && !access.CanWithout(row, a, act, resources[scope]) {
				return true
			}
		}
	}
	return false
}

func TestEveryExpectedActionHasARow(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, a := range access.Actions() {
		known[string(a)] = true
	}
	for role, e := range expected {
		for _, a := range strings.Fields(e.own + " " + e.scoped + " " + e.other) {
			if !known[a] {
				t.Errorf("%s is expected to do %s, which no row allows", role, a)
			}
		}
	}
}

func TestVisitorMayNothing(t *testing.T) {
	t.Parallel()
	for _, act := range access.Actions() {
		for scope, r := range resources {
			if access.Can(access.Actor{}, act, r) == nil {
				t.Errorf("a visitor may %s on %s", act, scope)
			}
		}
	}
}

func TestSystemMayTheTrainingSideOnly(t *testing.T) {
	t.Parallel()
	if err := access.Can(access.System("cli"), access.WorkshopCreate, access.Resource{}); err != nil {
		t.Errorf("the command line cannot create a workshop: %v", err)
	}
	if err := access.Can(access.System("cli"), "case.view", access.Resource{}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("the command line opens a case: %v", err)
	}
}

func TestUnknownActionIsForbidden(t *testing.T) {
	t.Parallel()
	for _, role := range access.Roles() {
		if err := access.Can(actor(role), "no.such", resources["own"]); !errs.Is(err, errs.Forbidden) {
			t.Errorf("%s: %v", role, err)
		}
	}
}

// TestCasesNeedASecondFactor: without it every action on cases that a case role has asks for it, and none is done.
func TestCasesNeedASecondFactor(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, role := range []access.Role{access.CaseWorker, access.CaseSupervisor, access.ProtectionOfficer} {
		a := actor(role)
		a.MFA = false
		for _, act := range strings.Fields(expected[string(role)].own) {
			tried++
			if err := access.Can(a, access.Action(act), resources["own"]); !errs.Is(err, errs.NeedsMFA) {
				t.Errorf("%s without a second factor: %s gives %v", role, act, err)
			}
		}
	}
	if tried < 20 {
		t.Errorf("tried %d actions only", tried)
	}
}

// TestAnEmergencyOpensOneCase: what was opened is seen, and nothing else may be done with it.
func TestAnEmergencyOpensOneCase(t *testing.T) {
	t.Parallel()
	for _, role := range []access.Role{access.CaseWorker, access.CaseSupervisor, access.ProtectionOfficer, access.Trainer, access.Manager} {
		may := strings.Fields(expected[string(role)].opened)
		for _, act := range access.Actions() {
			if got, want := access.Can(actor(role), act, resources["opened"]) == nil, slices.Contains(may, string(act)); got != want && strings.HasPrefix(string(act), "case.") && act != access.CaseCount {
				t.Errorf("%s: %s on an opened case allowed = %v, expected %v", role, act, got, want)
			}
		}
	}
}
