package app_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// TestAPlaceIsGivenBackThroughThePages: by the link of the message, without an account, and by the manager in somebody's name.
func TestAPlaceIsGivenBackThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m, v := h.signedIn(h.person("Gharbi", access.Manager)), h.browser()
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Victimes à Sfax", NeutralTitle: "Formation continue", Capacity: 1}, Start: h.Now().AddDate(0, 0, 20), Days: 1})
	h.must(err)
	h.must(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Open, ""))
	var ids []uuid.UUID
	for _, name := range []string{"Ayari", "Zoghlami"} {
		p, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: name, GivenName: "Amel", Email: strings.ToLower(name) + "@exemple.test"})
		h.must(err)
		ids = append(ids, p.ID)
	}
	list, err := h.Workshop.EnrolMany(h.ctx, system, ev.ID, ids, workshop.EnrolOptions{Full: workshop.WaitFull})
	h.must(err)
	at := "/workshops/" + ev.ID.String()
	var token, next string
	h.must(h.DB.NewRaw("SELECT answer_token FROM workshop.enrolment WHERE id = ?", list[0].EnrolmentID).Scan(h.ctx, &token))
	h.must(h.DB.NewRaw("SELECT answer_token FROM workshop.enrolment WHERE id = ?", list[1].EnrolmentID).Scan(h.ctx, &next))
	r := v.get("/answer/"+token, 200)
	v.contains(r, "Formation continue", "Vous avez une place", "Je ne peux pas venir", "noindex")
	v.lacks(r, "Victimes", "Ayari", "exemple.test", at)
	file := v.get("/answer/"+token+"/calendar.ics", 200)
	v.contains(file, "METHOD:PUBLISH", "SUMMARY:Formation continue")
	v.lacks(file, "Victimes", "ATTENDEE", "Ayari", "exemple.test")
	if n := strings.Count(file.body, "BEGIN:VEVENT"); n != 2 || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/calendar") {
		t.Errorf("%d half-days, %s", n, file.Header.Get("Content-Type"))
	}
	v.get("/answer/"+next+"/calendar.ics", 404) // waits for a place
	v.get("/answer/"+strings.Repeat("0", 32)+"/calendar.ics", 404)
	long := strings.Repeat("x", 301)
	v.contains(v.post("/answer/"+token, 422, "answer", "decline", "reason", long), "f-reason-error", long)
	v.post("/answer/"+token, 422, "answer", "x")
	v.post("/answer/"+token, 303, "answer", "decline", "reason", "Enfant malade")
	v.contains(v.get("/answer/"+token, 200), "Vous avez rendu votre place", "Enfant malade")
	v.get("/answer/"+token+"/calendar.ics", 404)
	v.contains(v.get("/answer/"+next, 200), "Prendre la place")
	v.get("/answer/"+strings.Repeat("0", 32), 404)
	m.contains(m.get(at+"/messages", 200), "A décliné par le lien", "Enfant malade")
	m.contains(m.get(at+"/participants", 200), "A décliné", "Enfant malade", "Noter un refus")
	second := at + "/participants/" + list[1].EnrolmentID.String()
	m.contains(m.post(second, 422, "state", "declined", "reason", " "), "Notez ce que la personne a dit")
	m.post(second, 303, "state", "declined", "reason", "Mission à l'étranger")
	m.contains(m.get(at+"/messages", 200), "noté par Salma Gharbi", "Mission à l&#39;étranger")
	v.contains(v.post("/answer/"+next, 409, "answer", "accept"), "rien à répondre")
	other := h.signedIn(h.person("Autre", access.Trainer))
	other.post(second, 404, "state", "declined", "reason", "x")
}
