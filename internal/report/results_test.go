package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/i18n"
)

// resultsOf makes the workbook of two invented tests with two questions each.
func resultsOf(t *testing.T, lang i18n.Lang, anonymous bool) *excelize.File {
	t.Helper()
	s := invent(8, 2, true)
	m := stats.NewMatrix([]stats.Item{{ID: "D-001", Max: 1, HasMax: true, Objective: "D1"}, {ID: "D-002", Max: 1, HasMax: true, Objective: "D2"}}, 3)
	for a, marks := range [][2]float64{{1, 1}, {1, 0}, {0, 0}} {
		for i, v := range marks {
			if err := m.Set(a, i, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	test := exam.TestReport{Phase: exam.Pre, N: 3, Analysis: stats.Analyse(m), Objectives: stats.Mastery(m, exam.MasteryShare), Bins: stats.Distribution([]float64{100, 50, 0}, 100, 10)}
	for i, it := range m.Items() {
		q := exam.Question{Code: it.ID, Objective: it.Objective, Body: exam.Body{Stem: exam.Text{i18n.FR: "=Question"}}}
		test.Items = append(test.Items, exam.ItemReport{ReportItem: exam.ReportItem{Item: exam.Item{Position: i + 1, Points: 1, Question: q}}, ItemStats: test.Analysis.Items[i]})
	}
	post := test
	post.Phase = exam.Post
	r := exam.Report{Results: s.tests, Compare: s.tests.Compare(), Tests: []exam.TestReport{test, post}, Objectives: []exam.ObjectiveChange{{Objective: "D1", N: 3, Pre: stats.Of(40), Post: stats.Of(70)}}}
	pairing := *s.tests.Pairing
	pairing.Anonymous = anonymous
	r.Pairing = &pairing
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	w, _, err := resultsBook(newFacts(s), r, Options{Lang: lang}, bundle.For(lang))
	if err != nil {
		t.Fatal(err)
	}
	data, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestResultsWorkbook(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Langs() {
		for _, anonymous := range []bool{false, true} {
			f := resultsOf(t, lang, anonymous)
			want := 6
			if anonymous {
				want = 5 // nobody's row
			}
			if n := len(f.GetSheetList()); n != want {
				t.Errorf("%s: %d sheets, want %d", lang, n, want)
			}
			for _, name := range f.GetSheetList() {
				checkResultSheet(t, f, name, lang)
			}
		}
	}
}

// checkResultSheet looks for the direction, for sentences that are missing and for names of people.
func checkResultSheet(t *testing.T, f *excelize.File, name string, lang i18n.Lang) {
	t.Helper()
	v, err := f.GetSheetView(name, 0)
	if err != nil || *v.RightToLeft != (lang == i18n.AR) {
		t.Errorf("%s %s: right to left is %v", lang, name, v.RightToLeft)
	}
	rows, err := f.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.Contains(cell, "⟦") || strings.Contains(cell, "<no value>") || strings.Contains(cell, "Trabelsi") || strings.Contains(cell, "NaN") {
				t.Errorf("%s %s: cell %q", lang, name, cell)
			}
		}
	}
}
