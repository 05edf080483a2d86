package ui

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	webcourse "shelter/web/course"
	"shelter/web/form"
	"shelter/web/layout"
)

// WorkshopCourse asks which of a workshop's people are to take a course, and until when.
func (u *UI) WorkshopCourse(x *Ctx) error {
	return u.workshopCourse(x, http.StatusOK, webcourse.EventValues{}, true, nil)
}

func (u *UI) workshopCourse(x *Ctx, status int, v webcourse.EventValues, all bool, wrong []errs.Field) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	w, err := u.Workshop.View(ctx, x.Actor, access.ParticipantEdit, id)
	if err != nil {
		return err
	}
	courses, err := u.Course.List(ctx, x.Actor)
	if err != nil {
		return err
	}
	p := webcourse.EventPage{Page: x.eventPage(w.Head, x.Loc.T("enrol_event_title")), Values: v, Form: x.Form(wrong)}
	p.Width, p.Path = layout.Reading, workshopPath(id, "/courses")
	for _, st := range courses {
		p.Courses = append(p.Courses, form.Option{Value: st.Code, Label: st.Title.In(x.Loc.Lang())})
	}
	for i := range w.People {
		e := &w.People[i]
		if e.State != workshop.Enrolled {
			continue
		}
		p.People = append(p.People, form.Option{Value: e.PersonID.String(), Label: e.FamilyName + " " + e.GivenName})
		if all {
			p.Values.People = append(p.Values.People, e.PersonID.String())
		}
	}
	return x.Render(status, webcourse.Event(p))
}

// WorkshopCourseEnrol enrols them.
func (u *UI) WorkshopCourseEnrol(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var v webcourse.EventValues
	fields, err := x.Bind(&v)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		in := course.EventEnrolment{Event: id, Before: v.Before == "on"}
		in.DueOn, _ = time.Parse(time.DateOnly, v.Due) // checked by the form
		for _, text := range v.People {
			in.People = append(in.People, uuid.MustParse(text))
		}
		_, err = u.Course.EnrolParticipants(x.Request.Context(), x.Actor, v.Course, in)
		if err == nil {
			x.Flash("done_enrol")
			return x.SeeOther(workshopPath(id, "/participants"))
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.workshopCourse(x, http.StatusUnprocessableEntity, v, false, fields)
}
