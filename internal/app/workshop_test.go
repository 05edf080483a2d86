package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// create makes a workshop of two days through its form and gives its address.
func (b *browser) create(day time.Time) string {
	b.h.t.Helper()
	r := b.get("/workshops/new", 200)
	return b.post("/workshops", 303, "key", valueOf(b.h.t, r.body, "key"), "title", "Détection à Sfax", "title_ar", "الرصد", "kind", "workshop", "lang", "fr",
		"start", day.Format(time.DateOnly), "days", "2", "halves", "am", "am_start", "09:00", "am_end", "12:30", "am_minutes", "195",
		"pm_start", "13:30", "pm_end", "16:30", "pm_minutes", "165", "venue", "Hôtel Syphax", "capacity", "", "threshold", "80", "late_after", "15",
		"checkin_before", "45", "time_zone", "Africa/Tunis").to()
}

func valueOf(t testing.TB, body, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatalf("no input %q in the page", name)
	}
	return m[1]
}

// json posts a JSON document and reads the answer.
func (b *browser) json(path string, status int, body, answer any) {
	b.h.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		b.h.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(data)))
	r.Header.Set("Content-Type", "application/json")
	got := b.do(r, status)
	if answer != nil {
		if err := json.Unmarshal([]byte(got.body), answer); err != nil {
			b.h.t.Fatalf("%v in %s", err, got.body)
		}
	}
}

func TestOneWorkshopThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	day := h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	b.contains(b.get("/workshops", 200), "/workshops/new")
	at := b.create(day)
	b.contains(b.get(at, 200), "Détection à Sfax", "W-"+day.Format("2006")+"-001", "Hôtel Syphax", at+"/import")

	// people: a new one, the same form again, a known one by search
	r := b.get(at+"/participants", 200)
	pairs := []string{"key", valueOf(t, r.body, "key"), "family_name", "Ben Salah", "given_name", "Sami"}
	b.post(at+"/participants/new", 303, pairs...)
	b.post(at+"/participants/new", 303, pairs...)
	if _, err := h.Org.CreatePerson(h.ctx, system, org.PersonInput{FamilyName: "Trabelsi", GivenName: "آمال"}); err != nil {
		t.Fatal(err)
	}
	r = b.get(at+"/participants?q=trabelsi", 200)
	b.post(at+"/participants", 303, "person", valueOf(t, r.body, "person"))
	r = b.get(at+"/participants", 200)
	if n := strings.Count(r.body, `scope="row"`); n != 2 {
		t.Errorf("%d people on the list", n)
	}

	// states: confirmed, running; the wrong move is refused
	b.post(at+"/state", 409, "state", "closed")
	b.post(at+"/state", 303, "state", "confirmed")
	b.post(at+"/state", 303, "state", "running")

	// roll-call: leads to the half-day under way; a form without scripts marks what differs
	roll := b.get(at+"/rollcall", 303).to()
	r = b.get(roll, 200)
	rows := regexp.MustCompile(`data-roll-row="([^"]+)"`).FindAllStringSubmatch(r.body, -1)
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	b.post(roll, 303, "key", valueOf(t, r.body, "key"), "state-"+rows[0][1], "present")
	b.contains(b.get(roll, 200), `data-total="present">1<`, `data-total="unmarked">1<`)
	b.contains(b.get(roll+"/"+rows[0][1]+"/history", 200), "De « Non pointé » à « Présent »", "Salma Formatrice")

	b.post(roll, 303, "key", uuid.NewString(), "state-"+rows[1][1], "absent")
	if n := strings.Count(b.get(roll, 200).body, "hors de portée"); n != 1 {
		t.Errorf("%d people are told to have no way to the threshold, want 1", n)
	}

	// certificates: 4 half-days are needed; one does not do
	r = b.get(at+"/certificates", 200)
	if strings.Contains(r.body, "Délivrer") {
		t.Error("offers certificates that nobody has earned")
	}
	for _, sheet := range []string{"signatures", "badges"} {
		for lang, word := range map[string]string{"fr": `dir="ltr" lang="fr"`, "ar": `dir="rtl" lang="ar"`, "en": `dir="ltr" lang="en"`} {
			b.contains(b.get(at+"/print/"+sheet+"?lang="+lang, 200), word, "Ben Salah", "آمال")
		}
	}
	b.get(at+"/print/certificates", 404)
}

func TestWorkshopFormKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Cheffe", access.Manager))
	r := b.post("/workshops", 422, "title", "", "venue", "Salle des fêtes", "days", "99", "start", "demain", "threshold", "abc", "am_start", "25:00", "capacity", "beaucoup")
	b.contains(r, `value="Salle des fêtes"`, `value="demain"`, `value="beaucoup"`, "f-title-error", "f-start-error", "f-threshold-error", "f-am_start-error", "f-capacity-error")
	if p, _ := h.Workshop.List(h.ctx, system, workshop.Filter{}); len(p.Rows) != 0 {
		t.Error("a refused form made a workshop")
	}
	at := b.create(h.Now())
	r = b.post(at+"/slots", 422, "day", h.day(0), "half", "am", "start", "12:00", "end", "09:00", "minutes", "10", "topic", "Thème gardé")
	b.contains(r, `value="Thème gardé"`, "f-end-error")
	r = b.post(at+"/participants/new", 422, "family_name", "", "phone", "12", "job_title", "Juriste")
	b.contains(r, `value="Juriste"`, "f-family_name-error", "f-phone-error")
	r = b.post(at+"/edit", 422, "title", strings.Repeat("x", 201), "kind", "fête", "lang", "fr", "time_zone", "Africa/Tunis", "threshold", "0", "late_after", "15", "checkin_before", "45")
	b.contains(r, "f-title-error", "f-kind-error")
	b.post(at+"/state", 422, "state", "parti")
	b.post(at+"/state", 422, "state", "cancelled") // without a reason
	b.get("/workshops/"+uuid.NewString(), 404)
	b.get("/workshops/nothing", 404)
	b.contains(b.get("/workshops?from=hier&state=x&page=-1", 200), "f-from-error")
}

func TestMarksAreAcknowledgedOneByOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	day := h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(day)
	for _, name := range []string{"Un", "Deux"} {
		b.post(at+"/participants/new", 303, "family_name", name)
	}
	b.post(at+"/state", 303, "state", "confirmed")
	roll := b.get(at+"/rollcall", 303).to()
	rows := regexp.MustCompile(`data-roll-row="([^"]+)"`).FindAllStringSubmatch(b.get(roll, 200).body, -1)
	slot := roll[strings.LastIndex(roll, "/")+1:]
	mark := func(i int, status string) map[string]any {
		return map[string]any{"key": uuid.NewString(), "slot": slot, "enrolment": rows[i][1], "status": status, "at": h.Now().Format(time.RFC3339)}
	}
	var answer struct {
		Version int64
		Answers []struct {
			Key, Outcome, Error string
			Repeat              bool
			Cell                *struct{ Status string }
		}
	}
	batch := map[string]any{"device": "tablet", "sent_at": h.Now().Format(time.RFC3339), "marks": []any{mark(0, "late"), mark(1, "dreaming"), mark(1, "excused")}}
	for turn := range 2 {
		b.json(at+"/marks", 200, batch, &answer)
		if len(answer.Answers) != 3 || answer.Answers[0].Cell.Status != "late" || answer.Answers[1].Error == "" || answer.Answers[2].Error != "" || answer.Answers[0].Repeat != (turn == 1) {
			t.Errorf("turn %d: %+v", turn, answer)
		}
	}
	b.json(at+"/marks", 422, map[string]any{"marks": []any{}}, nil)
	b.json(at+"/marks", 422, map[string]any{"marks": "x"}, nil)

	req := httptest.NewRequest(http.MethodGet, roll+"/state", nil)
	first := b.do(req, 200)
	if !strings.Contains(first.body, `"late"`) || !strings.Contains(first.body, `"excused"`) {
		t.Errorf("state: %s", first.body)
	}
	again := httptest.NewRequest(http.MethodGet, roll+"/state", nil)
	again.Header.Set("If-None-Match", first.Header.Get("ETag"))
	b.do(again, 304)

	other := h.signedIn(h.person("Autre", access.Trainer))
	other.json(at+"/marks", 404, batch, nil)
	other.get(roll, 404)
	other.get(roll+"/state", 404)
	h.browser().json(at+"/marks", 401, batch, nil)
}

func TestBadgesAtTheDoor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	day := h.atTen()
	trainer := h.person("Formatrice", access.Trainer)
	b := h.signedIn(trainer)
	at := b.create(day)
	b.post(at+"/participants/new", 303, "family_name", "Ben Salah", "given_name", "Sami")
	b.post(at+"/state", 303, "state", "confirmed")
	id := uuid.MustParse(strings.TrimPrefix(at, "/workshops/"))
	v, err := h.Workshop.View(h.ctx, system, access.WorkshopView, id)
	if err != nil {
		t.Fatal(err)
	}
	p := v.People[0]
	r := b.get(at+"/scan", 200)
	b.contains(r, p.BadgeToken, "Prêt")
	if csp := r.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "wasm-unsafe-eval") {
		t.Errorf("the scanner's reader may not run: %s", csp)
	}
	var a struct{ Outcome, Title, Name, Text string }
	b.json(at+"/checkin", 200, map[string]any{"badge": "https://shelter.example/b/" + p.BadgeToken, "key": uuid.NewString()}, &a)
	if a.Outcome != "ok" || a.Name != "Ben Salah Sami" || !strings.Contains(a.Text, "En retard · 10:00") {
		t.Errorf("answer %+v", a)
	}
	r = b.post(at+"/scan", 200, "badge", strings.ToLower(p.BadgeCode))
	b.contains(r, "Déjà pointé")
	r = b.post(at+"/scan", 200, "badge", "AAAAAA")
	b.contains(r, "Badge ou code inconnu", `value="AAAAAA"`)

	// the address in the QR code: a trainer comes to the check-in, anybody else sees the same page for every token
	if to := b.get("/b/"+p.BadgeToken, 303).to(); to != at+"/scan?badge="+p.BadgeToken {
		t.Errorf("leads to %s", to)
	}
	visitor := h.browser()
	known, unknown := visitor.get("/b/"+p.BadgeToken, 200), visitor.get("/b/AAAAAAAAAAAAAAAAAAAAAA", 200)
	if strip(known.body) != strip(unknown.body) || strings.Contains(known.body, "Salah") {
		t.Error("the public page tells badges apart")
	}
}

// strip takes out the address of the page itself.
func strip(body string) string {
	return regexp.MustCompile(`/b/[A-Za-z0-9_-]+`).ReplaceAllString(body, "/b/")
}

func TestCertificatesThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	day := h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(day)
	b.post(at+"/participants/new", 303, "family_name", "Ben Salah", "given_name", "Sami")
	b.post(at+"/state", 303, "state", "confirmed")
	b.post(at+"/state", 303, "state", "running")
	id := uuid.MustParse(strings.TrimPrefix(at, "/workshops/"))
	v, err := h.Workshop.View(h.ctx, system, access.WorkshopView, id)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range v.Slots { // mornings only: two half-days
		roll := at + "/rollcall/" + s.ID.String()
		b.post(roll, 303, "key", uuid.NewString(), "state-"+v.People[0].EnrolmentID.String(), "present")
	}
	b.contains(b.get(at+"/certificates", 200), "Délivrer une attestation", "2 / 2", "80\u202f%")
	b.post(at+"/certificates", 303)
	number := fmt.Sprintf("A-%d-0001", day.Year())
	r := b.get(at+"/print/certificates?lang=ar", 200)
	b.contains(r, number, "Sami Ben Salah", "شهادة مشاركة", "الرصد")
	code := regexp.MustCompile(`[2-9A-Z]{5}-[2-9A-Z]{5}`).FindString(r.body)
	visitor := h.browser()
	r = visitor.get("/v/"+code, 200)
	visitor.contains(r, number, "Détection à Sfax", "Attestation valable")
	if strings.Contains(r.body, "Salah") {
		t.Error("the public check names the holder")
	}
	visitor.get("/v?code=2222222222", 404)
	visitor.get("/v", 200)
	revoke := regexp.MustCompile(`/workshops/[^"]+/revoke`).FindString(b.get(at+"/certificates", 200).body)
	b.post(revoke, 422, "reason", "")
	b.post(revoke, 303, "reason", "Nom mal orthographié")
	visitor.contains(visitor.get("/v/"+code, 200), "Attestation révoquée")
}

func TestWorkshopPagesSpeakThreeLanguages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	day := h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(day)
	b.post(at+"/participants/new", 303, "family_name", "Ben Salah")
	b.post(at+"/state", 303, "state", "confirmed")
	roll := b.get(at+"/rollcall", 303).to()
	pages := []string{"/workshops", "/workshops?q=zzz", "/workshops/new", at, at + "/edit", at + "/slots", at + "/participants", at + "/participants?q=zzz", roll, at + "/scan",
		at + "/certificates", at + "/print/signatures", at + "/print/badges", "/v", "/v/zzzzzzzzzz"}
	for lang, dir := range map[string]string{"fr": "ltr", "ar": "rtl", "en": "ltr"} {
		b.post("/language", 303, "lang", lang, "next", "/")
		for _, path := range pages {
			status := 200
			if strings.HasPrefix(path, "/v/") {
				status = 404
			}
			r := b.get(path, status) // fails on a key without text
			b.contains(r, `dir="`+dir+`" lang="`+lang+`"`)
			if strings.Contains(r.body, " style=") || strings.Contains(r.body, "onclick") {
				t.Errorf("%s has an inline style or script", path)
			}
		}
	}
}

// TestOverviewIsKeptByVersion: the body of the overview comes from the cache, and never an old one.
func TestOverviewIsKeptByVersion(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(h.Now())
	b.post(at+"/participants/new", 303, "family_name", "Zavantier")
	b.contains(b.get(at, 200), "Zavantier")
	id := uuid.MustParse(strings.TrimPrefix(at, "/workshops/"))
	v, err := h.Workshop.View(h.ctx, system, access.WorkshopView, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Org.UpdatePerson(h.ctx, system, v.People[0].PersonID, org.PersonInput{FamilyName: "Zapresien"}); err != nil {
		t.Fatal(err)
	}
	if r := b.get(at, 200); !strings.Contains(r.body, "Zapresien") || strings.Contains(r.body, "Zavantier") {
		t.Error("the overview shows the old name")
	}
	if r := h.signedIn(h.person("Cheffe", access.Manager)).get(at, 200); !strings.Contains(r.body, "Zapresien") {
		t.Error("a manager sees another page")
	}
	h.signedIn(h.person("Autre", access.Trainer)).get(at, 404)
}
