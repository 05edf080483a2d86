package report

import (
	"context"

	"shelter/internal/programme"
	"shelter/internal/sheet"
)

// The row of logos on top of a sheet, in millimetres.
const (
	logoHigh = 11.0
	logoWide = 45.0
	logoEdge = 1.0
	logoRow  = logoHigh + 2*logoEdge
)

// logos reads the logos that stand in the head of the files.
func (s *Service) logos(ctx context.Context) ([]programme.Logo, error) {
	if s.Programme == nil {
		return nil, nil
	}
	return s.Programme.LogoFiles(ctx)
}

// placedLogo is a logo on the paper: where it begins, counted in millimetres from the first column's side, and its size.
type placedLogo struct {
	*programme.Logo

	at, wide, high float64
}

// spread sets logos side by side over a width: the first at its start, the last at its end.
func spread(logos []programme.Logo, width float64) []placedLogo {
	placed := make([]placedLogo, len(logos))
	sum := 0.0
	for i := range logos {
		l := &logos[i]
		part := min(logoHigh/float64(l.Height), logoWide/float64(l.Width))
		placed[i] = placedLogo{Logo: l, wide: part * float64(l.Width), high: part * float64(l.Height)}
		sum += placed[i].wide
	}
	if most := width * 0.9; sum > most && sum > 0 {
		for i := range placed {
			placed[i].wide *= most / sum
			placed[i].high *= most / sum
		}
		sum = most
	}
	gap, at := 0.0, 0.0
	if len(placed) > 1 {
		gap = (width - sum) / float64(len(placed)-1)
	}
	for i := range placed {
		placed[i].at = at
		at += placed[i].wide + gap
	}
	return placed
}

// pixels gives a length in millimetres in pixels at 96 an inch.
func pixels(mm float64) int { return int(mm/25.4*96 + 0.5) }

// drawLogos puts the logos in a row over columns of the given widths in millimetres.
func drawLogos(w *sheet.Writer, row int, widths []float64, logos []programme.Logo) {
	for _, l := range spread(logos, sumTo(widths, len(widths))) {
		col, before := 1, 0.0
		for col < len(widths) && before+widths[col-1] <= l.at {
			before += widths[col-1]
			col++
		}
		w.Picture(row, col, sheet.Picture{Data: l.Data, Height: pixels(l.high), Alt: l.Name, OffsetX: pixels(l.at - before), OffsetY: pixels(logoEdge + (logoHigh-l.high)/2)})
	}
}

// logoLine begins a sheet with the row of logos over columns of the given widths in characters; nothing without logos.
func (b *book) logoLine(s *sheet.Writer, widths []float64) {
	if len(b.f.logos) == 0 {
		return
	}
	mm := make([]float64, len(widths))
	for i, w := range widths {
		mm[i] = w * digitWidth / 72 * 25.4
	}
	s.RowWith(sheet.RowOptions{Height: points(logoRow)})
	drawLogos(s, s.Last(), mm, b.f.logos)
}
