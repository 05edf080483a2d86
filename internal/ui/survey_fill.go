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

// SurveyFill shows the sheet that people answer: to whoever holds a ticket of it, or by the open link to everybody; a device from which
// somebody answered already asks first whether this is another person.
func (u *UI) SurveyFill(x *Ctx) error {
	sheet, err := u.Survey.Sheet(x.Request.Context(), x.Param("code"))
	if err != nil {
		return err
	}
	p := x.surveySheet(sheet)
	p.Ticket, p.Other = x.Query("t"), x.Query("other") == "1"
	switch {
	case sheet.Survey.State != survey.Opened || sheet.Full:
	case sheet.Survey.Way == survey.Tickets:
		return u.surveyTicket(x, p)
	default:
		p.Again = x.hasAnswered() && !p.Other
	}
	return x.Render(http.StatusOK, websurvey.Fill(p))
}

// surveyTicket asks for a ticket where none came along, and again where it is not good; each that is not takes longer.
func (u *UI) surveyTicket(x *Ctx, p websurvey.FillPage) error {
	if p.Ticket == "" {
		p.Ask = true
		return x.Render(http.StatusOK, websurvey.Fill(p))
	}
	good, err := u.Survey.Good(x.Request.Context(), p.Sheet.Survey.ID, p.Ticket)
	if err != nil {
		return err
	}
	if good {
		return x.Render(http.StatusOK, websurvey.Fill(p))
	}
	if err := u.Auth.Doubt(x.Request.Context(), "survey", x.ClientIP()); err != nil {
		return err
	}
	p.Ask, p.Form = true, x.Form([]errs.Field{{Name: "t", Key: "survey_ticket_refused"}})
	return x.Render(http.StatusUnprocessableEntity, websurvey.Fill(p))
}

func (x *Ctx) surveySheet(sheet survey.Sheet) websurvey.FillPage {
	p := websurvey.FillPage{Page: x.Page(x.Loc.T("survey_fill_title")), Sheet: sheet, Key: x.PostForm("key"), Form: x.Form(nil)}
	p.Width, p.Lead = layout.Reading, isolate(sheet.Workshop.PublicTitle(x.Loc.Lang()))
	if p.Key == "" {
		p.Key = uuid.NewString()
	}
	return p
}

// SurveySend counts one person's answers. What is wrong is said beside the question, with everything typed still there.
func (u *UI) SurveySend(x *Ctx) error {
	ctx := x.Request.Context()
	sheet, err := u.Survey.Sheet(ctx, x.Param("code"))
	if err != nil {
		return err
	}
	trimForm(x)
	p := x.surveySheet(sheet)
	p.Ticket, p.Typed, p.Other = x.PostForm("ticket"), map[string]string{}, x.PostForm("other") == "1"
	in := survey.Sending{Code: sheet.Survey.Code, Key: x.PostForm("key"), Ticket: p.Ticket, Answers: map[string]survey.Answer{}}
	for _, q := range sheet.Survey.Questions {
		value := x.PostForm(q.ID)
		p.Typed[q.ID], in.Answers[q.ID] = value, answerOf(q, value)
	}
	if sheet.Survey.Way == survey.OpenLink && x.hasAnswered() && !p.Other {
		if known, err := u.Survey.Counted(ctx, sheet.Survey.ID, in.Key); err != nil || !known {
			return x.surveySame(p, err)
		}
	}
	if err := u.Survey.Submit(ctx, in); err != nil {
		return u.surveyRefused(x, p, err)
	}
	if sheet.Survey.Way == survey.OpenLink {
		x.noteAnswered(sheet.Survey.Code)
	}
	return x.SeeOther("/s/" + sheet.Survey.Code + "/thanks")
}

// surveySame shows what was typed again, on a device from which somebody answered since the page was opened: sending it once more says
// that it is another person's.
func (x *Ctx) surveySame(p websurvey.FillPage, err error) error {
	if err != nil {
		return err
	}
	p.Other, p.Message = true, x.Loc.T("survey_again_sent")
	return x.Render(http.StatusConflict, websurvey.Fill(p))
}

// surveyRefused shows what was typed again, with what is wrong. A ticket that is not good slows down who tries others.
func (u *UI) surveyRefused(x *Ctx, p websurvey.FillPage, err error) error {
	e := errs.As(err)
	switch {
	case e.Key == "survey_full":
		p.Sheet.Full = false // the page keeps the form
		p.Message = x.Message(e)
	case len(e.Fields) == 0:
		return err
	case e.Fields[0].Name == "ticket":
		p.BadTicket = true
		if slow := u.Auth.Doubt(x.Request.Context(), "survey", x.ClientIP()); slow != nil {
			return slow
		}
	}
	p.Form = x.Form(e.Fields)
	return x.Render(statusOf(e.Kind), websurvey.Fill(p))
}

// answeredCookie says on a device that its survey was answered from there, under the address of that survey alone; it names nobody.
const (
	answeredCookie    = "shelter_answered"
	answeredCookieAge = 31 * 24 * 3600 // seconds; no survey is open for longer
)

func (x *Ctx) hasAnswered() bool {
	kept, err := x.Cookie(answeredCookie)
	return err == nil && kept == x.Param("code")
}

func (x *Ctx) noteAnswered(code string) {
	http.SetCookie(x.Writer, &http.Cookie{Name: answeredCookie, Value: code, Path: "/s/" + code, MaxAge: answeredCookieAge, HttpOnly: true, Secure: x.Secure(), SameSite: http.SameSiteLaxMode})
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
