package org

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The name key is a skeleton of consonants. Tunisian names are written in Arabic without short vowels and in Latin letters
// by ear (Chaabane, Chabane, شعبان), so vowels, doubled letters, the letter h inside a word, the article and the cut between
// words say little about who is meant. What is left is the same for most spellings of one name; it is also the same for some
// different names (Imen, Amine), which is why a key alone never proves that two people are one.

// NameKey gives the key under which the spellings of one name meet, in Latin and in Arabic letters, whatever the order of
// family and given name. Titles, articles and a married name ("ép.", "née", "حرم") are left out. Empty only for an empty name.
func NameKey(family, given string) string {
	tokens := nameTokens(family, given)
	keys := make([]string, 0, len(tokens))
	for _, t := range tokens {
		keys = append(keys, skeleton(t))
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

// SameName tells whether two full names may be spellings of one name: their keys are equal and, where two words are written
// in the same letters, at most half of the letters differ. It says nothing about whether the two are one person.
func SameName(familyA, givenA, familyB, givenB string) bool {
	a, b := wordsByKey(familyA, givenA), wordsByKey(familyB, givenB)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].key != b[i].key {
			return false
		}
		longest := max(len([]rune(a[i].word)), len([]rune(b[i].word)))
		if isArabic(a[i].word) == isArabic(b[i].word) && 2*distance(a[i].word, b[i].word) > longest {
			return false
		}
	}
	return true
}

type keyedWord struct{ key, word string }

func wordsByKey(family, given string) []keyedWord {
	var words []keyedWord
	for _, w := range nameTokens(family, given) {
		words = append(words, keyedWord{skeleton(w), w})
	}
	slices.SortFunc(words, func(a, b keyedWord) int {
		return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(a.word, b.word))
	})
	return words
}

// nameTokens folds both names and joins the particles to the word they belong to.
func nameTokens(names ...string) []string {
	var words []string
	for _, n := range names {
		words = append(words, wordsBeforeMarriage(foldName(n))...)
	}
	joined := joinParticles(words)
	if len(joined) > 0 {
		return joined
	}
	if len(words) == 0 { // nothing but titles: then they are the name
		for _, n := range names {
			words = append(words, strings.Fields(foldName(n))...)
		}
	}
	return words
}

// foldName makes a name lower case without accents, vowel signs, hamza and punctuation; Arabic letters that stand for each
// other become one.
func foldName(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r), r == 'ـ', r == 'ء', r == '\'', r == '’', r == '‘', r == 'ʼ', r == '`':
		case unicode.IsLetter(r):
			b.WriteRune(nameLetter(r))
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func nameLetter(r rune) rune {
	switch r {
	case 'ى', 'ی':
		return 'ي'
	case 'ة', 'ہ', 'ە':
		return 'ه'
	case 'ٱ':
		return 'ا'
	case 'ک':
		return 'ك'
	case 'œ', 'ø':
		return 'o'
	case 'ı':
		return 'i'
	}
	return r
}

var (
	titles = set("m", "mr", "mme", "mlle", "dr", "pr", "me", "monsieur", "madame", "mademoiselle", "docteur", "professeur", "mrs", "ms",
		"السيد", "السيده", "الانسه", "الدكتور", "الدكتوره", "د", "الاستاذ", "الاستاذه")
	marriage = set("ep", "epouse", "nee", "veuve", "vve", "حرم", "زوجه", "ارمله")
	articles = set("el", "al", "l", "es", "ech", "ed", "ez", "er", "en", "et", "ال")
	prefixes = set("ben", "bin", "ibn", "bel", "bou", "abou", "abu", "abd", "abdel", "abdul", "oum", "ould", "bent", "bint",
		"بن", "ابن", "بل", "بو", "ابو", "عبد", "ام", "ولد", "بنت")
	suffixes = set("eddine", "ddine", "dine", "din", "eddin", "allah", "ellah", "الدين", "الله")
	// alefLam begin with the letters of the article without having one.
	alefLam = set("الياس", "الفه", "الفت", "الهام", "الهامي")
	// spoken are writings that follow the ear further than the rules below.
	spoken = map[string]string{
		"med": "mohamed", "mohd": "mohamed", "lassaad": "assaad", "lassad": "assaad", "lasaad": "assaad",
		"lamine": "amine", "lazhar": "azhar", "larbi": "arbi", "lakhdar": "akhdar", "lakhdhar": "akhdar", "lakhal": "akhal",
	}
)

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}

func wordsBeforeMarriage(folded string) []string {
	var out []string
	for _, w := range strings.Fields(folded) {
		if marriage[w] && len(out) > 0 {
			break
		}
		if !titles[w] {
			out = append(out, w)
		}
	}
	return out
}

// joinParticles makes "ben salah" and "nour eddine" one word, drops articles, and writes words as they sound.
func joinParticles(words []string) []string {
	var out []string
	prefix := ""
	for _, w := range words {
		switch {
		case articles[w]:
		case suffixes[w] && len(out) > 0 && prefix == "":
			out[len(out)-1] += withoutArticle(w)
		case prefixes[w]:
			prefix += w
		default:
			out = append(out, prefix+asSpoken(w))
			prefix = ""
		}
	}
	if prefix != "" {
		out = append(out, prefix)
	}
	return out
}

func asSpoken(w string) string {
	if s, ok := spoken[w]; ok {
		return s
	}
	return withoutArticle(w)
}

// withoutArticle cuts ال, el- and al- that are written together with the word, and the doubled letter of Essaidi.
func withoutArticle(w string) string {
	if rest, ok := strings.CutPrefix(w, "ال"); ok {
		if alefLam[w] || len([]rune(rest)) < 3 && w != "الله" {
			return w
		}
		return rest
	}
	for _, a := range []string{"el", "al"} {
		rest, ok := strings.CutPrefix(w, a)
		if ok && len(rest) >= 4 && !isVowel(rune(rest[0])) && rest[0] != 'y' {
			return rest
		}
	}
	if len(w) > 4 && w[0] == 'e' && w[1] == w[2] && strings.IndexByte("strznd", w[1]) >= 0 && !strings.HasPrefix(w, "ezzed") {
		return w[2:]
	}
	return w
}

// skeleton gives the consonants of a folded word; a word that begins with a vowel or ع keeps an "a" for it.
func skeleton(w string) string {
	var out []rune
	if isArabic(w) {
		out = arabicSkeleton([]rune(strings.Replace(w, "عبدال", "عبد", 1)))
	} else {
		out = latinSkeleton([]rune(shortAbd(w)))
	}
	if len(out) == 0 {
		return w
	}
	return string(out)
}

// shortAbd writes abdel-, abdul-, abder-, abdes- as abd, so that the article in the middle is left out in all spellings.
func shortAbd(w string) string {
	rest, ok := strings.CutPrefix(w, "abd")
	if !ok || len(rest) < 4 || !isVowel(rune(rest[0])) {
		return w
	}
	for len(rest) > 0 && isVowel(rune(rest[0])) {
		rest = rest[1:]
	}
	if len(rest) > 2 && rest[0] == 'l' && !isVowel(rune(rest[1])) {
		rest = rest[1:]
	}
	return "abd" + rest
}

func isArabic(w string) bool {
	for _, r := range w {
		return unicode.Is(unicode.Arabic, r)
	}
	return false
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiou", r) }

var arabicSound = map[rune]rune{
	'ب': 'b', 'پ': 'b', 'ت': 't', 'ط': 't', 'ث': 't', 'ج': 'j', 'ژ': 'j', 'خ': 'x', 'د': 'd', 'ذ': 'd', 'ض': 'd', 'ظ': 'd',
	'ر': 'r', 'ز': 'z', 'س': 's', 'ص': 's', 'ش': 'c', 'چ': 'c', 'غ': 'g', 'ف': 'f', 'ڤ': 'f', 'ڥ': 'f', 'ڢ': 'f', 'ق': 'k',
	'ڨ': 'k', 'ك': 'k', 'گ': 'k', 'ل': 'l', 'م': 'm', 'ن': 'n',
}

func arabicSkeleton(w []rune) []rune {
	var out []rune
	for i, r := range w {
		if i > 0 && r == w[i-1] {
			continue
		}
		if s, ok := arabicSound[r]; ok {
			out = append(out, s)
			continue
		}
		if i == 0 {
			out = append(out, firstSound(r))
		}
	}
	return out
}

func firstSound(r rune) rune {
	switch r {
	case 'ح', 'ه':
		return 'h'
	case 'و':
		return 'w'
	case 'ي':
		return 'y'
	}
	return 'a'
}

var latinSound = map[rune]rune{
	'b': 'b', 'p': 'b', 't': 't', 'j': 'j', 'd': 'd', 'r': 'r', 'z': 'z', 's': 's', 'f': 'f', 'v': 'f', 'k': 'k', 'q': 'k',
	'l': 'l', 'm': 'm', 'n': 'n', 'g': 'k', 'c': 'k',
}

var latinPairs = map[string]rune{
	"ch": 'c', "sh": 'c', "kh": 'x', "gh": 'g', "dh": 'd', "th": 't', "ph": 'f', "dj": 'j', "ck": 'k',
}

func latinSkeleton(w []rune) []rune {
	var out []rune
	for i := 0; i < len(w); i++ {
		if i > 0 && w[i] == w[i-1] {
			continue
		}
		if i+1 < len(w) {
			if s, ok := latinPairs[string(w[i:i+2])]; ok {
				out = append(out, s)
				i++
				continue
			}
		}
		out = appendLatin(out, w, i)
	}
	return out
}

func appendLatin(out, w []rune, i int) []rune {
	r := w[i]
	next := rune(' ')
	if i+1 < len(w) {
		next = w[i+1]
	}
	switch {
	case r == 'c' && strings.ContainsRune("eiy", next):
		return append(out, 's')
	case r == 'x':
		return append(out, 'k', 's')
	case latinSound[r] != 0:
		return append(out, latinSound[r])
	case i > 0:
		return out
	case r == 'h':
		return append(out, 'h')
	case r == 'w', r == 'o' && next == 'u' && len(w) > 2 && isVowel(w[2]):
		return append(out, 'w')
	case r == 'y' && isVowel(next):
		return append(out, 'y')
	}
	return append(out, 'a')
}

// distance is the Levenshtein distance of two texts, in characters.
func distance(a, b string) int {
	ra, rb := []rune(a), []rune(b)
	prev := make([]int, len(rb)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, x := range ra {
		cur := make([]int, len(rb)+1)
		cur[0] = i + 1
		for j, y := range rb {
			cost := 1
			if x == y {
				cost = 0
			}
			cur[j+1] = min(prev[j]+cost, prev[j+1]+1, cur[j]+1)
		}
		prev = cur
	}
	return prev[len(rb)]
}
