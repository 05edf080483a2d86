package course

import (
	"shelter/web/form"
	"shelter/web/layout"
)

// EventPage asks which people of a workshop are to take a course.
type EventPage struct {
	layout.Page

	Courses []form.Option
	People  []form.Option
	Values  EventValues
	Form    *form.Set
}

// EventValues are what was chosen.
type EventValues struct {
	Course string   `form:"course" binding:"required,max=60"`
	People []string `form:"people" binding:"max=500,dive,uuid"`
	Due    string   `form:"due" binding:"omitempty,datetime=2006-01-02"`
	Before string   `form:"before" binding:"max=2"`
}

func (p EventPage) due() form.Field {
	f := p.Form.Optional("due", "enrol_due", p.Values.Due)
	f.Hint, f.Width = p.Loc.T("enrol_due_hint"), "short"
	return f
}

func (p EventPage) before() form.Field {
	return form.Field{Name: "before", Label: p.Loc.T("enrol_event_before"), Value: p.Values.Before}
}
