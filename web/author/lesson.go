package author

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"shelter/internal/course"
	"shelter/web/form"
)

// inserts are what the menu puts into a text: directives, and words that the glossary explains.
var inserts = []string{"note", "warning", "law", "tip", "vignette", "reveal", "cards", "check", "term", "image", "audio", "video", "download"}

// insertion says what the script does: the text to put in, or the dialog to open.
func insertion(kind string) templ.Attributes {
	switch kind {
	case "check", "term", "image", "audio", "video", "download":
		return templ.Attributes{"data-opens-pick": kind}
	case "cards":
		return templ.Attributes{"data-before": ":::cards\n", "data-after": " || \n:::"}
	case "note", "warning", "law", "tip":
		return templ.Attributes{"data-before": ":::" + kind + "\n", "data-after": "\n:::"}
	}
	return templ.Attributes{"data-before": ":::" + kind + "{title=\"", "data-after": "\"}\n\n:::"}
}

// mediaKind is a directive that shows a file.
type mediaKind struct {
	name, accept string
	words        string // key of what is asked for beside the file: what the picture shows, or the title
	captions     bool
}

var mediaKinds = []mediaKind{
	{name: "image", accept: ".png,.jpg,.jpeg,.gif,.svg", words: "author_pick_alt"},
	{name: "audio", accept: ".mp3,.ogg", words: "author_pick_title", captions: true},
	{name: "video", accept: ".mp4,.webm", words: "author_pick_title", captions: true},
	{name: "download", accept: ".pdf", words: "author_pick_title"},
}

// there are the draft's files that a directive can show.
func (p LessonPage) there(kind mediaKind) []form.Option {
	return p.mediaOf(kind.accept + ",.webp")
}

func (p LessonPage) captions() []form.Option { return p.mediaOf(".vtt") }

func (p LessonPage) mediaOf(endings string) []form.Option {
	var list []form.Option
	for _, f := range p.Work.Media() {
		if slices.Contains(strings.Split(endings, ","), path.Ext(f.Path)) {
			list = append(list, form.Option{Value: path.Base(f.Path), Label: path.Base(f.Path)})
		}
	}
	return list
}

func (p LessonPage) terms() []*course.Term {
	return slices.SortedFunc(maps.Values(p.Work.Parsed.Glossary), func(a, b *course.Term) int {
		return strings.Compare(a.Term.In(p.Loc.Lang()), b.Term.In(p.Loc.Lang()))
	})
}

// field is a field of the lesson in the side's language.
func (s Side) field(p LessonPage, name, key, value string) form.Field {
	f := p.set().Field(name, key, value)
	f.Part, f.Dir, f.Required = string(s.Lang)+"-", s.Lang.Dir(), false
	f.Attrs = templ.Attributes{"lang": string(s.Lang), "data-field": name}
	if name == "text" {
		f.Attrs["spellcheck"] = "true"
	}
	if !p.writable() {
		f.Attrs["readonly"] = true
	}
	return f
}

func (s Side) pick(p LessonPage, kind mediaKind, name, key string) form.Field {
	f := p.set().Field(name, key, "")
	f.Part, f.Required = string(s.Lang)+"-"+kind.name+"-", false
	if name == "words" {
		f.Dir = s.Lang.Dir()
	}
	return f
}

func (p LessonPage) set() *form.Set { return form.New(p.Loc, nil) }

// theirs is what somebody else wrote, as one text.
func (s Side) theirs() string {
	if s.Theirs == nil {
		return ""
	}
	return s.Theirs.Text
}
