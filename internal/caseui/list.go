package caseui

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/kit"
	"shelter/web/layout"
)

// List shows the files in the reader's sight.
func (s *Site) List(x *ui.Ctx) error {
	f := casework.Filter{Mine: x.Query("mine") != "", Closed: x.Query("closed") != ""}
	if st := casework.State(x.Query("state")); st.Valid() {
		f.State = st
	}
	f.Page, _ = strconv.Atoi(x.Query("page"))
	return s.list(x, f)
}

// Search shows the files, closed ones too, that have exactly what was typed: a code, a name, a document's number, a telephone number.
// It comes by POST and is answered directly, so that no name stands in an address: those are kept by the browser and by the
// proxies on the way.
func (s *Site) Search(x *ui.Ctx) error {
	return s.list(x, casework.Filter{Query: text(x, "q"), Closed: true})
}

func (s *Site) list(x *ui.Ctx, f casework.Filter) error {
	l, err := s.Work.List(x.Request.Context(), x.Actor, f)
	if err != nil {
		return err
	}
	var workers []uuid.UUID
	for i := range l.Rows {
		workers = append(workers, l.Rows[i].WorkerID)
	}
	n, err := s.names(x, workers...)
	if err != nil {
		return err
	}
	p := webcases.ListPage{Frame: s.frame(x, x.Loc.T("nav_cases")), List: l, Filter: f, Names: n, Form: x.Form(nil), PageURL: kit.PageURL("/cases", x.Request.URL.Query())}
	p.CanCreate = len(casework.Owners(x.Actor)) > 0
	if p.CanCreate {
		p.Main = &kit.Action{Label: x.Loc.T("case_new"), Href: "/cases/new", Icon: "plus"}
	}
	p.Actions = s.places(x)
	return x.Render(http.StatusOK, webcases.List(p))
}

// places are the other pages of the case side.
func (s *Site) places(x *ui.Ctx) []kit.Action {
	list := []kit.Action{{Label: x.Loc.T("case_tasks"), Href: "/cases/tasks", Icon: "clock"}}
	if len(casework.Owners(x.Actor)) > 0 {
		list = append(list, kit.Action{Label: x.Loc.T("case_incoming"), Href: "/cases/incoming", Icon: "user-check"})
	}
	list = append(list, kit.Action{Label: x.Loc.T("case_house"), Href: "/cases/house", Icon: "house"})
	if access.Can(x.Actor, access.CaseCount, access.Resource{}) == nil {
		list = append(list, kit.Action{Label: x.Loc.T("case_occupancy"), Href: "/occupancy", Icon: "calendar-days"})
	}
	list = append(list, kit.Action{Label: x.Loc.T("case_openings"), Href: "/cases/openings", Icon: "lock-open"})
	if s.mayImport(x) == nil {
		list = append(list, kit.Action{Label: x.Loc.T("case_import"), Href: "/cases/import", Icon: "file-up"})
	}
	list = append(list, kit.Action{Label: x.Loc.T("case_rights"), Href: "/cases/rights", Icon: "shield-check"})
	if access.Can(x.Actor, access.CaseHandOut, access.Resource{}) == nil {
		list = append(list, kit.Action{Label: x.Loc.T("case_handouts"), Href: "/cases/handouts", Icon: "file-down"}, kit.Action{Label: x.Loc.T("case_retention"), Href: "/cases/retention", Icon: "history"})
	}
	if access.Can(x.Actor, access.CaseTeam, access.Resource{}) == nil {
		list = append(list, kit.Action{Label: x.Loc.T("case_team"), Href: "/cases/team", Icon: "users"})
	}
	if s.reviews(x) {
		list = append(list, kit.Action{Label: x.Loc.T("case_alarms"), Href: "/cases/alarms", Icon: "triangle-alert"},
			kit.Action{Label: x.Loc.T("approval_title"), Href: "/approvals", Icon: "shield-check"})
	}
	if access.Can(x.Actor, access.CaseOpen, access.Resource{}) == nil {
		list = append(list, kit.Action{Label: x.Loc.T("case_emergency"), Href: "/cases/emergency", Icon: "triangle-alert"})
	}
	return list
}

// New shows the report and detection form.
func (s *Site) New(x *ui.Ctx) error {
	if len(casework.Owners(x.Actor)) == 0 {
		return errs.NewForbidden("case new")
	}
	return s.create(x, http.StatusOK, uuid.NewString(), nil)
}

func (s *Site) create(x *ui.Ctx, status int, key string, wrong []errs.Field) error {
	n, err := s.names(x)
	if err != nil {
		return err
	}
	governorates, err := s.UI.Org.Governorates(x.Request.Context())
	if err != nil {
		return err
	}
	p := webcases.NewPage{Frame: s.frame(x, x.Loc.T("case_new")), Key: key, Form: x.Form(wrong), Typed: x.PostForm, Owners: ownerOptions(x.Actor, n, x.Loc.Lang()),
		Governorates: governorates, Today: i18n.Day(s.UI.Now()).Format(time.DateOnly), Supervises: x.Actor.Has(access.CaseSupervisor)}
	p.Crumbs, p.Width = crumbs(x), layout.Reading
	return x.Render(status, webcases.New(p))
}

// Create opens a file.
func (s *Site) Create(x *ui.Ctx) error {
	in := casework.CreateInput{Key: key(x), OwnerID: id(x, "owner"), Alias: text(x, "alias"), Sex: text(x, "sex"), AgeBand: text(x, "age_band"), Nationality: text(x, "nationality"),
		Form: text(x, "form"), Governorate: text(x, "governorate"), Source: text(x, "source"), ReportedOn: day(x, "reported_on"), Narrative: text(x, "narrative"),
		Identity: identityOf(x), GuardianSuspected: x.PostForm("guardian_suspected") != "", Mine: x.PostForm("mine") != ""}
	if len(casework.Owners(x.Actor)) == 0 {
		return errs.NewForbidden("case create")
	}
	if in.OwnerID == uuid.Nil {
		return s.create(x, http.StatusUnprocessableEntity, in.Key.String(), []errs.Field{{Name: "owner", Key: "error_required"}})
	}
	made, err := s.Work.Create(x.Request.Context(), x.Actor, in)
	if e := errs.As(err); e != nil && len(e.Fields) > 0 {
		return s.create(x, http.StatusUnprocessableEntity, in.Key.String(), e.Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_case_created")
	return x.SeeOther("/cases/" + made.String())
}

func identityOf(x *ui.Ctx) casework.Identity {
	return casework.Identity{FamilyName: text(x, "family_name"), GivenName: text(x, "given_name"), BirthDate: text(x, "birth_date"), Country: text(x, "country"), Document: text(x, "document"),
		Phone: text(x, "phone"), Address: text(x, "address"), Languages: text(x, "languages"), Contact: text(x, "contact")}
}

// Tasks lists what is to be done, the most overdue first.
func (s *Site) Tasks(x *ui.Ctx) error {
	list, due, today, err := s.Work.Tasks(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	var workers []uuid.UUID
	for i := range list {
		workers = append(workers, list[i].WorkerID)
	}
	for i := range due {
		workers = append(workers, due[i].WorkerID)
	}
	n, err := s.names(x, workers...)
	if err != nil {
		return err
	}
	p := webcases.TasksPage{Frame: s.frame(x, x.Loc.T("case_tasks")), List: list, Due: due, Today: today, Names: n}
	p.Crumbs = crumbs(x)
	return x.Render(http.StatusOK, webcases.Tasks(p))
}

// Incoming lists the referrals that the reader's organisations got.
func (s *Site) Incoming(x *ui.Ctx) error {
	list, err := s.Work.Incoming(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	n, err := s.names(x)
	if err != nil {
		return err
	}
	p := webcases.IncomingPage{Frame: s.frame(x, x.Loc.T("case_incoming")), List: list, Names: n}
	p.Crumbs = crumbs(x)
	for _, g := range x.Actor.Grants {
		if g.Role == access.CaseSupervisor {
			p.Decides = append(p.Decides, g.ID)
		}
	}
	return x.Render(http.StatusOK, webcases.Incoming(p))
}

// Answer accepts or declines a referral.
func (s *Site) Answer(x *ui.Ctx) error {
	referral, err := x.ID("referral")
	if err != nil {
		return err
	}
	if err := s.Work.Answer(x.Request.Context(), x.Actor, referral, x.PostForm("answer") == "accept"); err != nil {
		return err
	}
	x.Flash("done_case_answered")
	return x.SeeOther("/cases/incoming")
}
