package report

import (
	"fmt"
	"strconv"

	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/sheet"
)

// The table of the test results in formulas, and its columns.
const (
	testTable = "PrePost"
	testCols  = 6
)

// smallGroup is the number of pairs below which the sheet asks for care in reading: a mean of fewer moves a lot with one person.
const smallGroup = 30

// testSheet shows the two tests person by person, with the means of those who took both.
func (b *book) testSheet() {
	s := b.AddSheet(b.t("sheet_tests"), sheet.SheetOptions{RightToLeft: b.rtl(), HideGrid: true, Widths: []float64{30, 17, 14, 14, 14, 15}, Page: b.page(false), TabColor: "6B5B95"})
	b.begin(s, "sheet_tests", testCols)
	switch r := b.f.tests; {
	case b.f.testsHidden:
		b.paragraph(s, b.t("tests_hidden"), testCols, 18)
	case r.Pairing == nil:
		b.paragraph(s, b.t("tests_none"), testCols, 18)
	default:
		b.testFigures(s, r)
		b.testRows(s, r)
	}
}

// paragraph writes a note over the whole width.
func (b *book) paragraph(s *sheet.Writer, text string, cols int, height float64) {
	s.RowWith(sheet.RowOptions{Height: height}, sheet.V(text, b.st.note))
	s.Merge(sheet.Range{FirstRow: s.Last(), FirstCol: 1, LastRow: s.Last(), LastCol: cols})
}

// testFigures are computed by formulas on the table below; the analysis gives their stored values.
func (b *book) testFigures(s *sheet.Writer, r exam.Results) {
	p := r.Compare()
	b.paragraph(s, b.t("tests_note"), testCols, 30)
	b.paragraph(s, b.smallNumbers(p.NPaired), testCols, 30)
	if r.Pairing.Anonymous {
		b.paragraph(s, b.t("tests_anonymous"), testCols, 18)
	}
	s.Skip(1)
	s.RowWith(sheet.RowOptions{Height: 22}, sheet.V(b.t("key_figures"), b.st.section))
	state, both := structured(testTable, b.t("test_state")), quote(b.t("test_both"))
	count := func(word string) string { return "COUNTIFS(" + state + "," + quote(b.t(word)) + ")" }
	mean := func(column string) string {
		return fmt.Sprintf("IFERROR(AVERAGEIFS(%s,%s,%s),%s)", structured(testTable, b.t(column)), state, both, quote(undefined))
	}
	b.testFigure(s, "test_n_paired", count("test_both"), number(p.NPaired), b.st.integer)
	b.testFigure(s, "test_n_pre_only", count("test_pre_only"), number(p.NPreOnly), b.st.integer)
	b.testFigure(s, "test_n_post_only", count("test_post_only"), number(p.NPostOnly), b.st.integer)
	pre := b.testFigure(s, "test_mean_pre", mean("test_pre"), p.MeanPre, b.st.decimal)
	post := b.testFigure(s, "test_mean_post", mean("test_post"), p.MeanPost, b.st.decimal)
	b.testFigure(s, "test_mean_gain", mean("test_diff"), p.MeanDiff, b.st.decimal)
	class := fmt.Sprintf("IFERROR(IF(B%d>=100,%s,(B%d-B%d)/(100-B%d)),%s)", pre, quote(undefined), post, pre, pre, quote(undefined))
	b.testFigure(s, "test_class_gain", class, p.ClassGain, b.st.gain)
	b.testFigure(s, "test_person_gain", mean("test_gain"), p.MeanGain, b.st.gain)
	s.Skip(1)
}

func number(n int) stats.Value { return stats.Of(float64(n)) }

// testFigure writes a figure with its meaning and gives its row.
func (b *book) testFigure(s *sheet.Writer, key, formula string, v stats.Value, style sheet.StyleID) int {
	row := s.Last() + 1
	s.RowWith(sheet.RowOptions{Height: 26}, sheet.V(b.t(key), b.st.label), sheet.Value{Formula: formula, V: valueOr(v), Style: style}, sheet.V(b.t(key+"_is"), b.st.aside))
	s.Merge(sheet.Range{FirstRow: row, FirstCol: 3, LastRow: row, LastCol: testCols})
	return row
}

// valueOr writes an undefined figure as such, never as 0.
func valueOr(v stats.Value) any {
	if !v.OK {
		return undefined
	}
	return v.V
}

// smallNumbers says what so many pairs can bear.
func (b *book) smallNumbers(paired int) string {
	switch {
	case paired == 0:
		return b.t("tests_no_pair")
	case paired < stats.MinTest:
		return b.loc.N("report_tests_very_small", paired, "min", stats.MinTest)
	case paired < smallGroup:
		return b.loc.N("report_tests_small", paired)
	}
	return b.loc.N("report_tests_enough", paired)
}

// testRows writes the table: one row per person, or per unnamed pair of an anonymous test.
func (b *book) testRows(s *sheet.Writer, r exam.Results) {
	heads := make([]sheet.Value, 0, testCols)
	for _, k := range []string{"test_person", "test_state", "test_pre", "test_post", "test_diff", "test_gain"} {
		heads = append(heads, sheet.V(b.t(k), b.st.head))
	}
	s.RowWith(sheet.RowOptions{Height: 32}, heads...)
	first := s.Last()
	for i, sc := range r.Scores {
		b.testRow(s, b.testCode(i, sc), sc)
	}
	s.Table(testTable, sheet.Range{FirstRow: first, FirstCol: 1, LastRow: max(s.Last(), first+1), LastCol: len(heads)}, "TableStyleLight1")
	s.PrintTitles(first, first)
}

// testCode is the person's code; of an anonymous pair a number in an order that says nothing of the people.
func (b *book) testCode(i int, sc exam.Score) string {
	if code := b.f.codes[sc.PersonID]; code != "" {
		return code
	}
	return b.t("test_unnamed", "n", strconv.Itoa(i+1))
}

func (b *book) testRow(s *sheet.Writer, code string, sc exam.Score) {
	row := s.Last() + 1
	pre, post := percent(sc.Pre), percent(sc.Post)
	state := "test_both"
	switch {
	case !post.OK:
		state = "test_pre_only"
	case !pre.OK:
		state = "test_post_only"
	}
	diff, gain := stats.Value{}, stats.Value{}
	if pre.OK && post.OK {
		diff = stats.Of(post.V - pre.V)
		if pre.V < 100 {
			gain = stats.Of(diff.V / (100 - pre.V))
		}
	}
	dash := quote(undefined)
	s.Row(sheet.V(code, b.st.label), sheet.V(b.t(state), b.st.label), sheet.V(valueOr(pre), b.st.decimal), sheet.V(valueOr(post), b.st.decimal),
		sheet.Value{Formula: fmt.Sprintf("IF(COUNT(C%d:D%d)=2,D%d-C%d,%s)", row, row, row, row, dash), V: valueOr(diff), Style: b.st.decimal},
		sheet.Value{Formula: fmt.Sprintf("IF(COUNT(C%d:D%d)<2,%s,IF(C%d>=100,%s,(D%d-C%d)/(100-C%d)))", row, row, dash, row, dash, row, row, row), V: valueOr(gain), Style: b.st.gain})
}

func percent(share *float64) stats.Value {
	if share == nil {
		return stats.Value{}
	}
	return stats.Of(*share * 100)
}
