// Package form holds the fields of forms: label above, hint below it, the error beside the field, and a summary on top
// whose lines lead to the fields. Every value comes from what was typed, so that a refused form loses nothing.
//
// Invariants: each input has a label and, when it is wrong, aria-invalid and a description that holds the error; ids are
// derived from the input's name, so that the summary's links and the focus find them.
package form

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Field is one question of a form.
type Field struct {
	Name  string // the input's name; its id is "f-" + name
	Label string // the question
	Hint  string // how to answer; may be empty
	Value string // what was typed or stored
	Error string // what is wrong with it; empty when nothing is

	Mark         string           // the word behind the label of a field that may stay empty: "(facultatif)"
	Required     bool             // sets the required attribute
	Disabled     bool             // shown, not sent
	Part         string           // keeps ids apart where a page has several forms with the same fields
	Type         string           // overrides the input's type
	Autocomplete string           // the autocomplete token, such as "username" or "one-time-code"
	InputMode    string           // "numeric", "decimal", "tel"
	Width        string           // "short" (codes, numbers), "half", or empty for the whole column
	Dir          string           // "ltr" for codes and addresses, "auto" for names; empty follows the page
	Min, Max     string           // for numbers, dates and times
	Step         string           // for numbers and times
	MaxLength    int              // characters; 0 for no limit
	Placeholder  string           // an example, never the only label
	HideLabel    bool             // the label is read out but not shown (a search box, a table's cell)
	Suggestions  []string         // shown as a datalist
	Attrs        templ.Attributes // further attributes of the input, such as htmx's
}

// ID is the id of the input.
func (f Field) ID() string { return ID(f.Part + f.Name) }

// ID gives the id of the input with a name.
func ID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		if r == ' ' || r == '[' || r == ']' || r == '.' || r == '#' {
			return '-'
		}
		return r
	}, name)
}

// describedBy lists the ids of hint and error, as aria-describedby wants them.
func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	return strings.Join(ids, " ")
}

// attributes are those that every kind of input shares.
func (f Field) attributes() templ.Attributes {
	a := templ.Attributes{"id": f.ID(), "name": f.Name}
	set := func(name, value string) {
		if value != "" {
			a[name] = value
		}
	}
	set("aria-describedby", f.describedBy())
	set("autocomplete", f.Autocomplete)
	set("inputmode", f.InputMode)
	set("dir", f.Dir)
	set("min", f.Min)
	set("max", f.Max)
	set("step", f.Step)
	set("placeholder", f.Placeholder)
	if len(f.Suggestions) > 0 {
		a["list"] = f.ID() + "-list"
	}
	if f.MaxLength > 0 {
		a["maxlength"] = f.MaxLength
	}
	if f.Error != "" {
		a["aria-invalid"] = "true"
	}
	if f.Required {
		a["required"] = true
	}
	if f.Disabled {
		a["disabled"] = true
	}
	for k, v := range f.Attrs {
		a[k] = v
	}
	return a
}

func (f Field) inputType(usual string) string {
	if f.Type != "" {
		return f.Type
	}
	return usual
}

// Option is one of the answers of a choice.
type Option struct {
	Value    string
	Label    string
	Hint     string
	Group    string // heading in a select; options of one group stand together
	Disabled bool
}

// group is a run of options under one heading.
type group struct {
	label   string
	options []Option
}

func groups(options []Option) []group {
	var gs []group
	for _, o := range options {
		if n := len(gs); n > 0 && gs[n-1].label == o.Group {
			gs[n-1].options = append(gs[n-1].options, o)
			continue
		}
		gs = append(gs, group{label: o.Group, options: []Option{o}})
	}
	return gs
}

func has(values []string, v string) bool {
	for _, x := range values {
		if x == v {
			return true
		}
	}
	return false
}

// Set makes the fields of one form in the reader's language, with what is wrong in each.
type Set struct {
	loc   *i18n.Localizer
	wrong []errs.Field
}

// New makes a set; wrong is what Bind or the service found, nil for a form that is shown first.
func New(loc *i18n.Localizer, wrong []errs.Field) *Set {
	return &Set{loc: loc, wrong: wrong}
}

// Field makes a field. Its label is the catalogue's entry key, its hint the entry key + "_hint" where there is one. It is
// required; see Optional.
func (s *Set) Field(name, key, value string) Field {
	f := Field{Name: name, Label: s.loc.T(key), Value: value, Required: true, Error: s.errorOf(name)}
	if s.loc.Has(key + "_hint") {
		f.Hint = s.loc.T(key + "_hint")
	}
	return f
}

// Optional makes a field that may stay empty, and says so behind its label.
func (s *Set) Optional(name, key, value string) Field {
	f := s.Field(name, key, value)
	f.Required, f.Mark = false, s.loc.T("layout_optional")
	return f
}

// Wrong tells whether anything is wrong.
func (s *Set) Wrong() bool { return len(s.wrong) > 0 }

func (s *Set) errorOf(name string) string {
	for _, w := range s.wrong {
		if w.Name == name {
			return s.loc.Map(w.Key, w.Args)
		}
	}
	return ""
}

// Short narrows the field to a code or a number.
func (f Field) Short() Field { f.Width = "short"; return f }

// Half narrows the field to half the column.
func (f Field) Half() Field { f.Width = "half"; return f }

// Code is for codes, addresses and telephone numbers: written from left to right in every language.
func (f Field) Code() Field { f.Dir = "ltr"; return f }

// PersonName is for names of people and places, which keep the direction of their own script.
func (f Field) PersonName() Field { f.Dir = "auto"; return f }

// Auto sets the autocomplete token.
func (f Field) Auto(token string) Field { f.Autocomplete = token; return f }

// Between sets the bounds of a number, date or time.
func (f Field) Between(low, high string) Field { f.Min, f.Max = low, high; return f }

// With adds attributes to the input.
func (f Field) With(a templ.Attributes) Field { f.Attrs = a; return f }

// number is for digits: the digit keyboard, left to right, without the wheel that type=number turns by accident.
func (f Field) number() Field {
	f.Dir, f.InputMode = "ltr", "numeric"
	if f.Width == "" {
		f.Width = "short"
	}
	return f
}

// choiceID is the id of an answer: the first has the field's own, so that the summary's link finds it.
func (f Field) choiceID(i int) string {
	if i == 0 {
		return f.ID()
	}
	return f.ID() + "-" + strconv.Itoa(i)
}

func (f Field) onlyError() Field { f.Hint = ""; return f }
