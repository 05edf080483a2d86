package app_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
	"shelter/internal/programme"
)

// TestABedOnThePage: admitted and refused with what was chosen kept; a colleague reads no code; a manager gets nights and no code.
func TestABedOnThePage(t *testing.T) {
	t.Parallel()
	e := &estate{house: newHouse(t)}
	worker, supervisor, colleague := e.colleague("Proche", access.CaseWorker), e.colleague("Chef", access.CaseSupervisor), e.colleague("Voisin", access.CaseWorker)
	owner := e.organisationOf(worker.Person)
	for _, k := range []*keyholder{supervisor, colleague} { // they work at the same shelter
		role := access.CaseWorker
		if k == supervisor {
			role = access.CaseSupervisor
		}
		e.must(e.Org.GrantRole(e.ctx, system, k.ID, org.GrantInput{Role: role, Scope: access.Shelter, ScopeID: uuid.MustParse(owner)}))
		e.approved(k.Person, role)
	}
	today := e.day(0)
	works, _ := programme.RegisterNamed("works")
	for title, status := range map[string]string{"Chambre neuve": "accepted", "Chambre promise": "delivered"} {
		v := map[string]string{"title": title, "shelter_id": owner, "recommendation": "Plus de lits", "kind": "works", "status": status, "beds": "4"}
		if status == "accepted" {
			v["accepted_on"] = today
		}
		e.must(e.Programme.Add(e.ctx, system, works, programme.Record{Values: v}))
	}
	if body := supervisor.get("/cases/house?owner="+owner, 200).body; !strings.Contains(body, "Chambre neuve : 4 lits") || strings.Contains(body, "Chambre promise") {
		t.Error("the house does not say which beds accepted works opened, or tells of others")
	}
	worker.post("/cases/house/rooms", 404, "owner", owner, "name", "Jasmin", "beds", "1")
	supervisor.post("/cases/house/rooms", 422, "owner", owner, "name", "Jasmin", "beds", "0")
	supervisor.post("/cases/house/rooms", 303, "owner", owner, "name", "Jasmin", "beds", "1")
	one, two := strings.TrimPrefix(worker.newFile("Zgolli", "Khadija"), "/cases/"), strings.TrimPrefix(worker.newFile("Ayari", "Mona"), "/cases/")
	bed := regexp.MustCompile(`name="bed"[\s\S]*?value="([0-9a-f-]{36})"`).FindStringSubmatch(worker.get("/cases/house?owner="+owner, 200).body)
	if bed == nil {
		t.Fatal("no bed to choose")
	}
	worker.post("/cases/house/admit", 303, "owner", owner, "case", one, "bed", bed[1], "from_on", today)
	if body := worker.post("/cases/house/admit", 422, "owner", owner, "case", two, "bed", bed[1], "from_on", today).body; !strings.Contains(body, "Ce lit est déjà occupé") || !strings.Contains(body, `value="`+two+`" selected`) {
		t.Error("a bed given twice has no message, or what was chosen is lost")
	}
	code := e.ofCases("SELECT code FROM cases.file WHERE id = '" + one + "'")
	if body := worker.get("/cases/house?owner="+owner, 200).body; !strings.Contains(body, code) {
		t.Error("the worker does not see who sleeps where")
	}
	if body := colleague.get("/cases/house?owner="+owner, 200).body; strings.Contains(body, code) || !strings.Contains(body, "Occupé") {
		t.Error("a colleague reads the code of a file that is not theirs, or does not see that the bed is taken")
	}
	manager := e.signedIn(e.person("Responsable", access.Manager))
	manager.get("/cases/house?owner="+owner, 404)
	e.turn(30 * time.Hour)
	manager = e.signedIn(e.person("Directeur", access.Manager))
	if body := manager.get("/occupancy", 200).body; strings.Contains(body, code) || strings.Contains(body, "Jasmin") || !strings.Contains(body, "masqué") {
		t.Error("a manager reads more than nights, or a number below five")
	}
}
