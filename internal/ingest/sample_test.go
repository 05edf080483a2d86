package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// today is the day of every import in these tests.
var today = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

func bundle(t testing.TB) *i18n.Bundle {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func readBook(t testing.TB, name string, data []byte) *sheet.Book {
	t.Helper()
	book, err := sheet.Read(name, data, sheet.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// checkFile proposes and checks a file as the command line does.
func checkFile(t testing.TB, name string, data []byte) (Proposal, *Checked) {
	t.Helper()
	book := readBook(t, name, data)
	p := Propose(book, today)
	if p.Problem != "" {
		t.Fatalf("%s: %s", name, p.Problem)
	}
	c, err := Check(book, p.Mapping, today)
	if err != nil {
		t.Fatal(err)
	}
	return p, c
}

func csvBook(t testing.TB, text string) *sheet.Book { return readBook(t, "liste.csv", []byte(text)) }

// keys lists the issues as "row:column key".
func keys(c *Checked) []string {
	var out []string
	for _, i := range c.Issues {
		out = append(out, sheet.Ref(i.Row, max(i.Col, 1))+" "+string(i.Level)+" "+strings.TrimPrefix(i.Key, "ingest_"))
	}
	return out
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func errKey(err error) string {
	var e *errs.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func TestSampleOfTheMinistry(t *testing.T) {
	t.Parallel()
	p, c := checkFile(t, "participants-mas.xlsx", sample(t, "participants-mas.xlsx"))
	if p.Mapping.Sheet != "Liste participants" || p.Mapping.HeaderRow != 5 || len(p.Mapping.Columns) != 10 || len(p.Sheets) != 2 {
		t.Errorf("mapping: %+v", p.Mapping)
	}
	for f, col := range map[Field]int{FamilyName: 2, GivenName: 3, Sex: 4, CIN: 5, Birth: 6, Organisation: 7, Function: 8, Governorate: 9, Phone: 10, Email: 11} {
		if p.Mapping.Columns[f] != col {
			t.Errorf("%s: column %d, want %d", f, p.Mapping.Columns[f], col)
		}
	}
	valid, invalid, duplicates := c.Counts()
	if len(c.People) != 25 || valid != 25 || invalid != 0 || duplicates != 1 {
		t.Errorf("%d rows, %d valid, %d invalid, %d duplicates", len(c.People), valid, invalid, duplicates)
	}
	same(t, "issues", keys(c), []string{
		"E9 warning cin_cut", "F9 warning birth_year_only", "F14 warning birth_year_only", "E17 warning cin_padded", "F18 warning birth_year_only",
		"F22 warning birth_year_only", "B24 warning same_name", "E24 warning cin_zero", "F26 warning birth_year_only", "F27 warning birth_month_only",
		"F30 warning birth_year_only", "E31 warning duplicate",
	})
	if len(c.Skipped) != 2 || c.Skipped[0] != (Skipped{33, SkipTotal, "Total"}) || c.Skipped[1].Reason != SkipSignature {
		t.Errorf("skipped: %+v", c.Skipped)
	}
	first, third, last := c.People[0], c.People[2], c.People[24]
	want := Person{
		Row: 6, Family: "Ayari", Given: "Salma", Sex: "f", CIN: "05535478", BirthDate: time.Date(1968, 4, 27, 0, 0, 0, 0, time.UTC), BirthYear: 1968,
		Organisation: "Association Voix libres (fictive)", Function: "Psychologue", Governorate: "TN-33", Phone: "+21622642259", Email: "p1.0@exemple.test",
		NameKey: first.NameKey,
	}
	if first != want {
		t.Errorf("row 6: %+v", first)
	}
	if third.Family != "Hammami" || last.SameAs != 8 || last.BirthDate != third.BirthDate || last.NameKey != third.NameKey {
		t.Errorf("rows 8 and 31: %+v, %+v", third, last)
	}
	if p := c.People[3]; p.CIN != "" || p.Sex != "m" || p.BirthYear != 1971 || !p.BirthDate.IsZero() {
		t.Errorf("row 9: %+v", p)
	}
}

func TestSampleInArabic(t *testing.T) {
	t.Parallel()
	p, c := checkFile(t, "participants-ong-ar.xlsx", sample(t, "participants-ong-ar.xlsx"))
	if p.Mapping.HeaderRow != 2 || p.Mapping.Columns[FullName] != 2 || p.Mapping.NameOrder != GivenFirst || len(p.Mapping.Columns) != 8 {
		t.Errorf("mapping: %+v", p.Mapping)
	}
	if valid, invalid, duplicates := c.Counts(); len(c.People) != 20 || valid != 20 || invalid != 0 || duplicates != 0 {
		t.Errorf("%d rows, %d valid, %d invalid, %d duplicates", len(c.People), valid, invalid, duplicates)
	}
	same(t, "issues", keys(c), nil)
	for i, want := range map[int][2]string{0: {"البوعزيزي", "أنيس"}, 4: {"بن صالح", "إيمان"}, 7: {"العياري", "محمد علي"}} {
		if p := c.People[i]; p.Family != want[0] || p.Given != want[1] {
			t.Errorf("row %d: %q, %q", p.Row, p.Family, p.Given)
		}
	}
	for i, code := range []string{"TN-14", "TN-81", "TN-33", "TN-33", "TN-31", "TN-82", "TN-13"} {
		if c.People[i].Governorate != code {
			t.Errorf("row %d: %s, want %s", c.People[i].Row, c.People[i].Governorate, code)
		}
	}
}

func TestSampleOfWindows(t *testing.T) {
	t.Parallel()
	p, c := checkFile(t, "participants-windows.csv", sample(t, "participants-windows.csv"))
	if p.Mapping.HeaderRow != 1 || len(p.Mapping.Columns) != 8 || len(c.People) != 15 {
		t.Errorf("mapping %+v, %d rows", p.Mapping, len(c.People))
	}
	same(t, "issues", keys(c), nil)
	if o := c.People[0].Organisation; o != "MAS – CDIS Sfax" {
		t.Errorf("organisation: %q", o)
	}
	if p := c.People[3]; p.Family != "Saïdi" || p.Function != "Éducateur" || p.Phone != "+21657889607" {
		t.Errorf("row 5: %+v", p)
	}
}

// Every message that a check can give exists, and leaves no placeholder empty, in every language.
func TestReportsSpeakEveryLanguage(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	var all []Issue
	for _, name := range []string{"participants-mas.xlsx"} {
		_, c := checkFile(t, name, sample(t, name))
		all = append(all, c.Issues...)
	}
	_, nasty := checkFile(t, "nasty.csv", []byte(nastyCSV))
	all = append(all, nasty.Issues...)
	seen := map[string]bool{}
	for _, l := range i18n.Langs() {
		loc := b.For(l)
		for _, i := range all {
			seen[i.Key] = true
			if m := i.Message(loc); m == "" || strings.Contains(m, "⟦") || strings.Contains(m, "<no value>") {
				t.Errorf("%s in %s: %q", i.Key, l, m)
			}
		}
		for _, f := range Fields() {
			if !loc.Has(f.LabelKey()) {
				t.Errorf("%s has no name in %s", f, l)
			}
		}
		for _, r := range []SkipReason{SkipTotal, SkipSignature, SkipHeader, SkipNote} {
			if !loc.Has(r.LabelKey()) {
				t.Errorf("%s has no name in %s", r, l)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d kinds of issue were looked at", len(seen))
	}
}

func TestReportForScripts(t *testing.T) {
	t.Parallel()
	p, c := checkFile(t, "participants-mas.xlsx", sample(t, "participants-mas.xlsx"))
	r := NewReport(p.Mapping, c, bundle(t).For(i18n.FR))
	if r.Sheet != "Liste participants" || r.HeaderRow != 5 || r.Rows != 25 || r.Valid != 25 || r.Invalid != 0 || r.Duplicates != 1 || r.Created != 0 {
		t.Errorf("%+v", r)
	}
	last := r.Issues[len(r.Issues)-1]
	if last != (ReportIssue{31, "E", LevelWarning, "Même personne qu'à la ligne 8 : elle n'est inscrite qu'une fois."}) {
		t.Errorf("%+v", last)
	}
	empty := NewReport(Mapping{}, &Checked{}, bundle(t).For(i18n.FR))
	if empty.Issues == nil {
		t.Error("a list without issues must be [], not null")
	}
}

// A marked-up copy can be read again as it was, and its remarks column disturbs nothing.
func TestMarkedCopyIsReadAgain(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"participants-mas.xlsx", "participants-ong-ar.xlsx", "participants-windows.csv"} {
		data := sample(t, name)
		p, c := checkFile(t, name, data)
		issues := append([]Issue{{Row: c.People[0].Row, Key: "ingest_row_hidden", Level: LevelWarning}}, c.Issues...)
		for _, l := range i18n.Langs() {
			out, err := MarkUp(name, data, p.Mapping, issues, bundle(t).For(l))
			if err != nil {
				t.Fatal(err)
			}
			p2, c2 := checkFile(t, "copie.xlsx", out)
			if p2.Mapping.HeaderRow != p.Mapping.HeaderRow || len(p2.Mapping.Columns) != len(p.Mapping.Columns) {
				t.Errorf("%s in %s: %+v", name, l, p2.Mapping)
			}
			same(t, name+" read again", keys(c2), keys(c))
			for i := range c.People {
				if c2.People[i] != c.People[i] {
					t.Errorf("%s: %+v, was %+v", name, c2.People[i], c.People[i])
				}
			}
		}
	}
}
