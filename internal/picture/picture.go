// Package picture reads pictures that people send and makes them safe to keep: decoded within limits, turned upright as the camera
// meant it, made smaller and written anew, so that neither the place where a photo was taken nor anything hidden in the file is left.
package picture

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif"  // read, never written
	_ "image/jpeg" // read
	_ "image/png"  // read
)

// What is wrong with a picture.
var (
	ErrFormat = errors.New("picture: no picture that can be read")
	ErrPixels = errors.New("picture: too many pixels")
)

// MaxPixels is the most that is unfolded: a small file can hold a very large picture.
const MaxPixels = 40 << 20

// Read decodes a picture and turns it upright.
func Read(data []byte) (image.Image, error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, errors.Join(ErrFormat, err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > MaxPixels/c.Height {
		return nil, ErrPixels
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, errors.Join(ErrFormat, err)
	}
	return upright(img, orientation(data)), nil
}

// Shrink makes a picture so small that no side is longer than most, by averaging the pixels that fall together.
func Shrink(src image.Image, most int) *image.NRGBA {
	from := src.Bounds()
	w, h := from.Dx(), from.Dy()
	full := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(full, full.Bounds(), src, from.Min, draw.Src)
	long := max(w, h)
	if long <= most {
		return full
	}
	nw, nh := max(1, w*most/long), max(1, h*most/long)
	out := image.NewNRGBA(image.Rect(0, 0, nw, nh))
	for y := range nh {
		for x := range nw {
			out.SetNRGBA(x, y, average(full, x*w/nw, y*h/nh, max((x+1)*w/nw, x*w/nw+1), max((y+1)*h/nh, y*h/nh+1)))
		}
	}
	return out
}

func average(img *image.NRGBA, x0, y0, x1, y1 int) color.NRGBA {
	var r, g, b, a, n uint64
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			c := img.NRGBAAt(x, y)
			alpha := uint64(c.A)
			r, g, b, a, n = r+uint64(c.R)*alpha, g+uint64(c.G)*alpha, b+uint64(c.B)*alpha, a+alpha, n+1
		}
	}
	if a == 0 || n == 0 {
		return color.NRGBA{}
	}
	return color.NRGBA{R: uint8(r / a), G: uint8(g / a), B: uint8(b / a), A: uint8(a / n)} //nolint:gosec // averages of bytes
}

// orientation reads the EXIF orientation (1 to 8) of a JPEG; 1 when there is none.
func orientation(data []byte) int {
	for i := 2; i+4 < len(data) && data[0] == 0xFF && data[1] == 0xD8 && data[i] == 0xFF; {
		size := int(data[i+2])<<8 | int(data[i+3])
		if data[i+1] == 0xE1 && i+2+size <= len(data) {
			return exifOrientation(data[i+4 : i+2+size])
		}
		if data[i+1] == 0xDA || size < 2 {
			break
		}
		i += 2 + size
	}
	return 1
}

// exifOrientation looks for tag 0x0112 in the first directory of a TIFF block (Exif 2.3, 4.6.4).
func exifOrientation(b []byte) int {
	if len(b) < 14 || string(b[:6]) != "Exif\x00\x00" {
		return 1
	}
	t := b[6:]
	u16 := func(i int) int {
		if i+2 > len(t) || i < 0 {
			return 0
		}
		if t[0] == 'I' {
			return int(t[i]) | int(t[i+1])<<8
		}
		return int(t[i])<<8 | int(t[i+1])
	}
	dir := u16(4) | u16(6)<<16
	if t[0] != 'I' {
		dir = u16(4)<<16 | u16(6)
	}
	for k := range min(u16(dir), 200) {
		if at := dir + 2 + 12*k; u16(at) == 0x0112 {
			if v := u16(at + 8); v >= 1 && v <= 8 {
				return v
			}
		}
	}
	return 1
}

// upright turns and mirrors a picture as its orientation says.
func upright(src image.Image, o int) image.Image {
	if o <= 1 {
		return src
	}
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewNRGBA(size)
	for y := range h {
		for x := range w {
			nx, ny := turned(o, x, y, w, h)
			out.Set(nx, ny, src.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}

func turned(o, x, y, w, h int) (nx, ny int) {
	switch o {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	default:
		return y, w - 1 - x
	}
}
