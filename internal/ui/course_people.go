package ui

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
	webcourse "shelter/web/course"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// CoursePeople shows who takes a course and how far everybody is, and finds people to enrol: ?q=.
func (u *UI) CoursePeople(x *Ctx) error {
	v := webcourse.EnrolValues{Query: x.Query("q")}
	return u.coursePeople(x, http.StatusOK, v, nil)
}

func (u *UI) coursePeople(x *Ctx, status int, v webcourse.EnrolValues, wrong []errs.Field) error {
	ctx := x.Request.Context()
	st, list, err := u.Course.Learners(ctx, x.Actor, x.Param("code"))
	if err != nil {
		return err
	}
	p := webcourse.PeoplePage{Page: x.Page(x.Loc.T("enrol_title")), Standing: st, Learners: list, Values: v, Form: x.Form(wrong),
		All: x.allowed(access.CourseEnrol, access.Resource{}), LinkBase: u.Config.PublicURL + "/enrol/"}
	p.Path = "/courses/" + st.Code + "/people"
	p.Lead, p.Scripts = x.Loc.T("enrol_lead"), []string{"table", "account"}
	p.Actions = []kit.Action{{Label: x.Loc.T("enrol_progress"), Icon: "chart-column", Href: "/courses/" + st.Code + "/progress"}}
	if x.allowed(access.CertificateIssue, access.Resource{}) {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("workshop_certificates"), Icon: "award", Href: "/courses/" + st.Code + "/certificates"})
	}
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("nav_courses"), Href: "/courses"}, {Label: st.Title.In(x.Loc.Lang()), Href: "/courses/" + st.Code}}
	if _, p.Before, err = u.Course.Show(ctx, x.Actor, st.Code); err != nil {
		return err
	}
	if p.Links, err = u.Course.Links(ctx, x.Actor, st.Code); err != nil {
		return err
	}
	for _, fill := range []func(*Ctx, *webcourse.PeoplePage) error{u.enrolPlaces, u.enrolFound} {
		if err := fill(x, &p); err != nil {
			return err
		}
	}
	return x.Render(status, webcourse.People(p))
}

// enrolPlaces are the organisations and workshops that can be enrolled as a whole.
func (u *UI) enrolPlaces(x *Ctx, p *webcourse.PeoplePage) error {
	orgs, err := u.Org.OrganisationChoices(x.Request.Context())
	if err != nil {
		return err
	}
	for i := range orgs {
		if x.allowed(access.CourseEnrol, access.Resource{OrganisationID: orgs[i].ID}) {
			p.Organisations = append(p.Organisations, form.Option{Value: orgs[i].ID.String(), Label: orgs[i].NameIn(x.Loc.Lang())})
		}
	}
	if !p.All {
		return nil
	}
	events, err := u.Workshop.List(x.Request.Context(), x.Actor, workshop.Filter{})
	for i := range events.Rows {
		e := &events.Rows[i]
		p.Workshops = append(p.Workshops, form.Option{Value: e.ID.String(), Label: e.Code + " · " + e.TitleIn(x.Loc.Lang())})
	}
	return err
}

func (u *UI) enrolFound(x *Ctx, p *webcourse.PeoplePage) error {
	if len([]rune(p.Values.Query)) < 2 {
		return nil
	}
	found, err := u.Org.Persons(x.Request.Context(), x.Actor, org.PersonFilter{Query: p.Values.Query})
	for _, r := range found.Rows {
		p.Found = append(p.Found, form.Option{Value: r.ID.String(), Label: r.FamilyName + " " + r.GivenName, Hint: r.Code + " · " + r.Organisation})
	}
	return err
}

// CourseEnrol enrols people, an organisation or a workshop in a course, or makes a link by which people enrol themselves.
func (u *UI) CourseEnrol(x *Ctx) error {
	var v webcourse.EnrolValues
	fields, err := x.Bind(&v)
	if err != nil {
		return err
	}
	code, done := x.Param("code"), "done_enrol"
	if len(fields) == 0 {
		in := enrolInput(v)
		if in.Way == course.ByLink {
			done = "done_link_made"
			_, err = u.Course.MakeLink(x.Request.Context(), x.Actor, code, in.DueOn)
		} else {
			_, err = u.Course.Enrol(x.Request.Context(), x.Actor, code, in)
		}
		if err == nil {
			x.Flash(done)
			return x.SeeOther("/courses/" + code + "/people")
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.coursePeople(x, http.StatusUnprocessableEntity, v, fields)
}

func enrolInput(v webcourse.EnrolValues) course.EnrolInput {
	in := course.EnrolInput{Way: course.Way(v.Way), Before: v.Before == "on"}
	in.Organisation, _ = uuid.Parse(v.Organisation) // checked by the form
	in.Event, _ = uuid.Parse(v.Event)
	in.DueOn, _ = time.Parse(time.DateOnly, v.Due)
	for _, text := range v.People {
		if id, err := uuid.Parse(text); err == nil {
			in.People = append(in.People, id)
		}
	}
	return in
}

// CourseWithdraw takes somebody off the list of a course.
func (u *UI) CourseWithdraw(x *Ctx) error {
	person, err := x.ID("person")
	if err != nil {
		return err
	}
	if err := u.Course.Withdraw(x.Request.Context(), x.Actor, x.Param("code"), person); err != nil {
		return err
	}
	x.Flash("done_withdraw_course")
	return x.SeeOther("/courses/" + x.Param("code") + "/people")
}

// CourseLift lets somebody begin a course without those that it asks for first.
func (u *UI) CourseLift(x *Ctx) error {
	person, err := x.ID("person")
	if err != nil {
		return err
	}
	reason := x.PostForm("reason")
	err = u.Course.Lift(x.Request.Context(), x.Actor, x.Param("code"), person, reason)
	if e := errs.As(err); err != nil && e.Kind == errs.Invalid && len(e.Fields) > 0 {
		return u.coursePeople(x, http.StatusUnprocessableEntity, webcourse.EnrolValues{Lift: person, Reason: reason}, e.Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_lift")
	return x.SeeOther("/courses/" + x.Param("code") + "/people")
}

// CourseLinkClose ends a link to a course.
func (u *UI) CourseLinkClose(x *Ctx) error {
	if err := u.Course.CloseLink(x.Request.Context(), x.Actor, x.Param("code"), x.Param("link")); err != nil {
		return err
	}
	x.Flash("done_link_closed")
	return x.SeeOther("/courses/" + x.Param("code") + "/people")
}

// CourseInvited shows the course of a link and asks whether to enrol.
func (u *UI) CourseInvited(x *Ctx) error {
	st, l, err := u.Course.Invited(x.Request.Context(), x.Actor, x.Param("link"))
	if err != nil {
		return err
	}
	p := webcourse.InvitedPage{Page: x.Page(x.Loc.T("enrol_invited_title")), Standing: st, Link: l}
	p.Width, p.Lead = layout.Reading, x.Loc.T("enrol_invited_text")
	return x.Render(http.StatusOK, webcourse.Invited(p))
}

// CourseAccept enrols the reader by a link.
func (u *UI) CourseAccept(x *Ctx) error {
	code, err := u.Course.Accept(x.Request.Context(), x.Actor, x.Param("link"))
	if err != nil {
		return err
	}
	x.Flash("done_enrol_own")
	return x.SeeOther("/courses/" + code)
}
