package caseui

import (
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/layout"
)

// Rights lists requests that are due, and the register of disclosures.
func (s *Site) Rights(x *ui.Ctx) error {
	p, err := s.rightsPage(x)
	if err != nil {
		return err
	}
	p.Crumbs, p.Width, p.Lead = crumbs(x), layout.Reading, x.Loc.T("case_rights_lead")
	return x.Render(http.StatusOK, webcases.Rights(p))
}

// RightsPrint is the register of disclosures, to be printed.
func (s *Site) RightsPrint(x *ui.Ctx) error {
	if err := access.Can(x.Actor, access.CaseHandOut, access.Resource{}); err != nil {
		return err
	}
	p, err := s.rightsPage(x)
	if err != nil {
		return err
	}
	p.Page.Title = x.Loc.T("case_disclosures")
	p.Paper = layout.Sheet{Format: layout.Landscape, Back: "/cases/rights", Project: x.Loc.T("layout_brand")}
	return x.Render(http.StatusOK, webcases.RightsPrint(p))
}

func (s *Site) rightsPage(x *ui.Ctx) (p webcases.RightsPage, err error) {
	r, err := s.Work.Rights(x.Request.Context(), x.Actor)
	if err != nil {
		return p, err
	}
	var who []uuid.UUID
	for i := range r.Disclosures {
		who = append(who, r.Disclosures[i].AskedBy, r.Disclosures[i].DecidedBy)
	}
	n, err := s.names(x, who...)
	if err != nil {
		return p, err
	}
	return webcases.RightsPage{Frame: s.frame(x, x.Loc.T("case_rights")), Rights: r, Names: n, CanPrint: access.Can(x.Actor, access.CaseHandOut, access.Resource{}) == nil}, nil
}

// FileRights holds the requests and disclosures of a file.
func (s *Site) FileRights(x *ui.Ctx) error { return s.tab(x, "rights", refusal{status: http.StatusOK}) }

// RequestAdd keeps what the person asked for.
func (s *Site) RequestAdd(x *ui.Ctx) error {
	in := casework.RequestInput{Key: key(x), Kind: text(x, "kind"), MadeBy: text(x, "made_by"), How: text(x, "how"), ReceivedOn: day(x, "received_on"), Text: text(x, "text")}
	return s.act(x, "rights", "request", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.AddRequest(x.Request.Context(), x.Actor, file, in)
	})
}

// RequestAnswer keeps the answer.
func (s *Site) RequestAnswer(x *ui.Ctx) error {
	request, err := x.ID("request")
	if err != nil {
		return err
	}
	in := casework.AnswerInput{Outcome: text(x, "outcome"), Withheld: text(x, "withheld"), On: day(x, "on"), Text: text(x, "text")}
	return s.act(x, "rights", "request-"+request.String(), "done_case_saved", func(file uuid.UUID) error {
		return s.Work.AnswerRequest(x.Request.Context(), x.Actor, file, request, in)
	})
}

// DisclosureAsk asks for a disclosure.
func (s *Site) DisclosureAsk(x *ui.Ctx) error {
	in := casework.DisclosureInput{Key: key(x), ToKind: text(x, "to_kind"), Basis: text(x, "basis"), Form: text(x, "form"), Categories: x.PostFormArray("categories"),
		Text: casework.DisclosureText{Recipient: text(x, "recipient"), Law: text(x, "law"), Reason: text(x, "reason")}}
	return s.act(x, "rights", "disclosure", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.AskDisclosure(x.Request.Context(), x.Actor, file, in)
	})
}

// DisclosureSettle decides about a disclosure, or notes what was given.
func (s *Site) DisclosureSettle(x *ui.Ctx) error {
	disclosure, err := x.ID("disclosure")
	if err != nil {
		return err
	}
	file, err := x.ID("case")
	if err != nil {
		return err
	}
	form := "given-" + disclosure.String()
	if do := text(x, "do"); do == "approve" || do == "refuse" {
		form = do + "-" + disclosure.String()
		err = s.Desk.DecideDisclosure(x.Request.Context(), x.Actor, file, casework.HandoutDecision{ID: disclosure, Approve: do == "approve", Note: text(x, "note"), Factor: text(x, "code")})
	} else {
		err = s.Work.GiveDisclosure(x.Request.Context(), x.Actor, file, disclosure, day(x, "given_on"), text(x, "what"))
	}
	if e := errs.As(err); e != nil && e.Kind == errs.Throttled {
		return s.tab(x, "rights", refusal{form: form, message: x.Message(e), status: http.StatusTooManyRequests})
	}
	return s.act(x, "rights", form, "done_case_saved", func(uuid.UUID) error { return err })
}
