package ui

import (
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/programme"
	"shelter/web/layout"
	webprogramme "shelter/web/programme"
)

// ProgrammeLogos shows the logos in the head of printed papers and workbooks.
func (u *UI) ProgrammeLogos(x *Ctx) error {
	return u.logosPage(x, http.StatusOK, webprogramme.LogosPage{Form: x.Form(nil), Kind: string(programme.ProjectLogo)})
}

func (u *UI) logosPage(x *Ctx, status int, p webprogramme.LogosPage) error {
	if err := access.Can(x.Actor, access.LogoEdit, access.Resource{}); err != nil {
		return err
	}
	var err error
	if p.List, err = u.Programme.Logos(x.Request.Context()); err != nil {
		return err
	}
	p.Page = x.Page(x.Loc.T("logo_title"))
	p.Crumbs, p.Lead, p.Width = x.programmeCrumbs(), x.Loc.T("logo_lead"), layout.Reading
	return x.Render(status, webprogramme.Logos(p))
}

// ProgrammeLogoAdd takes a logo. What is wrong with it is said on the page, and what was typed stays.
func (u *UI) ProgrammeLogoAdd(x *Ctx) error {
	if err := access.Can(x.Actor, access.LogoEdit, access.Resource{}); err != nil {
		return err // before the body is read
	}
	file, err := x.fileOf("file", programme.MaxLogo, "sheets_error_large")
	p := webprogramme.LogosPage{Kind: x.PostForm("kind"), Name: x.PostForm("name"), Key: x.PostForm("key")}
	if err == nil {
		in := programme.LogoInput{Kind: p.Kind, Name: p.Name, Data: file.Data}
		if in.Key, err = uuid.Parse(p.Key); err != nil {
			return errs.NewInvalid("error_bad_request").Because(err)
		}
		err = u.Programme.AddLogo(x.Request.Context(), x.Actor, in)
	}
	if wrong := fieldsOf(err, "file"); len(wrong) > 0 {
		p.Form = x.Form(wrong)
		return u.logosPage(x, http.StatusUnprocessableEntity, p)
	}
	return x.logoDone(err, "done_logo")
}

// fieldsOf says what is wrong in the fields of a form; what is wrong with no field in particular stands at the usual one.
func fieldsOf(err error, usual string) []errs.Field {
	e := errs.As(err)
	switch {
	case e == nil || e.Kind != errs.Invalid:
		return nil
	case len(e.Fields) == 0:
		return []errs.Field{{Name: usual, Key: e.Key, Args: e.Args}}
	}
	return e.Fields
}

func (x *Ctx) logoDone(err error, key string) error {
	if err != nil {
		return err
	}
	x.Flash(key)
	return x.SeeOther("/programme/logos")
}

// ProgrammeLogoName changes whose logo it is.
func (u *UI) ProgrammeLogoName(x *Ctx) error {
	id, err := x.ID("logo")
	if err != nil {
		return err
	}
	p := webprogramme.LogosPage{Form: x.Form(nil), Kind: string(programme.ProjectLogo), Edited: id, EditedKind: x.PostForm("kind"), EditedName: x.PostForm("name")}
	err = u.Programme.NameLogo(x.Request.Context(), x.Actor, id, p.EditedKind, p.EditedName)
	if wrong := fieldsOf(err, "name"); len(wrong) > 0 {
		for i := range wrong {
			wrong[i].Name = id.String() + "-" + wrong[i].Name
		}
		p.EditForm = x.Form(wrong)
		return u.logosPage(x, http.StatusUnprocessableEntity, p)
	}
	return x.logoDone(err, "done_logo_named")
}

// ProgrammeLogoMove changes the order.
func (u *UI) ProgrammeLogoMove(x *Ctx) error {
	id, err := x.ID("logo")
	if err != nil {
		return err
	}
	return x.logoDone(u.Programme.MoveLogo(x.Request.Context(), x.Actor, id, x.PostForm("to") == "nearer"), "done_logo_moved")
}

// ProgrammeLogoRemove takes a logo from the papers to come.
func (u *UI) ProgrammeLogoRemove(x *Ctx) error {
	id, err := x.ID("logo")
	if err != nil {
		return err
	}
	return x.logoDone(u.Programme.RemoveLogo(x.Request.Context(), x.Actor, id), "done_logo_removed")
}

// LogoPicture sends a logo's picture, which never changes.
func (u *UI) LogoPicture(x *Ctx) error {
	id, err := x.ID("logo")
	if err != nil {
		return err
	}
	l, err := u.Programme.LogoFile(x.Request.Context(), id)
	if err != nil {
		return err
	}
	x.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	x.Header("Cache-Control", "private, max-age=31536000, immutable")
	x.Header("X-Content-Type-Options", "nosniff")
	x.Data(http.StatusOK, "image/png", l.Data)
	return nil
}

// paperLogos are the logos of a sheet of paper.
func (u *UI) paperLogos(x *Ctx) ([]layout.Logo, error) {
	list, err := u.Programme.Logos(x.Request.Context())
	logos := make([]layout.Logo, len(list))
	for i := range list {
		logos[i] = layout.Logo{Src: list[i].Address(), Name: list[i].Name, Width: list[i].Width, Height: list[i].Height}
	}
	return logos, err
}
