package ui

import (
	"net/http"

	webcourse "shelter/web/course"
	"shelter/web/kit"
	"shelter/web/layout"
)

// CourseProgress shows how the people of a course get on.
func (u *UI) CourseProgress(x *Ctx) error {
	progress, err := u.Course.Progress(x.Request.Context(), x.Actor, x.Param("code"))
	if err != nil {
		return err
	}
	p := webcourse.ProgressPage{Page: x.Page(x.Loc.T("enrol_progress_title")), Progress: progress}
	base := "/courses/" + progress.Code
	p.Lead, p.Scripts = x.Loc.T("enrol_progress_lead"), []string{"table"}
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("nav_courses"), Href: "/courses"}, {Label: progress.Title.In(x.Loc.Lang()), Href: base}}
	p.Actions = []kit.Action{{Label: x.Loc.T("enrol_manage"), Icon: "users", Href: base + "/people"}, {Label: x.Loc.T("enrol_excel"), Icon: "download", Href: base + "/progress.xlsx"}}
	return x.Render(http.StatusOK, webcourse.Progress(p))
}

// CourseProgressFile hands the progress of a course out as a workbook: ?lang=fr|ar|en.
func (u *UI) CourseProgressFile(x *Ctx) error {
	o, err := x.reportOptions()
	if err != nil {
		return err
	}
	f, err := u.Report.CourseProgress(x.Request.Context(), x.Actor, x.Param("code"), o.Lang)
	if err != nil {
		return err
	}
	defer f.Close()
	return x.sendFile(f)
}
