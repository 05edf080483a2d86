package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	webexam "shelter/web/exam"
	"shelter/web/layout"
)

// ExamMarking lists the open questions of a workshop's tests with what there is to mark.
func (u *UI) ExamMarking(x *Ctx) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	m, err := u.Exam.Marking(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	page := x.Page(x.Loc.T("marking_title"))
	page.Lead = x.Loc.T("marking_lead")
	page.Crumbs = append(x.examCrumbs(m.Workshop), layout.Crumb{Label: x.Loc.T("exam_results_title"), Href: x.examBase() + "/results"})
	return x.Render(http.StatusOK, webexam.Marking(webexam.MarkingPage{Page: page, Marking: m}))
}

// ExamMark shows the next answer to a question that the reader can mark, or with ?answer= one that they have marked.
func (u *UI) ExamMark(x *Ctx) error { return u.examMark(x, http.StatusOK, exam.MarkInput{}, nil) }

func (u *UI) examMark(x *Ctx, status int, typed exam.MarkInput, fields []errs.Field) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	version, err := x.ID("version")
	if err != nil {
		return err
	}
	wanted, _ := uuid.Parse(x.Query("answer")) // none or a wrong one: the next answer
	sheet, err := u.Exam.MarkNext(x.Request.Context(), x.Actor, id, version, wanted)
	if err != nil {
		return err
	}
	base := x.examBase()
	page := x.Page(x.Loc.T("mark_title", "code", sheet.Question.Code))
	page.Width = layout.Reading
	page.Crumbs = append(x.examCrumbs(sheet.Workshop), layout.Crumb{Label: x.Loc.T("marking_title"), Href: base + "/marking"})
	p := webexam.MarkPage{Page: page, Sheet: sheet, Form: x.Form(fields), Key: uuid.NewString(), Levels: typed.Levels, Note: typed.Note}
	if fields == nil && sheet.Own != nil {
		p.Levels, p.Note = sheet.Own.Levels, sheet.Own.Note
	}
	if fields != nil {
		p.Key = x.PostForm("key")
	}
	return x.Render(status, webexam.Mark(p))
}

// ExamMarkSave keeps a mark and goes on to the next answer.
func (u *UI) ExamMarkSave(x *Ctx) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	version, err := x.ID("version")
	if err != nil {
		return err
	}
	trimForm(x)
	in := exam.MarkInput{Version: version, Note: x.PostForm("note"), Levels: x.levels()}
	in.Key, _ = uuid.Parse(x.PostForm("key"))
	in.Attempt, _ = uuid.Parse(x.PostForm("answer"))
	err = u.Exam.SaveMark(x.Request.Context(), x.Actor, id, in)
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.examMark(x, http.StatusUnprocessableEntity, in, e.Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_marked")
	return x.SeeOther(x.examBase() + "/marking/" + version.String())
}

// levels reads the level chosen on each criterion; -1 where none is.
func (x *Ctx) levels() []int {
	var list []int
	for i := range maxCriteria {
		n, err := strconv.Atoi(x.PostForm(exam.LevelField(i)))
		if err != nil {
			n = -1
		}
		list = append(list, n)
	}
	return list
}

// maxCriteria is how many criteria a rubric can have (bank.MaxOptions).
const maxCriteria = 20
