// Package awareness holds the texts of the public pages: for everybody, how to recognise trafficking and what to do; for those to
// whom it may be happening, where there is help. The texts are data: further languages come as files beside the database.
//
// Invariant: a text is whole or not shown; what is wrong with a file is said when the server starts.
package awareness

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed texts/*.toml
var builtIn embed.FS

// Audience is whom a page speaks to.
type Audience string

// The audiences.
const (
	Public Audience = "public" // the general public
	Help   Audience = "help"   // those to whom it may be happening
)

// Text is a page in one language.
type Text struct {
	Lang     string `toml:"-"` // BCP 47, from the file's name
	Language string // its own name
	Dir      string // rtl, or empty for the usual of the language
	Title    string
	Lead     string
	Call     string    // on the button of the free number
	CallHint string    `toml:"call_hint"`
	Leaflet  string    // on the button that prints
	Other    string    // leads to the page for the other audience
	Sections []Section `toml:"section"`
}

// Section is a list under a heading.
type Section struct {
	Title string
	Items []string
	Note  string // may be empty
}

// rtl are the languages that are written from right to left.
var rtl = []string{"ar", "fa", "he", "ps", "ur"}

// Direction is how the text runs.
func (t *Text) Direction() string {
	base, _, _ := strings.Cut(t.Lang, "-")
	if t.Dir == "rtl" || t.Dir == "" && slices.Contains(rtl, base) {
		return "rtl"
	}
	return "ltr"
}

// missing names what the text lacks; empty when it is whole.
func (t *Text) missing() string {
	for _, f := range []struct{ name, value string }{{"language", t.Language}, {"title", t.Title}, {"lead", t.Lead}, {"call", t.Call}, {"call_hint", t.CallHint}, {"leaflet", t.Leaflet}, {"other", t.Other}} {
		if strings.TrimSpace(f.value) == "" {
			return f.name
		}
	}
	for _, s := range t.Sections {
		if s.Title == "" || len(s.Items) == 0 || slices.Contains(s.Items, "") {
			return "section"
		}
	}
	if len(t.Sections) == 0 {
		return "section"
	}
	return ""
}

// Library is every text by audience, in the order of languages.
type Library struct {
	texts map[Audience][]Text
}

// reName is the name of a file: public.fr.toml, help.pt-BR.toml.
var reName = regexp.MustCompile(`^(public|help)\.([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.toml$`)

// Load reads the built-in texts and those of a folder, which need not exist; a file there takes the place of the built-in one.
// The errors name the files that were left out, and why.
func Load(folder string) (*Library, []error) {
	l := &Library{texts: map[Audience][]Text{}}
	inside, err := fs.Sub(builtIn, "texts")
	if err != nil {
		return l, []error{err}
	}
	wrong := l.read(inside)
	if info, err := os.Stat(folder); folder != "" && err == nil && info.IsDir() {
		wrong = append(wrong, l.read(os.DirFS(folder))...)
	}
	for a := range l.texts {
		slices.SortStableFunc(l.texts[a], func(x, y Text) int { return strings.Compare(order(x.Lang), order(y.Lang)) })
	}
	return l, wrong
}

// order puts the languages of the site first.
func order(lang string) string {
	if i := slices.Index([]string{"fr", "ar", "en"}, lang); i >= 0 {
		return fmt.Sprint(i)
	}
	return lang
}

func (l *Library) read(dir fs.FS) (wrong []error) {
	names, err := fs.Glob(dir, "*.toml")
	if err != nil {
		return []error{err}
	}
	for _, name := range names {
		if err := l.add(dir, name); err != nil {
			wrong = append(wrong, fmt.Errorf("awareness: %s: %w", name, err))
		}
	}
	return wrong
}

func (l *Library) add(dir fs.FS, name string) error {
	m := reName.FindStringSubmatch(name)
	if m == nil {
		return fmt.Errorf("the name is not public.LANGUAGE.toml or help.LANGUAGE.toml")
	}
	t := Text{Lang: m[2]}
	meta, err := toml.DecodeFS(dir, name, &t)
	if err != nil {
		return err
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return fmt.Errorf("unknown key %s", extra[0])
	}
	if lack := t.missing(); lack != "" {
		return fmt.Errorf("%s is missing or empty", lack)
	}
	a := Audience(m[1])
	l.texts[a] = append(slices.DeleteFunc(l.texts[a], func(old Text) bool { return old.Lang == t.Lang }), t)
	return nil
}

// Text gives the page of an audience in a language; nil when there is none.
func (l *Library) Text(a Audience, lang string) *Text {
	for i := range l.texts[a] {
		if l.texts[a][i].Lang == lang {
			return &l.texts[a][i]
		}
	}
	return nil
}

// Texts lists the languages of an audience.
func (l *Library) Texts(a Audience) []Text { return l.texts[a] }
