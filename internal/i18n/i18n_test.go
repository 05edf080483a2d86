package i18n_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/BurntSushi/toml"

	"shelter/internal/i18n"
)

func bundle(t *testing.T) *i18n.Bundle {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryKeyStandsInEveryLanguage(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for _, l := range i18n.Langs() {
		for _, other := range i18n.Langs() {
			for key := range b.Keys(l) {
				if !b.Keys(other)[key] {
					t.Errorf("%s is in %s and not in %s", key, l, other)
				}
			}
		}
	}
}

// catalogues reads every message of a language with its forms.
func catalogues(t *testing.T, l i18n.Lang) map[string]map[string]string {
	t.Helper()
	files, err := filepath.Glob("locales/*." + string(l) + ".toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no catalogues of %s: %v", l, err)
	}
	all := map[string]map[string]string{}
	for _, f := range files {
		var raw map[string]any
		if _, err := toml.DecodeFile(f, &raw); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		for key, v := range raw {
			all[key] = forms(v)
		}
	}
	return all
}

func forms(v any) map[string]string {
	m := map[string]string{}
	switch v := v.(type) {
	case string:
		m["other"] = v
	case map[string]any:
		for k, s := range v {
			m[k], _ = s.(string)
		}
	}
	return m
}

func TestArabicIsArabic(t *testing.T) {
	t.Parallel()
	fr := catalogues(t, i18n.FR)
	placeholder := regexp.MustCompile(`\{\{[^}]*\}\}`)
	latinOnly := regexp.MustCompile(`[\p{Latin}]`)
	for key, fs := range catalogues(t, i18n.AR) {
		for form, text := range fs {
			bare := placeholder.ReplaceAllString(text, "")
			if !latinOnly.MatchString(bare) {
				continue // digits, signs and placeholders only: the same in every script
			}
			if !strings.ContainsFunc(bare, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) && !neutral[key] {
				t.Errorf("%s.%s has no Arabic letter: %q", key, form, text)
			}
			if text == fr[key][form] && !neutral[key] {
				t.Errorf("%s.%s is the French text", key, form)
			}
		}
	}
}

// neutral lists the keys whose text is a name or a code in every language.
var neutral = map[string]bool{"layout_brand": true, "lang_fr": true, "lang_en": true, "layout_lang_fr": true, "layout_lang_en": true}

// TestEveryKeySpeaks: by whichever way a key is asked, with a number or without, there is a sentence in each language, of those that need no
// arguments.
func TestEveryKeySpeaks(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for _, l := range i18n.Langs() {
		loc := b.For(l)
		for key, forms := range catalogues(t, l) {
			if strings.Contains(strings.Join(slices.Collect(maps.Values(forms)), ""), "{{") {
				continue // needs what it is to say
			}
			for _, said := range []string{loc.T(key), loc.N(key, 3), loc.Map(key, map[string]any{"n": 3}), loc.Map(key, nil)} {
				if said == "" || strings.HasPrefix(said, "⟦") {
					t.Errorf("%s: %s says %q", l, key, said)
				}
			}
		}
	}
}

func TestPluralForms(t *testing.T) {
	t.Parallel()
	want := map[i18n.Lang][]string{i18n.FR: {"one", "many", "other"}, i18n.AR: {"zero", "one", "two", "few", "many", "other"}, i18n.EN: {"one", "other"}}
	plural := map[string]bool{}
	for _, l := range i18n.Langs() {
		for key, fs := range catalogues(t, l) {
			if len(fs) > 1 {
				plural[key] = true
			}
		}
	}
	for _, l := range i18n.Langs() {
		all := catalogues(t, l)
		for key := range plural {
			for _, form := range want[l] {
				if all[key][form] == "" {
					t.Errorf("%s: %s has no form %q", l, key, form)
				}
			}
		}
	}
}

var (
	reCall    = regexp.MustCompile(`\.(?:T|N|Map|Has)\(\s*"([a-z][a-z0-9_]*)"`)
	reErrKey  = regexp.MustCompile(`errs\.New(?:Invalid|Conflict)?\((?:errs\.[A-Za-z]+, )?"([a-z][a-z0-9_]*)"`)
	reKeyWord = regexp.MustCompile(`\bKey:\s*"([a-z][a-z0-9_]*)"`)
)

// TestEveryKeyInTheCodeExists reads the sources: a key that no catalogue has would show as ⟦key⟧ to somebody.
func TestEveryKeyInTheCodeExists(t *testing.T) {
	t.Parallel()
	keys := bundle(t).Keys(i18n.FR)
	seen := 0
	for _, root := range []string{"../../internal", "../../web", "../../cmd"} {
		walkSources(t, root, func(path, text string) {
			for _, re := range []*regexp.Regexp{reCall, reErrKey, reKeyWord} {
				for _, m := range re.FindAllStringSubmatch(text, -1) {
					seen++
					if !keys[m[1]] && !beginsSome(keys, m[1]) {
						t.Errorf("%s: key %q stands in no catalogue", path, m[1])
					}
				}
			}
		})
	}
	if seen < 20 {
		t.Fatalf("only %d keys found in the sources: the patterns no longer fit", seen)
	}
}

// beginsSome tells whether a key is completed by the code: "workshop_state_" + state.
func beginsSome(keys map[string]bool, prefix string) bool {
	if !strings.HasSuffix(prefix, "_") {
		return false
	}
	for k := range keys {
		if strings.HasPrefix(k, prefix) {
			return true
		}
	}
	return false
}

func walkSources(t *testing.T, root string, visit func(path, text string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "node_modules" || d.Name() == "dist" {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") ||
			(!strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ")) {
			return nil
		}
		data, err := os.ReadFile(path)
		if err == nil {
			visit(path, string(data))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestDatesAndNumbers(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	day := time.Date(2026, 12, 14, 9, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{b.For(i18n.FR).Date(day), "lun. 14 déc. 2026"},
		{b.For(i18n.AR).Date(day), "الإثنين 14 ديسمبر 2026"},
		{b.For(i18n.EN).Date(day), "Mon 14 Dec 2026"},
		{b.For(i18n.FR).DateRange(day, day.AddDate(0, 0, 1)), "14–15 déc. 2026"},
		{b.For(i18n.FR).DateRange(day, day.AddDate(0, 0, 20)), "14 déc. 2026 – 3 janv. 2027"},
		{b.For(i18n.FR).Number(1313), "1\u202f313"},
		{b.For(i18n.EN).Number(-1234567), "−1,234,567"},
		{b.For(i18n.FR).Decimal(0.5, 2), "0,50"},
		{b.For(i18n.AR).Percent(0.8), "80\u00a0%"},
		{b.For(i18n.FR).T("no_such_key"), "⟦no_such_key⟧"},
		{b.For(i18n.AR).N("error_throttled", 2), "محاولات كثيرة. انتظر دقيقتين ثم أعد المحاولة."},
		{b.For(i18n.FR).N("error_form", 3), "3 informations sont à corriger. Ce que vous avez saisi est conservé."},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]i18n.Lang{"": i18n.FR, "ar-TN,ar;q=0.9,fr;q=0.8": i18n.AR, "de, en-GB;q=0.7": i18n.EN, "de": i18n.FR, ";;;": i18n.FR} {
		if got := i18n.Match(header); got != want {
			t.Errorf("%q: got %s, want %s", header, got, want)
		}
	}
}

func TestQuarter(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for lang, want := range map[i18n.Lang][2]string{i18n.FR: {"T1 2026", "T4 2026"}, i18n.EN: {"Q1 2026", "Q4 2026"}, i18n.AR: {"الثلاثية 1 من 2026", "الثلاثية 4 من 2026"}} {
		l := b.For(lang)
		march, october := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
		if got := [2]string{l.Quarter(march), l.Quarter(october)}; got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
		if got := l.Quarter(time.Time{}); got != "" {
			t.Errorf("%s: no day is %q", lang, got)
		}
	}
}
