package picture

import (
	"bytes"
	"image"
	"image/png"
)

// smallest is the longer side below which PNG makes no picture smaller.
const smallest = 160

// PNG writes a picture anew and keeps what is transparent, no side longer than most pixels and the file no larger than room for bytes
// as long as it is larger than a stamp: a photograph is made smaller until it fits.
func PNG(img image.Image, most, room int) (data []byte, size image.Point, err error) {
	for {
		small := Shrink(img, most)
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, small); err != nil {
			return nil, image.Point{}, err
		}
		if size = small.Bounds().Size(); b.Len() <= room || max(size.X, size.Y) <= smallest {
			return b.Bytes(), size, nil
		}
		img, most = small, max(smallest, max(size.X, size.Y)*3/4)
	}
}
