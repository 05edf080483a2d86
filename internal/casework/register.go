package casework

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// RegisterNames are those of organisations and workers, which live on the training side.
type RegisterNames struct {
	Org, Person func(id uuid.UUID) string
}

// Register gives the register of a team's files for a fresh code, as a workbook: codes and coarse columns, dates by quarter, no name of a
// person assisted and no text. The entry of the audit names each file in it.
func (d *Desk) Register(ctx context.Context, actor access.Actor, factor string, to io.Writer, loc *i18n.Localizer, names RegisterNames) error {
	if err := access.Can(actor, access.CaseTeam, access.Resource{}); err != nil {
		return err
	}
	if err := d.proved(ctx, actor, factor); err != nil {
		return err
	}
	s := d.work
	t, err := s.Team(ctx, actor)
	if err != nil {
		return err
	}
	var files []TeamFile
	var services []teamService
	err = s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if files, err = s.teamFiles(ctx, tx, actor); err != nil {
			return err
		}
		if services, err = s.teamServices(ctx, tx, actor); err != nil {
			return err
		}
		ids := make([]string, len(files))
		for i := range files {
			ids[i] = files[i].ID.String()
		}
		return s.record(ctx, tx, actor, "case.register", "", uuid.Nil, map[string]any{"shown": ids})
	})
	if err != nil {
		return err
	}
	return writeRegister(to, t, files, services, loc, names, s.now())
}

type registerBook struct {
	w            *sheet.Workbook
	loc          *i18n.Localizer
	names        RegisterNames
	strong, cell sheet.StyleID
}

func writeRegister(to io.Writer, t *Team, files []TeamFile, services []teamService, loc *i18n.Localizer, names RegisterNames, at time.Time) error {
	w := sheet.NewWorkbook()
	defer func() { _ = w.Close() }()
	b := registerBook{w: w, loc: loc, names: names, strong: w.Style(sheet.Style{Bold: true, Fill: "E4F0F0", Wrap: true, Border: sheet.Box(1, "76827F")}), cell: w.Style(sheet.Style{Border: sheet.Box(1, "DDE2DF")})}
	w.Properties(sheet.Properties{Title: loc.T("case_register"), Creator: loc.T("layout_brand"), Language: string(loc.Lang()), Created: at})
	b.files(files)
	b.services(services)
	b.indicators(t)
	if err := w.Err(); err != nil {
		return err
	}
	_, err := w.WriteTo(to)
	return err
}

// sheet begins a sheet with its heads.
func (b *registerBook) sheet(name string, heads []string, widths []float64) *sheet.Writer {
	s := b.w.AddSheet(b.loc.T(name), sheet.SheetOptions{RightToLeft: b.loc.Lang() == i18n.AR, Widths: widths, FreezeRows: 1, Page: &sheet.Page{Landscape: true, FitWidth: 1}})
	row := make([]sheet.Value, len(heads))
	for i, h := range heads {
		row[i] = sheet.V(b.loc.T(h), b.strong)
	}
	s.Row(row...)
	return s
}

func (b *registerBook) row(s *sheet.Writer, values ...any) {
	row := make([]sheet.Value, len(values))
	for i, v := range values {
		row[i] = sheet.V(v, b.cell)
	}
	s.Row(row...)
}

func (b *registerBook) files(list []TeamFile) {
	s := b.sheet("case_register", []string{"case_code", "case_owner", "case_worker", "case_state", "case_status", "case_risk", "case_sex", "case_age_band", "case_nationality", "case_form", "case_register_reported", "case_register_closed",
		"case_register_reason", "case_team_provided", "case_team_unmet", "case_register_goals_met", "case_register_goals", "case_demo"}, []float64{12, 26, 22, 18, 14, 12, 12, 12, 18, 24, 12, 12, 18, 12, 12, 12, 12, 10})
	word := func(list, w string) string {
		if w == "" {
			return ""
		}
		return Word(b.loc, list, w)
	}
	for i := range list {
		f := &list[i]
		demo := ""
		if f.Demo {
			demo = b.loc.T("case_demo")
		}
		b.row(s, f.Code, b.names.Org(f.OwnerID), b.names.Person(f.WorkerID), b.loc.T("case_state_"+string(f.State)), word("status", f.Status), word("risk", f.Risk), word("sex", f.Sex), word("age", f.AgeBand),
			word("nationality", f.Nationality), word("form", f.Form), b.loc.Quarter(f.ReportedOn), b.loc.Quarter(f.ClosedOn), word("closure", f.ClosureReason), f.Provided, f.Unmet, f.GoalsMet, f.Goals, demo)
	}
}

// services counts services by quarter, keeper and type.
func (b *registerBook) services(list []teamService) {
	s := b.sheet("case_register_services", []string{"case_register_quarter", "case_owner", "case_domain", "case_service_type", "case_team_provided", "case_team_unmet"}, []float64{12, 30, 22, 44, 12, 12})
	type place struct {
		quarter time.Time
		owner   uuid.UUID
		kind    string
	}
	counts := map[place]*[2]int{}
	var places []place
	for i := range list {
		from, _ := quarters(list[i].On, list[i].On)
		p := place{from, list[i].OwnerID, list[i].Type}
		if counts[p] == nil {
			counts[p] = &[2]int{}
			places = append(places, p)
		}
		if list[i].State == "provided" {
			counts[p][0]++
		} else {
			counts[p][1]++
		}
	}
	key := func(p place) string { return p.quarter.Format(time.DateOnly) + b.names.Org(p.owner) + p.kind }
	slices.SortFunc(places, func(x, y place) int {
		switch {
		case key(x) < key(y):
			return -1
		case key(x) > key(y):
			return 1
		}
		return 0
	})
	for _, p := range places {
		b.row(s, b.loc.Quarter(p.quarter), b.names.Org(p.owner), Word(b.loc, "domain", DomainOf(p.kind)), Word(b.loc, "service", p.kind), counts[p][0], counts[p][1])
	}
}

// indicators writes each with what it is made of: undefined when that is nothing.
func (b *registerBook) indicators(t *Team) {
	s := b.sheet("case_register_indicators", []string{"case_register_indicator", "case_register_value", "case_register_n", "case_register_of"}, []float64{70, 16, 12, 12})
	share := func(key string, x Share) {
		value := b.loc.T("case_team_undefined")
		if x.Defined() {
			value = b.loc.Percent(x.Value())
		}
		b.row(s, b.loc.T(key), value, x.N, x.Of)
	}
	share("case_team_goals", t.Goals)
	share("case_team_needs", t.Needs)
	median := b.loc.T("case_team_undefined")
	if d, ok := t.FirstDays.Median(); ok {
		median = fmt.Sprint(d)
	}
	b.row(s, b.loc.T("case_team_days"), median, len(t.FirstDays.Days), t.Files)
	if t.Asks {
		share("case_team_held", t.FilesHeld)
		share("case_team_services_held", t.ServicesHeld)
	}
}
