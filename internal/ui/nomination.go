package ui

import (
	"net/http"
	"slices"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// NominationList lists the events that a focal point can nominate for.
func (u *UI) NominationList(x *Ctx) error {
	p := webworkshop.CallsPage{Page: x.Page(x.Loc.T("nav_nominations"))}
	p.Lead, p.Scripts = x.Loc.T("nomination_lead"), []string{"table"}
	var err error
	if p.Calls, err = u.Workshop.Calls(x.Request.Context(), x.Actor); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webworkshop.Calls(p))
}

// NominationShow shows one event to a focal point.
func (u *UI) NominationShow(x *Ctx) error {
	return u.callPage(x, http.StatusOK, nomineeForm{}, nil)
}

type nomineeForm struct {
	Key          string `form:"key" binding:"omitempty,uuid"`
	PersonKey    string `form:"person_key" binding:"omitempty,uuid"`
	Person       string `form:"person" binding:"omitempty,uuid"`
	FamilyName   string `form:"family_name" binding:"required_without=Person,max=80"`
	GivenName    string `form:"given_name" binding:"max=80"`
	Sex          string `form:"sex" binding:"omitempty,oneof=f m"`
	Phone        string `form:"phone" binding:"omitempty,phone"`
	Email        string `form:"email" binding:"omitempty,email"`
	JobTitle     string `form:"job_title" binding:"max=120"`
	Organisation string `form:"organisation" binding:"omitempty,uuid"`
	Note         string `form:"note" binding:"max=300"`
}

func (f nomineeForm) input(x *Ctx) workshop.NominateInput {
	in := workshop.NominateInput{Note: f.Note}
	in.Key, _ = uuid.Parse(f.Key)
	if in.Person, _ = uuid.Parse(f.Person); in.Person != uuid.Nil {
		return in
	}
	in.New = &org.PersonInput{FamilyName: f.FamilyName, GivenName: f.GivenName, Sex: f.Sex, Phone: f.Phone, Email: f.Email, JobTitle: f.JobTitle, Lang: i18n.FR}
	in.New.ID, _ = uuid.Parse(f.PersonKey)
	if in.New.OrganisationID, _ = uuid.Parse(f.Organisation); in.New.OrganisationID == uuid.Nil {
		if own := x.Actor.ScopedIDs(access.FocalPoint, access.Organisation); len(own) == 1 {
			in.New.OrganisationID = own[0]
		}
	}
	return in
}

// NominationPut proposes a person.
func (u *UI) NominationPut(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if _, err := u.Workshop.OwnCall(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	var f nomineeForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		if err = u.Workshop.Nominate(x.Request.Context(), x.Actor, id, f.input(x)); err == nil {
			x.Flash("done_nomination")
			return x.SeeOther("/nominations/" + id.String())
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.callPage(x, http.StatusUnprocessableEntity, f, fields)
}

// NominationTakeBack withdraws a nomination.
func (u *UI) NominationTakeBack(x *Ctx) error {
	id, nomination, err := x.twoIDs("id", "nomination")
	if err != nil {
		return err
	}
	if err := u.Workshop.TakeBack(x.Request.Context(), x.Actor, id, nomination); err != nil {
		return err
	}
	x.Flash("done_nomination_back")
	return x.SeeOther("/nominations/" + id.String())
}

func (u *UI) callPage(x *Ctx, status int, f nomineeForm, fields []errs.Field) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	c, err := u.Workshop.OwnCall(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	p := webworkshop.CallPage{Page: x.eventPage(c.Head, c.Event.TitleIn(x.Loc.Lang())), Call: c, Form: x.Form(fields), Open: c.Open,
		Values: webworkshop.NomineeValues{Key: f.Key, PersonKey: f.PersonKey, Person: f.Person, FamilyName: f.FamilyName, GivenName: f.GivenName, Sex: f.Sex, Phone: f.Phone,
			Email: f.Email, JobTitle: f.JobTitle, Organisation: f.Organisation, Note: f.Note}}
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("nav_nominations"), Href: "/nominations"}}
	if p.Values.Key == "" {
		p.Values.Key, p.Values.PersonKey = uuid.NewString(), uuid.NewString()
	}
	if err := u.nomineeChoices(x, &p); err != nil {
		return err
	}
	return x.Render(status, webworkshop.Call(p))
}

// nomineeChoices are the people of the focal point's organisations who are not proposed, and the organisations themselves.
func (u *UI) nomineeChoices(x *Ctx, p *webworkshop.CallPage) error {
	proposed := func(id uuid.UUID) bool {
		return slices.ContainsFunc(p.Call.Nominees, func(n workshop.Nominee) bool { return n.PersonID == id && n.State != workshop.TakenBack })
	}
	for page := 1; ; page++ {
		list, err := u.Org.Persons(x.Request.Context(), x.Actor, org.PersonFilter{Page: page})
		if err != nil {
			return err
		}
		for i := range list.Rows {
			r := &list.Rows[i]
			if !proposed(r.ID) && r.ID != x.Actor.PersonID {
				p.People = append(p.People, form.Option{Value: r.ID.String(), Label: r.FamilyName + " " + r.GivenName + " (" + r.Code + ")"})
			}
		}
		if page >= list.Pages || page >= 20 {
			break
		}
	}
	orgs, err := u.Org.OrganisationChoices(x.Request.Context())
	if err != nil {
		return err
	}
	own := x.Actor.ScopedIDs(access.FocalPoint, access.Organisation)
	for _, o := range orgs {
		if slices.Contains(own, o.ID) {
			p.Orgs = append(p.Orgs, form.Option{Value: o.ID.String(), Label: o.NameIn(x.Loc.Lang())})
		}
	}
	return nil
}
