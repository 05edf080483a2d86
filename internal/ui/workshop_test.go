package ui

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/i18n"
)

func TestFragmentsStayWithinTheirMemory(t *testing.T) {
	t.Parallel()
	var f fragments
	text := strings.Repeat("x", 100_000)
	id := uuid.New()
	for v := range int64(10) {
		f.put(fragmentKey{id: id, version: v, lang: i18n.FR}, []byte(text))
	}
	if _, ok := f.get(fragmentKey{id: id, version: 8, lang: i18n.FR}); ok || f.bytes != len(text) {
		t.Errorf("an older version is kept: %d bytes", f.bytes)
	}
	for range 500 {
		f.put(fragmentKey{id: uuid.New(), version: 1}, []byte(text))
	}
	sum := 0
	for _, s := range f.by {
		sum += len(s)
	}
	if sum != f.bytes || sum > maxFragments {
		t.Errorf("%d bytes kept, %d counted, %d allowed", sum, f.bytes, maxFragments)
	}
	k := fragmentKey{id: uuid.New(), version: 3, lang: i18n.AR, class: "1", current: 2}
	f.put(k, []byte("نص"))
	f.put(k, []byte("نص"))
	if got, ok := f.get(k); !ok || string(got) != "نص" {
		t.Errorf("got %q", got)
	}
	for _, other := range []fragmentKey{{k.id, 4, k.lang, k.class, 2, ""}, {k.id, 3, i18n.FR, k.class, 2, ""}, {k.id, 3, k.lang, "0", 2, ""}, {k.id, 3, k.lang, k.class, 1, ""}, {k.id, 3, k.lang, k.class, 2, "Salma"}} {
		if _, ok := f.get(other); ok {
			t.Errorf("%+v answered for %+v", k, other)
		}
	}
	f.put(fragmentKey{id: uuid.New()}, bytes.Repeat([]byte("x"), maxFragments))
	if f.bytes > maxFragments {
		t.Error("one huge page took all")
	}
}

func TestBarcodeIsOnePathOfBars(t *testing.T) {
	t.Parallel()
	svg, err := code128SVG("W-2026-014.57.2")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(svg, "<path") != 1 || strings.Contains(svg, "style") || strings.Count(svg, "z") < 40 {
		t.Errorf("svg: %s", svg)
	}
	if other, err := code128SVG("W-2026-014.57.3"); err != nil || other == svg {
		t.Error("two codes look the same")
	}
	if _, err := code128SVG("ورقة"); err == nil {
		t.Error("Arabic letters have no place in Code 128")
	}
}
