package paper

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/boombuler/barcode/code128"

	"shelter/internal/picture"
)

// dots of a sheet in these tests: A4 landscape at 150 dots per inch, as office scanners make it.
const (
	dpi    = 150
	widthA = 297 * dpi * 10 / 254
	highA  = 210 * dpi * 10 / 254
)

// drawn is a sheet as it is printed: lines of a table, and the bar code of 62 x 8 mm at its foot.
func drawn(t *testing.T, code string) *image.Gray {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, widthA, highA))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	for y := 100; y < highA-200; y += 60 {
		draw.Draw(img, image.Rect(60, y, widthA-60, y+2), image.Black, image.Point{}, draw.Src)
	}
	bar, err := code128.Encode(code)
	if err != nil {
		t.Fatal(err)
	}
	const quiet = 10
	modules := bar.Bounds().Dx() + 2*quiet
	wide, high, left, top := 62*dpi*10/254, 8*dpi*10/254, widthA*2/3, highA-110
	for x := range wide {
		at := x*modules/wide - quiet
		if at >= 0 && at < bar.Bounds().Dx() {
			if r, _, _, _ := bar.At(at, 0).RGBA(); r == 0 {
				draw.Draw(img, image.Rect(left+x, top, left+x+1, top+high), image.Black, image.Point{}, draw.Src)
			}
		}
	}
	return img
}

// photographed turns a picture by degrees, dims it, adds noise and stores it as a JPEG.
func photographed(t *testing.T, img *image.Gray, degrees float64) []byte {
	t.Helper()
	b := img.Bounds()
	out := image.NewGray(b)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	cx, cy := float64(b.Dx())/2, float64(b.Dy())/2
	at := func(x, y int) float64 {
		if !image.Pt(x, y).In(b) {
			return 255
		}
		return float64(img.GrayAt(x, y).Y)
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's noise
	for y := range b.Dy() {
		for x := range b.Dx() {
			fx, fy := float64(x)-cx, float64(y)-cy
			sx, sy := fx*cos+fy*sin+cx, -fx*sin+fy*cos+cy
			x0, y0 := int(math.Floor(sx)), int(math.Floor(sy))
			dx, dy := sx-float64(x0), sy-float64(y0)
			v := at(x0, y0)*(1-dx)*(1-dy) + at(x0+1, y0)*dx*(1-dy) + at(x0, y0+1)*(1-dx)*dy + at(x0+1, y0+1)*dx*dy
			out.SetGray(x, y, color.Gray{Y: uint8(min(max(30+v*0.7+float64(r.IntN(31)-15), 0), 255))})
		}
	}
	return encoded(t, out)
}

func encoded(t *testing.T, img image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: 70}); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestTheCodeIsReadAsPaperComesBack(t *testing.T) {
	t.Parallel()
	sheet := drawn(t, "W-2026-014.57.3")
	for _, degrees := range []float64{0, -1, 1.5, 180} {
		img, err := picture.Read(photographed(t, sheet, degrees))
		if err != nil {
			t.Fatal(err)
		}
		if got := codeIn(img); got != "W-2026-014.57.3" {
			t.Errorf("turned by %v degrees: %q", degrees, got)
		}
	}
	for what, img := range map[string]image.Image{"a blank page": image.NewGray(image.Rect(0, 0, 400, 300)), "another code": drawn(t, "4006381333931")} {
		if got := codeIn(img); got != "" {
			t.Errorf("%s: %q", what, got)
		}
	}
}

// pdfOf is a PDF as an office scanner writes it: a JPEG a page.
func pdfOf(photos ...[]byte) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	for i, p := range photos {
		_, _ = fmt.Fprintf(&b, "%d 0 obj\n<< /Type /Page /Parent 1 0 R >>\nendobj\n", 2*i+10)
		_, _ = fmt.Fprintf(&b, "%d 0 obj\n<< /Type /XObject /Subtype /Image /Filter /DCTDecode /Length %d >>\nstream\r\n", 2*i+11, len(p))
		b.Write(p)
		b.WriteString("\r\nendstream\nendobj\n")
	}
	b.WriteString("1 0 obj\n<< /Type /Pages >>\nendobj\ntrailer\n%%EOF\n")
	return b.Bytes()
}

func TestPDF(t *testing.T) {
	t.Parallel()
	s := &Service{now: time.Now}
	one, blank := encoded(t, drawn(t, "W-2026-014.57.1")), encoded(t, image.NewGray(image.Rect(0, 0, 300, 200)))
	codes, pages := s.readPDF(pdfOf(one, blank, encoded(t, drawn(t, "W-2026-014.57.2"))))
	if pages != 3 || len(codes) != 3 || codes[0] != "W-2026-014.57.1" || codes[1] != "" || codes[2] != "W-2026-014.57.2" {
		t.Errorf("%d pages, %q", pages, codes)
	}
	if codes, pages = s.readPDF([]byte("%PDF-1.7\n%%EOF")); pages != 1 || len(codes) != 0 {
		t.Errorf("without pictures: %d pages, %q", pages, codes)
	}
	two := append(pdfOf(one), []byte("<< /Type /Page >>")...) // a page without a picture: nobody knows which one
	if codes, pages = s.readPDF(two); pages != 2 || len(codes) != 0 {
		t.Errorf("one picture on two pages: %d pages, %q", pages, codes)
	}
}

// TestPDFOfBlackAndWhiteAndOfGreys: pages packed as a fax packs them (testdata/fax.pdf: a drawn sheet, cut and packed by ImageMagick), and
// as PNG does, with and without its filters.
func TestPDFOfBlackAndWhiteAndOfGreys(t *testing.T) {
	t.Parallel()
	s := &Service{now: time.Now}
	fax, err := os.ReadFile("testdata/fax.pdf")
	if err != nil {
		t.Fatal(err)
	}
	img := drawn(t, "W-2026-014.57.1")
	b := img.Bounds()
	var plain, filtered []byte
	for y := range b.Dy() {
		filtered = append(filtered, 0) // no filter on this line
		for x := range b.Dx() {
			v := img.GrayAt(b.Min.X+x, b.Min.Y+y).Y
			plain, filtered = append(plain, v), append(filtered, v)
		}
	}
	object := func(raw []byte, more string) []byte {
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		_, _ = z.Write(raw)
		_ = z.Close()
		return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Type /Page /Parent 1 0 R >>\nendobj\n2 0 obj\n<< /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /Filter /FlateDecode %s/Length %d >>\nstream\n%s\nendstream\nendobj\n",
			b.Dx(), b.Dy(), more, packed.Len(), packed.Bytes())
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{"fax": {fax, "W-2026-014.2.19"}, "flat": {object(plain, ""), "W-2026-014.57.1"}, "filtered": {object(filtered, "/DecodeParms << /Predictor 15 /Columns 9 >> "), "W-2026-014.57.1"}} {
		if codes, pages := s.readPDF(c.data); pages != 1 || len(codes) != 1 || codes[0] != c.want {
			t.Errorf("%s: %d pages, %q", name, pages, codes)
		}
	}
	lies := bytes.Replace(object(plain, ""), fmt.Appendf(nil, "/Width %d", b.Dx()), []byte("/Width 19999"), 1)
	if codes, pages := s.readPDF(lies); pages != 1 || len(codes) != 1 || codes[0] != "" {
		t.Errorf("a width that is none: %d pages, %q", pages, codes)
	}
}

func FuzzReadPDF(f *testing.F) {
	f.Add([]byte("%PDF-1.4 1 0 obj << /Subtype /Image /Filter /CCITTFaxDecode /Width 9 /Height 9 /K -1 /Length 3 >> stream\n\x26\xa0\x00\nendstream"))
	f.Add([]byte("%PDF-1.4 /DCTDecode stream\n\xff\xd8\xff endstream /Type /Page "))
	f.Add([]byte("/DCTDecodestream"))
	s := &Service{now: time.Now}
	f.Fuzz(func(t *testing.T, data []byte) {
		codes, pages := s.readPDF(data)
		if pages < 1 || pages > maxPages || len(codes) > pages {
			t.Errorf("%d codes on %d pages", len(codes), pages)
		}
	})
}
