package report

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shelter/internal/i18n"
	"shelter/internal/programme"
)

func inventLogo(t testing.TB, name string, wide, high int) programme.Logo {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, wide, high))
	for x := range wide {
		img.SetNRGBA(x, high/2, color.NRGBA{R: byte(wide), A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return programme.Logo{Name: name, Width: wide, Height: high, Data: b.Bytes()}
}

// altsOf lists the texts beside the pictures of a sheet, by row.
func altsOf(t *testing.T, f *excelize.File, sheet string, rows int) map[int][]string {
	t.Helper()
	alts := map[int][]string{}
	cells, err := f.GetPictureCells(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range cells {
		_, row, _ := excelize.CellNameToCoordinates(cell)
		pictures, err := f.GetPictures(sheet, cell)
		if err != nil || row > rows {
			t.Fatalf("%s: %v", cell, err)
		}
		for _, p := range pictures {
			alts[row] = append(alts[row], p.Format.AltText)
		}
	}
	return alts
}

// TestLogosStandOnTheFirstSheet: in every language the row of logos takes the place of the project's mark, the bar code follows it, and
// the paper's measures hold; without logos there is no row.
func TestLogosStandOnTheFirstSheet(t *testing.T) {
	t.Parallel()
	logos := []programme.Logo{inventLogo(t, "Projet", 900, 120), inventLogo(t, "وزارة", 200, 200), inventLogo(t, "Bailleur", 90, 400), inventLogo(t, "Partenaire", 600, 100)}
	for _, l := range i18n.Langs() {
		for _, n := range []int{0, 1, 4} {
			s := invent(40, 3, true)
			s.logos = logos[:n]
			f := open(t, make1(t, s, Options{Lang: l}))
			name := f.GetSheetList()[0]
			checkPaper(t, f, name, Options{Lang: l})
			alts := altsOf(t, f, name, 2)
			if first, second := len(alts[1]), len(alts[2]); n == 0 && (first != 2 || second != 0) || n > 0 && (first != n || second != 1) {
				t.Errorf("%s, %d logos: %v", l, n, alts)
			}
			title, _ := f.GetCellValue(name, "A"+[]string{"1", "2"}[min(n, 1)])
			if !strings.Contains("Feuille de présence ورقة الحضور Attendance sheet", title) || title == "" {
				t.Errorf("%s, %d logos: the title is %q", l, n, title)
			}
		}
	}
}

func TestLogosKeepWithinThePaper(t *testing.T) {
	t.Parallel()
	for _, width := range []float64{281, 190, 60} {
		placed := spread([]programme.Logo{{Width: 4000, Height: 100}, {Width: 100, Height: 4000}, {Width: 300, Height: 100}, {Width: 3000, Height: 100}}, width)
		end := 0.0
		for _, l := range placed {
			if l.at < end-1e-9 || l.high > logoHigh+1e-9 || l.wide > logoWide+1e-9 || math.Abs(l.wide/l.high-float64(l.Width)/float64(l.Height)) > 1e-6*l.wide/l.high {
				t.Errorf("in %.0f mm: %+v", width, l)
			}
			end = l.at + l.wide
		}
		if end > width+1e-9 {
			t.Errorf("in %.0f mm the last ends at %.1f", width, end)
		}
	}
}

// TestFootsBeginWithNoDigit: a digit after the size of the type would be read as part of it.
func TestFootsBeginWithNoDigit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "&8", "Page": "&8Page", "01/01/2026": "&8 01/01/2026", "R&D": "&8R&&D"} {
		if got := foot(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
