package ui

import (
	"net/http"
	"net/url"

	"shelter/internal/errs"
	webaccount "shelter/web/account"
	"shelter/web/layout"
)

// reading makes the page of one form.
func (x *Ctx) reading(title, lead string) layout.Page {
	p := x.Page(x.Loc.T(title))
	p.Width, p.Scripts = layout.Reading, []string{"account"}
	if lead != "" {
		p.Lead = x.Loc.T(lead)
	}
	return p
}

// Signin shows the sign-in page; whoever is signed in goes on. The address may carry the identifier (QR code of a slip).
func (u *UI) Signin(x *Ctx) error {
	next := localPath(x.Query("next"))
	if x.Actor.SignedIn() {
		return x.SeeOther(next)
	}
	if x.Session().Pending {
		return x.SeeOther("/account/verify?next=" + url.QueryEscape(next))
	}
	return u.signin(x, http.StatusOK, webaccount.SigninPage{Next: next, Login: x.Query("login"), Form: x.Form(nil)})
}

func (u *UI) signin(x *Ctx, status int, p webaccount.SigninPage) error {
	p.Page = x.reading("account_signin_title", "account_signin_lead")
	return x.Render(status, webaccount.Signin(p))
}

type signinForm struct {
	Login    string `form:"login" binding:"required,max=254"`
	Password string `form:"password" binding:"required,max=4000"`
	Stay     string `form:"stay"`
	Next     string `form:"next"`
}

// SigninSubmit signs somebody in, or leads the owner of a slip to the page on which they choose a password.
func (u *UI) SigninSubmit(x *Ctx) error {
	var f signinForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	p := webaccount.SigninPage{Login: f.Login, Stay: f.Stay != "", Next: localPath(f.Next), Form: x.Form(fields)}
	if len(fields) > 0 {
		return u.signin(x, http.StatusUnprocessableEntity, p)
	}
	in, err := u.Auth.SignIn(x.Request.Context(), f.Login, f.Password, x.browser(f.Stay != ""))
	switch {
	case errs.Is(err, errs.Invalid), errs.Is(err, errs.Throttled):
		e := errs.As(err)
		p.Message = x.Message(e)
		return u.signin(x, statusOf(e.Kind), p)
	case err != nil:
		return err
	case in.ChooseToken != "":
		return x.SeeOther("/welcome/" + in.ChooseToken)
	}
	return x.begin(in.Draft, p.Next)
}

// Signout ends the session. It asks for no session: a second click must not fail.
func (u *UI) Signout(x *Ctx) error {
	if err := u.Sessions.End(x.Request.Context(), x.Writer, x.Request); err != nil {
		return err
	}
	return x.SeeOther("/signin")
}

// Leaving says what marks and signatures are on this device alone, before somebody signs out: only its script knows.
func (u *UI) Leaving(x *Ctx) error {
	p := webaccount.LeavingPage{Page: x.reading("unsent_title", "")}
	p.Scripts = []string{"signout"}
	return x.Render(http.StatusOK, webaccount.Leaving(p))
}

// Forgot asks for whom a reset link is to be sent.
func (u *UI) Forgot(x *Ctx) error {
	return u.forgot(x, http.StatusOK, webaccount.ForgotPage{Form: x.Form(nil)})
}

func (u *UI) forgot(x *Ctx, status int, p webaccount.ForgotPage) error {
	p.Page = x.reading("account_forgot_title", "account_forgot_lead")
	if p.Sent {
		p.Page.Lead = ""
	}
	return x.Render(status, webaccount.Forgot(p))
}

// ForgotSubmit sends the link if there is somebody to send it to, and says the same in every case.
func (u *UI) ForgotSubmit(x *Ctx) error {
	var f struct {
		Login string `form:"login" binding:"required,max=254"`
	}
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	p := webaccount.ForgotPage{Login: f.Login, Form: x.Form(fields)}
	if len(fields) > 0 {
		return u.forgot(x, http.StatusUnprocessableEntity, p)
	}
	if err := u.Auth.Forgot(x.Request.Context(), f.Login, x.browser(false)); err != nil {
		return err
	}
	p.Sent = true
	return u.forgot(x, http.StatusOK, p)
}

// Verify asks for the second factor, at sign-in or because an action wants it. Whoever has none yet is led to set one up.
func (u *UI) Verify(x *Ctx) error {
	ses := x.Session()
	if !ses.Pending {
		if !x.Actor.SignedIn() {
			return x.SeeOther("/signin")
		}
		own, err := u.Auth.Own(x.Request.Context(), x.Actor)
		if err != nil {
			return err
		}
		if own.TOTPAt.IsZero() {
			return x.SeeOther("/account/second-factor")
		}
	}
	return u.verify(x, http.StatusOK, webaccount.VerifyPage{Form: x.Form(nil), Next: localPath(x.Query("next"))})
}

func (u *UI) verify(x *Ctx, status int, p webaccount.VerifyPage) error {
	p.Pending = x.Session().Pending
	lead := "account_verify_again"
	if p.Pending {
		lead = "account_verify_lead"
	}
	p.Page = x.reading("account_verify_title", lead)
	return x.Render(status, webaccount.Verify(p))
}

// VerifySubmit takes the code and goes on under a new token.
func (u *UI) VerifySubmit(x *Ctx) error {
	var f struct {
		Code string `form:"code" binding:"required,max=20"`
		Next string `form:"next"`
	}
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	ses := x.Session()
	if ses.PersonID == x.Actor.PersonID && !x.Actor.SignedIn() { // neither pending nor signed in
		return x.SeeOther("/signin?next=" + url.QueryEscape(localPath(f.Next)))
	}
	p := webaccount.VerifyPage{Form: x.Form(fields), Next: localPath(f.Next)}
	if len(fields) > 0 {
		return u.verify(x, http.StatusUnprocessableEntity, p)
	}
	d, err := u.Auth.VerifyCode(x.Request.Context(), ses, f.Code, x.browser(ses.Stay))
	if e := errs.As(err); e != nil {
		switch e.Kind {
		case errs.Invalid:
			p.Form = x.Form(e.Fields)
		case errs.Throttled, errs.Conflict:
			p.Message = x.Message(e)
		default:
			return err
		}
		return u.verify(x, statusOf(e.Kind), p)
	}
	return x.begin(d, p.Next)
}
