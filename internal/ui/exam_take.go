package ui

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	webexam "shelter/web/exam"
)

// ExamTake shows a test: its questions while it runs, the thanks afterwards.
func (u *UI) ExamTake(x *Ctx) error {
	id, token, err := x.attempt()
	if err != nil {
		return err
	}
	t, err := u.Exam.Taking(x.Request.Context(), id, token)
	if err != nil {
		return err
	}
	page := x.Page(t.Workshop.TitleIn(x.Loc.Lang()))
	page.Scripts = []string{"exam"}
	return x.Render(http.StatusOK, webexam.Take(webexam.TakePage{Page: page, Taking: t}))
}

// ExamClock tells a phone when its time ends: the trainer may have given more.
func (u *UI) ExamClock(x *Ctx) error {
	id, token, err := x.attempt()
	if err != nil {
		return err
	}
	c, err := u.Exam.OwnClock(x.Request.Context(), id, token)
	if err != nil {
		return err
	}
	due := int64(0)
	if !c.Due.IsZero() {
		due = c.Due.UnixMilli()
	}
	x.JSON(http.StatusOK, gin.H{"due": due, "now": c.Now.UnixMilli()})
	return nil
}

// ExamSave keeps one answer and acknowledges it by its key.
func (u *UI) ExamSave(x *Ctx) error {
	id, token, err := x.attempt()
	if err != nil {
		return err
	}
	var a exam.Answer
	if fields, err := x.BindJSON(&a); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	acks, err := u.Exam.Save(x.Request.Context(), id, token, []exam.Answer{a})
	if err != nil {
		return err
	}
	x.leaveBeginKey()
	x.JSON(http.StatusOK, acks[0])
	return nil
}

// ExamSubmit ends the test. The form carries every answer, so that it works without scripts and sends what a lost
// connection left behind.
func (u *UI) ExamSubmit(x *Ctx) error {
	id, token, err := x.attempt()
	if err != nil {
		return err
	}
	if x.WantsJSON() {
		return u.examSubmitted(x, id, token)
	}
	t, err := u.Exam.Taking(x.Request.Context(), id, token)
	if err != nil {
		return err
	}
	if answers := x.formAnswers(t); len(answers) > 0 && !t.Attempt.Submitted() {
		if _, err := u.Exam.Save(x.Request.Context(), id, token, answers); err != nil {
			return err
		}
	}
	if _, err := u.Exam.Submit(x.Request.Context(), id, token); err != nil {
		return err
	}
	x.leaveBeginKey()
	return x.SeeOther("/t/" + id.String())
}

// examSubmitted answers the script, which has sent every answer before.
func (u *UI) examSubmitted(x *Ctx, id uuid.UUID, token string) error {
	r, err := u.Exam.Submit(x.Request.Context(), id, token)
	if err != nil {
		return err
	}
	x.leaveBeginKey()
	x.JSON(http.StatusOK, gin.H{"submitted_at": r.SubmittedAt})
	return nil
}

// formAnswers reads the form's inputs and keeps those that differ from what is stored.
func (x *Ctx) formAnswers(t exam.Taking) []exam.Answer {
	var list []exam.Answer
	now := x.UI.Now()
	for _, it := range t.Items {
		r := x.formResponse(it)
		if r.Empty() || r.Same(t.Answers[it.Position]) {
			continue
		}
		list = append(list, exam.Answer{Key: uuid.Must(uuid.NewV7()), Position: it.Position, Response: r, ClientSeq: max(now.UnixMilli(), t.Seq+1), ClientAt: now})
	}
	return list
}

// formResponse reads one question's inputs: q3 for choices and texts, q3_x for the lines of matching and ordering.
func (x *Ctx) formResponse(it exam.Item) exam.Response {
	name := "q" + strconv.Itoa(it.Position)
	switch it.Type {
	case exam.Single, exam.Multiple, exam.TrueFalse, exam.Likert:
		return exam.Response{Choice: x.PostFormArray(name)}
	case exam.Matching:
		m := map[string]string{}
		for _, p := range it.Body.Pairs {
			if v := x.PostForm(name + "_" + p.ID); v != "" {
				m[p.ID] = v
			}
		}
		return exam.Response{Match: m}
	case exam.Ordering:
		return exam.Response{Choice: orderOf(it, func(id string) string { return x.PostForm(name + "_" + id) })}
	case exam.ShortText, exam.Numeric, exam.OpenAnswer:
		return exam.Response{Text: strings.TrimSpace(x.PostForm(name))}
	}
	return exam.Response{}
}

// orderOf turns a rank per line into the lines in order; an order that is not complete is no answer yet.
func orderOf(it exam.Item, rank func(id string) string) []string {
	order := make([]string, len(it.Body.Options))
	for _, o := range it.Body.Options {
		n, err := strconv.Atoi(rank(o.ID))
		if err != nil || n < 1 || n > len(order) || order[n-1] != "" {
			return nil
		}
		order[n-1] = o.ID
	}
	return order
}
