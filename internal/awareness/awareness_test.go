package awareness_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"shelter/internal/awareness"
)

func TestTheBuiltInTextsAreWholeAndAlike(t *testing.T) {
	t.Parallel()
	l, wrong := awareness.Load("")
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	for _, a := range []awareness.Audience{awareness.Public, awareness.Help} {
		fr := l.Text(a, "fr")
		for _, lang := range []string{"fr", "ar", "en"} {
			x := l.Text(a, lang)
			if x == nil || len(x.Sections) != len(fr.Sections) {
				t.Fatalf("%s %s: %+v", a, lang, x)
			}
			for i, s := range x.Sections {
				if len(s.Items) != len(fr.Sections[i].Items) || (s.Note == "") != (fr.Sections[i].Note == "") {
					t.Errorf("%s %s: section %d is not that of the French", a, lang, i+1)
				}
				for _, item := range s.Items {
					if lang == "ar" && !strings.ContainsFunc(item, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) {
						t.Errorf("no Arabic: %s", item)
					}
					if lang != "fr" && slices.Contains(fr.Sections[i].Items, item) {
						t.Errorf("%s: not translated: %s", lang, item)
					}
				}
			}
		}
		if l.Text(a, "ar").Direction() != "rtl" || fr.Direction() != "ltr" || l.Text(a, "xx") != nil {
			t.Error("directions")
		}
	}
}

const whole = `language = "Lingua"
title = "T"
lead = "L"
call = "C"
call_hint = "H"
leaflet = "P"
other = "O"
[[section]]
title = "S"
items = ["un"]
`

func TestFurtherLanguagesAreFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"help.xx.toml": whole, "help.fr.toml": whole, "public.ur.toml": whole,
		"help.yy.toml": strings.Replace(whole, `lead = "L"`, "", 1), "help.zz.toml": whole + "colour = 1\n", "other.txt": "x", "aide.toml": whole, "help.qq.toml": "= =",
		"public.ee.toml": strings.Replace(whole, `["un"]`, `[]`, 1),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, wrong := awareness.Load(dir)
	if len(wrong) != 5 {
		t.Errorf("%d errors: %v", len(wrong), wrong)
	}
	if x := l.Text(awareness.Help, "xx"); x == nil || x.Language != "Lingua" {
		t.Error("the further language is not there")
	}
	if l.Text(awareness.Help, "fr").Title != "T" || len(l.Texts(awareness.Help)) != 4 {
		t.Error("the file did not take the place of the built-in text")
	}
	if l.Text(awareness.Public, "ur").Direction() != "rtl" || l.Text(awareness.Help, "yy") != nil {
		t.Error("a text that lacks its lead is shown, or runs the wrong way")
	}
	if got := l.Texts(awareness.Help); got[0].Lang != "fr" || got[3].Lang != "xx" {
		t.Errorf("order: %v", got)
	}
}
