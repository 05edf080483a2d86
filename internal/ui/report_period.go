package ui

import (
	"net/http"
	"time"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/report"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// PeriodExport asks which days the file of attendance is to hold; it offers the current year.
func (u *UI) PeriodExport(x *Ctx) error {
	now := u.Now().In(i18n.Tunis())
	p := webworkshop.PeriodPage{Form: x.Form(nil), Lang: string(x.Loc.Lang()), To: now.Format(time.DateOnly)}
	p.From = time.Date(now.Year(), 1, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	return u.periodPage(x, http.StatusOK, p)
}

func (u *UI) periodPage(x *Ctx, status int, p webworkshop.PeriodPage) error {
	if err := access.Can(x.Actor, access.AttendancePeriod, access.Resource{}); err != nil {
		return err
	}
	p.Page = x.Page(x.Loc.T("report_period_title"))
	p.Lead, p.Width, p.Crumbs = x.Loc.T("report_period_lead"), layout.Reading, []layout.Crumb{{Label: x.Loc.T("nav_workshops"), Href: "/workshops"}}
	return x.Render(status, webworkshop.Period(p))
}

// PeriodExportFile hands out the attendance of a period: ?from=&to=&lang=, ?anonymous=on without the codes of people. What is wrong is
// said on the form, with what was asked for.
func (u *UI) PeriodExportFile(x *Ctx) error {
	p := webworkshop.PeriodPage{From: x.Query("from"), To: x.Query("to"), Lang: x.Query("lang"), Anonymous: x.Query("anonymous")}
	f, err := u.periodFile(x, p)
	status := http.StatusUnprocessableEntity
	wrong := fieldsOf(err, "from")
	if e := errs.As(err); e != nil && e.Kind == errs.Conflict { // nothing in these days
		status, wrong = http.StatusConflict, []errs.Field{{Name: "from", Key: e.Key, Args: e.Args}}
	}
	if len(wrong) > 0 {
		p.Form = x.Form(wrong)
		return u.periodPage(x, status, p)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return x.sendFile(f)
}

func (u *UI) periodFile(x *Ctx, p webworkshop.PeriodPage) (*report.File, error) {
	var days report.Period
	var wrong []errs.Field
	for _, d := range []struct {
		name, typed string
		to          *time.Time
	}{{"from", p.From, &days.From}, {"to", p.To, &days.To}} {
		var err error
		if *d.to, err = time.Parse(time.DateOnly, d.typed); err != nil {
			wrong = append(wrong, errs.Field{Name: d.name, Key: "error_date"})
		}
	}
	if len(wrong) == 0 && days.To.Before(days.From) {
		wrong = append(wrong, errs.Field{Name: "to", Key: "report_error_period_order"})
	}
	o, err := x.reportOptions()
	if err != nil {
		wrong = append(wrong, fieldsOf(err, "lang")...)
	}
	if len(wrong) > 0 {
		return nil, errs.InvalidFields(wrong)
	}
	o.Anonymous = p.Anonymous != ""
	return u.Report.AttendancePeriod(x.Request.Context(), x.Actor, days, report.Options{Lang: o.Lang, Anonymous: o.Anonymous})
}
