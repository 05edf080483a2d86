package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/report"
	"shelter/web/layout"
	webprogramme "shelter/web/programme"
)

// ProgrammeMailings lists to whom the donor report goes by itself.
func (u *UI) ProgrammeMailings(x *Ctx) error {
	return u.mailings(x, http.StatusOK, webprogramme.MailingsPage{Form: x.Form(nil), Delay: "15", Every: string(report.Quarter), Lang: string(x.Loc.Lang())})
}

func (u *UI) mailings(x *Ctx, status int, p webprogramme.MailingsPage) error {
	var err error
	if p.List, err = u.Figures.Mailings(x.Request.Context(), x.Actor); err != nil {
		return err
	}
	p.Page = x.Page(x.Loc.T("mailing_title"))
	p.Crumbs, p.Lead = []layout.Crumb{{Label: x.Loc.T("programme_title"), Href: "/programme"}}, x.Loc.T("mailing_lead")
	return x.Render(status, webprogramme.Mailings(p))
}

type mailingForm struct {
	Key   string `form:"key" binding:"required,uuid"`
	Name  string `form:"name" binding:"required,max=120"`
	Email string `form:"email" binding:"required,email"`
	Lang  string `form:"lang" binding:"required"`
	Every string `form:"every" binding:"required"`
	Delay string `form:"delay" binding:"required,number,max=2"`
}

// ProgrammeMailingAdd begins to send reports to somebody.
func (u *UI) ProgrammeMailingAdd(x *Ctx) error {
	var f mailingForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		in := report.MailingInput{Key: uuid.MustParse(f.Key), Name: f.Name, Email: f.Email, Lang: i18n.Lang(f.Lang), Every: report.Every(f.Every)}
		in.Delay, _ = strconv.Atoi(f.Delay)
		if err := u.Figures.AddMailing(x.Request.Context(), x.Actor, in); err == nil {
			x.Flash("done_mailing")
			return x.SeeOther("/programme/mailings")
		} else if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.mailings(x, http.StatusUnprocessableEntity, webprogramme.MailingsPage{Form: x.Form(fields), Name: f.Name, Email: f.Email, Lang: f.Lang, Every: f.Every, Delay: f.Delay})
}

// ProgrammeMailingSend sends the report of the last period that is over, now.
func (u *UI) ProgrammeMailingSend(x *Ctx) error {
	id, err := x.ID("mailing")
	if err != nil {
		return err
	}
	if err := u.Figures.SendMailing(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	x.Flash("done_mailing_sent")
	return x.SeeOther("/programme/mailings")
}

// ProgrammeMailingEnd ends the sending to somebody.
func (u *UI) ProgrammeMailingEnd(x *Ctx) error {
	id, err := x.ID("mailing")
	if err != nil {
		return err
	}
	if err := u.Figures.EndMailing(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	x.Flash("done_mailing_ended")
	return x.SeeOther("/programme/mailings")
}
