package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shelter/internal/sheet"
)

// partsOf unpacks a workbook and checks that every part is well-formed XML.
func partsOf(t *testing.T, data []byte) map[string]string {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range zr.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(rc)
		rc.Close()
		if _, twice := parts[f.Name]; twice {
			t.Errorf("part %s is there twice", f.Name)
		}
		parts[f.Name] = string(b)
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") && !strings.HasSuffix(f.Name, ".vml") {
			continue
		}
		for d := xml.NewDecoder(bytes.NewReader(b)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
	}
	return parts
}

func logo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 120, 40))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func contains(t *testing.T, where, text string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			t.Errorf("%s lacks %s", where, w)
		}
	}
}

func TestReportOfSeveralSheets(t *testing.T) {
	t.Parallel()
	w := sheet.NewWorkbook()
	defer w.Close()
	w.Properties(sheet.Properties{Title: "Présences", Creator: "Shelter", Language: "ar", Created: time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)})
	head := w.Style(sheet.Style{Bold: true, Fill: "DDEBF7", Border: sheet.Box(sheet.Thin, ""), Wrap: true, Align: "center", VAlign: "center"})
	day := w.Style(sheet.Style{Format: sheet.FormatDate})
	free := w.Style(sheet.Style{Unlocked: true, RightToLeft: true})
	if head == day || head != w.Style(sheet.Style{Bold: true, Fill: "DDEBF7", Border: sheet.Box(sheet.Thin, ""), Wrap: true, Align: "center", VAlign: "center"}) {
		t.Error("a style is stored once")
	}

	paper := w.AddSheet("ورقة الحضور: يوم 1/2", sheet.SheetOptions{
		RightToLeft: true, HideGrid: true, TabColor: "1F6F78", Widths: []float64{5, 24, 0, 18},
		Page: &sheet.Page{Landscape: true, FitWidth: 1, CenterAcross: true, HeaderRight: sheet.HeaderText("A&B"), Footer: sheet.PageNumber + "/" + sheet.PageCount},
	})
	g := sheet.NewGrid()
	g.Merge(sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: 1, LastCol: 4}, sheet.V("المشروع", head))
	g.Set(5, 2, sheet.V("=1+1", free))
	g.Set(4, 1, sheet.V(1, 0))
	g.Height(5, 40)
	if off := g.Write(paper); off != 0 || paper.Last() != 5 {
		t.Errorf("offset %d, last %d", off, paper.Last())
	}
	paper.PrintTitles(1, 2)
	paper.PrintArea(sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: 5, LastCol: 4})
	paper.PageBreak(3)
	paper.Picture(1, 4, sheet.Picture{Data: logo(t), Height: 20, Alt: "Logo"})
	paper.Protect("secret")

	flat := w.AddSheet("Présences", sheet.SheetOptions{FreezeRows: 1})
	flat.Row(sheet.V("Nom", head), sheet.V("Date", head), sheet.V("Statut", head))
	for i := range 3 {
		flat.Row(sheet.V(fmt.Sprintf("Personne %d", i), 0), sheet.V(time.Date(2026, 12, 14+i, 0, 0, 0, 0, time.UTC), day), sheet.V("présent", 0))
	}
	flat.Table("Presences", sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: 4, LastCol: 3}, "")
	flat.DropDown(sheet.DropDown{Cells: sheet.Range{FirstRow: 2, FirstCol: 3, LastRow: 4, LastCol: 3}, List: "Statuts", Error: "Choisissez dans la liste."})
	flat.Highlight(sheet.Range{FirstRow: 2, FirstCol: 3, LastRow: 4, LastCol: 3}, `$C2="absent"`, sheet.Style{Fill: "FFC7CE"})
	flat.Note(2, 1, "Shelter", "vu")

	sums := w.AddSheet("Synthèse", sheet.SheetOptions{})
	sums.Row(sheet.V("présents", 0), sheet.Value{Formula: `COUNTIF(Presences[Statut],"présent")`, V: 3})
	sums.Chart(3, 1, sheet.Chart{Kind: sheet.Columns, Title: "Présences", RightToLeft: true, Labels: true, Series: []sheet.Series{{
		Name:       "'Synthèse'!$A$1",
		Categories: sheet.AbsRef("Synthèse", sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: 1, LastCol: 1}),
		Values:     sheet.AbsRef("Synthèse", sheet.Range{FirstRow: 1, FirstCol: 2, LastRow: 1, LastCol: 2}), Color: "1F6F78",
	}}})
	lists := w.AddSheet("Listes", sheet.SheetOptions{Hidden: true})
	lists.Row(sheet.V("présent", 0))
	lists.Row(sheet.V("absent", 0))
	w.Name("Statuts", lists.Name(), sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: 2, LastCol: 1})

	data, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	parts := partsOf(t, data)
	contains(t, "sheet 1", parts["xl/worksheets/sheet1.xml"], `rightToLeft="true"`, `showGridLines="false"`, `<mergeCell ref="A1:D1"/>`, `orientation="landscape"`,
		`paperSize="9"`, `fitToPage="true"`, `fitToHeight="0"`, `&amp;RA&amp;&amp;B`, `&amp;C&amp;P/&amp;N`, "sheetProtection", "SHA-512", `ht="40"`, "<drawing", "rowBreaks", `<brk id="3"`)
	contains(t, "sheet 2", parts["xl/worksheets/sheet2.xml"], "tablePart", "dataValidation", "<formula1>Statuts</formula1>", "legacyDrawing", "conditionalFormatting", `state="frozen"`)
	contains(t, "sheet 3", parts["xl/worksheets/sheet3.xml"], `<f>COUNTIF(Presences[Statut],&#34;présent&#34;)</f><v>3</v>`, "<drawing")
	contains(t, "chart", parts["xl/charts/chart1.xml"], `<a:srgbClr val="404040">`)
	if n := strings.Count(parts["xl/charts/chart1.xml"], `<a:srgbClr val="404040">`); n != 2 {
		t.Errorf("%d axes have letters that one can read", n)
	}
	contains(t, "table", parts["xl/tables/table1.xml"], `name="Presences"`, `ref="A1:C4"`, `name="Statut"`)
	contains(t, "workbook", parts["xl/workbook.xml"], `name="ورقة الحضور- يوم 1-2"`, "_xlnm.Print_Titles", "_xlnm.Print_Area", `state="hidden"`, `fullCalcOnLoad="true"`, "Statuts")
	contains(t, "core", parts["docProps/core.xml"], "Présences", "2026-12-14T08:00:00Z", ">ar<")

	book, err := sheet.Read("r.xlsx", data, sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	if c := book.Sheets[0].Rows[2].At(2); c.Kind != sheet.Text || c.Text != "=1+1" || c.Formula {
		t.Errorf("a text that begins with = is no formula: %+v", c)
	}
	if c := book.Sheets[1].Rows[3].At(2); c.Kind != sheet.Date || c.Time.Format(time.DateOnly) != "2026-12-16" {
		t.Errorf("date: %+v", c)
	}
	if !book.Sheets[0].RightToLeft || !book.Sheets[3].Hidden || book.Sheets[1].Hidden {
		t.Error("direction or visibility lost")
	}
}

func TestWorkbookKeepsItsFirstError(t *testing.T) {
	t.Parallel()
	w := sheet.NewWorkbook()
	defer w.Close()
	s := w.AddSheet("A", sheet.SheetOptions{})
	w.AddSheet("a", sheet.SheetOptions{})
	s.Row(sheet.V("x", 0))
	if _, err := w.Bytes(); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("two sheets of one name: %v", err)
	}
	empty := sheet.NewWorkbook()
	defer empty.Close()
	if _, err := empty.Bytes(); err == nil {
		t.Error("a workbook without a sheet was written")
	}
	broken := sheet.NewWorkbook()
	defer broken.Close()
	broken.AddSheet("A", sheet.SheetOptions{}).Picture(1, 1, sheet.Picture{Data: []byte("no image")})
	if _, err := broken.Bytes(); err == nil {
		t.Error("a broken picture went unnoticed")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteErrorIsReported(t *testing.T) {
	t.Parallel()
	w := sheet.NewWorkbook()
	defer w.Close()
	w.AddSheet("A", sheet.SheetOptions{}).Row(sheet.V("x", 0))
	if _, err := w.WriteTo(brokenWriter{}); err == nil {
		t.Error("a full disk went unnoticed")
	}
}

func TestEncryptedWorkbook(t *testing.T) {
	t.Parallel()
	w := sheet.NewWorkbook()
	defer w.Close()
	w.AddSheet("A", sheet.SheetOptions{}).Row(sheet.V("canary", 0))
	var b bytes.Buffer
	if err := w.WriteEncrypted(&b, ""); err == nil {
		t.Error("an empty password was taken")
	}
	if err := w.WriteEncrypted(&b, "S3cret-phrase"); err != nil {
		t.Fatal(err)
	}
	if _, err := sheet.Read("a.xlsx", b.Bytes(), sheet.DefaultLimits()); keyOf(err) != "sheet_encrypted" {
		t.Error(err)
	}
	f, err := excelize.OpenReader(&b, excelize.Options{Password: "S3cret-phrase"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if v, _ := f.GetCellValue("A", "A1"); v != "canary" {
		t.Errorf("decrypted: %q", v)
	}
}

func TestSheetName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Présences": "Présences", "a/b:c": "a-b-c", "  'x'  ": "x", "": "1", "''": "1", strings.Repeat("ع", 40): strings.Repeat("ع", 31),
		strings.Repeat("😀", 20): strings.Repeat("😀", 15),
	} {
		if got := sheet.SheetName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCSVIsGuarded(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	c := sheet.NewCSV(&b)
	c.Row("Nom", "n;o", `dit "x"`, "=HYPERLINK(1)", "+216 22 642 259", "-3,5", "+21622642259", "@x", "-", "\tx")
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffNom;\"n;o\";\"dit \"\"x\"\"\";'=HYPERLINK(1);'+216 22 642 259;\"-3,5\";+21622642259;'@x;-;\"'\tx\"\r\n"
	if b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	if err := func() error { c := sheet.NewCSV(brokenWriter{}); c.Row(strings.Repeat("x", 9000)); return c.Flush() }(); err == nil {
		t.Error("a full disk went unnoticed")
	}
}

// rows of the size of the yardstick in docs/performance.md
const benchRows, benchCols = 10_000, 20

func writeOurs(dst io.Writer) error {
	w := sheet.NewWorkbook()
	defer w.Close()
	bold := w.Style(sheet.Style{Bold: true})
	s := w.AddSheet("A", sheet.SheetOptions{})
	row := make([]sheet.Value, benchCols)
	for r := range benchRows {
		for c := range row {
			if c%2 == 0 {
				row[c] = sheet.V("présent", bold)
			} else {
				row[c] = sheet.V(r*c, 0)
			}
		}
		s.Row(row...)
	}
	_, err := w.WriteTo(dst)
	return err
}

func TestManyRowsStayWithinMemory(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if err := writeOurs(io.Discard); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := (after.HeapSys - min(before.HeapSys, after.HeapSys)) >> 20; used > 120 {
		t.Errorf("%d MB of heap for %d rows", used, benchRows)
	}
}

func BenchmarkWorkbook(b *testing.B) {
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := writeOurs(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("yardstick", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f := excelize.NewFile()
			sw, _ := f.NewStreamWriter("Sheet1")
			row := make([]any, benchCols)
			for r := range benchRows {
				for c := range row {
					if c%2 == 0 {
						row[c] = "présent"
					} else {
						row[c] = r * c
					}
				}
				_ = sw.SetRow(sheet.Ref(r+1, 1), row)
			}
			_ = sw.Flush()
			_ = f.Write(io.Discard)
			_ = f.Close()
		}
	})
}

// TestRowsAreAsHighAsTheirTexts: a wrapped text that needs lines gets them; a short one, a text that does not wrap and a height
// that was given stay.
func TestRowsAreAsHighAsTheirTexts(t *testing.T) {
	t.Parallel()
	w := sheet.NewWorkbook()
	wrap := w.Style(sheet.Style{Wrap: true, Size: 10})
	s := w.AddSheet("Textes", sheet.SheetOptions{Widths: []float64{20, 20}})
	long := strings.Repeat("mot ", 20) // 80 letters on lines of 22
	s.Row(sheet.V("court", wrap), sheet.V(long, wrap))
	s.Row(sheet.V("court", wrap), sheet.V(long, 0))
	s.RowWith(sheet.RowOptions{Height: 17}, sheet.V(long, wrap))
	s.Row(sheet.V("deux\nlignes", wrap))
	data, err := w.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	part := partsOf(t, data)["xl/worksheets/sheet1.xml"]
	for row, want := range map[int]string{1: `ht="55"`, 3: `ht="17"`, 4: `ht="29"`} {
		if at := strings.Index(part, fmt.Sprintf(`<row r="%d"`, row)); at < 0 || !strings.Contains(part[at:at+strings.IndexByte(part[at:], '>')], want) {
			t.Errorf("row %d is not %s high: %s", row, want, part[at:min(len(part), at+80)])
		}
	}
	if at := strings.Index(part, `<row r="2"`); strings.Contains(part[at:at+strings.IndexByte(part[at:], '>')], "ht=") {
		t.Error("a text that does not wrap makes its row high")
	}
}

func TestNameOfASeriesIsAReference(t *testing.T) {
	t.Parallel()
	w := sheet.NewWorkbook()
	s := w.AddSheet("Chiffres", sheet.SheetOptions{})
	s.Row(sheet.V("présents", 0), sheet.V(3, 0))
	r := sheet.AbsRef(s.Name(), sheet.Range{FirstRow: 1, FirstCol: 2, LastRow: 1, LastCol: 2})
	s.Chart(3, 1, sheet.Chart{Series: []sheet.Series{{Name: "Prétest", Categories: r, Values: r}}})
	if w.Err() == nil {
		t.Error("a name written out was taken: it would be a damaged formula in the file")
	}
}
