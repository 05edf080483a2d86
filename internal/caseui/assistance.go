package caseui

import (
	"net/http"
	"time"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/report"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/form"
	"shelter/web/layout"
)

// openQuarters is how many quarters back figures can be published from a page; older ones by command.
const openQuarters = 16

// Assistance lists what was published of direct assistance, for those who may see figures, and publishes more. It shows no file.
func (s *Site) Assistance(x *ui.Ctx) error { return s.assistance(x, http.StatusOK, errs.Error{}) }

func (s *Site) assistance(x *ui.Ctx, status int, wrong errs.Error) error {
	x.Header("Cache-Control", "no-store")
	list, err := s.Work.Publications(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webcases.AssistancePage{Page: x.Page(x.Loc.T("case_assistance")), List: list, Form: x.Form(wrong.Fields), From: x.PostForm("from"), To: x.PostForm("to")}
	if wrong.Key != "" && len(wrong.Fields) == 0 {
		p.Refused = x.Loc.Map(wrong.Key, wrong.Args)
	}
	p.Lead, p.Width = x.Loc.T("case_assistance_lead"), layout.Reading
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("programme_title"), Href: "/programme"}}
	p.Quarters = quarterOptions(x.Loc, s.Work.OpenQuarter(), list)
	return x.Render(status, webcases.Assistance(p))
}

// quarterOptions are the quarters that are over and not published, the latest first.
func quarterOptions(l *i18n.Localizer, last time.Time, published []casework.Publication) []form.Option {
	var list []form.Option
	for i := range openQuarters {
		q := last.AddDate(0, -3*i, 0)
		known := false
		for j := range published {
			known = known || !q.Before(published[j].From) && !q.After(published[j].To)
		}
		if !known {
			list = append(list, form.Option{Value: q.Format(time.DateOnly), Label: l.Quarter(q)})
		}
	}
	return list
}

// AssistancePublish publishes the figures of whole quarters for good.
func (s *Site) AssistancePublish(x *ui.Ctx) error {
	if err := access.Can(x.Actor, access.CaseCount, access.Resource{}); err != nil {
		return err
	}
	from, err1 := time.Parse(time.DateOnly, text(x, "from"))
	to, err2 := time.Parse(time.DateOnly, text(x, "to"))
	var err error
	if err1 != nil || err2 != nil {
		err = errs.InvalidFields([]errs.Field{{Name: "from", Key: "error_choice"}})
	} else {
		_, err = s.Work.Donor(x.Request.Context(), x.Actor, from, to)
	}
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		return s.assistance(x, http.StatusUnprocessableEntity, *e)
	}
	if err != nil {
		return err
	}
	x.Flash("done_case_published")
	return x.SeeOther("/assistance")
}

// AssistanceFile hands out what was published of the quarter that begins on ?from as a workbook in ?lang.
func (s *Site) AssistanceFile(x *ui.Ctx) error {
	list, err := s.Work.Publications(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].From.Format(time.DateOnly) == x.Query("from") {
			return s.sendFigures(x, &list[i])
		}
	}
	return errs.NewNotFound("case publication")
}

func (s *Site) sendFigures(x *ui.Ctx, p *casework.Publication) error {
	x.PrintLang()
	x.Header("Content-Type", report.MIME)
	x.Header("Content-Disposition", `attachment; filename="assistance-`+p.From.Format(time.DateOnly)+`-`+string(x.Loc.Lang())+`.xlsx"`)
	x.Header("Cache-Control", "no-store")
	x.Status(http.StatusOK)
	return casework.WriteDonor(x.Writer, &p.Figures, x.Loc, p.At)
}
