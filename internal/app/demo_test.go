package app_test

import (
	"slices"
	"strings"
	"testing"

	"shelter/internal/access"
	"shelter/internal/demo"
	"shelter/internal/errs"
)

// filledHouse is a house with the invented data of `shelter demo`.
func filledHouse(t *testing.T) (*house, demo.Result) {
	t.Helper()
	h := newHouse(t)
	if err := h.LoadCourses(h.ctx); err != nil {
		t.Fatal(err)
	}
	s, err := h.DemoServices(demo.NewClock(h.Now()))
	if err != nil {
		t.Fatal(err)
	}
	done, err := demo.Fill(h.ctx, s, demo.Options{Now: h.Now(), People: 80})
	if err != nil {
		t.Fatal(err)
	}
	return h, done
}

// TestDemoIsWhatScriptsRelyOn: an account for each role that signs in, workshops in every state, a closed one with marks and
// both tests, and nothing that could be taken for real.
func TestDemoIsWhatScriptsRelyOn(t *testing.T) {
	t.Parallel()
	h, done := filledHouse(t)
	for _, role := range access.Roles() {
		if !slices.ContainsFunc(done.Accounts, func(a demo.Account) bool { return a.Role == role && (a.TOTPSecret != "") == role.CaseRole() }) {
			t.Errorf("no account for %s", role)
		}
	}
	var states []string
	for _, w := range done.Workshops {
		states = append(states, w.State)
	}
	for _, s := range []string{"draft", "open", "confirmed", "running", "closed", "cancelled"} {
		if !slices.Contains(states, s) {
			t.Errorf("no workshop is %s", s)
		}
	}
	h.mustCount(0, "SELECT count(*) FROM org.organisation WHERE name !~* 'fictif|fictive'")
	h.mustCount(0, `SELECT count(*) FROM org.person WHERE coalesce(email, '') <> '' AND email NOT LIKE '%.test'`)
	h.mustCount(0, `SELECT count(*) FROM workshop.event e WHERE e.state = 'closed' AND NOT EXISTS (
		SELECT 1 FROM workshop.enrolment n JOIN workshop.mark m ON m.enrolment_id = n.id WHERE n.event_id = e.id)`)
	h.mustCount(0, `SELECT count(*) FROM workshop.event e WHERE e.state = 'closed' AND NOT EXISTS (
		SELECT 1 FROM survey.survey s WHERE s.event_id = e.id AND s.wave = 'end' AND s.state = 'closed' AND (SELECT count(*) FROM survey.receipt r WHERE r.survey_id = s.id) >= 5)`)
	h.mustCount(1, `SELECT least(1, count(*)) FROM exam.mark WHERE settles`)
	h.mustCount(1, `SELECT least(1, count(*)) FROM workshop.attendance WHERE source = 'self' AND NOT conflict`)
	h.mustCount(1, `SELECT least(1, count(*)) FROM workshop.signature WHERE signed`)
	h.mustCount(3, `SELECT count(*) FROM workshop.scan_page p JOIN workshop.event e ON e.id = p.event_id WHERE p.how = 'code' AND e.state = 'closed'`)
	h.mustCount(1, `SELECT count(*) FROM workshop.signature g JOIN workshop.enrolment n ON n.id = g.enrolment_id JOIN workshop.event e ON e.id = n.event_id
		JOIN workshop.attendance a ON a.enrolment_id = g.enrolment_id AND a.slot_id = g.slot_id
		WHERE e.state = 'closed' AND NOT g.signed AND a.status IN ('present', 'late', 'left_early')`)
	h.mustCount(1, `SELECT count(*) FROM workshop.freeze`)
	h.mustCount(1, `SELECT count(*) FROM workshop.screen_signature WHERE kind = 'typed'`)
	h.mustCount(1, `SELECT least(1, count(*)) FROM workshop.screen_signature WHERE kind = 'drawn'`)
	h.mustCount(2, `SELECT count(DISTINCT disclosed) FROM certificate.badge WHERE disclosed <> 'none'`)
	h.mustCount(1, `SELECT least(1, count(*)) FROM (SELECT attempt_id FROM exam.mark GROUP BY attempt_id HAVING count(*) = 2 AND count(DISTINCT levels) = 2) x`)
	checkFirstTrainee(t, h, done)
}

// checkFirstTrainee: an e-mail, a password that opens, and a place in a workshop that is still to come.
func checkFirstTrainee(t *testing.T, h *house, done demo.Result) {
	t.Helper()
	i := slices.IndexFunc(done.Accounts, func(a demo.Account) bool { return a.Role == access.Trainee })
	a := done.Accounts[i]
	if !strings.Contains(a.Login, "@") {
		t.Errorf("the first trainee signs in with %q, not an e-mail", a.Login)
	}
	h.mustCount(1, `SELECT least(1, count(*)) FROM workshop.enrolment n JOIN workshop.event e ON e.id = n.event_id JOIN org.person p ON p.id = n.person_id
		WHERE p.email = '`+a.Login+`' AND e.state IN ('open', 'confirmed')`)
	b := h.browser()
	b.post("/signin", 303, "login", a.Login, "password", a.Password)
	b.get("/", 200)
}

func TestDemoNeedsAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.person("Trabelsi", access.Manager)
	s, err := h.DemoServices(demo.NewClock(h.Now()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Fill(h.ctx, s, demo.Options{Now: h.Now(), People: 10}); !errs.Is(err, errs.Conflict) {
		t.Errorf("a database with people was filled: %v", err)
	}
}

// mustCount asks the database as its owner.
func (h *house) mustCount(want int, sql string) {
	h.t.Helper()
	var n int
	if err := h.db.Owner().NewRaw(sql).Scan(h.ctx, &n); err != nil {
		h.t.Fatal(err)
	}
	if n != want {
		h.t.Errorf("%d, want %d: %s", n, want, sql)
	}
}
