package course

import (
	"fmt"
	"unicode"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

func argsText(a errs.Args) string { return fmt.Sprint(map[string]any(a)) } // fmt prints maps in the order of their keys

// letters counts the letters of each script.
func letters(s string) (latin, arabic int) {
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r):
			arabic++
		}
	}
	return latin, arabic
}

// inScript tells whether a text can be of a language: it has letters of the language's script, or no letters at all.
func inScript(s string, l i18n.Lang) bool {
	latin, arabic := letters(s)
	if l == i18n.AR {
		return arabic > 0 || latin == 0
	}
	return latin > 0 || arabic == 0
}

// mostly tells whether a paragraph is of a language: most of its letters are. A few letters prove nothing.
func mostly(s string, l i18n.Lang) bool {
	const few = 12
	latin, arabic := letters(s)
	if latin+arabic < few {
		return true
	}
	return (arabic > latin) == (l == i18n.AR)
}

// text checks a text in every complete language of the course.
func (k *checker) text(file string, line int, what string, t Text) {
	k.textIn(file, line, what, t, k.course.Languages)
}

func (k *checker) textIn(file string, line int, what string, t Text, languages []i18n.Lang) {
	for _, l := range languages {
		switch s := t[l]; {
		case s == "":
			k.add(file, line, "course_check_text_missing", errs.Args{"what": what, "lang": string(l)})
		case !inScript(s, l):
			k.add(file, line, "course_check_text_language", errs.Args{"what": what, "lang": string(l)})
		}
	}
	k.differ(file, line, what, t[i18n.FR], t[i18n.AR])
}

// differ tells an Arabic text that is the French one; numbers and signs may be the same.
func (k *checker) differ(file string, line int, what, fr, ar string) {
	latin, arabic := letters(fr)
	if fr == ar && latin+arabic > 0 {
		k.add(file, line, "course_check_text_same", errs.Args{"what": what})
	}
}
