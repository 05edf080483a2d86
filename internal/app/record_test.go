package app_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
)

// TestTheTrainingRecord: everything that a person did stands in it; a score is the person's when the form lets people see what was
// right, and otherwise only for those who may see the results of the workshop.
func TestTheTrainingRecord(t *testing.T) {
	t.Parallel()
	e := newEstate(t, access.Trainee)
	e.db.Exec(`UPDATE workshop.enrolment SET person_id = $1 WHERE id = $2`, e.own["person"], e.own["enrolment"])
	e.db.Exec(`UPDATE certificate.certificate SET person_id = $1 WHERE id = $2`, e.own["person"], e.own["certificate"])
	e.db.Exec(`UPDATE org.person SET organisation_id = $1 WHERE id = $2`, e.own["org"], e.own["person"])
	own, base := e.browser, "/people/"+e.own["person"]
	own.contains(own.get("/record", 200), "Mon parcours de formation", "demi-journées suivies sur", "Test d&#39;entrée", "Test remis", "Attestations")
	mustNot := func(b *browser, path string, secrets ...string) {
		t.Helper()
		body := b.get(path, 200).body
		for _, s := range secrets {
			if strings.Contains(body, s) {
				t.Errorf("%s says %q", path, s)
			}
		}
	}
	manager := e.signedIn(e.person("Gharbi", access.Manager))
	manager.contains(manager.get(base+"/record", 200), "En attente de correction")
	e.db.Exec(`UPDATE exam.attempt SET result = '[1, 0.5]', score = 1.5, max_score = 2 WHERE id = $1`, e.own["attempt"])
	manager.contains(manager.get(base+"/record", 200), "1,5 sur 2")
	focal := e.person("Focal", "")
	e.must(e.Org.GrantRole(e.ctx, system, focal.ID, org.GrantInput{Role: access.FocalPoint, Scope: access.Organisation, ScopeID: uuid.MustParse(e.own["org"])}))
	for _, b := range []*browser{own, e.signedIn(focal), e.signedIn(e.person("Chebbi", access.Admin))} {
		b.contains(b.get(base+"/record", 200), "Test remis")
		mustNot(b, base+"/record", "1,5 sur 2")
		mustNot(b, base+"/record/print", "1,5 sur 2")
	}
	e.db.Exec(`UPDATE exam.form SET settings = '{"review": "close"}'`)
	mustNot(own, "/record", "1,5 sur 2") // the test is still open
	e.db.Exec(`UPDATE exam.form SET settings = '{"review": "submit"}'`)
	own.contains(own.get("/record", 200), "1,5 sur 2")
	own.contains(own.get(base+"/record/print", 200), "1,5 sur 2", "Parcours de formation")
	r := own.get(base+"/record.xlsx?lang=ar", 200)
	if !strings.Contains(r.Header.Get("Content-Disposition"), "-parcours-ar.xlsx") || len(r.body) < 4000 {
		t.Errorf("the workbook: %v, %d bytes", r.Header, len(r.body))
	}
	own.get(base+"/record.xlsx?lang=xx", 422)
	if n := e.one(`SELECT count(*)::text FROM audit.entry WHERE action = 'record.export'`); n != "1" {
		t.Errorf("%s exports in the audit", n)
	}
	for _, role := range []access.Role{access.Trainee, access.Trainer, access.Observer} {
		b := e.signedIn(e.person("Autre "+string(role), role))
		for _, path := range []string{"/record", "/record/print", "/record.xlsx"} {
			b.get(base+path, 404)
		}
		mustNot(b, "/record", e.own["person"])
	}
}
