package caseui

import (
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/layout"
)

// refusal is a form that is shown again: which one, what is wrong, and in words when it is no field.
type refusal struct {
	form    string
	wrong   []errs.Field
	message string
	status  int
}

// Show is the file's summary and history.
func (s *Site) Show(x *ui.Ctx) error { return s.tab(x, "summary", refusal{status: http.StatusOK}) }

// Report is what was reported, the elements, the indicators and what the authorities said.
func (s *Site) Report(x *ui.Ctx) error { return s.tab(x, "report", refusal{status: http.StatusOK}) }

// Plan holds assessments, goals, services and tasks.
func (s *Site) Plan(x *ui.Ctx) error { return s.tab(x, "plan", refusal{status: http.StatusOK}) }

// Consent holds consents and referrals.
func (s *Site) Consent(x *ui.Ctx) error { return s.tab(x, "consent", refusal{status: http.StatusOK}) }

func (s *Site) tab(x *ui.Ctx, tab string, r refusal) error {
	file, err := x.ID("case")
	if err != nil {
		return err
	}
	v, err := s.Work.View(x.Request.Context(), x.Actor, file)
	if err != nil {
		return err
	}
	n, err := s.names(x, people(v)...)
	if err != nil {
		return err
	}
	p := webcases.FilePage{Frame: s.frame(x, v.Code), View: v, Tab: tab, Names: n, Workers: workersOf(n.Staff, v.OwnerID), Failed: r.form, Message: r.message,
		Typed: x.PostForm, Wrong: x.Form(r.wrong), Plain: x.Form(nil), WrongFields: r.wrong}
	p.Crumbs = crumbs(x)
	p.Lead = v.Alias
	return x.Render(r.status, webcases.File(p))
}

// people are those who are named on a file's pages.
func people(v *casework.View) []uuid.UUID {
	ids := []uuid.UUID{v.WorkerID, v.OpenedBy, v.PlanApprovedBy}
	for i := range v.Events {
		ids = append(ids, v.Events[i].ByID)
	}
	for i := range v.Requests {
		ids = append(ids, v.Requests[i].AnsweredBy)
	}
	for i := range v.Disclosures {
		ids = append(ids, v.Disclosures[i].AskedBy, v.Disclosures[i].DecidedBy)
	}
	for i := range v.Attachments {
		ids = append(ids, v.Attachments[i].ByID, v.Attachments[i].LockedBy, v.Attachments[i].ErasedBy)
	}
	return ids
}

// act does one thing on the file and goes back to its tab; a form that was refused is shown again with what was typed.
func (s *Site) act(x *ui.Ctx, tab, formID, done string, do func(file uuid.UUID) error) error {
	file, err := x.ID("case")
	if err != nil {
		return err
	}
	err = do(file)
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		r := refusal{form: formID, wrong: e.Fields, status: statusOf(e.Kind)}
		if len(e.Fields) == 0 {
			r.message = x.Message(e)
		}
		return s.tab(x, tab, r)
	}
	if err != nil {
		return err
	}
	x.Flash(done)
	path := "/cases/" + file.String()
	if tab != "summary" {
		path += "/" + tab
	}
	return x.SeeOther(path)
}

// Identity shows who the person is, and writes down that it was asked for.
func (s *Site) Identity(x *ui.Ctx) error {
	file, err := x.ID("case")
	if err != nil {
		return err
	}
	f, who, err := s.Work.Reveal(x.Request.Context(), x.Actor, file)
	if err != nil {
		return err
	}
	p := webcases.IdentityPage{Frame: s.frame(x, x.Loc.T("case_identity")), File: f, Who: who, Form: x.Form(nil), CanEdit: s.canEdit(x, &f)}
	p.Crumbs, p.Width = append(crumbs(x), layout.Crumb{Label: f.Code, Href: "/cases/" + file.String()}), layout.Reading
	return x.Render(http.StatusOK, webcases.Identity(p))
}

// IdentitySave replaces the identity.
func (s *Site) IdentitySave(x *ui.Ctx) error {
	return s.act(x, "summary", "identity", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.SaveIdentity(x.Request.Context(), x.Actor, file, identityOf(x))
	})
}

// Notice is the notice to the Instance, to be printed.
func (s *Site) Notice(x *ui.Ctx) error {
	file, err := x.ID("case")
	if err != nil {
		return err
	}
	v, err := s.Work.View(x.Request.Context(), x.Actor, file)
	if err != nil {
		return err
	}
	n, err := s.names(x, people(v)...)
	if err != nil {
		return err
	}
	p := webcases.NoticePage{Frame: s.frame(x, x.Loc.T("case_notice_title")), View: v, Names: n,
		Paper: layout.Sheet{Format: layout.Portrait, Back: "/cases/" + file.String() + "/report", Owner: n.Orgs[v.OwnerID], Project: x.Loc.T("layout_brand"), Code: v.Code}}
	return x.Render(http.StatusOK, webcases.Notice(p))
}

// Trace shows who has seen or changed the file.
func (s *Site) Trace(x *ui.Ctx) error {
	file, err := x.ID("case")
	if err != nil {
		return err
	}
	f, list, err := s.Work.Trace(x.Request.Context(), x.Actor, file)
	if err != nil {
		return err
	}
	var who []uuid.UUID
	for i := range list {
		who = append(who, list[i].ActorID)
	}
	n, err := s.names(x, who...)
	if err != nil {
		return err
	}
	p := webcases.TracePage{Frame: s.frame(x, x.Loc.T("case_trace")), File: f, List: list, Names: n}
	p.Crumbs = append(crumbs(x), layout.Crumb{Label: f.Code, Href: "/cases/" + file.String()})
	return x.Render(http.StatusOK, webcases.Trace(p))
}
