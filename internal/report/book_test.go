package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"shelter/internal/i18n"
)

var update = flag.Bool("update", false, "write the golden files anew")

// open reads a workbook with a reader that is not ours.
func open(t *testing.T, m made) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(m.data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// parts unpacks a workbook; every XML part must be well-formed and stand there once.
func parts(t *testing.T, data []byte) map[string]string {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range zr.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(rc)
		rc.Close()
		if _, twice := all[f.Name]; err != nil || twice {
			t.Fatalf("%s: twice %v, %v", f.Name, twice, err)
		}
		all[f.Name] = string(b)
		if ext := filepath.Ext(f.Name); ext == ".xml" || ext == ".rels" || ext == ".vml" {
			wellFormed(t, f.Name, b)
		}
	}
	return all
}

func wellFormed(t *testing.T, name string, b []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(b)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// outline describes what a workbook consists of, for the golden files.
func outline(t *testing.T, m made) string {
	t.Helper()
	f := open(t, m)
	var b strings.Builder
	for _, name := range f.GetSheetList() {
		visible, _ := f.GetSheetVisible(name)
		view, _ := f.GetSheetView(name, 0)
		layout, _ := f.GetPageLayout(name)
		protect := strings.Contains(sheetXML(t, m, f, name), "<sheetProtection")
		fmt.Fprintf(&b, "[%s] hidden=%v rtl=%v paper=%s/%s locked=%v\n", name, !visible, view.RightToLeft != nil && *view.RightToLeft, *layout.Orientation,
			paperOf(layout.Size), protect)
		tables, _ := f.GetTables(name)
		for _, tb := range tables {
			fmt.Fprintf(&b, "  table %s %s: %s\n", tb.Name, tb.Range, strings.Join(headings(t, f, name, tb.Range), " | "))
		}
		vs, _ := f.GetDataValidations(name)
		for _, v := range vs {
			fmt.Fprintf(&b, "  list %s: %s\n", v.Sqref, v.Formula1)
		}
		rows, _ := f.GetRows(name)
		for i, r := range rows {
			if len(r) > 0 && r[0] != "" && (len(tables) == 0 || i < 3) && visible {
				fmt.Fprintf(&b, "  %d: %s\n", i+1, r[0])
			}
		}
	}
	for _, n := range f.GetDefinedName() {
		fmt.Fprintf(&b, "name %s (%s) = %s\n", n.Name, n.Scope, n.RefersTo)
	}
	return b.String()
}

func paperOf(size *int) string {
	if size != nil && *size == 9 {
		return "A4"
	}
	return "other"
}

func sheetXML(t *testing.T, m made, f *excelize.File, name string) string {
	t.Helper()
	i, err := f.GetSheetIndex(name)
	if err != nil || i < 0 {
		t.Fatalf("no sheet %q", name)
	}
	return parts(t, m.data)[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)]
}

func headings(t *testing.T, f *excelize.File, sheet, ref string) []string {
	t.Helper()
	from, to, _ := strings.Cut(ref, ":")
	c1, row, _ := excelize.CellNameToCoordinates(from)
	c2, _, _ := excelize.CellNameToCoordinates(to)
	var heads []string
	for c := c1; c <= c2; c++ {
		cell, _ := excelize.CoordinatesToCellName(c, row)
		v, err := f.GetCellValue(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		heads = append(heads, v)
	}
	return heads
}

func TestStructure(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		got := outline(t, make1(t, invent(11, 2, true), Options{Lang: l}))
		golden := filepath.Join("testdata", "attendance."+string(l)+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: the structure differs from %s (run with -update after looking):\n%s", l, golden, got)
		}
	}
}

// sizes are the events that the shape of the file must survive.
var sizes = []struct {
	people, days int
	marked       bool
	sheets       int // of signatures
}{{0, 1, false, 1}, {0, 0, false, 1}, {3, 0, false, 1}, {1, 1, true, 1}, {30, 2, true, 1}, {12, 3, true, 1}, {40, 6, true, 2}, {200, 4, true, 2}}

func TestFilesNeedNoRepair(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		for i, s := range sizes {
			if l != i18n.FR && i%3 != 0 {
				continue
			}
			m := make1(t, invent(s.people, s.days, s.marked), Options{Lang: l})
			checkFile(t, m)
			f := open(t, m)
			if n := len(f.GetSheetList()); n != s.sheets+6 {
				t.Errorf("%s %+v: %d sheets, want %d", l, s, n, s.sheets+6)
			}
			if _, err := f.GetRows(f.GetSheetList()[0]); err != nil {
				t.Error(err)
			}
		}
	}
}

var reMerge = regexp.MustCompile(`<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"`)

// checkFile looks for what makes Excel offer a repair.
func checkFile(t *testing.T, m made) {
	t.Helper()
	f := open(t, m)
	all := parts(t, m.data)
	names := map[string]bool{}
	for _, n := range f.GetDefinedName() {
		if k := n.Name + "/" + n.Scope; names[k] {
			t.Errorf("the name %s is defined twice", k)
		} else {
			names[k] = true
		}
	}
	for i, name := range f.GetSheetList() {
		if n := len(utf16.Encode([]rune(name))); n > 31 || strings.ContainsAny(name, `:\/?*[]`) {
			t.Errorf("sheet name %q", name)
		}
		checkMerges(t, name, reMerge.FindAllStringSubmatch(all[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)], -1))
		checkTables(t, f, name)
		vs, err := f.GetDataValidations(name)
		if err != nil {
			t.Error(err)
		}
		for _, v := range vs {
			if !names[v.Formula1+"/Workbook"] || (v.Error != nil && len([]rune(*v.Error)) > 225) || (v.ErrorTitle != nil && len([]rune(*v.ErrorTitle)) > 32) {
				t.Errorf("%s: validation %+v", name, v)
			}
		}
	}
	for part, text := range all {
		if strings.Contains(text, "⟦") || strings.Contains(text, "%!") || strings.Contains(text, "&lt;no value&gt;") {
			t.Errorf("%s holds a missing text", part)
		}
	}
}

func checkMerges(t *testing.T, name string, refs [][]string) {
	t.Helper()
	taken := map[[2]int]bool{}
	for _, m := range refs {
		from, to, _ := strings.Cut(m[1], ":")
		c1, r1, _ := excelize.CellNameToCoordinates(from)
		c2, r2, _ := excelize.CellNameToCoordinates(to)
		if c1 == c2 && r1 == r2 {
			t.Errorf("%s: %s is a merge of one cell", name, m[1])
		}
		for r := r1; r <= r2; r++ {
			for c := c1; c <= c2; c++ {
				if taken[[2]int{r, c}] {
					t.Errorf("%s: %s meets another merge", name, m[1])
				}
				taken[[2]int{r, c}] = true
			}
		}
	}
}

// checkTables: a table has distinct headings that are texts, at least one row, and no formula needs an escape in a heading.
func checkTables(t *testing.T, f *excelize.File, name string) {
	t.Helper()
	tables, err := f.GetTables(name)
	if err != nil || len(tables) > 1 {
		t.Fatalf("%s: %d tables, %v", name, len(tables), err)
	}
	for _, tb := range tables {
		from, to, _ := strings.Cut(tb.Range, ":")
		_, r1, _ := excelize.CellNameToCoordinates(from)
		_, r2, _ := excelize.CellNameToCoordinates(to)
		heads := headings(t, f, name, tb.Range)
		if r2 <= r1 {
			t.Errorf("%s: table %s has no row", name, tb.Range)
		}
		seen := map[string]bool{}
		for _, h := range heads {
			if h == "" || seen[strings.ToLower(h)] || strings.ContainsAny(h, "\n\t[]#'") {
				t.Errorf("%s: heading %q", name, h)
			}
			seen[strings.ToLower(h)] = true
		}
	}
}

func TestArabicFileIsArabic(t *testing.T) {
	t.Parallel()
	m := make1(t, invent(8, 2, true), Options{Lang: i18n.AR})
	f := open(t, m)
	arabic := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
	}
	for _, name := range f.GetSheetList() {
		if !arabic(name) {
			t.Errorf("sheet %q", name)
		}
		view, err := f.GetSheetView(name, 0)
		if err != nil || view.RightToLeft == nil || !*view.RightToLeft {
			t.Errorf("%s does not run from right to left", name)
		}
		rows, _ := f.GetRows(name)
		letters := 0
		for _, r := range rows {
			for _, c := range r {
				if arabic(c) {
					letters++
				}
			}
		}
		if letters < 3 { // the pivot table has its heading alone until a program fills it
			t.Errorf("%s has %d Arabic cells", name, letters)
		}
	}
	// the columns stand in the same order as in the other languages: the view alone runs the other way
	flat := f.GetSheetList()[1]
	if v, _ := f.GetCellValue(flat, "A2"); v != "W-2026-014" {
		t.Errorf("A2 is %q", v)
	}
}

func TestSignatureSheetIsProtectedButForItsBoxes(t *testing.T) {
	t.Parallel()
	m := make1(t, invent(5, 1, false), Options{Lang: i18n.FR})
	f := open(t, m)
	name := f.GetSheetList()[0]
	locked := func(cell string) bool {
		id, err := f.GetCellStyle(name, cell)
		if err != nil {
			t.Fatal(err)
		}
		st, err := f.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		return st.Protection == nil || st.Protection.Locked
	}
	rows, _ := f.GetRows(name)
	first := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 1 && r[0] == "1" }) + 1
	if first == 0 {
		t.Fatal("no first person")
	}
	for col, want := range map[string]bool{"A": true, "B": true, "F": true, "J": false, "K": false, "L": false} {
		if got := locked(fmt.Sprintf("%s%d", col, first)); got != want {
			t.Errorf("%s%d locked = %v", col, first, got)
		}
	}
	if locked(fmt.Sprintf("B%d", first+7)) {
		t.Error("a blank line is locked")
	}
	if x := sheetXML(t, m, f, name); !strings.Contains(x, `sheet="1"`) && !strings.Contains(x, `sheet="true"`) || strings.Contains(x, "hashValue") {
		t.Error("the sheet is not protected, or by a password")
	}
}

func TestTextsAreNeverFormulas(t *testing.T) {
	t.Parallel()
	m := make1(t, invent(12, 2, true), Options{Lang: i18n.FR})
	for part, text := range parts(t, m.data) {
		if !strings.HasPrefix(part, "xl/worksheets/sheet") {
			continue
		}
		for _, bad := range []string{"<f>=", "<f>HYPERLINK", "<f>@", "<f>Association", "<f>SUM(1", "cmd|"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %s", part, bad)
			}
		}
	}
	f := open(t, m)
	name, found := f.GetSheetList()[0], 0
	rows, _ := f.GetRows(name)
	for i, r := range rows {
		for j, v := range r {
			if v != "=Association?" && v != "=HYPERLINK(1)" && v != "@SUM" {
				continue
			}
			found++
			cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
			if formula, _ := f.GetCellFormula(name, cell); formula != "" {
				t.Errorf("%s is the formula %s", cell, formula)
			}
		}
	}
	if found < 2 {
		t.Errorf("%d texts that look like formulas, want at least 2", found)
	}
}
