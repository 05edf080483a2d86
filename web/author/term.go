package author

import (
	"strconv"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// TermsPage lists the glossary of a draft.
type TermsPage struct {
	layout.Page

	Work *author.Work
	List []author.Explained
}

// TermPage is the form of one term.
type TermPage struct {
	layout.Page

	Work     *author.Work
	Term     course.Term
	Was      string // the lines that are replaced; empty for a new one
	Form     *form.Set
	Theirs   *course.Term // of a conflict: what stands there now
	Problems []course.Problem
}

// FormsPage is the choice of questions for the parallel forms of a test.
type FormsPage struct {
	layout.Page

	Work     *author.Work
	Base     int
	Forms    []course.Form
	Form     *form.Set
	Conflict bool
}

func termsPath(w *author.Work) string { return draftPath(&w.Draft) + "/terms" }

func (p TermPage) inLang(name, key string, t course.Text, l i18n.Lang) form.Field {
	f := p.Form.Field(name+"_"+string(l), key, t[l])
	f.Label = p.Loc.T(key, "lang", p.Loc.T("author_lang_"+string(l)))
	f.Dir, f.Attrs = l.Dir(), map[string]any{"lang": string(l)}
	return f
}

// codes are the fields of the forms' codes: those there are, and one more.
func (p FormsPage) codes() []form.Field {
	var list []form.Field
	for i := range min(len(p.Forms)+1, author.MaxForms) {
		code := ""
		if i < len(p.Forms) {
			code = p.Forms[i].Code
		}
		f := p.Form.Optional("form_"+strconv.Itoa(i), "author_form_code", code)
		f.Label, f.Mark = p.Loc.T("author_form_code", "n", strconv.Itoa(i+1)), ""
		list = append(list, f.Code().Short())
	}
	return list
}

// in is the field that puts a question into a form.
func (p FormsPage) in(c author.Choice) form.Field {
	value := ""
	if c.Form >= 0 {
		value = strconv.Itoa(c.Form)
	}
	return form.Field{Name: "in_" + c.Code, Label: p.Loc.T("author_form_in") + " – " + c.Code, Value: value, Width: "short"}
}

func (p FormsPage) places() []form.Option {
	var list []form.Option
	for i := range min(len(p.Forms)+1, author.MaxForms) {
		label := p.Loc.T("author_form_code", "n", strconv.Itoa(i+1))
		if i < len(p.Forms) && p.Forms[i].Code != "" {
			label = p.Forms[i].Code
		}
		list = append(list, form.Option{Value: strconv.Itoa(i), Label: label})
	}
	return list
}

func (p FormsPage) cols() []kit.Col {
	cols := []kit.Col{{Label: p.Loc.T("bank_col_objective")}, {Label: p.Loc.T("bank_col_difficulty")}}
	for _, f := range p.Forms {
		cols = append(cols, kit.Col{Label: f.Code, Number: true})
	}
	return append(cols, kit.Col{Label: p.Loc.T("author_form_same")})
}

// problems are those of course.yaml that are about the forms.
func (p FormsPage) problems() []course.Problem {
	var list []course.Problem
	for _, x := range p.Work.Problems {
		switch x.Key {
		case "course_check_blueprint", "course_check_form_item":
			list = append(list, x)
		}
	}
	return list
}

func difficulty(n int) string { return "bank_difficulty_" + strconv.Itoa(min(max(n, 1), 3)) }
