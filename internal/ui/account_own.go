package ui

import (
	"net/http"

	"shelter/internal/auth"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	webaccount "shelter/web/account"
)

// ownPage shows a view of one's own account.
func (u *UI) ownPage(x *Ctx, status int, view string, p webaccount.OwnPage) error {
	own, err := u.Auth.Own(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p.Page, p.View, p.Own = x.reading("account_title", ""), view, own
	if p.Form == nil {
		p.Form = x.Form(nil)
	}
	p.Roles = x.roleNames()
	return x.Render(status, webaccount.Own(p))
}

// refused shows a view again with what is wrong, or gives the error back when it is not the reader's to correct.
func (u *UI) ownRefused(x *Ctx, view string, p webaccount.OwnPage, err error) error {
	e := errs.As(err)
	switch e.Kind {
	case errs.Invalid:
		p.Form = x.Form(e.Fields)
	case errs.Throttled, errs.Conflict:
		p.Message = x.Message(e)
	default:
		return err
	}
	return u.ownPage(x, statusOf(e.Kind), view, p)
}

// roleNames are the reader's own roles in words, each once.
func (x *Ctx) roleNames() []string {
	var names []string
	seen := map[string]bool{}
	for _, g := range x.Actor.Grants {
		if key := "role_" + string(g.Role); !seen[key] {
			seen[key] = true
			names = append(names, x.Loc.T(key))
		}
	}
	return names
}

// Account shows who one is and one's contact.
func (u *UI) Account(x *Ctx) error {
	p, err := u.Org.OwnPerson(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	f := webaccount.ProfileForm{Email: p.Email, Phone: org.FormatPhone(p.Phone), Lang: string(p.Lang)}
	return u.ownPage(x, http.StatusOK, "profile", webaccount.OwnPage{Profile: f})
}

// AccountSave corrects one's own contact and language.
func (u *UI) AccountSave(x *Ctx) error {
	var f webaccount.ProfileForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	p := webaccount.OwnPage{Profile: f, Form: x.Form(fields)}
	if len(fields) > 0 {
		return u.ownPage(x, http.StatusUnprocessableEntity, "profile", p)
	}
	_, err = u.Auth.UpdateProfile(x.Request.Context(), x.Actor, auth.ProfileInput{Email: f.Email, Phone: f.Phone, Lang: i18n.Lang(f.Lang), Current: f.Current})
	if err != nil {
		return u.ownRefused(x, "profile", p, err)
	}
	x.Flash("done_profile")
	return x.SeeOther("/account")
}

// AccountPassword shows the form of a new password.
func (u *UI) AccountPassword(x *Ctx) error {
	return u.ownPage(x, http.StatusOK, "password", webaccount.OwnPage{})
}

// AccountPasswordSave changes the password; other devices are signed out.
func (u *UI) AccountPasswordSave(x *Ctx) error {
	var f struct {
		Current  string `form:"current" binding:"required,max=4000"`
		Password string `form:"password" binding:"required,max=4000"`
	}
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		return u.ownPage(x, http.StatusUnprocessableEntity, "password", webaccount.OwnPage{Form: x.Form(fields)})
	}
	d, err := u.Auth.ChangePassword(x.Request.Context(), x.Actor, x.Session(), f.Current, f.Password, x.browser(false))
	if err != nil {
		return u.ownRefused(x, "password", webaccount.OwnPage{}, err)
	}
	x.Flash("done_password")
	return x.begin(d, "/account/password")
}

// AccountSessions lists the devices on which one is signed in.
func (u *UI) AccountSessions(x *Ctx) error {
	list, err := u.Auth.Sessions(x.Request.Context(), x.Actor, x.Session())
	if err != nil {
		return err
	}
	return u.ownPage(x, http.StatusOK, "sessions", webaccount.OwnPage{Sessions: list})
}

// AccountSessionEnd signs one device out.
func (u *UI) AccountSessionEnd(x *Ctx) error {
	id, err := x.ID("session")
	if err != nil {
		return err
	}
	if err := u.Auth.EndSession(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	x.Flash("done_session_ended")
	return x.SeeOther("/account/sessions")
}

// AccountSessionsEnd signs one out everywhere, here too.
func (u *UI) AccountSessionsEnd(x *Ctx) error {
	if err := u.Auth.EndAllSessions(x.Request.Context(), x.Actor); err != nil {
		return err
	}
	return u.Signout(x)
}
