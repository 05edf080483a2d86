package app_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/workshop"
)

func TestATrainerEnrolsTheOwnWorkshopInACourse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.smallCourse()
	trainer, other := h.person("Formatrice", access.Trainer), h.person("Autre", access.Trainer)
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Atelier"}, Start: h.Now(), Days: 1, Trainers: []uuid.UUID{trainer.ID}})
	h.must(err)
	a, c := h.reader("Ayari", uuid.Nil), h.reader("Chaabane", uuid.Nil)
	stranger := h.reader("Dridi", uuid.Nil)
	_, err = h.Workshop.EnrolMany(h.ctx, system, ev.ID, []uuid.UUID{a.ID, c.ID}, workshop.EnrolOptions{})
	h.must(err)
	at := "/workshops/" + ev.ID.String()
	page, day := at+"/courses", h.day(5)
	b := h.signedIn(trainer)
	b.contains(b.get(at+"/participants", 200), page)
	r := b.get(page, 200)
	b.contains(r, "Ayari", "Chaabane", "Un essai")
	mustNot(t, r, "Dridi")
	b.contains(b.post(page, 422, "course", "essai", "due", day), "field-wrong", `value="`+day+`"`)
	b.contains(b.post(page, 422, "course", "essai", "due", "2020-01-01", "people", a.ID.String()), `value="2020-01-01"`, "field-wrong")
	b.post(page, 422, "course", "nulle-part", "people", a.ID.String())
	b.post(page, 404, "course", "essai", "people", stranger.ID.String())
	b.post(page, 303, "course", "essai", "due", day, "people", a.ID.String())
	if n := h.one("SELECT count(*)::text FROM course.enrolment WHERE way = 'workshop' AND due_on IS NOT NULL"); n != "1" {
		t.Errorf("%s enrolments", n)
	}
	own := h.signedIn(a)
	own.contains(own.get("/courses/essai", 200), "À terminer avant le")
	for _, x := range []*browser{h.signedIn(other), own, h.signedIn(h.person("Observatrice", access.Observer)), h.signedIn(h.person("Administratrice", access.Admin))} {
		mustNot(t, x.get(page, 404), "Chaabane")
		x.post(page, 404, "course", "essai", "people", c.ID.String())
	}
	m := h.signedIn(h.person("Gharbi", access.Manager))
	m.post(page, 303, "course", "essai", "people", c.ID.String())
	b.get("/courses/essai/people", 404) // who takes a course, and how far, stays with managers and focal points
}
