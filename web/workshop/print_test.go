package workshop

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shelter/internal/report"
	"shelter/internal/workshop"
	"shelter/web/layout"
)

func TestEverySheetHasRoomAndEveryRowASheet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]SignRow, rapid.IntRange(1, 400).Draw(t, "rows"))
		for i := range rows {
			rows[i].Number = i + 1
			rows[i].Organisation = strings.Repeat("mot ", rapid.IntRange(0, 60).Draw(t, "words"))
		}
		room := newSignRoom(rapid.IntRange(1, 6).Draw(t, "half-days"), rapid.Bool().Draw(t, "logos"))
		parts := pages(rows, room)
		next := 1
		for i, part := range parts {
			if len(part) == 0 || len(part) > rowsPerSheet || (i == len(parts)-1 && len(part) > rowsLastSheet) {
				t.Fatalf("sheet %d of %d has %d rows", i+1, len(parts), len(part))
			}
			high, most := 0.0, room.most
			for _, r := range part {
				high += room.height(r)
			}
			if i == len(parts)-1 {
				most = room.last
			}
			if high > most && len(part) > 1 {
				t.Fatalf("sheet %d of %d: %.1f mm of rows in %.1f mm", i+1, len(parts), high, most)
			}
			for _, r := range part {
				if r.Number != next {
					t.Fatalf("row %d comes after %d", r.Number, next-1)
				}
				next++
			}
		}
		if next != len(rows)+1 {
			t.Fatalf("%d rows of %d are printed", next-1, len(rows))
		}
	})
}

func TestADayIsNeverTornApart(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)
	for days, want := range map[int][]int{1: {2}, 2: {4}, 3: {6}, 4: {6, 2}, 5: {6, 4}, 7: {6, 6, 2}} {
		slots := workshop.Plan(first, first.AddDate(0, 0, days-1), workshop.DefaultHours(), time.UTC)
		groups := slotGroups(slots)
		if len(groups) != len(want) {
			t.Errorf("%d days: %d groups", days, len(groups))
			continue
		}
		for i, g := range groups {
			if len(g) != want[i] {
				t.Errorf("%d days: group %d has %d half-days, want %d", days, i, len(g), want[i])
			}
		}
	}
	if slotGroups(nil) != nil {
		t.Error("groups of nothing")
	}
}

func TestSheetsAreNumbered(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 12, 14, 0, 0, 0, 0, time.UTC)
	slots := workshop.Plan(first, first.AddDate(0, 0, 3), workshop.DefaultHours(), time.UTC)
	sheets := SignSheets(slots, make([]SignRow, 30), false)
	if len(sheets)%2 != 0 || len(sheets) < 6 {
		t.Fatalf("%d sheets for 30 rows and two groups of half-days", len(sheets))
	}
	last := 0
	for i, s := range sheets {
		if s.No != i+1 || s.Of != len(sheets) {
			t.Errorf("sheet %d is %d of %d", i, s.No, s.Of)
		}
		if s.Last {
			last++
		}
	}
	if last != 2 || sheets[0].wide() || !sheets[len(sheets)-1].wide() {
		t.Errorf("%d last sheets", last)
	}
	if n := len(BadgePages(make([]BadgeCard, 17))); n != 3 {
		t.Errorf("17 badges on %d sheets", n)
	}
	if BadgePages(nil) != nil {
		t.Error("sheets without badges")
	}
}

// TestAllowanceSheetsHaveRoom: long names make shorter sheets, and nobody is left out.
func TestAllowanceSheetsHaveRoom(t *testing.T) {
	t.Parallel()
	for _, long := range []int{0, 3, 12} {
		list := &report.Allowance{Keep: report.AllowanceColumns()}
		for i := range 60 {
			list.Rows = append(list.Rows, report.AllowanceRow{Number: i + 1, Organisation: strings.Repeat("Direction régionale ", long)})
		}
		for _, logos := range [][]layout.Logo{nil, {{Name: "x"}}} {
			p := AllowanceSheetPage{List: list, Paper: layout.Sheet{Logos: logos}}
			n := 0
			for _, rows := range p.pages() {
				high := 0.0
				for i := range rows {
					high += p.wide().height(&rows[i])
				}
				if n += len(rows); len(rows) > perAllowance || high > allowanceRows && len(rows) > 1 {
					t.Errorf("%d rows, %.1f mm", len(rows), high)
				}
			}
			if n != 60 || p.List.Rows[59].Number != 60 {
				t.Errorf("%d rows of 60", n)
			}
		}
	}
}
