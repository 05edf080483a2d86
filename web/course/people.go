package course

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/course"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// PeoplePage is who takes a course, and the forms that enrol more.
type PeoplePage struct {
	layout.Page

	Standing      *course.Standing
	Before        []*course.Standing // courses that it asks for first
	Learners      []course.Learner
	Links         []course.Link
	LinkBase      string // address of a link before its token
	All           bool   // the reader may enrol everybody
	Organisations []form.Option
	Workshops     []form.Option
	Found         []form.Option // people who match the search
	Values        EnrolValues
	Form          *form.Set // of the form that was sent
}

// EnrolValues are what was chosen.
type EnrolValues struct {
	Way          string   `form:"way" binding:"required,oneof=person organisation workshop link"`
	People       []string `form:"people" binding:"max=200,dive,uuid"`
	Organisation string   `form:"organisation" binding:"omitempty,uuid"`
	Event        string   `form:"event" binding:"omitempty,uuid"`
	Due          string   `form:"due" binding:"omitempty,datetime=2006-01-02"`
	Before       string   `form:"before" binding:"max=2"`
	Query        string   `form:"q" binding:"max=100"`

	Lift   uuid.UUID `form:"-"` // whose condition was to be lifted, with a reason that was refused
	Reason string    `form:"-"`
}

func (p PeoplePage) base() string { return coursePath(p.Standing) + "/people" }

func (p PeoplePage) count(states ...course.LearnerState) int {
	n := 0
	for i := range p.Learners {
		for _, s := range states {
			if p.Learners[i].State == s {
				n++
			}
		}
	}
	return n
}

func (p PeoplePage) begun() int {
	n := 0
	for i := range p.Learners {
		if p.Learners[i].BegunAt != nil {
			n++
		}
	}
	return n
}

func (p PeoplePage) figures() []kit.Figure {
	f := func(key string, n int) kit.Figure {
		return kit.Figure{Label: p.Loc.T("enrol_figure_" + key), Value: p.Loc.Number(n)}
	}
	return []kit.Figure{f("all", len(p.Learners)), f("begun", p.begun()), f("done", p.count(course.LearnerDone)), f("late", p.count(course.LearnerLate))}
}

func (p PeoplePage) cols() []kit.Col {
	var cols []kit.Col
	for _, key := range []string{"person", "organisation", "due", "progress", "state", "actions"} {
		cols = append(cols, kit.Col{Label: p.Loc.T("enrol_col_" + key), Hidden: key == "actions"})
	}
	return cols
}

func (p PeoplePage) due(l *course.Learner) string {
	if l.DueOn == nil {
		return "–"
	}
	return p.Loc.Date(*l.DueOn)
}

func (p PeoplePage) progress(l *course.Learner) string {
	return p.Loc.T("enrol_done_of", "done", p.Loc.Number(l.Done), "of", p.Loc.Number(l.Of))
}

func learnerTone(s course.LearnerState) kit.Tone {
	switch s {
	case course.LearnerDone:
		return kit.Good
	case course.LearnerLate:
		return kit.Warn
	case course.LearnerUnderWay:
		return kit.Info
	case course.LearnerNew:
	}
	return kit.Off
}

// set is the form of a way: what is wrong stands in the one that was sent.
func (p PeoplePage) set(way course.Way) *form.Set {
	if p.Values.Way == string(way) {
		return p.Form
	}
	return form.New(p.Loc, nil)
}

func (p PeoplePage) field(way course.Way, name, key, value string) form.Field {
	if p.Values.Way != string(way) {
		value = ""
	}
	f := p.set(way).Field(name, key, value)
	f.Part = string(way) + "-"
	return f
}

func (p PeoplePage) dueField(way course.Way) form.Field {
	value := ""
	if p.Values.Way == string(way) {
		value = p.Values.Due
	}
	f := p.set(way).Optional("due", "enrol_due", value)
	f.Part, f.Hint, f.Width = string(way)+"-", p.Loc.T("enrol_due_hint"), "short"
	return f
}

// beforeTitles names the courses that come first.
func (p PeoplePage) beforeTitles() string {
	names := make([]string, len(p.Before))
	for i, b := range p.Before {
		names[i] = b.Title.In(p.Loc.Lang())
	}
	return strings.Join(names, ", ")
}

func (p PeoplePage) beforeField(way course.Way) form.Field {
	f := form.Field{Name: "before", Part: string(way) + "-", Label: p.Loc.T("enrol_before", "courses", p.beforeTitles())}
	if p.Values.Way == string(way) {
		f.Value = p.Values.Before
	}
	return f
}

// InvitedPage asks somebody whether to enrol by a link.
type InvitedPage struct {
	layout.Page

	Standing *course.Standing
	Link     *course.Link
}

// dueText says until when a reader is to finish a course; empty when there is no date or it is finished.
func dueText(loc *i18n.Localizer, st *course.Standing, now time.Time) string {
	switch {
	case st.DueOn.IsZero() || st.CompletedAt != nil:
		return ""
	case st.DueOn.Before(i18n.Day(now)):
		return loc.T("enrol_due_over", "date", loc.Date(st.DueOn))
	}
	return loc.T("enrol_due_own", "date", loc.Date(st.DueOn))
}

// reason is the field that asks why a condition is lifted, within the row of whom it is about.
func (p PeoplePage) reason(l *course.Learner) form.Field {
	set, value := form.New(p.Loc, nil), ""
	if p.Values.Lift == l.PersonID {
		set, value = p.Form, p.Values.Reason
	}
	f := set.Field("reason", "enrol_lift_reason", value)
	f.Part, f.MaxLength = l.Code+"-", 500
	return f
}
