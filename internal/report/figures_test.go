package report

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// counted is an independent count from the people themselves, person by person, not from the flat rows.
type counted struct{ listed, present, parts, done int }

func (c *counted) person(p *workshop.Participant, planned int) {
	n, _ := p.Attended()
	c.listed++
	c.parts += n
	if n > 0 {
		c.present++
	}
	if p.State == workshop.Enrolled && float64(n) >= 0.75*float64(planned) && n > 0 {
		c.done++
	}
}

func countPeople(s source, keep func(p *workshop.Participant) bool) counted {
	var c counted
	for i := range s.report.People {
		p := &s.report.People[i]
		if (p.State == workshop.Enrolled || p.Marked()) && keep(p) {
			c.person(p, len(s.report.Slots))
		}
	}
	return c
}

// section reads the rows of the synthesis below a heading, by their first cell.
func section(t *testing.T, f *excelize.File, name, heading string) map[string][]string {
	t.Helper()
	rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	inside := false
	for _, r := range rows {
		switch {
		case strings.Join(r, "") == "":
			inside = false
		case r[0] == heading:
			inside = true
		case inside:
			out[r[0]] = r[1:]
		}
	}
	if len(out) == 0 {
		t.Fatalf("no section %q", heading)
	}
	return out
}

func TestSynthesisAgreesWithAnIndependentCount(t *testing.T) {
	t.Parallel()
	for _, n := range []struct{ people, days int }{{34, 2}, {200, 4}, {25, 6}, {0, 1}, {2, 0}} {
		s := invent(n.people, n.days, true)
		m := make1(t, s, Options{Lang: i18n.FR})
		f := open(t, m)
		all := countPeople(s, func(*workshop.Participant) bool { return true })
		if n.days == 0 {
			all.listed = 0 // nobody has a row of a programme without half-days
		}
		keys := section(t, f, "Synthèse", "Chiffres clés")
		for label, want := range map[string]int{
			"Demi-journées prévues": len(s.report.Slots), "Personnes inscrites": all.listed, "Personnes présentes": all.present, "Participations": all.parts,
			"Participations possibles": all.listed * len(s.report.Slots), "Formations achevées": all.done,
		} {
			if got := keys[label][0]; got != strconv.Itoa(want) {
				t.Errorf("%+v: %s is %s, want %d", n, label, got, want)
			}
		}
		for _, heading := range []string{"Par tranche d'âge et par sexe", "Par type d'organisation et par sexe", "Par gouvernorat et par sexe", "Par organisation et par sexe"} {
			rowIs(t, section(t, f, "Synthèse", heading)["Total"], 3, all, heading)
		}
	}
}

// rowIs compares the four measures of a row; at is the place of the sex's column, 3 for all together.
func rowIs(t *testing.T, row []string, at int, want counted, what string) {
	t.Helper()
	for i, n := range []int{want.listed, want.present, want.parts, want.done} {
		if got := row[i*4+at]; got != strconv.Itoa(n) {
			t.Errorf("%s, measure %d: %s, want %d", what, i, got, n)
		}
	}
}

func TestBreakdownsAgreeWithAnIndependentCount(t *testing.T) {
	t.Parallel()
	s := invent(90, 3, true)
	f := open(t, make1(t, s, Options{Lang: i18n.EN}))
	sexes := []string{"f", "m", ""}
	ages := section(t, f, "Summary", "By age band and sex")
	types := section(t, f, "Summary", "By type of organisation and sex")
	places := section(t, f, "Summary", "By governorate and sex")
	orgs := section(t, f, "Summary", "By organisation and sex")
	for i, sex := range sexes {
		rowIs(t, ages["25 to 34"], i, countPeople(s, func(p *workshop.Participant) bool {
			return p.Sex == sex && org.AgeBandAt(monday, p.BirthDate, p.BirthYear) == org.Age25
		}), "25 to 34 "+sex)
		rowIs(t, ages["Not stated"], i, countPeople(s, func(p *workshop.Participant) bool { return p.Sex == sex && p.BirthYear == 0 }), "no age "+sex)
		rowIs(t, types["NGO"], i, countPeople(s, func(p *workshop.Participant) bool { return p.Sex == sex && p.OrganisationKind == "ngo" }), "NGO "+sex)
		rowIs(t, types["Not stated"], i, countPeople(s, func(p *workshop.Participant) bool { return p.Sex == sex && p.OrganisationKind == "" }), "no type "+sex)
		rowIs(t, places["Sfax"], i, countPeople(s, func(p *workshop.Participant) bool { return p.Sex == sex && p.Governorate == "TN-61" }), "Sfax "+sex)
		rowIs(t, orgs["Association Amal *Tunis*"], i, countPeople(s, func(p *workshop.Participant) bool {
			return p.Sex == sex && strings.EqualFold(p.Organisation, "association amal *tunis*")
		}), "Amal "+sex)
		rowIs(t, orgs["=Association?"], i, countPeople(s, func(p *workshop.Participant) bool { return p.Sex == sex && p.Organisation == "=Association?" }), "=Association? "+sex)
	}
}

func TestHalfDaysKeepTheSixStatusesApart(t *testing.T) {
	t.Parallel()
	s := invent(60, 2, true)
	f := open(t, make1(t, s, Options{Lang: i18n.EN}))
	rows := section(t, f, "Summary", "By half-day")
	seen := map[workshop.Status]int{}
	for j := range s.report.Slots {
		sl := &s.report.Slots[j]
		want := map[workshop.Status]int{}
		for i := range s.report.People {
			if p := &s.report.People[i]; p.State == workshop.Enrolled || p.Marked() {
				want[p.Cells[j].Status]++
			}
		}
		half := map[workshop.Half]string{workshop.AM: "Morning", workshop.PM: "Afternoon"}[sl.Half]
		got := rows[fmt.Sprintf("%s %d Dec 2026 · %s", sl.Day.Format("Mon"), sl.Day.Day(), half)]
		for k, st := range workshop.Statuses() {
			if len(got) < 7 || got[k] != strconv.Itoa(want[st]) {
				t.Errorf("half-day %d, %s: %v, want %d", j, st, got, want[st])
			}
		}
		for _, st := range workshop.Statuses() {
			seen[st] += want[st]
		}
	}
	for _, st := range workshop.Statuses() {
		if seen[st] == 0 {
			t.Errorf("none of the invented people is %s", st)
		}
	}
}

func TestChecksumIsThatOfTheRowsInTheFile(t *testing.T) {
	t.Parallel()
	for _, l := range i18n.Langs() {
		m := make1(t, invent(21, 2, true), Options{Lang: l})
		book, err := sheet.Read("x.xlsx", m.data, sheet.DefaultLimits())
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.New()
		n := 0
		for _, r := range book.Sheets[1].Rows[1:] {
			io.WriteString(sum, line(r))
			n++
		}
		if got := hex.EncodeToString(sum.Sum(nil)); got != m.checksum || n != len(m.facts.rows) {
			t.Errorf("%s: %d rows, checksum %s, want %d, %s", l, n, got, len(m.facts.rows), m.checksum)
		}
		if readme := book.Sheets[len(book.Sheets)-1]; !strings.Contains(fmt.Sprint(readme.Rows), m.checksum) {
			t.Errorf("%s: the read-me lacks the checksum", l)
		}
	}
}

// line writes a row as the read-me says that the checksum is computed.
func line(r sheet.Row) string {
	var cells []string
	for col := 1; col <= 20; col++ {
		c := r.At(col)
		switch {
		case c.Kind == sheet.Date && c.HasDay():
			cells = append(cells, c.Time.Format(time.DateOnly))
		case c.Kind == sheet.Date:
			cells = append(cells, c.Time.Format("15:04"))
		default:
			cells = append(cells, c.Text)
		}
	}
	return strings.Join(cells, "\t") + "\n"
}

func TestNotMarkedIsNotZero(t *testing.T) {
	t.Parallel()
	m := make1(t, invent(4, 1, false), Options{Lang: i18n.FR})
	f := open(t, m)
	for _, cell := range []string{"N2", "O2", "P2", "L2"} {
		if v, _ := f.GetCellValue("Présences", cell); v != "" {
			t.Errorf("%s of a row that nobody marked is %q", cell, v)
		}
	}
	if v, _ := f.GetCellValue("Présences", "K2"); v != "Non pointé" {
		t.Errorf("status %q", v)
	}
	if raw, _ := f.GetCellValue("Présences", "B2", excelize.Options{RawCellValue: true}); raw != "46370" {
		t.Errorf("the date is %s, not the number of 14 December 2026", raw)
	}
}

// The tests' figures: undefined ones are dashes.
func TestPairsAreCountedHonestly(t *testing.T) {
	t.Parallel()
	few := invent(4, 1, true) // the fourth took the pre-test only
	f := open(t, make1(t, few, Options{Lang: i18n.EN}))
	keys := section(t, f, "Pre-post", "Key figures")
	for label, want := range map[string]string{"Took both tests": "3", "Pre-test only": "1", "Post-test only": "0"} {
		if keys[label][0] != want {
			t.Errorf("%s: %s, want %s", label, keys[label][0], want)
		}
	}
	rows, _ := f.GetRows("Pre-post")
	if text := fmt.Sprint(rows); !strings.Contains(text, "Only 3 pairs") || !strings.Contains(text, "–") {
		t.Errorf("no word on the small number: %s", text)
	}
	few.tests.Scores = few.tests.Scores[3:]
	f = open(t, make1(t, few, Options{Lang: i18n.EN}))
	for label, v := range section(t, f, "Pre-post", "Key figures") {
		if strings.HasPrefix(label, "Mean") || strings.HasPrefix(label, "Normalised") {
			if v[0] != "–" {
				t.Errorf("%s without a pair is %s", label, v[0])
			}
		}
	}
}

func TestAnonymousTestsHaveNumbersForCodes(t *testing.T) {
	t.Parallel()
	s := invent(6, 1, true)
	s.tests.Pairing.Anonymous = true
	for i := range s.tests.Scores {
		s.tests.Scores[i].PersonID = [16]byte{}
	}
	m := make1(t, s, Options{Lang: i18n.EN})
	f := open(t, m)
	text := sheetXML(t, m, f, "Pre-post")
	if strings.Contains(text, "P-0000") || !strings.Contains(text, "Answer 1") || !strings.Contains(text, "Anonymous tests") {
		t.Error("an anonymous test names people")
	}
	hidden := s
	hidden.testsHidden = true
	m = make1(t, hidden, Options{Lang: i18n.EN})
	if strings.Contains(sheetXML(t, m, open(t, m), "Pre-post"), "Answer 1") {
		t.Error("results that the maker may not see are in the file")
	}
}

var reStored = regexp.MustCompile(`(<f>[^<]*</f>)<v>[^<]*</v>`)

// withoutStored takes the stored values of all formulas out, so that a program has to compute them.
func withoutStored(t *testing.T, data []byte) []byte {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	taken := 0
	for _, f := range zr.File {
		rc, _ := f.Open()
		b, _ := io.ReadAll(rc)
		rc.Close()
		taken += len(reStored.FindAll(b, -1))
		w, _ := zw.Create(f.Name)
		w.Write(reStored.ReplaceAll(b, []byte("$1")))
	}
	if err := zw.Close(); err != nil || taken < 100 {
		t.Fatalf("%d stored values taken out, %v", taken, err)
	}
	return out.Bytes()
}

// TestLibreOfficeComputesTheStoredFigures lets another program compute every formula anew. It needs LibreOffice Calc, which the
// build does not bring.
func TestLibreOfficeComputesTheStoredFigures(t *testing.T) {
	t.Parallel()
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("LibreOffice is not installed")
	}
	dir := t.TempDir()
	files := map[string]made{}
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "xlsx", "--outdir", filepath.Join(dir, "out")}
	for _, l := range i18n.Langs() {
		for _, n := range []struct{ people, days int }{{34, 2}, {0, 1}} {
			name := fmt.Sprintf("%s-%d.xlsx", l, n.people)
			files[name] = make1(t, invent(n.people, n.days, true), Options{Lang: l})
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, withoutStored(t, files[name].data), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, path)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, office, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, m := range files {
		data, err := os.ReadFile(filepath.Join(dir, "out", name))
		if err != nil {
			t.Fatal(err)
		}
		compareFigures(t, name, m, made{data: data})
		if m.facts.people > 0 {
			comparePivot(t, name, m, made{data: data})
		}
	}
}

func compareFigures(t *testing.T, name string, ours, theirs made) {
	t.Helper()
	a, b := open(t, ours), open(t, theirs)
	raw := excelize.Options{RawCellValue: true}
	n := 0
	for _, s := range a.GetSheetList() {
		rows, _ := a.GetRows(s, raw)
		for i, r := range rows {
			for j, want := range r {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if formula, _ := a.GetCellFormula(s, cell); formula == "" {
					continue
				}
				n++
				if got, _ := b.GetCellValue(s, cell, raw); !sameFigure(got, want) {
					t.Errorf("%s %s!%s: computed %q, stored %q", name, s, cell, got, want)
				}
			}
		}
	}
	if n < 50 {
		t.Errorf("%s: %d formulas compared only", name, n)
	}
}

func sameFigure(a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err1 != nil || err2 != nil {
		return a == b
	}
	return math.Abs(x-y) < 1e-9
}
