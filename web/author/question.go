package author

import (
	"strconv"
	"strings"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/layout"
)

// QuestionsPage lists the questions of a draft.
type QuestionsPage struct {
	layout.Page

	Work *author.Work
	List []author.Asked
}

// QuestionPage is the form of one question.
type QuestionPage struct {
	layout.Page

	Work     *author.Work
	Question *course.Question
	Lesson   string
	Was      string // the lines that are replaced; empty for a new one
	Form     *form.Set
	Conflict bool

	Value, Tolerance string           // of a number, as typed
	Problems         []course.Problem // what the check says of it
}

func questionsPath(w *author.Work) string { return draftPath(&w.Draft) + "/questions" }

func (p QuestionsPage) lessons() []form.Option {
	var list []form.Option
	for _, l := range p.Work.Parsed.Lessons {
		list = append(list, form.Option{Value: l.Slug, Label: l.Slug})
	}
	return list
}

func (p QuestionsPage) types() []form.Option {
	var list []form.Option
	for _, t := range author.Written {
		list = append(list, form.Option{Value: string(t), Label: p.Loc.T("bank_type_" + string(t))})
	}
	return list
}

func (p QuestionPage) objectives() []form.Option {
	var list []form.Option
	for _, o := range p.Work.Parsed.Objectives {
		list = append(list, form.Option{Value: o.Code, Label: o.Code + " – " + o.Text.In(p.Loc.Lang())})
	}
	return list
}

func (p QuestionPage) difficulty() string { return strconv.Itoa(max(p.Question.Difficulty, 1)) }

func (p QuestionPage) difficulties() []form.Option {
	var list []form.Option
	for i := range 3 {
		n := strconv.Itoa(i + 1)
		list = append(list, form.Option{Value: n, Label: p.Loc.T("bank_difficulty_" + n)})
	}
	return list
}

func (p QuestionPage) blooms() []form.Option {
	var list []form.Option
	for _, b := range []string{"remember", "understand", "apply", "analyse", "evaluate"} {
		list = append(list, form.Option{Value: b, Label: p.Loc.T("bank_bloom_" + b)})
	}
	return list
}

func (p QuestionPage) letter(o course.Option) string { return strings.ToUpper(o.ID) }

func (p QuestionPage) right(i int, o course.Option) form.Field {
	f := p.Form.Optional("right_"+strconv.Itoa(i), "bank_right", "")
	f.Mark = ""
	if o.Correct {
		f.Value = "on"
	}
	return f
}

func (p QuestionPage) inLang(name string, t course.Text, l i18n.Lang) form.Field {
	f := p.Form.Optional(name, "author_lang_"+string(l), author.Typed(t)[l])
	f.Mark, f.Dir, f.Attrs = "", l.Dir(), map[string]any{"lang": string(l)}
	return f
}

// plain is a field without a hint and a mark.
func (p QuestionPage) plain(name, key, value string) form.Field {
	f := p.Form.Optional(name, key, value)
	f.Mark = ""
	return f
}

func (p QuestionPage) places(i int) form.Field {
	return p.plain(line("place", i, ""), "author_question_place", strconv.Itoa(i+1)).Between("1", strconv.Itoa(author.MaxOptions)).Short()
}

func (p QuestionPage) accept(l i18n.Lang) form.Field {
	f := p.inLang("accept_"+string(l), course.Text{l: lines(p.Question.Accept[l])}, l)
	f.Value = lines(p.Question.Accept[l])
	return f
}

func (p QuestionPage) chooses() bool { return p.Question.Type != course.Ordering }
