// Package match compares a typed short answer with an accepted one, forgiving what says nothing about knowledge: case, accents,
// the seat of a hamza, vowel signs, tatweel, French elisions and the kind of digits. Each forgiveness is a switch. Pure functions.
//
// Invariants: Equal is reflexive (for what is not empty) and symmetric; an empty answer equals nothing; folding a folded text
// changes nothing; a switch that is off leaves the difference it is about.
package match

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Tolerance is a set of switches.
type Tolerance uint16

// The switches. What is always forgiven: spaces, invisible and bidirectional control characters, presentation forms, the shapes of
// apostrophe and hyphen, and punctuation around the answer.
const (
	Case     Tolerance = 1 << iota // Élise = ÉLISE
	Accents                        // é = e, œ = oe
	Hamza                          // أ إ آ ٱ = ا; مسؤول = مسئول = مسوول; شيء = شئ
	Tashkeel                       // مُتَّجِر = متجر
	Tatweel                        // الاتـــجار = الاتجار
	Elisions                       // l'aide = aide = l aide; qu'elle = elle
	Digits                         // ١٢ = ۱۲ = 12
	Endings                        // ة = ه and ى = ي at the end of a word; off unless asked for, since it makes some words equal
)

// Default forgives everything but Endings.
const Default = Case | Accents | Hamza | Tashkeel | Tatweel | Elisions | Digits

var names = []struct {
	name string
	flag Tolerance
}{
	{"case", Case}, {"accents", Accents}, {"hamza", Hamza}, {"tashkeel", Tashkeel}, {"tatweel", Tatweel},
	{"elisions", Elisions}, {"digits", Digits}, {"endings", Endings},
}

// Parse reads switches by their names; the error names the first unknown one.
func Parse(list []string) (Tolerance, error) {
	var t Tolerance
next:
	for _, s := range list {
		for _, n := range names {
			if n.name == s {
				t |= n.flag
				continue next
			}
		}
		return 0, fmt.Errorf("match: no switch %q", s)
	}
	return t, nil
}

// Names lists the switches that are on, as Parse reads them.
func (t Tolerance) Names() []string {
	list := []string{}
	for _, n := range names {
		if t&n.flag != 0 {
			list = append(list, n.name)
		}
	}
	return list
}

// Equal tells whether a given answer equals an accepted one under Default.
func Equal(accepted, given string) bool { return EqualWith(accepted, given, Default) }

// EqualWith tells whether a given answer equals an accepted one under a tolerance.
func EqualWith(accepted, given string, t Tolerance) bool {
	a, b := Fold(accepted, t), Fold(given, t)
	if a == "" || b == "" { // nothing but signs: compared as written
		a, b = strings.TrimSpace(accepted), strings.TrimSpace(given)
		return a == b && a != ""
	}
	if a == b {
		return true
	}
	// A hamza on another seat: the first folding keeps the seat and drops the hamza, this one does the opposite.
	return t&Hamza != 0 && fold(accepted, t, keepHamza) == fold(given, t, keepHamza)
}

// Any tells whether a given answer equals one of the accepted ones.
func Any(accepted []string, given string, t Tolerance) bool {
	for _, a := range accepted {
		if EqualWith(a, given, t) {
			return true
		}
	}
	return false
}

// Fold gives the form in which answers are compared; also useful to find duplicates. Empty when the text holds only signs.
func Fold(s string, t Tolerance) string { return fold(s, t, dropHamza) }

// hamza says what becomes of ؤ ئ ء when their form is forgiven.
type hamza bool

const (
	dropHamza hamza = false // the seat stays: و, ي, nothing
	keepHamza hamza = true  // all become ء
)

// maxRounds bounds the repetition below; each round either shortens the text or settles a letter.
const maxRounds = 64

func fold(s string, t Tolerance, h hamza) string {
	for range maxRounds {
		next := round(s, t, h)
		if next == s {
			break
		}
		s = next
	}
	return s
}

func round(s string, t Tolerance, h hamza) string {
	s = norm.NFKC.String(strings.ToValidUTF8(s, ""))
	if t&Case != 0 {
		s = cases.Fold().String(s)
	}
	var b strings.Builder
	for _, r := range s {
		writeFolded(&b, r, t, h)
	}
	words := strings.Fields(b.String())
	if t&Elisions != 0 {
		words = elide(words)
	}
	if t&Endings != 0 {
		for i, w := range words {
			words[i] = ending(w)
		}
	}
	return strings.TrimFunc(strings.Join(words, " "), edge)
}

// edge tells whether a sign around an answer says nothing.
func edge(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune(`.,;:!?؟،؛…"'«»“”()`, r)
}

func writeFolded(b *strings.Builder, r rune, t Tolerance, h hamza) {
	switch {
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cc, r) && !unicode.IsSpace(r):
	case strings.ContainsRune("’‘ʼ`´′ʹ", r):
		b.WriteByte('\'')
	case strings.ContainsRune("‐‑‒–—−", r):
		b.WriteByte('-')
	case r == 'ـ':
		write(b, r, t&Tatweel == 0)
	case isTashkeel(r):
		write(b, r, t&Tashkeel == 0)
	case t&Digits != 0 && digit(r) != r:
		b.WriteRune(digit(r))
	case isHamza(r):
		writeHamza(b, r, t, h)
	case unicode.Is(unicode.Arabic, r):
		b.WriteRune(r)
	case t&Accents != 0:
		writeBase(b, r)
	default:
		b.WriteRune(r)
	}
}

func write(b *strings.Builder, r rune, keep bool) {
	if keep {
		b.WriteRune(r)
	}
}

// isTashkeel tells vowel signs, the dagger alef and the signs of Koranic writing.
func isTashkeel(r rune) bool {
	return r >= 0x064B && r <= 0x0652 || r == 0x0670 || r >= 0x0610 && r <= 0x061A || r >= 0x06D6 && r <= 0x06ED && unicode.Is(unicode.Mn, r)
}

// digit gives the European digit or decimal sign of an Arabic one.
func digit(r rune) rune {
	switch {
	case r >= '٠' && r <= '٩':
		return '0' + r - '٠'
	case r >= '۰' && r <= '۹':
		return '0' + r - '۰'
	case r == '٫':
		return '.'
	}
	return r
}

func isHamza(r rune) bool { return strings.ContainsRune("أإآٱؤئءٕٔٓ", r) }

func writeHamza(b *strings.Builder, r rune, t Tolerance, h hamza) {
	switch {
	case t&Hamza == 0:
		b.WriteRune(r)
	case strings.ContainsRune("أإآٱ", r):
		b.WriteRune('ا')
	case r >= 0x0653 && r <= 0x0655: // a combining madda or hamza without its letter
	case h == keepHamza:
		b.WriteRune('ء')
	case r == 'ؤ':
		b.WriteRune('و')
	case r == 'ئ':
		b.WriteRune('ي')
	}
}

// writeBase writes a letter without its accents; ligatures become two letters.
func writeBase(b *strings.Builder, r rune) {
	if s, ok := ligatures[r]; ok {
		b.WriteString(s)
		return
	}
	for _, d := range norm.NFD.String(string(r)) {
		if !unicode.Is(unicode.Mn, d) {
			b.WriteRune(d)
		}
	}
}

var ligatures = map[rune]string{'œ': "oe", 'Œ': "OE", 'æ': "ae", 'Æ': "AE", 'ß': "ss", 'ẞ': "SS", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L"}

// elided are the words that French shortens before a vowel, without their apostrophe.
var elided = map[string]bool{
	"l": true, "d": true, "j": true, "m": true, "t": true, "s": true, "c": true, "n": true, "qu": true, "jusqu": true, "lorsqu": true,
	"puisqu": true, "quoiqu": true,
}

// elide drops elided words: before an apostrophe, or alone before a word that begins with a vowel or h. The last word stays. It
// works from the end, so that a chain of them goes at once.
func elide(words []string) []string {
	out := words[len(words):]
	for i := len(words) - 1; i >= 0; i-- {
		w := words[i]
		if len(out) > 0 && elided[strings.ToLower(strings.TrimSuffix(w, "'"))] && beginsWithVowel(out[0]) {
			continue
		}
		for {
			head, tail, ok := strings.Cut(w, "'")
			if !ok || tail == "" || !elided[strings.ToLower(head)] {
				break
			}
			w = tail
		}
		// The kept words fill the list from its end: no word is overwritten before it is read.
		at := len(words) - len(out) - 1
		words[at] = w
		out = words[at:]
	}
	return out
}

func beginsWithVowel(w string) bool {
	for _, r := range norm.NFD.String(strings.ToLower(w)) {
		return strings.ContainsRune("aeiouyhœæ", r)
	}
	return false
}

// ending brings the two letters that are confused at the end of an Arabic word together.
func ending(w string) string {
	if s, ok := strings.CutSuffix(w, "ة"); ok {
		return s + "ه"
	}
	if s, ok := strings.CutSuffix(w, "ى"); ok {
		return s + "ي"
	}
	return w
}
