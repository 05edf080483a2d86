package bank

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/exam/match"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/layout"
)

// EditPage is the editor of a question.
type EditPage struct {
	layout.Page

	ID         uuid.UUID // zero: a new question
	Base       uuid.UUID // the version that is edited
	Key        string
	Question   exam.Question
	Value      string // of a numeric question, as typed
	Tolerance  string
	Rows       int // how many lines of answers are shown
	Vignettes  []bank.Vignette
	Objectives []string
	Courses    []string
	Twins      []bank.Twin
	Phones     []Phone
	Form       *form.Set
	Message    string
}

func (p EditPage) action() string {
	if p.ID == uuid.Nil {
		return "/bank"
	}
	return questionURL(p.ID)
}

// rows is how many lines are shown: those that are filled, and at least as many as the type usually has.
func (p EditPage) rows(filled int) int {
	usual := map[exam.Type]int{exam.Single: 4, exam.Multiple: 5, exam.TrueFalse: 2, exam.Matching: 4, exam.Ordering: 4, exam.Likert: 5, exam.OpenAnswer: 2}[p.Question.Type]
	return min(max(usual, filled, p.Rows), bank.MaxOptions)
}

func (p EditPage) options() []exam.Option {
	list := append([]exam.Option{}, p.Question.Body.Options...)
	for n := p.rows(len(list)); len(list) < n; {
		list = append(list, exam.Option{})
	}
	return list
}

func (p EditPage) pairs() []exam.Pair {
	list := append([]exam.Pair{}, p.Question.Body.Pairs...)
	for n := p.rows(len(list)); len(list) < n; {
		list = append(list, exam.Pair{})
	}
	return list
}

// Extras is how many right sides without a left one the editor shows.
const Extras = 2

func (p EditPage) extras() []exam.Option {
	list := append([]exam.Option{}, p.Question.Body.Extra...)
	for len(list) < Extras {
		list = append(list, exam.Option{})
	}
	return list
}

// usualLevels is how many levels of a criterion the editor shows at least.
const usualLevels = 4

func (p EditPage) criteria() []exam.Criterion {
	list := append([]exam.Criterion{}, p.Question.Body.Rubric...)
	for n := p.rows(len(list)); len(list) < n; {
		list = append(list, exam.Criterion{})
	}
	for i := range list {
		levels := append([]exam.Level{}, list[i].Levels...)
		for len(levels) < usualLevels {
			levels = append(levels, exam.Level{})
		}
		list[i].Levels = levels
	}
	return list
}

// at names the input of one line: o0_text, p2_left.
func at(prefix string, i int, rest string) string { return prefix + strconv.Itoa(i) + "_" + rest }

// text is the field of one language of a text.
func (p EditPage) text(name, key string, t exam.Text, l i18n.Lang) form.Field {
	f := p.Form.Field(name+"_"+string(l), key, t[l])
	f.Label, f.Required = p.Loc.T(key)+" · "+l.Name(), false
	if l != i18n.FR {
		f.Hint = ""
	}
	return inLang(f, l)
}

func inLang(f form.Field, l i18n.Lang) form.Field {
	f.Dir, f.Attrs = l.Dir(), templ.Attributes{"lang": string(l)}
	return f
}

func (p EditPage) accept(l i18n.Lang) form.Field {
	f := p.Form.Field("accept_"+string(l), "bank_accept", strings.Join(p.Question.Body.Accept[l], "\n"))
	f.Label, f.Required = p.Loc.T("bank_accept")+" · "+l.Name(), false
	if l != i18n.FR {
		f.Hint = ""
	}
	return inLang(f, l)
}

func (p EditPage) forgiveOptions() []form.Option {
	return options(p.Loc, "bank_forgive_", (match.Default | match.Endings).Names())
}

func (p EditPage) forgiven() []string { return p.Question.Body.Tolerant().Names() }

func (p EditPage) vignetteOptions() []form.Option {
	list := make([]form.Option, len(p.Vignettes))
	for i, v := range p.Vignettes {
		title := v.Title
		if len(title) == 0 {
			title = v.Text
		}
		list[i] = form.Option{Value: v.ID.String(), Label: v.Code + " – " + first(title.In(p.Loc.Lang()))}
	}
	return list
}

func (p EditPage) vignette() string {
	if v := p.Question.Body.Vignette; v != nil && v.ID != uuid.Nil {
		return v.ID.String()
	}
	return ""
}

func (p EditPage) single() bool {
	return p.Question.Type == exam.Single || p.Question.Type == exam.TrueFalse
}

func (p EditPage) keyed() bool { return p.single() || p.Question.Type == exam.Multiple }

// explains tells whether an answer may have a feedback of its own. One that came with a file stays editable in any type.
func (p EditPage) explains(o exam.Option) bool {
	return p.Question.Type != exam.Likert && p.Question.Type != exam.Ordering || len(o.Feedback) > 0
}

func (p EditPage) suggest(name, key, value string, list []string) form.Field {
	f := p.Form.Optional(name, key, value)
	f.Suggestions, f.Width = list, "half"
	return f
}

func points(f float64) string {
	if f == 0 {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func levelPoints(l exam.Level) string {
	if l.Points == 0 && len(l.Text) > 0 {
		return "0"
	}
	return points(l.Points)
}

// letter names a line as people do: A, B, C.
func letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return strconv.Itoa(i + 1)
}

func checkField(s *form.Set, name, key string) form.Field {
	f := s.Field(name, key, "")
	f.Required = false
	return f
}

func optionalFile(s *form.Set, name, key string) form.Field {
	f := s.Field(name, key, "")
	f.Required = false
	return f
}

func decimal(f form.Field) form.Field {
	f.Dir, f.InputMode, f.Width = "ltr", "decimal", "short"
	return f
}

func keyKind(p EditPage) string {
	if p.single() {
		return "radio"
	}
	return "checkbox"
}

func levelField(p EditPage, i, j int, l exam.Level) form.Field {
	f := decimal(p.Form.Field(at("k", i, "l"+strconv.Itoa(j)+"_points"), "bank_points", levelPoints(l)))
	f.Required = false
	return f
}
