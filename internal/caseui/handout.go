package caseui

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/layout"
)

// Handouts shows the register of names that were handed out, what waits, and the form that asks.
func (s *Site) Handouts(x *ui.Ctx) error {
	return s.handouts(x, http.StatusOK, "", errs.Error{}, "")
}

// handouts shows the page; failed is the form that was refused, and phrase a pass-phrase that is shown this once.
func (s *Site) handouts(x *ui.Ctx, status int, failed string, refused errs.Error, phrase string) error {
	list, now, err := s.Work.Handouts(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	var who []uuid.UUID
	for i := range list {
		who = append(who, list[i].AskedBy, list[i].DecidedBy)
	}
	n, err := s.names(x, who...)
	if err != nil {
		return err
	}
	p := webcases.HandoutsPage{Frame: s.frame(x, x.Loc.T("case_handouts")), List: list, Now: now, Names: n, Reader: x.Actor.PersonID, Reviews: s.reviews(x), Key: uuid.NewString(), Phrase: phrase,
		Failed: failed, Wrong: x.Form(refused.Fields), Plain: x.Form(nil), Typed: x.PostForm}
	if failed != "" && len(refused.Fields) == 0 {
		p.Message = x.Message(&refused)
	}
	p.Crumbs, p.Width, p.Lead = crumbs(x), layout.Reading, x.Loc.T("case_handouts_lead")
	return x.Render(status, webcases.Handouts(p))
}

// refusedHandout shows the page again for what the reader can set right.
func (s *Site) refusedHandout(x *ui.Ctx, form string, err error) error {
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict || e.Kind == errs.Throttled) {
		return s.handouts(x, refusedStatus(e.Kind), form, *e, "")
	}
	return err
}

// HandoutAsk asks for the names of chosen files.
func (s *Site) HandoutAsk(x *ui.Ctx) error {
	in := casework.HandoutInput{Key: key(x), Codes: text(x, "cases"), Aim: text(x, "aim"), Basis: text(x, "basis"), Mode: text(x, "mode"), Factor: text(x, "code"),
		Text: casework.HandoutText{Recipient: text(x, "recipient"), Reason: text(x, "reason"), Law: text(x, "law"), AgeKey: text(x, "age_key")}}
	if err := s.Desk.HandOut(x.Request.Context(), x.Actor, in); err != nil {
		return s.refusedHandout(x, "ask", err)
	}
	x.Flash("done_case_handout_asked")
	return x.SeeOther("/cases/handouts")
}

// HandoutDecide approves or refuses one; the pass-phrase is on the answer itself and on no other page.
func (s *Site) HandoutDecide(x *ui.Ctx) error {
	handout, err := x.ID("handout")
	if err != nil {
		return err
	}
	in := casework.HandoutDecision{ID: handout, Approve: text(x, "decision") == "approve", Note: text(x, "note"), Factor: text(x, "code")}
	phrase, err := s.Desk.DecideHandout(x.Request.Context(), x.Actor, in)
	if err != nil {
		return s.refusedHandout(x, handout.String()+"-"+text(x, "decision"), err)
	}
	if phrase != "" {
		return s.handouts(x, http.StatusOK, "", errs.Error{}, phrase)
	}
	if in.Approve {
		x.Flash("done_approved")
	} else {
		x.Flash("done_refused")
	}
	return x.SeeOther("/cases/handouts")
}

// HandoutFile gives the encrypted file to whoever asked, once.
func (s *Site) HandoutFile(x *ui.Ctx) error {
	handout, err := x.ID("handout")
	if err != nil {
		return err
	}
	data, err := s.Desk.FetchHandout(x.Request.Context(), x.Actor, handout, text(x, "code"), x.Loc)
	if err != nil {
		return s.refusedHandout(x, handout.String()+"-fetch", err)
	}
	x.Header("Content-Disposition", `attachment; filename="remise-`+i18n.Day(s.UI.Now()).Format(time.DateOnly)+`.xlsx.age"`)
	x.Header("Content-Length", strconv.Itoa(len(data)))
	x.Data(http.StatusOK, "application/octet-stream", data)
	return nil
}
