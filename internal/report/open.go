package report

import (
	"context"
	"time"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/programme"
)

// Number is a figure as other systems get it: no value means not measured, or that it is too small to be told.
type Number struct {
	Value *float64 `json:"value"`
	Below bool     `json:"below"` // fewer than SmallNumber persons
}

func told(n int) Number {
	if n > 0 && n < SmallNumber {
		return Number{Below: true}
	}
	v := float64(n)
	return Number{Value: &v}
}

// OpenWorkshop is a workshop as other systems get it: nobody's name, small numbers hidden.
type OpenWorkshop struct {
	Code         string `json:"code"`
	Title        string `json:"title"`
	Kind         string `json:"kind"`
	State        string `json:"state"`
	StartsOn     string `json:"starts_on"`
	EndsOn       string `json:"ends_on"`
	Governorate  string `json:"governorate"` // ISO 3166-2; empty outside Tunisia
	Attended     Number `json:"attended"`    // persons with a half-day or more
	HalfDays     Number `json:"half_days"`   // half-days attended, over all persons
	Certificates Number `json:"certificates"`
	Pairs        Number `json:"pairs"` // persons who took both tests
	PreMean      Number `json:"pre_mean"`
	PostMean     Number `json:"post_mean"` // per cent of the points
}

// openWorkshopsSQL has one row per event that was not cancelled, in the order of codes.
const openWorkshopsSQL = `WITH x AS (SELECT * FROM workshop.event e WHERE state <> 'cancelled' AND code > ? AND ends_on BETWEEN ?::date AND ?::date
		AND (NOT ? OR EXISTS (SELECT 1 FROM exam.pairing p WHERE p.event_id = e.id)) ORDER BY code LIMIT ?),
	d AS (SELECT coalesce(min(ends_on), '-infinity') AS a, coalesce(max(ends_on), 'infinity') AS b FROM x)` + pairsSQL + learnedSQL + `
	SELECT e.code, e.title, e.kind, e.state, e.starts_on, e.ends_on, coalesce(e.governorate, ''),
	` + eventCountsSQL + `
	FROM x e ` + eventCountsFrom + ` ORDER BY e.code`

// which says what workshops are asked for.
type which struct {
	after    string    // a code: those after it
	from, to time.Time // of the last day, both included
	tested   bool      // those with a test before and after alone
	limit    int
}

// last is the day after which nothing is.
var last = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)

// OpenWorkshops gives workshops after a code, at most limit.
func (s *Programme) OpenWorkshops(ctx context.Context, actor access.Actor, after string, limit int) ([]OpenWorkshop, error) {
	if err := access.Can(actor, access.ProgrammeView, access.Resource{}); err != nil {
		return nil, err
	}
	return s.workshops(ctx, which{after: after, from: first, to: last, limit: limit})
}

func (s *Programme) workshops(ctx context.Context, w which) ([]OpenWorkshop, error) {
	rows, err := s.db.QueryContext(ctx, openWorkshopsSQL, w.after, w.from, w.to, w.tested, w.limit)
	if err != nil {
		return nil, db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	list := []OpenWorkshop{}
	for rows.Next() {
		var w OpenWorkshop
		var from, to time.Time
		var people, halfDays, certificates, pairs int
		if err := rows.Scan(&w.Code, &w.Title, &w.Kind, &w.State, &from, &to, &w.Governorate, &people, &halfDays, &certificates, &pairs, &w.PreMean.Value, &w.PostMean.Value); err != nil {
			return nil, db.Translate(err)
		}
		w.StartsOn, w.EndsOn = from.Format(time.DateOnly), to.Format(time.DateOnly)
		w.count(people, halfDays, certificates, pairs)
		list = append(list, w)
	}
	return list, db.Translate(rows.Err())
}

// count tells the counts; half-days of a few persons bound how many these were, and the mean of a few is nearly one's own score.
func (w *OpenWorkshop) count(people, halfDays, certificates, pairs int) {
	w.Attended, w.Certificates, w.Pairs = told(people), told(certificates), told(pairs)
	marks := float64(halfDays)
	if w.HalfDays = (Number{Value: &marks}); w.Attended.Below {
		w.HalfDays = Number{Below: true}
	}
	if pairs < SmallNumber {
		w.PreMean, w.PostMean = Number{Below: pairs > 0}, Number{Below: pairs > 0}
	}
}

// OpenPart is a cell of a breakdown.
type OpenPart struct {
	Dimension string `json:"dimension"`
	Key       string `json:"key"`
	Number
}

// OpenAggregate is what a documented query comes to in one period of the plan, or since the project began.
type OpenAggregate struct {
	Query  string `json:"query"`
	Unit   string `json:"unit"`
	Period string `json:"period"` // empty: since the project began
	Number
	Parts []OpenPart `json:"parts"`
}

// OpenAggregates computes every documented query by the periods of the plan. The days are not for the asker to choose: of two
// windows that differ by one workshop the difference would tell what each hides.
func (s *Programme) OpenAggregates(ctx context.Context, actor access.Actor, name string) ([]OpenAggregate, error) {
	plan, err := s.plan.Plan(ctx, actor)
	if err != nil {
		return nil, err
	}
	windows := append([]programme.Period{{StartsOn: first, EndsOn: i18n.Day(s.now())}}, plan.Periods...)
	list := []OpenAggregate{}
	for _, q := range queries {
		if name != "" && q.name != name {
			continue
		}
		for _, p := range windows {
			f, err := s.Figure(ctx, actor, programme.Indicator{Query: q.name, Unit: q.unit}, p.StartsOn, p.EndsOn)
			if err != nil {
				return nil, err
			}
			list = append(list, openAggregate(q, p, f))
		}
	}
	if name != "" && len(list) == 0 {
		return nil, errs.NewNotFound("programme query " + name)
	}
	return list, nil
}

func openAggregate(q query, p programme.Period, f Figure) OpenAggregate {
	a := OpenAggregate{Query: q.name, Unit: string(q.unit), Period: p.Code, Number: Number{Value: f.Value, Below: f.Below}, Parts: []OpenPart{}}
	for _, c := range f.Parts {
		part := OpenPart{Dimension: c.Dimension, Key: c.Key, Number: Number{Below: c.Hidden}}
		if n := float64(c.N); !c.Hidden {
			part.Value = &n
		}
		a.Parts = append(a.Parts, part)
	}
	return a
}

// OpenPeriod is an indicator in one period.
type OpenPeriod struct {
	Code     string   `json:"code"`
	StartsOn string   `json:"starts_on"`
	EndsOn   string   `json:"ends_on"`
	Target   *float64 `json:"target"`
	Number
	Revision int `json:"revision"` // 0: the period is open and its figure that of today
}

// OpenIndicator is an indicator of the plan as other systems get it.
type OpenIndicator struct {
	Code         string            `json:"code"`
	Element      string            `json:"element"` // code of the objective, outcome or output
	Title        map[string]string `json:"title"`
	Unit         string            `json:"unit"` // count or percent
	Query        string            `json:"query"`
	Definition   string            `json:"definition"`
	Verification string            `json:"verification"`
	Baseline     *float64          `json:"baseline"`
	Target       *float64          `json:"target"` // of the whole project
	Total        Number            `json:"total"`  // since the project began
	Periods      []OpenPeriod      `json:"periods"`
}

// OpenIndicators gives every indicator with its figures.
func (s *Programme) OpenIndicators(ctx context.Context, actor access.Actor) ([]OpenIndicator, error) {
	b, err := s.Board(ctx, actor)
	if err != nil {
		return nil, err
	}
	list := make([]OpenIndicator, len(b.Rows))
	for i := range b.Rows {
		list[i] = b.open(&b.Rows[i])
	}
	return list, nil
}

func (b *Board) open(r *Row) OpenIndicator {
	i := &r.Indicator
	o := OpenIndicator{Code: i.Code, Element: b.Plan.Element(i.ElementID).Code, Title: map[string]string{}, Unit: string(i.Unit), Query: i.Query, Definition: i.Definition,
		Verification: i.Verification, Baseline: i.Baseline, Target: i.Target, Total: Number{Value: r.Total.Value, Below: r.Total.Below}, Periods: []OpenPeriod{}}
	for lang, title := range map[string]string{"fr": i.Title, "ar": i.TitleAR, "en": i.TitleEN} {
		if title != "" {
			o.Title[lang] = title
		}
	}
	for _, p := range r.Periods {
		said := p.Said()
		o.Periods = append(o.Periods, OpenPeriod{Code: p.Period.Code, StartsOn: p.Period.StartsOn.Format(time.DateOnly), EndsOn: p.Period.EndsOn.Format(time.DateOnly),
			Target: p.Target, Number: Number{Value: said.Value, Below: said.Below}, Revision: len(p.Published)})
	}
	return o
}
