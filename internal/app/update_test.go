package app_test

import (
	"strings"
	"testing"

	"shelter/internal/access"
	"shelter/internal/i18n"
	"shelter/internal/org"
)

// TestAnUpdateThroughThePages: after a change the overview and the messages say who does not know of it, one button tells them, and
// the log says so; a cancelled event names those who are to be told otherwise.
func TestAnUpdateThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(h.atTen().AddDate(0, 0, 10))
	for _, p := range []org.PersonInput{{FamilyName: "Ayari", GivenName: "Salma", Email: "salma.ayari@exemple.test", Lang: i18n.FR}, {FamilyName: "Trabelsi", GivenName: "Amel"}} {
		_, err := h.Org.CreatePerson(h.ctx, system, p)
		h.must(err)
		b.post(at+"/participants", 303, "person", valueOf(t, b.get(at+"/participants?q="+p.FamilyName, 200).body, "person"))
	}
	b.post(at+"/state", 303, "state", "confirmed")
	page, update := at+"/messages", at+"/messages/update"
	b.post(page, 303, "kind", "invitation", "key", "018f4a3c-0000-7000-8000-0000000000b1", "do", "send")
	enrolment := h.one("SELECT e.id::text FROM workshop.enrolment e JOIN org.person p ON p.id = e.person_id WHERE p.family_name = 'Trabelsi'")
	b.post(page+"/given", 303, "kind", "invitation", "channel", "shared", "key", "018f4a3c-0000-7000-8000-0000000000b2", "enrolment", enrolment)
	const said = "a changé depuis les invitations"
	not := func(path, text string) {
		t.Helper()
		if strings.Contains(b.get(path, 200).body, text) {
			t.Errorf("%s says %q", path, text)
		}
	}
	not(at, said)
	h.db.Exec("UPDATE workshop.slot SET starts_at = starts_at + interval '30 minutes' WHERE id = (SELECT id FROM workshop.slot ORDER BY starts_at LIMIT 1)")
	h.db.Exec("UPDATE workshop.event SET version = version + 1") // as a change through the pages does
	for _, path := range []string{at, page} {
		b.contains(b.get(path, 200), said, "1 personne sera prévenue par courriel.", "1 personne sans adresse", update)
	}
	for _, role := range []access.Role{access.Trainer, access.Observer, access.Admin, access.Trainee} {
		h.signedIn(h.person("Autre "+string(role), role)).post(update, 404)
	}
	for range 2 {
		b.post(update, 303)
	}
	h.mustCount(1, "SELECT count(*) FROM jobs.message WHERE kind = 'workshop_update' AND recipient = 'salma.ayari@exemple.test'")
	b.contains(b.get(page, 200), "Mise à jour, courriel", "1 personne sans adresse")
	b.post(page+"/given", 303, "kind", "invitation", "channel", "letter", "key", "018f4a3c-0000-7000-8000-0000000000b3", "enrolment", enrolment)
	not(at, said)
	not(page, said)

	b.post(at+"/state", 303, "state", "cancelled", "reason", "Report")
	b.contains(b.get(at, 200), "à prévenir de l&#39;annulation", "1 personne invitée.")
	b.post(update, 303, "cancelled", "on")
	not(at, "à prévenir de l&#39;annulation")
}

// TestTheFrozenListThroughThePages: nothing at first, then what changed since, on the overview too; others find no page.
func TestTheFrozenListThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(h.atTen().AddDate(0, 0, 10))
	page := at + "/logistics"
	b.contains(b.get(at, 200), page)
	b.contains(b.get(page, 200), "Rien n&#39;est figé", "Figer la liste maintenant")
	for range 2 {
		b.post(page, 303)
	}
	h.mustCount(1, "SELECT count(*) FROM workshop.freeze")
	b.contains(b.get(page, 200), "Rien n&#39;a changé depuis", "Salma Formatrice")
	_, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Zouari <b>", GivenName: "Amel"})
	h.must(err)
	b.post(at+"/participants", 303, "person", valueOf(t, b.get(at+"/participants?q=Zouari", 200).body, "person"))
	b.contains(b.get(page, 200), "1 changement depuis", "Ajoutées depuis", "Zouari &lt;b&gt;")
	b.contains(b.get(at, 200), "La liste a changé depuis les réservations", "1 changement depuis")
	for _, role := range []access.Role{access.Trainer, access.Observer, access.Admin, access.Trainee} {
		who := h.signedIn(h.person("Autre "+string(role), role))
		if r := who.get(page, 404); strings.Contains(r.body, "Zouari") {
			t.Errorf("%s reads of a participant", role)
		}
		who.post(page, 404)
	}
	b.post(page, 303)
	h.mustCount(2, "SELECT count(*) FROM workshop.freeze")
	if strings.Contains(b.get(at, 200).body, "depuis les réservations") {
		t.Error("the overview still warns")
	}
}

// TestAnOfferIsLetGoWithAReason: it stands on the first page of whom it is for, and the reason is read by the trainer alone.
func TestAnOfferIsLetGoWithAReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(h.atTen().AddDate(0, 0, 10))
	p := h.person("Zouari", access.Trainee)
	b.post(at+"/participants", 303, "person", p.ID.String())
	b.post(at+"/state", 303, "state", "open")
	h.db.Exec("UPDATE workshop.enrolment SET state = 'offered', offer_ends_at = $1 WHERE person_id = $2", h.Now().AddDate(0, 0, 1), p.ID)
	own := h.signedIn(p)
	own.contains(own.get("/", 200), at+"/offer", "Motif (facultatif)", `name="answer" value="decline"`)
	own.post(at+"/offer", 422, "answer", "decline", "reason", strings.Repeat("x", 301))
	for range 2 {
		own.post(at+"/offer", 303, "answer", "decline", "reason", "Mission à l'étranger")
	}
	b.contains(b.get(at+"/participants", 200), "Mission à l&#39;étranger")
	if other := h.signedIn(h.person("Autre", access.Trainee)); strings.Contains(other.get("/", 200).body, "Mission") {
		t.Error("another reads the reason")
	}
}
