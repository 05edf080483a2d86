package ui

import (
	"encoding/json"
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/errs"
	webaccount "shelter/web/account"
	"shelter/web/layout"
)

// AccountPrivacy says what is kept about the reader and for how long.
func (u *UI) AccountPrivacy(x *Ctx) error {
	return u.privacyPage(x, http.StatusOK, webaccount.PrivacyPage{Form: x.Form(nil), Key: uuid.Must(uuid.NewV7()).String()})
}

func (u *UI) privacyPage(x *Ctx, status int, p webaccount.PrivacyPage) error {
	asked, err := u.Org.OwnCorrections(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p.Page, p.Asked, p.Kept = x.Page(x.Loc.T("privacy_title")), asked, u.kept(x)
	p.Path, p.Lead, p.Width = "/account/privacy", x.Loc.T("privacy_lead"), layout.Reading
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("account_title"), Href: "/account"}}
	return x.Render(status, webaccount.Privacy(p))
}

// kept are the categories with their times, as they are set.
func (u *UI) kept(x *Ctx) []webaccount.Kept {
	answers := x.Loc.T("privacy_time_answers_never")
	if n := u.Config.KeepAnswers; n > 0 {
		answers = x.Loc.T("privacy_time_answers", "n", x.Loc.Number(n))
	}
	project := x.Loc.T("privacy_time_project")
	return []webaccount.Kept{
		{Category: "identity", Time: project}, {Category: "training", Time: project}, {Category: "answers", Time: answers},
		{Category: "notes", Time: x.Loc.T("privacy_time_notes")}, {Category: "sessions", Time: x.Loc.T("privacy_time_sessions")},
		{Category: "messages", Time: x.Loc.T("privacy_time_messages", "n", x.Loc.Number(u.Config.KeepMessages))}, {Category: "audit", Time: project},
	}
}

// AccountExport gives the reader all that is kept about them, as one JSON document.
func (u *UI) AccountExport(x *Ctx) error {
	own, err := u.Report.Own(x.Request.Context(), x.Actor, x.Loc.Lang())
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(own, "", "  ")
	if err != nil {
		return err
	}
	x.Header("Content-Disposition", `attachment; filename="`+own.Person.Code+`-shelter.json"`)
	x.Data(http.StatusOK, "application/json; charset=utf-8", data)
	return nil
}

type correctionForm struct {
	Key  string `form:"key" binding:"omitempty,uuid"`
	Text string `form:"text" binding:"required,max=1000"`
}

// AccountCorrection takes a request for correction.
func (u *UI) AccountCorrection(x *Ctx) error {
	var f correctionForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	key, err := uuid.Parse(f.Key)
	if err != nil {
		key = uuid.Must(uuid.NewV7())
	}
	if len(fields) == 0 {
		err := u.Org.AskCorrection(x.Request.Context(), x.Actor, key, f.Text)
		if err == nil {
			x.Flash("done_correction_asked")
			return x.SeeOther("/account/privacy")
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.privacyPage(x, http.StatusUnprocessableEntity, webaccount.PrivacyPage{Form: x.Form(fields), Key: key.String(), Text: f.Text})
}

// Corrections lists what people ask to have corrected.
func (u *UI) Corrections(x *Ctx) error {
	return u.correctionsPage(x, http.StatusOK, webaccount.CorrectionsPage{Form: x.Form(nil)})
}

func (u *UI) correctionsPage(x *Ctx, status int, p webaccount.CorrectionsPage) error {
	list, err := u.Org.Corrections(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p.Page, p.List = x.Page(x.Loc.T("privacy_requests")), list
	p.Path, p.Lead, p.Width = "/corrections", x.Loc.T("privacy_requests_lead"), layout.Reading
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("people_title"), Href: "/people"}}
	return x.Render(status, webaccount.Corrections(p))
}

// CorrectionAnswer says what became of a request.
func (u *UI) CorrectionAnswer(x *Ctx) error {
	id, err := x.ID("correction")
	if err != nil {
		return err
	}
	answer := x.PostForm("answer")
	err = u.Org.AnswerCorrection(x.Request.Context(), x.Actor, id, answer)
	if err == nil {
		x.Flash("done_correction_answered")
		return x.SeeOther("/corrections")
	}
	fields := errs.As(err).Fields
	if len(fields) == 0 {
		return err
	}
	return u.correctionsPage(x, http.StatusUnprocessableEntity, webaccount.CorrectionsPage{Form: x.Form(fields), At: id.String(), Answer: answer})
}
