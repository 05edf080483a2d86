package programme

import (
	"net/url"

	"shelter/internal/programme"
	"shelter/internal/report"
	"shelter/web/layout"
)

// TrainingPage shows whom training has reached, what was learned, and what should be taught again.
type TrainingPage struct {
	layout.Page

	Training     *report.Training
	Titles       func(string) string // of the objectives
	Detail, Edit bool
}

func (p TrainingPage) number(n report.Number) string {
	return figure(p.Loc, programme.Count, n.Value, n.Below)
}

func (p TrainingPage) percent(n report.Number) string {
	return figure(p.Loc, programme.Percent, n.Value, n.Below)
}

// share is how many of the people are trained, in percent; ok is false where it is not told.
func (p TrainingPage) share(c report.Coverage) (int, bool) {
	if c.Known.Value == nil || c.Trained.Value == nil || *c.Known.Value == 0 {
		return 0, false
	}
	return int(100 * *c.Trained.Value / *c.Known.Value), true
}

// Places of the chart of gains, in the units of its view box.
const (
	gainTop   = 14
	gainHigh  = 150 // of 100 per cent
	gainStep  = 46
	gainStart = 44
)

// gain is a workshop on the chart: where its two means stand.
type gain struct {
	X, Pre, Post int
	Code, Said   string
}

// shown is how many of the latest workshops the chart holds; the table holds them all.
const shown = 16

// wide is how wide the chart is: a few workshops are not blown up.
func (p TrainingPage) wide() int { return max(560, gainStart+gainStep*len(p.gains())+8) }

func (p TrainingPage) gains() []gain {
	list := p.Training.Gains
	if len(list) > shown {
		list = list[len(list)-shown:]
	}
	at := func(v float64) int { return gainTop + gainHigh - int(v*gainHigh/100+0.5) }
	out := make([]gain, len(list))
	for i, w := range list {
		out[i] = gain{X: gainStart + gainStep/2 + i*gainStep, Pre: at(*w.PreMean.Value), Post: at(*w.PostMean.Value), Code: w.Code,
			Said: w.Title + " · " + p.percent(w.PreMean) + " → " + p.percent(w.PostMean)}
	}
	return out
}

// topic says what a proposal is about.
func (p TrainingPage) topic(r report.Refresher) string {
	if r.Workshop != "" {
		return r.Workshop
	}
	if t := p.Titles(r.Objective); t != "" {
		return r.Objective + " · " + t
	}
	return r.Objective
}

// why says what a proposal stands on.
func (p TrainingPage) why(r report.Refresher) string {
	key := "training_why_test"
	if r.Workshop != "" {
		key = "training_why_survey"
	}
	return p.Loc.N(key, r.Persons, "percent", figure(p.Loc, programme.Percent, &r.Percent, false))
}

func (p TrainingPage) whom(r report.Refresher) string {
	if r.Organisation != "" {
		return r.Organisation
	}
	if r.Workshop != "" {
		return p.Loc.T("training_whom_workshop")
	}
	return p.Loc.T("training_whom_all")
}

// plan is the form of the refresher calendar with what a proposal says.
func (p TrainingPage) plan(r report.Refresher) string {
	q := url.Values{"title": {p.topic(r)}, "reason": {p.why(r)}, "status": {"to_do"}}
	if r.Organisation != "" {
		q.Set("organisation_id", r.OrganisationID.String())
	}
	return "/programme/r/refreshers/new?" + q.Encode()
}
