package app_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/org"
)

// secondCourse publishes a course that asks for the small one first.
func (h *house) secondCourse() {
	h.t.Helper()
	c, problems, err := course.Read(smallCourse(), "essai")
	if err != nil || len(problems) > 0 {
		h.t.Fatal(problems, err)
	}
	files := map[string][]byte{}
	for name, body := range c.Files {
		text := strings.ReplaceAll(strings.ReplaceAll(string(body), "E-00", "S-00"), "Un essai", "La suite")
		text = strings.Replace(text, "code: essai\n", "code: suite\nprerequisites: [essai]\n", 1)
		files[strings.Replace(name, "essai/", "suite/", 1)] = []byte(text)
	}
	next, _ := course.Inspect("suite", files, nil)
	if _, err := h.Course.Publish(h.ctx, system, next); err != nil {
		h.t.Fatal(err)
	}
}

func TestACourseWaitsForTheOneBeforeIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	h.secondCourse()
	o, err := h.Org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Association Nour"})
	h.must(err)
	a, other := h.reader("Ayari", o.ID), h.person("Belhaj", access.Trainee)
	focal := h.person("Dridi", "")
	h.must(h.Org.GrantRole(h.ctx, system, focal.ID, org.GrantInput{Role: access.FocalPoint, Scope: access.Organisation, ScopeID: o.ID}))
	m, f, own := h.signedIn(h.person("Gharbi", access.Manager)), h.signedIn(focal), h.signedIn(a)
	const page, lesson = "/courses/suite/people", "/courses/suite/01-un"
	m.post(page, 303, "way", "person", "people", a.ID.String())

	if r := own.get(lesson, 303); r.to() != "/courses/suite" {
		t.Errorf("leads to %q", r.to())
	}
	r := own.get("/courses/suite", 200)
	own.contains(r, "dès que vous avez terminé", "/courses/essai")
	mustNot(t, r, lesson, "Garder sur ce téléphone", "/courses/suite/print")
	own.contains(own.get("/courses", 200), "après :")
	answer := map[string]any{"item": "S-001", "c": []string{"a"}, "key": uuid.NewString(), "at": h.Now()}
	own.json(lesson+"/check", 409, answer, nil)
	own.json(lesson+"/seen", 409, map[string]any{"place": "", "at": h.Now()}, nil)
	own.get("/courses/suite/print", 409)
	own.get("/courses/suite/keep", 409)
	if n := h.one("SELECT count(*)::text FROM course.learning"); n != "0" {
		t.Errorf("%s courses were begun", n)
	}
	h.signedIn(h.person("Formatrice", access.Trainer)).contains(h.signedIn(h.person("Formateur", access.Trainer)).get(lesson, 200), "Leçon première")

	lift := page + "/" + a.ID.String() + "/lift"
	for _, b := range []*browser{f, own, h.signedIn(other), h.signedIn(h.person("Autre", access.Trainer))} {
		b.post(lift, 404, "reason", "Parce que")
	}
	f.contains(f.get(page, 200), "Doit d&#39;abord terminer : Un essai")
	mustNot(t, f.get(page, 200), "/lift")
	m.contains(m.post(lift, 422, "reason", " "), "Doit d&#39;abord terminer", "field-wrong")
	m.contains(m.post(lift, 422, "reason", strings.Repeat("x", 501)), "xxxxx", "field-wrong")
	m.post(page+"/"+uuid.NewString()+"/lift", 404, "reason", "Parce que")
	m.post("/courses/essai/people/"+a.ID.String()+"/lift", 409, "reason", "Parce que")
	m.post(lift, 303, "reason", "Formation équivalente en 2025")
	m.post(lift, 303, "reason", "encore")
	m.contains(m.get(page, 200), "Condition levée", "Formation équivalente en 2025")
	own.contains(own.get(lesson, 200), "Leçon première")
	h.signedIn(other).get(lesson, 303)
}

func TestWhoFinishedTheFirstCourseGoesOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	p := h.person("Ayari", access.Trainee)
	b := h.signedIn(p)
	for _, l := range []struct{ slug, one, two string }{{"01-un", "E-001", "E-002"}, {"02-deux", "E-003", "E-004"}} {
		for _, item := range []string{l.one, l.two} {
			b.json("/courses/essai/"+l.slug+"/check", 200, map[string]any{"item": item, "c": []string{"a"}, "key": uuid.NewString(), "at": h.Now()}, nil)
		}
	}
	h.secondCourse()
	b.contains(b.get("/courses/suite/01-un", 200), "Leçon première")
	b.json("/courses/suite/01-un/seen", 204, map[string]any{"place": "", "at": h.Now()}, nil)
}
