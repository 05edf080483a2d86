package ui

import (
	"github.com/google/uuid"

	"shelter/internal/exam"
	"shelter/web/layout"
)

// examID is the workshop, or the course, whose tests the address names.
func (x *Ctx) examID() (uuid.UUID, error) {
	if code := x.Param("code"); code != "" {
		return exam.CourseID(code), nil
	}
	return x.ID("id")
}

// examBase is the address under which the tests of that workshop or course stand.
func (x *Ctx) examBase() string {
	if code := x.Param("code"); code != "" {
		return "/courses/" + code
	}
	return "/workshops/" + x.Param("id")
}

func (x *Ctx) examCrumbs(w exam.Workshop) []layout.Crumb {
	title := w.TitleIn(x.Loc.Lang())
	if w.Course == "" {
		return x.workshopCrumbs(w.ID, title)
	}
	return []layout.Crumb{{Label: x.Loc.T("nav_courses"), Href: "/courses"}, {Label: title, Href: "/courses/" + w.Course}}
}

// ExamCourseBegin begins a test of a course, or goes on with it on another device; afterwards it shows what was handed in.
func (u *UI) ExamCourseBegin(x *Ctx) error {
	t, err := u.Exam.BeginCourse(x.Request.Context(), x.Actor, x.Param("code"), exam.Phase(x.Param("phase")), x.Loc.Lang())
	if err != nil {
		return err
	}
	x.setAttemptCookie(t)
	return x.SeeOther("/t/" + t.AttemptID.String())
}
