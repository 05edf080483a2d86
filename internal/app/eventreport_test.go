package app_test

import (
	"strings"
	"testing"

	"shelter/internal/access"
)

// TestTheReportAndTheAllowancesThroughThePages: one page without names, and a list whose columns are chosen and told.
func TestTheReportAndTheAllowancesThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	at := h.selfRoom(p, "Ayari", "Zoghlami")
	roll := b.get(at+"/rollcall", 303).to()
	r := b.get(roll, 200)
	who := strings.Split(strings.Split(r.body, `data-roll-row="`)[1], `"`)[0]
	b.post(roll, 303, "key", valueOf(t, r.body, "key"), "state-"+who, "present")

	for _, lang := range []string{"fr", "ar", "en"} {
		r = b.get(at+"/print/report?lang="+lang, 200)
		b.lacks(r, "Ayari", "Zoghlami", "98123456")
		if got := b.get(at+"/report.xlsx?lang="+lang, 200); !strings.HasPrefix(got.body, "PK") {
			t.Errorf("the workbook in %s is none", lang)
		}
	}
	b.contains(b.get(at+"/print/report", 200), "Rapport de l&#39;atelier", "1 / 2", "Aucun nom de participant")
	b.contains(b.get(at, 200), at+"/allowance", at+"/print/report?lang=ar", "anonymous=1&amp;lang=fr")
	b.contains(b.get(at+"/allowance", 200), `value="names" checked`, `name="keep"`)
	r = b.get(at+"/print/allowance?chosen=1&keep=names", 200)
	b.contains(r, "Ayari", "Laissé de côté par choix : organisation, fonction, téléphone.")
	b.lacks(r, "Zoghlami", "98123456")
	r = b.get(at+"/print/allowance?chosen=1", 200)
	b.contains(r, "Laissé de côté par choix : noms, organisation, fonction, téléphone.")
	b.lacks(r, "Ayari", "98123456")
	b.contains(b.get(at+"/print/allowance?chosen=1&keep=phone&keep=names&lang=ar", 200), "حُذف اختيارا", "98123456")
	other := h.signedIn(h.person("Autre", access.Trainer))
	for _, path := range []string{"/print/report", "/report.xlsx", "/allowance", "/allowance.xlsx", "/print/allowance"} {
		other.get(at+path, 404)
	}
}

// TestTheAttendanceOfAPeriodThroughThePages: a trainer gets a file of their own workshops, what is wrong is said beside what was asked for.
func TestTheAttendanceOfAPeriodThroughThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.atTen()
	p := h.person("Formatrice", access.Trainer)
	b := h.signedIn(p)
	h.selfRoom(p, "Ayari")
	b.contains(b.get("/workshops", 200), `href="/workshops/attendance"`)
	b.contains(b.get("/workshops/attendance", 200), `action="/workshops/attendance.xlsx"`, "Sans les codes des personnes")
	period := "from=" + h.day(-30) + "&to=" + h.day(30)
	for _, query := range []string{period, period + "&lang=ar&anonymous=on"} {
		r := b.get("/workshops/attendance.xlsx?"+query, 200)
		if !strings.HasPrefix(r.body, "PK") || r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: no workbook", query)
		}
	}
	h.mustCount(2, "SELECT count(*) FROM audit.entry WHERE action = 'attendance.export_period'")
	b.contains(b.get("/workshops/attendance.xlsx?from=hier&to=2026-12-31&anonymous=on", 422), `value="hier"`, "date valable", "checked")
	b.contains(b.get("/workshops/attendance.xlsx?from=2026-12-31&to=2026-01-01", 422), "avant le premier")
	b.contains(b.get("/workshops/attendance.xlsx?from=2026-01-01&to=2026-12-31&lang=xx", 422), "Choisissez une des valeurs")
	b.contains(b.get("/workshops/attendance.xlsx?from=1999-01-01&to=1999-12-31", 409), "Aucun atelier", `value="1999-01-01"`)
	other := h.signedIn(h.person("Autre", access.Trainer))
	other.get("/workshops/attendance.xlsx?"+period, 409)
	nobody := h.signedIn(h.person("Stagiaire", access.Trainee))
	nobody.get("/workshops/attendance", 404)
	nobody.get("/workshops/attendance.xlsx?"+period, 404)
	nobody.lacks(nobody.get("/workshops", 200), "/workshops/attendance")
}
