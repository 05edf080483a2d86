package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// open to more than the circle of a file, and none tells of one: the log shows everybody their own entries alone.
var openTables = []string{"audit", "seal", "controller", "warrant", "guard", "scale"}

func tryPolicies(l *lab) {
	l.staffed()
	l.filled()
	boss, other := l.of(l.b, "Chef", access.CaseSupervisor), l.of(l.a, "Autre", access.CaseWorker)
	l.seed()
	outside := map[string]map[string]string{
		"nobody": {}, "a worker of the other shelter": settings(l.foreign.ID, l.b, uuid.Nil), "its supervisor": settings(boss.ID, uuid.Nil, l.b),
		"a colleague": settings(other.ID, l.a, uuid.Nil), "the worker, in another shelter": settings(l.worker.ID, l.b, uuid.Nil), "the worker without second factor": settings(l.worker.ID, uuid.Nil, uuid.Nil),
		"somebody with no warrant": settings(uuid.New(), l.a, l.a),
	}
	shared := []string{"room", "bed", "stay", "incident", "incident_person"} // a shelter's staff see its beds and its register
	for l.n < l.count {
		for who, set := range outside {
			for _, table := range l.caseTables() {
				if slices.Contains(openTables, table) || (who == "a colleague" && slices.Contains(shared, table)) {
					continue
				}
				n := l.seen(table, set)
				l.saw(n != 0, "%s sees %d rows of %s", who, n, table)
			}
		}
	}
	if n := l.seen("file", settings(l.worker.ID, l.a, uuid.Nil)); n == 0 {
		l.t.Error("the worker sees no file: that nobody else does proves nothing")
	}
}

func settings(person, works, supervises uuid.UUID) map[string]string {
	m := map[string]string{"cases.actor": person.String()}
	if works != uuid.Nil {
		m["cases.works"] = works.String()
	}
	if supervises != uuid.Nil {
		m["cases.supervises"] = supervises.String()
	}
	return m
}

func plantPolicy(l *lab) { l.db.Exec("CREATE POLICY planted ON cases.file FOR SELECT USING (true)") }

func tryAdministrator(l *lab) {
	l.staffed()
	l.filled()
	admin := l.keyholder("Admin", access.Admin)
	l.seed()
	for _, table := range l.caseTables() {
		for _, verb := range []string{"SELECT 1 FROM cases.%s", "DELETE FROM cases.%s", "INSERT INTO cases.%s DEFAULT VALUES", "TRUNCATE cases.%s"} {
			_, err := l.db.App().Pool().Exec(l.ctx, fmt.Sprintf(verb, table))
			l.saw(!errs.Is(db.Translate(err), errs.Forbidden), verb+": %v", table, err)
		}
	}
	for l.n < l.count {
		th := fileThings(l.id())
		for _, r := range caseRoutes() {
			got := admin.ask(r.method, th.path(r.path), th.body(r.method+" "+r.path))
			l.saw(got.status != http.StatusNotFound || strings.Contains(got.body, l.code), "%s %s: %d", r.method, r.path, got.status)
		}
		for _, path := range []string{"/cases", "/cases/tasks", "/cases/house", "/cases/alarms", "/cases/new"} {
			l.saw(admin.ask(http.MethodGet, path, "").status != http.StatusNotFound, "%s opens", path)
		}
	}
}

func plantRight(l *lab) {
	var login string
	l.must(l.db.App().Pool().QueryRow(l.ctx, "SELECT current_user").Scan(&login))
	l.db.Exec("GRANT USAGE ON SCHEMA cases TO " + login + "; GRANT SELECT ON cases.file TO " + login + "; ALTER TABLE cases.file DISABLE ROW LEVEL SECURITY")
}

// tryForging: whatever the training side believes of somebody, and whatever settings a connection has, the policies look at warrants.
func tryForging(l *lab) {
	l.staffed()
	l.filled()
	admin := l.keyholder("Admin", access.Admin)
	l.colleague("Garde", access.ProtectionOfficer) // before there is one, an administrator approves the first
	l.must(l.Org.GrantRole(l.ctx, system, admin.ID, grantOf(access.CaseSupervisor, l.a)))
	l.seed()
	all := settings(admin.ID, l.a, l.a)
	for _, flag := range []string{"cases.officer", "cases.founding"} {
		all[flag] = "on"
	}
	insert := `INSERT INTO cases.warrant (id, person_id, role, scope_id, makers, approved_by, approved_at, founding) VALUES (gen_random_uuid(), $1, $2, $3, '{}', $4, now(), $5)`
	for l.n < l.count {
		for _, table := range l.caseTables() {
			if !slices.Contains([]string{"audit", "controller", "guard", "scale"}, table) {
				n := l.seen(table, all)
				l.saw(n != 0, "sees %d rows of %s", n, table)
			}
		}
		for _, role := range []access.Role{access.CaseWorker, access.CaseSupervisor, access.ProtectionOfficer} {
			for _, founding := range []bool{true, false} {
				for _, whom := range []uuid.UUID{admin.ID, uuid.New()} {
					var scope any
					if role != access.ProtectionOfficer {
						scope = l.a.String()
					}
					l.saw(l.freely(all, insert, whom.String(), string(role), scope, admin.ID.String(), founding), "makes a %s", role)
				}
			}
		}
		for _, sql := range []string{"UPDATE cases.warrant SET ended_at = NULL", "UPDATE cases.warrant SET person_id = person_id", "DELETE FROM cases.warrant"} {
			l.saw(l.freely(all, sql), "may %s", sql)
		}
		l.saw(admin.ask(http.MethodGet, "/cases", "").status != http.StatusNotFound, "the pages open")
		l.saw(admin.ask(http.MethodGet, l.file, "").status != http.StatusNotFound, "the file opens")
	}
}

func plantWarrants(l *lab) { l.db.Exec("ALTER TABLE cases.warrant DISABLE ROW LEVEL SECURITY") }

// tryGuardian: whatever a flagged guardian signs is refused, by the pages and by the database under the worker's own settings; what was
// signed before ends with the flag.
func tryGuardian(l *lab) {
	l.staffed()
	child := l.child()
	day := l.day(0)
	given := func(purpose, recipient, by string) url.Values {
		return url.Values{"purpose": {purpose}, "recipient": {recipient}, "categories": {"health"}, "given_by": {by}, "form": {"written"}, "lang": {"fr"}, "given_on": {day}, "expires_on": {l.day(90)}, "document": {"x"}, "judge": {"J-1"}}
	}
	if got := l.worker.ask(http.MethodPost, child+"/consents", given("referral", l.b.String(), "guardian_and_judge").Encode()); got.status != http.StatusSeeOther {
		l.t.Fatalf("guardian and judge: %d %s", got.status, textOf(got.body))
	}
	id := strings.TrimPrefix(child, "/cases/")
	consent := l.ofCases("SELECT id::text FROM cases.consent WHERE case_id = '" + id + "'")
	l.worker.post(child+"/referrals", 303, "type", "medical.dental", "consent", consent, "text", "soins")
	l.seed()
	l.worker.post(child+"/guardian", 303, "suspected", "on")
	l.saw(l.ofCases("SELECT count(*)::text FROM cases.referral WHERE case_id = '"+id+"' AND state IN ('sent', 'accepted')") != "0", "what the guardian let pass is still shared")
	l.saw(strings.Contains(l.foreign.ask(http.MethodGet, "/cases/incoming", "").body, "soins"), "the recipient still reads it")
	set := settings(l.worker.ID, l.a, uuid.Nil)
	insert := `INSERT INTO cases.consent (id, case_id, key, purpose, recipient_id, categories, given_by, form, lang, interpreter, given_on, expires_on, at, by_id, body)
		VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2, nullif($3, '')::uuid, '{health}', $4, 'written', 'fr', false, current_date, current_date + 90, now(), $5, '')`
	for l.n < l.count {
		for _, purpose := range []string{"assistance", "referral", "transfer", "return", "justice"} {
			recipient := l.b.String()
			if purpose == "assistance" {
				recipient = ""
			}
			for _, by := range []string{"guardian_and_judge", "person"} {
				got := l.worker.ask(http.MethodPost, child+"/consents", given(purpose, recipient, by).Encode())
				l.saw(got.status == http.StatusSeeOther, "%s by %s: the page takes it", purpose, by)
				l.saw(l.freely(set, insert, id, purpose, recipient, by, l.worker.ID.String()), "%s by %s: the database takes it", purpose, by)
			}
		}
		got := l.worker.ask(http.MethodPost, child+"/referrals", url.Values{"type": {"medical.dental"}, "consent": {consent}, "text": {"soins"}}.Encode())
		l.saw(got.status == http.StatusSeeOther, "a referral on what the guardian signed")
	}
}

func (l *lab) child() string {
	owner := l.a.String()
	return l.worker.post("/cases", 303, "owner", owner, "alias", "Jasmin", "sex", "f", "age_band", "12-17", "nationality", "tn", "form", "begging", "source", "ngo", "reported_on", l.day(0), "narrative", "x", "mine", "on").to()
}

func plantNoTrigger(l *lab) { l.db.Exec("ALTER TABLE cases.consent DISABLE TRIGGER consent_check") }

// tryDisclosure: without the law's reference, a recipient, a fresh code and another person's approval no name leaves.
func tryDisclosure(l *lab) {
	l.staffed()
	boss, officer := l.of(l.a, "Chef", access.CaseSupervisor), l.colleague("Garde", access.ProtectionOfficer)
	boss.back()
	ask := func(k *keyholder, pairs ...string) int {
		form := url.Values{"key": {uuid.NewString()}, "cases": {l.code}, "aim": {"police"}, "basis": {"law"}, "law": {"Art. 1"}, "recipient": {"Poste"}, "reason": {"x"}, "mode": {"phrase"}}
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return k.ask(http.MethodPost, "/cases/handouts", form.Encode()).status
	}
	if got := ask(boss, "code", boss.code()); got != http.StatusSeeOther {
		l.t.Fatalf("a whole request: %d", got)
	}
	if got := ask(officer, "code", officer.code()); got != http.StatusSeeOther {
		l.t.Fatalf("an officer's request: %d", got)
	}
	l.seed()
	id := func(of *keyholder) string {
		return l.ofCases("SELECT id::text FROM cases.handout WHERE asked_by = '" + of.ID.String() + "'")
	}
	decide := "UPDATE cases.handout SET decided_by = $2, decided_at = cases.clock(), decision = 'approved', expires_at = cases.clock() + interval '1 hour' WHERE id = $1"
	for l.n < l.count {
		for _, aim := range []string{"police", "court"} {
			for _, missing := range [][]string{{"basis", "consent"}, {"law", ""}, {"recipient", ""}, {"reason", ""}, {"code", ""}, {"code", "000000"}, {"basis", ""}, {"cases", ""}} {
				l.saw(ask(boss, append([]string{"aim", aim}, missing...)...) == http.StatusSeeOther, "%s with %v", aim, missing)
			}
			l.saw(ask(l.worker, "aim", aim) != http.StatusNotFound, "a worker asks")
		}
		for _, k := range []*keyholder{boss, officer, l.worker, l.foreign} {
			for _, of := range []*keyholder{boss, officer} {
				got := k.ask(http.MethodPost, "/cases/handouts/"+id(of)+"/file", "code="+k.code())
				l.saw(got.status == http.StatusOK, "%s fetches what nobody approved", k.FamilyName)
			}
		}
		got := officer.ask(http.MethodPost, "/cases/handouts/"+id(officer), "decision=approve&note=x&code="+officer.code())
		l.saw(got.status == http.StatusOK || got.status == http.StatusSeeOther, "an officer approves their own")
		for _, k := range []*keyholder{boss, officer} {
			set := settings(k.ID, uuid.Nil, l.a)
			if k == officer {
				set = map[string]string{"cases.actor": k.ID.String(), "cases.officer": "on"}
			}
			l.saw(l.changes(set, decide, id(k), uuid.NewString()) != 0, "%s decides their own in the database", k.FamilyName)
			l.saw(l.changes(set, "UPDATE cases.handout SET fetched_at = cases.clock() WHERE id = $1", id(k)) != 0, "%s fetches in the database", k.FamilyName)
		}
		boss.back()
		officer.back()
	}
}

func plantDecided(l *lab) {
	l.db.Exec("CREATE POLICY planted ON cases.handout FOR UPDATE USING (true) WITH CHECK (true)")
}

// changes counts the rows that the cases login changes under settings; it is taken back.
func (l *lab) changes(settings map[string]string, sql string, args ...any) int64 {
	tx, err := l.db.Cases().Pool().Begin(l.ctx)
	l.must(err)
	defer func() { _ = tx.Rollback(l.ctx) }()
	for k, v := range settings {
		_, err = tx.Exec(l.ctx, "SELECT set_config($1, $2, true)", k, v)
		l.must(err)
	}
	tag, err := tx.Exec(l.ctx, sql, args...)
	if err != nil {
		return 0
	}
	return tag.RowsAffected()
}
