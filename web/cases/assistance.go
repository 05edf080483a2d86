package cases

import (
	"time"

	"shelter/internal/casework"
	"shelter/internal/casework/suppress"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// AssistancePage lists what was published of direct assistance.
type AssistancePage struct {
	layout.Page

	List     []casework.Publication
	Quarters []form.Option // that can be published
	Form     *form.Set
	From, To string // what was chosen
	Refused  string // why nothing was published
}

// span names the quarters of a publication.
func (p AssistancePage) span(f *casework.Figures) string {
	from, to := p.Loc.Quarter(f.From), p.Loc.Quarter(f.To)
	if from == to {
		return from
	}
	return from + " – " + to
}

func (p AssistancePage) count(c suppress.Cell) string {
	if c.Hidden {
		return p.Loc.T("case_donor_hidden")
	}
	return p.Loc.Number(c.N)
}

// source says where the figures come from, and when.
func (p AssistancePage) source(f *casework.Publication) string {
	text := p.Loc.T("case_donor_source", "day", p.Loc.Date(f.At))
	if f.Demo {
		text += " – " + p.Loc.T("case_donor_demo")
	}
	return text
}

// services is how many services were provided, of all kinds.
func (p AssistancePage) services(f *casework.Publication) string {
	for i := range f.Tables {
		if f.Tables[i].Kind == "provided" {
			return p.count(f.Tables[i].Total)
		}
	}
	return "–"
}

// figures are those of the project so far, from the latest publication.
func (p AssistancePage) figures() []kit.Figure {
	last := &p.List[len(p.List)-1]
	return []kit.Figure{{Label: p.Loc.T("case_donor_reached"), Value: p.Loc.Number(last.Reached)}, {Label: p.Loc.T("case_donor_target"), Value: p.Loc.Number(casework.DonorTarget)},
		{Label: p.Loc.T("case_donor_share"), Value: p.Loc.Percent(float64(last.Reached) / casework.DonorTarget)}}
}

func file(f *casework.Figures, lang string) string {
	return "/assistance/file?from=" + f.From.Format(time.DateOnly) + "&lang=" + lang
}
