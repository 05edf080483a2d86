package caseui

import (
	"net/http"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/layout"
)

// Approvals shows what waits for the reader's approval.
func (s *Site) Approvals(x *ui.Ctx) error {
	return s.approvals(x, http.StatusOK, "", errs.Error{})
}

func (s *Site) approvals(x *ui.Ctx, status int, failed string, refused errs.Error) error {
	x.Header("Cache-Control", "no-store")
	list, err := s.Desk.List(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webcases.ApprovalsPage{Page: x.Page(x.Loc.T("approval_title")), List: list, Reader: x.Actor.PersonID, Failed: failed, Wrong: x.Form(refused.Fields), Plain: x.Form(nil), Typed: x.PostForm}
	p.Founding = !x.Actor.HasGlobal(access.ProtectionOfficer)
	p.Width, p.Lead = layout.Reading, x.Loc.T("approval_lead")
	if failed != "" && len(refused.Fields) == 0 {
		p.Message = x.Message(&refused)
	}
	return x.Render(status, webcases.Approvals(p))
}

// ApprovalDecide approves or refuses one, with a fresh code of the second factor.
func (s *Site) ApprovalDecide(x *ui.Ctx) error {
	approval, err := x.ID("approval")
	if err != nil {
		return err
	}
	in := casework.Decision{ID: approval, Seen: text(x, "seen"), Approve: text(x, "decision") == "approve", Reason: text(x, "reason"), Code: text(x, "code"), Shares: []string{text(x, "share_1"), text(x, "share_2")}}
	err = s.Desk.Decide(x.Request.Context(), x.Actor, in)
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict || e.Kind == errs.Throttled) {
		return s.approvals(x, refusedStatus(e.Kind), approval.String()+"-"+text(x, "decision"), *e)
	}
	if err != nil {
		return err
	}
	if in.Approve {
		x.Flash("done_approved")
	} else {
		x.Flash("done_refused")
	}
	return x.SeeOther("/approvals")
}
