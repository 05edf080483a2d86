package ingest

import (
	"math"
	"strconv"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/sheet"
)

// numberText writes a number cell as its digits: 2.1622642259E10 and 22642259.0 are telephone numbers.
func numberText(c sheet.Cell) string {
	if c.Kind != sheet.Number && c.Kind != sheet.Date {
		return c.Text
	}
	f, err := strconv.ParseFloat(c.Text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1e15 {
		return c.Text
	}
	return strconv.FormatFloat(f, 'f', 0, 64)
}

// readPhone reads a telephone number; of several in one cell the first that is one.
func readPhone(c sheet.Cell) (string, verdict) {
	return parsePhone(numberText(c))
}

// parsePhone reads a typed telephone number and gives it in E.164 form. Of several numbers the first that is one is taken,
// with a doubt. A placeholder gives nothing.
func parsePhone(text string) (string, verdict) {
	text = strings.NewReplacer("\u200e", "", "\u200f", "", "\u202a", "", "\u202c", "", "_", " ", "–", "-", "—", "-").Replace(westernDigits(text))
	text = strings.TrimSuffix(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), "'")), ".0")
	if absent(text) || strings.Trim(text, "0 .-/") == "" {
		return "", verdict{}
	}
	if p, ok := org.ParsePhone(stripLabel(text)); ok {
		return p, verdict{}
	}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/;,|\n\r\t&", r) }) {
		if p, ok := org.ParsePhone(stripLabel(part)); ok {
			return p, verdict{LevelWarning, "ingest_phone_first", errs.Args{"phone": org.FormatPhone(p)}}
		}
	}
	return "", wrong("ingest_phone_invalid")
}

// stripLabel drops letters before a number ("Tél : 22 ...", "GSM.") and a bracketed zero after the country code.
func stripLabel(s string) string {
	s = strings.TrimSpace(strings.Replace(s, "(0)", "", 1))
	return strings.TrimLeftFunc(s, func(r rune) bool { return r != '+' && r != '(' && (r < '0' || r > '9') })
}

// readEmail reads an e-mail address and mends what is certain: blanks, a comma for a point, "mailto:", brackets.
func readEmail(c sheet.Cell) (string, verdict) {
	text := strings.Trim(clean(c.Text), "'")
	if absent(text) {
		return "", verdict{}
	}
	if e, ok := org.ParseEmail(text); ok {
		return e, verdict{}
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(";/|", r) })
	for _, part := range parts {
		mended := mendEmail(part)
		e, ok := org.ParseEmail(mended)
		if !ok {
			continue
		}
		if len(parts) > 1 {
			return e, verdict{LevelWarning, "ingest_email_first", errs.Args{"email": e}}
		}
		return e, verdict{LevelWarning, "ingest_email_mended", errs.Args{"email": e}}
	}
	return "", wrong("ingest_email_invalid")
}

func mendEmail(s string) string {
	s = strings.TrimPrefix(strings.ToLower(s), "mailto:")
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		s = s[open+1:] // "Salma Ayari <salma@exemple.tn>"
	}
	s = strings.NewReplacer(" ", "", "<", "", ">", "", "(at)", "@", "[at]", "@", ",", ".", "،", ".", "..", ".").Replace(s)
	return strings.Trim(s, ".:'\"")
}

// readCIN reads an identity card number. Excel drops the leading zeros of a number; they are put back.
func readCIN(c sheet.Cell) (string, verdict) {
	text := strings.TrimSuffix(westernDigits(numberText(c)), ".0")
	text = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-_/'\u00a0\u202f\u200e\u200f", r) {
			return -1
		}
		return r
	}, clean(text))
	if absent(text) {
		return "", verdict{}
	}
	if strings.Trim(text, "0") == "" {
		return "", doubtful("ingest_cin_zero")
	}
	if strings.Trim(text, "0123456789") != "" {
		if passport(text) {
			return "", doubtful("ingest_cin_other")
		}
		return "", wrong("ingest_cin_invalid")
	}
	return eightDigits(text, c.Kind == sheet.Number)
}

// passport tells the number of another document: one to three letters and five to nine digits.
func passport(s string) bool {
	digits := strings.TrimLeft(strings.ToUpper(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	letters := len(s) - len(digits)
	return letters >= 1 && letters <= 3 && len(digits) >= 5 && len(digits) <= 9 && strings.Trim(digits, "0123456789") == ""
}

// eightDigits puts back the leading zeros that a number cell has lost: one, or two. Where more are missing the number is
// certainly cut and is not kept. A text is what somebody typed: only a single zero is put back before it.
func eightDigits(s string, number bool) (string, verdict) {
	const cinDigits = 8
	missing := cinDigits - len(s)
	switch {
	case missing == 0 && s[0] > '1':
		return s, doubtful("ingest_cin_odd")
	case missing == 0:
		return s, verdict{}
	case missing == 1 || missing == 2 && number:
		full := strings.Repeat("0", missing) + s
		return full, verdict{LevelWarning, "ingest_cin_padded", errs.Args{"cin": full}}
	case missing > 2 && missing < 5 && number:
		return "", doubtful("ingest_cin_cut")
	}
	return "", wrong("ingest_cin_invalid")
}

// sexes are the ways to say a sex, folded.
var sexes = map[string]string{
	"f": "f", "femme": "f", "femmes": "f", "feminin": "f", "feminine": "f", "female": "f", "fille": "f", "mme": "f", "mlle": "f", "madame": "f",
	"mademoiselle": "f", "mrs": "f", "ms": "f", "woman": "f", "w": "f", "انثي": "f", "امراه": "f", "مراه": "f", "اناث": "f", "ا": "f", "نسا": "f",
	"السيده": "f", "سيده": "f", "انسه": "f", "ف": "f",
	"h": "m", "m": "m", "homme": "m", "hommes": "m", "masculin": "m", "masculine": "m", "male": "m", "garcon": "m", "mr": "m", "monsieur": "m",
	"man": "m", "ذكر": "m", "ذكور": "m", "رجل": "m", "رجال": "m", "ذ": "m", "السيد": "m", "سيد": "m",
}

// readSex reads a sex as lists write it; a doubt when it says nothing.
func readSex(c sheet.Cell) (string, verdict) {
	if absent(c.Text) {
		return "", verdict{}
	}
	if s, ok := sexes[fold(c.Text)]; ok {
		return s, verdict{}
	}
	return "", doubtful("ingest_sex_unknown")
}
