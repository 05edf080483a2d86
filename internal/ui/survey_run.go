package ui

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/report"
	"shelter/internal/survey"
	websurvey "shelter/web/survey"
)

// SurveyBoard shows a workshop's surveys.
func (u *UI) SurveyBoard(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	b, err := u.Survey.Board(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	page := x.Page(x.Loc.T("survey_title"))
	page.Crumbs = x.workshopCrumbs(b.Workshop.ID, b.Workshop.TitleIn(x.Loc.Lang()))
	p := websurvey.BoardPage{Page: page, Board: b, Links: map[survey.Wave]string{}, QRs: map[survey.Wave]string{}, Days: map[survey.Wave]string{}}
	for _, w := range survey.Waves() {
		p.Days[w] = x.Loc.Date(w.Due(b.Workshop.EndsOn))
		s := b.Surveys[w]
		if s == nil || s.State != survey.Opened {
			continue
		}
		p.Links[w] = u.Survey.Link(s)
		if p.QRs[w], err = qrSVG(p.Links[w]); err != nil {
			return err
		}
	}
	return x.Render(http.StatusOK, websurvey.Board(p))
}

type surveyMove func(ctx context.Context, actor access.Actor, event uuid.UUID, w survey.Wave) error

// surveyMove does one thing with a wave and goes back to the board.
func (x *Ctx) surveyMove(do surveyMove, done string) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	w := survey.Wave(x.Param("wave"))
	if !w.Valid() {
		return errs.NewNotFound("survey wave")
	}
	if err := do(x.Request.Context(), x.Actor, id, w); err != nil {
		return err
	}
	x.Flash(done)
	return x.SeeOther("/workshops/" + id.String() + "/surveys")
}

// SurveyPrepare makes a wave's survey with the usual questions.
func (u *UI) SurveyPrepare(x *Ctx) error {
	return x.surveyMove(u.Survey.Prepare, "done_survey_prepared")
}

// SurveyOpen lets people answer, and writes to them when asked to.
func (u *UI) SurveyOpen(x *Ctx) error {
	if x.PostForm("ask") == "1" {
		return x.surveyMove(u.Survey.OpenAndAsk, "done_survey_asked")
	}
	return x.surveyMove(u.Survey.Open, "done_survey_opened")
}

// SurveyClose ends the answering.
func (u *UI) SurveyClose(x *Ctx) error { return x.surveyMove(u.Survey.Close, "done_survey_closed") }

// SurveyQuestions shows the editor of a wave's questions.
func (u *UI) SurveyQuestions(x *Ctx) error {
	sv, b, err := u.surveyOf(x)
	if err != nil {
		return err
	}
	drafts := make([]websurvey.Draft, len(sv.Questions))
	for i, q := range sv.Questions {
		drafts[i] = websurvey.DraftOf(q)
	}
	return x.surveyEditor(http.StatusOK, b, sv, drafts, nil)
}

// surveyOf finds the wave that the path names.
func (u *UI) surveyOf(x *Ctx) (*survey.Survey, survey.Board, error) {
	id, err := x.ID("id")
	if err != nil {
		return nil, survey.Board{}, err
	}
	b, err := u.Survey.Board(x.Request.Context(), x.Actor, id)
	if err != nil {
		return nil, b, err
	}
	sv := b.Surveys[survey.Wave(x.Param("wave"))]
	if sv == nil {
		return nil, b, errs.NewNotFound("survey wave")
	}
	return sv, b, nil
}

func (x *Ctx) surveyEditor(status int, b survey.Board, sv *survey.Survey, drafts []websurvey.Draft, wrong []errs.Field) error {
	page := x.Page(x.Loc.T("survey_edit_title"))
	page.Crumbs = append(x.workshopCrumbs(b.Workshop.ID, b.Workshop.TitleIn(x.Loc.Lang())), x.surveyCrumb(b.Workshop.ID))
	return x.Render(status, websurvey.Edit(websurvey.EditPage{Page: page, Action: x.Request.URL.Path, Drafts: drafts, Form: x.Form(wrong), Frozen: sv.Answers > 0}))
}

// SurveyRevise adds, moves and takes away questions of the draft, and keeps them at last.
func (u *UI) SurveyRevise(x *Ctx) error {
	sv, b, err := u.surveyOf(x)
	if err != nil {
		return err
	}
	trimForm(x)
	drafts := x.surveyDrafts()
	if do := x.PostForm("do"); do != "save" {
		return x.surveyEditor(http.StatusOK, b, sv, rearranged(drafts, do), nil)
	}
	questions := make([]survey.Question, len(drafts))
	for i := range drafts {
		questions[i] = drafts[i].Question()
	}
	err = u.Survey.Revise(x.Request.Context(), x.Actor, b.Workshop.ID, sv.Wave, questions)
	if err != nil {
		if fields := errs.As(err).Fields; len(fields) > 0 {
			return x.surveyEditor(http.StatusUnprocessableEntity, b, sv, drafts, fields)
		}
		return err
	}
	x.Flash("done_survey_saved")
	return x.SeeOther("/workshops/" + b.Workshop.ID.String() + "/surveys")
}

// maxDrafts bounds what is read from one form.
const maxDrafts = 40

// surveyDrafts reads the questions as they were typed.
func (x *Ctx) surveyDrafts() []websurvey.Draft {
	ids := x.PostFormArray("id")
	drafts := make([]websurvey.Draft, 0, len(ids))
	for i, id := range ids[:min(len(ids), maxDrafts)] {
		name := "q-" + strconv.Itoa(i+1) + "-"
		d := websurvey.Draft{ID: id, Kind: x.PostForm(name + "kind"), Text: map[i18n.Lang]string{}, Options: map[i18n.Lang]string{}}
		for _, l := range i18n.Langs() {
			d.Text[l], d.Options[l] = x.PostForm(name+string(l)), x.PostForm(name+"options-"+string(l))
		}
		drafts = append(drafts, d)
	}
	return drafts
}

// rearranged does what a button of the editor says: add, up-3, down-3, remove-3.
func rearranged(drafts []websurvey.Draft, do string) []websurvey.Draft {
	what, number, _ := strings.Cut(do, "-")
	n, _ := strconv.Atoi(number)
	there := n >= 1 && n <= len(drafts)
	switch {
	case what == "add":
		return append(drafts, websurvey.Draft{ID: "q" + uuid.NewString()[:8], Kind: string(survey.Likert)})
	case what == "remove" && there:
		return slices.Delete(drafts, n-1, n)
	case what == "up" && there && n > 1:
		drafts[n-2], drafts[n-1] = drafts[n-1], drafts[n-2]
	case what == "down" && there && n < len(drafts):
		drafts[n], drafts[n-1] = drafts[n-1], drafts[n]
	}
	return drafts
}

// SurveyResults shows what people answered.
func (u *UI) SurveyResults(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	w := survey.Wave(x.Param("wave"))
	if !w.Valid() {
		return errs.NewNotFound("survey wave")
	}
	r, err := u.Survey.Results(x.Request.Context(), x.Actor, id, w)
	if err != nil {
		return err
	}
	page := x.Page(x.Loc.T("survey_results_title"))
	page.Lead = isolate(r.Workshop.Code) + " · " + x.Loc.T("survey_wave_"+string(w))
	back := x.surveyCrumb(id)
	page.Crumbs = append(x.workshopCrumbs(id, r.Workshop.TitleIn(x.Loc.Lang())), back)
	if r.Hidden == survey.Shown {
		page.Main = surveyExport(x, id, w)
	}
	return x.Render(http.StatusOK, websurvey.Results(websurvey.ResultsPage{Page: page, Results: r, Back: back.Href}))
}

// SurveyWorkbook hands the results out as a workbook.
func (u *UI) SurveyWorkbook(x *Ctx) error {
	w := survey.Wave(x.Param("wave"))
	return x.export(func(ctx context.Context, a access.Actor, event uuid.UUID, o report.Options) (*report.File, error) {
		return u.Report.Survey(ctx, a, event, w, o)
	})
}
