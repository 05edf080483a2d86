package caseui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/layout"
)

// Emergency shows the form by which one file is opened in an emergency.
func (s *Site) Emergency(x *ui.Ctx) error {
	if err := access.Can(x.Actor, access.CaseOpen, access.Resource{}); err != nil {
		return err
	}
	return s.emergency(x, http.StatusOK, errs.Error{})
}

func (s *Site) emergency(x *ui.Ctx, status int, refused errs.Error) error {
	p := webcases.EmergencyPage{Frame: s.frame(x, x.Loc.T("case_emergency")), Form: x.Form(refused.Fields), Typed: x.PostForm}
	if status != http.StatusOK && len(refused.Fields) == 0 {
		p.Message = x.Message(&refused)
	}
	p.Crumbs, p.Width, p.Lead = crumbs(x), layout.Reading, x.Loc.T("case_emergency_lead")
	return x.Render(status, webcases.Emergency(p))
}

// EmergencyOpen opens the file and goes to it.
func (s *Site) EmergencyOpen(x *ui.Ctx) error {
	minutes, _ := strconv.Atoi(text(x, "minutes")) // no number: refused as no choice
	in := casework.EmergencyInput{Code: text(x, "case"), Reason: text(x, "reason"), Minutes: minutes, Factor: text(x, "code")}
	file, err := s.Desk.Open(x.Request.Context(), x.Actor, in)
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict || e.Kind == errs.Throttled) {
		return s.emergency(x, refusedStatus(e.Kind), *e)
	}
	if err != nil {
		return err
	}
	return x.SeeOther("/cases/" + file.String())
}

func refusedStatus(k errs.Kind) int {
	if k == errs.Throttled {
		return http.StatusTooManyRequests
	}
	return statusOf(k)
}

// Openings lists the emergency openings, to be reviewed by the protection officer.
func (s *Site) Openings(x *ui.Ctx) error {
	return s.openings(x, http.StatusOK, uuid.Nil, errs.Error{})
}

func (s *Site) openings(x *ui.Ctx, status int, failed uuid.UUID, refused errs.Error) error {
	list, now, err := s.Work.Openings(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	var who []uuid.UUID
	for i := range list {
		who = append(who, list[i].PersonID, list[i].ReviewedBy)
	}
	n, err := s.names(x, who...)
	if err != nil {
		return err
	}
	p := webcases.OpeningsPage{Frame: s.frame(x, x.Loc.T("case_openings")), List: list, Now: now, Names: n, Failed: failed, Wrong: x.Form(refused.Fields), Plain: x.Form(nil), Typed: x.PostForm}
	if failed != uuid.Nil && len(refused.Fields) == 0 {
		p.Message = x.Message(&refused)
	}
	p.Crumbs, p.Width, p.Lead = crumbs(x), layout.Reading, x.Loc.T("case_openings_lead")
	return x.Render(status, webcases.Openings(p))
}

// OpeningReview keeps what the protection officer finds.
func (s *Site) OpeningReview(x *ui.Ctx) error {
	opening, err := x.ID("opening")
	if err != nil {
		return err
	}
	err = s.Work.Review(x.Request.Context(), x.Actor, opening, text(x, "verdict"), text(x, "note"))
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		return s.openings(x, statusOf(e.Kind), opening, *e)
	}
	if err != nil {
		return err
	}
	x.Flash("done_case_reviewed")
	return x.SeeOther("/cases/openings")
}
