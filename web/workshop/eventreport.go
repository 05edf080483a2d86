package workshop

import (
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

// allowanceRows is the height that a sheet of the list has for rows, in millimetres.
const allowanceRows = 138.0

// pages cuts the people into sheets; an empty list has one.
func (p AllowanceSheetPage) pages() [][]report.AllowanceRow {
	if len(p.List.Rows) == 0 {
		return [][]report.AllowanceRow{nil}
	}
	columns := p.wide()
	var parts [][]report.AllowanceRow
	for rows := p.List.Rows; len(rows) > 0; {
		n, room := 0, allowanceRows
		if len(p.Paper.Logos) > 0 {
			room -= signLogos
		}
		for n < min(perAllowance, len(rows)) {
			if room -= columns.height(&rows[n]); room < 0 {
				break
			}
			n++
		}
		n = max(1, n)
		parts, rows = append(parts, rows[:n]), rows[n:]
	}
	return parts
}

// allowanceWidth is the width of the columns of organisation and of function, in millimetres.
type allowanceWidth float64

// wide gives them what the other columns that were chosen leave.
func (p AllowanceSheetPage) wide() allowanceWidth {
	free := signPaper - signNumber - signPerson - signGiven - signSex - 3*signMoney - signCell
	if p.List.Has(report.AllowNames) {
		free -= signFamily + signGiven
	}
	if p.List.Has(report.AllowPhone) {
		free -= signPhone
	}
	if p.List.Has(report.AllowOrganisation) && p.List.Has(report.AllowFunction) {
		free /= 2
	}
	return allowanceWidth(free)
}

func (w allowanceWidth) height(r *report.AllowanceRow) float64 {
	lines := max(linesIn(r.Family, signFamily), linesIn(r.Given, signGiven), linesIn(r.Governorate, signGiven), linesIn(r.Organisation, float64(w)), linesIn(r.Function, float64(w)))
	return max(signRow, float64(lines)*signLine+0.8)
}

// inLang adds the language to an address.
func inLang(path string, l i18n.Lang) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + "lang=" + string(l)
}
