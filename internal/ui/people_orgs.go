package ui

import (
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/web/kit"
	"shelter/web/layout"
	webpeople "shelter/web/people"
)

// Organisations lists the organisations.
func (u *UI) Organisations(x *Ctx) error {
	rows, err := u.Org.Organisations(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webpeople.OrgsPage{Page: x.Page(x.Loc.T("people_orgs_title")), Rows: rows, CanEdit: x.allowed(access.OrganisationEdit, access.Resource{})}
	p.Scripts = []string{"table"}
	if p.CanEdit {
		p.Main = &kit.Action{Label: x.Loc.T("people_org_new"), Href: "/organisations/new", Icon: "plus"}
	}
	if p.Governorate, err = u.Org.Governorates(x.Request.Context()); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webpeople.Orgs(p))
}

// OrganisationNew shows an empty form.
func (u *UI) OrganisationNew(x *Ctx) error {
	if err := access.Can(x.Actor, access.OrganisationEdit, access.Resource{}); err != nil {
		return err
	}
	return u.orgForm(x, http.StatusOK, uuid.Nil, webpeople.OrgForm{Key: uuid.NewString()}, nil)
}

// OrganisationEdit shows the form of a known organisation.
func (u *UI) OrganisationEdit(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	o, err := u.Org.Organisation(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	f := webpeople.OrgForm{Name: o.Name, NameAR: o.NameAR, Kind: string(o.Kind), Governorate: o.Governorate}
	if o.Shelter {
		f.Shelter = "on"
	}
	if !o.ArchivedAt.IsZero() {
		f.Archived = "on"
	}
	return u.orgForm(x, http.StatusOK, id, f, nil)
}

func (u *UI) orgForm(x *Ctx, status int, id uuid.UUID, f webpeople.OrgForm, wrong []errs.Field) error {
	p := webpeople.OrgPage{Page: x.reading("people_org_new", ""), Form: x.Form(wrong), Org: f, Action: "/organisations", New: id == uuid.Nil}
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("people_orgs_title"), Href: "/organisations"}}
	if !p.New {
		p.Title, p.Action = x.Loc.T("people_org_edit"), "/organisations/"+id.String()
	}
	var err error
	if p.Governorate, err = u.Org.Governorates(x.Request.Context()); err != nil {
		return err
	}
	return x.Render(status, webpeople.EditOrg(p))
}

// OrganisationCreate adds an organisation.
func (u *UI) OrganisationCreate(x *Ctx) error { return u.orgSave(x, uuid.Nil) }

// OrganisationSave changes one.
func (u *UI) OrganisationSave(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	return u.orgSave(x, id)
}

func (u *UI) orgSave(x *Ctx, id uuid.UUID) error {
	if err := access.Can(x.Actor, access.OrganisationEdit, access.Resource{OrganisationID: id}); err != nil {
		return err
	}
	var f webpeople.OrgForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		if err = u.saveOrg(x, id, f); err == nil {
			x.Flash("done_organisation")
			return x.SeeOther("/organisations")
		}
		e := errs.As(err)
		if e.Kind != errs.Invalid {
			return err
		}
		fields = e.Fields
	}
	return u.orgForm(x, http.StatusUnprocessableEntity, id, f, fields)
}

func (u *UI) saveOrg(x *Ctx, id uuid.UUID, f webpeople.OrgForm) (err error) {
	in := org.OrganisationInput{Name: f.Name, NameAR: f.NameAR, Kind: org.Kind(f.Kind), Shelter: f.Shelter != "", Governorate: f.Governorate, Archived: f.Archived != ""}
	if id == uuid.Nil {
		in.ID, _ = uuid.Parse(f.Key)
		_, err = u.Org.CreateOrganisation(x.Request.Context(), x.Actor, in)
		return err
	}
	_, err = u.Org.UpdateOrganisation(x.Request.Context(), x.Actor, id, in)
	return err
}
