package app_test

import (
	"strings"
	"testing"
	"time"

	"shelter/internal/access"
	"shelter/internal/programme"
)

// The report on paper says what the figures are, and nothing of few people, not even to the manager who prints it.
func TestNarrativeOfThePeriod(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := h.person("Formatrice", access.Trainer).ID
	h.apiWorkshop(trainer, 6)
	h.apiWorkshop(trainer, 3)
	b := h.signedIn(h.person("Gérante", access.Manager))
	year := h.Now().Format("2006")
	at := "/programme/print/report?from=" + year + "-01-01&to=" + year + "-12-31"
	page := b.get(at, 200)
	b.contains(page, "Rapport d&#39;avancement", "W-"+year+"-001", "W-"+year+"-002", "moins de")
	if strings.Contains(page.body, "Secrète") {
		t.Error("a name is printed")
	}
	b.contains(b.get("/programme/print/report?from=2001-01-01&to=2001-12-31", 200), "Aucun atelier")
	b.get("/programme/print/report?from=x&to=y", 422)
	b.get("/programme/print/report?from=2002-01-01&to=2001-12-31", 422)
}

// A manager downloads the activity file; what is missing is said beside the field, and what was typed stays.
func TestIATIFromThePages(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.signedIn(h.person("Gérante", access.Manager))
	b.contains(b.get("/programme/iati?activity=XM-1-7", 200), `value="XM-1-7"`, `value="40"`)
	again := b.get("/programme/iati.xml?activity=XM-1-7&org-ref=&org-name=Une+organisation&org-type=quarante&sector=12", 422)
	b.contains(again, `value="XM-1-7"`, `value="Une organisation"`, `value="quarante"`, "Deux chiffres sont attendus", "Cinq chiffres sont attendus")
	whole := "/programme/iati.xml?activity=XM-1-7&org-ref=XM-1&org-name=Une+organisation"
	b.get(whole, 409) // a plan without periods has nothing to publish
	h.must(h.Programme.SavePeriod(h.ctx, system, programme.Period{Code: "2026", StartsOn: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), EndsOn: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)}))
	b.contains(b.get(whole, 200), "<iati-identifier>XM-1-7</iati-identifier>", `version="2.03"`)
}
