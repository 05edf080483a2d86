package badge_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shelter/internal/certificate/badge"
	"shelter/internal/i18n"
)

// The value was computed with sha256sum over the address and the salt.
func TestIdentityHashKnownAnswer(t *testing.T) {
	t.Parallel()
	const want = "sha256$f3d53b9c9652f0e23099c07ea3c024d9e2e4fc8227e354f227b36720319ea3e5"
	if got := badge.HashedIdentity("Amel@Example.tn", "c2Fs"); got != want {
		t.Errorf("got %s", got)
	}
}

func unpacked(t interface{ Fatal(...any) }, list string) []byte {
	packed, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(list, "u"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The empty list is the example of Bitstring Status List 1.0, section 2.2 (encodedList).
func TestStatusListKnownAnswer(t *testing.T) {
	t.Parallel()
	example := unpacked(t, "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA")
	list, err := badge.EncodedList()
	if err != nil || !bytes.Equal(unpacked(t, list), example) {
		t.Errorf("the empty list is not the specification's: %v", err)
	}
	list, err = badge.EncodedList(0, 9, 131071)
	if err != nil || list[0] != 'u' {
		t.Fatal(list, err)
	}
	b := unpacked(t, list)
	if b[0] != 0x80 || b[1] != 0x40 || b[len(b)-1] != 0x01 || len(b) != 16384 {
		t.Errorf("bits % x … % x of %d", b[:2], b[len(b)-1], len(b))
	}
}

func TestStatusListSetsWhatItIsToldTo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.SliceOfDistinct(rapid.IntRange(0, 131071), rapid.ID[int]).Draw(t, "places")
		list, err := badge.EncodedList(places...)
		if err != nil {
			t.Fatal(err)
		}
		b, ones := unpacked(t, list), 0
		for _, x := range b {
			for ; x != 0; x &= x - 1 {
				ones++
			}
		}
		for _, p := range places {
			if b[p/8]>>(7-p%8)&1 != 1 {
				t.Fatalf("place %d is not set", p)
			}
		}
		if ones != len(places) {
			t.Fatalf("%d bits for %d places", ones, len(places))
		}
	})
}

// baked gives the credential of a drawing as the specification's extraction finds it.
func baked(t interface{ Fatalf(string, ...any) }, svg []byte) string {
	d := xml.NewDecoder(bytes.NewReader(svg))
	found, elements := "", 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		if elements++; e.Name.Local == "credential" && e.Name.Space == "https://purl.imsglobal.org/ob/v3p0" {
			if found != "" || elements != 2 {
				t.Fatalf("the credential is element %d, or there are two", elements)
			}
			found = e.Attr[0].Value
		}
	}
}

func TestBakedDrawingIsWellFormedWhateverTheTitle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.StringOf(rapid.RuneFrom([]rune(`<>&"' aé]]>ش`))).Draw(t, "title")
		lang := rapid.SampledFrom([]i18n.Lang{i18n.FR, i18n.AR, i18n.EN}).Draw(t, "lang")
		if got := baked(t, badge.Bake(badge.Drawing(lang, title, "A-2026-0001"), "a.b.c")); got != "a.b.c" {
			t.Fatalf("found %q", got)
		}
	})
}

func TestTitleLines(t *testing.T) {
	t.Parallel()
	lines := badge.Wrapped("Détection et orientation des victimes de traite dans les services sociaux du Grand Tunis et de Sfax, session deux", 26, 4)
	if len(lines) != 4 || lines[0] != "Détection et orientation" || !strings.HasSuffix(lines[3], "…") {
		t.Errorf("%q", lines)
	}
}
