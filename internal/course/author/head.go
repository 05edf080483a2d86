package author

import (
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Head is course.yaml as its form has it. The lessons have a form of their own; the paper forms are kept as they are.
type Head struct {
	Languages     []i18n.Lang
	Title         course.Text
	Summary       course.Text
	Objectives    []course.Objective
	Competencies  []course.Competency
	Prerequisites []string
	ChecksMin     float64
}

// HeadOf reads the form's fields from a course.
func HeadOf(c *course.Course) Head {
	h := Head{Languages: c.Languages, Title: plain(c.Title), Summary: plain(c.Summary), Prerequisites: c.Prerequisites, ChecksMin: c.Completion.ChecksMin}
	for _, o := range c.Objectives {
		h.Objectives = append(h.Objectives, course.Objective{Code: o.Code, Text: plain(o.Text)})
	}
	for _, m := range c.Competencies {
		h.Competencies = append(h.Competencies, course.Competency{Code: m.Code, ValidMonths: m.ValidMonths, Title: plain(m.Title)})
	}
	return h
}

// Typed is a text as it was typed.
func Typed(t course.Text) course.Text { return plain(t) }

// blanks are what the page makes of blanks that were typed with the space bar.
var blanks = strings.NewReplacer("\u00a0", " ", "\u202f", " ") //nolint:gochecknoglobals // never changed

// plain is a text as it was typed: without the page's unbreakable blanks, and without languages that say nothing.
func plain(t course.Text) course.Text {
	out := course.Text{}
	for l, s := range t {
		if s = blanks.Replace(s); s != "" {
			out[l] = s
		}
	}
	return out
}

// writeHead writes the fields that changed into course.yaml; every other line keeps its bytes.
func writeHead(file []byte, c *course.Course, h Head) []byte {
	old := HeadOf(c)
	y := sections(file)
	set := func(key string, was, is any, text string) {
		if !reflect.DeepEqual(was, is) {
			y.set(key, text)
		}
	}
	set("languages", old.Languages, h.Languages, "languages: ["+join(h.Languages)+"]")
	set("title", old.Title, h.Title, "title:"+yamlText(h.Title, "  "))
	set("summary", old.Summary, h.Summary, "summary:"+yamlText(h.Summary, "  "))
	set("objectives", old.Objectives, h.Objectives, yamlObjectives(h.Objectives))
	set("competencies", old.Competencies, h.Competencies, yamlCompetencies(h.Competencies))
	set("prerequisites", nilled(old.Prerequisites), nilled(h.Prerequisites), "prerequisites: ["+join(h.Prerequisites)+"]")
	set("completion", old.ChecksMin, h.ChecksMin, "completion: {lessons: all, checks_min: "+fmt.Sprintf("%g", h.ChecksMin)+"}")
	return y.bytes()
}

func nilled(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}

// writeLessons writes the list of lessons into course.yaml.
func writeLessons(file []byte, lessons []*course.Lesson) []byte {
	var b strings.Builder
	b.WriteString("lessons:")
	if len(lessons) == 0 {
		b.WriteString(" []")
	}
	for _, l := range lessons {
		fmt.Fprintf(&b, "\n  - {slug: %s, objectives: [%s], minutes: %d}", l.Slug, join(l.Objectives), l.Minutes)
	}
	y := sections(file)
	y.set("lessons", b.String())
	return y.bytes()
}

func join[T ~string](list []T) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = string(s)
		if !plainWord(words[i]) {
			words[i] = quote(words[i])
		}
	}
	return strings.Join(words, ", ")
}

// plainWord tells a word that YAML reads as text without quotes.
func plainWord(s string) bool {
	return s != "" && (s[0] >= 'A' && s[0] <= 'Z' || s[0] >= 'a' && s[0] <= 'z') && !slices.Contains(notText, strings.ToLower(s)) &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}

var notText = []string{"true", "false", "yes", "no", "on", "off", "null", "y", "n"}

func yamlText(t course.Text, indent string) string {
	var b strings.Builder
	for _, l := range i18n.Langs() {
		if t[l] != "" {
			b.WriteString("\n" + indent + string(l) + ": " + quote(t[l]))
		}
	}
	if b.Len() == 0 {
		return " {}"
	}
	return b.String()
}

func yamlObjectives(list []course.Objective) string {
	if len(list) == 0 {
		return "objectives: []"
	}
	var b strings.Builder
	b.WriteString("objectives:")
	for _, o := range list {
		b.WriteString("\n  - code: " + quote(o.Code) + "\n    text:" + yamlText(o.Text, "      "))
	}
	return b.String()
}

func yamlCompetencies(list []course.Competency) string {
	if len(list) == 0 {
		return "competencies: []"
	}
	var b strings.Builder
	b.WriteString("competencies:")
	for _, c := range list {
		fmt.Fprintf(&b, "\n  - code: %s\n    valid_months: %d\n    title:%s", quote(c.Code), c.ValidMonths, yamlText(c.Title, "      "))
	}
	return b.String()
}

// yamlFile is a YAML mapping as text, by its topmost keys.
type yamlFile struct{ parts []part }

// part is a key with its lines; what stands before the first key has the key "".
type part struct {
	key   string
	lines []string
}

func sections(file []byte) *yamlFile {
	y := &yamlFile{}
	text := strings.TrimSuffix(strings.ReplaceAll(string(file), "\r\n", "\n"), "\n")
	for i, line := range strings.Split(text, "\n") {
		key, _, keyed := strings.Cut(line, ":")
		if keyed = keyed && key != "" && strings.Trim(key, "abcdefghijklmnopqrstuvwxyz_") == ""; keyed || i == 0 {
			if !keyed {
				key = ""
			}
			y.parts = append(y.parts, part{key: key})
		}
		last := &y.parts[len(y.parts)-1]
		last.lines = append(last.lines, line)
	}
	return y
}

// set replaces a key's lines; remarks and blank lines behind them stay. A key that is not there comes last.
func (y *yamlFile) set(key, text string) {
	i := slices.IndexFunc(y.parts, func(p part) bool { return p.key == key })
	if i < 0 {
		y.parts = append(y.parts, part{key: key, lines: []string{text}})
		return
	}
	old := y.parts[i].lines
	rest := len(old)
	for rest > 1 && (strings.TrimSpace(old[rest-1]) == "" || strings.HasPrefix(old[rest-1], "#")) {
		rest--
	}
	y.parts[i].lines = append([]string{text}, old[rest:]...)
}

func (y *yamlFile) bytes() []byte {
	var lines []string
	for _, p := range y.parts {
		lines = append(lines, p.lines...)
	}
	return []byte(strings.Join(lines, "\n") + "\n")
}

// reWord is a code of an objective or a competency.
var reWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,19}$`)

// Check tells the codes that cannot be, or stand twice.
func (h Head) Check() []errs.Field {
	var wrong []errs.Field
	seen := map[string]bool{}
	code := func(name, code string) {
		switch {
		case code == "": // told as missing
		case !reWord.MatchString(code):
			wrong = append(wrong, errs.Field{Name: name, Key: "author_error_short_code"})
		case seen[code]:
			wrong = append(wrong, errs.Field{Name: name, Key: "author_error_code_twice"})
		}
		seen[code] = true
	}
	for i, o := range h.Objectives {
		code(fmt.Sprintf("objective_%d", i), o.Code)
	}
	clear(seen)
	for i, c := range h.Competencies {
		code(fmt.Sprintf("competency_%d", i), c.Code)
	}
	return wrong
}

// Head is what is known of the draft's course.yaml.
func (w *Work) Head() File { return w.File(path.Join(w.Course, courseFile)) }

// Beside compares what stands in course.yaml with what writing h would make of it.
func (w *Work) Beside(h Head) []Piece {
	now := w.bodies[path.Join(w.Course, courseFile)]
	return Words(string(writeHead(now, w.Parsed, h)), string(now))
}
