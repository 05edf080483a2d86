package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shelter/internal/access"
)

// TestPublishedAssistanceReachesTheDonorReport: a manager publishes a quarter that is over; the board and the donor workbook have its
// figures, and nothing of a file.
func TestPublishedAssistanceReachesTheDonorReport(t *testing.T) {
	t.Parallel()
	e := &estate{house: newHouse(t)}
	worker := e.colleague("Proche", access.CaseWorker)
	for i, family := range []string{"Zgolli", "Ayari", "Mejri", "Trabelsi", "Haddad", "Gharbi"} {
		path := worker.newFile(family, "Khadija")
		worker.post(path+"/services", 303, "type", "medical.consultation", "text", "CANARI "+family)
		service := e.ofCases("SELECT id::text FROM cases.service WHERE case_id = '" + strings.TrimPrefix(path, "/cases/") + "'")
		if i < 5 {
			worker.post(path+"/services/"+service, 303, "state", "provided", "provided_on", e.day(0), "outcome", "helped")
		}
	}
	quarter := time.Date(e.Now().Year(), (e.Now().Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
	day := quarter.Format(time.DateOnly)
	manager := e.signedIn(e.person("Responsable", access.Manager))
	if body := manager.post("/assistance", 422, "from", day, "to", day).body; !strings.Contains(body, "callout") {
		t.Error("a quarter that is not over was published, or nothing says why not")
	}
	manager.post("/assistance", 422, "from", "hier", "to", "")
	e.turn(93 * 24 * time.Hour)
	manager = e.signedIn(e.person("Directrice", access.Manager))
	if body := manager.get("/assistance", 200).body; !strings.Contains(body, `value="`+day+`"`) {
		t.Error("a quarter that is over cannot be chosen")
	}
	manager.post("/assistance", 303, "from", day, "to", day)
	manager.post("/assistance", 303, "from", day, "to", day) // the same again is the same publication
	page := manager.get("/assistance", 200).body
	for _, no := range []string{"Zgolli", "Khadija", "CANARI"} {
		if strings.Contains(page, no) {
			t.Errorf("the page of figures holds %q", no)
		}
	}
	if strings.Contains(page, `<option value="`+day+`"`) {
		t.Error("a published quarter can be chosen again")
	}
	file := manager.get("/assistance/file?from="+day+"&lang=ar", 200).body
	if !strings.HasPrefix(file, "PK") {
		t.Error("no workbook")
	}
	manager.get("/assistance/file?from=2001-01-01", 404)
	observer := e.signedIn(e.person("Observateur", access.Observer))
	observer.get("/assistance", 404)
	observer.get("/assistance/file?from="+day, 404)
	observer.post("/assistance", 404, "from", day, "to", day)

	list, err := e.Casework.Publications(e.ctx, access.System("test"))
	if err != nil || len(list) != 1 || list[0].Total.N != 5 || list[0].Reached != 5 {
		t.Fatalf("published: %+v, %v", list, err)
	}
	end := list[0].To.Format(time.DateOnly)
	book := cellsOf(t, manager.get("/programme/donor.xlsx?from="+day+"&to="+end+"&lang=fr", 200).body)
	if !strings.Contains(book, "Personnes assistées par sexe") || strings.Contains(book, "Zgolli") || strings.Contains(book, "CANARI") {
		t.Error("the donor workbook lacks what was published, or holds a word of a file")
	}
	paper := manager.get("/programme/print/report?from="+day+"&to="+end, 200).body
	if !strings.Contains(paper, "Assistance directe") || !strings.Contains(paper, "Personnes assistées : 5") || strings.Contains(paper, "Zgolli") || strings.Contains(paper, "CANARI") {
		t.Error("the report on paper lacks what was published, or holds a word of a file")
	}
	if other := manager.get("/programme/print/report?from=2001-01-01&to=2001-12-31", 200).body; strings.Contains(other, "Assistance directe,") {
		t.Error("a report of other days has the quarter's assistance")
	}
}

// cellsOf gives all texts of a workbook.
func cellsOf(t *testing.T, data string) string {
	t.Helper()
	f, err := excelize.OpenReader(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var all strings.Builder
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			all.WriteString(strings.Join(r, "|") + "\n")
		}
	}
	return all.String()
}
