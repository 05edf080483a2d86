package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/org"
)

// reader makes a person of an organisation, with an address.
func (h *house) reader(family string, organisation uuid.UUID) org.Person {
	h.t.Helper()
	p := h.person(family, access.Trainee)
	h.db.Exec(`UPDATE org.person SET organisation_id = nullif($1, $4::uuid), email = $2 WHERE id = $3`, organisation, strings.ToLower(family)+"@exemple.test", p.ID, uuid.Nil)
	return p
}

func TestEnrolmentThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	o, err := h.Org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Association Nour"})
	h.must(err)
	a, b := h.reader("Ayari", o.ID), h.reader("Belhaj", o.ID)
	stranger := h.reader("Chaabane", uuid.Nil)
	focal := h.person("Dridi", "")
	h.must(h.Org.GrantRole(h.ctx, system, focal.ID, org.GrantInput{Role: access.FocalPoint, Scope: access.Organisation, ScopeID: o.ID}))
	m, f := h.signedIn(h.person("Gharbi", access.Manager)), h.signedIn(focal)
	page, day := "/courses/essai/people", h.day(5)

	f.post(page, 303, "way", "organisation", "organisation", o.ID.String(), "due", day)
	f.contains(f.get(page, 200), "Ayari", "Belhaj", "Pas commencé", "Retirer")
	if body := f.get(page+"?q=chaabane", 200).body; strings.Contains(body, stranger.Code) || !strings.Contains(body, "Personne ne correspond") {
		t.Error("a focal point finds people of others")
	}
	f.post(page, 404, "way", "person", "people", stranger.ID.String())
	f.post(page, 404, "way", "link")
	m.contains(m.post(page, 422, "way", "organisation", "organisation", o.ID.String(), "due", "2020-01-01"), "Choisissez aujourd", `value="2020-01-01"`, `value="`+o.ID.String()+`" selected`)
	m.contains(m.post(page, 422, "way", "workshop"), `field-wrong`)
	m.contains(m.get(page+"?q=chaabane", 200), stranger.Code)
	m.post(page, 303, "way", "person", "people", stranger.ID.String())
	if body := f.get(page, 200).body; strings.Contains(body, "Chaabane") {
		t.Error("a focal point sees people of others on the list")
	}
	own := h.signedIn(a)
	own.contains(own.get("/courses", 200), "À terminer avant le")
	own.contains(own.get("/courses/essai", 200), "À terminer avant le")
	f.post(page+"/"+stranger.ID.String()+"/withdraw", 404)
	f.post(page+"/"+b.ID.String()+"/withdraw", 303)
	for _, role := range []access.Role{access.Trainee, access.Trainer, access.Observer, access.Admin} {
		x := h.signedIn(h.person("Autre "+string(role), role))
		x.get(page, 404)
		x.post(page, 404, "way", "person", "people", a.ID.String())
		if strings.Contains(x.get("/courses/essai", 200).body, page) {
			t.Errorf("%s is led to a page that is not theirs", role)
		}
	}
	m.post(page, 303, "way", "link", "due", day)
	token := h.one("SELECT token FROM course.link")
	m.contains(m.get(page, 200), "/enrol/"+token)
	guest := h.signedIn(h.person("Ezzine", access.Trainee))
	guest.contains(guest.get("/enrol/"+token, 200), "Un essai", "inscrire")
	if to := guest.post("/enrol/"+token, 303).to(); to != "/courses/essai" {
		t.Errorf("goes to %q", to)
	}
	m.post("/courses/essai/links/"+token+"/close", 303)
	guest.get("/enrol/"+token, 404)
	guest.post("/enrol/"+token, 404)
}

// TestRemindersLeaveOnce: before the date of a course to those who have not finished it, and before a competency ends.
func TestRemindersLeaveOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	o, err := h.Org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Association Nour"})
	h.must(err)
	h.reader("Ayari", o.ID)
	b := h.reader("Belhaj", o.ID)
	h.reader("Sans", uuid.Nil)
	done := h.signedIn(b)
	for _, q := range []string{"01-un/E-001", "01-un/E-002", "02-deux/E-003", "02-deux/E-004"} {
		slug, code, _ := strings.Cut(q, "/")
		done.json("/courses/essai/"+slug+"/check", 200, map[string]any{"item": code, "c": []string{"a"}, "key": uuid.NewString(), "at": h.Now()}, nil)
	}
	_, err = h.Course.Enrol(h.ctx, system, "essai", course.EnrolInput{Way: course.ByOrganisation, Organisation: o.ID, DueOn: h.Now().AddDate(0, 0, 20)})
	h.must(err)
	sent := func(kind string) string {
		return h.one("SELECT coalesce(string_agg(recipient, ' ' ORDER BY recipient), '') FROM jobs.message WHERE kind = '" + kind + "'")
	}
	if got := sent("course_enrolled"); got != "ayari@exemple.test belhaj@exemple.test" {
		t.Errorf("told of the enrolment: %q", got)
	}
	tick := func() {
		t.Helper()
		for range 2 {
			h.must(h.Course.Tick(h.ctx))
		}
	}
	if tick(); sent("course_due") != "" {
		t.Error("a reminder left three weeks before")
	}
	h.shift.Add(int64((14 * 24 * time.Hour).Seconds()))
	if tick(); sent("course_due") != "ayari@exemple.test" {
		t.Errorf("reminded of the date: %q", sent("course_due"))
	}
	if sent("course_renewal") != "" {
		t.Error("a competency of a year is to be renewed after two weeks")
	}
	h.shift.Add(int64((310 * 24 * time.Hour).Seconds()))
	if tick(); sent("course_renewal") != "belhaj@exemple.test" {
		t.Errorf("reminded of the renewal: %q", sent("course_renewal"))
	}
}
