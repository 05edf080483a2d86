package report

import (
	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/sheet"
)

// persons has a row for each person, by code, with the shares by objective of the last test.
func (b *resultBook) persons() {
	last := b.r.Last()
	widths, keys := []float64{18, 13, 13, 13, 13}, []string{"exam_board_person", "exam_col_pre", "exam_col_post", "exam_col_gain", "results_col_waiting"}
	for range last.Objectives {
		widths = append(widths, 10)
	}
	s := b.sheet("results_tab_persons", widths...)
	heads := make([]sheet.Value, 0, len(widths))
	for _, k := range keys {
		heads = append(heads, sheet.V(b.loc.T(k), b.st.head))
	}
	for _, o := range last.Objectives {
		heads = append(heads, sheet.V(o.Objective, b.st.head))
	}
	s.RowWith(sheet.RowOptions{Height: 32}, heads...)
	for i, sc := range b.r.Scores {
		pre, post, diff := percent(sc.Pre), percent(sc.Post), stats.Value{}
		if sc.Paired() {
			diff = stats.Of(post.V - pre.V)
		}
		row := []sheet.Value{sheet.V(b.testCode(i, sc), b.st.label), sheet.V(valueOr(pre), b.st.decimal), sheet.V(valueOr(post), b.st.decimal), sheet.V(valueOr(diff), b.st.decimal), sheet.V(sc.Waiting, b.st.integer)}
		for _, o := range last.Objectives {
			v := stats.Value{}
			if share, ok := sc.Objectives[o.Objective]; ok {
				v = stats.Of(share * 100)
			}
			row = append(row, sheet.V(valueOr(v), b.st.decimal))
		}
		s.Row(row...)
		b.rows++
	}
}

// questions has a row for each question of each test.
func (b *resultBook) questions() {
	s := b.sheet("results_tab_items", 12, 12, 10, 48, 10, 10, 13, 13, 13, 12, 30)
	b.head(s, "results_col_test", "results_col_item", "results_col_objective", "results_col_text", "results_col_n", "results_col_facility", "results_col_discrimination",
		"results_col_efficiency", "results_col_weight", "results_col_ul", "results_col_findings")
	for _, t := range b.r.Tests {
		for _, it := range t.Items {
			s.Row(sheet.V(b.loc.T("exam_phase_"+string(t.Phase)), b.st.label), sheet.V(it.Code, b.st.label), sheet.V(it.Objective, b.st.label),
				sheet.V(it.Body.Stem.In(b.loc.Lang()), b.st.label), sheet.V(it.N, b.st.integer), sheet.V(valueOr(it.Facility), b.st.decimal),
				sheet.V(valueOr(it.Discrimination), b.st.decimal), sheet.V(valueOr(it.Efficiency), b.st.decimal), sheet.V(valueOr(it.Weight), b.st.decimal),
				sheet.V(valueOr(it.UpperLower27), b.st.decimal), sheet.V(b.words(it.Findings), b.st.label))
			b.rows++
		}
	}
}

// answers is the table of the options chosen.
func (b *resultBook) answers() {
	s := b.sheet("results_options", 12, 12, 48, 9, 10, 10, 12, 12, 12)
	b.head(s, "results_col_test", "results_col_item", "results_col_option", "results_key", "results_col_chosen", "results_col_share", "results_col_corr", "results_col_upper", "results_col_lower")
	for _, t := range b.r.Tests {
		for _, it := range t.Items {
			for _, o := range it.Options {
				key := ""
				if o.Correct {
					key = "✓"
				}
				s.Row(sheet.V(b.loc.T("exam_phase_"+string(t.Phase)), b.st.label), sheet.V(it.Code, b.st.label), sheet.V(o.Text.In(b.loc.Lang()), b.st.label), sheet.V(key, b.st.label),
					sheet.V(o.N, b.st.integer), sheet.V(valueOr(o.Share), b.st.decimal), sheet.V(valueOr(o.Correlation), b.st.gain), sheet.V(valueOr(o.Upper), b.st.decimal), sheet.V(valueOr(o.Lower), b.st.decimal))
			}
		}
	}
}

// objectives compares the means by objective of the people who took both tests, with a chart.
func (b *resultBook) objectives() {
	s := b.sheet("results_tab_objectives", 20, 12, 14, 14, 14, 14)
	b.note(s, b.loc.T("results_objective_pairs"), 6)
	first := b.head(s, "results_col_objective", "results_n_paired", "exam_col_pre", "exam_col_post", "exam_col_gain", "results_col_mastered") + 1
	for _, o := range b.r.Objectives {
		diff := stats.Value{}
		if o.Pre.OK && o.Post.OK {
			diff = stats.Of(o.Post.V - o.Pre.V)
		}
		s.Row(sheet.V(o.Objective, b.st.label), sheet.V(o.N, b.st.integer), sheet.V(valueOr(o.Pre), b.st.decimal), sheet.V(valueOr(o.Post), b.st.decimal),
			sheet.V(valueOr(diff), b.st.decimal), sheet.V(valueOr(b.mastery(o.Objective)), b.st.decimal))
	}
	last := s.Last()
	if last < first {
		return
	}
	ref := func(col int) string {
		return sheet.AbsRef(s.Name(), sheet.Range{FirstRow: first, FirstCol: col, LastRow: last, LastCol: col})
	}
	head := func(col int) string {
		return sheet.AbsRef(s.Name(), sheet.Range{FirstRow: first - 1, FirstCol: col, LastRow: first - 1, LastCol: col})
	}
	s.Chart(last+2, 1, sheet.Chart{Kind: sheet.Columns, Title: b.loc.T("results_tab_objectives"), Alt: b.loc.T("results_objective_pairs"), Max: 100, Width: 620, Height: 320, RightToLeft: b.rtl(),
		Series: []sheet.Series{{Name: head(3), Categories: ref(1), Values: ref(3), Color: "9FB8BD"}, {Name: head(4), Categories: ref(1), Values: ref(4), Color: accentColor}}})
}

// mastery is the share of people who mastered an objective in the last test.
func (b *resultBook) mastery(objective string) stats.Value {
	for _, o := range b.r.Last().Objectives {
		if o.Objective == objective {
			return o.Share
		}
	}
	return stats.Value{}
}

// changes has the facility of each question before and after; McNemar's test where the same people answered it twice.
func (b *resultBook) changes() {
	s := b.sheet("results_changes", 12, 10, 12, 12, 11, 11, 11, 11, 11, 11)
	b.note(s, b.loc.T("results_changes_hint"), 10)
	b.head(s, "results_col_item", "results_col_objective", "results_facility_pre", "results_facility_post", "results_n_paired", "results_col_pre_right", "results_col_post_right", "results_col_gained", "results_col_lost", "results_col_holm")
	for _, c := range b.r.Changes {
		s.Row(sheet.V(c.Code, b.st.label), sheet.V(c.Objective, b.st.label), sheet.V(valueOr(b.facility(exam.Pre, c.Code)), b.st.decimal), sheet.V(valueOr(b.facility(exam.Post, c.Code)), b.st.decimal),
			sheet.V(c.N, b.st.integer), sheet.V(c.PreRight, b.st.integer), sheet.V(c.PostRight, b.st.integer), sheet.V(c.Gained, b.st.integer), sheet.V(c.Lost, b.st.integer), sheet.V(valueOr(c.PHolm), b.st.gain))
	}
	if len(b.r.Changes) == 0 {
		b.note(s, b.loc.T("results_changes_none"), 10)
	}
}

func (b *resultBook) facility(ph exam.Phase, code string) stats.Value {
	if t := b.r.Test(ph); t != nil {
		for _, it := range t.Items {
			if it.Code == code {
				return it.Facility
			}
		}
	}
	return stats.Value{}
}
