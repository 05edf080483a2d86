package ui

import (
	"errors"
	"io"
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam/bank"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
	webbank "shelter/web/bank"
	"shelter/web/layout"
)

// BankImport asks for a file of questions.
func (u *UI) BankImport(x *Ctx) error { return u.bankImport(x, http.StatusOK, nil) }

func (u *UI) bankImport(x *Ctx, status int, fields []errs.Field) error {
	if err := u.Bank.May(x.Actor); err != nil {
		return err
	}
	p := webbank.ImportPage{Page: x.bankPage(x.Loc.T("bank_tab_import")), Format: x.PostForm("format"), Lang: x.PostForm("lang"), Form: x.Form(fields)}
	p.Path = "/bank/import"
	if p.Lang == "" {
		p.Lang = string(i18n.FR)
	}
	return x.Render(status, webbank.Import(p))
}

// BankUpload keeps a file and leads to its preview; a file that cannot be read is refused beside its field.
func (u *UI) BankUpload(x *Ctx) error {
	if err := u.Bank.May(x.Actor); err != nil {
		return err // before the body is read
	}
	f, err := x.questionsFile()
	var id uuid.UUID
	if err == nil {
		key, _ := uuid.Parse(x.PostForm("key"))
		id, err = u.Bank.Keep(x.Request.Context(), x.Actor, key, f)
	}
	if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
		return u.bankImport(x, http.StatusUnprocessableEntity, []errs.Field{{Name: "file", Key: e.Key, Args: e.Args}})
	}
	if err != nil {
		return err
	}
	return x.SeeOther("/bank/import/" + id.String() + "?lang=" + string(f.Lang))
}

func (x *Ctx) questionsFile() (bank.File, error) {
	large := errs.NewInvalid("examformat_too_large").With("max", bank.MaxImport>>20)
	head, err := x.FormFile("file")
	var cut *http.MaxBytesError
	switch {
	case errors.As(err, &cut):
		return bank.File{}, large.Because(err)
	case err != nil:
		return bank.File{}, errs.NewInvalid("import_file_missing").Because(err)
	case head.Size > bank.MaxImport:
		return bank.File{}, large
	}
	f, err := head.Open()
	if err != nil {
		return bank.File{}, errs.Wrap(err, "bank: open the file sent")
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	lang, ok := i18n.Parse(x.PostForm("lang"))
	if !ok {
		lang = i18n.FR
	}
	return bank.File{Name: head.Filename, Format: format.Format(x.PostForm("format")), Data: data, Lang: lang}, errs.Wrap(err, "bank: read the file sent")
}

// BankPlan shows what a file holds and what importing it would do.
func (u *UI) BankPlan(x *Ctx) error {
	id, err := x.ID("upload")
	if err != nil {
		return err
	}
	lang, _ := i18n.Parse(x.Query("lang"))
	up, plan, err := u.Bank.Look(x.Request.Context(), x.Actor, id, lang)
	if err != nil {
		return err
	}
	p := webbank.PreviewPage{Page: x.bankPage(up.Name, layout.Crumb{Label: x.Loc.T("bank_tab_import"), Href: "/bank/import"}), Upload: up, Plan: plan, Lang: lang}
	p.Lead = x.Loc.T("bank_format_" + string(plan.Format))
	return x.Render(http.StatusOK, webbank.Preview(p))
}

// BankApply imports a file that was looked at.
func (u *UI) BankApply(x *Ctx) error {
	id, err := x.ID("upload")
	if err != nil {
		return err
	}
	lang, _ := i18n.Parse(x.PostForm("lang"))
	if _, err := u.Bank.Apply(x.Request.Context(), x.Actor, id, lang); err != nil {
		return err
	}
	return x.SeeOther("/bank/import/" + id.String())
}
