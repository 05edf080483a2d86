package ingest

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// westernDigits writes Arabic-Indic digits (both sets) as 0-9 and the Arabic decimal signs as a point or nothing.
func westernDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r == '٫':
			return '.'
		case r == '٬':
			return -1
		}
		return r
	}, s)
}

// clean makes a typed text tidy: NFC, single blanks, no blanks at the ends, no invisible or control characters, no tatweel.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == 'ـ' || r == '\ufeff' || r == '\ufffd' || unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		}
		return r
	}, norm.NFC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// fold makes texts comparable: small letters, no accents, vowel signs or hamza, Arabic letters that stand for each other as
// one, western digits, and a blank for everything that is neither letter nor digit.
func fold(s string) string {
	var b strings.Builder
	blank := false
	for _, r := range norm.NFKD.String(strings.ToLower(westernDigits(s))) {
		r = foldRune(r)
		switch {
		case r < 0:
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if blank && b.Len() > 0 {
				b.WriteByte(' ')
			}
			blank = false
			b.WriteRune(r)
		default:
			blank = true
		}
	}
	return b.String()
}

// foldRune gives the letter that stands for all its variants; -1 for a mark that does not count.
func foldRune(r rune) rune {
	switch r {
	case 'ة':
		return 'ه'
	case 'ى', 'ی':
		return 'ي'
	case 'ٱ':
		return 'ا'
	case 'ڨ', 'گ':
		return 'ق'
	case 'ک':
		return 'ك'
	case 'ڤ', 'ڥ':
		return 'ف'
	case 'œ':
		return 'o'
	case '°':
		return ' '
	case 'ء', 'ـ', '’', '\'', 'ʼ':
		return -1
	}
	if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// words folds a text and cuts the Arabic article and the و written together with it, so that "الاسم واللقب" and "اسم و لقب" are
// the same words.
func words(s string) []string {
	var out []string
	for _, w := range strings.Fields(fold(s)) {
		if rest, ok := strings.CutPrefix(w, "وال"); ok && len([]rune(rest)) >= 2 {
			out = append(out, "و", rest)
			continue
		}
		if rest, ok := strings.CutPrefix(w, "ال"); ok && len([]rune(rest)) >= 2 {
			w = rest
		}
		out = append(out, w)
	}
	return out
}

func isArabic(s string) bool {
	arabic, other := 0, 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Arabic, r):
			arabic++
		case unicode.IsLetter(r):
			other++
		}
	}
	return arabic > other
}

// short cuts a value for a message.
func short(s string) string {
	const limit = 60
	r := []rune(clean(s))
	if len(r) <= limit {
		return string(r)
	}
	return string(r[:limit-1]) + "…"
}

// absent tells a placeholder for "nothing": a dash, a stroke, "néant", "N/A".
func absent(s string) bool {
	switch fold(s) {
	case "", "neant", "n a", "na", "nan", "null", "none", "non", "nd", "n d", "inconnu", "inconnue", "sans", "aucun", "aucune", "pas", "x", "xx", "xxx",
		"لا يوجد", "لايوجد", "لا شي", "غير متوفر", "غير معروف", "بدون":
		return true
	}
	return false
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
