package caseui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/form"
	"shelter/web/layout"
)

// Import shows the form by which a list of existing files is sent.
func (s *Site) Import(x *ui.Ctx) error {
	return s.imports(x, http.StatusOK, nil, errs.Error{})
}

// imports shows the page, with what became of a list.
func (s *Site) imports(x *ui.Ctx, status int, r *casework.ImportReport, refused errs.Error) error {
	p := webcases.ImportPage{Frame: s.frame(x, x.Loc.T("case_import")), Report: r, Form: x.Form(refused.Fields), Refused: len(refused.Fields) > 0, Owner: text(x, "owner")}
	n, err := s.names(x)
	if err != nil {
		return err
	}
	for _, id := range x.Actor.ScopedIDs(access.CaseSupervisor, access.Shelter) {
		p.Owners = append(p.Owners, form.Option{Value: id.String(), Label: n.Orgs[id]})
	}
	for _, id := range x.Actor.ScopedIDs(access.CaseSupervisor, access.Organisation) {
		p.Owners = append(p.Owners, form.Option{Value: id.String(), Label: n.Orgs[id]})
	}
	if err := s.mayImport(x); err != nil {
		return err
	}
	p.Crumbs, p.Width, p.Lead = crumbs(x), layout.Reading, x.Loc.T("case_import_lead")
	return x.Render(status, webcases.Import(p))
}

// mayImport tells whether the reader may for any keeper of files.
func (s *Site) mayImport(x *ui.Ctx) error {
	err := error(errs.NewForbidden("import"))
	for _, id := range casework.Owners(x.Actor) {
		if err != nil {
			err = access.Can(x.Actor, access.CaseImport, access.Resource{OrganisationID: id, ShelterID: id})
		}
	}
	return err
}

// ImportSend checks a list, and imports it when it is asked to and nothing is wrong with it.
func (s *Site) ImportSend(x *ui.Ctx) error {
	name, data, cut, err := sent(x, casework.MaxPaper)
	if err != nil {
		return err
	}
	owner := id(x, "owner")
	if owner == uuid.Nil {
		return s.imports(x, http.StatusUnprocessableEntity, nil, errs.Error{Fields: []errs.Field{{Name: "owner", Key: "error_required"}}})
	}
	words := []*i18n.Localizer{x.Loc}
	for _, lang := range i18n.Langs() {
		words = append(words, s.UI.Bundle.For(lang))
	}
	r, err := s.Work.Import(x.Request.Context(), x.Actor, casework.ImportInput{OwnerID: owner, Name: name, Data: data, Cut: cut, Apply: text(x, "mode") == "apply"}, words)
	if e := errs.As(err); e != nil && e.Kind == errs.Invalid {
		return s.imports(x, statusOf(e.Kind), nil, *e)
	}
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(r.Issues) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.imports(x, status, &r, errs.Error{})
}

// ImportTemplate gives an empty list.
func (s *Site) ImportTemplate(x *ui.Ctx) error {
	if err := s.mayImport(x); err != nil {
		return err
	}
	data, err := casework.ImportTemplate(x.Loc)
	if err != nil {
		return err
	}
	x.Header("Content-Disposition", `attachment; filename="dossiers.xlsx"`)
	x.Header("Content-Length", strconv.Itoa(len(data)))
	x.Data(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", data)
	return nil
}
