// Package course holds the courses: the format of their files (docs/course-format.md) with its parser and its rules, the
// published versions, and what each learner has done.
//
// Invariants: a published version never changes, it is the files as they were written; a learner stays on the version that
// he or she began; an answer is an event with the key that the device made, and a repeat returns the first outcome; a lesson
// is complete by the course's rule and stays complete; the key of a question leaves the package only with an answer to it,
// or for those who manage courses.
package course

import (
	"slices"

	"shelter/internal/i18n"
)

// Text is one text in up to three languages.
type Text map[i18n.Lang]string

// In gives the text in a language, or in French, or in whatever there is.
func (t Text) In(l i18n.Lang) string {
	for _, try := range []i18n.Lang{l, i18n.FR, i18n.EN, i18n.AR} {
		if s := t[try]; s != "" {
			return s
		}
	}
	return ""
}

// Objective is something that a trainee can do afterwards.
type Objective struct {
	Code string `yaml:"code"`
	Text Text   `yaml:"text"`
}

// Competency is what a finished course certifies, for a number of months.
type Competency struct {
	Code        string `yaml:"code"`
	ValidMonths int    `yaml:"valid_months"`
	Title       Text   `yaml:"title"`
}

// Completion says when a course is finished.
type Completion struct {
	Lessons   string  `yaml:"lessons"`    // "all": every lesson
	ChecksMin float64 `yaml:"checks_min"` // share of a lesson's check questions that must be right, 0 to 1
}

// Form is a parallel form of a test, its questions by code and in order.
type Form struct {
	Code  string   `yaml:"code"`
	Items []string `yaml:"items"`
}

// Course is one course as its files say it.
type Course struct {
	Code          string
	Version       int
	Languages     []i18n.Lang // complete languages
	Title         Text
	Summary       Text
	Objectives    []Objective
	Competencies  []Competency
	Prerequisites []string
	Lessons       []*Lesson
	Forms         []Form
	Completion    Completion
	Bank          []*Question
	Glossary      Glossary

	Files map[string][]byte // every file of the course by its path under courses/, with the glossary
}

// Lesson is one lesson in its languages.
type Lesson struct {
	Slug       string
	Objectives []string // codes
	Minutes    int      // planned reading time with the check
	Texts      map[i18n.Lang]*LessonText
}

// In gives the lesson's text in a language, or in French, and the language that it is in.
func (l *Lesson) In(lang i18n.Lang) (*LessonText, i18n.Lang) {
	if t := l.Texts[lang]; t != nil {
		return t, lang
	}
	return l.Texts[i18n.FR], i18n.FR
}

// Checks lists the codes of the lesson's check questions, in order.
func (l *Lesson) Checks() []string {
	if t := l.Texts[i18n.FR]; t != nil {
		return t.Checks()
	}
	return nil
}

// LessonText is a lesson in one language.
type LessonText struct {
	Title      string
	Objectives []string
	Minutes    int
	Sources    []string
	Blocks     []Block
	Terms      []string // codes of the glossary's terms that it uses, in order of appearance

	file     string
	measures measures
}

// Checks lists the codes of the check questions.
func (t *LessonText) Checks() []string {
	var codes []string
	for _, b := range t.Blocks {
		codes = append(codes, b.Items...)
	}
	return codes
}

// Kind is a kind of block.
type Kind string

// The kinds of blocks: prose, and one per directive.
const (
	KindProse    Kind = "prose"
	KindNote     Kind = "note"
	KindWarning  Kind = "warning"
	KindLaw      Kind = "law"
	KindTip      Kind = "tip"
	KindVignette Kind = "vignette"
	KindCheck    Kind = "check"
	KindCards    Kind = "cards"
	KindReveal   Kind = "reveal"
	KindDownload Kind = "download"
	KindImage    Kind = "image"
	KindAudio    Kind = "audio"
	KindVideo    Kind = "video"
)

// Block is a part of a lesson. Which fields count follows from its kind.
type Block struct {
	Kind     Kind
	Title    string
	HTML     string   // the Markdown of the block, rendered; safe to show
	Items    []string // Check: codes of questions
	Cards    []Card   // Cards
	File     string   // Download, Image, Audio, Video: path under the course's folder
	Alt      string   // Image
	Captions string   // Audio, Video: path of the .vtt file

	line int
}

// Card is a flash card; both sides are rendered and safe to show.
type Card struct{ Front, Back string }

// Type is a type of question.
type Type string

// The types of questions.
const (
	Single    Type = "single"
	Multiple  Type = "multiple"
	TrueFalse Type = "true_false"
	Matching  Type = "matching"
	Ordering  Type = "ordering"
	ShortText Type = "short_text"
	Numeric   Type = "numeric"
)

// Question is a question of the course's bank.
type Question struct {
	Code       string                 `yaml:"code"`
	Type       Type                   `yaml:"type"`
	Objective  string                 `yaml:"objective"`
	Difficulty int                    `yaml:"difficulty"` // 1 easy, 2 medium, 3 hard
	Bloom      string                 `yaml:"bloom"`
	Stem       Text                   `yaml:"stem"`
	Options    []Option               `yaml:"options"`
	Pairs      []Pair                 `yaml:"pairs"`
	Accept     map[i18n.Lang][]string `yaml:"accept"`
	Value      *float64               `yaml:"value"`
	Tolerance  float64                `yaml:"tolerance"`
	Feedback   Text                   `yaml:"feedback"`

	file string
	line int
}

// Option is one answer offered; in an ordering question, one line in its right place.
type Option struct {
	ID       string `yaml:"id"`
	Correct  bool   `yaml:"correct"`
	Text     Text   `yaml:"text"`
	Feedback Text   `yaml:"feedback"`
}

// Pair is one line of a matching question.
type Pair struct {
	ID    string `yaml:"id"`
	Left  Text   `yaml:"left"`
	Right Text   `yaml:"right"`
}

// Term is a word of the glossary.
type Term struct {
	Code       string `yaml:"code"`
	Term       Text   `yaml:"term"`
	Definition Text   `yaml:"definition"`

	line int
}

// Glossary holds the terms that courses share, by code.
type Glossary map[string]*Term

// Lesson gives the lesson of a slug, or nil.
func (c *Course) Lesson(slug string) *Lesson {
	if i := c.index(slug); i >= 0 {
		return c.Lessons[i]
	}
	return nil
}

// Around gives the lessons before and after one; nil at either end.
func (c *Course) Around(slug string) (previous, next *Lesson) {
	i := c.index(slug)
	if i > 0 {
		previous = c.Lessons[i-1]
	}
	if i >= 0 && i+1 < len(c.Lessons) {
		next = c.Lessons[i+1]
	}
	return previous, next
}

func (c *Course) index(slug string) int {
	return slices.IndexFunc(c.Lessons, func(l *Lesson) bool { return l.Slug == slug })
}

// Question gives the question of a code, or nil.
func (c *Course) Question(code string) *Question {
	for _, q := range c.Bank {
		if q.Code == code {
			return q
		}
	}
	return nil
}

// Minutes is the planned time of all lessons.
func (c *Course) Minutes() int {
	sum := 0
	for _, l := range c.Lessons {
		sum += l.Minutes
	}
	return sum
}

// Has tells whether the course is complete in a language.
func (c *Course) Has(l i18n.Lang) bool { return slices.Contains(c.Languages, l) }

// Lang is the language in which a reader gets the course: the reader's own, or French.
func (c *Course) Lang(reader i18n.Lang) i18n.Lang {
	if c.Has(reader) {
		return reader
	}
	return i18n.FR
}
