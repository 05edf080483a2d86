package picture_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"

	"shelter/internal/picture"
)

// TestPNGKeepsWithinItsRoom: whatever a picture holds, its file is bounded, and what was transparent stays so.
func TestPNGKeepsWithinItsRoom(t *testing.T) {
	t.Parallel()
	noise := image.NewNRGBA(image.Rect(0, 0, 900, 500))
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = byte(rnd.Uint32())
	}
	plain := image.NewNRGBA(image.Rect(0, 0, 1600, 200))
	for x := range 800 {
		for y := range 200 {
			plain.SetNRGBA(x, y, color.NRGBA{R: 200, A: 255})
		}
	}
	for name, c := range map[string]struct {
		img  image.Image
		want image.Point // zero: smaller than it was
	}{"noise": {img: noise}, "plain": {img: plain, want: image.Pt(800, 100)}} {
		data, size, err := picture.PNG(c.img, 800, 200<<10)
		if err != nil || len(data) > 200<<10 {
			t.Fatalf("%s: %d bytes, %v", name, len(data), err)
		}
		back, err := png.Decode(bytes.NewReader(data))
		if err != nil || back.Bounds().Size() != size {
			t.Fatalf("%s: %v, %v", name, back.Bounds(), err)
		}
		if c.want != (image.Point{}) && size != c.want {
			t.Errorf("%s: %v, want %v", name, size, c.want)
		}
		if name == "plain" {
			if _, _, _, a := back.At(700, 50).RGBA(); a != 0 {
				t.Error("what was transparent is not")
			}
		}
	}
}
