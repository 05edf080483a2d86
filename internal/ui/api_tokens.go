package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/programme"
	"shelter/web/layout"
	webprogramme "shelter/web/programme"
)

// ProgrammeTokens lists the tokens of other systems.
func (u *UI) ProgrammeTokens(x *Ctx) error {
	return u.tokens(x, http.StatusOK, webprogramme.TokensPage{Months: "12", Form: x.Form(nil)})
}

func (u *UI) tokens(x *Ctx, status int, p webprogramme.TokensPage) error {
	var err error
	if p.Tokens, err = u.Programme.Tokens(x.Request.Context(), x.Actor); err != nil {
		return err
	}
	p.Page = x.Page(x.Loc.T("token_title"))
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("programme_title"), Href: "/programme"}}
	p.Scripts, p.Now, p.Document = []string{"account"}, u.Now(), u.Config.PublicURL+"/api/v1/openapi.json"
	return x.Render(status, webprogramme.Tokens(p))
}

type tokenForm struct {
	Key    string   `form:"key" binding:"required,uuid"`
	Name   string   `form:"name" binding:"required,max=100"`
	Months string   `form:"months" binding:"required,number,max=2"`
	Scopes []string `form:"scopes"`
}

// ProgrammeTokenMake makes a token and shows its secret, this once: the page is the answer itself and is not kept.
func (u *UI) ProgrammeTokenMake(x *Ctx) error {
	var f tokenForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	p := webprogramme.TokensPage{Name: f.Name, Months: f.Months, Scopes: f.Scopes}
	if len(fields) == 0 {
		in := programme.TokenInput{Key: uuid.MustParse(f.Key), Name: f.Name}
		in.Months, _ = strconv.Atoi(f.Months)
		for _, s := range f.Scopes {
			in.Scopes = append(in.Scopes, programme.Scope(s))
		}
		secret, err := u.Programme.IssueToken(x.Request.Context(), x.Actor, in)
		if err == nil {
			x.Header("Cache-Control", "no-store")
			return u.tokens(x, http.StatusOK, webprogramme.TokensPage{Secret: secret, Months: "12", Form: x.Form(nil)})
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	p.Form = x.Form(fields)
	return u.tokens(x, http.StatusUnprocessableEntity, p)
}

// ProgrammeTokenRevoke ends a token.
func (u *UI) ProgrammeTokenRevoke(x *Ctx) error {
	id, err := x.ID("token")
	if err != nil {
		return err
	}
	if err := u.Programme.RevokeToken(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	x.Flash("done_token_revoked")
	return x.SeeOther("/programme/tokens")
}
