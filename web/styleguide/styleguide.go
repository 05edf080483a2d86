// Package styleguide is the page that shows every part of the design system, in the reader's language and in both themes.
// Its people, places and figures are invented.
package styleguide

import (
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// Page is the style guide in one language and theme.
type Page struct {
	layout.Page
}

// New makes the page; theme is "light", "dark" or empty for the device's own.
func New(loc *i18n.Localizer, theme string) Page {
	t := loc.T
	return Page{layout.Page{
		Loc: loc, Title: t("guide_title"), Lead: t("guide_lead"), Path: "/_styleguide", Theme: theme,
		Nav: []layout.NavItem{
			{Label: t("guide_nav_home"), Href: "#", Icon: "house"},
			{Label: t("guide_nav_workshops"), Href: "#", Icon: "calendar-days", Current: true},
			{Label: t("guide_nav_courses"), Href: "#", Icon: "book-open"},
			{Label: t("guide_nav_people"), Href: "#", Icon: "users"},
			{Label: t("guide_nav_organisations"), Href: "#", Icon: "building-2"},
			{Label: t("guide_nav_reports"), Href: "#", Icon: "chart-column"},
		},
		Actor:   person(loc, 0),
		Crumbs:  []layout.Crumb{{Label: t("guide_nav_home"), Href: "#"}, {Label: t("guide_nav_workshops"), Href: "#"}},
		Main:    &kit.Action{Label: t("guide_main"), Href: "#", Icon: "plus"},
		Actions: []kit.Action{{Label: t("guide_export"), Href: "#", Icon: "download"}},
		Flash:   []layout.Flash{{Tone: kit.Good, Text: t("guide_flash")}},
		Scripts: []string{"table"}, Exit: "#",
	}}
}

// names are invented, in both scripts.
var names = [...][2]string{
	{"Amira Ben Salah", "أميرة بن صالح"}, {"Mohamed Habib Trabelsi-Gharbi", "محمد الحبيب الطرابلسي الغربي"},
	{"Nour Chaabane", "نور شعبان"}, {"Yassine Mejri", "ياسين الماجري"},
}

func person(loc *i18n.Localizer, i int) string {
	if loc.Lang() == i18n.AR {
		return names[i][1]
	}
	return names[i][0]
}

type row struct {
	name, code, status string
	tone               kit.Tone
	share              float64
	minutes            int
}

func (p Page) rows() []row {
	t := p.Loc.T
	return []row{
		{person(p.Loc, 0), "P-7K3Q9", t("guide_present"), kit.Good, 1, 1080},
		{person(p.Loc, 1), "P-2M8XD", t("guide_late"), kit.Warn, .75, 810},
		{person(p.Loc, 2), "P-9T4WB", t("guide_absent"), kit.Bad, .25, 270},
		{person(p.Loc, 3), "P-5C1RN", t("guide_unmarked"), kit.Off, 0, 0},
	}
}

func (p Page) cols() []kit.Col {
	t := p.Loc.T
	return []kit.Col{
		{Label: t("guide_name"), Sort: "#", Sorted: "ascending"}, {Label: t("guide_code")}, {Label: t("guide_state"), Sort: "#"},
		{Label: t("guide_share"), Number: true}, {Label: t("guide_minutes"), Number: true}, {Label: t("guide_ops"), Hidden: true},
	}
}

func (p Page) states() []kit.RollState {
	t := p.Loc.T
	return []kit.RollState{
		{Value: "present", Label: t("guide_present"), Icon: "check", Tone: kit.Good},
		{Value: "late", Label: t("guide_late"), Icon: "clock", Tone: kit.Warn},
		{Value: "left_early", Label: t("guide_left"), Icon: "door-open", Tone: kit.Warn},
		{Value: "excused", Label: t("guide_excused"), Icon: "shield-check", Tone: kit.Info},
		{Value: "absent", Label: t("guide_absent"), Icon: "x", Tone: kit.Bad},
	}
}

func (p Page) roll() []kit.RollRow {
	rows := make([]kit.RollRow, 0, len(names))
	states := [...]string{"present", "late", "absent", ""}
	for i, r := range p.rows() {
		rows = append(rows, kit.RollRow{ID: r.code, Name: r.name, Code: r.code, Note: p.Loc.T("guide_org"), State: states[i]})
	}
	return rows
}

func (p Page) form() *form.Set {
	return form.New(p.Loc, []errs.Field{{Name: "email", Key: "error_email"}, {Name: "kind", Key: "error_required"}})
}

func (p Page) options() []form.Option {
	t := p.Loc.T
	return []form.Option{
		{Value: "a", Label: t("guide_opt_a"), Hint: t("guide_opt_a_hint")}, {Value: "b", Label: t("guide_opt_b")}, {Value: "c", Label: t("guide_opt_c")},
	}
}

func (p Page) figures() []kit.Figure {
	t := p.Loc.T
	return []kit.Figure{
		{Value: p.Loc.Number(1248), Label: t("guide_fig_people"), Note: t("guide_fig_people_note"), Href: "#"},
		{Value: p.Loc.Percent(.86), Label: t("guide_fig_share"), Note: t("guide_fig_share_note"), Href: "#", Tone: kit.Good},
		{Value: "27", Label: t("guide_present"), Note: t("guide_fig_of"), Href: "#"},
		{Value: "3", Label: t("guide_unmarked"), Note: t("guide_fig_of"), Href: "#", Tone: kit.Warn},
	}
}

func (p Page) tiles() []kit.Tile {
	t := p.Loc.T
	return []kit.Tile{
		{Label: t("guide_tile_roll"), Text: t("guide_tile_roll_text"), Href: "#", Icon: "user-check"},
		{Label: t("guide_tile_test"), Text: t("guide_tile_test_text"), Href: "#", Icon: "clipboard-list"},
		{Label: t("guide_tile_qr"), Href: "#", Icon: "qr-code"},
		{Label: t("guide_tile_results"), Text: t("guide_tile_results_text"), Href: "#", Icon: "chart-column"},
	}
}

func (p Page) steps() []kit.Step {
	t := p.Loc.T
	return []kit.Step{
		{Label: t("guide_step_file"), State: kit.StepDone, Href: "#", Said: t("guide_step_done")},
		{Label: t("guide_step_columns"), State: kit.StepNow, Said: t("guide_step_now")},
		{Label: t("guide_step_check"), State: kit.StepNext, Said: t("guide_step_next")},
		{Label: t("guide_step_apply"), State: kit.StepNext, Said: t("guide_step_next")},
	}
}

func (p Page) tabs() []kit.Tab {
	t := p.Loc.T
	return []kit.Tab{
		{Label: t("guide_tab_summary"), Href: "#", Current: true}, {Label: t("guide_tab_people"), Href: "#", Count: "30"},
		{Label: t("guide_tab_sessions"), Href: "#", Count: "4"}, {Label: t("guide_tab_tests"), Href: "#"},
	}
}

func (p Page) moments() []kit.Moment {
	t := p.Loc.T
	return []kit.Moment{
		{When: t("guide_when_1"), Title: t("guide_moment_1"), Text: person(p.Loc, 0), Tone: kit.Good},
		{When: t("guide_when_2"), Title: t("guide_moment_2"), Text: t("guide_moment_2_text"), Icon: "clock", Tone: kit.Warn},
		{When: t("guide_when_3"), Title: t("guide_moment_3"), Icon: "info", Tone: kit.Info},
	}
}

func (p Page) terms() []kit.Term {
	t := p.Loc.T
	return []kit.Term{
		{Term: t("guide_code"), Part: kit.Code("W-2026-014")}, {Term: t("guide_place"), Value: t("guide_place_value")},
		{Term: t("guide_name"), Part: kit.Name(names[1][1])}, {Term: t("guide_state"), Part: kit.Status(kit.Good, t("guide_confirmed"))},
	}
}

func (p Page) pager() kit.Pager {
	return kit.Pager{Page: 5, Pages: 20, Total: 400, URL: func(int) string { return "#" }}
}

// sheetLines are enough to fill more than one page, so that the repeated header can be seen.
const sheetLines = 24

func (p Page) sheetRow(i int) row { return p.rows()[i%len(names)] }

func (p Page) sheet() layout.Sheet {
	t := p.Loc.T
	return layout.Sheet{Format: layout.Landscape, Back: "/_styleguide", Owner: t("guide_owner"), Project: t("guide_project"), Code: "W-2026-014"}
}
