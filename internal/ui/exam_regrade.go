package ui

import (
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	webexam "shelter/web/exam"
	"shelter/web/layout"
)

// ExamRegrading lists the questions of a workshop's tests with how each is marked, and what was marked anew.
func (u *UI) ExamRegrading(x *Ctx) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	r, err := u.Exam.Regrading(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	page := x.Page(x.Loc.T("regrade_title"))
	page.Lead = x.Loc.T("regrade_lead")
	page.Crumbs = append(x.examCrumbs(r.Workshop), layout.Crumb{Label: x.Loc.T("exam_results_title"), Href: x.examBase() + "/results"})
	return x.Render(http.StatusOK, webexam.Regrading(webexam.RegradingPage{Page: page, Regrading: r}))
}

// regradeForm is what was typed on the page of a regrade.
type regradeForm struct {
	rule   string
	reason string
	key    string
	notice string // a sentence above the preview
	fields []errs.Field
}

// ExamRegrade shows how one question can be marked; with ?rule= what that would change.
func (u *UI) ExamRegrade(x *Ctx) error {
	return u.examRegrade(x, http.StatusOK, regradeForm{rule: x.Query("rule"), key: uuid.NewString()})
}

func (u *UI) examRegrade(x *Ctx, status int, f regradeForm) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	version, err := x.ID("version")
	if err != nil {
		return err
	}
	w, q, err := u.Exam.Regradable(x.Request.Context(), x.Actor, id, version)
	if err != nil {
		return err
	}
	p := webexam.RegradePage{Workshop: w, Question: q, Rule: f.rule, Reason: f.reason, Key: f.key, Notice: f.notice}
	if f.rule != "" {
		p.Preview, f.fields, err = u.regradePreview(x, id, version, f)
	}
	if err != nil {
		return err
	}
	if status == http.StatusOK && len(f.fields) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p.Form = x.Form(f.fields)
	p.Page = x.Page(x.Loc.T("regrade_question", "code", q.Code))
	p.Page.Path = x.examBase() + "/regrade/" + version.String()
	p.Crumbs = append(x.examCrumbs(w), layout.Crumb{Label: x.Loc.T("regrade_title"), Href: x.examBase() + "/regrade"})
	return x.Render(status, webexam.Regrade(p))
}

// regradePreview computes what the chosen rule would change; what is wrong with the rule is added to the fields.
func (u *UI) regradePreview(x *Ctx, id, version uuid.UUID, f regradeForm) (*exam.RegradePreview, []errs.Field, error) {
	rule, ok := exam.ParseRule(f.rule)
	if !ok {
		return nil, append(f.fields, errs.Field{Name: "rule", Key: "error_choice"}), nil
	}
	v, err := u.Exam.PreviewRegrade(x.Request.Context(), x.Actor, id, version, rule)
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return nil, append(f.fields, e.Fields...), nil
	}
	return &v, f.fields, err
}

// ExamRegradeSave marks the question anew, if what was shown is still what would happen.
func (u *UI) ExamRegradeSave(x *Ctx) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	version, err := x.ID("version")
	if err != nil {
		return err
	}
	trimForm(x)
	f := regradeForm{rule: x.PostForm("rule"), reason: x.PostForm("reason"), key: x.PostForm("key")}
	rule, ok := exam.ParseRule(f.rule)
	if !ok {
		f.rule, f.fields = "", []errs.Field{{Name: "rule", Key: "error_choice"}}
		return u.examRegrade(x, http.StatusUnprocessableEntity, f)
	}
	in := exam.RegradeInput{Version: version, Rule: rule, Reason: f.reason, Seen: x.PostForm("seen")}
	in.Key, _ = uuid.Parse(f.key)
	err = u.Exam.Regrade(x.Request.Context(), x.Actor, id, in)
	e := errs.As(err)
	switch {
	case err == nil:
		x.Flash("done_regraded")
		return x.SeeOther(x.examBase() + "/regrade")
	case len(e.Fields) > 0:
		f.fields = reasonOnly(e.Fields)
		return u.examRegrade(x, http.StatusUnprocessableEntity, f)
	case e.Key == "regrade_changed":
		f.notice = e.Key
		return u.examRegrade(x, http.StatusConflict, f)
	}
	return err
}

// reasonOnly leaves out what the preview says again about the rule.
func reasonOnly(fields []errs.Field) []errs.Field {
	var list []errs.Field
	for _, f := range fields {
		if f.Name == "reason" {
			list = append(list, f)
		}
	}
	return list
}
