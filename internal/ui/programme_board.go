package ui

import (
	"net/http"
	"time"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/report"
	"shelter/web/kit"
	"shelter/web/layout"
	webprogramme "shelter/web/programme"
)

// ProgrammeBoard is the dashboard: every indicator against its target, the map, and the ways to the registers.
func (u *UI) ProgrammeBoard(x *Ctx) error {
	b, err := u.Figures.Glance(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webprogramme.BoardPage{Page: x.Page(x.Loc.T("programme_title")), Board: b, Detail: x.detailed(), Edit: x.allowed(access.ProgrammeEdit, access.Resource{})}
	p.Lead, p.Scripts = x.Loc.T("programme_lead"), []string{"table"}
	p.Actions = []kit.Action{{Label: x.Loc.T("programme_get_logframe"), Href: "/programme/logframe.xlsx", Icon: "download"}}
	if p.Edit {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("mailing_title"), Href: "/programme/mailings", Icon: "mail"}, kit.Action{Label: x.Loc.T("iati_title"), Href: "/programme/iati", Icon: "download"}, kit.Action{Label: x.Loc.T("token_title"), Href: "/programme/tokens", Icon: "shield-check"}, kit.Action{Label: x.Loc.T("logo_title"), Href: "/programme/logos", Icon: "image"})
		p.Main = &kit.Action{Label: x.Loc.T("programme_new"), Href: "/programme/indicators/new", Icon: "plus"}
	}
	p.Assists = u.Figures.Assists() && x.allowed(access.CaseCount, access.Resource{})
	p.Donor = webprogramme.DonorForm{From: b.From.Format(time.DateOnly), To: b.At.Format(time.DateOnly)}
	if b.From.IsZero() {
		p.Donor.From = b.At.AddDate(-1, 0, 0).Format(time.DateOnly)
	}
	p.Map, p.MapTitle, err = u.tileMap(x, b)
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, webprogramme.Board(p))
}

// ProgrammeTraining shows whom training has reached, what was learned, and what should be taught again.
func (u *UI) ProgrammeTraining(x *Ctx) error {
	t, err := u.Figures.Training(x.Request.Context(), x.Actor, x.Loc.Lang())
	if err != nil {
		return err
	}
	p := webprogramme.TrainingPage{Page: x.Page(x.Loc.T("training_title")), Training: t, Detail: x.detailed(), Edit: x.allowed(access.ProgrammeEdit, access.Resource{})}
	p.Crumbs, p.Lead, p.Scripts = x.programmeCrumbs(), x.Loc.T("training_lead"), []string{"table"}
	if p.Titles, err = x.objectiveTitles(); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webprogramme.TrainingView(p))
}

func (x *Ctx) detailed() bool { return x.allowed(access.ProgrammeDetail, access.Resource{}) }

// places24 puts each governorate on the tile map, as column and row; the neighbours stay neighbours as far as squares allow.
var places24 = map[string][2]int{
	"TN-23": {3, 0}, "TN-12": {4, 0}, "TN-11": {5, 0}, "TN-32": {1, 1}, "TN-31": {2, 1}, "TN-14": {3, 1}, "TN-13": {4, 1}, "TN-21": {5, 1},
	"TN-33": {1, 2}, "TN-34": {2, 2}, "TN-22": {3, 2}, "TN-51": {4, 2}, "TN-42": {1, 3}, "TN-41": {2, 3}, "TN-52": {4, 3}, "TN-53": {5, 3},
	"TN-71": {1, 4}, "TN-43": {2, 4}, "TN-61": {4, 4}, "TN-72": {1, 5}, "TN-73": {2, 5}, "TN-81": {3, 5}, "TN-82": {4, 6}, "TN-83": {3, 7},
}

// tileMap shows where the people who completed a training work.
func (u *UI) tileMap(x *Ctx, b *report.Board) ([]webprogramme.Tile, string, error) {
	f := b.Trained
	if f.Value == nil {
		return nil, "", nil
	}
	gs, err := u.Org.Governorates(x.Request.Context())
	if err != nil {
		return nil, "", err
	}
	var tiles []webprogramme.Tile
	most, reached := 1, 0
	for _, g := range gs {
		t := webprogramme.Tile{Code: g.Code[3:], Name: g.Name(x.Loc.Lang()), Col: places24[g.Code][0], Row: places24[g.Code][1]}
		for _, p := range f.Parts {
			if p.Dimension == "governorate" && p.Key == g.Code {
				t.N, t.Hidden = p.N, p.Hidden
			}
		}
		if most = max(most, t.N); t.N > 0 || t.Hidden {
			reached++
		}
		tiles = append(tiles, t)
	}
	for i := range tiles {
		if tiles[i].N > 0 {
			tiles[i].Step = 1 + 3*tiles[i].N/most
		} else if tiles[i].Hidden {
			tiles[i].Step = 1
		}
	}
	return tiles, x.Loc.N("programme_map_title", reached), nil
}

// ProgrammeLogframe hands out the plan as a workbook.
func (u *UI) ProgrammeLogframe(x *Ctx) error {
	o, err := x.reportOptions()
	if err != nil {
		return err
	}
	f, err := u.Figures.Logframe(x.Request.Context(), x.Actor, o.Lang)
	if err != nil {
		return err
	}
	defer f.Close()
	return x.sendFile(f)
}

func (x *Ctx) programmeCrumbs() []layout.Crumb {
	return []layout.Crumb{{Label: x.Loc.T("programme_title"), Href: "/programme"}}
}

// ProgrammeIndicator shows one indicator.
func (u *UI) ProgrammeIndicator(x *Ctx) error {
	return u.indicatorPage(x, http.StatusOK, webprogramme.MeasureForm{}, nil)
}

func (u *UI) indicatorPage(x *Ctx, status int, f webprogramme.MeasureForm, wrong []errs.Field) error {
	id, err := x.ID("indicator")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	b, err := u.Figures.One(ctx, x.Actor, id)
	if err != nil {
		return err
	}
	i := b.Rows[0].Indicator
	p := webprogramme.IndicatorPage{Page: x.Page(i.Words().In(x.Loc.Lang())), Board: b, Row: b.Rows[0], Detail: x.detailed(), Form: x.Form(wrong), Measure: f,
		Edit: x.allowed(access.ProgrammeEdit, access.Resource{}), Today: b.At.Format(time.DateOnly)}
	p.Crumbs, p.Lead = x.programmeCrumbs(), i.Code+" · "+b.Plan.Element(i.ElementID).Words().In(x.Loc.Lang())
	if p.Edit {
		p.Main = &kit.Action{Label: x.Loc.T("programme_edit"), Href: "/programme/indicators/" + id.String() + "/edit", Icon: "pencil"}
	}
	if p.History, err = u.Programme.History(ctx, x.Actor, id); err != nil {
		return err
	}
	if p.Measures, err = u.Programme.Measures(ctx, x.Actor, id); err != nil {
		return err
	}
	if p.Governorates, err = u.Org.Governorates(ctx); err != nil {
		return err
	}
	return x.Render(status, webprogramme.Show(p))
}

// ProgrammeEvidence lists what stands behind a figure, of a period (?period=CODE) or of the whole project.
func (u *UI) ProgrammeEvidence(x *Ctx) error {
	id, err := x.ID("indicator")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	b, err := u.Figures.One(ctx, x.Actor, id)
	if err != nil {
		return err
	}
	r := b.Rows[0]
	from, to, figure, span := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), b.At, r.Total, x.Loc.T("programme_total")
	for _, f := range r.Periods {
		if f.Period.Code == x.Query("period") {
			from, to, figure, span = f.Period.StartsOn, f.Period.EndsOn, f.Now, f.Period.Code
		}
	}
	rows, err := u.Figures.Evidence(ctx, x.Actor, r.Indicator, from, to)
	if err != nil {
		return err
	}
	p := webprogramme.EvidencePage{Page: x.Page(x.Loc.T("programme_evidence_title", "code", r.Indicator.Code)), Indicator: r.Indicator, Rows: rows, Span: span,
		Figure: webprogramme.Figure(x.Loc, r.Indicator.Unit, figure.Value, figure.Below)}
	p.Scripts = []string{"table"}
	p.Crumbs = append(x.programmeCrumbs(), layout.Crumb{Label: r.Indicator.Words().In(x.Loc.Lang()), Href: "/programme/indicators/" + id.String()})
	return x.Render(http.StatusOK, webprogramme.Evidence(p))
}

// ProgrammeDonor hands out the donor report of the days ?from to ?to as a workbook.
func (u *UI) ProgrammeDonor(x *Ctx) error {
	d, err := x.donorOptions()
	if err != nil {
		return err
	}
	f, err := u.Figures.Donor(x.Request.Context(), x.Actor, d)
	if err != nil {
		return err
	}
	defer f.Close()
	return x.sendFile(f)
}

// donorOptions reads the days from the address.
func (x *Ctx) donorOptions() (report.DonorOptions, error) {
	d := report.DonorOptions{}
	if err := access.Can(x.Actor, access.ProgrammeView, access.Resource{}); err != nil {
		return d, err
	}
	o, err := x.reportOptions()
	if err != nil {
		return d, err
	}
	d.Lang = o.Lang
	for name, to := range map[string]*time.Time{"from": &d.From, "to": &d.To} {
		if *to, err = time.Parse(time.DateOnly, x.Query(name)); err != nil {
			return d, errs.InvalidFields([]errs.Field{{Name: name, Key: "error_date"}})
		}
	}
	return d, nil
}

// ProgrammeNarrative is the report to the donor on paper, in the reader's language.
func (u *UI) ProgrammeNarrative(x *Ctx) error {
	d, err := x.donorOptions()
	if err != nil {
		return err
	}
	n, err := u.Figures.Narrative(x.Request.Context(), x.Actor, d)
	if err != nil {
		return err
	}
	p := webprogramme.NarrativePage{Page: x.Page(x.Loc.T("narrative_title")), Report: n}
	p.Paper = layout.Sheet{Format: layout.Portrait, Back: "/programme", Owner: x.Loc.T("workshop_paper_owner"), Project: x.Loc.T("layout_brand")}
	if p.Paper.Logos, err = u.paperLogos(x); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webprogramme.Narrative(p))
}
