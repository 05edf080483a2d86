package app_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
)

// TestTheProgressOfACourse: counts by lesson and question, as far as the reader's people go; what fewer than five people answered is
// not told.
func TestTheProgressOfACourse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	o, err := h.Org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Association Nour"})
	h.must(err)
	answer := func(b *browser, slug, item, option string) {
		b.json("/courses/essai/"+slug+"/check", 200, map[string]any{"item": item, "c": []string{option}, "key": uuid.NewString(), "at": h.Now()}, nil)
	}
	for i, name := range []string{"Ayari", "Belhaj", "Chaabane", "Dridi", "Ezzine"} {
		in := o.ID
		if i > 2 {
			in = uuid.Nil
		}
		b := h.signedIn(h.reader(name, in))
		if i < 2 {
			answer(b, "01-un", "E-001", "b") // wrong first, right then
		}
		answer(b, "01-un", "E-001", "a")
		if i == 0 {
			answer(b, "01-un", "E-002", "a")
			answer(b, "02-deux", "E-003", "a")
			answer(b, "02-deux", "E-004", "a")
		}
	}
	page := "/courses/essai/progress"
	m := h.signedIn(h.person("Gharbi", access.Manager))
	m.contains(m.get(page, 200), "(1 sur 5)", "(3 sur 5)", "(5 sur 5)", "Moins de 5 personnes", "Leçon première")
	focal := h.person("Focal", "")
	h.must(h.Org.GrantRole(h.ctx, system, focal.ID, org.GrantInput{Role: access.FocalPoint, Scope: access.Organisation, ScopeID: o.ID}))
	f := h.signedIn(focal)
	body := f.get(page, 200).body
	if strings.Contains(body, "3 sur 5") || !strings.Contains(body, "(1 sur 3)") {
		t.Error("a focal point with three people reads how they answered, or other people's progress")
	}
	r := m.get("/courses/essai/progress.xlsx?lang=ar", 200)
	if !strings.Contains(r.Header.Get("Content-Disposition"), "essai-avancement-ar.xlsx") || len(r.body) < 6000 {
		t.Errorf("the workbook: %v, %d bytes", r.Header, len(r.body))
	}
	f.get("/courses/essai/progress.xlsx", 200)
	if n := h.one("SELECT string_agg(detail->>'rows', ' ' ORDER BY detail->>'rows') FROM audit.entry WHERE action = 'course.export'"); n != "3 5" {
		t.Errorf("rows in the audit: %s", n)
	}
	for _, role := range []access.Role{access.Trainee, access.Trainer, access.Observer, access.Admin} {
		b := h.signedIn(h.person("Autre "+string(role), role))
		b.get(page, 404)
		b.get("/courses/essai/progress.xlsx", 404)
	}
	m.get("/courses/none/progress", 404)
}
