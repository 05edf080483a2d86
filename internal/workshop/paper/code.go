package paper

import (
	"image"
	"regexp"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"

	"shelter/internal/picture"
)

// reCode is what stands in a sheet's bar code: the event's code, the version of its list, the number of the sheet.
var reCode = regexp.MustCompile(`^W-\d{4}-\d{3,}\.\d+\.\d+$`)

// sides are the sizes at which a picture is looked at: fine lines need the large one, noise goes away in the small one.
var sides = [...]int{3600, 2200, 1400}

// codeIn finds the code of a sheet in a picture, whichever way it lies; empty when none can be read.
func codeIn(img image.Image) string {
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	last := image.Point{}
	for _, side := range sides {
		small := picture.Shrink(img, side)
		if small.Bounds().Size() == last {
			continue
		}
		last = small.Bounds().Size()
		bmp, err := gozxing.NewBinaryBitmapFromImage(small)
		if err != nil {
			continue
		}
		for _, r := range []gozxing.Reader{oned.NewCode128Reader(), qrcode.NewQRCodeReader()} {
			if res, err := r.Decode(bmp, hints); err == nil && reCode.MatchString(res.GetText()) {
				return res.GetText()
			}
		}
	}
	return ""
}
