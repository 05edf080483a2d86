package bank

import (
	"io"
	"strings"

	"shelter/internal/exam"
	"shelter/internal/exam/match"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// The columns of the two sheets, by the name that their heading has in the catalogues (bank_col_ and the name). On the sheet of
// answers the second text of a line is its feedback, or the right side of a pair.
var (
	questionColumns = []string{"code", "status", "type", "course", "objective", "topic", "difficulty", "bloom", "vignette",
		"stem_fr", "stem_ar", "stem_en", "value", "tolerance", "forgive", "feedback_fr", "feedback_ar", "feedback_en", "model_fr", "model_ar", "model_en"}
	answerColumns = []string{"code", "kind", "right", "points", "text_fr", "text_ar", "text_en", "second_fr", "second_ar", "second_en"}
)

// The kinds of lines on the sheet of answers.
const (
	kindOption    = "option"
	kindPair      = "pair"
	kindExtra     = "extra"
	kindAccept    = "accept"
	kindCriterion = "criterion"
	kindLevel     = "level"
)

func kinds() []string {
	return []string{kindOption, kindPair, kindExtra, kindAccept, kindCriterion, kindLevel}
}

// rightMark is what stands beside a right answer.
const rightMark = "x"

func (s *Service) writeWorkbook(w io.Writer, rows []Row, lang i18n.Lang) error {
	l := s.bundle.For(lang)
	book := sheet.NewWorkbook()
	defer func() { _ = book.Close() }()
	book.Properties(sheet.Properties{Title: l.T("bank_title"), Creator: l.T("layout_brand"), Language: string(lang), Created: s.now()})
	x := workbook{book: book, l: l, head: book.Style(sheet.Style{Bold: true, Fill: "0B5560", Color: "FFFFFF", Wrap: true, VAlign: "center"}),
		text: book.Style(sheet.Style{Wrap: true, VAlign: "top"}), ar: book.Style(sheet.Style{Wrap: true, VAlign: "top", RightToLeft: true, Align: "right"}),
		plain: book.Style(sheet.Style{VAlign: "top"})}
	x.questions(rows)
	x.answers(rows)
	x.help()
	_, err := book.WriteTo(w)
	return err
}

// workbook is a bank being written.
type workbook struct {
	book                  *sheet.Workbook
	l                     *i18n.Localizer
	head, text, ar, plain sheet.StyleID
}

func (x workbook) sheet(key string, columns []string, widths []float64) *sheet.Writer {
	w := x.book.AddSheet(x.l.T(key), sheet.SheetOptions{RightToLeft: x.l.Lang() == i18n.AR, FreezeRows: 1, FreezeCols: 1, Widths: widths})
	cells := make([]sheet.Value, len(columns))
	for i, c := range columns {
		cells[i] = sheet.V(x.l.T("bank_col_"+c), x.head)
	}
	w.Row(cells...)
	return w
}

func (x workbook) cell(v any) sheet.Value {
	if v == "" {
		return sheet.V(nil, x.plain)
	}
	return sheet.V(v, x.plain)
}

// three writes a text in the three languages.
func (x workbook) three(t exam.Text) []sheet.Value {
	list := make([]sheet.Value, 0, 3)
	for _, lang := range i18n.Langs() {
		style := x.text
		if lang == i18n.AR {
			style = x.ar
		}
		if t[lang] == "" {
			list = append(list, sheet.V(nil, style))
			continue
		}
		list = append(list, sheet.V(t[lang], style))
	}
	return list
}

func (x workbook) questions(rows []Row) {
	w := x.sheet("bank_sheet_questions", questionColumns, []float64{11, 11, 17, 12, 10, 16, 11, 14, 10, 44, 44, 44, 9, 9, 24, 30, 30, 30, 30, 30, 30})
	for _, r := range rows {
		b := r.Body
		line := []sheet.Value{x.cell(r.Code), x.cell(x.l.T("bank_status_" + string(r.Status))), x.cell(x.l.T("bank_type_" + string(r.Type))), x.cell(r.Course),
			x.cell(r.Objective), x.cell(r.Topic), x.cell(x.l.T("bank_difficulty_" + digit(r.Difficulty))), x.cell(x.l.T("bank_bloom_" + r.Bloom)), x.cell(vignetteCode(b))}
		line = append(line, x.three(b.Stem)...)
		if r.Type == exam.Numeric {
			line = append(line, sheet.V(b.Value, x.plain), sheet.V(b.Tolerance, x.plain))
		} else {
			line = append(line, x.cell(""), x.cell(""))
		}
		line = append(line, x.cell(x.forgive(b)))
		line = append(line, x.three(b.Feedback)...)
		w.Row(append(line, x.three(b.Model)...)...)
	}
	last := max(w.Last(), 2) + 200
	x.choice(w, 3, last, x.words("bank_type_", typeNames()))
	x.choice(w, 7, last, x.words("bank_difficulty_", []string{"1", "2", "3"}))
	x.choice(w, 8, last, x.words("bank_bloom_", exam.Blooms()))
}

// choice offers the words of a column, where they fit into a list of Excel.
func (x workbook) choice(w *sheet.Writer, col, last int, items []string) {
	if len([]rune(strings.Join(items, ","))) < 250 {
		w.DropDown(sheet.DropDown{Cells: sheet.Range{FirstRow: 2, FirstCol: col, LastRow: last, LastCol: col}, Items: items})
	}
}

func (x workbook) words(prefix string, names []string) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = strings.ReplaceAll(x.l.T(prefix+n), ",", " ")
	}
	return list
}

func typeNames() []string {
	var list []string
	for _, t := range exam.Types() {
		list = append(list, string(t))
	}
	return list
}

func digit(n int) string { return string(rune('0' + n)) }

func vignetteCode(b exam.Body) string {
	if b.Vignette == nil {
		return ""
	}
	return b.Vignette.Code
}

// forgive names the switches of a short text that differ from the usual ones; nothing stands for the usual ones.
func (x workbook) forgive(b exam.Body) string {
	if b.Forgive == nil {
		return ""
	}
	if *b.Forgive == 0 {
		return x.l.T("bank_forgive_none")
	}
	return strings.Join(x.words("bank_forgive_", b.Forgive.Names()), ", ")
}

func (x workbook) answers(rows []Row) {
	w := x.sheet("bank_sheet_answers", answerColumns, []float64{11, 14, 8, 8, 44, 44, 44, 40, 40, 40})
	for _, r := range rows {
		for _, a := range answersOf(r.Question) {
			right := ""
			if a.right {
				right = rightMark
			}
			points := x.cell("")
			if a.kind == kindLevel {
				points = sheet.V(a.points, x.plain)
			}
			line := []sheet.Value{x.cell(r.Code), x.cell(x.l.T("bank_kind_" + a.kind)), x.cell(right), points}
			line = append(line, x.three(a.first)...)
			w.Row(append(line, x.three(a.second)...)...)
		}
	}
	last := max(w.Last(), 2) + 500
	x.choice(w, 2, last, x.words("bank_kind_", kinds()))
}

// answer is one line of the sheet of answers.
type answer struct {
	kind          string
	right         bool
	points        float64
	first, second exam.Text
}

func answersOf(q exam.Question) []answer {
	var list []answer
	b := q.Body
	for _, o := range b.Options {
		list = append(list, answer{kind: kindOption, right: o.Correct, first: o.Text, second: o.Feedback})
	}
	for _, p := range b.Pairs {
		list = append(list, answer{kind: kindPair, first: p.Left, second: p.Right})
	}
	for _, o := range b.Extra {
		list = append(list, answer{kind: kindExtra, second: o.Text})
	}
	longest := 0
	for _, a := range b.Accept {
		longest = max(longest, len(a))
	}
	for i := range longest {
		t := exam.Text{}
		for l, a := range b.Accept {
			if i < len(a) {
				t[l] = a[i]
			}
		}
		list = append(list, answer{kind: kindAccept, first: t})
	}
	for _, c := range b.Rubric {
		list = append(list, answer{kind: kindCriterion, first: c.Text})
		for _, l := range c.Levels {
			list = append(list, answer{kind: kindLevel, points: l.Points, first: l.Text})
		}
	}
	return list
}

// help says on a third sheet how the two others are filled in.
func (x workbook) help() {
	w := x.book.AddSheet(x.l.T("bank_sheet_help"), sheet.SheetOptions{RightToLeft: x.l.Lang() == i18n.AR, Widths: []float64{110}, HideGrid: true})
	for _, line := range strings.Split(x.l.T("bank_help"), "\n") {
		w.Row(sheet.V(line, x.text))
	}
}

// fold makes headings and words of a workbook comparable.
func fold(s string) string { return match.Fold(s, match.Default|match.Endings) }
