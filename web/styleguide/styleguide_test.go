package styleguide_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"shelter/internal/i18n"
	"shelter/web/styleguide"
)

// What the strict policy forbids, and what tells of a forgotten text.
var (
	inline  = regexp.MustCompile(`(?i)<style|<script(?:[^>]*)>[^<]|\sstyle="|\son[a-z]+="|javascript:|hx-on|="js:`)
	missing = regexp.MustCompile(`⟦[^⟧]*⟧|<no value>|%!`)
	remote  = regexp.MustCompile(`(?:src|href|action)="(?:https?:)?//`)
	ids     = regexp.MustCompile(`\sid="([^"]+)"`)
)

// TestEveryPartInEveryLanguage draws the whole design system and looks for what must not be in any page.
func TestEveryPartInEveryLanguage(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Langs() {
		page := styleguide.New(bundle.For(lang), "dark")
		for name, c := range map[string]templ.Component{"parts": styleguide.Show(page), "sheet": styleguide.Sheet(page)} {
			t.Run(string(lang)+" "+name, func(t *testing.T) {
				t.Parallel()
				var b strings.Builder
				if err := c.Render(context.Background(), &b); err != nil {
					t.Fatal(err)
				}
				check(t, b.String(), lang)
			})
		}
	}
}

func check(t *testing.T, html string, lang i18n.Lang) {
	t.Helper()
	if want := `lang="` + string(lang) + `"`; !strings.Contains(html, want) || !strings.Contains(html, `dir="`+lang.Dir()+`"`) || !strings.Contains(html, `data-theme="dark"`) {
		t.Errorf("<html> lacks language, direction or theme")
	}
	for what, re := range map[string]*regexp.Regexp{"inline code": inline, "missing text": missing, "another host": remote} {
		if found := re.FindAllString(html, 5); found != nil {
			t.Errorf("%s: %q", what, found)
		}
	}
	if n := strings.Count(html, "<h1"); n != 1 {
		t.Errorf("%d headings of level 1", n)
	}
	seen := map[string]bool{}
	for _, m := range ids.FindAllStringSubmatch(html, -1) {
		if seen[m[1]] {
			t.Errorf("the id %q stands twice", m[1])
		}
		seen[m[1]] = true
	}
}
