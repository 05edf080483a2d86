package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/survey"
	"shelter/web/kit"
	"shelter/web/layout"
	websurvey "shelter/web/survey"
)

func (x *Ctx) surveyCrumb(event uuid.UUID) layout.Crumb {
	return layout.Crumb{Label: x.Loc.T("survey_title"), Href: "/workshops/" + event.String() + "/surveys"}
}

func surveyExport(x *Ctx, event uuid.UUID, w survey.Wave) *kit.Action {
	return &kit.Action{Label: x.Loc.T("survey_export"), Icon: "file-down", Href: "/workshops/" + event.String() + "/surveys/" + string(w) + "/results.xlsx"}
}

// SurveyFill shows the sheet that people answer.
func (u *UI) SurveyFill(x *Ctx) error {
	return u.surveySheet(x, http.StatusOK, nil, nil)
}

func (u *UI) surveySheet(x *Ctx, status int, typed map[string]string, wrong []errs.Field) error {
	sheet, err := u.Survey.Sheet(x.Request.Context(), x.Param("code"))
	if err != nil {
		return err
	}
	page := x.Page(x.Loc.T("survey_fill_title"))
	page.Width, page.Lead = layout.Reading, isolate(sheet.Workshop.PublicTitle(x.Loc.Lang()))
	key := x.PostForm("key")
	if key == "" {
		key = uuid.NewString()
	}
	return x.Render(status, websurvey.Fill(websurvey.FillPage{Page: page, Sheet: sheet, Typed: typed, Key: key, Form: x.Form(wrong)}))
}

// SurveySend counts one person's answers. What is wrong is said beside the question, with everything typed still there.
func (u *UI) SurveySend(x *Ctx) error {
	sheet, err := u.Survey.Sheet(x.Request.Context(), x.Param("code"))
	if err != nil {
		return err
	}
	trimForm(x)
	typed, answers := map[string]string{}, map[string]survey.Answer{}
	for _, q := range sheet.Survey.Questions {
		value := x.PostForm(q.ID)
		typed[q.ID] = value
		answers[q.ID] = answerOf(q, value)
	}
	err = u.Survey.Submit(x.Request.Context(), sheet.Survey.Code, x.PostForm("key"), answers)
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.surveySheet(x, http.StatusUnprocessableEntity, typed, e.Fields)
	}
	if err != nil {
		return err
	}
	return x.SeeOther("/s/" + sheet.Survey.Code + "/thanks")
}

// answerOf reads what a field holds; an answer that is no number of a choice is one too many, which the service refuses.
func answerOf(q survey.Question, value string) survey.Answer {
	if q.Kind == survey.Open {
		return survey.Answer{Choice: -1, Text: value}
	}
	if value == "" {
		return survey.Answer{Choice: -1}
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		n = 1 << 30
	}
	return survey.Answer{Choice: n}
}

// SurveyThanks says that the answers have arrived.
func (u *UI) SurveyThanks(x *Ctx) error {
	if _, err := u.Survey.Sheet(x.Request.Context(), x.Param("code")); err != nil {
		return err
	}
	page := x.Page(x.Loc.T("survey_thanks"))
	page.Width = layout.Reading
	return x.Render(http.StatusOK, websurvey.Thanks(page))
}
