package picture

import (
	"bytes"
	"image"
	"image/jpeg"
)

// JPEG writes a picture anew, no side longer than most pixels: nothing is left of the file that was sent but what one sees. Quality is
// from 1 to 100.
func JPEG(img image.Image, most, quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, Shrink(img, most), &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}
