package report

import (
	"context"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/programme"
)

// Narrative is the report to the donor as a text: element by element of the logframe what was reached, and the workshops of the days.
type Narrative struct {
	From, To, At time.Time
	Elements     []NarrativeElement
	Workshops    []OpenWorkshop
	Assistance   []AssistancePeriod // what the case side published of whole quarters within the days
}

// NarrativeElement is an objective, outcome, output or activity with its indicators.
type NarrativeElement struct {
	Element programme.Element
	Lines   []NarrativeLine
}

// NarrativeLine is an indicator in the days of the report and since the project began.
type NarrativeLine struct {
	Indicator     programme.Indicator
	Within, Total Figure
	Light         Light
}

// donorReader stands for the donor: small numbers are hidden, whoever makes the report.
var donorReader = uuid.MustParse("1c0a5c64-6a0e-4a39-9a57-0f3e6b1c8d21")

// Narrative computes the report over days, both included.
func (s *Programme) Narrative(ctx context.Context, actor access.Actor, o DonorOptions) (*Narrative, error) {
	if err := o.allowed(actor); err != nil {
		return nil, err
	}
	donor := programme.Outside(donorReader, "donor")
	b, err := s.Board(ctx, donor)
	if err != nil {
		return nil, err
	}
	n := &Narrative{From: o.From, To: o.To, At: b.At}
	for _, e := range b.Plan.Elements {
		part := NarrativeElement{Element: e}
		for i := range b.Rows {
			r := &b.Rows[i]
			if r.Indicator.ElementID != e.ID {
				continue
			}
			f, err := s.Figure(ctx, donor, r.Indicator, o.From, o.To)
			if err != nil {
				return nil, err
			}
			part.Lines = append(part.Lines, NarrativeLine{Indicator: r.Indicator, Within: f, Total: r.Total, Light: r.Light})
		}
		if len(part.Lines) > 0 {
			n.Elements = append(n.Elements, part)
		}
	}
	if n.Workshops, err = s.workshops(ctx, which{from: o.From, to: o.To, limit: manyWorkshops}); err != nil {
		return nil, err
	}
	n.Assistance, err = s.publishedWithin(ctx, o)
	return n, err
}

// manyWorkshops is more than a project holds.
const manyWorkshops = 10_000
