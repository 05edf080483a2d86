package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"shelter/internal/sheet"
)

func TestMarkUpChangesNothingElse(t *testing.T) {
	t.Parallel()
	data := excelizeFile(t, func(f *excelize.File) {
		_ = f.SetSheetRow("Sheet1", "A1", &[]any{"Nom", "Tél."})
		_ = f.SetSheetRow("Sheet1", "A2", &[]any{"Ayari", "123"})
		_ = f.SetSheetRow("Sheet1", "A3", &[]any{"Dridi", 22642259})
		look, _ := f.NewStyle(&excelize.Style{
			Font: &excelize.Font{Bold: true, Color: "123456", Size: 14}, Border: []excelize.Border{{Type: "left", Style: 2, Color: "FF0000"}},
			Alignment: &excelize.Alignment{WrapText: true}, NumFmt: 49,
		})
		_ = f.SetCellStyle("Sheet1", "B2", "B2", look)
		_ = f.AddComment("Sheet1", excelize.Comment{Cell: "B3", Author: "MAS", Text: "ancien"})
		_ = f.SetCellFormula("Sheet1", "C3", "1+1")
		_, _ = f.NewSheet("Budget")
		_ = f.SetCellValue("Budget", "A1", 7)
	})
	marks := []sheet.Mark{
		{Row: 2, Col: 2, Error: true, Text: "numéro trop court"}, {Row: 3, Col: 2, Text: "douteux"}, {Row: 3, Text: "même personne que la ligne 2"},
	}
	opts := sheet.MarkOptions{Sheet: "Sheet1", HeaderRow: 1, Remarks: "Remarques", Author: "Shelter"}
	out, err := sheet.MarkUp("a.xlsx", data, marks, opts, sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	partsOf(t, out)
	before, after := open(t, data), open(t, out)
	for _, s := range []string{"Sheet1", "Budget"} {
		want, _ := before.GetRows(s)
		got, _ := after.GetRows(s)
		for i, row := range want {
			for j, v := range row {
				if got[i][j] != v {
					t.Errorf("%s %s: %q, was %q", s, sheet.Ref(i+1, j+1), got[i][j], v)
				}
			}
		}
	}
	for ref, want := range map[string]string{"D1": "Remarques", "D2": "numéro trop court", "D3": "douteux\nmême personne que la ligne 2"} {
		if got, _ := after.GetCellValue("Sheet1", ref); got != want {
			t.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
	if f, _ := after.GetCellFormula("Sheet1", "C3"); f != "1+1" {
		t.Errorf("formula lost: %q", f)
	}
	checkLook(t, before, after, "B2", "FFC7CE")
	checkLook(t, before, after, "B3", "FFEB9C")
	checkLook(t, before, after, "A2", "")
	comments, _ := after.GetComments("Sheet1")
	texts := map[string]string{}
	for _, c := range comments {
		texts[c.Cell] += c.Text
	}
	if !strings.Contains(texts["B2"], "numéro trop court") || !strings.Contains(texts["B3"], "ancien") || strings.Contains(texts["B3"], "douteux") {
		t.Errorf("comments: %v", texts)
	}
}

func open(t *testing.T, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// checkLook compares the looks of a cell before and after; only the fill may have changed, to fill.
func checkLook(t *testing.T, before, after *excelize.File, ref, fill string) {
	t.Helper()
	idB, _ := before.GetCellStyle("Sheet1", ref)
	idA, _ := after.GetCellStyle("Sheet1", ref)
	b, _ := before.GetStyle(idB)
	a, _ := after.GetStyle(idA)
	if fill != "" && (len(a.Fill.Color) != 1 || !strings.HasSuffix(a.Fill.Color[0], fill)) {
		t.Errorf("%s: fill %v, want %s", ref, a.Fill, fill)
	}
	if fill == "" && len(a.Fill.Color) != len(b.Fill.Color) {
		t.Errorf("%s: filled", ref)
	}
	if (a.Font == nil) != (b.Font == nil) || a.Font != nil && (a.Font.Bold != b.Font.Bold || a.Font.Size != b.Font.Size || a.Font.Color != b.Font.Color) ||
		len(a.Border) != len(b.Border) || a.NumFmt != b.NumFmt {
		t.Errorf("%s: %+v, was %+v", ref, a, b)
	}
}

func TestMarkUpOfCSV(t *testing.T) {
	t.Parallel()
	data := encoded(t, charmap.Windows1252, "Nom;Prénom;CIN\nAyari;Héla;05535478\n\nDridi;;=1\n")
	marks := []sheet.Mark{{Row: 4, Col: 2, Error: true, Text: "prénom absent"}, {Row: 4, Col: 3, Text: "formule"}}
	opts := sheet.MarkOptions{NewName: "Liste", HeaderRow: 1, Remarks: "ملاحظات", Author: "Shelter", RightToLeft: true}
	out, err := sheet.MarkUp("a.csv", data, marks, opts, sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	partsOf(t, out)
	f := open(t, out)
	for ref, want := range map[string]string{"B2": "Héla", "C2": "05535478", "A4": "Dridi", "C4": "=1", "D1": "ملاحظات", "D4": "prénom absent\nformule"} {
		if got, _ := f.GetCellValue("Liste", ref); got != want {
			t.Errorf("%s: %q, want %q", ref, got, want)
		}
	}
	if formula, _ := f.GetCellFormula("Liste", "C4"); formula != "" {
		t.Error("a text became a formula")
	}
	id, _ := f.GetCellStyle("Liste", "B4")
	style, _ := f.GetStyle(id)
	if len(style.Fill.Color) != 1 || !strings.HasSuffix(style.Fill.Color[0], "FFC7CE") {
		t.Errorf("an empty cell that lacks something is not coloured: %+v", style.Fill)
	}
	if comments, _ := f.GetComments("Liste"); len(comments) != 2 {
		t.Errorf("%d comments", len(comments))
	}
}

func TestMarkUpRefusesWhatReadRefuses(t *testing.T) {
	t.Parallel()
	if _, err := sheet.MarkUp("a.xlsx", []byte("%PDF"), nil, sheet.MarkOptions{}, sheet.DefaultLimits()); keyOf(err) != "sheet_not_a_workbook" {
		t.Error(err)
	}
}
