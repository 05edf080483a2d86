package cases

import (
	"strings"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/web/kit"
	"shelter/web/layout"
)

// RightsPage lists what is due, and the register of disclosures.
type RightsPage struct {
	Frame
	casework.Rights

	Names    Names
	CanPrint bool
	Paper    layout.Sheet
}

func (p RightsPage) categories(list []string) string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = Word(p.Loc, "category", c)
	}
	return strings.Join(words, p.Loc.T("case_comma"))
}

func disclosureTone(state string) kit.Tone {
	switch state {
	case "waits":
		return kit.Warn
	case "refused":
		return kit.Bad
	}
	return kit.Good
}

func requestID(r *casework.Request) string { return "request-" + r.ID.String() }

func (p FilePage) requestTone(r *casework.Request) (kit.Tone, string) {
	switch {
	case r.State == "answered" && r.Outcome == "granted":
		return kit.Good, Word(p.Loc, "outcomeof", r.Outcome)
	case r.State == "answered":
		return kit.Warn, Word(p.Loc, "outcomeof", r.Outcome)
	case r.DueOn.Before(p.Today):
		return kit.Bad, p.Loc.T("case_late", "day", p.Loc.Date(r.DueOn))
	case r.Urgent(p.Today):
		return kit.Warn, p.Loc.T("case_request_due", "day", p.Loc.Date(r.DueOn))
	}
	return kit.Off, p.Loc.T("case_request_due", "day", p.Loc.Date(r.DueOn))
}

func (p FilePage) requestTerms(r *casework.Request) []kit.Term {
	l := p.Loc
	list := []kit.Term{{Term: l.T("case_received_on"), Value: l.Date(r.ReceivedOn) + " · " + Word(l, "maker", r.MadeBy) + " · " + Word(l, "how", r.How)}, {Term: l.T("case_request_text"), Part: kit.Name(r.Text)}}
	if r.State == "answered" {
		list = append(list, kit.Term{Term: l.T("case_answered"), Value: l.Date(r.AnsweredOn) + " · " + p.Names.person(r.AnsweredBy)}, kit.Term{Term: l.T("case_answer_text"), Part: kit.Name(r.Answered)})
		if r.Withheld != "" {
			list = append(list, kit.Term{Term: l.T("case_withheld"), Value: Word(l, "withheld", r.Withheld)})
		}
	}
	return list
}

// outcomes are the answers that the reader may give.
func (p FilePage) outcomes() []string {
	if p.CanEnd {
		return []string{"granted"}
	}
	return []string{"partly", "refused"}
}

func (p FilePage) disclosureTerms(d *casework.Disclosure) []kit.Term {
	l := p.Loc
	words := make([]string, len(d.Categories))
	for i, c := range d.Categories {
		words[i] = Word(l, "category", c)
	}
	list := []kit.Term{{Term: l.T("case_disclosure_to_kind"), Value: Word(l, "disclosureto", d.ToKind)}, {Term: l.T("case_disclosure_basis"), Value: Word(l, "disclosurebasis", d.Basis)}, {Term: l.T("case_disclosure_law"), Part: kit.Name(d.Text.Law)},
		{Term: l.T("case_disclosure_reason"), Part: kit.Name(d.Text.Reason)}, {Term: l.T("case_disclosure_form"), Value: Word(l, "disclosureform", d.Form)}, {Term: l.T("case_categories"), Value: strings.Join(words, l.T("case_comma"))},
		{Term: l.T("case_disclosure_asked"), Value: moment(l, d.AskedAt) + " · " + p.Names.person(d.AskedBy)}}
	if d.DecidedBy != uuid.Nil {
		list = append(list, kit.Term{Term: l.T("case_disclosure_decided"), Value: moment(l, d.DecidedAt) + " · " + p.Names.person(d.DecidedBy)}, kit.Term{Term: l.T("case_opening_note"), Part: kit.Name(d.Remark)})
	}
	if d.State == "given" {
		list = append(list, kit.Term{Term: l.T("case_given_on_day"), Value: l.Date(d.GivenOn)}, kit.Term{Term: l.T("case_disclosure_what"), Part: kit.Name(d.What)})
	}
	return list
}
