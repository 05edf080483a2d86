package workshop

import (
	"slices"
	"strings"
	"time"

	"shelter/internal/i18n"
	"shelter/internal/report"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/layout"
)

// EventReportPage is the report of an event on one page.
type EventReportPage struct {
	layout.Page

	Paper  layout.Sheet
	Report *report.EventReport
	Now    time.Time
}

// value writes a figure, with its share where it is one of a whole.
func (p EventReportPage) value(f report.ReportFigure) string {
	n := p.Loc.Number(f.Value)
	if f.Of > 0 {
		n += " / " + p.Loc.Number(f.Of) + " (" + p.Loc.Percent(float64(f.Value)/float64(f.Of)) + ")"
	}
	return n
}

func (p EventReportPage) made() string {
	return p.Loc.T("eventreport_made", "when", p.Loc.DateTime(p.Now.In(p.Report.Head.Event.Zone())))
}

func (p EventReportPage) decimal(v float64, ok bool) string {
	if !ok {
		return "–"
	}
	return p.Loc.Decimal(v, 1)
}

// AllowancePage asks which columns the list of travel allowances has.
type AllowancePage struct {
	layout.Page

	Head *workshop.Head
	Keep []string
}

func (p AllowancePage) base() string { return base(p.Head.Event.ID) }

func (p AllowancePage) columns() []form.Option {
	var list []form.Option
	for _, c := range report.AllowanceColumns() {
		list = append(list, form.Option{Value: c, Label: p.Loc.T("eventreport_column_" + c)})
	}
	return list
}

func (p AllowancePage) langs() []form.Option {
	var list []form.Option
	for _, l := range i18n.Langs() {
		list = append(list, form.Option{Value: string(l), Label: l.Name()})
	}
	return list
}

// AllowanceSheetPage is the list on paper.
type AllowanceSheetPage struct {
	layout.Page

	Paper layout.Sheet
	List  *report.Allowance
}

// perAllowance is how many people stand on a sheet: A4 landscape, boxes to sign 9 mm high.
const perAllowance = 12

// pages cuts the people into sheets; an empty list has one.
func (p AllowanceSheetPage) pages() [][]report.AllowanceRow {
	if len(p.List.Rows) == 0 {
		return [][]report.AllowanceRow{nil}
	}
	return slices.Collect(slices.Chunk(p.List.Rows, perAllowance))
}

// inLang adds the language to an address.
func inLang(path string, l i18n.Lang) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + "lang=" + string(l)
}
