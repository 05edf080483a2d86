package report

import (
	"context"
	"slices"
	"time"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/org"
	"shelter/internal/programme"
)

// SmallNumber is the count below which a breakdown is not shown to observers nor given to a donor.
const SmallNumber = 5

// Figure is what an indicator comes to.
type Figure struct {
	Value *float64 // nil: not measured, which is not 0
	Below bool     // fewer than SmallNumber: the exact count is not for the reader
	Of    int      // how many persons a mean stands on; 0 for every other figure
	Parts []Part   // by sex, age, kind of organisation, governorate
}

// Part is one cell of a breakdown.
type Part struct {
	Dimension string // sex, age, kind, governorate
	Key       string // as in the catalogues; "unknown" where it was not given
	N         int
	Hidden    bool // suppressed: small, or the one that would give a small one away
}

// Evidence is one line of what stands behind a figure.
type Evidence struct {
	Code   string // of the event, the person or the record; may be empty
	Title  string
	Person string // name; empty where the figure counts no persons
	On     time.Time
	Note   string // attended half-days, value, source
	Href   string // where it can be opened; empty when it cannot
}

// Programme computes the figures of the plan from the data of the system by named queries, and makes what is reported of them.
type Programme struct {
	db         *db.DB
	plan       *programme.Service
	people     *org.Service
	bundle     *i18n.Bundle
	now        func() time.Time
	assistance Assistance
	outbox     *mail.Outbox // nil: nothing is sent

	shelf shelf
}

// NewProgramme makes the service; assistance may be nil, and what it would count is then not measured.
func NewProgramme(d *db.DB, p *programme.Service, o *org.Service, b *i18n.Bundle, now func() time.Time, assistance Assistance) *Programme {
	return &Programme{db: d, plan: p, people: o, bundle: b, now: now, assistance: assistance}
}

// Plan gives the service of the plan itself.
func (s *Programme) Plan() *programme.Service { return s.plan }

// Figure computes an indicator over days, both included. Those who may not see details get small cells hidden.
func (s *Programme) Figure(ctx context.Context, actor access.Actor, i programme.Indicator, from, to time.Time) (Figure, error) {
	if err := access.Can(actor, access.ProgrammeView, access.Resource{}); err != nil {
		return Figure{}, err
	}
	state, err := s.exactly(ctx)
	if err != nil {
		return Figure{}, err
	}
	f, err := s.figure(ctx, state, i, from, to)
	if access.Can(actor, access.ProgrammeDetail, access.Resource{}) != nil {
		f = safe(i, f)
	}
	return f, err
}

// figure is the exact one, as it stands in a state of the data.
func (s *Programme) figure(ctx context.Context, state string, i programme.Indicator, from, to time.Time) (Figure, error) {
	if i.Query == victimsAssisted { // the case side changes without our state
		return s.compute(ctx, i, from, to)
	}
	key := s.figureKey(i, from, to)
	if f, ok := s.shelf.get(state, key); ok {
		return f, nil
	}
	begun := time.Now() //nolint:forbidigo // how long it takes, not when
	f, err := s.compute(ctx, i, from, to)
	if err != nil {
		return Figure{}, err
	}
	s.shelf.put(state, key, f, time.Since(begun))
	return f, nil
}

// safe is a figure as an observer may see it.
func safe(i programme.Indicator, f Figure) Figure {
	f.Parts = Suppress(f.Parts)
	if few(i, f) {
		f = Figure{Below: true}
	}
	return f
}

// chosen leaves the breakdowns that the plan asks of an indicator; one that asks for none has them all.
func chosen(i programme.Indicator, f Figure) Figure {
	if len(i.Disaggregation) > 0 {
		f.Parts = slices.DeleteFunc(slices.Clone(f.Parts), func(p Part) bool { return !slices.Contains(i.Disaggregation, p.Dimension) })
	}
	return f
}

// few tells whether a figure counts, or stands on, so few persons that the exact one is not for everybody.
func few(i programme.Indicator, f Figure) bool {
	n := float64(f.Of)
	if q, _ := queryNamed(i.Query); q.persons && f.Value != nil {
		n = *f.Value
	}
	return f.Below || n > 0 && n < SmallNumber
}

func (s *Programme) compute(ctx context.Context, i programme.Indicator, from, to time.Time) (Figure, error) {
	if i.Query == "" {
		return s.entered(ctx, i, from, to)
	}
	q, ok := queryNamed(i.Query)
	if !ok { // a query of another version of the program: not measured
		return Figure{}, nil
	}
	return q.value(ctx, s, from, to)
}

// entered is what was measured by hand: the sum of a count within the days, the newest value of a share up to the last day.
func (s *Programme) entered(ctx context.Context, i programme.Indicator, from, to time.Time) (Figure, error) {
	q := s.db.NewSelect().TableExpr("programme.measure").Where("indicator_id = ? AND withdrawn_at IS NULL AND measured_on BETWEEN ? AND ?", i.ID, from, to)
	if i.Unit == programme.Count {
		q = q.ColumnExpr("sum(value)")
	} else {
		q = q.Column("value").Order("measured_on DESC", "created_at DESC").Limit(1)
	}
	var list []*float64
	if err := q.Scan(ctx, &list); err != nil {
		return Figure{}, db.Translate(err)
	}
	if len(list) == 0 {
		return Figure{}, nil
	}
	return Figure{Value: list[0]}, nil
}

// Suppress hides the cells that would show a small group: those from 1 to SmallNumber-1, and in each dimension where just one is
// hidden the next smallest too, since the total would give the one away. The cells given stay as they are.
func Suppress(parts []Part) []Part {
	out := append([]Part(nil), parts...)
	by := map[string][]int{}
	for i := range out {
		by[out[i].Dimension] = append(by[out[i].Dimension], i)
	}
	for _, cells := range by {
		hidden, next := 0, -1
		for _, i := range cells {
			switch p := &out[i]; {
			case p.N > 0 && p.N < SmallNumber:
				p.Hidden = true
				hidden++
			case p.N > 0 && (next < 0 || p.N < out[next].N):
				next = i
			}
		}
		if hidden == 1 && next >= 0 {
			out[next].Hidden = true
		}
	}
	for i := range out {
		if out[i].Hidden {
			out[i].N = 0
		}
	}
	return out
}
