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
