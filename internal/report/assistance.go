package report

import (
	"context"
	"slices"
	"time"

	"shelter/internal/sheet"
)

// Suppressed is a count that the case side has made safe already; N of a hidden one is 0.
type Suppressed struct {
	N      int
	Hidden bool
}

// Assistance tells what the case side published of direct assistance. It shows no case.
type Assistance interface {
	// Published gives every publication, the oldest first; they do not overlap.
	Published(ctx context.Context) ([]AssistancePeriod, error)
}

// AssistancePeriod is what was published of some whole quarters.
type AssistancePeriod struct {
	From, To time.Time
	Persons  Suppressed
	Reached  int // different persons from the beginning to To, at least
	Tables   []AssistanceTable
}

// AssistanceTable is a breakdown of persons or of services.
type AssistanceTable struct {
	Title string // key of the catalogue
	Cells []AssistanceCell
}

// AssistanceCell is one count of it.
type AssistanceCell struct {
	Suppressed

	Label string // key of the catalogue
}

// Assists tells whether there is a case side that can publish.
func (s *Programme) Assists() bool { return s.assistance != nil }

// published gives the publications, none without a case side.
func (s *Programme) published(ctx context.Context) ([]AssistancePeriod, error) {
	if s.assistance == nil {
		return nil, nil
	}
	return s.assistance.Published(ctx)
}

// publishedWithin gives the publications of days that lie within those of a report.
func (s *Programme) publishedWithin(ctx context.Context, o DonorOptions) ([]AssistancePeriod, error) {
	list, err := s.published(ctx)
	return slices.DeleteFunc(slices.Clone(list), func(p AssistancePeriod) bool { return p.From.Before(o.From) || p.To.After(o.To) }), err
}

// assisted counts the persons whom the case side assisted, as it published them.
func assisted(ctx context.Context, s *Programme, from, to time.Time) (Figure, error) {
	list, err := s.published(ctx)
	return assistedIn(list, from, to), err
}

// assistedIn is what the publications say of some days. Of the days of one publication it is that one's figure; of days that begin with
// the first publication, or before, the different persons reached by the last one that ends within. Persons of several publications are
// not added up, since they may be the same ones: any other days are not measured.
func assistedIn(list []AssistancePeriod, from, to time.Time) Figure {
	var f Figure
	for i := range list {
		p := &list[i]
		if p.From.Equal(from) && p.To.Equal(to) {
			if p.Persons.Hidden {
				return Figure{Below: true}
			}
			v := float64(p.Persons.N)
			return Figure{Value: &v}
		}
		if !p.To.After(to) && !list[0].From.Before(from) {
			v := float64(p.Reached)
			f = Figure{Value: &v}
		}
	}
	return f
}

// donorAssistance writes what the case side published of quarters within the days, each breakdown as it stands there.
func (s *Programme) donorAssistance(ctx context.Context, w *pages, o DonorOptions) error {
	list, err := s.published(ctx)
	if err != nil {
		return err
	}
	sh := w.sheet(w.loc.T("programme_sheet_assistance"), []float64{52, 24})
	w.heads(sh, w.words("service", "in_period"))
	w.line(sh, w.bold, []any{w.loc.T("programme_service_all"), w.shown(assistedIn(list, o.From, o.To))})
	within, err := s.publishedWithin(ctx, o)
	for i := range within {
		w.assistance(sh, &within[i])
	}
	return err
}

func (w *pages) assistance(sh *sheet.Writer, p *AssistancePeriod) {
	said := func(c Suppressed) any {
		if c.Hidden {
			return w.loc.T("programme_hidden")
		}
		return c.N
	}
	w.line(sh, w.bold, []any{w.loc.DateRange(p.From, p.To), said(p.Persons)})
	for _, t := range p.Tables {
		w.line(sh, w.cell, []any{w.loc.T(t.Title), nil})
		for _, c := range t.Cells {
			w.line(sh, w.cell, []any{"– " + w.loc.T(c.Label), said(c.Suppressed)})
		}
	}
}
