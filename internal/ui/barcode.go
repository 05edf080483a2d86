package ui

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/code128"
)

// code128SVG draws a Code 128 bar code as an SVG image of one path, with the quiet zone of ten modules that readers want. It
// is stretched to whatever size the page gives it.
func code128SVG(text string) (string, error) {
	code, err := code128.Encode(text)
	if err != nil {
		return "", fmt.Errorf("ui: bar code: %w", err)
	}
	const quiet = 10
	width := code.Bounds().Dx()
	var path strings.Builder
	for x := 0; x < width; {
		n := 0
		for x+n < width && isBlack(code.At(x+n, 0)) {
			n++
		}
		if n > 0 {
			fmt.Fprintf(&path, "M%d 0h%dv10h-%dz", x+quiet, n, n)
		}
		x += n + 1
	}
	return fmt.Sprintf(`<svg class="barcode" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d 10" preserveAspectRatio="none" shape-rendering="crispEdges" aria-hidden="true">`+
		`<rect width="%d" height="10" fill="#fff"/><path d="%s" fill="#000"/></svg>`, width+2*quiet, width+2*quiet, path.String()), nil
}

func isBlack(c color.Color) bool {
	r, _, _, _ := c.RGBA()
	return r == 0
}
