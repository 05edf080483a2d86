package ui

import (
	"net/http"

	"shelter/internal/errs"
	"shelter/internal/ical"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// PlaceAnswer is where somebody answers about their place, by the link of a message.
func (u *UI) PlaceAnswer(x *Ctx) error {
	return u.answerPage(x, http.StatusOK, webworkshop.AnswerPage{Form: x.Form(nil)})
}

// answerPage slows down who tries links that are none.
func (u *UI) answerPage(x *Ctx, status int, p webworkshop.AnswerPage) (err error) {
	ctx := x.Request.Context()
	p.Token = x.Param("token")
	if p.Answering, err = u.Workshop.Answering(ctx, p.Token); err != nil {
		if errs.Is(err, errs.NotFound) {
			if slow := u.Auth.Doubt(ctx, "answer", x.ClientIP()); slow != nil {
				return slow
			}
		}
		return err
	}
	p.Page = x.Page(p.Answering.Event.PrintTitle(x.Loc.Lang()))
	p.Width = layout.Reading
	x.Header("Cache-Control", "no-store")
	return x.Render(status, webworkshop.PlaceAnswer(p))
}

// PlaceCalendar is the half-days of that place for a calendar program.
func (u *UI) PlaceCalendar(x *Ctx) error {
	ctx := x.Request.Context()
	data, err := u.Workshop.AnswerCalendar(ctx, x.Param("token"), x.Loc.Lang())
	if errs.Is(err, errs.NotFound) {
		if slow := u.Auth.Doubt(ctx, "answer", x.ClientIP()); slow != nil {
			return slow
		}
	}
	if err != nil {
		return err
	}
	x.Header("Content-Disposition", `attachment; filename="shelter.ics"`)
	x.sendTagged(ical.MIME(ical.Publish), data)
	return nil
}

// PlaceAnswerPut takes the place, or gives it back.
func (u *UI) PlaceAnswerPut(x *Ctx) error {
	accept, reason := x.PostForm("answer") == "accept", x.PostForm("reason")
	if !accept && x.PostForm("answer") != "decline" {
		return errs.NewInvalid("error_bad_request")
	}
	err := u.Workshop.AnswerByLink(x.Request.Context(), x.Param("token"), accept, reason)
	switch e := errs.As(err); {
	case err == nil:
	case len(e.Fields) > 0:
		return u.answerPage(x, http.StatusUnprocessableEntity, webworkshop.AnswerPage{Form: x.Form(e.Fields), Reason: reason})
	case e.Kind == errs.Conflict:
		return u.answerPage(x, http.StatusConflict, webworkshop.AnswerPage{Form: x.Form(nil), Reason: reason, Message: x.Message(e)})
	default:
		return err
	}
	if accept {
		x.Flash("done_offer_taken")
	} else {
		x.Flash("done_answer_declined")
	}
	return x.SeeOther("/answer/" + x.Param("token"))
}
