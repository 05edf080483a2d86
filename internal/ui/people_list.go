package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/org"
	"shelter/web/kit"
	webpeople "shelter/web/people"
)

// People lists the persons within the reader's scope.
func (u *UI) People(x *Ctx) error {
	f := peopleFilter(x)
	page, err := u.Org.Persons(x.Request.Context(), x.Actor, f)
	if err != nil {
		return err
	}
	p := webpeople.ListPage{Page: x.Page(x.Loc.T("people_title")), Filter: f, Query: x.Request.URL.Query(), People: page}
	p.Scripts = []string{"table"}
	if x.allowed(access.PersonEdit, access.Resource{}) {
		p.Main = &kit.Action{Label: x.Loc.T("people_new"), Href: "/people/new", Icon: "user-plus"}
		p.Actions = []kit.Action{{Label: x.Loc.T("privacy_requests"), Href: "/corrections", Icon: "pencil"}}
	}
	if p.Orgs, p.Governorate, err = u.places(x); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webpeople.List(p))
}

// peopleFilter reads the filter from the address; what is not understood is left out, since an address is no form.
func peopleFilter(x *Ctx) org.PersonFilter {
	f := org.PersonFilter{Query: x.Query("q")}
	f.OrganisationID, _ = uuid.Parse(x.Query("organisation"))
	if r := access.Role(x.Query("role")); r.Valid() {
		f.Role = r
	}
	if k := org.Kind(x.Query("kind")); k.Valid() {
		f.Kind = k
	}
	f.Governorate = x.Query("governorate")
	f.Page, _ = strconv.Atoi(x.Query("page"))
	return f
}

// allowed asks the access table, for what a page offers; the service asks it again.
func (x *Ctx) allowed(act access.Action, r access.Resource) bool {
	return access.Can(x.Actor, act, r) == nil
}

// places are the choices of organisation and governorate.
func (u *UI) places(x *Ctx) ([]org.Org, []org.Governorate, error) {
	orgs, err := u.Org.OrganisationChoices(x.Request.Context())
	if err != nil {
		return nil, nil, err
	}
	governorates, err := u.Org.Governorates(x.Request.Context())
	return orgs, governorates, err
}
