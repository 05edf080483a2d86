package ui

import (
	"net/http"
	"strconv"
	"time"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/web/kit"
	webworkshop "shelter/web/workshop"
)

// WorkshopList lists the events that the reader runs or manages.
func (u *UI) WorkshopList(x *Ctx) error {
	f, wrong := listFilter(x)
	list, err := u.Workshop.List(x.Request.Context(), x.Actor, f)
	if err != nil {
		return err
	}
	page := x.Page(x.Loc.T("nav_workshops"))
	page.Scripts = []string{"table"}
	page.Actions = []kit.Action{{Label: x.Loc.T("plan_calendar"), Href: "/workshops/calendar", Icon: "calendar-days"}}
	if x.allowed(access.AttendancePeriod, access.Resource{}) {
		page.Actions = append(page.Actions, kit.Action{Label: x.Loc.T("report_period_title"), Href: "/workshops/attendance", Icon: "download"})
	}
	canCreate := access.Can(x.Actor, access.WorkshopCreate, access.Resource{}) == nil
	if canCreate {
		page.Main = &kit.Action{Label: x.Loc.T("workshop_new"), Href: "/workshops/new", Icon: "plus"}
	}
	return x.Render(http.StatusOK, webworkshop.List(webworkshop.ListPage{Page: page, List: list, Filter: f, From: x.Query("from"), To: x.Query("to"),
		CanCreate: canCreate, Form: x.Form(wrong), PageURL: kit.PageURL("/workshops", x.Request.URL.Query())}))
}

// listFilter reads the filters; a date that is none is said beside its field and does not filter.
func listFilter(x *Ctx) (workshop.Filter, []errs.Field) {
	f := workshop.Filter{State: workshop.State(x.Query("state")), Query: x.Query("q")}
	var wrong []errs.Field
	for name, day := range map[string]*time.Time{"from": &f.From, "to": &f.To} {
		text := x.Query(name)
		t, err := time.Parse(time.DateOnly, text)
		if text != "" && err != nil {
			wrong = append(wrong, errs.Field{Name: name, Key: "error_date"})
		}
		*day = t
	}
	f.Page, _ = strconv.Atoi(x.Query("page")) // anything else is the first page
	if !f.State.Valid() {
		f.State = ""
	}
	return f, wrong
}
