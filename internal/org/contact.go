package org

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ParsePhone reads a telephone number as it is typed and gives it in E.164 form (+21622345678). Eight digits that begin with
// 2 to 9 are Tunisian; any other country needs its code after + or 00.
func ParsePhone(s string) (phone string, ok bool) {
	digits, international, ok := phoneDigits(s)
	if !ok {
		return "", false
	}
	if !international {
		if len(digits) == 11 && strings.HasPrefix(digits, "216") {
			digits = digits[3:]
		}
		if len(digits) != 8 || digits[0] < '2' {
			return "", false
		}
		return "+216" + digits, true
	}
	if strings.HasPrefix(digits, "216") && (len(digits) != 11 || digits[3] < '2') {
		return "", false
	}
	if len(digits) < 8 || len(digits) > 15 || digits[0] == '0' {
		return "", false
	}
	return "+" + digits, true
}

// phoneDigits takes the digits out of a number; international when it began with + or 00.
func phoneDigits(s string) (digits string, international, ok bool) {
	s = strings.TrimSpace(westernDigits(s))
	if strings.HasPrefix(s, "+") {
		s, international = s[1:], true
	} else if strings.HasPrefix(s, "00") {
		s, international = s[2:], true
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '.' || r == '-' || r == '(' || r == ')' || r == '\u00a0' || r == '\u202f':
		default:
			return "", false, false
		}
	}
	return b.String(), international, b.Len() > 0
}

// FormatPhone writes a stored number as people read it: 22 345 678 for a Tunisian one, +33 612345678 otherwise left as is.
func FormatPhone(e164 string) string {
	if len(e164) == 12 && strings.HasPrefix(e164, "+216") {
		return e164[4:6] + " " + e164[6:9] + " " + e164[9:]
	}
	return e164
}

// ParseEmail reads an e-mail address and gives it in small letters.
func ParseEmail(s string) (email string, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if len(s) > 254 || strings.ContainsAny(s, " <>\r\n\"") {
		return "", false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" {
		return "", false
	}
	at := strings.LastIndexByte(s, '@')
	domain := s[at+1:]
	if !strings.Contains(domain, ".") || strings.HasSuffix(domain, ".") || strings.HasPrefix(domain, ".") {
		return "", false
	}
	return s, true
}

// ParseCIN reads an identity card number: eight digits, Arabic-Indic ones too.
func ParseCIN(s string) (cin string, ok bool) {
	s = strings.ReplaceAll(strings.TrimSpace(westernDigits(s)), " ", "")
	if len(s) != 8 || strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	return s, true
}

// tidy makes a typed name or title comparable: NFC, single blanks, none at the ends.
func tidy(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

// printable tells whether a text has no control characters and at most max characters.
func printable(s string, limit int) bool {
	if utf8.RuneCountInString(s) > limit || !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
