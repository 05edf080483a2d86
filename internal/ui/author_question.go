package ui

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/errs"
	"shelter/internal/i18n"
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
		p.Question, p.Was, p.Lesson, p.Problems = a.Question, a.Was, a.Lesson, a.Problems
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
	q := *p.Question
	q.Options, q.Pairs = spareOptions(&q), sparePairs(&q)
	p.Question = &q
	if q.Type == course.Numeric && p.Value == "" && q.Value != nil {
		p.Value, p.Tolerance = numberText(*q.Value), numberText(q.Tolerance)
	}
	at := webauthor.Root + "/drafts/" + p.Work.ID.String() + "/questions"
	title := x.Loc.T("author_question_new")
	if p.Was != "" {
		title = q.Code
	}
	p.Page = x.authorPage(title, draftCrumb(x, p.Work), layout.Crumb{Label: x.Loc.T("author_questions"), Href: at})
	p.Path, p.Width = at, layout.Reading
	return x.Render(status, webauthor.Question(p))
}

// spareOptions adds empty lines for more answers, for the types that have any.
func spareOptions(q *course.Question) []course.Option {
	most := author.MaxOptions
	switch q.Type {
	case course.TrueFalse:
		most = 2
	case course.Matching, course.ShortText, course.Numeric:
		most = 0
	case course.Single, course.Multiple, course.Ordering:
	}
	list := slices.Clone(q.Options)
	for len(list) < most {
		list = append(list, course.Option{ID: freeID(list)})
	}
	return list
}

func sparePairs(q *course.Question) []course.Pair {
	list := slices.Clone(q.Pairs)
	for q.Type == course.Matching && len(list) < author.MaxOptions {
		list = append(list, course.Pair{})
	}
	return list
}

func numberText(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

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
		return u.questionSaved(x, w.ID, q.Code)
	}
	p := webauthor.QuestionPage{Work: w, Question: q, Lesson: lesson, Was: was, Form: x.Form(nil), Value: x.PostForm("value"), Tolerance: x.PostForm("tolerance")}
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

// questionSaved leads on: to the list, or back to the question while the check finds something in it.
func (u *UI) questionSaved(x *Ctx, draft uuid.UUID, code string) error {
	at := webauthor.Root + "/drafts/" + draft.String() + "/questions"
	w, err := u.Author.Look(x.Request.Context(), x.Actor, draft)
	if err != nil {
		return err
	}
	x.Flash("done_author_question")
	if a := w.Asked(code); a != nil && len(a.Problems) > 0 {
		return x.SeeOther(at + "/edit?code=" + code)
	}
	return x.SeeOther(at)
}

// question reads the form. What the form does not have is kept from the question as it stands.
func (x *Ctx) question(known *author.Asked) *course.Question {
	q := &course.Question{Code: x.PostForm("code"), Type: course.Type(x.PostForm("type")), Objective: x.PostForm("objective"), Bloom: x.PostForm("bloom"),
		Stem: x.texts("stem"), Feedback: x.texts("general")}
	q.Difficulty, _ = strconv.Atoi(x.PostForm("difficulty"))
	before := &course.Question{}
	if known != nil {
		before = known.Question
	}
	switch q.Type {
	case course.Matching:
		q.Pairs = x.pairs(before.Pairs)
	case course.ShortText:
		q.Accept = x.accepted()
	case course.Numeric:
		x.number(q)
	case course.Single, course.Multiple, course.TrueFalse, course.Ordering:
		q.Options = x.options(before.Options, q.Type)
	}
	return q
}

// options reads the answers; those of an ordering question by the place that each was given.
func (x *Ctx) options(before []course.Option, t course.Type) []course.Option {
	var list []course.Option
	place := map[string]int{}
	for i := range author.MaxOptions {
		n := strconv.Itoa(i)
		o := course.Option{Text: x.texts("option_" + n), Feedback: x.texts("feedback_" + n), Correct: x.PostForm("right_"+n) == "on"}
		switch {
		case len(o.Text) == 0 && len(o.Feedback) == 0:
			continue
		case i < len(before):
			o.ID = before[i].ID
		default:
			o.ID = freeID(append(slices.Clone(before), list...))
		}
		place[o.ID], _ = strconv.Atoi(x.PostForm("place_" + n))
		list = append(list, o)
	}
	if t == course.Ordering {
		slices.SortStableFunc(list, func(a, b course.Option) int { return cmp.Compare(place[a.ID], place[b.ID]) })
	}
	return list
}

func (x *Ctx) pairs(before []course.Pair) []course.Pair {
	var list []course.Pair
	for i := range author.MaxOptions {
		n := strconv.Itoa(i)
		p := course.Pair{Left: x.texts("left_" + n), Right: x.texts("match_" + n)}
		if len(p.Left) == 0 && len(p.Right) == 0 {
			continue
		}
		if i < len(before) {
			p.ID = before[i].ID
		} else {
			p.ID = freePair(before, list)
		}
		list = append(list, p)
	}
	return list
}

// freePair is a name that no pair has.
func freePair(known ...[]course.Pair) string {
	for n := 1; ; n++ {
		id := "p" + strconv.Itoa(n)
		if !slices.ContainsFunc(slices.Concat(known...), func(p course.Pair) bool { return p.ID == id }) {
			return id
		}
	}
}

// accepted reads the answers that count as right: one on a line, for each language.
func (x *Ctx) accepted() map[i18n.Lang][]string {
	all := map[i18n.Lang][]string{}
	for _, l := range i18n.Langs() {
		for word := range strings.Lines(x.PostForm("accept_" + string(l))) {
			if word = strings.TrimSpace(word); word != "" {
				all[l] = append(all[l], word)
			}
		}
	}
	return all
}

// number reads the value and its tolerance, with a comma or a point; what is no number is told by the service.
func (x *Ctx) number(q *course.Question) {
	read := func(name string) (float64, bool) {
		f, err := strconv.ParseFloat(strings.ReplaceAll(x.PostForm(name), ",", "."), 64)
		return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
	}
	if f, ok := read("value"); ok {
		q.Value = &f
	}
	if x.PostForm("tolerance") == "" {
		return
	}
	q.Tolerance = -1
	if f, ok := read("tolerance"); ok {
		q.Tolerance = f
	}
}
