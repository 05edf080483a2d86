package report

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// Results makes the workbook of the two tests of a workshop or a course: summary with charts, people (codes, never names; left out
// when the tests are anonymous), questions, answers chosen, objectives, and the questions asked in both. It asks for
// access.TestResults on the event and, for a workshop, for what the attendance workbook asks for. The caller closes the file.
func (s *Service) Results(ctx context.Context, actor access.Actor, event uuid.UUID, o Options) (*File, error) {
	rep, err := s.exams.Report(ctx, actor, event)
	if err != nil {
		return nil, err
	}
	if rep.Pairing == nil || len(rep.Tests) == 0 {
		return nil, errs.NewConflict("results_nobody")
	}
	read := s.facts
	if rep.Workshop.Course != "" {
		read = s.courseFacts(rep.Workshop, rep.Scores)
		o.Neutral = false // a course has no other title
	}
	f, err := read(ctx, actor, event, o)
	if err != nil {
		return nil, err
	}
	w, rows, err := resultsBook(f, rep, o, s.bundle.For(o.Lang))
	if err != nil {
		return nil, errs.Wrap(err, "report: results "+f.event().Code)
	}
	return s.release(ctx, actor, w, export{event: f.event(), action: "results.export", stem: "resultats", title: s.bundle.For(o.Lang).T("results_file"),
		rows: rows, detail: map[string]any{"anonymous": rep.Pairing.Anonymous}}, o)
}

// courseFacts are those of a course: its title, as it stands today.
func (s *Service) courseFacts(w exam.Workshop, scores []exam.Score) func(context.Context, access.Actor, uuid.UUID, Options) (*facts, error) {
	return func(ctx context.Context, actor access.Actor, _ uuid.UUID, o Options) (*facts, error) {
		if _, ok := i18n.Parse(string(o.Lang)); !ok {
			return nil, errs.InvalidFields([]errs.Field{{Name: "lang", Key: "error_choice"}})
		}
		by, err := s.maker(ctx, actor)
		if err != nil {
			return nil, err
		}
		now := s.now()
		e := workshop.Event{ID: w.ID, Code: w.Code, Title: w.Title, TitleAR: w.TitleAR, StartsOn: now, EndsOn: now}
		f := newFacts(source{report: &workshop.Report{View: &workshop.View{Head: &workshop.Head{Event: e}}}, by: by, at: now})
		return f, s.codesOf(ctx, actor, scores, f)
	}
}

// codesOf looks the codes of people up.
func (s *Service) codesOf(ctx context.Context, actor access.Actor, scores []exam.Score, f *facts) error {
	ids := make([]uuid.UUID, len(scores))
	for i := range scores {
		ids[i] = scores[i].PersonID
	}
	people, err := s.people.PersonsByID(ctx, actor, ids)
	for i := range people {
		f.codes[people[i].ID] = people[i].Code
	}
	return err
}

// ResultsByCode is Results for the code of an event, as W-2026-014.
func (s *Service) ResultsByCode(ctx context.Context, actor access.Actor, code string, o Options) (*File, error) {
	id, err := s.workshops.IDByCode(ctx, actor, code)
	if err != nil {
		return nil, err
	}
	return s.Results(ctx, actor, id, o)
}

// resultBook is the workbook of results being made.
type resultBook struct {
	*book

	r    exam.Report
	rows int
}

func resultsBook(f *facts, r exam.Report, o Options, loc *i18n.Localizer) (*sheet.Workbook, int, error) {
	b := &resultBook{book: &book{Workbook: sheet.NewWorkbook(), f: f, o: o, loc: loc}, r: r}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: f.event().Code, Subject: loc.T("exam_results_title"), Creator: "Shelter", Language: string(loc.Lang()), Created: f.at})
	b.summary()
	if !r.Pairing.Anonymous {
		b.persons()
	}
	b.questions()
	b.answers()
	b.objectives()
	b.changes()
	if err := b.Err(); err != nil {
		_ = b.Close()
		return nil, 0, err
	}
	return b.Workbook, b.rows, nil
}

// sheet begins a sheet of the results under its heading.
func (b *resultBook) sheet(key string, widths ...float64) *sheet.Writer {
	name := b.loc.T(key)
	s := b.AddSheet(name, sheet.SheetOptions{RightToLeft: b.rtl(), HideGrid: true, Widths: widths, Page: b.page(len(widths) > 6), TabColor: accentColor})
	ev := b.f.event()
	s.RowWith(sheet.RowOptions{Height: 26}, sheet.V(name, b.st.title))
	s.RowWith(sheet.RowOptions{Height: 18}, sheet.V(ev.Code+" · "+b.title(false)+" · "+b.loc.DateRange(ev.StartsOn, ev.EndsOn), b.st.subtitle))
	for row := 1; row <= 2; row++ {
		s.Merge(sheet.Range{FirstRow: row, FirstCol: 1, LastRow: row, LastCol: len(widths)})
	}
	s.Skip(1)
	return s
}

func (b *resultBook) note(s *sheet.Writer, text string, cols int) {
	b.paragraph(s, text, cols, 30)
}

func (b *resultBook) head(s *sheet.Writer, keys ...string) int {
	list := make([]sheet.Value, len(keys))
	for i, k := range keys {
		list[i] = sheet.V(b.loc.T(k), b.st.head)
	}
	s.RowWith(sheet.RowOptions{Height: 32}, list...)
	return s.Last()
}

func (b *resultBook) line(s *sheet.Writer, key string, values ...stats.Value) {
	list, style := []sheet.Value{sheet.V(b.loc.T(key), b.st.label)}, b.st.gain
	switch key {
	case "results_n_paired", "results_n_pre_only", "results_n_post_only", "results_df", "results_fig_n":
		style = b.st.integer
	case "results_fig_pt", "results_fig_wilcoxon": // two decimals would make most of them 0
		style = b.st.chance
	}
	for _, v := range values {
		list = append(list, sheet.V(valueOr(v), style))
	}
	s.Row(list...)
}

// summary has the figures of the comparison and of the tests as wholes, with the distribution as a chart.
func (b *resultBook) summary() {
	s := b.sheet("results_tab_overview", 46, 16, 16)
	c := b.r.Compare
	b.note(s, b.smallNumbers(c.NPaired), 3)
	b.note(s, b.loc.T("results_say_limits"), 3)
	if b.r.Waiting > 0 {
		b.note(s, b.loc.N("results_waiting", b.r.Waiting), 3)
	}
	b.head(s, "results_col_figure", "results_col_value")
	for _, l := range []struct {
		key string
		v   stats.Value
	}{
		{"results_n_paired", number(c.NPaired)}, {"results_n_pre_only", number(c.NPreOnly)}, {"results_n_post_only", number(c.NPostOnly)},
		{"exam_mean_pre", c.MeanPre}, {"exam_mean_post", c.MeanPost}, {"results_fig_mean_diff", c.MeanDiff}, {"results_fig_sd_diff", c.SDDiff},
		{"results_ci_low", stats.Value{V: c.CI95.Lo, OK: c.CI95.OK}}, {"results_ci_high", stats.Value{V: c.CI95.Hi, OK: c.CI95.OK}},
		{"results_t", c.T}, {"results_df", c.DF}, {"results_fig_pt", c.PT}, {"results_fig_wilcoxon", c.Wilcoxon.P},
		{"results_fig_dz", c.DZ}, {"results_fig_dav", c.DAv}, {"results_fig_g", c.HedgesG},
		{"exam_class_gain", c.ClassGain}, {"exam_mean_individual_gain", c.MeanGain},
	} {
		b.line(s, l.key, l.v)
	}
	s.Skip(1)
	b.wholes(s)
	b.distribution(s)
	s.Skip(22) // the chart
	for _, k := range []string{"pairs", "t", "wilcoxon", "effect", "gain", "alpha"} {
		b.note(s, b.loc.T("results_note_"+k), 3)
	}
}

func (b *resultBook) wholes(s *sheet.Writer) {
	keys := []string{"results_col_figure"}
	for _, t := range b.r.Tests {
		keys = append(keys, "exam_phase_"+string(t.Phase))
	}
	b.head(s, keys...)
	each := func(key string, of func(a stats.Analysis) stats.Value) {
		var list []stats.Value
		for _, t := range b.r.Tests {
			list = append(list, of(t.Analysis))
		}
		b.line(s, "results_fig_"+key, list...)
	}
	each("n", func(a stats.Analysis) stats.Value { return number(a.N) })
	each("mean", func(a stats.Analysis) stats.Value { return a.Test.Mean })
	each("median", func(a stats.Analysis) stats.Value { return a.Test.Median })
	each("sd", func(a stats.Analysis) stats.Value { return a.Test.SD })
	each("skewness", func(a stats.Analysis) stats.Value { return a.Test.Skewness })
	each("kurtosis", func(a stats.Analysis) stats.Value { return a.Test.Kurtosis })
	each("alpha", func(a stats.Analysis) stats.Value { return a.Alpha })
	each("kr20", func(a stats.Analysis) stats.Value { return a.KR20 })
	each("cic", func(a stats.Analysis) stats.Value { return a.Test.CIC })
	each("error_ratio", func(a stats.Analysis) stats.Value { return a.Test.ErrorRatio })
	each("se", func(a stats.Analysis) stats.Value { return a.Test.SE })
	s.Skip(1)
}

func (b *resultBook) distribution(s *sheet.Writer) {
	keys := []string{"results_col_share_of_max"}
	for _, t := range b.r.Tests {
		keys = append(keys, "exam_phase_"+string(t.Phase))
	}
	first := b.head(s, keys...) + 1
	for i, bin := range b.r.Tests[0].Bins {
		list := []sheet.Value{sheet.V(b.loc.Number(int(bin.From+0.5))+"–"+b.loc.Percent(bin.To/100), b.st.label)}
		for _, t := range b.r.Tests {
			list = append(list, sheet.V(t.Bins[i].N, b.st.integer))
		}
		s.Row(list...)
	}
	last := s.Last()
	var series []sheet.Series
	for i := range b.r.Tests {
		col := i + 2
		series = append(series, sheet.Series{Name: sheet.AbsRef(s.Name(), sheet.Range{FirstRow: first - 1, FirstCol: col, LastRow: first - 1, LastCol: col}), Color: []string{"9FB8BD", accentColor}[i%2],
			Categories: sheet.AbsRef(s.Name(), sheet.Range{FirstRow: first, FirstCol: 1, LastRow: last, LastCol: 1}),
			Values:     sheet.AbsRef(s.Name(), sheet.Range{FirstRow: first, FirstCol: col, LastRow: last, LastCol: col})})
	}
	s.Chart(last+2, 1, sheet.Chart{Kind: sheet.Columns, Title: b.loc.T("results_distribution"), Alt: b.loc.T("results_distribution_desc"), Series: series,
		Width: 560, Height: 310, YTitle: b.loc.T("results_people"), RightToLeft: b.rtl()})
}

// words joins the names of a question's findings.
func (b *resultBook) words(list []exam.Finding) string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = b.loc.T("results_finding_" + string(f))
	}
	return strings.Join(out, ", ")
}
