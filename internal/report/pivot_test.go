package report

import (
	"archive/zip"
	"bytes"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shelter/internal/i18n"
	"shelter/internal/programme"
)

// comparePivot: the grand total of the pivot table, as another program filled it, is the number of half-days attended.
func comparePivot(t *testing.T, name string, ours, theirs made) {
	t.Helper()
	want := 0
	for i := range ours.facts.rows {
		if ours.facts.rows[i].attended {
			want++
		}
	}
	f := open(t, theirs)
	for _, s := range f.GetSheetList() {
		if cell, _ := f.GetCellValue(s, "A"+strconv.Itoa(pivotRow)); cell == "" || !strings.Contains("Croisement جدول محوري Pivot", s) {
			continue
		}
		rows, _ := f.GetRows(s, excelize.Options{RawCellValue: true})
		last := rows[len(rows)-1]
		if got := last[len(last)-1]; got != strconv.Itoa(want) {
			t.Errorf("%s: the pivot table's total is %s, want %d", name, got, want)
		}
		return
	}
	t.Errorf("%s: the pivot table is empty", name)
}

// TestPivotStandsOnTheFlatRows: whatever their number and the language of the file.
func TestPivotStandsOnTheFlatRows(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		m := make1(t, invent(12, 2, true), Options{Lang: l})
		f := open(t, m)
		for _, n := range f.GetDefinedName() {
			if n.Name == pivotData && !strings.HasSuffix(n.RefersTo, "$"+strconv.Itoa(len(m.facts.rows)+1)) {
				t.Errorf("%s: the rows are %s", l, n.RefersTo)
			}
		}
		parts := map[string]string{}
		z, err := zip.NewReader(bytes.NewReader(m.data), int64(len(m.data)))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range z.File {
			if strings.HasPrefix(p.Name, "xl/pivot") {
				r, err := p.Open()
				if err != nil {
					t.Fatal(err)
				}
				data, _ := io.ReadAll(r)
				parts[p.Name] = string(data)
			}
		}
		if cache := parts["xl/pivotCache/pivotCacheDefinition1.xml"]; !strings.Contains(cache, `name="`+pivotData+`"`) || !strings.Contains(cache, `refreshOnLoad="true"`) {
			t.Errorf("%s: the cache is %.400s", l, cache)
		}
		if len(parts) < 2 {
			t.Errorf("%s: the parts are %d", l, len(parts))
		}
		rows, _ := f.GetRows(f.GetSheetList()[1])
		if len(rows) != len(m.facts.rows)+1 { // what was written for the pivot table's words gave way
			t.Errorf("%s: %d rows, want %d", l, len(rows), len(m.facts.rows)+1)
		}
	}
}

// TestPeriodHasThePivot: one file for several workshops has a pivot table on all its rows, with the days in its head and foot.
func TestPeriodHasThePivot(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range i18n.Langs() {
		w := &periodWriter{s: &Service{bundle: bundle, now: func() time.Time { return exported }}, o: Options{Lang: l}, period: Period{From: monday, To: monday.AddDate(0, 0, 30)}}
		for range 3 {
			s := invent(5, 2, true)
			s.logos = []programme.Logo{inventLogo(t, "Bailleur", 300, 100)}
			if err := w.add(newFacts(s)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.complete(3); err != nil {
			t.Fatal(err)
		}
		data, err := w.b.Workbook.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		f := open(t, made{data: data})
		list := f.GetSheetList()
		rows, _ := f.GetRows(list[0])
		if len(list) != 3 || len(rows) != w.rows+1 {
			t.Fatalf("%s: sheets %v, %d rows for %d", l, list, len(rows), w.rows)
		}
		for _, n := range f.GetDefinedName() {
			if n.Name == pivotData && !strings.HasSuffix(n.RefersTo, "$"+strconv.Itoa(w.rows+1)) {
				t.Errorf("%s: the rows are %s", l, n.RefersTo)
			}
		}
		tables, err := f.GetPivotTables(list[1])
		if err != nil || len(tables) != 1 || len(tables[0].Data) != 1 {
			t.Errorf("%s: pivot tables %+v, %v", l, tables, err)
		}
		about, _ := f.GetCellValue(list[1], "A2")
		if h, err := f.GetHeaderFooter(list[1]); about != w.stretch(w.b.loc) || err != nil || !strings.Contains(h.OddFooter, "&L"+foot(about)) {
			t.Errorf("%s: %q, foot %+v, %v", l, about, h, err)
		}
		if alts := altsOf(t, f, list[2], 1); len(alts[1]) != 1 {
			t.Errorf("%s: logos %v", l, alts)
		}
	}
}
