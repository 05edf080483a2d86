package ui

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/report"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// ReportEvent hands out the report of a workshop as a workbook: ?lang=fr|ar|en, ?anonymous=1 without the codes of people.
func (u *UI) ReportEvent(x *Ctx) error {
	return x.export(func(ctx context.Context, a access.Actor, id uuid.UUID, o report.Options) (*report.File, error) {
		o.Anonymous = x.Query("anonymous") == "1"
		return u.Report.EventReportBook(ctx, a, id, o)
	})
}

// ReportEventPrint is the report of a workshop on one page: ?lang=.
func (u *UI) ReportEventPrint(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	x.PrintLang()
	r, err := u.Report.EventReport(x.Request.Context(), x.Actor, id, report.Options{Lang: x.Loc.Lang()})
	if err != nil {
		return err
	}
	page, sheet, err := x.paper(r.Head, x.Loc.T("eventreport_paper"), layout.Portrait, "")
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, webworkshop.EventReport(webworkshop.EventReportPage{Page: page, Paper: sheet, Report: r, Now: u.Now()}))
}

// allowanceKeep reads which columns that identify people are wanted; without a choice it is names and organisation.
func (x *Ctx) allowanceKeep() []string {
	if x.Query("chosen") == "" {
		return []string{report.AllowNames, report.AllowOrganisation}
	}
	return x.QueryArray("keep")
}

// ReportAllowance asks which columns the list of travel allowances has.
func (u *UI) ReportAllowance(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.AttendanceExport, id)
	if err != nil {
		return err
	}
	p := webworkshop.AllowancePage{Page: x.eventPage(h, x.Loc.T("eventreport_allowance")), Head: h, Keep: x.allowanceKeep()}
	p.Width = layout.Reading
	return x.Render(http.StatusOK, webworkshop.Allowance(p))
}

// ReportAllowanceBook hands out the list as a workbook, with the columns chosen.
func (u *UI) ReportAllowanceBook(x *Ctx) error {
	return x.export(func(ctx context.Context, a access.Actor, id uuid.UUID, o report.Options) (*report.File, error) {
		return u.Report.AllowanceBook(ctx, a, id, o, x.allowanceKeep())
	})
}

// ReportAllowancePrint is the list on paper, with the columns chosen.
func (u *UI) ReportAllowancePrint(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	x.PrintLang()
	a, err := u.Report.Allowance(x.Request.Context(), x.Actor, id, report.Options{Lang: x.Loc.Lang()}, x.allowanceKeep())
	if err != nil {
		return err
	}
	page, sheet, err := x.paper(a.Head, x.Loc.T("eventreport_allowance"), layout.Landscape, "/allowance")
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, webworkshop.AllowanceSheets(webworkshop.AllowanceSheetPage{Page: page, Paper: sheet, List: a}))
}
