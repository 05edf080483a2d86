package auth

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"shelter/internal/errs"
	"shelter/internal/org"
)

// Lengths of a password, in characters. There is no rule about kinds of characters: length is what helps.
const (
	PasswordMin = 10
	PasswordMax = 200
)

//go:embed common.txt
var commonText string

var common = func() map[string]bool {
	m := map[string]bool{}
	for _, line := range strings.Split(commonText, "\n") {
		if w := core(line); w != "" && !strings.HasPrefix(line, "#") {
			m[w] = true
		}
	}
	return m
}()

// checkPassword says what is wrong with a new password of a person, at the form's field "password".
func checkPassword(password string, p org.Person) error {
	field := errs.Field{Name: "password"}
	n := utf8.RuneCountInString(password)
	switch {
	case n < PasswordMin:
		field.Key, field.Args = "error_too_short", errs.Args{"min": PasswordMin}
	case n > PasswordMax:
		field.Key, field.Args = "error_too_long", errs.Args{"max": PasswordMax}
	case simple(password) || common[core(password)]:
		field.Key = "account_error_password_common"
	case personal(password, p):
		field.Key = "account_error_password_personal"
	default:
		return nil
	}
	return errs.InvalidFields([]errs.Field{field})
}

// simple: fewer than five different characters.
func simple(password string) bool {
	seen := map[rune]bool{}
	for _, r := range password {
		seen[r] = true
	}
	return len(seen) < 5
}

// core is a password without what people add to a common one: case, accents, digits and signs around it, 0 for o and the like.
func core(s string) string {
	s = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s").Replace(trimAdded(strings.ToLower(s)))
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// trimAdded cuts digits and signs off the ends, unless nothing else is there.
func trimAdded(s string) string {
	t := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if t == "" {
		return s
	}
	return t
}

// personal: the person's own code, name, number or address with little added.
func personal(password string, p org.Person) bool {
	typed := core(password)
	local, _, _ := strings.Cut(p.Email, "@")
	for _, own := range []string{p.FamilyName + p.GivenName, p.GivenName + p.FamilyName, p.FamilyName, p.GivenName, local} {
		if c := core(own); len([]rune(c)) >= 3 && (typed == c || typed == c+c) {
			return true
		}
	}
	bare := strings.ToUpper(strings.ReplaceAll(password, " ", ""))
	for _, own := range []string{p.Code, strings.TrimPrefix(p.Phone, "+216"), p.CIN} {
		if own != "" && strings.Contains(bare, own) && len(bare) < len(own)+6 {
			return true
		}
	}
	return false
}
