package ui

import (
	"net/http"

	"shelter/internal/errs"
	webaccount "shelter/web/account"
)

const secondPath = "/account/second-factor"

// AccountSecond shows whether a second factor is set, or the enrolment that is under way.
func (u *UI) AccountSecond(x *Ctx) error {
	return u.ownPage(x, http.StatusOK, "second", webaccount.OwnPage{})
}

// AccountSecondStart makes a secret, having asked the password, and shows it as a QR code.
func (u *UI) AccountSecondStart(x *Ctx) error {
	var f struct {
		Current string `form:"current" binding:"required,max=4000"`
	}
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		return u.ownPage(x, http.StatusUnprocessableEntity, "second", webaccount.OwnPage{Form: x.Form(fields)})
	}
	if _, err := u.Auth.StartTOTP(x.Request.Context(), x.Actor, f.Current); err != nil {
		return u.ownRefused(x, "second", webaccount.OwnPage{}, err)
	}
	return u.enrol(x, http.StatusOK, nil, "")
}

// enrol shows the secret and asks for a first code.
func (u *UI) enrol(x *Ctx, status int, wrong []errs.Field, message string) error {
	e, err := u.Auth.PendingTOTP(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	svg, err := qrSVG(e.URL)
	if err != nil {
		return err
	}
	return u.ownPage(x, status, "second", webaccount.OwnPage{Form: x.Form(wrong), Message: message, Enrol: &webaccount.Enrol{Secret: e.Secret, QR: svg}})
}

// AccountSecondConfirm turns the second factor on and shows the recovery codes, this once.
func (u *UI) AccountSecondConfirm(x *Ctx) error {
	var f struct {
		Code string `form:"code" binding:"required,max=20"`
	}
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		return u.enrol(x, http.StatusUnprocessableEntity, fields, "")
	}
	codes, d, err := u.Auth.ConfirmTOTP(x.Request.Context(), x.Actor, x.Session(), f.Code, x.browser(false))
	if e := errs.As(err); e != nil {
		switch e.Kind {
		case errs.Invalid:
			return u.enrol(x, http.StatusUnprocessableEntity, e.Fields, "")
		case errs.Throttled:
			return u.enrol(x, http.StatusTooManyRequests, nil, x.Message(e))
		}
		return u.ownRefused(x, "second", webaccount.OwnPage{}, err)
	}
	if err := u.Sessions.Begin(x.Request.Context(), x.Writer, x.Request, d); err != nil {
		return err
	}
	return u.ownPage(x, http.StatusOK, "second", webaccount.OwnPage{Codes: codes})
}

// AccountSecondCodes makes new recovery codes; a code is asked for first when the last is some time ago.
func (u *UI) AccountSecondCodes(x *Ctx) error {
	codes, err := u.Auth.RenewRecoveryCodes(x.Request.Context(), x.Actor, x.Session())
	if errs.Is(err, errs.NeedsMFA) {
		return x.SeeOther("/account/verify?next=" + secondPath)
	}
	if err != nil {
		return err
	}
	return u.ownPage(x, http.StatusOK, "second", webaccount.OwnPage{Codes: codes})
}

// AccountSecondOff turns the second factor off.
func (u *UI) AccountSecondOff(x *Ctx) error {
	err := u.Auth.DisableTOTP(x.Request.Context(), x.Actor, x.Session())
	if errs.Is(err, errs.NeedsMFA) {
		return x.SeeOther("/account/verify?next=" + secondPath)
	}
	if err != nil {
		return u.ownRefused(x, "second", webaccount.OwnPage{}, err)
	}
	x.Flash("done_second_off")
	return x.SeeOther(secondPath)
}
