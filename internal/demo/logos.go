package demo

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/programme"
)

// makeLogos puts two invented logos in the head of the papers. A second filling leaves what is there.
func (f *filler) makeLogos(ctx context.Context) error {
	have, err := f.Programme.Logos(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	blue, ochre := color.NRGBA{R: 0x1D, G: 0x4E, B: 0x89, A: 0xFF}, color.NRGBA{R: 0xB0, G: 0x6A, B: 0x1C, A: 0xFF}
	for _, l := range []struct {
		kind        programme.LogoKind
		name, words string
		ink         color.NRGBA
		ring        bool
	}{{programme.ProjectLogo, "Projet Exemple (logo inventé)", "PROJET EXEMPLE", blue, true}, {programme.DonorLogo, "Fondation Rive Claire (logo inventé)", "RIVE CLAIRE", ochre, false}} {
		data, err := drawnLogo(l.words, l.ink, l.ring)
		if err == nil {
			err = f.Programme.AddLogo(ctx, system, programme.LogoInput{Key: uuid.Must(uuid.NewV7()), Kind: string(l.kind), Name: l.name, Data: data})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drawnLogo draws a ring or a diamond, and words beside it, on a transparent ground.
func drawnLogo(words string, ink color.NRGBA, ring bool) ([]byte, error) {
	const high, dot = 160, 8
	l := logoDrawing{img: image.NewNRGBA(image.Rect(0, 0, high+20+len(words)*6*dot, high)), ink: ink}
	for x := range high {
		for y := range high {
			dx, dy := x-high/2, y-high/2
			if far := dx*dx + dy*dy; ring && far <= 78*78 && far >= 48*48 || !ring && max(dx, -dx)+max(dy, -dy) <= 78 {
				l.img.SetNRGBA(x, y, ink)
			}
		}
	}
	l.words(high+20, (high-7*dot)/2, dot, words)
	var b bytes.Buffer
	err := png.Encode(&b, l.img)
	return b.Bytes(), errs.Wrap(err, "demo: logo")
}

type logoDrawing struct {
	img *image.NRGBA
	ink color.NRGBA
}

func (l logoDrawing) words(x, y, size int, text string) {
	for _, r := range text {
		for col, bits := range glyphs[r] {
			for row := range 7 {
				if bits>>row&1 == 1 {
					l.dot(x+col*size, y+row*size, size)
				}
			}
		}
		x += 6 * size
	}
}

func (l logoDrawing) dot(x, y, size int) {
	for i := range size {
		for j := range size {
			l.img.SetNRGBA(x+i, y+j, l.ink)
		}
	}
}
