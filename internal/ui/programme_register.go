package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/programme"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
	webprogramme "shelter/web/programme"
)

// register gives the register of the address, with the columns that the reader may see.
func (x *Ctx) register() (programme.Register, error) {
	r, ok := programme.RegisterNamed(x.Param("register"))
	if !ok {
		return r, errs.NewNotFound("programme register")
	}
	return r.For(x.Actor), nil
}

// ProgrammeRegister lists a register.
func (u *UI) ProgrammeRegister(x *Ctx) error {
	r, err := x.register()
	if err != nil {
		return err
	}
	p := webprogramme.RegisterPage{Page: x.Page(x.Loc.T("programme_register_" + r.Name)), Register: r, Edit: x.allowed(access.ProgrammeEdit, access.Resource{})}
	if p.Records, err = u.Programme.Records(x.Request.Context(), x.Actor, r); err != nil {
		return err
	}
	options, err := u.registerOptions(x)
	if err != nil {
		return err
	}
	p.Labels = webprogramme.LabelsOf(options)
	p.Crumbs, p.Scripts, p.Lead = x.programmeCrumbs(), []string{"table"}, x.Loc.T("programme_register_"+r.Name+"_lead")
	if p.Edit {
		p.Main = &kit.Action{Label: x.Loc.T("programme_add"), Href: "/programme/r/" + r.Name + "/new", Icon: "plus"}
	}
	p.Totals = registerTotals(x, r, p.Records, p.Labels)
	if r.Name == "tasks" {
		p.Gantt = ganttOf(x.Loc, p.Records, u.Now())
	}
	return x.Render(http.StatusOK, webprogramme.Register(p))
}

// registerTotals are the figures above a list: sums of the budget, the reach of awareness, the gap of readiness.
func registerTotals(x *Ctx, r programme.Register, list []programme.Record, labels webprogramme.Labels) []kit.Figure {
	if len(list) == 0 {
		return nil
	}
	sum := func(names ...string) (total float64) {
		for _, rec := range list {
			for _, n := range names {
				v, _ := strconv.ParseFloat(rec.Values[n], 64)
				total += v
			}
		}
		return total
	}
	figure := func(label string, v float64) kit.Figure {
		return kit.Figure{Label: x.Loc.T(label), Value: x.Loc.Number(int(v + 0.5))}
	}
	switch r.Name {
	case "budget":
		return []kit.Figure{figure("programme_col_planned", sum("planned")), figure("programme_col_committed", sum("committed")), figure("programme_col_spent", sum("spent"))}
	case "works":
		beds := 0
		for _, rec := range list {
			if rec.Values["status"] == "accepted" {
				n, _ := strconv.Atoi(rec.Values["beds"])
				beds += n
			}
		}
		return []kit.Figure{figure("programme_col_cost_planned", sum("cost_planned")), figure("programme_col_cost", sum("cost")), figure("programme_beds_opened", float64(beds))}
	case "awareness":
		if _, ok := r.Column("reach_f"); ok {
			return awarenessTotals(x, list)
		}
	case "readiness":
		return readinessTotals(x, list, labels)
	}
	return nil
}

func awarenessTotals(x *Ctx, list []programme.Record) []kit.Figure {
	var victims, others int
	for _, rec := range list {
		n := 0
		for _, col := range []string{"reach_f", "reach_m", "reach_unknown"} {
			v, _ := strconv.Atoi(rec.Values[col])
			n += v
		}
		if rec.Values["audience"] == "potential_victims" {
			victims += n
		} else {
			others += n
		}
	}
	return []kit.Figure{{Label: x.Loc.T("programme_reach_public"), Value: x.Loc.Number(others)}, {Label: x.Loc.T("programme_reach_victims"), Value: x.Loc.Number(victims)}}
}

// readinessTotals gives the share of the checklist that was met before and after, in all and by shelter; "partly" is half, and what was
// not looked at again after the works counts as before.
func readinessTotals(x *Ctx, list []programme.Record, labels webprogramme.Labels) []kit.Figure {
	type met struct{ n, before, after float64 }
	worth := map[string]float64{"yes": 1, "partly": 0.5}
	all, by, order := met{}, map[string]*met{}, []string(nil)
	for _, rec := range list {
		id := rec.Values["shelter_id"]
		if by[id] == nil {
			by[id] = &met{}
			order = append(order, id)
		}
		after := rec.Values["after"]
		if after == "" {
			after = rec.Values["before"]
		}
		for _, m := range []*met{&all, by[id]} {
			m.n, m.before, m.after = m.n+1, m.before+worth[rec.Values["before"]], m.after+worth[after]
		}
	}
	figures := []kit.Figure{{Label: x.Loc.T("programme_ready_before"), Value: x.Loc.Percent(all.before / all.n)}, {Label: x.Loc.T("programme_ready_after"), Value: x.Loc.Percent(all.after / all.n)},
		{Label: x.Loc.T("programme_ready_gap"), Value: x.Loc.Percent(1 - all.after/all.n)}}
	for _, id := range order {
		m := by[id]
		figures = append(figures, kit.Figure{Label: x.Loc.T("programme_ready_shelter", "shelter", labels[id]), Value: x.Loc.Percent(m.before/m.n) + " → " + x.Loc.Percent(m.after/m.n)})
	}
	return figures
}

// registerOptions are the things that a record can point to. Names of organisations are not secret to whoever sees the programme.
func (u *UI) registerOptions(x *Ctx) (map[programme.Kind][]form.Option, error) {
	ctx, lang := x.Request.Context(), x.Loc.Lang()
	all := map[programme.Kind][]form.Option{}
	orgs, err := u.Org.Organisations(ctx, access.System("programme"))
	if err != nil {
		return nil, err
	}
	for _, o := range orgs {
		opt := form.Option{Value: o.ID.String(), Label: o.NameIn(lang)}
		all[programme.Organisation] = append(all[programme.Organisation], opt)
		if o.Shelter {
			all[programme.Shelter] = append(all[programme.Shelter], opt)
		}
	}
	gs, err := u.Org.Governorates(ctx)
	if err != nil {
		return nil, err
	}
	for _, g := range gs {
		all[programme.Governorate] = append(all[programme.Governorate], form.Option{Value: g.Code, Label: g.Name(lang)})
	}
	plan, err := u.Programme.Plan(ctx, x.Actor)
	if err != nil {
		return nil, err
	}
	for _, e := range plan.Elements {
		if e.Level == programme.Activity {
			all[programme.ActivityCode] = append(all[programme.ActivityCode], form.Option{Value: e.Code, Label: e.Code + " · " + e.Words().In(lang)})
		}
	}
	return all, nil
}

// ProgrammeRecordNew shows an empty form.
func (u *UI) ProgrammeRecordNew(x *Ctx) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	r, err := x.register()
	if err != nil {
		return err
	}
	values := map[string]string{} // a proposal comes with what it says
	for _, c := range r.Columns {
		values[c.Name] = x.Query(c.Name)
	}
	return u.recordForm(x, http.StatusOK, values, nil)
}

// ProgrammeRecord shows one record, as a form to whoever may change it.
func (u *UI) ProgrammeRecord(x *Ctx) error {
	r, err := x.register()
	if err != nil {
		return err
	}
	id, err := x.ID("record")
	if err != nil {
		return err
	}
	rec, err := u.Programme.Record(x.Request.Context(), x.Actor, r, id)
	if err != nil {
		return err
	}
	return u.recordForm(x, http.StatusOK, rec.Values, nil)
}

func (u *UI) recordForm(x *Ctx, status int, values map[string]string, wrong []errs.Field) error {
	p, err := u.recordView(x, values, wrong)
	if err != nil {
		return err
	}
	return x.Render(status, webprogramme.Record(p))
}

func (u *UI) recordView(x *Ctx, values map[string]string, wrong []errs.Field) (webprogramme.RecordPage, error) {
	r, err := x.register()
	if err != nil {
		return webprogramme.RecordPage{}, err
	}
	list := "/programme/r/" + r.Name
	p := webprogramme.RecordPage{Page: x.reading("programme_add", ""), Register: r, Form: x.Form(wrong), Values: values, New: x.Param("record") == "", Action: list,
		Key: x.PostForm("key"), Edit: x.allowed(access.ProgrammeEdit, access.Resource{})}
	p.Crumbs = append(x.programmeCrumbs(), layout.Crumb{Label: x.Loc.T("programme_register_" + r.Name), Href: list})
	if !p.New {
		p.Action += "/" + x.Param("record")
		p.Title = values[r.Columns[0].Name]
	}
	if p.Title == "" {
		p.Title = x.Loc.T("programme_register_" + r.Name)
	}
	if p.Key == "" {
		p.Key = uuid.NewString()
	}
	if p.Options, err = u.registerOptions(x); err != nil {
		return p, err
	}
	p.Labels, p.DocumentForm = webprogramme.LabelsOf(p.Options), x.Form(nil)
	if !p.New && x.detailed() {
		record, err := x.ID("record")
		if err != nil {
			return p, err
		}
		p.Filed = true
		p.Documents, err = u.Programme.Documents(x.Request.Context(), x.Actor, record)
		return p, err
	}
	return p, nil
}

// ProgrammeRecordSave adds a record or changes it.
func (u *UI) ProgrammeRecordSave(x *Ctx) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err
	}
	r, err := x.register()
	if err != nil {
		return err
	}
	trimForm(x)
	rec, save := programme.Record{Values: map[string]string{}}, u.Programme.Add
	for _, c := range r.Columns {
		rec.Values[c.Name] = x.Request.PostForm.Get(c.Name)
	}
	rec.ID, _ = uuid.Parse(x.PostForm("key"))
	if x.Param("record") != "" {
		if rec.ID, err = x.ID("record"); err != nil {
			return err
		}
		save = u.Programme.Change
	}
	err = save(x.Request.Context(), x.Actor, r, rec)
	if e := errs.As(err); e != nil {
		if e.Kind != errs.Invalid || len(e.Fields) == 0 {
			return err
		}
		return u.recordForm(x, http.StatusUnprocessableEntity, rec.Values, e.Fields)
	}
	x.Flash("done_programme")
	return x.SeeOther("/programme/r/" + r.Name)
}

// ProgrammeRecordRemove takes a record out of its list.
func (u *UI) ProgrammeRecordRemove(x *Ctx) error {
	r, err := x.register()
	if err != nil {
		return err
	}
	id, err := x.ID("record")
	if err != nil {
		return err
	}
	if err := u.Programme.Remove(x.Request.Context(), x.Actor, r, id); err != nil {
		return err
	}
	x.Flash("done_programme_removed")
	return x.SeeOther("/programme/r/" + r.Name)
}
