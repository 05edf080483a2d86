// Package i18n gives every sentence, date and number in the reader's language: French (default), Arabic and English.
// Catalogues are locales/<area>.<lang>.toml in go-i18n's format, with Arabic's six plural forms.
//
// Invariants: the language travels with the page data as a *Localizer, never in a global; a key that is missing shows as
// ⟦key⟧ and fails the tests.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales/*.toml
var locales embed.FS

// Lang is a language of the interface.
type Lang string

// The languages, French first: it is the default and the reference.
const (
	FR Lang = "fr"
	AR Lang = "ar"
	EN Lang = "en"
)

// Langs lists the languages in the order of the switch.
func Langs() []Lang { return []Lang{FR, AR, EN} }

// Parse gives the language of a code; ok is false, and the result French, when there is none.
func Parse(s string) (l Lang, ok bool) {
	switch Lang(strings.ToLower(s)) {
	case FR:
		return FR, true
	case AR:
		return AR, true
	case EN:
		return EN, true
	}
	return FR, false
}

// Match picks the language for an Accept-Language header.
func Match(header string) Lang {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return FR
	}
	for _, t := range tags {
		base, _ := t.Base()
		if l, ok := Parse(base.String()); ok {
			return l
		}
	}
	return FR
}

// Dir is the writing direction, as the dir attribute wants it.
func (l Lang) Dir() string {
	if l == AR {
		return "rtl"
	}
	return "ltr"
}

// Name is the language's name in itself.
func (l Lang) Name() string {
	return map[Lang]string{FR: "Français", AR: "العربية", EN: "English"}[l]
}

// Bundle holds the catalogues. It is read-only after New and safe for concurrent use.
type Bundle struct {
	localizers map[Lang]*Localizer
	keys       map[Lang]map[string]bool
	plain      map[Lang]map[string]string
}

// New loads every catalogue; an error names the file.
func New() (*Bundle, error) {
	gb := goi18n.NewBundle(language.French)
	files, err := fs.Glob(locales, "locales/*.toml")
	if err != nil {
		return nil, err
	}
	b := &Bundle{localizers: map[Lang]*Localizer{}, keys: map[Lang]map[string]bool{}, plain: map[Lang]map[string]string{}}
	for _, f := range files {
		if err := b.load(gb, f); err != nil {
			return nil, fmt.Errorf("i18n: %s: %w", f, err)
		}
	}
	for _, l := range Langs() {
		b.localizers[l] = &Localizer{lang: l, loc: goi18n.NewLocalizer(gb, string(l)), keys: b.keys[l], plain: b.plain[l]}
	}
	return b, nil
}

// load adds one catalogue; go-i18n reads the language from a name like x.fr.toml.
func (b *Bundle) load(gb *goi18n.Bundle, file string) error {
	data, err := locales.ReadFile(file)
	if err != nil {
		return err
	}
	parts := strings.Split(path.Base(file), ".")
	l, ok := Parse(parts[len(parts)-2])
	if !ok {
		return fmt.Errorf("no language in the file's name")
	}
	mf, err := goi18n.ParseMessageFileBytes(data, path.Base(file), map[string]goi18n.UnmarshalFunc{"toml": toml.Unmarshal})
	if err != nil {
		return err
	}
	var spoken []*goi18n.Message
	if b.keys[l] == nil {
		b.keys[l], b.plain[l] = map[string]bool{}, map[string]string{}
	}
	for _, m := range mf.Messages {
		if b.keys[l][m.ID] {
			return fmt.Errorf("key %q stands in another catalogue too", m.ID)
		}
		b.keys[l][m.ID] = true
		if m.One == "" && m.Many == "" && !strings.Contains(m.Other, "{{") {
			b.plain[l][m.ID] = m.Other
			continue
		}
		spoken = append(spoken, m)
	}
	return gb.AddMessages(mf.Tag, spoken...) // the plain ones would cost 7 MB there
}

// For gives the localizer of a language.
func (b *Bundle) For(l Lang) *Localizer {
	if loc, ok := b.localizers[l]; ok {
		return loc
	}
	return b.localizers[FR]
}

// Keys lists the keys of a language, for tests.
func (b *Bundle) Keys(l Lang) map[string]bool { return b.keys[l] }

// Localizer speaks one language. It is read-only and safe for concurrent use.
type Localizer struct {
	lang Lang
	loc  *goi18n.Localizer
	keys map[string]bool
	// plain are the sentences without placeholders and plural forms: most of a page, answered without a template.
	plain map[string]string
}

// Lang is the localizer's language.
func (l *Localizer) Lang() Lang { return l.lang }

// Has tells whether the catalogue holds the key.
func (l *Localizer) Has(key string) bool { return l.keys[key] }

// T gives the sentence of a key; args are pairs of placeholder name and value: T("x", "name", n).
func (l *Localizer) T(key string, args ...any) string {
	if s, ok := l.plain[key]; ok {
		return s
	}
	if !l.keys[key] {
		return "⟦" + key + "⟧"
	}
	s, err := l.loc.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: pairs(args)})
	if err != nil {
		return "⟦" + key + "⟧"
	}
	return s
}

// N gives the sentence of a key in the plural form of n; the placeholder .n holds the number.
func (l *Localizer) N(key string, n int, args ...any) string {
	if s, ok := l.plain[key]; ok {
		return s
	}
	if !l.keys[key] {
		return "⟦" + key + "⟧"
	}
	data := pairs(args)
	data["n"] = l.Number(n)
	s, err := l.loc.Localize(&goi18n.LocalizeConfig{MessageID: key, PluralCount: n, TemplateData: data})
	if err != nil {
		return "⟦" + key + "⟧"
	}
	return s
}

// Map gives the sentence of a key with its arguments as a map, as errors carry them.
func (l *Localizer) Map(key string, args map[string]any) string {
	flat := make([]any, 0, 2*len(args))
	for k, v := range args {
		flat = append(flat, k, v)
	}
	if n, ok := args["n"].(int); ok {
		return l.N(key, n, flat...)
	}
	return l.T(key, flat...)
}

func pairs(args []any) map[string]any {
	m := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		if k, ok := args[i].(string); ok {
			m[k] = args[i+1]
		}
	}
	return m
}
