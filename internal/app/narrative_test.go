package app_test

import (
	"strings"
	"testing"

	"shelter/internal/access"
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
