// Package bank holds the pages of the question bank: the list, the editor with its preview, reviews and history, situations, test
// forms, and bringing questions in and out.
package bank

import (
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
	webexam "shelter/web/exam"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// ListPage is the bank with its filters.
type ListPage struct {
	layout.Page

	List   bank.List
	Filter bank.Filter
	Query  url.Values
}

func (p ListPage) pager() kit.Pager {
	return kit.Pager{Page: max(p.Filter.Page, 1), Pages: p.List.Pages, Total: p.List.Total, URL: kit.PageURL("/bank", p.Query)}
}

// exportURL writes what the filter shows.
func (p ListPage) exportURL(f format.Format) string {
	q := url.Values{}
	for k, v := range p.Query {
		q[k] = v
	}
	q.Del("page")
	q.Set("format", string(f))
	return "/bank/export?" + q.Encode()
}

// Place is a view of the bank.
type Place string

// The views.
const (
	AtQuestions Place = "questions"
	AtVignettes Place = "vignettes"
	AtForms     Place = "forms"
	AtImport    Place = "import"
)

func tabs(l *i18n.Localizer, at Place) []kit.Tab {
	return []kit.Tab{
		{Label: l.T("bank_tab_questions"), Href: "/bank", Current: at == AtQuestions},
		{Label: l.T("bank_tab_vignettes"), Href: "/bank/vignettes", Current: at == AtVignettes},
		{Label: l.T("bank_tab_forms"), Href: "/bank/forms", Current: at == AtForms},
		{Label: l.T("bank_tab_import"), Href: "/bank/import", Current: at == AtImport},
	}
}

func questionURL(id uuid.UUID) string { return "/bank/" + id.String() }

func statusTone(s exam.Status) kit.Tone {
	switch s {
	case exam.Reviewed:
		return kit.Good
	case exam.Retired:
		return kit.Off
	case exam.Draft:
	}
	return kit.Warn
}

func options(l *i18n.Localizer, prefix string, names []string) []form.Option {
	list := make([]form.Option, len(names))
	for i, n := range names {
		list[i] = form.Option{Value: n, Label: l.T(prefix + n)}
	}
	return list
}

func plain(names []string) []form.Option {
	list := make([]form.Option, len(names))
	for i, n := range names {
		list[i] = form.Option{Value: n, Label: n}
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

func statusNames() []string {
	var list []string
	for _, s := range exam.Statuses() {
		list = append(list, string(s))
	}
	return list
}

func difficulties() []string { return []string{"1", "2", "3"} }

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// first gives the beginning of a text for a line of a list.
func first(s string) string {
	if r := []rune(s); len(r) > 150 {
		return string(r[:150]) + "…"
	}
	return s
}

// missing lists the languages in which a question is not complete.
func missing(r bank.Row) []i18n.Lang {
	var list []i18n.Lang
	for _, l := range i18n.Langs() {
		found := false
		for _, have := range r.Langs {
			found = found || have == l
		}
		if !found {
			list = append(list, l)
		}
	}
	return list
}

// Phone is a question in one language, as a participant sees it.
type Phone struct {
	Lang i18n.Lang
	View webexam.QuestionView
}

// Phones makes the previews of a question in every language that has a stem.
func Phones(locs map[i18n.Lang]*i18n.Localizer, q exam.Question, part string) []Phone {
	var list []Phone
	for _, l := range i18n.Langs() {
		if q.Body.Stem[l] == "" {
			continue
		}
		v := webexam.QuestionView{Loc: locs[l], Item: exam.Item{Position: 1, Points: 1, Question: q}, Number: 1, Of: 1, Part: part + string(l) + "-"}
		list = append(list, Phone{Lang: l, View: v})
	}
	return list
}

// ShowPage is one question with its reviews.
type ShowPage struct {
	layout.Page

	History bank.History
	Twins   []bank.Twin
	Phones  []Phone
	Form    *form.Set
	Message string
}

func (p ShowPage) facts() []kit.Term {
	r := p.History.Row
	list := []kit.Term{
		{Term: p.Loc.T("bank_col_type"), Value: p.Loc.T("bank_type_" + string(r.Type))},
		{Term: p.Loc.T("bank_col_difficulty"), Value: p.Loc.T("bank_difficulty_" + strconv.Itoa(r.Difficulty))},
		{Term: p.Loc.T("bank_col_bloom"), Value: p.Loc.T("bank_bloom_" + r.Bloom)},
	}
	add := func(key, value string) {
		if value != "" {
			list = append(list, kit.Term{Term: p.Loc.T(key), Part: kit.Name(value)})
		}
	}
	add("bank_col_course", r.Course)
	add("bank_col_objective", r.Objective)
	add("bank_col_topic", r.Topic)
	add("bank_version", strconv.Itoa(r.Version))
	add("bank_author", p.author())
	return list
}

func (p ShowPage) author() string {
	if len(p.History.Versions) > 0 && p.History.Versions[0].Source == "course" {
		return p.Loc.T("bank_source_course")
	}
	return p.History.AuthorName
}

// keyView shows the answers with what is right.
func (p ShowPage) keyView() webexam.QuestionView {
	return webexam.QuestionView{Loc: p.Loc, Item: exam.Item{Position: 1, Points: 1, Question: p.History.Question}, Number: 1, Of: 1, Sample: true}
}

// HistoryPage is every version with what changed in it.
type HistoryPage struct {
	layout.Page

	History bank.History
}

// VignettesPage lists the situations.
type VignettesPage struct {
	layout.Page

	List []bank.Vignette
}

// VignettePage is the editor of a situation.
type VignettePage struct {
	layout.Page

	Vignette bank.Vignette
	Key      string
	Form     *form.Set
}

func (p VignettePage) action() string {
	if p.Vignette.ID == uuid.Nil {
		return "/bank/vignettes"
	}
	return "/bank/vignettes/" + p.Vignette.ID.String()
}

// ImportPage asks for a file.
type ImportPage struct {
	layout.Page

	Format string
	Lang   string
	Form   *form.Set
}

// PreviewPage shows what a file holds.
type PreviewPage struct {
	layout.Page

	Upload bank.Upload
	Plan   bank.Plan
	Lang   i18n.Lang // that the file was read in
}

func (p PreviewPage) applied() bool { return !p.Upload.AppliedAt.IsZero() }

func (p PreviewPage) figures() []kit.Figure {
	f := func(key string, n int, href string, tone kit.Tone) kit.Figure {
		fig := kit.Figure{Label: p.Loc.T(key), Value: p.Loc.Number(n)}
		if n > 0 {
			fig.Href, fig.Tone = href, tone
		}
		return fig
	}
	return []kit.Figure{
		f("bank_fig_new", p.Plan.Count(bank.Added), "#questions", kit.Good), f("bank_fig_changed", p.Plan.Count(bank.Changed), "#questions", kit.Info),
		f("bank_fig_same", p.Plan.Count(bank.Same), "#questions", kit.Plain), f("bank_fig_skipped", len(p.Plan.Skipped), "#skipped", kit.Bad),
		f("bank_fig_warnings", len(p.Plan.Warnings), "#warnings", kit.Warn),
	}
}

// work is how many questions importing would write.
func (p PreviewPage) work() int { return p.Plan.Count(bank.Added) + p.Plan.Count(bank.Changed) }

func whatTone(w bank.What) kit.Tone {
	switch w {
	case bank.Added:
		return kit.Good
	case bank.Changed:
		return kit.Info
	case bank.Same:
	}
	return kit.Off
}

// FormsPage lists the test forms.
type FormsPage struct {
	layout.Page

	List []bank.Form
}

// FormPage is one test form.
type FormPage struct {
	layout.Page

	Made     bank.Form
	Siblings map[string]uuid.UUID
	Form     *form.Set
}

// NewFormPage makes a test form.
type NewFormPage struct {
	layout.Page

	Stocks []bank.Stock
	Input  bank.FormInput
	Codes  string
	Counts map[string]string // what was typed, by the name of the input
	Drawn  bool              // by a blueprint
	Key    string
	Form   *form.Set
}

func (p NewFormPage) cell(st bank.Stock, difficulty int) form.Field {
	l := bank.Line{Course: st.Course, Objective: st.Objective, Difficulty: difficulty}
	label := st.Objective + " · " + p.Loc.T("bank_any")
	if difficulty > 0 {
		label = st.Objective + " · " + p.Loc.T("bank_difficulty_"+strconv.Itoa(difficulty))
	}
	f := p.Form.Field(l.Name(), "bank_any", p.Counts[l.Name()])
	f.Label, f.Required, f.HideLabel, f.Hint = label, false, true, ""
	return f
}

// settingsFields are the inputs that both form pages share.
type settingsFields struct {
	loc  *i18n.Localizer
	set  *form.Set
	with exam.Settings
}

func on(b bool) string {
	if b {
		return "on"
	}
	return ""
}

func reviewOptions(l *i18n.Localizer) []form.Option {
	var list []form.Option
	for _, r := range exam.ReviewRules() {
		list = append(list, form.Option{Value: string(r), Label: l.T("bank_review_" + string(r))})
	}
	return list
}

func reviewOr(r exam.ReviewRule) string {
	if r == "" {
		return string(exam.ReviewNever)
	}
	return string(r)
}

// ExtraPage gives people extra time.
type ExtraPage struct {
	layout.Page

	Event  uuid.UUID
	People []exam.Extra
	Form   *form.Set
}

func (p ExtraPage) field(e exam.Extra) form.Field {
	f := p.Form.Field("m_"+e.EnrolmentID.String(), "bank_extra_minutes", number(e.Minutes))
	f.Label, f.Required, f.HideLabel = p.Loc.T("bank_extra_of", "name", e.Name), false, true
	return f
}

// said is a note in the reader's language.
func said(l *i18n.Localizer, n bank.Note) string { return n.Text(l) }
