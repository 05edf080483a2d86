package ui

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop"
	webworkshop "shelter/web/workshop"
)

// WorkshopSelection shows nominations, quotas and the waiting list.
func (u *UI) WorkshopSelection(x *Ctx) error {
	return u.selectionPage(x, http.StatusOK, webworkshop.RefusedDecision{})
}

func (u *UI) selectionPage(x *Ctx, status int, refused webworkshop.RefusedDecision) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	s, err := u.Workshop.Selection(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	p := webworkshop.SelectionPage{Page: x.eventPage(s.Head, x.Loc.T("selection_title")), Selection: s, CanEdit: s.Event.State.CanEnrol(), Refused: refused}
	p.Scripts, p.By = []string{"table"}, workshop.CoverSex
	if by := workshop.CoverageBy(x.Query("by")); slices.Contains(workshop.CoverageWays(), by) {
		p.By = by
	}
	if p.Governorates, err = u.Org.Governorates(x.Request.Context()); err != nil {
		return err
	}
	if err := u.requests(x, &p, id); err != nil {
		return err
	}
	return x.Render(status, webworkshop.Selection(p))
}

// WorkshopDecide chooses a nominated person, or refuses them with a reason.
func (u *UI) WorkshopDecide(x *Ctx) error {
	id, nomination, err := x.twoIDs("id", "nomination")
	if err != nil {
		return err
	}
	d := workshop.Decision{Choose: x.PostForm("decision") == "choose", Reason: x.PostForm("reason")}
	state, err := u.Workshop.Decide(x.Request.Context(), x.Actor, id, nomination, d)
	return u.decided(x, id, webworkshop.RefusedDecision{On: nomination, Reason: d.Reason}, d.Choose, state, err, "done_selection_refused")
}

// decided answers a decision on the page of the selection: what became of a chosen person, the flash refused of another, or why nothing
// was decided, with the reason that was typed.
func (u *UI) decided(x *Ctx, id uuid.UUID, typed webworkshop.RefusedDecision, choose bool, state workshop.EnrolState, err error, refused string) error {
	switch e := errs.As(err); {
	case err == nil:
	case e.Kind == errs.Conflict:
		typed.Message = x.Message(e)
		return u.selectionPage(x, http.StatusConflict, typed)
	case len(e.Fields) > 0:
		if typed.Message = x.Loc.T("selection_reason_needed"); strings.TrimSpace(typed.Reason) != "" {
			typed.Message = x.Loc.Map(e.Fields[0].Key, e.Fields[0].Args)
		}
		return u.selectionPage(x, http.StatusUnprocessableEntity, typed)
	default:
		return err
	}
	switch {
	case !choose:
		x.Flash(refused)
	case state == workshop.Waiting:
		x.Flash("done_workshop_waiting")
	default:
		x.Flash("done_workshop_enrolled")
	}
	return x.SeeOther(workshopPath(id, "/selection"))
}

// WorkshopOffer takes the place that is offered to the reader, or lets it go.
func (u *UI) WorkshopOffer(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	accept := x.PostForm("answer") == "accept"
	if err := u.Workshop.AnswerOffer(x.Request.Context(), x.Actor, id, accept, x.PostForm("reason")); err != nil {
		return err
	}
	if accept {
		x.Flash("done_offer_taken")
	} else {
		x.Flash("done_offer_left")
	}
	return x.SeeOther("/")
}
