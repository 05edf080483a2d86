package ui

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/programme"
	"shelter/internal/report"
	"shelter/web/form"
	"shelter/web/layout"
	webprogramme "shelter/web/programme"
)

// ProgrammeIndicatorNew shows an empty form.
func (u *UI) ProgrammeIndicatorNew(x *Ctx) error {
	return u.indicatorForm(x, http.StatusOK, webprogramme.IndicatorForm{Unit: string(programme.Count)}, nil, nil)
}

// ProgrammeIndicatorEdit shows the form of a known indicator.
func (u *UI) ProgrammeIndicatorEdit(x *Ctx) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	plan, i, err := u.indicatorOf(x)
	if err != nil {
		return err
	}
	f := webprogramme.IndicatorForm{Code: i.Code, Element: plan.Element(i.ElementID).Code, Title: i.Title, TitleAR: i.TitleAR, TitleEN: i.TitleEN, Unit: string(i.Unit),
		Query: i.Query, Definition: i.Definition, Verification: i.Verification, Frequency: i.Frequency, Responsible: i.Responsible,
		Baseline: programme.Plain(i.Baseline), Target: programme.Plain(i.Target)}
	if !i.BaselineOn.IsZero() {
		f.BaselineOn = i.BaselineOn.Format(time.DateOnly)
	}
	targets := map[string]string{}
	for _, p := range plan.Periods {
		targets[p.Code] = programme.Plain(plan.TargetOf(i.ID, p.ID))
	}
	return u.indicatorForm(x, http.StatusOK, f, targets, nil)
}

func (u *UI) indicatorOf(x *Ctx) (*programme.Plan, programme.Indicator, error) {
	id, err := x.ID("indicator")
	if err != nil {
		return nil, programme.Indicator{}, err
	}
	plan, err := u.Programme.Plan(x.Request.Context(), x.Actor)
	if err != nil {
		return nil, programme.Indicator{}, err
	}
	i, ok := plan.Indicator(id)
	if !ok {
		return nil, i, errs.NewNotFound("programme indicator")
	}
	return plan, i, nil
}

func (u *UI) indicatorForm(x *Ctx, status int, f webprogramme.IndicatorForm, targets map[string]string, wrong []errs.Field) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	plan, err := u.Programme.Plan(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webprogramme.EditPage{Page: x.reading("programme_edit_title", ""), Form: x.Form(wrong), Values: f, Periods: plan.Periods, Targets: targets,
		New: x.Param("indicator") == "", Action: "/programme/indicators"}
	p.Crumbs = x.programmeCrumbs()
	if p.New {
		p.Title = x.Loc.T("programme_new")
	} else {
		p.Action += "/" + x.Param("indicator")
		p.Crumbs = append(p.Crumbs, layout.Crumb{Label: f.Title, Href: p.Action})
	}
	for _, e := range plan.Elements {
		p.Elements = append(p.Elements, form.Option{Value: e.Code, Label: e.Code + " · " + e.Words().In(x.Loc.Lang())})
	}
	for _, q := range report.Queries() {
		p.Queries = append(p.Queries, form.Option{Value: q.Name, Label: x.Loc.T("programme_query_" + q.Name), Group: x.Loc.T("programme_unit_" + string(q.Unit))})
	}
	return x.Render(status, webprogramme.Edit(p))
}

// ProgrammeIndicatorSave makes an indicator or changes it.
func (u *UI) ProgrammeIndicatorSave(x *Ctx) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	var f webprogramme.IndicatorForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	in, targets, more := u.indicatorInput(x, f)
	fields = append(fields, more...)
	if len(fields) == 0 {
		id, err := u.saveIndicator(x, in)
		if err == nil {
			x.Flash("done_programme")
			return x.SeeOther("/programme/indicators/" + id.String())
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.indicatorForm(x, http.StatusUnprocessableEntity, f, targets, fields)
}

// saveIndicator refuses a change under another code.
func (u *UI) saveIndicator(x *Ctx, in programme.IndicatorInput) (uuid.UUID, error) {
	if x.Param("indicator") != "" {
		_, i, err := u.indicatorOf(x)
		if err != nil {
			return uuid.Nil, err
		}
		in.Code, in.Disaggregation = i.Code, i.Disaggregation
	}
	return u.Programme.SaveIndicator(x.Request.Context(), x.Actor, in)
}

func (u *UI) indicatorInput(x *Ctx, f webprogramme.IndicatorForm) (in programme.IndicatorInput, targets map[string]string, wrong []errs.Field) {
	figure := func(name, s string) *float64 {
		v, ok := programme.ParseFigure(s)
		if !ok {
			wrong = append(wrong, errs.Field{Name: name, Key: "error_number"})
		}
		return v
	}
	in = programme.IndicatorInput{New: x.Param("indicator") == "", Code: strings.ToUpper(f.Code), ElementCode: f.Element, Title: f.Title, TitleAR: f.TitleAR, TitleEN: f.TitleEN, Unit: programme.Unit(f.Unit),
		Query: f.Query, Definition: f.Definition, Verification: f.Verification, Frequency: f.Frequency, Responsible: f.Responsible, Reason: f.Reason,
		Baseline: figure("baseline", f.Baseline), Target: figure("target", f.Target), Targets: map[string]*float64{}}
	in.BaselineOn, _ = time.Parse(time.DateOnly, f.BaselineOn) // checked by the form
	targets = map[string]string{}
	for name, vs := range x.Request.PostForm {
		if code, ok := strings.CutPrefix(name, "target-"); ok && len(vs) > 0 {
			targets[code], in.Targets[code] = vs[0], figure(name, vs[0])
		}
	}
	if !report.QueryFits(f.Query, in.Unit) {
		wrong = append(wrong, errs.Field{Name: "query", Key: "programme_error_query"})
	}
	return in, targets, wrong
}

// ProgrammeMeasure keeps a measured figure.
func (u *UI) ProgrammeMeasure(x *Ctx) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	id, err := x.ID("indicator")
	if err != nil {
		return err
	}
	var f webprogramme.MeasureForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	v, _ := programme.ParseFigure(f.Value)
	if v == nil && f.Value != "" {
		fields = append(fields, errs.Field{Name: "value", Key: "error_number"})
	}
	if len(fields) == 0 {
		m := programme.Measure{IndicatorID: id, Value: *v, Evidence: f.Evidence}
		m.ID, _ = uuid.Parse(f.Key)
		m.MeasuredOn, _ = time.Parse(time.DateOnly, f.On) // checked by the form
		if err = u.Programme.Enter(x.Request.Context(), x.Actor, m); err == nil {
			x.Flash("done_programme")
			return x.SeeOther("/programme/indicators/" + id.String())
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.indicatorPage(x, http.StatusUnprocessableEntity, f, fields)
}

// ProgrammeWithdraw takes a measured figure out of the count.
func (u *UI) ProgrammeWithdraw(x *Ctx) error {
	id, measure, err := x.twoIDs("indicator", "measure")
	if err != nil {
		return err
	}
	if err := u.Programme.Withdraw(x.Request.Context(), x.Actor, id, measure, strings.TrimSpace(x.PostForm("reason"))); err != nil {
		return err
	}
	x.Flash("done_programme")
	return x.SeeOther("/programme/indicators/" + id.String())
}

// ProgrammeRevise publishes today's figure of a closed period.
func (u *UI) ProgrammeRevise(x *Ctx) error {
	id, period, err := x.twoIDs("indicator", "period")
	if err != nil {
		return err
	}
	if err := u.Figures.Revise(x.Request.Context(), x.Actor, period, id, strings.TrimSpace(x.PostForm("reason"))); err != nil {
		return err
	}
	x.Flash("done_programme")
	return x.SeeOther("/programme/indicators/" + id.String())
}

// ProgrammeClose publishes the figures of a period.
func (u *UI) ProgrammeClose(x *Ctx) error {
	id, err := x.ID("period")
	if err != nil {
		return err
	}
	if err := u.Figures.ClosePeriod(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	x.Flash("done_programme_closed")
	return x.SeeOther("/programme")
}
