// Package programme holds the pages of the project's plan: its figures, one indicator with what stands behind it, and the
// registers of the activities.
package programme

import (
	"strconv"
	"strings"

	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/report"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// BoardPage is the dashboard: every indicator with its target, the map of people trained, and the ways on.
type BoardPage struct {
	layout.Page

	Board        *report.Board
	Map          []Tile
	MapTitle     string
	Detail, Edit bool
	Assists      bool // there are published figures of direct assistance to go to
	Donor        DonorForm
}

// DonorForm is what the donor report is asked for.
type DonorForm struct{ From, To string }

// Tile is a governorate of the tile map.
type Tile struct {
	Code, Name string
	Col, Row   int
	N          int
	Hidden     bool // small: not shown
	Step       int  // 0 to 4, for the shade
}

// figure writes a figure of an indicator.
func figure(loc *i18n.Localizer, u programme.Unit, v *float64, below bool) string {
	switch {
	case below:
		return loc.T("programme_below", "n", report.SmallNumber)
	case v == nil:
		return loc.T("programme_not_measured")
	case u == programme.Percent:
		return loc.Decimal(*v, 1) + "\u00a0%"
	case *v != float64(int(*v)):
		return loc.Decimal(*v, 2)
	}
	return loc.Number(int(*v))
}

// goal writes a target or baseline, or a dash.
func goal(loc *i18n.Localizer, u programme.Unit, v *float64) string {
	if v == nil {
		return "–"
	}
	return figure(loc, u, v, false)
}

func tone(l report.Light) kit.Tone {
	switch l {
	case report.Reached, report.OnTrack:
		return kit.Good
	case report.Behind:
		return kit.Warn
	case report.FarBehind:
		return kit.Bad
	case report.NoTarget, report.NotMeasured:
	}
	return kit.Off
}

func address(i programme.Indicator) string { return "/programme/indicators/" + i.ID.String() }

// done is the share of the target reached, for the bar; ok is false when there is none.
func done(r report.Row) (int, bool) {
	t := r.Indicator.Target
	if t == nil || *t <= 0 || r.Total.Value == nil {
		return 0, false
	}
	return int(min(100, 100**r.Total.Value / *t)), true
}

// rowsOf gives the figures of an element's indicators.
func (p BoardPage) rowsOf(e programme.Element) []report.Row {
	var list []report.Row
	for _, r := range p.Board.Rows {
		if r.Indicator.ElementID == e.ID {
			list = append(list, r)
		}
	}
	return list
}

func (p BoardPage) lights() []kit.Figure {
	n := map[report.Light]int{}
	for _, r := range p.Board.Rows {
		n[r.Light]++
	}
	var list []kit.Figure
	for _, l := range []report.Light{report.Reached, report.OnTrack, report.Behind, report.FarBehind, report.NoTarget, report.NotMeasured} {
		list = append(list, kit.Figure{Value: p.Loc.Number(n[l]), Label: p.Loc.T("programme_light_" + string(l)), Tone: tone(l)})
	}
	return list
}

// areas are the ways to the registers.
func (p BoardPage) areas() []kit.Tile {
	icons := map[string]string{"assessments": "file-text", "works": "hammer", "readiness": "list-checks", "awareness": "megaphone", "practices": "lightbulb", "trainers": "users",
		"refreshers": "calendar-days", "milestones": "flag", "tasks": "chart-gantt", "budget": "wallet", "risks": "triangle-alert"}
	var list []kit.Tile
	for _, r := range programme.Registers() {
		if !r.Names || p.Detail {
			list = append(list, kit.Tile{Label: p.Loc.T("programme_register_" + r.Name), Text: p.Loc.T("programme_area_" + r.Area), Href: "/programme/r/" + r.Name, Icon: icons[r.Name]})
		}
	}
	list = append(list, kit.Tile{Label: p.Loc.T("training_title"), Text: p.Loc.T("programme_area_workshops"), Href: "/programme/training", Icon: "graduation-cap"})
	if p.Assists {
		list = append(list, kit.Tile{Label: p.Loc.T("case_assistance"), Text: p.Loc.T("programme_area_assistance"), Href: "/assistance", Icon: "shield-check"},
			kit.Tile{Label: p.Loc.T("case_occupancy"), Text: p.Loc.T("programme_area_assistance"), Href: "/occupancy", Icon: "house"})
	}
	return list
}

// IndicatorPage is one indicator.
type IndicatorPage struct {
	layout.Page

	Board        *report.Board
	Row          report.Row
	History      []programme.Change
	Measures     []programme.Measure
	Governorates []org.Governorate
	Detail, Edit bool
	Form         *form.Set
	Measure      MeasureForm
	Today        string
}

// MeasureForm is what was typed of a measured figure.
type MeasureForm struct {
	Key      string `form:"key" binding:"omitempty,uuid"`
	On       string `form:"measured_on" binding:"required,datetime=2006-01-02"`
	Value    string `form:"value" binding:"required,max=20"`
	Evidence string `form:"evidence" binding:"required,max=500"`
}

func (p IndicatorPage) terms() []kit.Term {
	i, t := p.Row.Indicator, p.Loc.T
	how := t("programme_entered")
	if i.Query != "" {
		how = t("programme_query_" + i.Query)
	}
	base := goal(p.Loc, i.Unit, i.Baseline)
	if !i.BaselineOn.IsZero() {
		base += " (" + p.Loc.DateShort(i.BaselineOn) + ")"
	}
	freq := ""
	if i.Frequency != "" {
		freq = t("programme_frequency_" + i.Frequency)
	}
	list := []kit.Term{{Term: t("programme_how"), Value: how}, {Term: t("programme_baseline"), Value: base}, {Term: t("programme_target"), Value: goal(p.Loc, i.Unit, i.Target)},
		{Term: t("programme_frequency"), Value: dash(freq)}, {Term: t("programme_verification"), Value: dash(i.Verification)},
		{Term: t("programme_responsible"), Value: dash(i.Responsible)}}
	if i.Definition != "" {
		list = append(list, kit.Term{Term: t("programme_definition"), Value: i.Definition})
	}
	return list
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// dimensions lists the breakdowns that the figure has.
func dimensions(parts []report.Part) []string {
	var list []string
	for _, p := range parts {
		if len(list) == 0 || list[len(list)-1] != p.Dimension {
			list = append(list, p.Dimension)
		}
	}
	return list
}

// partName gives the words of a cell of a breakdown.
func partName(loc *i18n.Localizer, gs []org.Governorate, p report.Part) string {
	if p.Key == "unknown" || p.Key == "" {
		return loc.T("programme_unknown")
	}
	if p.Dimension == "governorate" {
		for _, g := range gs {
			if g.Code == p.Key {
				return g.Name(loc.Lang())
			}
		}
		return p.Key
	}
	return loc.T("programme_part_" + p.Key)
}

func (p IndicatorPage) partNumber(x report.Part) string {
	if x.Hidden {
		return p.Loc.T("programme_hidden")
	}
	return p.Loc.Number(x.N)
}

func fieldName(loc *i18n.Localizer, field string) string {
	if code, ok := strings.CutPrefix(field, "target "); ok {
		return loc.T("programme_target") + " " + code
	}
	return loc.T("programme_field_" + field)
}

// bars are the periods as columns of a drawing 100 high: the figure, and the target as a line.
func (p IndicatorPage) bars() []bar {
	top := 0.0
	for _, f := range p.Row.Periods {
		for _, v := range []*float64{f.Said().Value, f.Target} {
			if v != nil {
				top = max(top, *v)
			}
		}
	}
	var list []bar
	for n, f := range p.Row.Periods {
		b := bar{X: 20 + n*110, Label: f.Period.Code, Text: figure(p.Loc, p.Row.Indicator.Unit, f.Said().Value, f.Said().Below)}
		if v := f.Said().Value; v != nil && top > 0 {
			b.H = int(100 * *v / top)
		}
		if f.Target != nil && top > 0 {
			b.T, b.HasTarget = 130-int(100**f.Target/top), true
		}
		b.Y = 130 - b.H
		list = append(list, b)
	}
	if p.Loc.Lang() == i18n.AR { // time runs from right to left
		for i := range list {
			list[i].X = 20 + (len(list)-1-i)*110
		}
	}
	return list
}

type bar struct {
	X, Y, H, T  int
	HasTarget   bool
	Label, Text string
}

func num(n int) string { return strconv.Itoa(n) }

// EvidencePage lists what stands behind a figure.
type EvidencePage struct {
	layout.Page

	Indicator programme.Indicator
	Rows      []report.Evidence
	Figure    string
	Span      string
}

// EditPage is the form of an indicator.
type EditPage struct {
	layout.Page

	Form     *form.Set
	Values   IndicatorForm
	Action   string
	New      bool
	Elements []form.Option
	Queries  []form.Option
	Periods  []programme.Period
	Targets  map[string]string
}

// IndicatorForm is what was typed of an indicator. Targets by period come beside it as target-CODE.
type IndicatorForm struct {
	Code         string `form:"code" binding:"required,max=20"`
	Element      string `form:"element" binding:"required,max=20"`
	Title        string `form:"title" binding:"required,max=300"`
	TitleAR      string `form:"title_ar" binding:"max=300"`
	TitleEN      string `form:"title_en" binding:"max=300"`
	Unit         string `form:"unit" binding:"required,oneof=count percent"`
	Query        string `form:"query" binding:"max=40"`
	Definition   string `form:"definition" binding:"max=4000"`
	Verification string `form:"verification" binding:"max=300"`
	Frequency    string `form:"frequency" binding:"omitempty,oneof=monthly quarterly half_yearly yearly once"`
	Responsible  string `form:"responsible" binding:"max=300"`
	Baseline     string `form:"baseline" binding:"max=20"`
	BaselineOn   string `form:"baseline_on" binding:"omitempty,datetime=2006-01-02"`
	Target       string `form:"target" binding:"max=20"`
	Reason       string `form:"reason" binding:"max=500"`
}

func units(loc *i18n.Localizer) []form.Option {
	return []form.Option{{Value: "count", Label: loc.T("programme_unit_count")}, {Value: "percent", Label: loc.T("programme_unit_percent")}}
}

func frequencies(loc *i18n.Localizer) []form.Option {
	var os []form.Option
	for _, f := range programme.Frequencies() {
		os = append(os, form.Option{Value: f, Label: loc.T("programme_frequency_" + f)})
	}
	return os
}

// Figure writes a figure of an indicator for people: not measured and suppressed figures in words.
func Figure(loc *i18n.Localizer, u programme.Unit, v *float64, below bool) string {
	return figure(loc, u, v, below)
}
