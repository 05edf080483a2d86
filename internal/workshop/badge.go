package workshop

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

// alphabet of badge codes: no I, L, O, U, 0, 1, which look alike on a badge or sound alike in a room. Its size, 29, is prime, which
// makes the check character find every single wrong character and every swap of two neighbours.
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXY"

const badgeLen = 5 // without the check character

// newBadgeCode draws a typed code of five characters and a check character, as "7K3Q9A".
func newBadgeCode(random io.Reader) (string, error) {
	b := make([]byte, 0, badgeLen+1)
	one := make([]byte, 1)
	for len(b) < badgeLen {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("workshop: badge code: %w", err)
		}
		if int(one[0]) < 256-256%len(alphabet) { // no character more often than another
			b = append(b, alphabet[int(one[0])%len(alphabet)])
		}
	}
	return string(append(b, checkChar(string(b)))), nil
}

// checkChar is the weighted sum of the characters' places modulo 29 (weights 2, 3, ..., so that swaps show).
func checkChar(s string) byte {
	sum := 0
	for i := range len(s) {
		sum += (i + 2) * strings.IndexByte(alphabet, s[i])
	}
	return alphabet[sum%len(alphabet)]
}

// ParseBadgeCode reads what a person typed: small letters, blanks and hyphens are forgiven. ok is false when it cannot be a
// badge code: a wrong character or a typing error that the check character shows.
func ParseBadgeCode(typed string) (code string, ok bool) {
	var b strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch {
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u200e' || r == '\u200f':
		case r < 128 && strings.IndexByte(alphabet, byte(r)) >= 0:
			b.WriteRune(r)
		default:
			return "", false
		}
	}
	code = b.String()
	if len(code) != badgeLen+1 {
		return "", false
	}
	return code, checkChar(code[:badgeLen]) == code[badgeLen]
}

// newToken draws the 128 random bits of a badge's QR code.
func newToken(random io.Reader) (string, error) {
	b := make([]byte, 16)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("workshop: badge token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// ParseBadge reads what a scanner or a hand gives: the address in the QR code, the token alone, or the typed code. One of the
// results is set, or none when it is neither.
func ParseBadge(input string) (token, code string) {
	input = strings.TrimSpace(input)
	if i := strings.LastIndex(input, "/b/"); i >= 0 {
		input = input[i+len("/b/"):]
	}
	if b, err := base64.RawURLEncoding.DecodeString(input); err == nil && len(b) == 16 {
		return input, ""
	}
	if c, ok := ParseBadgeCode(input); ok {
		return "", c
	}
	return "", ""
}
