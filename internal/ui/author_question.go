package ui

import (
	"net/http"
	"slices"
	"strconv"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
	webauthor "shelter/web/author"
	"shelter/web/layout"
)

// AuthorQuestions lists the questions of a draft.
func (u *UI) AuthorQuestions(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	p := webauthor.QuestionsPage{Page: x.authorPage(x.Loc.T("author_questions"), draftCrumb(x, w)), Work: w, List: w.Questions()}
	p.Lead = x.Loc.T("author_questions_lead")
	return x.Render(http.StatusOK, webauthor.Questions(p))
}

// AuthorQuestion opens a question, ?code=, or a new one, ?lesson= and ?type=.
func (u *UI) AuthorQuestion(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	if w.State != author.Open {
		return errs.NewConflict("author_state_" + string(w.State))
	}
	p := webauthor.QuestionPage{Work: w, Form: x.Form(nil), Lesson: x.Query("lesson")}
	if a := w.Asked(x.Query("code")); a != nil && a.Editable() {
		p.Question, p.Was, p.Lesson = a.Question, a.Was, a.Lesson
		return u.questionPage(x, http.StatusOK, p)
	}
	p.Question = &course.Question{Type: course.Type(x.Query("type")), Bloom: "understand", Difficulty: 1}
	if !slices.Contains(author.Written, p.Question.Type) || w.Parsed.Lesson(p.Lesson) == nil {
		return errs.NewNotFound("question " + x.Query("code"))
	}
	return u.questionPage(x, http.StatusOK, p)
}

// questionPage shows the form with empty lines for more answers.
func (u *UI) questionPage(x *Ctx, status int, p webauthor.QuestionPage) error {
	most := author.MaxOptions
	if p.Question.Type == course.TrueFalse {
		most = 2
	}
	q := *p.Question
	q.Options = slices.Clone(q.Options)
	for len(q.Options) < most {
		q.Options = append(q.Options, course.Option{ID: freeID(q.Options)})
	}
	p.Question = &q
	at := webauthor.Root + "/drafts/" + p.Work.ID.String() + "/questions"
	title := x.Loc.T("author_question_new")
	if p.Was != "" {
		title = q.Code
	}
	p.Page = x.authorPage(title, draftCrumb(x, p.Work), layout.Crumb{Label: x.Loc.T("author_questions"), Href: at})
	p.Path, p.Width = at, layout.Reading
	return x.Render(status, webauthor.Question(p))
}

// freeID is the first letter that no answer has.
func freeID(list []course.Option) string {
	for c := 'a'; c <= 'z'; c++ {
		if !slices.ContainsFunc(list, func(o course.Option) bool { return o.ID == string(c) }) {
			return string(c)
		}
	}
	return strconv.Itoa(len(list))
}

// AuthorSaveQuestion writes a question; what is refused is shown again as it was typed.
func (u *UI) AuthorSaveQuestion(x *Ctx) error {
	w, err := u.draft(x)
	if err != nil {
		return err
	}
	trimForm(x)
	was, lesson := x.PostForm("was"), x.PostForm("lesson")
	q := x.question(w.Asked(x.PostForm("code")))
	err = u.Author.PutQuestion(x.Request.Context(), x.Actor, w.ID, lesson, was, q)
	if err == nil {
		return x.SeeOther(webauthor.Root + "/drafts/" + w.ID.String() + "/questions")
	}
	p := webauthor.QuestionPage{Work: w, Question: q, Lesson: lesson, Was: was, Form: x.Form(nil)}
	switch e := errs.As(err); {
	case e.Kind == errs.Invalid && len(e.Fields) > 0:
		p.Form = x.Form(e.Fields)
		return u.questionPage(x, http.StatusUnprocessableEntity, p)
	case e.Kind == errs.Conflict && w.State == author.Open && w.Asked(q.Code) != nil:
		p.Was, p.Conflict = w.Asked(q.Code).Was, true
		return u.questionPage(x, http.StatusConflict, p)
	}
	return err
}

// question reads the form. What the form does not have is kept from the question as it stands.
func (x *Ctx) question(known *author.Asked) *course.Question {
	q := &course.Question{Code: x.PostForm("code"), Type: course.Type(x.PostForm("type")), Objective: x.PostForm("objective"), Bloom: x.PostForm("bloom"), Stem: x.texts("stem")}
	q.Difficulty, _ = strconv.Atoi(x.PostForm("difficulty"))
	var before []course.Option
	if known != nil {
		q.Feedback, before = known.Feedback, known.Options
	}
	for i := range author.MaxOptions {
		n := strconv.Itoa(i)
		o := course.Option{Text: x.texts("option_" + n), Feedback: x.texts("feedback_" + n), Correct: x.PostForm("right_"+n) == "on"}
		switch {
		case len(o.Text) == 0 && len(o.Feedback) == 0:
			continue
		case i < len(before):
			o.ID = before[i].ID
		default:
			o.ID = freeID(append(slices.Clone(before), q.Options...))
		}
		q.Options = append(q.Options, o)
	}
	return q
}
