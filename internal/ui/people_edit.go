package ui

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/web/layout"
	webpeople "shelter/web/people"
)

// PersonNew shows an empty form.
func (u *UI) PersonNew(x *Ctx) error {
	if err := access.Can(x.Actor, access.PersonEdit, access.Resource{}); err != nil {
		return err
	}
	return u.personForm(x, http.StatusOK, nil, webpeople.PersonForm{Key: uuid.NewString(), Lang: string(i18n.FR)}, nil)
}

// PersonCreate registers a person.
func (u *UI) PersonCreate(x *Ctx) error {
	if err := access.Can(x.Actor, access.PersonEdit, access.Resource{}); err != nil {
		return err
	}
	var f webpeople.PersonForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		return u.personForm(x, http.StatusUnprocessableEntity, nil, f, fields)
	}
	in := personInput(f)
	in.ID, _ = uuid.Parse(f.Key)
	p, err := u.Org.CreatePerson(x.Request.Context(), x.Actor, in)
	if errs.Is(err, errs.Invalid) {
		return u.personForm(x, http.StatusUnprocessableEntity, nil, f, errs.As(err).Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_person")
	return x.SeeOther("/people/" + p.ID.String())
}

// PersonEdit shows the form of a known person.
func (u *UI) PersonEdit(x *Ctx) error {
	p, err := u.personToEdit(x)
	if err != nil {
		return err
	}
	return u.personForm(x, http.StatusOK, &p, formOf(p), nil)
}

// PersonSave changes a person.
func (u *UI) PersonSave(x *Ctx) error {
	p, err := u.personToEdit(x)
	if err != nil {
		return err
	}
	var f webpeople.PersonForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) > 0 {
		return u.personForm(x, http.StatusUnprocessableEntity, &p, f, fields)
	}
	_, err = u.Org.UpdatePerson(x.Request.Context(), x.Actor, p.ID, personInput(f))
	if e := errs.As(err); e != nil {
		if e.Kind != errs.Invalid || len(e.Fields) == 0 {
			return err
		}
		return u.personForm(x, http.StatusUnprocessableEntity, &p, f, e.Fields)
	}
	x.Flash("done_person")
	return x.SeeOther("/people/" + p.ID.String())
}

func (u *UI) personOf(x *Ctx) (org.Person, error) {
	id, err := x.ID("id")
	if err != nil {
		return org.Person{}, err
	}
	return u.Org.Person(x.Request.Context(), x.Actor, id)
}

// personToEdit refuses before anything typed is looked at: who may not edit must not learn what is valid.
func (u *UI) personToEdit(x *Ctx) (org.Person, error) {
	p, err := u.personOf(x)
	if err != nil {
		return p, err
	}
	return p, access.Can(x.Actor, access.PersonEdit, p.Resource())
}

// personForm shows the form; p is nil for a new person.
func (u *UI) personForm(x *Ctx, status int, p *org.Person, f webpeople.PersonForm, wrong []errs.Field) error {
	page := webpeople.EditPage{Page: x.reading("people_new_title", ""), Form: x.Form(wrong), Person: f, Action: "/people", Back: "/people", New: p == nil}
	page.Crumbs = []layout.Crumb{{Label: x.Loc.T("people_title"), Href: "/people"}}
	if p != nil {
		page.Title = x.Loc.T("people_edit_title")
		page.Action = "/people/" + p.ID.String()
		page.Back = page.Action
		page.Crumbs = append(page.Crumbs, layout.Crumb{Label: p.Name(), Href: page.Action})
	}
	var err error
	if page.Orgs, page.Governorate, err = u.places(x); err != nil {
		return err
	}
	return x.Render(status, webpeople.Edit(page))
}

// personInput turns what was typed into the service's input; the service says what is wrong with it.
func personInput(f webpeople.PersonForm) org.PersonInput {
	in := org.PersonInput{FamilyName: f.FamilyName, GivenName: f.GivenName, Sex: f.Sex, CIN: f.CIN, Phone: f.Phone, Email: f.Email,
		JobTitle: f.JobTitle, Governorate: f.Governorate, Lang: i18n.Lang(f.Lang)}
	in.BirthDate, _ = time.Parse(time.DateOnly, f.BirthDate)
	in.BirthYear, _ = strconv.Atoi(f.BirthYear)
	in.OrganisationID, _ = uuid.Parse(f.Organisation)
	in.Seen, _ = time.Parse(time.RFC3339Nano, f.Seen)
	return in
}

func formOf(p org.Person) webpeople.PersonForm {
	f := webpeople.PersonForm{Seen: p.UpdatedAt.Format(time.RFC3339Nano), FamilyName: p.FamilyName, GivenName: p.GivenName, Sex: p.Sex, CIN: p.CIN,
		Phone: org.FormatPhone(p.Phone), Email: p.Email, JobTitle: p.JobTitle, Governorate: p.Governorate, Lang: string(p.Lang)}
	if !p.BirthDate.IsZero() {
		f.BirthDate = p.BirthDate.Format(time.DateOnly)
	} else if p.BirthYear > 0 {
		f.BirthYear = strconv.Itoa(p.BirthYear)
	}
	if p.OrganisationID != uuid.Nil {
		f.Organisation = p.OrganisationID.String()
	}
	return f
}
