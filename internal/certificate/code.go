package certificate

import (
	"fmt"
	"io"
	"strings"
)

// alphabet of check codes: no letters or digits that look alike on paper.
const alphabet = "23456789ABCDEFGHJKMNPQRSTVWXY"

const codeLen = 10 // 29^10: about 48 bits

func newCode(random io.Reader) (string, error) {
	code := make([]byte, 0, codeLen)
	one := make([]byte, 1)
	for len(code) < codeLen {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("certificate: code: %w", err)
		}
		if int(one[0]) < 256-256%len(alphabet) { // no character more often than another
			code = append(code, alphabet[int(one[0])%len(alphabet)])
		}
	}
	return string(code), nil
}

// ParseCode reads a check code as typed: small letters, blanks and hyphens are forgiven. ok is false when it cannot be one.
func ParseCode(typed string) (code string, ok bool) {
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
	return b.String(), b.Len() == codeLen
}
