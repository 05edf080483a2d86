// Package kit holds the parts that pages are put together from: buttons, badges, tiles, tables, steps, call-outs and the
// like. Each takes words that are already in the reader's language.
//
// Invariants: a meaning is never carried by colour alone (icon and word beside it); no inline style or script; names and
// codes of people and things are isolated (<bdi>), so that a mixed line reads rightly in both directions.
package kit

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"
)

// Tone is what a colour says; an icon says it too.
type Tone string

// The tones.
const (
	Plain Tone = ""     // nothing to say
	Good  Tone = "good" // done, present, valid
	Warn  Tone = "warn" // look at this
	Bad   Tone = "bad"  // wrong, absent, refused
	Info  Tone = "info" // worth knowing
	Off   Tone = "off"  // not yet, not counted, over
)

// Icon is the tone's usual icon.
func (t Tone) Icon() string {
	switch t {
	case Good:
		return "circle-check"
	case Warn:
		return "triangle-alert"
	case Bad:
		return "circle-x"
	case Info:
		return "info"
	}
	return "circle-dashed"
}

// Weight says how loud a button is.
type Weight string

// The weights. A page has one Main.
const (
	Normal Weight = ""
	Main   Weight = "main"
	Quiet  Weight = "quiet"
	Danger Weight = "danger"
)

// Action is a link or button: with Href a link that looks like a button, without it a submit button.
type Action struct {
	Label  string
	Href   string
	Icon   string // a name of the sprite; empty for none
	Weight Weight
	Name   string // for a submit button that carries a value
	Value  string
	Attrs  templ.Attributes
}

func (a Action) class() string {
	if a.Weight == Normal {
		return "button"
	}
	return "button button-" + string(a.Weight)
}

// Pair is a hidden value of a small form.
type Pair struct{ Name, Value string }

// Tile is a large target that leads somewhere.
type Tile struct {
	Label string
	Text  string // one line below the label; may be empty
	Href  string
	Icon  string
	Tone  Tone
	Attrs templ.Attributes
}

// Tab is a link to one of several views of the same thing.
type Tab struct {
	Label   string
	Href    string
	Count   string // a figure behind the label; may be empty
	Current bool
}

// Step is one stage of a task that has several.
type Step struct {
	Label string
	State StepState
	Href  string // empty when one cannot go there
	Said  string // the state in words for those who do not see it: "fait", "en cours"
}

// StepState is how far a step is.
type StepState string

// The states of a step.
const (
	StepNext StepState = "next"
	StepNow  StepState = "now"
	StepDone StepState = "done"
)

// Term is one line of a definition list; Part stands for Value when it is more than text.
type Term struct {
	Term  string
	Value string
	Part  templ.Component
}

// Moment is one entry of a timeline.
type Moment struct {
	When  string
	Title string
	Text  string
	Icon  string
	Tone  Tone
}

// Figure is a number that matters, with what it counts and where its list is.
type Figure struct {
	Value string
	Label string
	Note  string // unit, period, denominator
	Href  string
	Tone  Tone
}

// Col is a column of a table.
type Col struct {
	Label  string
	Number bool   // figures: aligned to the end, tabular
	Sort   string // address that sorts by it; empty when it cannot
	Sorted string // "ascending" or "descending" when the table is sorted by it
	Hidden bool   // the label is read out but not shown (a column of buttons)
}

func (c Col) class() string {
	if c.Number {
		return "number"
	}
	return ""
}

// Table describes a table; its rows are the children.
type Table struct {
	ID      string
	Caption string // says what the table shows; read out
	Shown   bool   // the caption is shown too
	Cols    []Col
	Keys    bool // rows can be walked with j and k, opened with Enter (table.ts)
	Fixed   bool // stays a table on a phone and keeps its first column in sight (attendance only)
	Dense   bool
}

func (t Table) attributes() templ.Attributes {
	a := templ.Attributes{}
	if t.ID != "" {
		a["id"] = t.ID
	}
	if t.Keys {
		a["data-table"] = true
	}
	return a
}

// Pager tells where one is in a long list.
type Pager struct {
	Page  int // from 1
	Pages int
	Total int
	URL   func(page int) string
}

// PageURL makes the URL of Pager from the query of the present page, whose other parameters it keeps.
func PageURL(path string, query url.Values) func(page int) string {
	return func(page int) string {
		q := url.Values{}
		for k, v := range query {
			q[k] = v
		}
		q.Set("page", strconv.Itoa(page))
		return path + "?" + q.Encode()
	}
}

// near lists the pages around the present one, with 0 for a gap: 1 0 4 5 6 0 20.
func (p Pager) near() []int {
	var pages []int
	for i := 1; i <= p.Pages; i++ {
		if i == 1 || i == p.Pages || (i >= p.Page-1 && i <= p.Page+1) {
			pages = append(pages, i)
			continue
		}
		if pages[len(pages)-1] != 0 {
			pages = append(pages, 0)
		}
	}
	return pages
}

// RollState is one answer of a roll-call row.
type RollState struct {
	Value string // what is sent
	Label string
	Icon  string
	Tone  Tone
}

// RollRow is one person of a roll-call.
type RollRow struct {
	ID    string // the enrolment's id
	Name  string
	Code  string // human code, shown small
	Note  string // organisation, or "arrived 09:12"
	State string // value of the state that is set; empty for not marked
}

// fixedAttributes make the sideways-scrolling box of a fixed table reachable by keyboard.
func fixedAttributes(t Table) templ.Attributes {
	if !t.Fixed {
		return nil
	}
	return templ.Attributes{"tabindex": "0", "role": "region", "aria-label": t.Caption}
}

func (m Moment) iconOr() string {
	if m.Icon != "" {
		return m.Icon
	}
	return m.Tone.Icon()
}
