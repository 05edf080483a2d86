package badge

import "shelter/internal/i18n"

// What tests look at from inside.
var (
	HashedIdentity = hashed
	Bake           = bake
	Wrapped        = wrapped
)

// EncodedList is a list of revocations with places set.
func EncodedList(places ...int) (string, error) {
	b := newBits()
	for _, p := range places {
		b.set(p)
	}
	return b.encoded()
}

// Drawing is the picture of a badge with a title.
func Drawing(l i18n.Lang, title, number string) []byte {
	return picture{Lang: l, Title: title, Kind: "Attestation", Owner: "Ministère", Number: number, Dates: "14–15 déc. 2026"}.svg()
}
