package app_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/workshop"
)

// TestAVisitorAsksForAPlaceByALink: made, shared, opened without an account, refused with what was typed, asked once, chosen, revoked.
func TestAVisitorAsksForAPlaceByALink(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	start := h.Now().AddDate(0, 0, 20)
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Victimes à Sfax", NeutralTitle: "Formation continue", Venue: "Hôtel Essai", Topics: "Secret"}, Start: start, Days: 1})
	h.must(err)
	h.must(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Open, ""))
	at := "/workshops/" + ev.ID.String()
	m, v := h.signedIn(h.person("Gharbi", access.Manager)), h.browser()
	r := m.get(at+"/links", 200)
	key := valueOf(t, r.body, "key")
	m.contains(m.post(at+"/links", 422, "key", key, "day", "2020-01-01", "most", "9999"), "f-day-error", "f-most-error", `value="9999"`)
	m.post(at+"/links", 303, "key", key, "day", start.AddDate(0, 0, -3).Format("2006-01-02"), "most", "2")
	r = m.get(at+"/links", 200)
	m.contains(r, "0 demandes sur 2", `class="qr"`, "Imprimer l&#39;affiche")
	ask := regexp.MustCompile(`/ask/[\w-]{22}`).FindString(r.body)
	poster := regexp.MustCompile(at + `/links/[0-9a-f-]+/print`).FindString(r.body)
	p := m.get(poster, 200)
	m.contains(p, "Formation continue", ask)
	m.lacks(p, "Victimes")

	r = v.get(ask, 200)
	v.contains(r, "Formation continue", "Hôtel Essai", `name="robots" content="noindex"`, "2004-63")
	v.lacks(r, "Victimes", "Secret", "W-20")
	form := []string{"key", valueOf(t, r.body, "key"), "family_name", "Mansouri", "given_name", "Leïla", "organisation", "Association Essai", "governorate", "TN-61", "phone", "98 000 101",
		"sex", "f", "birth_year", "1988"}
	r = v.post(ask, 422, form...)
	v.contains(r, "f-consent-error", `value="Mansouri"`, `value="98 000 101"`, `value="1988"`, `<option value="TN-61" selected`)
	for range 2 { // pressed twice
		if to := v.post(ask, 303, append(form, "consent", "on")...).Header.Get("Location"); to != ask+"?done=1" {
			t.Errorf("it leads to %s", to)
		}
	}
	v.contains(v.get(ask+"?done=1", 200), "Votre demande est arrivée")
	h.mustCount(0, `SELECT count(*) FROM org.person WHERE family_name = 'Mansouri'`)
	sel := m.get(at+"/selection", 200)
	m.contains(sel, "Demandes par lien", "Mansouri Leïla", "98 000 101", "A demandé")
	request := regexp.MustCompile(at + `/requests/[0-9a-f-]+`).FindString(sel.body)
	m.contains(m.post(request, 422, "decision", "refuse", "person", "new", "reason", ""), "Mansouri")
	m.contains(m.post(request, 422, "decision", "choose", "person", ""), "déjà connue ou une nouvelle")
	m.post(request, 303, "decision", "choose", "person", "new", "reason", "")
	m.contains(m.get(at+"/participants", 200), "Mansouri")
	h.mustCount(1, `SELECT count(*) FROM workshop.enrolment WHERE source = 'link' AND state = 'enrolled'`)

	m.contains(m.get(at+"/selection?by=together", 200), "Couverture équitable", "Tout ensemble", "Aucun atelier suivi")
	m.contains(m.get(at+"/selection?by=governorate", 200), "Personne de : ")
	// unknown, revoked and malformed: one answer
	link := strings.TrimSuffix(poster, "/print")
	m.post(link+"/revoke", 303)
	want := v.get("/ask/aaaaaaaaaaaaaaaaaaaaaa", 404).body
	for _, path := range []string{ask, "/ask/x", "/ask/" + strings.Repeat("b", 22)} {
		got := v.get(path, 404).body
		if clean := func(s, path string) string { return strings.ReplaceAll(s, path, "") }; clean(got, path) != clean(want, "/ask/aaaaaaaaaaaaaaaaaaaaaa") {
			t.Errorf("%s answers otherwise than an unknown link", path)
		}
		v.contains(v.post(path, 404, "key", uuid.NewString(), "family_name", "A"), "pas ouvert")
	}
	m.contains(m.get(poster, 409), "n&#39;est plus ouvert")
	for _, other := range []*browser{h.signedIn(h.person("Autre", access.Trainer)), h.signedIn(h.person("Stagiaire", access.Trainee)), h.signedIn(h.person("Bailleur", access.Observer))} {
		other.lacks(other.get(at+"/links", 404), ask)
		other.lacks(other.get(at+"/selection", 404), "Mansouri")
		other.post(at+"/links", 404, "key", uuid.NewString(), "day", "2030-01-01", "most", "2")
		other.post(link+"/revoke", 404)
		other.post(request, 404, "decision", "choose", "person", "new")
	}
}
