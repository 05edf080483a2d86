// Package author holds the pages of those who write courses: the list of drafts and versions, a draft with its problems, the editor
// of a lesson with its languages side by side, what differs between two versions, and courses as zip files.
package author

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/i18n"
	webcourse "shelter/web/course"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// Root is the address of the list.
const Root = "/authoring"

// ListPage lists the courses with their versions and drafts.
type ListPage struct {
	layout.Page

	Courses []*author.Listed
}

// CoursePage lists the versions of a course.
type CoursePage struct {
	layout.Page

	Course   *course.Course // the newest
	Versions []course.Version
	Draft    *author.Draft // under way; nil for none
}

// ComparePage shows what differs between two versions.
type ComparePage struct {
	layout.Page

	Before, After string // what is compared, in words
	Changes       []author.Change
	Back          string
}

// NewPage asks what a new course begins with.
type NewPage struct {
	layout.Page

	Form  *form.Set
	Key   string
	Value func(name string) string
	On    func(name string) bool
}

// ImportPage asks for a zip file.
type ImportPage struct {
	layout.Page

	Form *form.Set
}

// DraftPage is a draft: its lessons, what is wrong, and what comes next.
type DraftPage struct {
	layout.Page

	Work  *author.Work
	Title string // typed for a new lesson
	Form  *form.Set
}

// HeadPage is the form of course.yaml.
type HeadPage struct {
	layout.Page

	Work   *author.Work
	Base   int
	Head   author.Head
	Form   *form.Set
	Others []string       // codes of the courses that can be asked for first
	Theirs []author.Piece // of a conflict: what somebody else changed meanwhile
}

// LessonPage is the editor of a lesson.
type LessonPage struct {
	layout.Page

	Work    *author.Work
	Lesson  *course.Lesson
	Sides   []Side
	Preview webcourse.LessonPage // of the first side; View is nil when nothing is written
	Owner   string               // keeps what one person typed from another on the same device
}

// Side is a lesson in one language.
type Side struct {
	Lang     i18n.Lang
	Base     int
	Fields   author.Fields
	Head     int // lines of the file before the text
	Problems []course.Problem
	Theirs   *author.Fields // of a conflict: what stands there now
	By       string         // who wrote it
	EditedBy string
	EditedAt time.Time
	Wrong    string // why it was not saved
	Measured int    // minutes that the text takes; 0 for none
	Planned  int    // minutes that the lesson is planned with
}

func draftPath(d *author.Draft) string { return Root + "/drafts/" + d.ID.String() }

func coursePath(code string) string { return Root + "/courses/" + code }

func lessonPath(d *author.Draft, slug string) string { return draftPath(d) + "/lessons/" + slug }

func (p LessonPage) path(l i18n.Lang) string {
	return lessonPath(&p.Work.Draft, p.Lesson.Slug) + "/text/" + string(l)
}

// tabs are the languages that the editor can show.
func (p LessonPage) tabs() []kit.Tab {
	now := Langs(p.langs())
	var list []kit.Tab
	for _, set := range [][]i18n.Lang{{i18n.FR}, {i18n.AR}, {i18n.EN}, {i18n.FR, i18n.AR}, {i18n.FR, i18n.EN}, {i18n.AR, i18n.EN}} {
		words := make([]string, len(set))
		for i, l := range set {
			words[i] = p.Loc.T("author_lang_" + string(l))
		}
		list = append(list, kit.Tab{Label: strings.Join(words, " | "), Href: lessonPath(&p.Work.Draft, p.Lesson.Slug) + "?langs=" + Langs(set), Current: Langs(set) == now})
	}
	return list
}

func (p LessonPage) langs() []i18n.Lang {
	list := make([]i18n.Lang, len(p.Sides))
	for i, s := range p.Sides {
		list[i] = s.Lang
	}
	return list
}

// Langs names languages for an address.
func Langs(list []i18n.Lang) string {
	words := make([]string, len(list))
	for i, l := range list {
		words[i] = string(l)
	}
	return strings.Join(words, ",")
}

// ParseLangs reads them; one or two languages.
func ParseLangs(s string) []i18n.Lang {
	var list []i18n.Lang
	for word := range strings.SplitSeq(s, ",") {
		if l, ok := i18n.Parse(word); ok && len(list) < 2 && (len(list) == 0 || list[0] != l) {
			list = append(list, l)
		}
	}
	return list
}

func (p LessonPage) writable() bool { return p.Work.State == author.Open }

// neighbours are the lessons before and after.
func (p LessonPage) neighbours() (before, after *course.Lesson) {
	return p.Work.Parsed.Around(p.Lesson.Slug)
}

// lineOf is the line of the text that a problem is about; 0 for the head or the whole.
func (s Side) lineOf(x course.Problem) int { return max(0, x.Line-s.Head) }

func lines(list []string) string { return strings.Join(list, "\n") }

func say(loc *i18n.Localizer, x course.Problem) string { return loc.Map(x.Key, x.Args) }

// where names the place of a problem.
func where(loc *i18n.Localizer, x course.Problem) string {
	if x.Line == 0 {
		return path.Base(x.File)
	}
	return loc.T("author_where", "file", path.Base(x.File), "line", strconv.Itoa(x.Line))
}

// edits is where a problem is mended; empty for a file without a form.
func (p DraftPage) edits(x course.Problem) string {
	if p.Work.State != author.Open {
		return ""
	}
	base := path.Base(x.File)
	if base == "course.yaml" && (x.Key == "course_check_blueprint" || x.Key == "course_check_form_item") {
		return draftPath(&p.Work.Draft) + "/forms"
	}
	if base == "glossary.yaml" {
		return termsPath(p.Work)
	}
	if base == "course.yaml" {
		return draftPath(&p.Work.Draft) + "/head"
	}
	if path.Base(path.Dir(x.File)) == "questions" {
		return questionsPath(p.Work)
	}
	slug, lang, ok := strings.Cut(strings.TrimSuffix(base, ".md"), ".")
	if !ok || p.Work.Parsed.Lesson(slug) == nil {
		return ""
	}
	langs := lang
	if lang != string(i18n.FR) {
		langs = "fr," + lang
	}
	return lessonPath(&p.Work.Draft, slug) + "?langs=" + langs
}

func stateTone(s author.State) kit.Tone {
	switch s {
	case author.Published:
		return kit.Good
	case author.Review:
		return kit.Warn
	case author.Dropped:
		return kit.Off
	}
	return kit.Info
}

// text is a lesson's title in the reader's language, or its slug while it has none.
func (p DraftPage) text(l *course.Lesson) string {
	for _, lang := range []i18n.Lang{p.Loc.Lang(), i18n.FR} {
		if t := l.Texts[lang]; t != nil && t.Title != "" {
			return t.Title
		}
	}
	return l.Slug
}

// state of a lesson in a language: absent, with problems, or right.
func (p DraftPage) state(l *course.Lesson, lang i18n.Lang) (kit.Tone, string) {
	n := len(p.Work.Of(author.LessonPath(p.Work.Course, l.Slug, lang)))
	switch {
	case l.Texts[lang] == nil && !p.Work.Parsed.Has(lang):
		return kit.Off, p.Loc.T("author_not_written")
	case l.Texts[lang] == nil:
		return kit.Bad, p.Loc.T("author_missing")
	case n > 0:
		return kit.Warn, p.Loc.N("author_problems_n", n)
	}
	return kit.Good, p.Loc.T("author_right")
}

// size writes a count of bytes.
func size(loc *i18n.Localizer, n int) string {
	const kilo = 1024
	return loc.T("author_kilobytes", "n", loc.Number((n+kilo-1)/kilo))
}

// dirOf is how a text of a language runs.
func dirOf(l i18n.Lang) templ.Attributes {
	return templ.Attributes{"lang": string(l), "dir": l.Dir()}
}

// questionText is how a question stands in the list to choose from.
func (p LessonPage) questionText(q *course.Question, l i18n.Lang) string {
	return q.Code + " – " + q.Stem.In(l)
}

// usedQuestions are the check questions of other lessons and of the paper forms: a check that takes one is refused.
func (p LessonPage) usedQuestions() map[string]bool {
	used := map[string]bool{}
	for _, f := range p.Work.Parsed.Forms {
		for _, code := range f.Items {
			used[code] = true
		}
	}
	return used
}

// next names what a draft waits for.
func (p DraftPage) next() string {
	if p.Work.State == author.Trial && p.Work.Shipped != "" {
		return "author_next_shipped"
	}
	return "author_next_" + string(p.Work.State)
}

func trialKey(d *author.Draft) string {
	if d.Shipped != "" {
		return "author_shipped_open"
	}
	return "author_trial_open"
}

// apart tells whether the measured time is far from the planned one.
func (s Side) apart() bool {
	return s.Measured-s.Planned > course.MinutesOff || s.Planned-s.Measured > course.MinutesOff
}
