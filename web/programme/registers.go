package programme

import (
	"strconv"
	"strings"
	"time"

	"shelter/internal/i18n"
	"shelter/internal/programme"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// RegisterPage is the list of a register.
type RegisterPage struct {
	layout.Page

	Register programme.Register
	Records  []programme.Record
	Labels   Labels
	Totals   []kit.Figure
	Gantt    *Gantt
	Edit     bool
}

// Labels are the names behind ids and codes: organisations, governorates, activities.
type Labels map[string]string

// LabelsOf are the names of everything that a record can point to.
func LabelsOf(options map[programme.Kind][]form.Option) Labels {
	labels := Labels{}
	for _, list := range options {
		for _, o := range list {
			labels[o.Value] = o.Label
		}
	}
	return labels
}

// listed are the columns that the list shows.
func listed(r programme.Register) []programme.Column {
	var list []programme.Column
	for _, c := range r.Columns {
		if c.Listed {
			list = append(list, c)
		}
	}
	return list
}

func (p RegisterPage) cols() []kit.Col {
	var list []kit.Col
	for _, c := range listed(p.Register) {
		list = append(list, kit.Col{Label: p.Loc.T("programme_col_" + c.Name), Number: c.Kind == programme.Number || c.Kind == programme.Money})
	}
	return list
}

// Shown writes a value for people.
func Shown(loc *i18n.Localizer, labels Labels, c programme.Column, v string) string {
	if v == "" {
		return "–"
	}
	switch c.Kind {
	case programme.Day:
		if t, err := time.Parse(time.DateOnly, v); err == nil {
			return loc.DateShort(t)
		}
	case programme.Money:
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return loc.Number(int(f)) + strings.TrimPrefix(loc.Decimal(f-float64(int(f)), 2), "0")
		}
	case programme.Number:
		if n, err := strconv.Atoi(v); err == nil {
			return loc.Number(n)
		}
	case programme.Choice:
		return loc.T("programme_choice_" + v)
	case programme.Shelter, programme.Organisation, programme.Governorate, programme.ActivityCode:
		if s, ok := labels[v]; ok {
			return s
		}
	case programme.Line, programme.Long, programme.PersonCode, programme.Code:
	}
	return v
}

// Gantt is the work plan as a drawing: one bar per task.
type Gantt struct {
	Rows  []GanttRow
	Marks []GanttMark
	Today int
	High  int
	RTL   bool
}

// GanttRow is a task: where its bar begins and how long it is, of 1000.
type GanttRow struct {
	Code, Title, Dates, State, Status string
	X, W, Y                           int
}

// GanttMark is the beginning of a quarter.
type GanttMark struct {
	X     int
	Label string
}

// RecordPage is the form of one record.
type RecordPage struct {
	layout.Page

	Register programme.Register
	Form     *form.Set
	Values   map[string]string
	Key      string
	Action   string
	New      bool
	Edit     bool
	Options  map[programme.Kind][]form.Option
	Labels   Labels

	Filed        bool // files are shown
	Documents    []programme.Document
	DocumentForm *form.Set
	Caption      string // as typed
}

func documentPath(d *programme.Document) string { return "/programme/documents/" + d.ID.String() }

// sizeOf says how large a file is.
func (p RecordPage) sizeOf(d *programme.Document) string {
	return p.Loc.T("document_size", "n", p.Loc.Number(max(1, d.Size/1000)))
}

func (p RecordPage) field(c programme.Column) form.Field {
	v := p.Values[c.Name]
	if c.Required {
		return p.Form.Field(c.Name, "programme_col_"+c.Name, v)
	}
	return p.Form.Optional(c.Name, "programme_col_"+c.Name, v)
}

func (p RecordPage) choices(c programme.Column) []form.Option {
	if c.Kind != programme.Choice {
		return p.Options[c.Kind]
	}
	var os []form.Option
	for _, x := range c.Choices {
		os = append(os, form.Option{Value: x, Label: p.Loc.T("programme_choice_" + x)})
	}
	return os
}

func (p RecordPage) terms() []kit.Term {
	var list []kit.Term
	for _, c := range p.Register.Columns {
		list = append(list, kit.Term{Term: p.Loc.T("programme_col_" + c.Name), Value: Shown(p.Loc, p.Labels, c, p.Values[c.Name])})
	}
	return list
}
