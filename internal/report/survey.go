package report

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
	"shelter/internal/survey"
)

// Survey makes the workbook of a closed survey that enough people answered: one row for each answer to a closed question, with
// its share and a chart, and the written answers. It asks for access.SurveyResults; Conflict "survey_not_shown" when the
// results are hidden. The caller closes the file.
func (s *Service) Survey(ctx context.Context, actor access.Actor, event uuid.UUID, w survey.Wave, o Options) (*File, error) {
	if _, ok := i18n.Parse(string(o.Lang)); !ok {
		return nil, errs.InvalidFields([]errs.Field{{Name: "lang", Key: "error_choice"}})
	}
	if !w.Valid() {
		return nil, errs.NewNotFound("survey wave")
	}
	r, err := s.Surveys.Results(ctx, actor, event, w)
	if err != nil {
		return nil, err
	}
	if r.Hidden != survey.Shown {
		return nil, errs.NewConflict("survey_hidden_" + string(r.Hidden))
	}
	f, err := s.eventFacts(ctx, actor, access.SurveyResults, event)
	if err != nil {
		return nil, err
	}
	loc := s.bundle.For(o.Lang)
	b := &surveyBook{book: book{Workbook: sheet.NewWorkbook(), f: f, o: o, loc: loc}, r: r}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: f.event().Code, Subject: loc.T("survey_results_title"), Creator: "Shelter", Language: string(loc.Lang()), Created: f.at})
	rows := b.answers()
	b.remarks()
	if err := b.Err(); err != nil {
		_ = b.Close()
		return nil, errs.Wrap(err, "report: survey "+f.event().Code)
	}
	return s.release(ctx, actor, b.Workbook, export{event: f.event(), action: "survey.export", stem: "enquete-" + string(w), title: loc.T("report_file_survey") + "-" + string(w),
		rows: rows, detail: map[string]any{"wave": w, "answers": r.Survey.Answers}}, o)
}

// surveyBook is the workbook of one survey.
type surveyBook struct {
	book

	r survey.Results
}

// surveyCols are the columns of the sheet of answers; so many questions stand on a printed page.
const (
	surveyCols = 5
	perPage    = 2
)

// answers writes a row for each answer of each closed question, and a chart beside each question.
func (b *surveyBook) answers() int {
	s := b.AddSheet(b.t("sheet_survey"), sheet.SheetOptions{RightToLeft: b.rtl(), HideGrid: true, Widths: []float64{6, 48, 10, 10, 2}, Page: b.page(true), TabColor: accentColor})
	b.begin(s, "sheet_survey", surveyCols)
	b.paragraph(s, b.loc.T("survey_wave_"+string(b.r.Survey.Wave))+" · "+b.loc.N("survey_answers_n", b.r.Survey.Answers), surveyCols, 18)
	b.paragraph(s, b.r.Survey.Told(b.loc), surveyCols, 30)
	b.paragraph(s, b.loc.T("survey_method"), surveyCols, 30)
	rows, shown := 0, 0
	for i := range b.r.Items {
		it := &b.r.Items[i]
		if it.Question.Kind == survey.Open {
			continue
		}
		if shown > 0 && shown%perPage == 0 {
			s.PageBreak(s.Last())
		}
		shown++
		s.Skip(1)
		rows += b.item(s, i+1, it)
	}
	return rows
}

func (b *surveyBook) item(s *sheet.Writer, n int, it *survey.Item) int {
	s.Row(sheet.V(n, b.st.head), sheet.V(it.Question.Text.In(b.loc.Lang()), b.st.question),
		sheet.V(b.loc.T("survey_count"), b.st.head), sheet.V(b.loc.T("survey_share"), b.st.head))
	if it.Hidden {
		s.Row(sheet.Value{}, sheet.V(b.loc.T("survey_item_hidden", "min", survey.MinAnswers), b.st.label))
		return 0
	}
	first, labels := s.Last()+1, it.Question.Labels(b.loc)
	last := first + len(labels) - 1
	sum := "SUM($C$" + strconv.Itoa(first) + ":$C$" + strconv.Itoa(last) + ")"
	for i, label := range labels {
		cell := sheet.Ref(first+i, 3)
		share := sheet.F(cell+"/"+sum, b.st.share)
		share.V = float64(it.Counts[i]) / float64(it.N)
		s.Row(sheet.Value{}, sheet.V(label, b.st.label), sheet.V(it.Counts[i], b.st.integer), share)
	}
	total := sheet.F(sum, b.st.totalInt)
	total.V = it.N
	s.Row(sheet.Value{}, sheet.V(b.t("total"), b.st.total), total)
	if m, ok := it.Mean(); ok {
		s.Row(sheet.Value{}, sheet.V(b.loc.T("survey_mean")+" ("+b.loc.T("survey_mean_note")+")", b.st.total), sheet.V(m, b.st.gain))
	}
	b.chart(s, first, last, it.Question.Text.In(b.loc.Lang()))
	return len(labels)
}

func (b *surveyBook) chart(s *sheet.Writer, first, last int, title string) {
	s.Chart(first-1, surveyCols+1, sheet.Chart{Kind: sheet.Bars, Title: title, Alt: title, NoLegend: true, Labels: true, RightToLeft: b.rtl(), Width: 460, Height: 200,
		Series: []sheet.Series{{Name: sheet.AbsRef(s.Name(), sheet.Range{FirstRow: first - 1, FirstCol: 3, LastRow: first - 1, LastCol: 3}), Color: accentColor,
			Categories: sheet.AbsRef(s.Name(), sheet.Range{FirstRow: first, FirstCol: 2, LastRow: last, LastCol: 2}),
			Values:     sheet.AbsRef(s.Name(), sheet.Range{FirstRow: first, FirstCol: 3, LastRow: last, LastCol: 3})}}})
	if room := 11 - (last - first + 3); room > 0 { // the next chart must not lie on this one
		s.Skip(room)
	}
}

// remarks writes what people wrote, in the order that the results give, which is no order of writing.
func (b *surveyBook) remarks() {
	s := b.AddSheet(b.t("sheet_remarks"), sheet.SheetOptions{RightToLeft: b.rtl(), Widths: []float64{44, 90}, FreezeRows: 1, Page: b.page(true), TabColor: accentColor})
	s.Row(sheet.V(b.t("survey_question"), b.st.head), sheet.V(b.loc.T("survey_remarks"), b.st.head))
	for i := range b.r.Items {
		it := &b.r.Items[i]
		for _, text := range it.Remarks {
			s.Row(sheet.V(it.Question.Text.In(b.loc.Lang()), b.st.wrap), sheet.V(text, b.st.wrap))
		}
	}
}
