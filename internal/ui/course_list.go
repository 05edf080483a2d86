package ui

import (
	"net/http"

	"shelter/internal/access"
	webauthor "shelter/web/author"
	"shelter/web/course"
	"shelter/web/kit"
	"shelter/web/layout"
)

// CourseList shows every course with how far the reader is.
func (u *UI) CourseList(x *Ctx) error {
	p, err := u.listPage(x)
	if err != nil {
		return err
	}
	if u.Author.May(x.Actor) == nil {
		p.Actions = []kit.Action{{Label: x.Loc.T("author_title"), Icon: "pencil", Href: webauthor.Root}}
	}
	return x.Render(http.StatusOK, course.List(p))
}

func (u *UI) listPage(x *Ctx) (course.ListPage, error) {
	list, err := u.Course.List(x.Request.Context(), x.Actor)
	if err != nil {
		return course.ListPage{}, err
	}
	p := course.ListPage{Page: x.Page(x.Loc.T("course_list_title")), Courses: list}
	p.Lead, p.Now, p.Queue, p.Scripts = x.Loc.T("course_list_lead"), u.Now(), courseQueue(x), []string{"lesson"}
	return p, nil
}

// CourseShow shows one course: its lessons, what is done and what remains.
func (u *UI) CourseShow(x *Ctx) error {
	p, err := u.showPage(x, x.Param("code"))
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, course.Show(p))
}

func (u *UI) showPage(x *Ctx, code string) (course.ShowPage, error) {
	st, before, err := u.Course.Show(x.Request.Context(), x.Actor, code)
	if err != nil {
		return course.ShowPage{}, err
	}
	p := course.ShowPage{Page: x.Page(st.Title.In(x.Loc.Lang())), Standing: st, Before: before}
	p.Width = layout.Reading
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("nav_courses"), Href: "/courses"}}
	if len(st.Waits) == 0 {
		p.Actions = []kit.Action{{Label: x.Loc.T("learning_print_course"), Icon: "printer", Href: "/courses/" + st.Code + "/print"}}
	}
	if x.allowed(access.CourseEnrol, access.Resource{}) || x.Actor.Has(access.FocalPoint) {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("enrol_manage"), Icon: "users", Href: "/courses/" + st.Code + "/people"})
	}
	if x.allowed(access.CertificateIssue, access.Resource{}) {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("workshop_certificates"), Icon: "award", Href: "/courses/" + st.Code + "/certificates"})
	}
	p.Now, p.Queue, p.KeepVersion, p.Scripts = u.Now(), courseQueue(x), keepVersion(x, st), []string{"lesson"}
	if p.Held, err = u.heldBy(x, st.Code); err != nil {
		return p, err
	}
	if p.Certificate, err = u.Certificate.OwnOfCourse(x.Request.Context(), x.Actor, st.Code); err != nil {
		return p, err
	}
	if p.Tests, err = u.Exam.CourseTests(x.Request.Context(), x.Actor, st.Code); err != nil {
		return p, err
	}
	p.Manages = access.Can(x.Actor, access.TestRun, access.Resource{}) == nil
	p.Notes, err = u.Course.Notes(x.Request.Context(), x.Actor, st.Code)
	return p, err
}

// CourseMedia sends a picture, a sound or a download of a course. The browser may keep it: a version's files never change,
// and a day is shorter than it takes to miss a correction.
func (u *UI) CourseMedia(x *Ctx) error {
	f, err := u.Course.Media(x.Request.Context(), x.Actor, x.Param("code"), x.Param("path"))
	if err != nil {
		return err
	}
	x.Header("Cache-Control", "private, max-age=86400")
	x.Data(http.StatusOK, f.Type, f.Body)
	return nil
}
