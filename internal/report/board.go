package report

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/programme"
)

// Light says how an indicator stands against its target.
type Light string

// The lights. NoTarget and NotMeasured are no judgement.
const (
	Reached     Light = "reached"
	OnTrack     Light = "on_track"
	Behind      Light = "behind"
	FarBehind   Light = "far_behind"
	NoTarget    Light = "no_target"
	NotMeasured Light = "not_measured"
)

// PeriodFigure is an indicator in one period.
type PeriodFigure struct {
	Period    programme.Period
	Target    *float64
	Now       Figure                // as the data say today
	Published []programme.Published // of a closed period: the first publication and its revisions
}

// Said is the figure that the period stands for: the newest published one, or today's while the period is open.
func (p PeriodFigure) Said() programme.Reading {
	if n := len(p.Published); n > 0 {
		return p.Published[n-1].Reading
	}
	return programme.Reading{Value: p.Now.Value, Below: p.Now.Below}
}

// Differs tells whether the data say something else today than what was published: a revision is due.
func (p PeriodFigure) Differs() bool {
	return len(p.Published) > 0 && !p.Said().Same(programme.Reading{Value: p.Now.Value, Below: p.Now.Below})
}

// Row is an indicator with all its figures.
type Row struct {
	Indicator programme.Indicator
	Total     Figure // from the first day of the project to today
	Periods   []PeriodFigure
	Light     Light
	Forecast  *float64 // of a count: where it will stand at the end at today's pace; nil when there is nothing to go by
}

// Board is the whole plan with its figures.
type Board struct {
	Plan     *programme.Plan
	Rows     []Row
	At       time.Time
	AsOf     time.Time // zero: the figures are of now; else of then, and newer ones are being computed
	From, To time.Time // the project's first and last day; zero without periods
	Trained  Figure    // of a page: who completed a training, for the map
}

// Row gives an indicator's row; nil when there is none.
func (b *Board) Row(id uuid.UUID) *Row {
	for i := range b.Rows {
		if b.Rows[i].Indicator.ID == id {
			return &b.Rows[i]
		}
	}
	return nil
}

// first is the day before which nothing counts.
var first = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// Board computes every indicator, in total and by period, from the data as they are now.
func (s *Programme) Board(ctx context.Context, actor access.Actor) (*Board, error) {
	plan, err := s.plan.Plan(ctx, actor)
	if err != nil {
		return nil, err
	}
	state, err := s.exactly(ctx)
	if err != nil {
		return nil, err
	}
	return s.board(ctx, actor, plan, state, plan.Indicators)
}

// Glance is Board for a page, with the map. Where computing takes long its figures may be older than the last change of the data:
// AsOf says so, and the newer ones are then being computed.
func (s *Programme) Glance(ctx context.Context, actor access.Actor) (*Board, error) {
	plan, err := s.plan.Plan(ctx, actor)
	if err != nil {
		return nil, err
	}
	return s.glanceAt(ctx, actor, plan, plan.Indicators)
}

// One is Glance of one indicator.
func (s *Programme) One(ctx context.Context, actor access.Actor, id uuid.UUID) (*Board, error) {
	plan, err := s.plan.Plan(ctx, actor)
	if err != nil {
		return nil, err
	}
	i, ok := plan.Indicator(id)
	if !ok {
		return nil, errs.NewNotFound("programme indicator")
	}
	return s.glanceAt(ctx, actor, plan, []programme.Indicator{i})
}

func (s *Programme) glanceAt(ctx context.Context, actor access.Actor, plan *programme.Plan, list []programme.Indicator) (*Board, error) {
	state, at, err := s.glance(ctx)
	if err != nil {
		return nil, err
	}
	b, err := s.board(ctx, actor, plan, state, list)
	if err != nil {
		return nil, err
	}
	b.AsOf = at
	if b.Trained, err = s.figure(ctx, state, trainedPersons, first, i18n.Day(b.At)); err == nil && access.Can(actor, access.ProgrammeDetail, access.Resource{}) != nil {
		b.Trained = safe(trainedPersons, b.Trained)
	}
	return b, err
}

func (s *Programme) board(ctx context.Context, actor access.Actor, plan *programme.Plan, state string, list []programme.Indicator) (*Board, error) {
	published, err := s.plan.PublishedFigures(ctx, actor)
	if err != nil {
		return nil, err
	}
	b := s.emptyBoard(plan)
	exact := access.Can(actor, access.ProgrammeDetail, access.Resource{}) == nil
	for _, i := range list {
		r, err := s.row(ctx, b, state, i, exact)
		if err != nil {
			return nil, err
		}
		for _, p := range plan.Periods {
			f := PeriodFigure{Period: p, Target: plan.TargetOf(i.ID, p.ID), Published: publishedOf(published, i, p.ID, exact)}
			if p.StartsOn.Before(b.At) {
				if f.Now, err = s.figure(ctx, state, i, p.StartsOn, p.EndsOn); err != nil {
					return nil, err
				}
			}
			if !exact {
				f.Now = safe(i, f.Now)
			}
			r.Periods = append(r.Periods, f)
		}
		b.Rows = append(b.Rows, r)
	}
	return b, nil
}

func (s *Programme) emptyBoard(plan *programme.Plan) *Board {
	b := &Board{Plan: plan, At: s.now().UTC()}
	if n := len(plan.Periods); n > 0 {
		b.From, b.To = plan.Periods[0].StartsOn, plan.Periods[n-1].EndsOn
	}
	return b
}

// row is an indicator without its periods. It is judged by the exact figure; a forecast would give a small one away.
func (s *Programme) row(ctx context.Context, b *Board, state string, i programme.Indicator, exact bool) (Row, error) {
	f, err := s.figure(ctx, state, i, first, i18n.Day(b.At))
	if err != nil {
		return Row{}, err
	}
	r := Row{Indicator: i, Total: f}
	b.judge(&r)
	if !exact {
		if r.Total = safe(i, f); r.Total.Below {
			r.Forecast = nil
		}
	}
	r.Total = chosen(i, r.Total)
	return r, nil
}

// publishedOf gives what a period published of an indicator; a figure of few persons is hidden from observers here too, and is no
// more than its value to whoever may see that.
func publishedOf(all []programme.Published, i programme.Indicator, period uuid.UUID, exact bool) []programme.Published {
	var list []programme.Published
	for _, p := range all {
		if p.IndicatorID != i.ID || p.PeriodID != period {
			continue
		}
		f := Figure{Value: p.Value, Below: p.Below && (!exact || p.Value == nil)}
		if !exact {
			f = safe(i, f)
		}
		p.Value, p.Below = f.Value, f.Below
		list = append(list, p)
	}
	return list
}

// Shares of what should be reached by today below which an indicator is behind, and far behind.
const (
	behindBelow    = 0.85
	farBehindBelow = 0.6
)

// judge compares the total with the target: what should be reached by today grows evenly from the baseline over the project's
// days. The forecast goes on at the pace so far, for counts only.
func (b *Board) judge(r *Row) {
	v, target := r.Total.Value, r.Indicator.Target
	share := b.elapsed()
	if v != nil && r.Indicator.Unit == programme.Count && share > 0.05 && share < 1 {
		f := math.Round(*v / share)
		r.Forecast = &f
	}
	base := 0.0
	if r.Indicator.Baseline != nil && r.Indicator.Unit == programme.Percent {
		base = *r.Indicator.Baseline
	}
	switch {
	case v == nil:
		r.Light = NotMeasured
	case target == nil || *target == base:
		r.Light = NoTarget
	case (*v-base)/(*target-base) >= 1:
		r.Light = Reached
	default:
		r.Light = lightAt((*v-base)/(*target-base), share)
	}
}

func lightAt(done, share float64) Light {
	switch {
	case done >= share*behindBelow:
		return OnTrack
	case done >= share*farBehindBelow:
		return Behind
	}
	return FarBehind
}

// elapsed is the share of the project's days that have passed, from 0 to 1.
func (b *Board) elapsed() float64 {
	days := b.To.Sub(b.From).Hours()
	if b.From.IsZero() || days <= 0 {
		return 1
	}
	return min(1, max(0, b.At.Sub(b.From).Hours()/days))
}

// ClosePeriod publishes today's figures of every indicator for a period that is over.
func (s *Programme) ClosePeriod(ctx context.Context, actor access.Actor, period uuid.UUID) error {
	if err := access.Can(actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	plan, err := s.plan.Plan(ctx, actor)
	if err != nil {
		return err
	}
	p, ok := plan.Period(period)
	if !ok {
		return errs.NewNotFound("programme period")
	}
	state, err := s.exactly(ctx)
	if err != nil {
		return err
	}
	figures := map[uuid.UUID]programme.Reading{}
	for _, i := range plan.Indicators {
		if figures[i.ID], err = s.reading(ctx, state, i, p); err != nil {
			return err
		}
	}
	return s.plan.Close(ctx, actor, period, figures)
}

// reading is today's figure of a period, as it is published.
func (s *Programme) reading(ctx context.Context, state string, i programme.Indicator, p programme.Period) (programme.Reading, error) {
	f, err := s.figure(ctx, state, i, p.StartsOn, p.EndsOn)
	return programme.Reading{Value: f.Value, Below: few(i, f)}, err
}

// Revise publishes today's figure of an indicator for a closed period as a revision, with its reason.
func (s *Programme) Revise(ctx context.Context, actor access.Actor, period, indicator uuid.UUID, reason string) error {
	if err := access.Can(actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	plan, err := s.plan.Plan(ctx, actor)
	if err != nil {
		return err
	}
	i, known := plan.Indicator(indicator)
	p, ok := plan.Period(period)
	if !known || !ok {
		return errs.NewNotFound("programme period")
	}
	state, err := s.exactly(ctx)
	if err != nil {
		return err
	}
	r, err := s.reading(ctx, state, i, p)
	if err != nil {
		return err
	}
	return s.plan.Revise(ctx, actor, period, indicator, r, reason)
}

// Evidence lists what stands behind an indicator's figure over days, both included; it holds names and is for those who may see
// details. An entered figure stands on its measures.
func (s *Programme) Evidence(ctx context.Context, actor access.Actor, i programme.Indicator, from, to time.Time) ([]Evidence, error) {
	if err := access.Can(actor, access.ProgrammeDetail, access.Resource{}); err != nil {
		return nil, err
	}
	if q, ok := queryNamed(i.Query); ok {
		return q.evidence(ctx, s, from, to)
	}
	list, err := s.plan.Measures(ctx, actor, i.ID)
	if err != nil {
		return nil, err
	}
	var out []Evidence
	for _, m := range list {
		if m.WithdrawnAt.IsZero() && !m.MeasuredOn.Before(from) && !m.MeasuredOn.After(to) {
			out = append(out, Evidence{Title: m.Evidence, On: m.MeasuredOn, Note: programme.Plain(&m.Value)})
		}
	}
	return out, nil
}
