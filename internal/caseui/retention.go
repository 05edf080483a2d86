package caseui

import (
	"mime"
	"net/http"
	"strconv"
	"time"

	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/layout"
)

// Retention shows terms, locks and ends.
func (s *Site) Retention(x *ui.Ctx) error { return s.retention(x, http.StatusOK, errs.Error{}) }

func (s *Site) retention(x *ui.Ctx, status int, refused errs.Error) error {
	r, err := s.Work.Retention(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webcases.RetentionPage{Frame: s.frame(x, x.Loc.T("case_retention")), Retention: r, Wrong: x.Form(refused.Fields), Typed: x.PostForm, Failed: status != http.StatusOK}
	p.Crumbs, p.Width, p.Lead = crumbs(x), layout.Reading, x.Loc.T("case_retention_lead")
	return x.Render(status, webcases.Retention(p))
}

// TermsSet changes the schedule.
func (s *Site) TermsSet(x *ui.Ctx) error {
	months := map[string]int{}
	for _, category := range casework.RetentionCategories {
		if v := text(x, category); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n == 0 {
				n = -1 // refused as no number of months
			}
			months[category] = n
		}
	}
	err := s.Work.SetTerms(x.Request.Context(), x.Actor, months)
	if e := errs.As(err); e != nil && e.Kind == errs.Invalid {
		return s.retention(x, statusOf(e.Kind), *e)
	}
	if err != nil {
		return err
	}
	x.Flash("done_case_saved")
	return x.SeeOther("/cases/retention")
}

// LockFile locks a file, or some of its documents, on a request or an order.
func (s *Site) LockFile(x *ui.Ctx) error {
	file, err := x.ID("case")
	if err != nil {
		return err
	}
	err = s.Work.LockFile(x.Request.Context(), x.Actor, file, casework.LockInput{Key: key(x), Scope: text(x, "scope"), Ground: text(x, "ground")})
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		r := refusal{form: "lock", wrong: e.Fields, status: statusOf(e.Kind)}
		if len(e.Fields) == 0 {
			r.message = x.Message(e)
		}
		return s.tab(x, "summary", r)
	}
	if err != nil {
		return err
	}
	x.Flash("done_case_saved")
	return x.SeeOther("/cases/retention")
}

// Erasure shows one lock or end.
func (s *Site) Erasure(x *ui.Ctx) error { return s.erasure(x, http.StatusOK, "", errs.Error{}) }

func (s *Site) erasure(x *ui.Ctx, status int, failed string, refused errs.Error) error {
	p, err := s.erasurePage(x)
	if err != nil {
		return err
	}
	p.Failed, p.Wrong, p.Plain, p.Typed = failed, x.Form(refused.Fields), x.Form(nil), x.PostForm
	if failed != "" && len(refused.Fields) == 0 {
		p.Message = x.Message(&refused)
	}
	return x.Render(status, webcases.Erasure(p))
}

func (s *Site) erasurePage(x *ui.Ctx) (p webcases.ErasurePage, err error) {
	erasure, err := x.ID("erasure")
	if err != nil {
		return p, err
	}
	e, canErase, err := s.Work.Erasure(x.Request.Context(), x.Actor, erasure)
	if err != nil {
		return p, err
	}
	n, err := s.names(x, e.LockedBy, e.ReleasedBy, e.MinutesBy, e.ErasedBy)
	if err != nil {
		return p, err
	}
	p = webcases.ErasurePage{Frame: s.frame(x, e.Code), Erasure: e, CanErase: canErase, Reviews: s.reviews(x), Names: n, Reader: x.Actor.PersonID, Today: i18n.Day(s.UI.Now()).Format(time.DateOnly)}
	p.Crumbs, p.Width = append(crumbs(x), layout.Crumb{Label: x.Loc.T("case_retention"), Href: "/cases/retention"}), layout.Reading
	return p, nil
}

// ErasureSettle releases what is locked, or erases it.
func (s *Site) ErasureSettle(x *ui.Ctx) error {
	erasure, err := x.ID("erasure")
	if err != nil {
		return err
	}
	form := "release"
	if text(x, "do") == "erase" {
		form = "erase"
		err = s.Desk.Erase(x.Request.Context(), x.Actor, erasure, text(x, "code"))
	} else {
		err = s.Work.Release(x.Request.Context(), x.Actor, erasure, text(x, "reason"), day(x, "until_on"))
	}
	return s.ended(x, form, err)
}

// ended goes back to the erasure, or shows the form that was refused again.
func (s *Site) ended(x *ui.Ctx, form string, err error) error {
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict || e.Kind == errs.Throttled) {
		return s.erasure(x, refusedStatus(e.Kind), form, *e)
	}
	if err != nil {
		return err
	}
	x.Flash("done_case_saved")
	return x.SeeOther("/cases/erasures/" + x.Param("erasure"))
}

// MinutesAdd keeps the minutes of a destruction.
func (s *Site) MinutesAdd(x *ui.Ctx) error {
	erasure, err := x.ID("erasure")
	if err != nil {
		return err
	}
	name, data, cut, err := sent(x, casework.MaxPaper)
	if err != nil {
		return err
	}
	in := casework.MinutesInput{On: day(x, "on"), Bailiff: text(x, "bailiff"), Number: text(x, "number"), Expert: text(x, "expert"), Name: name, Data: data, Cut: cut}
	return s.ended(x, "minutes", s.Work.KeepMinutes(x.Request.Context(), x.Actor, erasure, in))
}

// MinutesFile hands the minutes out, for a fresh code.
func (s *Site) MinutesFile(x *ui.Ctx) error {
	erasure, err := x.ID("erasure")
	if err != nil {
		return err
	}
	a, err := s.Desk.FetchMinutes(x.Request.Context(), x.Actor, erasure, text(x, "code"))
	if err != nil {
		return s.ended(x, "fetch", err)
	}
	return saved(x, a)
}

// saved answers with a document that is only ever saved, never shown within the site.
func saved(x *ui.Ctx, a *casework.Attachment) error {
	x.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	x.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Title}))
	x.Header("Content-Length", strconv.Itoa(len(a.Data)))
	x.Header("X-Content-Type-Options", "nosniff")
	x.Data(http.StatusOK, a.MIME, a.Data)
	return nil
}

// Certificate is the certificate of an erasure, to be printed.
func (s *Site) Certificate(x *ui.Ctx) error {
	p, err := s.erasurePage(x)
	if err != nil {
		return err
	}
	if p.Erasure.State != "erased" {
		return errs.NewNotFound("certificate")
	}
	p.Page.Title = x.Loc.T("case_certificate")
	p.Paper = layout.Sheet{Format: layout.Portrait, Back: "/cases/erasures/" + p.Erasure.ID.String(), Owner: p.Names.Orgs[p.Erasure.OwnerID], Project: x.Loc.T("layout_brand"), Code: p.Erasure.Code}
	return x.Render(http.StatusOK, webcases.Certificate(p))
}
