// Package exam holds the question bank, the pre- and post-test of a workshop, the attempts with their answers, and grading.
//
// Invariants: a question version, a form and an answer never change; an acknowledged answer is in the database; an attempt is
// graded once, and a second submission returns the first result; the server's clock decides what is late, and what is late is
// kept and marked, never dropped.
package exam

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"github.com/google/uuid"

	"shelter/internal/exam/match"
	"shelter/internal/i18n"
)

// Type is a type of question.
type Type string

// The types of questions.
const (
	Single     Type = "single"
	Multiple   Type = "multiple"
	TrueFalse  Type = "true_false"
	Matching   Type = "matching"
	Ordering   Type = "ordering"
	ShortText  Type = "short_text"
	Numeric    Type = "numeric"
	OpenAnswer Type = "open"   // marked by a person, with a rubric
	Likert     Type = "likert" // an opinion: no key, no points
)

// Types lists the types in the order in which pages show them.
func Types() []Type {
	return []Type{Single, Multiple, TrueFalse, Matching, Ordering, ShortText, Numeric, OpenAnswer, Likert}
}

// Valid tells whether the type exists.
func (t Type) Valid() bool { return slices.Contains(Types(), t) }

// Scored tells whether answers of the type earn points.
func (t Type) Scored() bool { return t != Likert }

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

// Option is one answer offered.
type Option struct {
	ID       string `json:"id" yaml:"id"`
	Correct  bool   `json:"correct,omitempty" yaml:"correct"`
	Text     Text   `json:"text" yaml:"text"`
	Feedback Text   `json:"feedback,omitempty" yaml:"feedback"`
}

// Pair is one line of a matching question.
type Pair struct {
	ID    string `json:"id" yaml:"id"`
	Left  Text   `json:"left" yaml:"left"`
	Right Text   `json:"right" yaml:"right"`
}

// Body is what a question says and how it is marked.
type Body struct {
	Stem      Text                   `json:"stem"`
	Options   []Option               `json:"options,omitempty"`
	Pairs     []Pair                 `json:"pairs,omitempty"`
	Accept    map[i18n.Lang][]string `json:"accept,omitempty"`
	Value     float64                `json:"value,omitempty"`
	Tolerance float64                `json:"tolerance,omitempty"`
	Feedback  Text                   `json:"feedback,omitempty"`

	Extra    []Option         `json:"extra,omitempty"`    // matching: right sides that belong to no left side
	Forgive  *match.Tolerance `json:"forgive,omitempty"`  // short_text: what may differ; nil is match.Default
	Rubric   []Criterion      `json:"rubric,omitempty"`   // open: what the marker looks for, and the points of each level
	Double   bool             `json:"double,omitempty"`   // open: two people mark each answer, without seeing each other's marks
	Model    Text             `json:"model,omitempty"`    // open: an answer that would have all the points
	Picture  *Picture         `json:"picture,omitempty"`  // shown between stem and answers
	Vignette *Vignette        `json:"vignette,omitempty"` // the situation that the question is about
}

// Tolerant is what a short answer may differ in.
func (b *Body) Tolerant() match.Tolerance {
	if b.Forgive == nil {
		return match.Default
	}
	return *b.Forgive
}

// Criterion is one line of a rubric.
type Criterion struct {
	ID     string  `json:"id"`
	Text   Text    `json:"text"`
	Levels []Level `json:"levels"`
}

// Level is one step of a criterion, with the share of the criterion that it earns.
type Level struct {
	Points float64 `json:"points"`
	Text   Text    `json:"text"`
}

// Most is the points of the best level.
func (c Criterion) Most() float64 {
	most := 0.0
	for _, l := range c.Levels {
		most = max(most, l.Points)
	}
	return most
}

// Picture is an image of the house's own store; Alt says in words what it shows.
type Picture struct {
	ID     uuid.UUID `json:"id"`
	Width  int       `json:"width"`
	Height int       `json:"height"`
	Alt    Text      `json:"alt"`
}

// Vignette is a situation that several questions share, as it was when the version was made.
type Vignette struct {
	ID    uuid.UUID `json:"id"`
	Code  string    `json:"code"`
	Title Text      `json:"title,omitempty"`
	Text  Text      `json:"text"`
}

// Question is one version of a question.
type Question struct {
	Code       string
	Course     string
	Objective  string
	Topic      string
	Type       Type
	Difficulty int // 1 easy, 2 medium, 3 hard
	Bloom      string
	Body       Body
}

// digest identifies the text of a version, so that loading the same bank twice makes nothing new.
func digest(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // only texts and numbers are in it
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// Response is what a person answered; which field counts follows from the question's type.
type Response struct {
	Choice []string          `json:"c,omitempty"` // single, true_false, multiple: option ids; ordering: ids in order
	Match  map[string]string `json:"m,omitempty"` // matching: pair id -> id of the pair whose right side was chosen
	Text   string            `json:"t,omitempty"` // short_text, numeric
}

// Empty tells whether nothing was answered.
func (r Response) Empty() bool { return len(r.Choice) == 0 && len(r.Match) == 0 && r.Text == "" }

// Same tells whether two responses say the same.
func (r Response) Same(other Response) bool {
	return slices.Equal(r.Choice, other.Choice) && maps.Equal(r.Match, other.Match) && r.Text == other.Text
}
