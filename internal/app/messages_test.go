package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/programme"
)

// TestMessagesThroughThePages: a preview, a sending that is one however often it is pressed, letters, a text that was passed on, and
// the reminder's day; others find no page.
func TestMessagesThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	day := h.atTen().AddDate(0, 0, 10)
	trainer := h.person("Formatrice", access.Trainer)
	b := h.signedIn(trainer)
	at := b.create(day)
	for _, p := range []org.PersonInput{{FamilyName: "Ayari", GivenName: "Salma", Email: "salma.ayari@exemple.test", Lang: i18n.AR}, {FamilyName: "Trabelsi", GivenName: "Amel"}} {
		if _, err := h.Org.CreatePerson(h.ctx, system, p); err != nil {
			t.Fatal(err)
		}
		r := b.get(at+"/participants?q="+p.FamilyName, 200)
		b.post(at+"/participants", 303, "person", valueOf(t, r.body, "person"))
	}
	page := at + "/messages"
	b.contains(b.get(page, 200), "encore un brouillon")
	b.post(page, 409, "kind", "invitation", "key", "018f4a3c-0000-7000-8000-0000000000aa", "note", "Gardé", "do", "send")
	b.post(at+"/state", 303, "state", "confirmed")
	b.contains(b.get(at, 200), page)

	// the note is in the preview of each language, and a note that is too long is kept as typed
	r := b.get(page, 200)
	key := valueOf(t, r.body, "key")
	b.post(page, 303, "kind", "invitation", "key", key, "note", "Venez <b>tôt</b>", "do", "keep")
	r = b.get(page, 200)
	b.contains(r, "Invitation : « Détection à Sfax »", "دعوة: الرصد", "Invitation: “Détection à Sfax”", "Hôtel Syphax", "Venez &lt;b&gt;tôt&lt;/b&gt;", "Aucun serveur de courriel", "sans adresse")
	if strings.Contains(r.body, "<b>tôt") {
		t.Error("a note is written into the page as it is")
	}
	long := strings.Repeat("Très long. ", 60)
	b.contains(b.post(page, 422, "kind", "invitation", "key", key, "note", long, "do", "send"), strings.TrimSpace(long), "500")

	// pressed twice: one mail, in the reader's language, with the note
	for range 2 {
		b.post(page, 303, "kind", "invitation", "key", key, "note", "À lundi", "do", "send")
	}
	count := func(want int, sql string) {
		t.Helper()
		var n int
		if err := h.db.Owner().Pool().QueryRow(h.ctx, sql).Scan(&n); err != nil || n != want {
			t.Errorf("%s: %d, want %d, %v", sql, n, want, err)
		}
	}
	count(1, "SELECT count(*) FROM jobs.message WHERE kind = 'workshop_invitation' AND recipient = 'salma.ayari@exemple.test'")
	count(1, "SELECT count(*) FROM workshop.sending")
	r = b.get(page, 200)
	b.contains(r, "Invitation, courriel", "En attente", "Salma Formatrice", "ont déjà eu ce message.")

	// on paper and by hand: the letter names its reader alone, and printing notes nothing
	h.must(h.Programme.AddLogo(h.ctx, system, programme.LogoInput{Key: uuid.New(), Kind: "donor", Name: "Bailleur Essai", Data: []byte(drawn(t, 200, 100))}))
	paper := b.get(at+"/print/letters?kind=invitation&lang=ar", 200)
	b.contains(paper, `alt="Bailleur Essai"`, `dir="rtl" lang="ar"`, "Trabelsi", "دعوة: الرصد", "À lundi", "تحية طيبة Amel")
	for _, never := range []string{"Ayari", "salma.ayari@exemple.test", "Salma,"} {
		if strings.Contains(paper.body, never) {
			t.Errorf("the letters of those without an address hold %q", never)
		}
	}
	b.contains(b.get(at+"/print/letters?who=all", 200), "Ayari", "Trabelsi")
	count(1, "SELECT count(*) FROM workshop.sending")
	enrolment := h.one("SELECT e.id::text FROM workshop.enrolment e JOIN org.person p ON p.id = e.person_id WHERE p.family_name = 'Trabelsi'")
	for _, channel := range []string{"letter", "shared"} {
		key := map[string]string{"letter": "018f4a3c-0000-7000-8000-0000000000a1", "shared": "018f4a3c-0000-7000-8000-0000000000a2"}[channel]
		for range 2 {
			b.post(page+"/given", 303, "kind", "invitation", "channel", channel, "key", key, "enrolment", enrolment)
		}
	}
	count(3, "SELECT count(*) FROM workshop.sending")
	b.contains(b.get(page, 200), "Invitation, lettre", "Invitation, transmis")
	b.post(page+"/given", 422, "kind", "invitation", "channel", "mail", "key", key, "enrolment", enrolment)

	// the reminder says when it goes; what is no number of days is shown again
	b.contains(b.get(page+"?kind=reminder", 200), "Le rappel part le", h.App.Bundle.For(i18n.FR).Date(day.AddDate(0, 0, -3)))
	b.contains(b.post(page+"/reminder", 422, "days", "trois"), `value="trois"`, "de 0 à 30")
	b.post(page+"/reminder", 303, "days", "0")
	b.contains(b.get(page+"?kind=reminder", 200), "Aucun rappel ne part")
	b.contains(b.get(page+"?kind=followup", 200), "pas terminé")
	b.get(page+"?kind=spam", 404)

	for role, who := range map[string]*browser{"a stranger": h.signedIn(h.person("Autre", access.Trainer)), "an observer": h.signedIn(h.person("Observe", access.Observer))} {
		for _, path := range []string{page, at + "/print/letters?who=all"} {
			if r := who.get(path, 404); strings.Contains(r.body, "Trabelsi") {
				t.Errorf("%s reads of a participant at %s", role, path)
			}
		}
		who.post(page, 404, "kind", "invitation", "key", "018f4a3c-0000-7000-8000-0000000000a3", "do", "send", "again", "on")
		who.post(page+"/given", 404, "kind", "invitation", "channel", "shared", "key", "018f4a3c-0000-7000-8000-0000000000a4", "enrolment", enrolment)
		who.post(page+"/reminder", 404, "days", "1")
	}
	count(3, "SELECT count(*) FROM workshop.sending")
	h.shift.Add(int64((11 * 24 * time.Hour).Seconds()))
	b = h.signedIn(trainer)
	b.contains(b.get(page, 200), "a commencé")
	b.get(at+"/print/letters", 409)
}

// one gives the first column of a statement's first row.
func (h *house) one(sql string) (text string) {
	h.t.Helper()
	if err := h.db.Owner().Pool().QueryRow(h.ctx, sql).Scan(&text); err != nil {
		h.t.Fatal(err)
	}
	return text
}
