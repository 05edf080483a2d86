package app

import (
	"context"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/casework/suppress"
	"shelter/internal/report"
)

// assistance hands what the case side published to the reports; nil without a case side.
func (a *App) assistance() report.Assistance {
	if a.Casework == nil {
		return nil
	}
	return published{a.Casework}
}

// published passes on figures that are published already, and nothing else of the case side.
type published struct{ cases *casework.Service }

// Published implements report.Assistance.
func (p published) Published(ctx context.Context) ([]report.AssistancePeriod, error) {
	all, err := p.cases.Publications(ctx, access.System("reports"))
	list := make([]report.AssistancePeriod, len(all))
	for i := range all {
		f := &all[i].Figures
		list[i] = report.AssistancePeriod{From: f.From, To: f.To, Persons: safe(f.Total), Reached: f.Reached}
		for j := range f.Tables {
			t := report.AssistanceTable{Title: "case_donor_by_" + f.Tables[j].Kind}
			for _, c := range f.Tables[j].Cells {
				t.Cells = append(t.Cells, report.AssistanceCell{Label: casework.WordKey(f.Tables[j].List(), c.Name), Suppressed: safe(c)})
			}
			list[i].Tables = append(list[i].Tables, t)
		}
	}
	return list, err
}

func safe(c suppress.Cell) report.Suppressed { return report.Suppressed{N: c.N, Hidden: c.Hidden} }
