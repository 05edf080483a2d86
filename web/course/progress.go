package course

import (
	"shelter/internal/course"
	"shelter/internal/i18n"
	"shelter/web/kit"
	"shelter/web/layout"
)

// ProgressPage is how people get on in a course.
type ProgressPage struct {
	layout.Page

	Progress *course.Progress
}

func (p ProgressPage) rtl() bool { return p.Loc.Lang() == i18n.AR }

func (p ProgressPage) cols(keys ...string) []kit.Col {
	cols := make([]kit.Col, len(keys))
	for i, k := range keys {
		cols[i] = kit.Col{Label: p.Loc.T("enrol_col_" + k)}
	}
	return cols
}

func (p ProgressPage) figures() []kit.Figure {
	f := func(key string, n int) kit.Figure {
		return kit.Figure{Label: p.Loc.T("enrol_figure_" + key), Value: p.Loc.Number(n), Href: coursePath(p.Progress.Standing) + "/people"}
	}
	list := []kit.Figure{f("all", len(p.Progress.Learners)), f("begun", p.Progress.Begun), f("done", p.Progress.Finished), f("late", p.Progress.Late)}
	days := "–"
	if p.Progress.Days >= 0 {
		days = p.Loc.N("enrol_days_n", p.Progress.Days)
	}
	return append(list, kit.Figure{Label: p.Loc.T("enrol_figure_days"), Value: days})
}

func (p ProgressPage) share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}

// part is a share with its counts; of nobody there is none.
func (p ProgressPage) part(n, of int) string {
	if of == 0 {
		return "–"
	}
	return p.Loc.T("enrol_share", "share", p.Loc.Percent(p.share(n, of)), "n", p.Loc.Number(n), "of", p.Loc.Number(of))
}
