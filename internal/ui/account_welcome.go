package ui

import (
	"net/http"

	"shelter/internal/access"
	"shelter/internal/auth"
	"shelter/internal/errs"
	"shelter/internal/org"
	webaccount "shelter/web/account"
)

// Welcome stands behind a one-time link. Opening it uses nothing up: mail programs open links before people do.
func (u *UI) Welcome(x *Ctx) error {
	return u.welcome(x, http.StatusOK, webaccount.WelcomePage{Form: x.Form(nil)})
}

func (u *UI) welcome(x *Ctx, status int, p webaccount.WelcomePage) error {
	p.Token = x.Param("token")
	w, err := u.Auth.PeekLink(x.Request.Context(), p.Token)
	if err != nil {
		return err
	}
	p.Kind, p.Name, p.Code = w.Kind, w.Person.Name(), w.Person.Code
	p.Page = x.reading("account_welcome_title_"+w.Kind, "account_welcome_lead_"+w.Kind)
	return x.Render(status, webaccount.Welcome(p))
}

// WelcomeSubmit chooses the password, or creates the first administrator, and begins a session in the page's language.
func (u *UI) WelcomeSubmit(x *Ctx) error {
	w, err := u.Auth.PeekLink(x.Request.Context(), x.Param("token"))
	if err != nil {
		return err
	}
	if w.Kind == "setup" {
		return u.setup(x)
	}
	var f struct {
		Password string `form:"password" binding:"required,max=4000"`
	}
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		return u.welcome(x, http.StatusUnprocessableEntity, webaccount.WelcomePage{Form: x.Form(fields)})
	}
	d, err := u.Auth.ChoosePassword(x.Request.Context(), x.Param("token"), f.Password, x.browser(false))
	if e := errs.As(err); e != nil {
		if e.Kind != errs.Invalid {
			return err
		}
		return u.welcome(x, http.StatusUnprocessableEntity, webaccount.WelcomePage{Form: x.Form(e.Fields)})
	}
	// the language in which the person reads now is theirs
	if err := u.Org.SetLang(x.Request.Context(), access.Actor{PersonID: d.PersonID}, x.Loc.Lang()); err != nil {
		return err
	}
	x.Flash("done_password")
	return x.begin(d, "/")
}

func (u *UI) setup(x *Ctx) error {
	var f webaccount.SetupForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	p := webaccount.WelcomePage{Setup: f, Form: x.Form(fields)}
	if len(fields) > 0 {
		return u.welcome(x, http.StatusUnprocessableEntity, p)
	}
	in := auth.SetupInput{Password: f.Password, Person: org.PersonInput{FamilyName: f.FamilyName, GivenName: f.GivenName, Email: f.Email, Phone: f.Phone, Lang: x.Loc.Lang()}}
	d, err := u.Auth.Setup(x.Request.Context(), x.Param("token"), in, x.browser(false))
	if e := errs.As(err); e != nil {
		if e.Kind != errs.Invalid {
			return err
		}
		p.Form = x.Form(e.Fields)
		return u.welcome(x, http.StatusUnprocessableEntity, p)
	}
	x.Flash("done_setup")
	return x.begin(d, "/")
}
