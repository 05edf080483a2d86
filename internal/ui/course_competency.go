package ui

import (
	"net/http"

	"shelter/internal/access"
	"shelter/internal/course"
	webcourse "shelter/web/course"
)

// CompetencyList shows who holds which competency until when, within the reader's organisations.
func (u *UI) CompetencyList(x *Ctx) error {
	c, err := u.Course.Coverage(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webcourse.CoveragePage{Page: x.Page(x.Loc.T("learning_competencies_title")), Coverage: c}
	p.Lead, p.Scripts = x.Loc.T("learning_competencies_lead"), []string{"table"}
	return x.Render(http.StatusOK, webcourse.Coverage(p))
}

// CourseRenew begins a finished course again before, or after, its competency ends.
func (u *UI) CourseRenew(x *Ctx) error {
	code := x.Param("code")
	if err := u.Course.Renew(x.Request.Context(), x.Actor, code); err != nil {
		return err
	}
	x.Flash("done_renew")
	return x.SeeOther("/courses/" + code)
}

// heldBy are the reader's competencies that a course gave.
func (u *UI) heldBy(x *Ctx, code string) ([]course.Holding, error) {
	all, err := u.Course.Competencies(x.Request.Context(), x.Actor, access.Resource{PersonID: x.Actor.PersonID})
	var list []course.Holding
	for _, h := range all {
		if h.Course == code {
			list = append(list, h)
		}
	}
	return list, err
}
