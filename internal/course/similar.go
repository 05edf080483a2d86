package course

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// The similarities from which two items ask the same: of stems alone, and of stems with their options.
const (
	similarStems = 0.80
	similarItems = 0.60
)

// duplicates tells pairs of items that ask nearly the same, in one course or in two.
func duplicates(courses []*Course, found *problems) {
	type item struct {
		q           *Question
		stem, whole fingerprint
	}
	var items []item
	for _, c := range courses {
		for _, q := range c.Bank {
			n := item{q: q, stem: fingerprint{}, whole: print(q)}
			n.stem.add(q.Stem[i18n.FR])
			for _, o := range items {
				if s := max(similarity(n.stem, o.stem)-similarStems, similarity(n.whole, o.whole)-similarItems); s >= 0 {
					found.add(q.file, q.line, "course_check_duplicate", errs.Args{"code": q.Code, "other": o.q.Code})
				}
			}
			items = append(items, n)
		}
	}
}

// fingerprint is the set of pairs of neighbouring words of an item's French text.
type fingerprint map[string]bool

// print makes the fingerprint of an item: its stem and its options, folded.
func print(q *Question) fingerprint {
	parts := []string{q.Stem[i18n.FR]}
	if q.Type != TrueFalse { // whose options are the same two words everywhere
		for _, o := range q.Options {
			parts = append(parts, o.Text[i18n.FR])
		}
	}
	for _, p := range q.Pairs {
		parts = append(parts, p.Left[i18n.FR], p.Right[i18n.FR])
	}
	f := fingerprint{}
	for _, part := range parts {
		f.add(part)
	}
	return f
}

func (f fingerprint) add(text string) {
	last := "^"
	for _, w := range foldedWords(text) {
		f[last+" "+w] = true
		last = w
	}
}

// foldedWords gives the words in small letters without accents.
func foldedWords(s string) []string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// similarity is the Jaccard index of two fingerprints: 0 nothing in common, 1 the same.
func similarity(a, b fingerprint) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	both := 0
	for pair := range a {
		if b[pair] {
			both++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
