package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shelter/internal/i18n"
	"shelter/internal/workshop"
)

// TestBoxesAreLargeEnoughToSign reads the widths and heights of the file itself.
func TestBoxesAreLargeEnoughToSign(t *testing.T) {
	t.Parallel()
	for _, o := range []Options{{Lang: i18n.FR}, {Lang: i18n.AR, Contacts: true}} {
		for _, days := range []int{1, 2, 3, 6} {
			s := invent(9, days, true)
			f := open(t, make1(t, s, o))
			most, boxes := maxSigns, 0
			if o.Contacts {
				most = maxSignsContacts
			}
			for _, name := range f.GetSheetList()[:len(f.GetSheetList())-6] {
				n := checkPaper(t, f, name, o)
				if n > most {
					t.Errorf("%s: %d half-days", name, n)
				}
				boxes += n
			}
			if boxes != len(s.report.Slots) {
				t.Errorf("%d days: boxes for %d half-days, want %d", days, boxes, len(s.report.Slots))
			}
		}
	}
}

// checkPaper measures one signature sheet and gives its number of half-days.
func checkPaper(t *testing.T, f *excelize.File, name string, o Options) int {
	t.Helper()
	people := 9
	if o.Contacts {
		people = 10
	}
	var area string
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Area" && n.Scope == name {
			area = n.RefersTo
		}
	}
	last := strings.TrimLeft(area[strings.LastIndex(area, ":")+1:], "$")
	cols, rows, err := excelize.CellNameToCoordinates(strings.ReplaceAll(last, "$", ""))
	if err != nil {
		t.Fatal(area, err)
	}
	total := 0.0
	for c := 1; c <= cols; c++ {
		letter, _ := excelize.ColumnNumberToName(c)
		w, _ := f.GetColWidth(name, letter)
		mm := w * digitWidth / 72 * 25.4
		total += mm
		if c > people && c < cols && mm < 25 {
			t.Errorf("%s: column %s is %.1f mm wide", name, letter, mm)
		}
	}
	if total > paperWidth-2*marginSide {
		t.Errorf("%s is %.1f mm wide", name, total)
	}
	walkIns := 0
	for r := 1; r <= rows; r++ {
		n, _ := f.GetCellValue(name, fmt.Sprintf("A%d", r))
		h, _ := f.GetRowHeight(name, r)
		if isNumber(n) && h/72*25.4 < 9 {
			t.Errorf("%s: row %d is %.1f mm high", name, r, h/72*25.4)
		}
		if first, _ := f.GetCellValue(name, fmt.Sprintf("B%d", r)); isNumber(n) && first == "" {
			walkIns++
		}
	}
	if walkIns < walkInsLeast || walkIns > walkInsMost {
		t.Errorf("%s has %d blank lines", name, walkIns)
	}
	return cols - people - 1
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func TestGroupsKeepDaysTogether(t *testing.T) {
	t.Parallel()
	both := workshop.DefaultHours()
	plan := func(days int, hours map[workshop.Half]workshop.Hours) []workshop.Slot {
		return workshop.Plan(monday, monday.AddDate(0, 0, days-1), hours, time.UTC)
	}
	mornings := map[workshop.Half]workshop.Hours{workshop.AM: both[workshop.AM]}
	for _, c := range []struct {
		slots []workshop.Slot
		most  int
		want  []int
	}{{nil, 6, []int{0}}, {plan(3, both), 6, []int{6}}, {plan(4, both), 6, []int{6, 2}}, {plan(6, both), 6, []int{6, 6}}, {plan(3, both), 4, []int{4, 2}},
		{append(plan(1, mornings), workshop.Plan(monday.AddDate(0, 0, 1), monday.AddDate(0, 0, 3), both, time.UTC)...), 6, []int{5, 2}}, {plan(7, mornings), 6, []int{6, 1}}} {
		var got []int
		for _, g := range groups(c.slots, c.most) {
			got = append(got, len(g))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%d half-days, at most %d: %v, want %v", len(c.slots), c.most, got, c.want)
		}
	}
}

func TestLayoutFillsThePaper(t *testing.T) {
	t.Parallel()
	for signs := range maxSigns + 1 {
		for _, contacts := range []bool{false, true} {
			if contacts && signs > maxSignsContacts {
				continue
			}
			b := &book{o: Options{Contacts: contacts}}
			l := signLayout{people: b.signColumns(), remarks: signColumn{key: "remarks", least: 13.5, ideal: 30}, signs: signs}
			l.plan()
			mm := l.widths()
			if sum := sumTo(mm, len(mm)); math.Abs(sum-(paperWidth-2*marginSide-slack)) > 0.01 {
				t.Errorf("%d half-days, contacts %v: %.2f mm", signs, contacts, sum)
			}
			if signs > 0 && (l.sign < signWidth || l.sign > signWidthMost) {
				t.Errorf("%d half-days: boxes of %.1f mm", signs, l.sign)
			}
		}
	}
}

func TestLinesOfText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		mm   float64
		want int
	}{{"", 20, 1}, {"Sfax", 20, 1}, {"Centre de défense et d'intégration sociale", 20, 4}, {"Bouzguenda", 6, 4}, {"a", 0.5, 1}, {"un deux", 200, 1}} {
		if got := linesOf(c.text, c.mm, 8); got != c.want {
			t.Errorf("%q in %.0f mm: %d lines, want %d", c.text, c.mm, got, c.want)
		}
	}
}

// TestClosingBlockIsNeverTorn follows the rows down the pages for every number of people.
func TestClosingBlockIsNeverTorn(t *testing.T) {
	t.Parallel()
	const block = totalMM + trainerMM + visaMM
	for people := range 120 {
		p := paperSheet{used: 62, repeated: 17}
		p.add(rowHeight, people)
		p.add(bandMM, 1)
		lines, gap := p.walkIns(block)
		if lines < walkInsLeast || lines > walkInsMost || gap < 0 {
			t.Fatalf("%d people: %d lines, gap %.1f", people, lines, gap)
		}
		p.add(rowHeight, lines)
		if gap > 0 {
			p.add(gap, 1)
		}
		before := p.pages
		p.add(totalMM, 1)
		first := p.pages
		p.add(trainerMM, 1)
		p.add(visaMM, 1)
		if p.pages != first || gap == 0 && first != before {
			t.Errorf("%d people: the block is torn (%d lines, gap %.1f)", people, lines, gap)
		}
	}
}

func TestStructuredReferences(t *testing.T) {
	t.Parallel()
	for heading, want := range map[string]string{
		"Sexe": "T[Sexe]", "Tranche d’âge": "T[Tranche d’âge]", "الفئة العمرية": "T[الفئة العمرية]", "Post-test": "T[[Post-test]]", "n [1] #'": "T[[n '[1'] '#'']]",
	} {
		if got := structured("T", heading); got != want {
			t.Errorf("%s: %s, want %s", heading, got, want)
		}
	}
}
