package ui

import (
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam/bank"
	webbank "shelter/web/bank"
	"shelter/web/kit"
	"shelter/web/layout"
)

// BankVignettes lists the situations that questions share.
func (u *UI) BankVignettes(x *Ctx) error {
	list, err := u.Bank.Vignettes(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webbank.VignettesPage{Page: x.bankPage(x.Loc.T("bank_tab_vignettes")), List: list}
	p.Lead = x.Loc.T("bank_vignettes_hint")
	p.Main = &kit.Action{Label: x.Loc.T("bank_vignette_new"), Href: "/bank/vignettes/new", Icon: "plus"}
	return x.Render(http.StatusOK, webbank.Vignettes(p))
}

// BankVignetteNew opens the editor of a new situation.
func (u *UI) BankVignetteNew(x *Ctx) error {
	if err := u.Bank.May(x.Actor); err != nil {
		return err
	}
	return x.vignetteEditor(http.StatusOK, bank.Vignette{}, nil)
}

// BankVignette opens the editor of a situation.
func (u *UI) BankVignette(x *Ctx) error {
	id, err := x.ID("vignette")
	if err != nil {
		return err
	}
	v, err := u.Bank.Vignette(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	return x.vignetteEditor(http.StatusOK, v, nil)
}

func (x *Ctx) vignetteEditor(status int, v bank.Vignette, fields []errs.Field) error {
	title := x.Loc.T("bank_vignette_new")
	if v.ID != uuid.Nil {
		title = x.Loc.T("bank_edit_of", "code", v.Code)
	}
	p := webbank.VignettePage{Page: x.bankPage(title, layout.Crumb{Label: x.Loc.T("bank_tab_vignettes"), Href: "/bank/vignettes"}), Vignette: v, Key: x.PostForm("key"), Form: x.Form(fields)}
	return x.Render(status, webbank.EditVignette(p))
}

// BankVignetteCreate saves a new situation.
func (u *UI) BankVignetteCreate(x *Ctx) error { return u.saveVignette(x, bank.Vignette{}) }

// BankVignetteSave saves a changed situation, with a new version of each question about it.
func (u *UI) BankVignetteSave(x *Ctx) error {
	id, err := x.ID("vignette")
	if err != nil {
		return err
	}
	v, err := u.Bank.Vignette(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	return u.saveVignette(x, v)
}

func (u *UI) saveVignette(x *Ctx, v bank.Vignette) error {
	trimForm(x)
	v.Title, v.Text = x.three("title"), x.three("text")
	key, _ := uuid.Parse(x.PostForm("key"))
	_, err := u.Bank.SaveVignette(x.Request.Context(), x.Actor, bank.VignetteInput{Key: key, ID: v.ID, Title: v.Title, Text: v.Text})
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return x.vignetteEditor(http.StatusUnprocessableEntity, v, e.Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_bank_saved")
	return x.SeeOther("/bank/vignettes")
}
