package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"shelter/internal/errs"
	"shelter/internal/sheet"
)

// keyOf gives the message key of a refusal.
func keyOf(err error) string {
	var e *errs.Error
	if errors.As(err, &e) && e.Kind == errs.Invalid {
		return e.Key
	}
	return fmt.Sprint(err)
}

func zipOf(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := zw.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	rootRels = `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookXML  = `<workbook xmlns:r="urn:r"><sheets><sheet name="Liste" sheetId="1" r:id="r1"/></sheets></workbook>`
	bookRels = `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="r2" Type="http://x/styles" Target="styles.xml"/></Relationships>`
)

// handmade is a workbook of one sheet whose XML is given.
func handmade(t testing.TB, sheetData string) []byte {
	return zipOf(t, "_rels/.rels", rootRels, "xl/workbook.xml", bookXML, "xl/_rels/workbook.xml.rels", bookRels,
		"xl/worksheets/sheet1.xml", "<worksheet><sheetData>"+sheetData+"</sheetData></worksheet>")
}

func excelizeFile(t testing.TB, fill func(f *excelize.File), opts ...excelize.Options) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b, opts...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadKeepsWhatTheFileHolds(t *testing.T) {
	t.Parallel()
	data := excelizeFile(t, func(f *excelize.File) {
		day, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
		month := "mmm\\-yy"
		monthly, _ := f.NewStyle(&excelize.Style{CustomNumFmt: &month})
		_ = f.SetSheetRow("Sheet1", "B2", &[]any{"  Hammami\u00a0", 1971, 24955, true, "05535478", 12.5})
		_ = f.SetCellStyle("Sheet1", "D2", "D2", day)
		_ = f.SetCellValue("Sheet1", "B3", 34547)
		_ = f.SetCellStyle("Sheet1", "B3", "B3", monthly)
		_ = f.SetCellRichText("Sheet1", "C3", []excelize.RichTextRun{{Text: "Ben "}, {Text: "Salah", Font: &excelize.Font{Bold: true}}})
		_ = f.SetCellFormula("Sheet1", "B5", "1+1")
		_ = f.MergeCell("Sheet1", "B7", "C9")
		_ = f.SetCellValue("Sheet1", "B7", "MAS")
		_, _ = f.NewSheet("Budget")
		_ = f.SetCellValue("Budget", "A1", "Total")
		_ = f.SetSheetVisible("Budget", false)
	})
	book, err := sheet.Read("x.xlsx", data, sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if len(book.Sheets) != 2 || book.Sheets[0].Hidden || !book.Sheets[1].Hidden || book.Sheets[1].Name != "Budget" {
		t.Fatalf("sheets: %+v", book.Sheets)
	}
	s := book.Sheets[0]
	want := map[string]struct {
		kind sheet.Kind
		text string
	}{
		"B2": {sheet.Text, "  Hammami\u00a0"}, "C2": {sheet.Number, "1971"}, "D2": {sheet.Date, "24955"}, "E2": {sheet.Bool, "1"},
		"F2": {sheet.Text, "05535478"}, "G2": {sheet.Number, "12.5"}, "B3": {sheet.Date, "34547"}, "C3": {sheet.Text, "Ben Salah"},
		"B5": {sheet.Empty, ""}, "B7": {sheet.Text, "MAS"},
	}
	seen := 0
	for _, r := range s.Rows {
		for _, c := range r.Cells {
			seen++
			ref := sheet.Ref(r.N, c.Col)
			if w, ok := want[ref]; !ok || w.kind != c.Kind || w.text != c.Text {
				t.Errorf("%s: kind %d %q, want %+v", ref, c.Kind, c.Text, w)
			}
			if c.Formula != (ref == "B5") {
				t.Errorf("%s: formula %v", ref, c.Formula)
			}
		}
	}
	if seen != len(want) {
		t.Errorf("%d cells, want %d", seen, len(want))
	}
	d, m := s.Rows[0].At(4), s.Rows[1].At(2)
	if !d.Time.Equal(time.Date(1968, 4, 27, 0, 0, 0, 0, time.UTC)) || !d.HasDay() || !d.HasYear() {
		t.Errorf("date: %v %v", d.Time, d.HasDay())
	}
	if m.HasDay() || !m.HasYear() {
		t.Errorf("mmm-yy: day %v, year %v", m.HasDay(), m.HasYear())
	}
	if len(s.Merged) != 1 || s.Merged[0] != (sheet.Range{FirstRow: 7, FirstCol: 2, LastRow: 9, LastCol: 3}) {
		t.Errorf("merged: %v", s.Merged)
	}
}

func TestSerialTime(t *testing.T) {
	t.Parallel()
	for serial, want := range map[float64]string{
		1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 24955: "1968-04-27", 36526: "2000-01-01", 45000.5: "2023-03-15",
	} {
		if got, ok := sheet.SerialTime(serial); !ok || got.Format(time.DateOnly) != want {
			t.Errorf("%v: %v, want %s", serial, got, want)
		}
	}
	for _, bad := range []float64{-1, 3e6, math.NaN(), math.Inf(1)} {
		if _, ok := sheet.SerialTime(bad); ok {
			t.Errorf("%v is no date", bad)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	t.Parallel()
	good := excelizeFile(t, func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "A1", "x") })
	encrypted := excelizeFile(t, func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "A1", "x") }, excelize.Options{Password: "secret"})
	oldXLS := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...)
	row := func(n int, cells string) string { return fmt.Sprintf(`<row r="%d">%s</row>`, n, cells) }
	cell := func(ref string) string { return fmt.Sprintf(`<c r="%s"><v>1</v></c>`, ref) }
	small := sheet.DefaultLimits()
	small.Rows, small.Columns, small.Cells, small.Sheets, small.Parts = 3, 4, 6, 1, 6
	tiny := sheet.DefaultLimits()
	tiny.Bytes = 10
	def := sheet.DefaultLimits()
	var manyRows strings.Builder
	for i := range 4 {
		manyRows.WriteString(row(i+1, cell(sheet.Ref(i+1, 1))))
	}
	manyCells := row(1, cell("A1")+cell("B1")+cell("C1")+cell("D1")) + row(2, cell("A2")+cell("B2")+cell("C2"))
	for _, c := range []struct {
		what, name string
		data       []byte
		lim        sheet.Limits
		key        string
	}{
		{"no bytes", "a.xlsx", nil, def, "sheet_empty"},
		{"blank csv", "a.csv", []byte("\r\n ;\n"), def, "sheet_empty"},
		{"workbook without cells", "a.xlsx", handmade(t, ""), def, "sheet_empty"},
		{"too many bytes", "a.xlsx", good, tiny, "sheet_too_large"},
		{"encrypted", "a.xlsx", encrypted, def, "sheet_encrypted"},
		{"old .xls", "a.xls", oldXLS, def, "sheet_old_format"},
		{"old .xls renamed", "a.xlsx", oldXLS, def, "sheet_old_format"},
		{"LibreOffice", "a.ods", zipOf(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", "<x/>"), def, "sheet_old_format"},
		{"Word", "a.xlsx", zipOf(t, "_rels/.rels", "<Relationships/>", "word/document.xml", "<x/>"), def, "sheet_not_a_workbook"},
		{"any archive", "a.xlsx", zipOf(t, "photo.txt", "x"), def, "sheet_not_a_workbook"},
		{"pdf renamed", "a.xlsx", []byte("%PDF-1.7\n..."), def, "sheet_not_a_workbook"},
		{"web page named .xls", "a.xls", []byte("<html><table><tr><td>Nom"), def, "sheet_not_a_workbook"},
		{"web page named .csv", "a.csv", []byte("\n <!DOCTYPE html><html>"), def, "sheet_not_a_workbook"},
		{"text named .xlsx", "a.xlsx", []byte("Nom;Prénom\nA;B\n"), def, "sheet_not_a_workbook"},
		{"image named .csv", "a.csv", []byte("\x89PNG\r\n\x1a\n\x00\x00"), def, "sheet_not_a_workbook"},
		{"noise named .csv", "a.csv", bytes.Repeat([]byte{1, 2, 0, 3, 4, 200, 7}, 50), def, "sheet_not_a_workbook"},
		{"truncated", "a.xlsx", good[:len(good)-200], def, "sheet_damaged"},
		{"cut early", "a.xlsx", good[:60], def, "sheet_damaged"},
		{"broken XML", "a.xlsx", handmade(t, `<row r="1"><c r="A1"><v>1</c></row>`), def, "sheet_damaged"},
		{"row of its own", "a.xlsx", handmade(t, row(1, cell("A7"))), def, "sheet_damaged"},
		{"row 0", "a.xlsx", handmade(t, row(0, cell("A0"))), def, "sheet_damaged"},
		{"entity bomb", "a.xlsx", zipOf(t, "_rels/.rels", rootRels, "xl/workbook.xml", `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>`+
			strings.Replace(bookXML, "Liste", "&b;", 1), "xl/_rels/workbook.xml.rels", bookRels), def, "sheet_damaged"},
		{"zip bomb", "a.xlsx", zipOf(t, "xl/workbook.xml", bookXML, "xl/media/x.bin", strings.Repeat("\x00", 8<<20)), def, "sheet_bomb"},
		{"many parts", "a.xlsx", zipOf(t, "xl/workbook.xml", bookXML, "1", "", "2", "", "3", "", "4", "", "5", "", "6", ""), small, "sheet_too_many_parts"},
		{"many rows", "a.xlsx", handmade(t, manyRows.String()), small, "sheet_too_many_rows"},
		{"far column", "a.xlsx", handmade(t, row(1, cell("E1"))), small, "sheet_too_many_columns"},
		{"many cells", "a.xlsx", handmade(t, manyCells), small, "sheet_too_many_cells"},
		{"many rows csv", "a.csv", []byte("a\nb\nc\nd\n"), small, "sheet_too_many_rows"},
		{"open quote", "a.csv", []byte("Nom;Prénom\n\"Ayari;Salma\nTrabelsi;Sami\n"), def, "sheet_open_quote"},
	} {
		_, err := sheet.Read(c.name, c.data, c.lim)
		if err == nil || keyOf(err) != c.key {
			t.Errorf("%s: %v, want %s", c.what, err, c.key)
		}
	}
}

func TestManySheetsAreRefused(t *testing.T) {
	t.Parallel()
	data := excelizeFile(t, func(f *excelize.File) {
		_ = f.SetCellValue("Sheet1", "A1", "x")
		_, _ = f.NewSheet("Sheet2")
	})
	lim := sheet.DefaultLimits()
	lim.Sheets = 1
	if _, err := sheet.Read("a.xlsx", data, lim); keyOf(err) != "sheet_too_many_sheets" {
		t.Error(err)
	}
}

// A file of a kilobyte may name the last row and column of the grid; it must cost nothing and keep its numbers.
func TestSparseSheetIsCheap(t *testing.T) {
	t.Parallel()
	data := handmade(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>Nom</t></is></c></row><row r="2"><c r="XFD2" s="1"/></row><row r="1048576"><c r="B1048576"><v>7</v></c></row>`)
	book, err := sheet.Read("a.xlsx", data, sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	rows := book.Sheets[0].Rows
	if len(rows) != 2 || rows[1].N != 1048576 || rows[1].At(2).Text != "7" || book.Sheets[0].MaxCol() != 2 {
		t.Errorf("%+v", rows)
	}
	out, err := sheet.MarkUp("a.xlsx", data, []sheet.Mark{{Row: 1, Col: 1, Text: "?"}}, sheet.MarkOptions{Sheet: "Liste", Remarks: "R"}, sheet.DefaultLimits())
	if err != nil || len(out) > 100_000 {
		t.Errorf("marked copy: %d bytes, %v", len(out), err)
	}
}

func encoded(t *testing.T, e encoding.Encoding, s string) []byte {
	t.Helper()
	out, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCSVEncodingsAndSeparators(t *testing.T) {
	t.Parallel()
	french := "Nom;Prénom;Téléphone\r\nSaïdi;Héla;\"22;345\"\r\n\r\nÉgypte;\"dit \"\"Le Grand\"\"\";x\r\n"
	arabic := "الاسم;اللقب;الهاتف\nأنيس;البوعزيزي;24586310\n"
	utf16 := func(e unicode.Endianness, bom unicode.BOMPolicy) encoding.Encoding { return unicode.UTF16(e, bom) }
	for _, c := range []struct {
		what  string
		data  []byte
		enc   string
		comma rune
		last  string // first cell of the last row
		n     int    // its number
	}{
		{"utf-8", []byte(french), "utf-8", ';', "Égypte", 4},
		{"utf-8 with mark", []byte("\ufeff" + french), "utf-8", ';', "Égypte", 4},
		{"windows-1252", encoded(t, charmap.Windows1252, french), "windows-1252", ';', "Égypte", 4},
		{"windows-1256", encoded(t, charmap.Windows1256, arabic), "windows-1256", ';', "أنيس", 2},
		{"utf-16le with mark", encoded(t, utf16(unicode.LittleEndian, unicode.UseBOM), french), "utf-16le", ';', "Égypte", 4},
		{"utf-16be with mark", encoded(t, utf16(unicode.BigEndian, unicode.UseBOM), arabic), "utf-16be", ';', "أنيس", 2},
		{"utf-16le without mark", encoded(t, utf16(unicode.LittleEndian, unicode.IgnoreBOM), french), "utf-16le", ';', "Égypte", 4},
		{"comma", []byte("Nom,Prénom\nAyari,Salma\n"), "utf-8", ',', "Ayari", 2},
		{"tab", []byte("Nom\tPrénom\nAyari\tSalma, dite S.\n"), "utf-8", '\t', "Ayari", 2},
		{"bar and bare CR", []byte("Nom|Prénom\rAyari|Salma\rDridi|Wafa"), "utf-8", '|', "Dridi", 3},
		{"Excel's first line", []byte("sep=,\r\nNom,Prénom\r\nAyari,Salma"), "utf-8", ',', "Ayari", 3},
		{"title above", []byte("Liste des participants, atelier du 14\n\nNom;Prénom;Sexe\nAyari;Salma;F\nDridi;Wafa;F\n"), "utf-8", ';', "Dridi", 5},
		{"line end inside quotes", []byte("Nom;Adresse\nAyari;\"1, rue\nTunis\"\nDridi;x\n"), "utf-8", ';', "Dridi", 3},
	} {
		book, err := sheet.Read("liste.csv", c.data, sheet.DefaultLimits())
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		rows := book.Sheets[0].Rows
		last := rows[len(rows)-1]
		if book.Encoding != c.enc || book.Comma != c.comma || last.Cells[0].Text != c.last || last.N != c.n {
			t.Errorf("%s: %s %q, row %d %q", c.what, book.Encoding, book.Comma, last.N, last.Cells[0].Text)
		}
	}
}

// What a standard writer of CSV writes is read back as it was.
func TestCSVAgreesWithEncodingCSV(t *testing.T) {
	t.Parallel()
	field := rapid.StringOfN(rapid.RuneFrom([]rune("ab;\"\n é,ع0")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(field, 3, 3), 1, 8).Draw(t, "rows")
		var b bytes.Buffer
		b.WriteString("sep=;\n")
		w := csv.NewWriter(&b)
		w.Comma = ';'
		_ = w.WriteAll(rows)
		book, err := sheet.Read("a.csv", b.Bytes(), sheet.DefaultLimits())
		if err != nil {
			if keyOf(err) == "sheet_empty" && strings.TrimSpace(strings.Join(flatten(rows), "")) == "" {
				return
			}
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, r := range book.Sheets[0].Rows {
			for _, c := range r.Cells {
				got[sheet.Ref(r.N, c.Col)] = c.Text
			}
		}
		for i, r := range rows {
			for j, f := range r {
				if ref := sheet.Ref(i+2, j+1); strings.TrimSpace(f) != "" && got[ref] != f {
					t.Fatalf("%s: %q, want %q", ref, got[ref], f)
				}
			}
		}
	})
}

func flatten(rows [][]string) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r...)
	}
	return all
}

// Our reader and excelize's agree on what excelize writes.
func TestReadAgreesWithExcelize(t *testing.T) {
	t.Parallel()
	value := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) any { return rapid.StringMatching(`[a-zéأب <&_"x0-9]{0,12}`).Draw(t, "text") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.IntRange(-99999, 99999999).Draw(t, "int") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Float64Range(-1e6, 1e6).Draw(t, "float") }),
		rapid.Custom(func(t *rapid.T) any { return rapid.Bool().Draw(t, "bool") }),
	)
	rapid.Check(t, func(t *rapid.T) {
		f := excelize.NewFile()
		defer f.Close()
		for range rapid.IntRange(0, 12).Draw(t, "n") {
			ref := sheet.Ref(rapid.IntRange(1, 30).Draw(t, "row"), rapid.IntRange(1, 40).Draw(t, "col"))
			_ = f.SetCellValue("Sheet1", ref, value.Draw(t, "value"))
		}
		_ = f.SetCellValue("Sheet1", "A1", "x") // last: a sheet without any text is refused, which is another test's subject
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Read("a.xlsx", b.Bytes(), sheet.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		g, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		defer g.Close()
		rows, _ := g.GetRows("Sheet1", excelize.Options{RawCellValue: true})
		for i, r := range rows {
			for j, want := range r {
				got := ""
				for _, x := range book.Sheets[0].Rows {
					if x.N == i+1 {
						got = x.At(j + 1).Text
					}
				}
				if strings.TrimSpace(want) != "" && got != want {
					t.Fatalf("%s: %q, excelize %q", sheet.Ref(i+1, j+1), got, want)
				}
			}
		}
	})
}

func TestPositions(t *testing.T) {
	t.Parallel()
	for col, want := range map[int]string{1: "A", 26: "Z", 27: "AA", 702: "ZZ", 703: "AAA", 16384: "XFD", 0: ""} {
		if got := sheet.Letter(col); got != want || (col > 0 && sheet.ParseLetter(strings.ToLower(got)) != col) {
			t.Errorf("%d: %q, back %d", col, got, sheet.ParseLetter(got))
		}
	}
	for _, bad := range []string{"", "A1", "é", "XFE", "AAAAAAAAAAAAAAAAAAA"} {
		if sheet.ParseLetter(bad) != 0 {
			t.Errorf("%q is no column", bad)
		}
	}
	if got := sheet.AbsRef("L'été", sheet.Range{FirstRow: 2, FirstCol: 1, LastRow: 9, LastCol: 3}); got != "'L''été'!$A$2:$C$9" {
		t.Error(got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(excelizeFile(f, func(x *excelize.File) {
		_ = x.SetSheetRow("Sheet1", "A1", &[]any{"Nom", 1971, true, 0.5})
		_ = x.SetCellFormula("Sheet1", "A2", "1+1")
	}))
	f.Add(handmade(f, `<row r="2"><c r="B2" t="s"><v>9</v></c><c t="d"><v>2026-12-14</v></c><c t="e"><v>#N/A</v></c></row>`))
	f.Add(zipOf(f, "_rels/.rels", "<Relationships/>"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) { checkRead(t, "a.xlsx", data) })
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{"Nom;Prénom\nA;\"b\"\"c\"\n", "\xff\xfea\x00;\x00b\x00", "sep=|\na|b", "\"", "a\rb\r\n\"x\"y;z", "\xc7\xe1\xc7\xd3\xe3;x\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { checkRead(t, "a.csv", data) })
}

// checkRead holds for every file: a refusal with a key, or rows in order within the limits.
func checkRead(t *testing.T, name string, data []byte) {
	lim := sheet.DefaultLimits()
	lim.Unpacked, lim.Rows = 4<<20, 500
	book, err := sheet.Read(name, data, lim)
	if err != nil {
		if !strings.HasPrefix(keyOf(err), "sheet_") {
			t.Fatalf("an error without a key: %v", err)
		}
		return
	}
	for _, s := range book.Sheets {
		if len(s.Rows) > lim.Rows || s.MaxCol() > lim.Columns {
			t.Fatal("beyond the limits")
		}
		for _, r := range s.Rows {
			if r.N < 1 || len(r.Cells) == 0 {
				t.Fatalf("row %d with %d cells", r.N, len(r.Cells))
			}
		}
	}
}
