package demo

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"golang.org/x/text/unicode/norm"

	"shelter/internal/errs"
)

// A scanned sheet, at 150 dots an inch on A4.
const (
	scanWide, scanHigh = 1240, 1754
	scanEdge           = 90
	scanTop            = 250 // of the table
	scanRow            = 46
	signColumn         = 820
	nameColumn         = 170
)

// Inks of a scan.
const (
	inkPaper = iota
	inkPrint
	inkLine
	inkPen
)

// scannedLine is a line of a sheet: who, and whether the box holds a signature.
type scannedLine struct {
	name   string
	signed bool
}

// scanned draws a signature sheet as it comes back from the room: printed, signed by pen, with the bar code by which it is found.
func scanned(code, title, day string, lines []scannedLine) ([]byte, error) {
	s := &scanDrawing{Paletted: image.NewPaletted(image.Rect(0, 0, scanWide, scanHigh), color.Palette{
		inkPaper: color.Gray{Y: 0xF7}, inkPrint: color.Gray{Y: 0x22}, inkLine: color.Gray{Y: 0x88}, inkPen: color.RGBA{R: 0x1E, G: 0x2F, B: 0x8C, A: 0xFF}})}
	s.text(scanEdge, 90, 4, title)
	s.text(scanEdge, 150, 3, day)
	bottom := scanTop + len(lines)*scanRow
	for i, l := range lines {
		y := scanTop + i*scanRow
		s.text(scanEdge+14, y+13, 3, strconv.Itoa(i+1))
		s.text(nameColumn+14, y+13, 3, l.name)
		if l.signed {
			s.sign(signColumn+30, y+scanRow/2, uint64(i))
		}
	}
	for i := range len(lines) + 1 {
		s.box(scanEdge, scanTop+i*scanRow, scanWide-scanEdge, scanTop+i*scanRow+2, inkLine)
	}
	for _, x := range []int{scanEdge, nameColumn, signColumn, scanWide - scanEdge} {
		s.box(x, scanTop, x+2, bottom+2, inkLine)
	}
	if err := s.barcode(code, bottom+40); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, s)
	return b.Bytes(), errs.Wrap(err, "demo: scan")
}

type scanDrawing struct{ *image.Paletted }

func (s *scanDrawing) box(x0, y0, x1, y1 int, ink uint8) {
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			s.SetColorIndex(x, y, ink)
		}
	}
}

// text prints what the glyphs have of a text; accents fall off.
func (s *scanDrawing) text(x, y, size int, text string) {
	for _, r := range strings.ToUpper(norm.NFD.String(text)) {
		g, known := glyphs[r]
		if r != ' ' && !known {
			continue
		}
		for col, bits := range g {
			for row := range 7 {
				if bits>>row&1 == 1 {
					s.box(x+col*size, y+row*size, x+(col+1)*size, y+(row+1)*size, inkPrint)
				}
			}
		}
		x += 6 * size
	}
}

// sign draws a scrawl that is a hand's own: waves of three lengths.
func (s *scanDrawing) sign(x, y int, hand uint64) {
	rnd := rand.New(rand.NewPCG(hand, 7)) //nolint:gosec // an invented signature
	a, b, c := 6+rnd.Float64()*8, 3+rnd.Float64()*6, rnd.Float64()*6
	for i := range 180 + rnd.IntN(80) {
		t := float64(i) / 12
		at := y + int(a*math.Sin(t+c)+b*math.Sin(2.7*t))
		px := x + i + int(5*math.Sin(3.1*t))
		s.box(px, at, px+3, at+3, inkPen)
	}
}

func (s *scanDrawing) barcode(code string, y int) error {
	bar, err := code128.Encode(code)
	if err != nil {
		return errs.Wrap(err, "demo: bar code")
	}
	big, err := barcode.Scale(bar, bar.Bounds().Dx()*4, 110)
	if err != nil {
		return errs.Wrap(err, "demo: bar code")
	}
	for x := range big.Bounds().Dx() {
		if r, _, _, _ := big.At(x, 0).RGBA(); r == 0 {
			s.box(scanEdge+x, y, scanEdge+x+1, y+110, inkPrint)
		}
	}
	s.text(scanEdge, y+124, 3, code)
	return nil
}
