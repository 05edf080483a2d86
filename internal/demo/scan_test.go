package demo

import (
	"bytes"
	"image/png"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
)

// TestADrawnSheetIsFound: its bar code reads, and the same sheet is the same picture each time.
func TestADrawnSheetIsFound(t *testing.T) {
	t.Parallel()
	lines := []scannedLine{{"7K3Q9A  Trabelsi", true}, {"8M4R2B  Ben Salah", false}}
	for range 26 {
		lines = append(lines, scannedLine{"9N5S3C  البكري Hamdi", true})
	}
	data, err := scanned("W-2026-001.12.1", "Détection et premier contact", "03/07/2026", lines)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	bmp, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	res, err := oned.NewCode128Reader().Decode(bmp, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil || res.GetText() != "W-2026-001.12.1" {
		t.Fatalf("read %v %v", res, err)
	}
	again, err := scanned("W-2026-001.12.1", "Détection et premier contact", "03/07/2026", lines)
	if err != nil || !bytes.Equal(again, data) {
		t.Error("another picture the second time")
	}
}
