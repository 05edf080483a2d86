package ingest

import (
	"strings"
	"time"
	"unicode"

	"shelter/internal/sheet"
)

// What a column holds can be told from its values where its title is missing or odd.

const (
	sampleRows   = 100 // values looked at per column
	fewestValues = 2   // fewer say nothing
)

// contentScore gives the share, in percent, of a column's values that look like the field; 0 when there are too few.
func contentScore(f Field, values []sheet.Cell, today time.Time) int {
	looks := looksLike[f]
	if looks == nil || len(values) < fewestValues {
		return 0
	}
	n := 0
	for _, c := range values {
		if looks(c, today) {
			n++
		}
	}
	return 100 * n / len(values)
}

var looksLike = map[Field]func(sheet.Cell, time.Time) bool{
	Email: func(c sheet.Cell, _ time.Time) bool { return strings.Contains(c.Text, "@") },
	Phone: func(c sheet.Cell, _ time.Time) bool {
		p, v := readPhone(c)
		return p != "" && v.level != LevelError
	},
	CIN: func(c sheet.Cell, _ time.Time) bool {
		cin, v := readCIN(c)
		return cin != "" && (v.key == "" || v.key == "ingest_cin_padded")
	},
	Sex: func(c sheet.Cell, _ time.Time) bool {
		s, _ := readSex(c)
		return s != ""
	},
	Birth: func(c sheet.Cell, today time.Time) bool {
		b, v := readBirth(c, today)
		return b.year > 0 && v.level != LevelError && (c.Kind == sheet.Date || v.key != "ingest_birth_two_digits")
	},
	Governorate: func(c sheet.Cell, _ time.Time) bool {
		code, v := readPlace(c)
		return code != "" && v.key == ""
	},
	Organisation: func(c sheet.Cell, _ time.Time) bool { return hasWord(c.Text, organisationSigns) },
	Function:     func(c sheet.Cell, _ time.Time) bool { return hasWord(c.Text, functionSigns) },
	FullName:     func(c sheet.Cell, _ time.Time) bool { n := nameWords(c.Text); return n >= 2 && n <= 5 },
	FamilyName:   func(c sheet.Cell, _ time.Time) bool { n := nameWords(c.Text); return n >= 1 && n <= 3 },
	GivenName:    func(c sheet.Cell, _ time.Time) bool { n := nameWords(c.Text); return n >= 1 && n <= 3 },
}

var (
	organisationSigns = wordSet("mas association asso ong ngo ministere direction centre cdis instance oim iom unhcr hopital delegation commissariat croissant " +
		"ministry center hospital جمعيه وزاره مركز اداره منظمه هييه هيءه مستشفي مندوبيه")
	functionSigns = wordSet("psychologue assistante assistant educateur educatrice infirmier infirmiere juriste chef directeur directrice medecin avocat avocate " +
		"coordinateur coordinatrice travailleur travailleuse animateur animatrice responsable charge chargee conseiller conseillere president presidente psychologist " +
		"lawyer nurse doctor manager officer اخصايي اخصاييه مساعد مساعده مربي مربيه ممرض ممرضه محامي محاميه رييس رييسه مدير مديره طبيب طبيبه منسق منسقه متصرف متصرفه")
)

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

func hasWord(text string, signs map[string]bool) bool {
	for _, w := range words(text) {
		if signs[w] {
			return true
		}
	}
	return false
}

// nameWords counts the words of a text that may be a name; 0 when it holds a digit, an @ or a word of an organisation or a
// function.
func nameWords(text string) int {
	text = clean(text)
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsDigit(r) || r == '@' || r == ':' }) ||
		hasWord(text, organisationSigns) || hasWord(text, functionSigns) || sexes[fold(text)] != "" {
		return 0
	}
	return len(strings.Fields(text))
}

// distinctShare is the share of different values, in percent: names differ, functions repeat.
func distinctShare(values []sheet.Cell) int {
	if len(values) == 0 {
		return 0
	}
	seen := map[string]bool{}
	for _, c := range values {
		seen[fold(c.Text)] = true
	}
	return 100 * len(seen) / len(values)
}
