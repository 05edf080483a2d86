package app_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"shelter/internal/access"
)

// TestAReturnThroughThePages: prepared, refused with what was typed, begun, followed up, and seen on the day's list; a colleague and the
// other shelter see nothing of it, an officer reads and does not write.
func TestAReturnThroughThePages(t *testing.T) {
	t.Parallel()
	e := &estate{house: newHouse(t)}
	worker, foreign, officer := e.colleague("Proche", access.CaseWorker), e.colleague("Lointain", access.CaseWorker), e.colleague("Garde", access.ProtectionOfficer)
	worker.back()
	file := worker.newFile("Zgolli", "Khadija")
	today := e.day(0)
	plan := []string{"kind", "local", "state", "begun", "risk", "low", "documents", "not_needed", "risk_text", "quartier sûr", "economic", "stage de pâtisserie", "social", "colocation", "psychosocial", "rendez-vous", "begun_on", today}
	foreign.get(file+"/return", 404)
	foreign.post(file+"/return", 404, plan...)
	refused := worker.post(file+"/return", 422, append([]string{"kind", "local", "state", "begun"}, "risk", "extreme", "risk_text", "menaces précises", "documents", "missing", "begun_on", today)...).body
	for _, part := range []string{"Le risque est extrême", "menaces précises", "Les papiers doivent"} {
		if !strings.Contains(refused, part) {
			t.Errorf("%q is missing", part)
		}
	}
	worker.post(file+"/return", 303, plan...)
	page := worker.get(file+"/return", 200).body
	forms := regexp.MustCompile(`action="(`+file+`/followups/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(forms) != 3 || !strings.Contains(page, "stage de pâtisserie") || strings.Contains(page, `action="`+file+`/return"`) {
		t.Fatalf("%d follow-ups", len(forms))
	}
	e.turn(100 * 24 * time.Hour)
	worker.back()
	if body := worker.get("/cases/tasks", 200).body; !strings.Contains(body, file+"/return") || !strings.Contains(body, "3 mois") {
		t.Error("the follow-up is not on the day's list")
	}
	foreign.back()
	if body := foreign.get("/cases/tasks", 200).body; strings.Contains(body, file) {
		t.Error("the other shelter's list has it")
	}
	day := e.day(0)
	if body := worker.post(forms[0][1], 422, "on", day, "reached", "yes", "note", "au téléphone").body; !strings.Contains(body, "au téléphone") || !strings.Contains(body, "au moins une réponse") {
		t.Error("what was typed is lost, or nothing says what is missing")
	}
	answers := []string{"on", day, "reached", "yes", "note", "au téléphone"}
	for _, name := range regexp.MustCompile(`name="((?:economic|social|psychosocial)_[a-z]+)"`).FindAllStringSubmatch(page[:strings.Index(page, forms[1][1])], -1) {
		answers = append(answers, name[1], "3")
	}
	worker.post(forms[0][1], 303, answers...)
	if body := worker.get(file+"/return", 200).body; !strings.Contains(body, "75 sur 100") || !strings.Contains(body, "Stable") {
		t.Error("the score is not shown")
	}
	foreign.post(forms[1][1], 404, answers...)
	officer.back()
	if body := officer.get(file+"/return", 200).body; !strings.Contains(body, "75 sur 100") || strings.Contains(body, "/followups/") {
		t.Error("an officer does not read it, or may write")
	}
	officer.post(forms[1][1], 404, answers...)
	officer.post("/cases/scale", 422, "low", "80", "high", "20", "months", "3")
	officer.post("/cases/scale", 303, "low", "40", "high", "80", "months", "3, 6, 12, 24")
	worker.back()
	worker.post("/cases/scale", 404, "low", "40", "high", "80", "months", "3")
}
