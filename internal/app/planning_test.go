package app_test

import (
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

// TestTwoManagersChangeOneWorkshop: the second is told, keeps every word, sees how the workshop stands, and may still have the last one.
func TestTwoManagersChangeOneWorkshop(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := h.signedIn(h.person("Gharbi", access.Manager)), h.signedIn(h.person("Mansour", access.Manager))
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Détection", Venue: "Hôtel A"}, Start: h.Now().AddDate(0, 0, 20), Days: 1})
	h.must(err)
	at := "/workshops/" + ev.ID.String()
	seen := valueOf(t, a.get(at+"/edit", 200).body, "version")
	form := func(version, venue string) []string {
		return []string{"version", version, "kind", "study_visit", "title", "Détection", "lang", "fr", "venue", venue, "topics", "Indices de " + venue, "threshold", "80", "late_after", "15",
			"checkin_before", "45", "time_zone", "Asia/Amman"}
	}
	a.post(at+"/edit", 303, form(seen, "Hôtel B")...)
	r := b.post(at+"/edit", 409, form(seen, "Hôtel C")...)
	b.contains(r, "Quelqu&#39;un a modifié cet atelier", "Hôtel C", "Indices de Hôtel C", `href="`+at+`" target="_blank"`, "Jordanie (Asia/Amman)")
	b.contains(b.get(at, 200), "Hôtel B", "heures locales (Asia/Amman)")
	b.post(at+"/edit", 303, form(valueOf(t, r.body, "version"), "Hôtel C")...)
	b.contains(b.get(at, 200), "Hôtel C")
	h.must(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Cancelled, "Report"))
	a.contains(a.post(at+"/edit", 409, form("", "Hôtel D")...), "clos ou annulé", "Hôtel D")
}

// TestAnEveningEndsAtMidnight: a browser's field for the time says 00:00 for the end of the day.
func TestAnEveningEndsAtMidnight(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(h.Now().AddDate(0, 0, 20))
	day := h.day(20)
	b.post(at+"/slots", 303, "day", day, "half", "pm", "start", "20:00", "end", "00:00", "minutes", "200")
	b.contains(b.get(at+"/slots", 200), "20:00–00:00", `value="00:00"`)
	b.contains(b.post(at+"/slots", 422, "day", "2062-01-01", "half", "pm", "start", "20:00", "end", "21:00", "minutes", "60", "topic", "Soirée"), "vérifiez l&#39;année", "Soirée")
}

// TestTextThatNoDatabaseKeepsIsRefused in a form, as it is in an address.
func TestTextThatNoDatabaseKeepsIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Gharbi", access.Manager))
	for _, title := range []string{"a\x00b", "a\xffb"} {
		b.post("/workshops", 422, "title", title, "kind", "workshop")
	}
	h.browser().post("/signin", 422, "login", "a\x00b", "password", "x")
}

// TestTheFeedIsSentToWhoLacksIt: calendar programs ask every quarter of an hour; what they have is not sent again, and what was revoked never.
func TestTheFeedIsSentToWhoLacksIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	at := b.create(h.Now().AddDate(0, 0, 20))
	b.post("/account/calendar", 303)
	var token string
	h.must(h.DB.NewRaw("SELECT token FROM workshop.feed WHERE revoked_at IS NULL").Scan(h.ctx, &token))
	v := h.browser()
	ask := func(tag string, status int) (string, string) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, "/cal/"+token+".ics", nil)
		r.Header.Set("If-None-Match", tag)
		got := v.do(r, status)
		return got.body, got.Header.Get("ETag")
	}
	body, tag := ask("", 200)
	if tag == "" || strings.Count(body, "BEGIN:VEVENT") != 2 || !strings.Contains(body, "METHOD:PUBLISH\r\n") || strings.Contains(body, "ATTENDEE") || strings.Count(body, "\r\nORGANIZER;CN=\"Shelter\":mailto:") != 2 {
		t.Fatalf("the feed with tag %q:\n%s", tag, body)
	}
	if body, again := ask(tag, 304); body != "" || again != tag {
		t.Errorf("sent again, with tag %q: %s", again, body)
	}
	b.post(at+"/slots", 303, "day", h.day(20), "half", "pm", "start", "14:00", "end", "16:00", "minutes", "100")
	if body, next := ask(tag, 200); next == tag || strings.Count(body, "BEGIN:VEVENT") != 3 {
		t.Errorf("after a change, with tag %q: %s", next, body)
	}
	b.post("/account/calendar", 303, "end", "1")
	ask(tag, 404)
}

// TestARefusedMoveSaysWhatIsMissing on the workshop's own page, and leads to where it is mended.
func TestARefusedMoveSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.signedIn(h.person("Gharbi", access.Manager))
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Détection"}, Start: h.Now().AddDate(0, 0, 20), Days: 1})
	h.must(err)
	at := "/workshops/" + ev.ID.String()
	m.contains(m.post(at+"/state", 409, "state", "confirmed"), "Indiquez qui anime", at+"/edit#f-lead", "Demi-journées", `role="alert"`)
	m.contains(m.post(at+"/state", 422, "state", "cancelled", "reason", " "), "Indiquez le motif", "Détection")
	m.contains(m.post(at+"/state", 422, "state", "cancelled", "reason", strings.Repeat("x", 301)), "300 caractères")
	m.contains(m.post(at+"/state", 409, "state", "closed"), "n&#39;est pas possible")
	h.signedIn(h.person("Autre", access.Trainer)).post(at+"/state", 404, "state", "confirmed")
	m.lacks(m.get(at, 200), `role="alert"`)
}

// TestARefusedFormHasAWayBack to the page that it stood on, and to no other site.
func TestARefusedFormHasAWayBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.signedIn(h.person("Gharbi", access.Manager))
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Détection"}, Start: h.Now().AddDate(0, 0, 20), Days: 1})
	h.must(err)
	h.must(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Cancelled, "Report"))
	at := "/workshops/" + ev.ID.String()
	for from, want := range map[string]bool{"http://example.com" + at + "/logistics?x=1": true, "http://evil.test" + at: false, "http://example.com//evil.test/": false, "": false} {
		r := httptest.NewRequest(http.MethodPost, at+"/logistics", nil)
		r.Header.Set("Referer", from)
		got := m.do(r, http.StatusConflict)
		if strings.Contains(got.body, `href="`+at+`/logistics?x=1"`) != want || strings.Contains(got.body, `"//evil`) || strings.Contains(got.body, "http://evil") {
			t.Errorf("from %q: %s", from, got.body)
		}
	}
}

// TestAWorkshopIsMovedThroughThePages with all its half-days, and what cannot be is said on the page of the half-days.
func TestAWorkshopIsMovedThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	day := h.atTen()
	b := h.signedIn(h.person("Formatrice", access.Trainer))
	at := b.create(day)
	to := day.AddDate(0, 0, 9)
	b.contains(b.get(at+"/slots", 200), `action="`+at+`/shift"`, "Déplacer tout l&#39;atelier")
	b.post(at+"/shift", 303, "first", to.Format(time.DateOnly))
	b.contains(b.get(at+"/slots", 200), "L&#39;atelier est déplacé", `value="`+to.Format(time.DateOnly)+`"`, `value="`+to.AddDate(0, 0, 1).Format(time.DateOnly)+`"`)
	b.contains(b.post(at+"/shift", 422, "first", "2026-02-31"), "f-first-error", `value="2026-02-31"`)
	b.post(at+"/shift", 303, "first", day.Format(time.DateOnly))
	b.post(at+"/participants/new", 303, "key", uuid.NewString(), "family_name", "Ayari")
	b.post(at+"/state", 303, "state", "confirmed")
	v, err := h.Workshop.View(h.ctx, system, access.WorkshopView, uuid.MustParse(strings.TrimPrefix(at, "/workshops/")))
	h.must(err)
	_, err = h.Workshop.MarkBatch(h.ctx, system, v.Event.ID, workshop.Batch{Marks: []workshop.MarkInput{{Key: uuid.New(), SlotID: v.Slots[0].ID, EnrolmentID: v.People[0].EnrolmentID, Status: workshop.Present}}})
	h.must(err)
	b.contains(b.post(at+"/shift", 409, "first", to.Format(time.DateOnly)), "ne se déplace plus en entier", `value="`+to.Format(time.DateOnly)+`"`)
	b.contains(b.post(at+"/slots/"+v.Slots[0].ID.String()+"/remove", 409), "comme preuve", "Demi-journées")
}

// TestADecisionThatIsNotKeptKeepsItsReason on the page of the selection, and says what is wrong with it.
func TestADecisionThatIsNotKeptKeepsItsReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	m := h.signedIn(h.person("Gharbi", access.Manager))
	ev, err := h.Workshop.Create(h.ctx, system, workshop.CreateInput{Details: workshop.Details{Title: "Détection", Capacity: 1}, Start: h.Now().AddDate(0, 0, 20), Days: 1})
	h.must(err)
	h.must(h.Workshop.SetState(h.ctx, system, ev.ID, workshop.Open, ""))
	o, err := h.Org.CreateOrganisation(h.ctx, system, org.OrganisationInput{Name: "Association A", Kind: org.KindNGO})
	h.must(err)
	focal := access.Actor{PersonID: h.person("Focal", access.Trainee).ID, Grants: []access.Grant{{Role: access.FocalPoint, Scope: access.Organisation, ID: o.ID}}}
	nomination := uuid.New()
	h.must(h.Workshop.Nominate(h.ctx, focal, ev.ID, workshop.NominateInput{Key: nomination, New: &org.PersonInput{FamilyName: "Proposée", OrganisationID: o.ID}}))
	list, err := h.Workshop.EnrolMany(h.ctx, system, ev.ID, []uuid.UUID{h.person("Ayari", access.Trainee).ID, h.person("Zoghlami", access.Trainee).ID}, workshop.EnrolOptions{Full: workshop.WaitFull})
	h.must(err)
	at, long := "/workshops/"+ev.ID.String(), strings.Repeat("x", 301)
	m.contains(m.post(at+"/nominations/"+nomination.String(), 422, "decision", "refuse", "reason", long), "300", `value="`+long+`"`)
	m.contains(m.post(at+"/nominations/"+nomination.String(), 422, "decision", "refuse", "reason", " "), "motif", `role="alert"`)
	m.contains(m.post(at+"/participants/"+list[1].EnrolmentID.String(), 409, "state", "enrolled", "back", "selection", "override", "Seule interprète"), `value="Seule interprète"`)
}

// TestTwoPeopleOnOnePlan: the second is told beside the field, keeps what was typed, and replaces the other's version only by saving again.
func TestTwoPeopleOnOnePlan(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, m := h.signedIn(h.person("Formatrice", access.Trainer)), h.signedIn(h.person("Gharbi", access.Manager))
	at := b.create(h.Now().AddDate(0, 0, 20))
	seen := func(w *browser, page string) string { return valueOf(t, w.get(at+page, 200).body, "seen") }

	quotas := seen(b, "/planning")
	m.post(at+"/quotas", 303, "seen", seen(m, "/planning"), "organisation_kind_mas", "10")
	r := b.post(at+"/quotas", 422, "seen", quotas, "organisation_kind_mas", "7")
	b.contains(r, "a mis 10 entre-temps", `value="7"`)
	b.post(at+"/quotas", 303, "seen", valueOf(t, r.body, "seen"), "organisation_kind_mas", "7")
	b.contains(b.get(at+"/planning", 200), `value="7"`)

	half := regexp.MustCompile(`action="(` + at + `/slots/[0-9a-f-]{36})"`).FindStringSubmatch(b.get(at+"/slots", 200).body)[1]
	form := func(seen, topic string) []string {
		return []string{"seen", seen, "day", h.day(20), "half", "am", "start", "09:00", "end", "12:30", "minutes", "195", "topic", topic}
	}
	slots := seen(b, "/slots")
	m.post(half, 303, form(slots, "Entretien")...)
	r = b.post(half, 422, form(slots, "Repérage")...)
	b.contains(r, "Quelqu&#39;un a modifié cela entre-temps", `value="Repérage"`, "Entretien")
	b.post(half, 303, form(valueOf(t, r.body, "seen"), "Repérage")...)
	b.contains(m.get(at+"/slots", 200), "Repérage")
}
