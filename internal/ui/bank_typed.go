package ui

import (
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/exam/match"
	"shelter/internal/i18n"
	webbank "shelter/web/bank"
)

// typed reads the editor's form as it was typed: nothing is dropped, so that a refused form loses nothing.
func (u *UI) typed(x *Ctx, id uuid.UUID) (webbank.EditPage, error) {
	if err := u.Bank.May(x.Actor); err != nil {
		return webbank.EditPage{}, err
	}
	trimForm(x)
	p := webbank.EditPage{ID: id, Key: x.PostForm("key"), Value: x.PostForm("value"), Tolerance: x.PostForm("tolerance"), Rows: whole(x.PostForm("rows"))}
	p.Base, _ = uuid.Parse(x.PostForm("base"))
	q := exam.Question{Code: x.PostForm("code"), Type: exam.Type(x.PostForm("type")), Course: x.PostForm("course"), Objective: x.PostForm("objective"),
		Topic: x.PostForm("topic"), Difficulty: whole(x.PostForm("difficulty")), Bloom: x.PostForm("bloom")}
	if id != uuid.Nil {
		r, err := u.Bank.Get(x.Request.Context(), x.Actor, id)
		if err != nil {
			return p, err
		}
		q.Code, q.Type = r.Code, r.Type
	}
	if !q.Type.Valid() {
		return p, errs.NewInvalid("error_bad_request")
	}
	var wrong []errs.Field
	q.Body = exam.Body{Stem: x.three("stem"), Feedback: x.three("feedback"), Model: x.three("model"), Picture: x.picture(), Vignette: x.vignette()}
	x.typedAnswers(&q, p, &wrong)
	do := x.PostForm("do")
	if do == "more" {
		p.Rows = min(p.Rows+2, bank.MaxOptions)
	}
	if i, err := strconv.Atoi(strings.TrimPrefix(do, "up")); err == nil && strings.HasPrefix(do, "up") {
		moveUp(&q.Body, i)
	}
	p.Question, p.Form = q, x.Form(wrong)
	return p, nil
}

// three reads a text in the three languages.
func (x *Ctx) three(name string) exam.Text {
	t := exam.Text{}
	for _, l := range i18n.Langs() {
		if s := x.PostForm(name + "_" + string(l)); s != "" {
			t[l] = s
		}
	}
	return t
}

func (x *Ctx) picture() *exam.Picture {
	id, err := uuid.Parse(x.PostForm("picture_id"))
	if err != nil || x.PostForm("picture_remove") == "on" {
		return nil
	}
	w, h, _ := strings.Cut(x.PostForm("picture_size"), "x")
	return &exam.Picture{ID: id, Width: whole(w), Height: whole(h), Alt: x.three("alt")}
}

func (x *Ctx) vignette() *exam.Vignette {
	id, err := uuid.Parse(x.PostForm("vignette"))
	if err != nil {
		return nil
	}
	return &exam.Vignette{ID: id}
}

func (x *Ctx) typedAnswers(q *exam.Question, p webbank.EditPage, wrong *[]errs.Field) {
	switch q.Type {
	case exam.Matching:
		x.typedPairs(q)
	case exam.ShortText:
		x.typedAccept(q)
	case exam.Numeric:
		q.Body.Value = typedNumber("value", p.Value, wrong)
		if p.Tolerance != "" {
			q.Body.Tolerance = typedNumber("tolerance", p.Tolerance, wrong)
		}
	case exam.OpenAnswer:
		x.typedRubric(q, wrong)
		q.Body.Double = x.PostForm("double") == "on"
	default:
		x.typedOptions(q)
	}
}

func line(prefix string, i int, rest string) string { return prefix + strconv.Itoa(i) + "_" + rest }

func (x *Ctx) typedOptions(q *exam.Question) {
	right := map[string]bool{}
	for _, v := range x.PostFormArray("key_of") {
		right[v] = true
	}
	for i := range bank.MaxOptions {
		o := exam.Option{ID: x.PostForm(line("o", i, "id")), Text: x.three(line("o", i, "text")), Feedback: x.three(line("o", i, "fb")), Correct: right[strconv.Itoa(i)]}
		if o.ID != "" || len(o.Text) > 0 || len(o.Feedback) > 0 || o.Correct {
			q.Body.Options = append(q.Body.Options, o)
		}
	}
}

func (x *Ctx) typedPairs(q *exam.Question) {
	for i := range bank.MaxOptions {
		p := exam.Pair{ID: x.PostForm(line("p", i, "id")), Left: x.three(line("p", i, "left")), Right: x.three(line("p", i, "right"))}
		if p.ID != "" || len(p.Left) > 0 || len(p.Right) > 0 {
			q.Body.Pairs = append(q.Body.Pairs, p)
		}
	}
	for i := range bank.MaxOptions {
		if t := x.three(line("x", i, "text")); len(t) > 0 {
			q.Body.Extra = append(q.Body.Extra, exam.Option{Text: t})
		}
	}
}

func (x *Ctx) typedAccept(q *exam.Question) {
	q.Body.Accept = map[i18n.Lang][]string{}
	for _, l := range i18n.Langs() {
		for _, s := range strings.Split(x.PostForm("accept_"+string(l)), "\n") {
			if s = strings.TrimSpace(s); s != "" {
				q.Body.Accept[l] = append(q.Body.Accept[l], s)
			}
		}
	}
	if t, err := match.Parse(x.PostFormArray("forgive")); err == nil && t != match.Default {
		q.Body.Forgive = &t
	}
}

func (x *Ctx) typedRubric(q *exam.Question, wrong *[]errs.Field) {
	for i := range bank.MaxOptions {
		c := exam.Criterion{Text: x.three(line("k", i, "text"))}
		for j := range bank.MaxLevels {
			at := line("k", i, "l"+strconv.Itoa(j))
			l := exam.Level{Text: x.three(at + "_text")}
			if s := x.PostForm(at + "_points"); s != "" {
				l.Points = typedNumber(at+"_points", s, wrong)
			}
			if len(l.Text) > 0 || l.Points != 0 {
				c.Levels = append(c.Levels, l)
			}
		}
		if len(c.Text) > 0 || len(c.Levels) > 0 {
			q.Body.Rubric = append(q.Body.Rubric, c)
		}
	}
}

// typedNumber reads a number with a point or a comma, in European or Arabic digits.
func typedNumber(name, s string, wrong *[]errs.Field) float64 {
	f, err := exam.ParseNumber(s)
	if err != nil {
		*wrong = append(*wrong, errs.Field{Name: name, Key: "error_number"})
	}
	return f
}

// moveUp changes the places of a line and the one above it.
func moveUp(b *exam.Body, i int) {
	if i > 0 && i < len(b.Options) {
		b.Options[i-1], b.Options[i] = b.Options[i], b.Options[i-1]
	}
	if i > 0 && i < len(b.Pairs) {
		b.Pairs[i-1], b.Pairs[i] = b.Pairs[i], b.Pairs[i-1]
	}
}
