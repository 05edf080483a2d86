package course

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tatweel stretches a line of Arabic and means nothing.
const tatweel = 'ـ'

// spellings are the letters that writers exchange: forms of alef and hamza, the two endings, ligatures and the like.
var spellings = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ٱ", "ا", "ى", "ي", "ئ", "ي", "ؤ", "و", "ة", "ه", "ء", "",
	"œ", "oe", "æ", "ae", "’", "'", "ʼ", "'", "\u00ad", "")

// Fold writes a text as it is searched: in small letters, without accents, tashkeel and tatweel, with one form of alef, hamza,
// yeh and teh marbuta. Words stay apart where they were and keep their number, so that the n-th word of the folded text is the
// n-th word of the text.
func Fold(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if words[i] = foldWord(w); words[i] == "" {
			words[i] = "-"
		}
	}
	return strings.Join(words, " ")
}

func foldWord(w string) string {
	w = spellings.Replace(norm.NFC.String(strings.ToLower(w))) // composed first: a hamza belongs to its letter
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) || r == tatweel || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(w))
}

// isArabic tells whether a text has Arabic letters.
func isArabic(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r) })
}
