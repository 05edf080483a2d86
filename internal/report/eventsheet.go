package report

import (
	"shelter/internal/sheet"
)

// reportCols are the columns of the page of the report.
const reportCols = 6

// reportSheet is the report on one page: what, where and when, the figures by formulas on the flat rows, who came, and the tests.
func (b *book) reportSheet(r *EventReport) {
	page := b.page(false)
	page.FitHeight = 1
	widths := []float64{44, 13, 13, 13, 13, 13}
	s := b.AddSheet(b.t("sheet_report"), sheet.SheetOptions{RightToLeft: b.rtl(), HideGrid: true, Widths: widths, Page: page, TabColor: accentColor})
	b.logoLine(s, widths)
	b.begin(s, "sheet_report", reportCols)
	p := &reportPage{book: b, s: s, r: r}
	p.about()
	p.figures()
	p.halfDays()
	for _, g := range r.Groups {
		p.group(g)
	}
	p.tests()
	p.survey()
	s.Skip(1)
	p.wide(b.leftOut(), 38)
}

type reportPage struct {
	*book

	s *sheet.Writer
	r *EventReport
}

func (p *reportPage) wide(text string, height float64) { p.paragraph(p.s, text, reportCols, height) }

func (p *reportPage) section(text string) {
	p.s.Skip(1)
	p.s.RowWith(sheet.RowOptions{Height: 20}, sheet.V(text, p.st.section))
}

func (p *reportPage) line(label, value string) {
	if value == "" {
		return
	}
	p.s.RowWith(sheet.RowOptions{Height: 16}, sheet.V(label, p.st.label), sheet.V(value, p.st.text))
	p.s.Merge(sheet.Range{FirstRow: p.s.Last(), FirstCol: 2, LastRow: p.s.Last(), LastCol: reportCols})
}

// about says what was held where, by whom, and under which grant.
func (p *reportPage) about() {
	sign := &signSheet{book: p.book}
	p.s.Skip(1)
	p.line(p.t("sign_place"), p.r.Place)
	p.line(p.t("sign_trainers"), sign.trainers())
	p.line(p.t("sign_topics"), sign.topics())
	p.line(p.t("report_project"), sign.projectLine())
}

// formulas are those of the synthesis, so that the page can be audited on the flat rows.
func (p *reportPage) formula(key string) string {
	m := map[string]string{"report_key_listed": "SUM(" + p.column(colListed) + ")", "report_key_present": "SUM(" + p.column(colPresent) + ")", "report_key_participations": "SUM(" + p.column(colAttended) + ")",
		"report_key_completed": "SUM(" + p.column(colCompleted) + ")", "report_key_hours": "ROUND(SUM(" + p.column(colMinutes) + ")/60,0)"}
	return m[key]
}

func (p *reportPage) figures() {
	p.section(p.t("key_figures"))
	for _, f := range p.r.Figures {
		values := []sheet.Value{sheet.V(p.loc.T(f.Key), p.st.label), {Formula: p.formula(f.Key), V: f.Value, Style: p.st.integer}}
		if f.Of > 0 {
			values = append(values, sheet.V(float64(f.Value)/float64(f.Of), p.st.share))
		}
		p.s.RowWith(sheet.RowOptions{Height: 16}, values...)
	}
}

func (p *reportPage) halfDays() {
	p.section(p.t("by_half_day"))
	p.heads(p.t("col_date")+" · "+p.t("col_half"), p.t("col_attended"), p.t("report_of_listed"))
	for _, h := range p.r.HalfDays {
		p.s.RowWith(sheet.RowOptions{Height: 16}, sheet.V(p.loc.Date(h.Slot.Day)+" · "+p.half(h.Slot.Half), p.st.label), sheet.V(h.Attended, p.st.integer), sheet.V(h.Listed, p.st.integer))
	}
}

func (p *reportPage) heads(texts ...string) {
	values := make([]sheet.Value, len(texts))
	for i, t := range texts {
		values[i] = sheet.V(t, p.st.head)
	}
	p.s.RowWith(sheet.RowOptions{Height: 28}, values...)
}

// group counts unique persons who attended.
func (p *reportPage) group(g ReportGroup) {
	p.section(p.t(g.Key) + " · " + p.t("measure_"+string(colPresent)))
	p.heads("", p.sex("f"), p.sex("m"), p.sex(""), p.t("total"))
	for _, l := range g.Lines {
		p.s.RowWith(sheet.RowOptions{Height: 16}, sheet.V(l.Label, p.st.label), sheet.V(l.Women, p.st.integer), sheet.V(l.Men, p.st.integer), sheet.V(l.NotStated, p.st.integer), sheet.V(l.All(), p.st.totalInt))
	}
}

func (p *reportPage) tests() {
	p.section(p.t("sheet_tests"))
	switch t := p.r.Tests; {
	case p.r.Hidden:
		p.wide(p.t("tests_hidden"), 18)
	case t == nil:
		p.wide(p.t("tests_none"), 18)
	default:
		p.wide(p.smallNumbers(t.NPaired), 28)
		for _, f := range []struct {
			key string
			v   any
		}{{"test_n_paired", t.NPaired}, {"test_mean_pre", valueOr(t.MeanPre)}, {"test_mean_post", valueOr(t.MeanPost)}, {"test_mean_gain", valueOr(t.MeanDiff)}} {
			style := p.st.decimal
			if f.key == "test_n_paired" {
				style = p.st.integer
			}
			p.s.RowWith(sheet.RowOptions{Height: 16}, sheet.V(p.t(f.key), p.st.label), sheet.V(f.v, style))
		}
	}
}

func (p *reportPage) survey() {
	p.section(p.t("report_satisfaction"))
	if len(p.r.Items) == 0 {
		p.wide(p.t("report_no_survey"), 18)
		return
	}
	p.heads(p.loc.N("survey_answers_n", p.r.Answers), p.t("report_mean"), p.t("report_agree"), p.t("report_n"))
	for _, it := range p.r.Items {
		p.s.RowWith(sheet.RowOptions{Height: labelHeight(it.Text)}, sheet.V(it.Text, p.st.label), sheet.V(it.Mean, p.st.decimal), sheet.V(it.Agree, p.st.share), sheet.V(it.N, p.st.integer))
	}
	p.wide(p.r.Told, 30)
}
