package match

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// Pairs that are equal by default, each with the switch without which they are not (0: always equal).
var forgiven = []struct {
	a, b string
	need Tolerance
}{
	{"Victime", "VICTIME", Case},
	{"ÉTRANGER", "étranger", Case},
	{"élève", "eleve", Accents},
	{"cœur", "coeur", Accents},
	{"Garçon", "Garcon", Accents},
	{"e\u0301cole", "école", 0},
	{"أحمد", "احمد", Hamza},
	{"إيواء", "ايواء", Hamza},
	{"آمن", "امن", Hamza},
	{"ٱلنقل", "النقل", Hamza},
	{"مسؤول", "مسئول", Hamza},
	{"مسؤول", "مسوول", Hamza},
	{"شيء", "شئ", Hamza},
	{"لاجئ", "لاجي", Hamza},
	{"مُتَّجِر", "متجر", Tashkeel},
	{"هٰذا", "هذا", Tashkeel},
	{"الاتـــجار", "الاتجار", Tatweel},
	{"l'aide", "aide", Elisions},
	{"l’aide juridique", "aide juridique", Elisions},
	{"l aide", "aide", Elisions},
	{"qu'elle parte", "elle parte", Elisions},
	{"l d l aide", "aide", Elisions},
	{"traite d'êtres humains", "traite êtres humains", Elisions},
	{"jusqu’à", "à", Elisions},
	{"٢٠١٦-٦١", "2016-61", Digits},
	{"۱۲", "١٢", Digits},
	{"٣٫٥", "3.5", Digits},
	{"  la   police ", "la police", 0},
	{"la police.", "la police", 0},
	{"« la police »", "la police", 0},
	{"هاتف؟", "هاتف", 0},
	{"l’aide", "l'aide", 0},
	{"a\u200fb\u200e", "ab", 0},
	{"ﺍﻟﺸﺮﻃﺔ", "الشرطة", 0}, // presentation forms
	{"porte–parole", "porte-parole", 0},
}

func TestForgiven(t *testing.T) {
	t.Parallel()
	for _, c := range forgiven {
		if !Equal(c.a, c.b) || !Equal(c.b, c.a) {
			t.Errorf("%q and %q differ: %q, %q", c.a, c.b, Fold(c.a, Default), Fold(c.b, Default))
		}
		if c.need == 0 {
			if !EqualWith(c.a, c.b, 0) {
				t.Errorf("%q and %q differ with all switches off", c.a, c.b)
			}
			continue
		}
		if EqualWith(c.a, c.b, Default&^c.need) {
			t.Errorf("%q and %q are equal although %v is off", c.a, c.b, c.need.Names())
		}
		if !EqualWith(c.a, c.b, c.need) {
			t.Errorf("%q and %q need more than %v", c.a, c.b, c.need.Names())
		}
	}
}

func TestNotForgiven(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"police", "polices"}, {"مدرسة", "مدرسه"}, {"على", "علي"}, {"12", "21"}, {"la police", "lapolice"}, {"", ""}, {"police", ""},
		{"", "police"}, {"?", "!"}, {"l'", "d'"}, {"سجن", "سكن"}, {"عمل", "أمل"}, {"3.5", "35"}, {"non", "no n"}, {"loi", "l oi x"},
	} {
		if Equal(c[0], c[1]) {
			t.Errorf("%q and %q are equal: %q", c[0], c[1], Fold(c[0], Default))
		}
	}
	if !Equal("?", " ? ") {
		t.Error("an answer that is a sign does not equal itself")
	}
	if !EqualWith("مدرسة", "مدرسه", Default|Endings) || !EqualWith("على", "علي", Endings) {
		t.Error("endings are not forgiven when asked for")
	}
}

func TestAnyAndNames(t *testing.T) {
	t.Parallel()
	if !Any([]string{"OIM", "منظمة الهجرة"}, "oim", Default) || Any(nil, "x", Default) {
		t.Error("Any")
	}
	for _, n := range names {
		got, err := Parse([]string{n.name})
		if err != nil || got != n.flag || got.Names()[0] != n.name {
			t.Errorf("%s: %v %v", n.name, got, err)
		}
	}
	if got, err := Parse(Default.Names()); err != nil || got != Default {
		t.Errorf("%v %v", got, err)
	}
	if _, err := Parse([]string{"case", "colour"}); err == nil {
		t.Error("an unknown switch was taken")
	}
}

func texts() *rapid.Generator[string] {
	return rapid.StringOfN(rapid.SampledFrom([]rune("aàéÉœLlQq' ’-uأإؤئءىةاوي\u0651\u064eـ١۲3.?ﻻ\u200fßİ")), 0, 30, -1)
}

func tolerances() *rapid.Generator[Tolerance] {
	return rapid.Custom(func(t *rapid.T) Tolerance { return Tolerance(rapid.IntRange(0, int(Default|Endings)).Draw(t, "t")) })
}

func TestFoldSettles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, tol := texts().Draw(t, "s"), tolerances().Draw(t, "t")
		once := Fold(s, tol)
		if twice := Fold(once, tol); twice != once {
			t.Fatalf("%q folds to %q, then to %q", s, once, twice)
		}
	})
}

func TestEqualIsSymmetricAndReflexive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b, tol := texts().Draw(t, "a"), texts().Draw(t, "b"), tolerances().Draw(t, "t")
		if strings.TrimSpace(a) != "" && !EqualWith(a, a, tol) {
			t.Fatalf("%q does not equal itself", a)
		}
		if EqualWith(a, b, tol) != EqualWith(b, a, tol) {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

// Decorating a word with what is forgiven keeps it equal.
func TestDecorationsAreForgiven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringOfN(rapid.SampledFrom([]rune("بتجحدرسصعفقكلمنه")), 1, 12, -1).Draw(t, "word")
		var b strings.Builder
		for _, r := range word {
			b.WriteRune(r)
			b.WriteString(rapid.SampledFrom([]string{"", "\u064e", "\u0651\u064f", "ـ", "ــ", "\u200d"}).Draw(t, "sign"))
		}
		if !Equal(word, b.String()) {
			t.Fatalf("%q and %q", word, b.String())
		}
		latin := rapid.StringOfN(rapid.SampledFrom([]rune("bfgpkrvwxz")), 1, 12, -1).Draw(t, "latin")
		if !Equal(latin, " "+strings.ToUpper(latin)+". ") || !Equal(latin, norm.NFD.String(latin)) {
			t.Fatalf("%q", latin)
		}
	})
}

func FuzzEqual(f *testing.F) {
	for _, c := range forgiven {
		f.Add(c.a, c.b, uint16(c.need))
	}
	f.Fuzz(func(t *testing.T, a, b string, tol uint16) {
		tl := Tolerance(tol) & (Default | Endings)
		if EqualWith(a, b, tl) != EqualWith(b, a, tl) {
			t.Fatal("not symmetric")
		}
		if s := Fold(a, tl); !utf8.ValidString(s) || Fold(s, tl) != s {
			t.Fatalf("%q folds to %q", a, s)
		}
	})
}
