package exam

import (
	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/web/chart"
	"shelter/web/kit"
)

// enoughPairs is the number of pairs from which the sentence no longer warns of a small group.
const enoughPairs = 30

// significant is the usual level of a test.
const significant = 0.05

func (p ResultsPage) sentenceTone() kit.Tone {
	if p.Report.Compare.NPaired < stats.MinTest {
		return kit.Warn
	}
	return kit.Info
}

// sentences say what the comparison means and what it cannot say.
func (p ResultsPage) sentences() []string {
	c := p.Report.Compare
	list := []string{p.Loc.N("results_say_means", c.NPaired, "pre", p.percent(c.MeanPre), "post", p.percent(c.MeanPost))}
	switch {
	case c.NPaired < stats.MinTest:
		list = append(list, p.Loc.T("exam_small_n"))
	case !c.PT.OK:
		list = append(list, p.Loc.T("results_say_equal"))
	case c.PT.V >= significant || c.Wilcoxon.P.OK && c.Wilcoxon.P.V >= significant:
		list = append(list, p.Loc.T("results_say_chance", "p", p.psaid(c.PT), "w", p.psaid(c.Wilcoxon.P)))
	default:
		list = append(list, p.Loc.T("results_say_sure", "ci", p.interval(c.CI95, 1), "p", p.psaid(c.PT), "w", p.psaid(c.Wilcoxon.P)))
	}
	if c.NPaired >= stats.MinTest && c.NPaired < enoughPairs {
		list = append(list, p.Loc.T("results_say_small"))
	}
	if missing := c.NPreOnly + c.NPostOnly; missing > 0 {
		list = append(list, p.Loc.N("results_say_missing", missing))
	}
	return append(list, p.Loc.T("results_say_limits"))
}

// mendNone says why no question is listed: none is doubtful, or there are too few answers to tell.
func (p ResultsPage) mendNone() string {
	if p.Report.Last().N < enoughPairs {
		return p.Loc.T("results_mend_few")
	}
	return p.Loc.T("results_mend_none")
}

func (p ResultsPage) objectivesLead() string {
	weak := p.Report.Weakest()
	if len(weak) == 0 {
		return p.Loc.T("results_tomorrow_none", "limit", exam.TeachAgain)
	}
	return p.Loc.N("results_objectives_weak", len(weak), "objective", p.objective(weak[0].Objective))
}

func (p ResultsPage) itemsLead() string {
	n := len(p.test().Doubtful())
	if n == 0 {
		return p.mendNone()
	}
	return p.Loc.N("results_mend_n", n)
}

// row is a line of a table of figures.
type row struct {
	label  string
	values []string
}

// wholeRows are the figures of the whole tests, a column for each.
func (p ResultsPage) wholeRows() []row {
	figures := []struct {
		key  string
		show func(t exam.TestReport) string
	}{
		{"n", func(t exam.TestReport) string { return p.Loc.Number(t.N) }},
		{"mean", func(t exam.TestReport) string { return p.marks(t, t.Analysis.Test.Mean) }},
		{"median", func(t exam.TestReport) string { return p.marks(t, t.Analysis.Test.Median) }},
		{"sd", func(t exam.TestReport) string { return p.decimal(t.Analysis.Test.SD) }},
		{"skewness", func(t exam.TestReport) string { return p.decimal(t.Analysis.Test.Skewness) }},
		{"kurtosis", func(t exam.TestReport) string { return p.decimal(t.Analysis.Test.Kurtosis) }},
		{"alpha", func(t exam.TestReport) string { return p.decimal(t.Analysis.Alpha) }},
		{"alpha_ci", func(t exam.TestReport) string { return p.interval(t.Analysis.AlphaCI95, 2) }},
		{"kr20", func(t exam.TestReport) string { return p.decimal(t.Analysis.KR20) }},
		{"cic", func(t exam.TestReport) string { return p.index(t.Analysis.Test.CIC) }},
		{"error_ratio", func(t exam.TestReport) string { return p.index(t.Analysis.Test.ErrorRatio) }},
		{"se", func(t exam.TestReport) string { return p.decimal(t.Analysis.Test.SE) }},
	}
	list := make([]row, len(figures))
	for i, f := range figures {
		list[i].label = p.Loc.T("results_fig_" + f.key)
		for _, t := range p.Report.Tests {
			list[i].values = append(list[i].values, f.show(t))
		}
	}
	return list
}

// marks writes points with their maximum.
func (p ResultsPage) marks(t exam.TestReport, v stats.Value) string {
	if !v.OK || !t.Analysis.Test.Max.OK {
		return p.decimal(v)
	}
	return isolated(p.Loc, p.Loc.Decimal(v.V, 2)+" / "+p.Loc.Decimal(t.Analysis.Test.Max.V, 0))
}

// compareRows are the figures of the comparison.
func (p ResultsPage) compareRows() []row {
	c := p.Report.Compare
	wilcoxon := p.Loc.T("results_fig_wilcoxon")
	if c.Wilcoxon.Method != "" {
		wilcoxon = p.Loc.T("results_fig_wilcoxon_" + c.Wilcoxon.Method)
	}
	return []row{
		{p.Loc.T("results_fig_mean_diff"), []string{p.points(c.MeanDiff)}},
		{p.Loc.T("results_fig_sd_diff"), []string{p.index(c.SDDiff)}},
		{p.Loc.T("results_fig_ci"), []string{p.interval(c.CI95, 1)}},
		{p.Loc.T("results_fig_t"), []string{p.student(c)}},
		{p.Loc.T("results_fig_pt"), []string{p.pvalue(c.PT)}},
		{wilcoxon, []string{p.pvalue(c.Wilcoxon.P)}},
		{p.Loc.T("results_fig_dz"), []string{p.decimal(c.DZ)}},
		{p.Loc.T("results_fig_dav"), []string{p.decimal(c.DAv)}},
		{p.Loc.T("results_fig_g"), []string{p.decimal(c.HedgesG)}},
		{p.Loc.T("exam_class_gain"), []string{p.decimal(c.ClassGain)}},
		{p.Loc.T("exam_mean_individual_gain"), []string{p.decimal(c.MeanGain)}},
		{p.Loc.T("results_fig_no_gain"), []string{p.Loc.Number(c.NNoGain)}},
	}
}

func (p ResultsPage) student(c stats.PrePost) string {
	if !c.T.OK {
		return undefined
	}
	return isolated(p.Loc, p.Loc.Decimal(c.T.V, 2)+" ("+p.Loc.Decimal(c.DF.V, 0)+")")
}

// methodNotes are the keys of the explanations below the comparison.
var methodNotes = [...]string{"pairs", "t", "wilcoxon", "effect", "gain", "alpha"}

func (p ResultsPage) slopeTitle() string {
	up, down := 0, 0
	for _, s := range p.Report.Scores {
		if s.Paired() && *s.Post > *s.Pre {
			up++
		} else if s.Paired() && *s.Post < *s.Pre {
			down++
		}
	}
	return p.Loc.T("results_slope", "up", p.Loc.Number(up), "down", p.Loc.Number(down), "n", p.Loc.Number(p.Report.Compare.NPaired))
}

func (p ResultsPage) slopeSVG() string {
	var pairs [][2]float64
	for _, s := range p.Report.Scores {
		if s.Paired() {
			pairs = append(pairs, [2]float64{*s.Pre, *s.Post})
		}
	}
	c := p.Report.Compare
	mean := [2]float64{c.MeanPre.Or(0) / 100, c.MeanPost.Or(0) / 100}
	f := chart.Frame{ID: "slope", Title: p.slopeTitle(), Desc: p.Loc.T("results_slope_desc"), RTL: p.rtl()}
	return chart.Slope(f, p.Loc.T("exam_phase_pre"), p.Loc.T("exam_phase_post"), pairs, &mean, p.percents(5))
}

// percents labels an axis from 0 to 100 % with so many lines.
func (p ResultsPage) percents(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = p.Loc.Percent(float64(i) / float64(n-1))
	}
	return list
}

func (p ResultsPage) distributionSVG() string {
	var groups []chart.Group
	for _, t := range p.Report.Tests {
		g := chart.Group{Class: "chart-" + string(t.Phase), Label: p.Loc.T("exam_phase_" + string(t.Phase))}
		for _, b := range t.Bins {
			g.Counts = append(g.Counts, b.N)
		}
		groups = append(groups, g)
	}
	f := chart.Frame{ID: "distribution", Title: p.Loc.T("results_distribution"), Desc: p.Loc.T("results_distribution_desc"),
		XLabel: p.Loc.T("results_col_share_of_max"), YLabel: p.Loc.T("results_people"), RTL: p.rtl()}
	return chart.Bars(f, p.percents(11), groups)
}

func (p ResultsPage) mapSVG() string {
	var points []chart.Point
	for _, it := range p.test().Items {
		if !it.Facility.OK || !it.Discrimination.OK {
			continue
		}
		alarm := false
		for _, f := range it.Findings {
			alarm = alarm || f.Repair()
		}
		points = append(points, chart.Point{X: it.Facility.V / 100, Y: it.Discrimination.V / 100, Label: it.Code, Title: it.Code + " " + p.itemLine(it), Alarm: alarm})
	}
	f := chart.Frame{ID: "map", Title: p.Loc.T("results_map"), Desc: p.Loc.T("results_map_hint"), XLabel: p.Loc.T("results_col_facility"),
		YLabel: p.Loc.T("results_col_discrimination"), RTL: p.rtl()}
	return chart.Map(f, points, p.percents(6), []string{"−100", "−50", "0", "50", "100"})
}
