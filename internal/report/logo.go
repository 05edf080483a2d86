package report

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
)

// The project's mark in the head of the signature sheet.
const (
	markHeight = 38 // pixels at 96 per inch, 10 mm
	markSide   = 4 * markHeight
	markUnits  = 32 // of the drawing, as in web/assets/mark.svg
)

// markLines are the strokes of the mark: roof and house.
var markLines = [...][4]float64{{6.5, 16.5, 16, 8}, {16, 8, 25.5, 16.5}, {10.5, 18.5, 10.5, 24}, {10.5, 24, 21.5, 24}, {21.5, 24, 21.5, 18.5}}

// markPNG draws the project's mark as web/assets/mark.svg does; nil when it cannot be packed.
func markPNG() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, markSide, markSide))
	for x := range markSide {
		for y := range markSide {
			img.SetNRGBA(x, y, markAt((float64(x)+0.5)*markUnits/markSide, (float64(y)+0.5)*markUnits/markSide))
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil
	}
	return out.Bytes()
}

// markAt is the colour of a point of the drawing.
func markAt(x, y float64) color.NRGBA {
	const radius, half = 8, 2.75 / 2
	cx, cy := min(max(x, radius), markUnits-radius), min(max(y, radius), markUnits-radius)
	switch {
	case math.Hypot(x-cx, y-cy) > radius:
		return color.NRGBA{}
	case math.Hypot(x-16, y-18.5) <= 2:
		return color.NRGBA{0xf2, 0xc8, 0x79, 0xff}
	}
	for _, l := range markLines {
		if fromLine(x, y, l) <= half {
			return color.NRGBA{0xff, 0xff, 0xff, 0xff}
		}
	}
	return color.NRGBA{0x0b, 0x55, 0x60, 0xff}
}

// fromLine is the distance of a point from a stretch of a line.
func fromLine(x, y float64, l [4]float64) float64 {
	dx, dy := l[2]-l[0], l[3]-l[1]
	t := min(max(((x-l[0])*dx+(y-l[1])*dy)/(dx*dx+dy*dy), 0), 1)
	return math.Hypot(x-l[0]-t*dx, y-l[1]-t*dy)
}
