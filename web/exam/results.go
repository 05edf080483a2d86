package exam

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/i18n"
	"shelter/web/kit"
	"shelter/web/layout"
)

// View is one of the pages of results.
type View string

// The views.
const (
	ViewOverview   View = "overview"
	ViewPersons    View = "persons"
	ViewObjectives View = "objectives"
	ViewItems      View = "items"
)

// undefined stands for a figure that cannot be computed: it is not 0.
const undefined = "–"

// ResultsPage shows the results of the two tests.
type ResultsPage struct {
	layout.Page

	View   View
	Report exam.Report
	Phase  exam.Phase                    // of the items view; empty is the test given last
	Titles func(objective string) string // what an objective says; empty when unknown

	Regrade bool // the reader may mark a question differently
}

func (p ResultsPage) base() string  { return p.workshop() + "/results" }
func (p ResultsPage) tests() string { return p.workshop() + "/tests" }
func (p ResultsPage) workshop() string {
	return place(p.Report.Workshop)
}
func (p ResultsPage) rtl() bool { return p.Loc.Lang() == i18n.AR }

func (p ResultsPage) tabs() []kit.Tab {
	list := make([]kit.Tab, 0, 4)
	for _, v := range []View{ViewOverview, ViewPersons, ViewObjectives, ViewItems} {
		href := p.base()
		if v != ViewOverview {
			href += "/" + string(v)
		}
		list = append(list, kit.Tab{Label: p.Loc.T("results_tab_" + string(v)), Href: href, Current: v == p.View})
	}
	return list
}

func (p ResultsPage) phaseTabs() []kit.Tab {
	var list []kit.Tab
	for _, t := range p.Report.Tests {
		list = append(list, kit.Tab{Label: p.Loc.T("exam_phase_" + string(t.Phase)), Href: p.base() + "/items?phase=" + string(t.Phase), Current: t.Phase == p.test().Phase})
	}
	return list
}

// test is the test of the items view.
func (p ResultsPage) test() *exam.TestReport {
	if t := p.Report.Test(p.Phase); t != nil {
		return t
	}
	return p.Report.Last()
}

func (p ResultsPage) cols(keys ...string) []kit.Col {
	list := make([]kit.Col, len(keys))
	for i, k := range keys {
		list[i] = kit.Col{Label: p.Loc.T(k), Number: i > 0}
	}
	return list
}

func (p ResultsPage) percent(v stats.Value) string {
	if !v.OK {
		return undefined
	}
	return p.Loc.Percent(v.V / 100)
}

func (p ResultsPage) points(v stats.Value) string {
	if !v.OK {
		return undefined
	}
	return p.Loc.T("exam_points", "v", signed(p.Loc, v.V))
}

// decimal writes a coefficient with two decimals.
func (p ResultsPage) decimal(v stats.Value) string { return p.number(v, 2) }

// index writes a figure that Moodle gives in percent.
func (p ResultsPage) index(v stats.Value) string { return p.number(v, 1) }

func (p ResultsPage) number(v stats.Value, decimals int) string {
	if !v.OK {
		return undefined
	}
	return isolated(p.Loc, p.Loc.Decimal(v.V, decimals))
}

// pvalue writes a p-value; a very small one as less than a thousandth.
func (p ResultsPage) pvalue(v stats.Value) string {
	switch {
	case !v.OK:
		return undefined
	case v.V < 0.001:
		return isolated(p.Loc, "< "+p.Loc.Decimal(0.001, 3))
	}
	return p.Loc.Decimal(v.V, 3)
}

// psaid is the p-value with its sign, for a sentence: "= 0,032" or "< 0,001".
func (p ResultsPage) psaid(v stats.Value) string {
	if !v.OK || v.V < 0.001 {
		return p.pvalue(v)
	}
	return isolated(p.Loc, "= "+p.Loc.Decimal(v.V, 3))
}

// gain is the mean difference, whose unit stands below it.
func (p ResultsPage) gain(v stats.Value) string {
	if !v.OK {
		return undefined
	}
	return isolated(p.Loc, signed(p.Loc, v.V))
}

func (p ResultsPage) interval(i stats.Interval, decimals int) string {
	if !i.OK {
		return undefined
	}
	return isolated(p.Loc, "["+p.Loc.Decimal(i.Lo, decimals)+" ; "+p.Loc.Decimal(i.Hi, decimals)+"]")
}

// isolated keeps a sign in front of its number in a line that runs from right to left.
func isolated(loc *i18n.Localizer, s string) string {
	if loc.Lang().Dir() == "rtl" {
		return "\u2066" + s + "\u2069"
	}
	return s
}

// signed writes a difference with its sign in front.
func signed(loc *i18n.Localizer, f float64) string {
	s := loc.Decimal(f, 1)
	if f > 0 {
		s = "+" + s
	}
	return isolated(loc, s)
}

func (p ResultsPage) share(v *float64) string {
	if v == nil {
		return p.Loc.T("exam_not_taken")
	}
	return p.Loc.Percent(*v)
}

func (p ResultsPage) difference(s exam.Score) string {
	if !s.Paired() {
		return undefined
	}
	return signed(p.Loc, (*s.Post-*s.Pre)*100)
}

func (p ResultsPage) rowName(i int, s exam.Score) string {
	if s.Name == "" {
		return p.Loc.T("exam_anonymous_row", "i", strconv.Itoa(i+1))
	}
	return s.Name
}

// objective is an objective's code with what it says.
func (p ResultsPage) objective(code string) string {
	if t := p.Titles(code); t != "" {
		return code + " · " + t
	}
	return code
}

// lastObjectives are the columns of the persons view: the objectives of the last test, unless they are too many for a table.
func (p ResultsPage) lastObjectives() []string {
	const most = 8
	t := p.Report.Last()
	if t == nil || len(t.Objectives) > most || p.Report.Pairing.Anonymous {
		return nil
	}
	list := make([]string, len(t.Objectives))
	for i, o := range t.Objectives {
		list[i] = o.Objective
	}
	return list
}

func (p ResultsPage) scoreCols() []kit.Col {
	list := p.cols("exam_board_person", "exam_col_pre", "exam_col_post", "exam_col_gain")
	for _, o := range p.lastObjectives() {
		list = append(list, kit.Col{Label: o, Number: true})
	}
	return list
}

func (p ResultsPage) objectiveShare(s exam.Score, o string) string {
	v, ok := s.Objectives[o]
	if !ok {
		return undefined
	}
	return p.Loc.Percent(v)
}

// phaseMean is the mean of an objective in a test, over everybody who took it.
func (p ResultsPage) phaseMean(ph exam.Phase, objective string) stats.Value {
	if t := p.Report.Test(ph); t != nil {
		for _, o := range t.Objectives {
			if o.Objective == objective {
				return o.Mean
			}
		}
	}
	return stats.Value{}
}

func (p ResultsPage) mastered(o stats.ObjectiveMastery) string {
	return isolated(p.Loc, p.Loc.Number(o.Mastered)+" / "+p.Loc.Number(o.N))
}

func (p ResultsPage) doubtful() int {
	if t := p.Report.Last(); t != nil {
		return len(t.Doubtful())
	}
	return 0
}

// sortedItems puts the questions with findings first.
func (p ResultsPage) sortedItems() []exam.ItemReport {
	list := slices.Clone(p.test().Items)
	weight := func(it exam.ItemReport) int {
		if slices.ContainsFunc(it.Findings, exam.Finding.Repair) {
			return 2
		}
		return min(len(it.Findings), 1)
	}
	slices.SortStableFunc(list, func(a, b exam.ItemReport) int { return cmp.Compare(weight(b), weight(a)) })
	return list
}

func (p ResultsPage) itemLine(it exam.ItemReport) string {
	return p.Loc.T("results_item_line", "objective", it.Objective, "facility", p.percent(it.Facility), "disc", p.index(it.Discrimination), "n", p.Loc.Number(it.N))
}

func itemID(it exam.ItemReport) string { return "q-" + it.Code }

func findingTone(f exam.Finding) kit.Tone {
	switch f {
	case exam.FindKey:
		return kit.Bad
	case exam.FindEasy:
		return kit.Info
	}
	return kit.Warn
}

func optionClass(o exam.OptionReport) string {
	if o.Correct {
		return "chart-option-key"
	}
	return "chart-option"
}

// bin writes the edges of a bar in percent.
func (p ResultsPage) bin(b stats.Bin) string {
	return fmt.Sprintf("%s–%s", p.Loc.Number(int(math.Round(b.From))), p.Loc.Percent(b.To/100))
}

func (p ResultsPage) distributionCols() []kit.Col {
	list := p.cols("results_col_share_of_max")
	return append(list, p.testCols()[1:]...)
}

func (p ResultsPage) testCols() []kit.Col {
	list := p.cols("results_col_figure")
	for _, t := range p.Report.Tests {
		list = append(list, kit.Col{Label: p.Loc.T("exam_phase_" + string(t.Phase)), Number: true})
	}
	return list
}
