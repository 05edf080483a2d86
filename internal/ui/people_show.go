package ui

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
	webpeople "shelter/web/people"
)

// PersonShow shows a person: contact, training record, roles, and to the staff how the account stands.
func (u *UI) PersonShow(x *Ctx) error {
	return u.personShow(x, http.StatusOK, webpeople.PersonPage{Form: x.Form(nil)})
}

func (u *UI) personShow(x *Ctx, status int, page webpeople.PersonPage) error {
	p, err := u.personOf(x)
	if err != nil {
		return err
	}
	page.Page, page.Person, page.Now = x.Page(p.Name()), p, u.Now()
	page.Crumbs, page.Scripts = []layout.Crumb{{Label: x.Loc.T("people_title"), Href: "/people"}}, []string{"account"}
	page.CanEdit, page.CanGrant = x.allowed(access.PersonEdit, p.Resource()), x.allowed(access.RoleGrant, p.Resource())
	if page.CanEdit {
		page.Main = &kit.Action{Label: x.Loc.T("people_edit"), Href: "/people/" + p.ID.String() + "/edit", Icon: "pencil"}
	}
	for _, fill := range []func(*Ctx, *webpeople.PersonPage) error{u.personWork, u.personRecord, u.personRoles, u.personAccount} {
		if err := fill(x, &page); err != nil {
			return err
		}
	}
	return x.Render(status, webpeople.Show(page))
}

func (u *UI) personWork(x *Ctx, page *webpeople.PersonPage) error {
	orgs, governorates, err := u.places(x)
	if err != nil {
		return err
	}
	for i := range orgs {
		if orgs[i].ID == page.Person.OrganisationID {
			page.Organisation = orgs[i].NameIn(x.Loc.Lang())
		}
		if page.CanGrant {
			page.Scopes = append(page.Scopes, form.Option{Value: string(access.Organisation) + ":" + orgs[i].ID.String(), Label: orgs[i].NameIn(x.Loc.Lang()),
				Group: x.Loc.T("people_organisation")})
		}
	}
	for _, g := range governorates {
		if g.Code == page.Person.Governorate {
			page.Governorate = g.Name(x.Loc.Lang())
		}
	}
	return nil
}

func (u *UI) personRecord(x *Ctx, page *webpeople.PersonPage) error {
	list, err := u.Workshop.Record(x.Request.Context(), x.Actor, page.Person.ID)
	if err != nil {
		return err
	}
	for i := range list {
		page.Record = append(page.Record, recordLine(x, &list[i]))
	}
	return nil
}

func recordLine(x *Ctx, o *workshop.Own) webpeople.Record {
	r := webpeople.Record{Code: o.Code, Title: o.Title, When: x.Loc.DateRange(o.StartsOn, o.EndsOn), State: x.Loc.T("people_record_" + string(o.EnrolState)),
		Attended: x.Loc.T("people_record_halfdays", "attended", x.Loc.Number(o.Attended), "planned", x.Loc.Number(o.Planned))}
	if x.allowed(access.WorkshopView, access.Resource{WorkshopID: o.ID}) {
		r.Href = "/workshops/" + o.ID.String()
	}
	return r
}

func (u *UI) personRoles(x *Ctx, page *webpeople.PersonPage) (err error) {
	page.Grants, err = u.Org.Grants(x.Request.Context(), x.Actor, page.Person.ID)
	if err == nil && page.CanGrant {
		page.Waiting, err = u.Org.PersonApprovals(x.Request.Context(), x.Actor, page.Person.ID)
	}
	return err
}

func (u *UI) personAccount(x *Ctx, page *webpeople.PersonPage) error {
	st, err := u.Auth.AccountState(x.Request.Context(), x.Actor, page.Person.ID)
	if errs.Is(err, errs.Forbidden) {
		return nil
	}
	page.State = &st
	return err
}

// PersonInvite makes a one-time link and shows it, to be handed over; it is sent by mail too when asked.
func (u *UI) PersonInvite(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	l, err := u.Auth.Invite(x.Request.Context(), x.Actor, id, x.PostForm("send") != "")
	if err != nil {
		return u.personRefused(x, err)
	}
	return u.personShow(x, http.StatusOK, webpeople.PersonPage{Form: x.Form(nil), Link: &l})
}

// personRefused shows the person's page with the reason, when the reason is the reader's to know.
func (u *UI) personRefused(x *Ctx, err error) error {
	e := errs.As(err)
	if e.Kind != errs.Invalid && e.Kind != errs.Conflict {
		return err
	}
	return u.personShow(x, statusOf(e.Kind), webpeople.PersonPage{Form: x.Form(nil), Message: x.Message(e)})
}

// PersonGrant gives a role.
func (u *UI) PersonGrant(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if err := access.Can(x.Actor, access.RoleGrant, access.Resource{PersonID: id}); err != nil {
		return err
	}
	var f webpeople.GrantForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		err = u.Org.GrantRole(x.Request.Context(), x.Actor, id, grantInput(f))
		if err == nil {
			x.Flash(granted(f))
			return x.SeeOther("/people/" + id.String())
		}
		e := errs.As(err)
		if e.Kind != errs.Invalid {
			return err
		}
		fields = scopeFields(e.Fields)
	}
	return u.personShow(x, http.StatusUnprocessableEntity, webpeople.PersonPage{Form: x.Form(fields), Grant: f})
}

// granted is what is said once a role is given, or asked for when it is a case role.
func granted(f webpeople.GrantForm) string {
	if access.Role(f.Role).CaseRole() {
		return "done_role_asked"
	}
	return "done_role"
}

// grantInput reads the scope: nothing is everything, else the kind and the id.
func grantInput(f webpeople.GrantForm) org.GrantInput {
	in := org.GrantInput{Role: access.Role(f.Role), Scope: access.Global}
	if kind, id, ok := strings.Cut(f.Scope, ":"); ok {
		in.Scope = access.ScopeKind(kind)
		in.ScopeID, _ = uuid.Parse(id)
	}
	return in
}

// scopeFields: kind and id of a scope are one field on the page.
func scopeFields(fields []errs.Field) []errs.Field {
	for i := range fields {
		if fields[i].Name == "scope_id" {
			fields[i].Name = "scope"
		}
	}
	return fields
}

// PersonRevoke takes a role away.
func (u *UI) PersonRevoke(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	grant, err := x.ID("grant")
	if err != nil {
		return err
	}
	if err := u.Org.RevokeRole(x.Request.Context(), x.Actor, grant); err != nil {
		return u.personRefused(x, err)
	}
	x.Flash("done_role_revoked")
	return x.SeeOther("/people/" + id.String())
}

// PersonBlock shuts an account at once.
func (u *UI) PersonBlock(x *Ctx) error { return u.personSwitch(x, "done_blocked", u.block(true)) }

// PersonUnblock opens it again.
func (u *UI) PersonUnblock(x *Ctx) error { return u.personSwitch(x, "done_unblocked", u.block(false)) }

// PersonSecondReset removes the second factor of somebody who lost it.
func (u *UI) PersonSecondReset(x *Ctx) error {
	return u.personSwitch(x, "done_second_reset", func(x *Ctx, id uuid.UUID) error { return u.Auth.ResetTOTP(x.Request.Context(), x.Actor, id) })
}

func (u *UI) block(blocked bool) func(*Ctx, uuid.UUID) error {
	return func(x *Ctx, id uuid.UUID) error { return u.Auth.Block(x.Request.Context(), x.Actor, id, blocked) }
}

// personSwitch does one thing to a person's account and goes back to the page.
func (u *UI) personSwitch(x *Ctx, done string, do func(*Ctx, uuid.UUID) error) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if err := do(x, id); err != nil {
		return u.personRefused(x, err)
	}
	x.Flash(done)
	return x.SeeOther("/people/" + id.String())
}
