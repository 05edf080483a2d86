package workshop

import (
	"strconv"
	"strings"

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
	By           workshop.CoverageBy
	CanEdit      bool
	Refused      RefusedDecision
}

// RefusedDecision is a decision that was not kept: on which nomination or request, why, and the reason that was typed for it.
type RefusedDecision struct {
	On      uuid.UUID
	Reason  string
	Message string
}

// typed is the reason that the form of a nomination or a request shows again.
func (p SelectionPage) typed(id uuid.UUID) string {
	if p.Refused.On != id {
		return ""
	}
	return p.Refused.Reason
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

// coverage counts those who were proposed, by an organisation or by themselves, and those who have a place.
func (p SelectionPage) coverage() []workshop.Covered {
	list := p.Selection.Candidates
	for i := range p.Requests.Askers {
		if a := &p.Requests.Askers[i]; a.EnrolmentID == uuid.Nil && a.ForgottenAt.IsZero() {
			list = append(list, workshop.Candidate{Sex: a.Sex, Governorate: a.Governorate, Organisation: a.Organisation, Proposed: true})
		}
	}
	return workshop.Coverage(list, p.Selection.Uses, p.By)
}

func (p SelectionPage) coverageTabs() []kit.Tab {
	var tabs []kit.Tab
	for _, by := range workshop.CoverageWays() {
		tabs = append(tabs, kit.Tab{Label: p.Loc.T("coverage_by_" + string(by)), Href: p.base() + "/selection?by=" + string(by) + "#coverage", Current: by == p.By})
	}
	return tabs
}

// group names a group of the coverage.
func (p SelectionPage) group(c workshop.Covered) string {
	var parts []string
	if c.Sex != "" {
		parts = append(parts, p.orUnknown(c.Sex, "workshop_sex_"+c.Sex))
	}
	if c.Kind != "" {
		parts = append(parts, p.orUnknown(c.Kind, "workshop_org_kind_"+c.Kind))
	}
	if c.Governorate == "-" {
		parts = append(parts, p.Loc.T("coverage_unknown"))
	} else if c.Governorate != "" {
		parts = append(parts, p.governorate(c.Governorate))
	}
	if c.Organisation == "-" {
		parts = append(parts, p.Loc.T("coverage_no_organisation"))
	} else if c.Organisation != "" {
		parts = append(parts, isolated(c.Organisation))
	}
	if c.Trainings != "" {
		parts = append(parts, p.Loc.T("coverage_trainings_"+c.Trainings))
	}
	return strings.Join(parts, " · ")
}

func (p SelectionPage) orUnknown(value, key string) string {
	if value == "-" {
		return p.Loc.T("coverage_unknown")
	}
	return p.Loc.T(key)
}

// uncovered are the governorates from which nobody has a place.
func (p SelectionPage) uncovered() string {
	there := map[string]bool{}
	for i := range p.Selection.Candidates {
		if c := &p.Selection.Candidates[i]; c.Selected {
			there[c.Governorate] = true
		}
	}
	var names []string
	for _, g := range p.Governorates {
		if !there[g.Code] {
			names = append(names, g.Name(p.Loc.Lang()))
		}
	}
	if p.Loc.Lang() == i18n.AR {
		return strings.Join(names, "، ")
	}
	return strings.Join(names, ", ")
}

func (p SelectionPage) quotaOf(c workshop.Covered) string {
	if c.Quota < 0 {
		return "–"
	}
	return p.Loc.Number(c.Quota)
}
