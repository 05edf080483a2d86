// Package people holds the pages of persons, their roles and accounts, and of organisations.
package people

import (
	"net/url"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/auth"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// ListPage is the list of persons.
type ListPage struct {
	layout.Page

	Filter      org.PersonFilter
	Query       url.Values
	People      org.PersonPage
	Orgs        []org.Org
	Governorate []org.Governorate
}

func (p ListPage) active() bool {
	f := p.Filter
	return f.Query != "" || f.OrganisationID != uuid.Nil || f.Governorate != "" || f.Kind != "" || f.Role != ""
}

func (p ListPage) pager() kit.Pager {
	return kit.Pager{Page: p.People.Page, Pages: p.People.Pages, Total: p.People.Total, URL: kit.PageURL("/people", p.Query)}
}

func (p ListPage) organisation(r org.PersonRow) string {
	if p.Loc.Lang() == i18n.AR && r.OrganisationAR != "" {
		return r.OrganisationAR
	}
	return r.Organisation
}

func (p ListPage) governorate(code string) string {
	for _, g := range p.Governorate {
		if g.Code == code {
			return g.Name(p.Loc.Lang())
		}
	}
	return ""
}

func name(family, given string) string {
	return org.Person{FamilyName: family, GivenName: given}.Name()
}

// PersonPage is one person.
type PersonPage struct {
	layout.Page

	Person       org.Person
	Organisation string
	Governorate  string
	Grants       []org.GrantView
	Waiting      []org.ApprovalView // case roles that wait for their approval; to whoever gives roles
	State        *auth.State        // nil: the reader may not see how the account stands
	Record       []Record
	CanEdit      bool
	CanGrant     bool
	Link         *auth.Link // a one-time link that was just made; shown once
	Message      string
	Form         *form.Set // of the roles
	Grant        GrantForm
	Scopes       []form.Option
	Now          time.Time
}

// Record is one line of a person's training record.
type Record struct {
	Code, Title, When, State string
	Href                     string // empty when the reader may not open it
	Attended                 string
}

// GrantForm is what was chosen in the form of roles.
type GrantForm struct {
	Role  string `form:"role" binding:"required,max=40"`
	Scope string `form:"scope" binding:"max=80"` // "" for everything, else kind:id
}

func (p PersonPage) base() string { return "/people/" + p.Person.ID.String() }

func (p PersonPage) contact() []kit.Term {
	dash := p.Loc.T("people_none")
	term := func(key, value string, code bool) kit.Term {
		t := kit.Term{Term: p.Loc.T(key), Value: dash}
		if value != "" {
			if t.Part = kit.Name(value); code {
				t.Part = kit.Code(value)
			}
		}
		return t
	}
	terms := []kit.Term{
		term("account_code", p.Person.Code, true),
		term("people_phone", org.FormatPhone(p.Person.Phone), true),
		term("people_email", p.Person.Email, true),
		term("people_organisation", p.Organisation, false),
		term("people_job_title", p.Person.JobTitle, false),
		term("people_governorate", p.Governorate, false),
		{Term: p.Loc.T("people_sex"), Value: p.Loc.T("people_sex_" + unknown(p.Person.Sex))},
		{Term: p.Loc.T("people_age"), Value: p.Loc.T("age_" + string(org.AgeBandAt(p.Now, p.Person.BirthDate, p.Person.BirthYear)))},
	}
	if p.CanEdit {
		terms = append(terms, term("people_cin", p.Person.CIN, true))
	}
	return terms
}

func unknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

func (p PersonPage) scope(g org.GrantView) string {
	if g.Scope == access.Global {
		return p.Loc.T("people_scope_global")
	}
	return g.ScopeName
}

// waitingScope is where a role that waits for its approval will hold.
func (p PersonPage) waitingScope(a *org.ApprovalView) string {
	if a.ScopeName == "" {
		return p.Loc.T("people_scope_global")
	}
	return a.ScopeName
}

func (p PersonPage) at(t time.Time) string { return p.Loc.DateTime(t.In(i18n.Tunis())) }

func (p PersonPage) linkKey() string {
	if p.Link.Reset {
		return "people_link_reset"
	}
	return "people_link_invite"
}

func (p PersonPage) makeKey() string {
	if p.State.Account {
		return "people_make_reset"
	}
	return "people_make_invite"
}

// EditPage is the form of a new or a known person.
type EditPage struct {
	layout.Page

	Form        *form.Set
	Person      PersonForm
	Action      string
	Back        string
	New         bool
	Orgs        []org.Org
	Governorate []org.Governorate
}

// PersonForm is what was typed of a person.
type PersonForm struct {
	Key          string `form:"key" binding:"omitempty,uuid"`
	Seen         string `form:"seen" binding:"max=40"`
	FamilyName   string `form:"family_name" binding:"max=80"`
	GivenName    string `form:"given_name" binding:"max=80"`
	Sex          string `form:"sex" binding:"omitempty,oneof=f m"`
	BirthDate    string `form:"birth_date" binding:"omitempty,datetime=2006-01-02"`
	BirthYear    string `form:"birth_year" binding:"omitempty,number,max=4"`
	CIN          string `form:"cin" binding:"max=20"`
	Phone        string `form:"phone" binding:"max=30"`
	Email        string `form:"email" binding:"max=254"`
	Organisation string `form:"organisation" binding:"omitempty,uuid"`
	JobTitle     string `form:"job_title" binding:"max=120"`
	Governorate  string `form:"governorate" binding:"max=5"`
	Lang         string `form:"lang" binding:"omitempty,oneof=fr ar en"`
}

func (p EditPage) sexes() []form.Option {
	return []form.Option{{Value: "f", Label: p.Loc.T("people_sex_f")}, {Value: "m", Label: p.Loc.T("people_sex_m")}, {Value: "", Label: p.Loc.T("people_sex_unknown")}}
}

func langs() []form.Option {
	var os []form.Option
	for _, l := range i18n.Langs() {
		os = append(os, form.Option{Value: string(l), Label: l.Name()})
	}
	return os
}

func orgOptions(loc *i18n.Localizer, list []org.Org) []form.Option {
	var os []form.Option
	for _, k := range org.Kinds() {
		for _, o := range list {
			if o.Kind == k {
				os = append(os, form.Option{Value: o.ID.String(), Label: o.NameIn(loc.Lang()), Group: loc.T("kind_" + string(k))})
			}
		}
	}
	return os
}

func governorateOptions(loc *i18n.Localizer, list []org.Governorate) []form.Option {
	os := make([]form.Option, 0, len(list))
	for _, g := range list {
		os = append(os, form.Option{Value: g.Code, Label: g.Name(loc.Lang())})
	}
	return os
}

func kindOptions(loc *i18n.Localizer) []form.Option {
	var os []form.Option
	for _, k := range org.Kinds() {
		os = append(os, form.Option{Value: string(k), Label: loc.T("kind_" + string(k))})
	}
	return os
}

func roleOptions(loc *i18n.Localizer) []form.Option {
	var os []form.Option
	for _, r := range access.Roles() {
		os = append(os, form.Option{Value: string(r), Label: loc.T("role_" + string(r))})
	}
	return os
}

// OrgsPage is the list of organisations.
type OrgsPage struct {
	layout.Page

	Rows        []org.OrganisationRow
	Governorate []org.Governorate
	CanEdit     bool
}

func (p OrgsPage) place(code string) string {
	for _, g := range p.Governorate {
		if g.Code == code {
			return g.Name(p.Loc.Lang())
		}
	}
	return ""
}

// OrgPage is the form of a new or a known organisation.
type OrgPage struct {
	layout.Page

	Form        *form.Set
	Org         OrgForm
	Action      string
	New         bool
	Governorate []org.Governorate
}

// OrgForm is what was typed of an organisation.
type OrgForm struct {
	Key         string `form:"key" binding:"omitempty,uuid"`
	Name        string `form:"name" binding:"required,max=120"`
	NameAR      string `form:"name_ar" binding:"max=120"`
	Kind        string `form:"kind" binding:"omitempty,oneof=mas public ngo international"`
	Shelter     string `form:"shelter"`
	Governorate string `form:"governorate" binding:"max=5"`
	Archived    string `form:"archived"`
}
