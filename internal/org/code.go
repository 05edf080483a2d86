package org

import (
	"crypto/rand"
	"strings"
)

// codeAlphabet leaves out what is misread on paper or on a screen: 0 O, 1 I L, U V, 5 S. Its size is prime, which the check
// character relies on.
const codeAlphabet = "23456789ABCDEFGHJKMNPQRTVWXYZ"

const codePrefix = "P-"

// Lengths of a code without its prefix, check character included. New codes are short until short ones run out.
const (
	codeShort = 5
	codeLong  = 7
)

// NewCode makes a random person code as P-7K3Q9. The last character is a check: one wrong character, or two that changed
// places, make a code that ParseCode refuses.
func NewCode() string { return newCode(codeShort) }

func newCode(n int) string {
	body := RandomText(n - 1)
	return codePrefix + body + string(codeAlphabet[checkValue(body)])
}

// RandomText makes a random text of the code alphabet, which reads well on paper: 4.86 bits a character.
func RandomText(n int) string {
	out := make([]byte, 0, n)
	buf := make([]byte, 2*n)
	for len(out) < n {
		_, _ = rand.Read(buf)
		for _, b := range buf {
			// 232 = 8 x 29: bytes above would favour some characters
			if b < 232 && len(out) < n {
				out = append(out, codeAlphabet[int(b)%len(codeAlphabet)])
			}
		}
	}
	return string(out)
}

// TextOf writes a number as n characters of the code alphabet; 29 to the 8 fits well below 64 bits, so that what is cut off
// favours no text noticeably.
func TextOf(v uint64, n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = codeAlphabet[v%uint64(len(codeAlphabet))]
		v /= uint64(len(codeAlphabet))
	}
	return string(out)
}

// checkValue is the value that makes the weighted sum of a code zero modulo 29; weights differ pairwise, so that a single
// wrong character and an exchange of two are both seen.
func checkValue(body string) int {
	sum := 0
	for i := range len(body) {
		sum += (i + 2) * strings.IndexByte(codeAlphabet, body[i])
	}
	p := len(codeAlphabet)
	return (p - sum%p) % p
}

// ParseCode reads a person code however it was typed: small letters, blanks, with or without "P-", S for 5. ok is false for
// anything that is no code, a misread one included.
func ParseCode(s string) (code string, ok bool) {
	s = NormaliseTyped(s)
	if len(s) > codeShort && s[0] == 'P' && (len(s) == codeShort+1 || len(s) == codeLong+1) {
		s = s[1:]
	}
	if len(s) != codeShort && len(s) != codeLong {
		return "", false
	}
	for i := range len(s) {
		if strings.IndexByte(codeAlphabet, s[i]) < 0 {
			return "", false
		}
	}
	body, check := s[:len(s)-1], s[len(s)-1]
	if codeAlphabet[checkValue(body)] != check {
		return "", false
	}
	return codePrefix + s, true
}

// NormaliseTyped makes what a person typed from paper comparable to a text of the code alphabet: capitals, no blanks or
// dashes, Arabic-Indic digits as Western ones, S as 5.
func NormaliseTyped(s string) string {
	var b strings.Builder
	for _, r := range westernDigits(s) {
		switch {
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case r == ' ' || r == '-' || r == '–' || r == '\u00a0' || r == '_' || r == '.':
			continue
		}
		if r == 'S' {
			r = '5'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// westernDigits writes Arabic-Indic and Persian digits as Western ones.
func westernDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + (r - '٠')
		case r >= '۰' && r <= '۹':
			return '0' + (r - '۰')
		}
		return r
	}, s)
}
