package report

import (
	"bytes"
	"image"
	"image/color"
	"image/png"

	"github.com/boombuler/barcode/code128"
)

// The bar code on the paper.
const (
	barWidth  = 56.0 // millimetres, about: it depends on the length of the code
	barHeight = 34   // pixels at 96 per inch, 9 mm
)

// barcode draws a Code 128 bar code as a PNG, two pixels a bar, with the quiet zones that readers want; nil when the text
// cannot be coded.
func barcode(text string) []byte {
	code, err := code128.Encode(text)
	if err != nil {
		return nil
	}
	const scale, quiet, height = 2, 10, 2 * barHeight
	width := code.Bounds().Dx()
	img := image.NewGray(image.Rect(0, 0, (width+2*quiet)*scale, height))
	for x := range img.Rect.Dx() {
		at := x/scale - quiet
		shade := color.Gray{Y: 255}
		if at >= 0 && at < width {
			shade, _ = color.GrayModel.Convert(code.At(at, 0)).(color.Gray)
		}
		for y := range height {
			img.SetGray(x, y, shade)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil
	}
	return out.Bytes()
}
