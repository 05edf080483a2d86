package programme

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// Level is the level of an element of the logframe.
type Level string

// The levels, from the top.
const (
	Objective Level = "objective"
	Outcome   Level = "outcome"
	Output    Level = "output"
	Activity  Level = "activity"
)

// Levels lists the levels from the top.
func Levels() []Level { return []Level{Objective, Outcome, Output, Activity} }

// Unit is what an indicator's figure counts in.
type Unit string

// The units: things or people counted, and shares from 0 to 100.
const (
	Count   Unit = "count"
	Percent Unit = "percent"
)

// Frequencies lists how often an indicator may be measured.
func Frequencies() []string { return []string{"monthly", "quarterly", "half_yearly", "yearly", "once"} }

// Element is an objective, outcome, output or activity.
type Element struct {
	bun.BaseModel `bun:"table:programme.element,alias:e"`

	ID       uuid.UUID `bun:",pk"`
	ParentID uuid.UUID `bun:",nullzero"`
	Code     string
	Level    Level
	Title    string
	TitleAR  string `bun:"title_ar"`
	TitleEN  string `bun:"title_en"`
}

// Words gives the title in the three languages.
func (e Element) Words() Words { return Words{e.Title, e.TitleAR, e.TitleEN} }

// Period is a reporting period; both days are included.
type Period struct {
	bun.BaseModel `bun:"table:programme.period,alias:p"`

	ID       uuid.UUID `bun:",pk"`
	Code     string
	StartsOn time.Time `bun:"type:date"`
	EndsOn   time.Time `bun:"type:date"`
	ClosedAt time.Time `bun:",nullzero"`
	ClosedBy uuid.UUID `bun:",nullzero"`
}

// Closed tells whether the period's figures are published.
func (p Period) Closed() bool { return !p.ClosedAt.IsZero() }

// Over tells whether the last day of the period has ended in Tunis.
func (p Period) Over(now time.Time) bool {
	return i18n.Day(now).After(p.EndsOn)
}

// Indicator is one indicator of the plan.
type Indicator struct {
	bun.BaseModel `bun:"table:programme.indicator,alias:i"`

	ID             uuid.UUID `bun:",pk"`
	ElementID      uuid.UUID
	Code           string
	Title          string
	TitleAR        string `bun:"title_ar"`
	TitleEN        string `bun:"title_en"`
	Unit           Unit
	Query          string // name of a documented query; empty: entered with evidence
	Definition     string
	Verification   string
	Frequency      string
	Responsible    string
	Disaggregation []string  `bun:",array"`
	Baseline       *float64  // nil: not known
	BaselineOn     time.Time `bun:"type:date,nullzero"`
	Target         *float64  // of the whole project; nil: not fixed
	UpdatedAt      time.Time
}

// Words gives the title in the three languages.
func (i Indicator) Words() Words { return Words{i.Title, i.TitleAR, i.TitleEN} }

// Target is what an indicator should reach in a period.
type Target struct {
	bun.BaseModel `bun:"table:programme.target,alias:t"`

	IndicatorID uuid.UUID `bun:",pk"`
	PeriodID    uuid.UUID `bun:",pk"`
	Value       float64
}

// Plan is the whole logframe.
type Plan struct {
	Elements   []Element
	Indicators []Indicator
	Periods    []Period
	Targets    []Target
}

// TargetOf gives the target of an indicator in a period; nil when none is fixed.
func (p *Plan) TargetOf(indicator, period uuid.UUID) *float64 {
	for i := range p.Targets {
		if t := &p.Targets[i]; t.IndicatorID == indicator && t.PeriodID == period {
			return &t.Value
		}
	}
	return nil
}

// Of gives the indicators of an element.
func (p *Plan) Of(element uuid.UUID) []Indicator {
	var list []Indicator
	for _, i := range p.Indicators {
		if i.ElementID == element {
			list = append(list, i)
		}
	}
	return list
}

// Element gives an element by its id.
func (p *Plan) Element(id uuid.UUID) Element {
	for _, e := range p.Elements {
		if e.ID == id {
			return e
		}
	}
	return Element{}
}

// Indicator gives an indicator by its id; ok is false when there is none.
func (p *Plan) Indicator(id uuid.UUID) (Indicator, bool) {
	for _, i := range p.Indicators {
		if i.ID == id {
			return i, true
		}
	}
	return Indicator{}, false
}

// Period gives a period by its id; ok is false when there is none.
func (p *Plan) Period(id uuid.UUID) (Period, bool) {
	for _, x := range p.Periods {
		if x.ID == id {
			return x, true
		}
	}
	return Period{}, false
}

// Plan reads the logframe.
func (s *Service) Plan(ctx context.Context, actor access.Actor) (*Plan, error) {
	if err := may(actor, access.ProgrammeView); err != nil {
		return nil, err
	}
	return s.plan(ctx, s.db)
}

func (s *Service) plan(ctx context.Context, idb bun.IDB) (*Plan, error) {
	p := &Plan{}
	if err := idb.NewSelect().Model(&p.Elements).Order("code").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if err := idb.NewSelect().Model(&p.Indicators).Order("code").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if err := idb.NewSelect().Model(&p.Periods).Order("starts_on").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	err := idb.NewSelect().Model(&p.Targets).Scan(ctx)
	return p, db.Translate(err)
}
