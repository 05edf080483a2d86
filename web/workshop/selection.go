package workshop

import (
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// SelectionPage is where people are chosen: places, quotas, nominations, waiting list.
type SelectionPage struct {
	layout.Page

	Selection    *workshop.Selection
	Governorates []org.Governorate
	Requests     Requests
	CanEdit      bool
	Message      string
}

func (p SelectionPage) base() string { return base(p.Selection.Event.ID) }

func (p SelectionPage) figures() []kit.Figure {
	s := p.Selection
	taken := kit.Figure{Value: p.Loc.Number(s.Taken), Label: p.Loc.T("selection_taken")}
	if s.Event.Capacity > 0 {
		taken.Note = p.Loc.T("workshop_of_places", "n", p.Loc.Number(s.Event.Capacity))
	}
	open := p.Requests.open()
	for i := range s.Nominees {
		if s.Nominees[i].State == workshop.Proposed {
			open++
		}
	}
	return []kit.Figure{taken, {Value: p.Loc.Number(s.Women), Label: p.Loc.T("selection_women")}, {Value: p.Loc.Number(s.Men), Label: p.Loc.T("selection_men")},
		{Value: p.Loc.Number(open), Label: p.Loc.T("selection_open")}, {Value: p.Loc.Number(len(s.Queue)), Label: p.Loc.T("workshop_enrolment_waiting")}}
}

// use names a quota.
func (p SelectionPage) use(u workshop.Use) string {
	switch u.Kind {
	case workshop.ByOrganisationKind:
		return p.Loc.T("workshop_org_kind_" + u.Value)
	case workshop.BySex:
		return p.Loc.T("workshop_sex_" + u.Value)
	case workshop.ByGovernorate:
		return p.governorate(u.Value)
	}
	return u.Value
}

func (p SelectionPage) governorate(code string) string {
	return governorateName(p.Loc, p.Governorates, code)
}

func governorateName(loc *i18n.Localizer, list []org.Governorate, code string) string {
	for _, g := range list {
		if g.Code == code {
			return g.Name(loc.Lang())
		}
	}
	return "–"
}

func useTone(u workshop.Use) kit.Tone {
	switch {
	case u.Taken > u.Places:
		return kit.Bad
	case u.Taken == u.Places:
		return kit.Warn
	}
	return kit.Good
}

func (p SelectionPage) sex(s string) string {
	if s == "" {
		return "–"
	}
	return p.Loc.T("workshop_sex_" + s)
}

// nominationState says what became of a nomination: of one that was chosen, where the person stands on the list.
func nominationState(loc *i18n.Localizer, n *workshop.Nominee) (kit.Tone, string) {
	switch {
	case n.State == workshop.Chosen && n.Place != "":
		return enrolTone(n.Place), loc.T("workshop_enrolment_" + string(n.Place))
	case n.State == workshop.Proposed:
		return kit.Info, loc.T("nomination_state_proposed")
	}
	return kit.Off, loc.T("nomination_state_" + string(n.State))
}

func rank(i int) string { return strconv.Itoa(i + 1) }

// CallsPage lists the events that a focal point can nominate for.
type CallsPage struct {
	layout.Page

	Calls []workshop.Call
}

// CallPage is one event for a focal point.
type CallPage struct {
	layout.Page

	Call   *workshop.OwnCall
	Open   bool
	People []form.Option // of the organisations, who are not proposed yet
	Orgs   []form.Option // of a new person; one of them needs no choice
	Values NomineeValues
	Form   *form.Set
}

// NomineeValues are the form of a nomination.
type NomineeValues struct {
	Key, PersonKey, Person, FamilyName, GivenName, Sex, Phone, Email, JobTitle, Organisation, Note string
}

func (p CallPage) address() string { return "/nominations/" + p.Call.Event.ID.String() }

func (p CallPage) sexes() []form.Option {
	return []form.Option{{Value: "f", Label: p.Loc.T("workshop_sex_f")}, {Value: "m", Label: p.Loc.T("workshop_sex_m")}}
}

func part(id uuid.UUID) string { return id.String() + "-" }
