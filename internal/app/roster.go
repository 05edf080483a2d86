package app

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
)

// roster shows workshops and courses to the tests.
type roster struct {
	workshops *workshop.Service
	courses   *course.Service
	people    *org.Service
}

// reader reads what every signed-in person may read.
var reader = access.System("tests")

// ExamWorkshop gives what exam needs of an event or of a course.
func (r roster) ExamWorkshop(ctx context.Context, idb bun.IDB, id uuid.UUID) (exam.Workshop, error) {
	h, err := r.workshops.HeadTx(ctx, idb, id)
	if errs.Is(err, errs.NotFound) {
		return r.course(ctx, id, err)
	}
	if err != nil {
		return exam.Workshop{}, err
	}
	return exam.Workshop{ID: id, Code: h.Event.Code, Title: h.Event.Title, TitleAR: h.Event.TitleAR, StartsOn: h.Event.StartsOn, Resource: h.Resource()}, nil
}

// course finds the course that exam calls by the id, or gives the error of a workshop that is not there.
func (r roster) course(ctx context.Context, id uuid.UUID, absent error) (exam.Workshop, error) {
	list, err := r.courses.List(ctx, reader)
	if err != nil {
		return exam.Workshop{}, err
	}
	for _, c := range list {
		if exam.CourseID(c.Code) == id {
			return exam.Workshop{ID: id, Course: c.Code, Code: c.Code, Title: c.Title.In(i18n.FR), TitleAR: c.Title.In(i18n.AR)}, nil
		}
	}
	return exam.Workshop{}, absent
}

// ExamParticipants gives the enrolled people in the order of the list.
func (r roster) ExamParticipants(ctx context.Context, idb bun.IDB, id uuid.UUID) ([]exam.Participant, error) {
	people, err := r.workshops.EnrolledTx(ctx, idb, id)
	if err != nil {
		return nil, err
	}
	list := make([]exam.Participant, len(people))
	for i := range people {
		p := &people[i]
		list[i] = exam.Participant{EnrolmentID: p.EnrolmentID, PersonID: p.PersonID, Name: p.Name(), Organisation: p.Organisation}
	}
	return list, nil
}

// ExamEnrolled tells whether an enrolment is in force.
func (r roster) ExamEnrolled(ctx context.Context, idb bun.IDB, event, enrolment uuid.UUID) (bool, error) {
	return r.workshops.IsEnrolledTx(ctx, idb, event, enrolment)
}

// ExamPeople gives people by their ids.
func (r roster) ExamPeople(ctx context.Context, _ bun.IDB, ids []uuid.UUID) ([]exam.Participant, error) {
	people, err := r.people.PersonsByID(ctx, reader, ids)
	if err != nil {
		return nil, err
	}
	list := make([]exam.Participant, len(people))
	for i := range people {
		p := &people[i]
		list[i] = exam.Participant{EnrolmentID: p.ID, PersonID: p.ID, Name: strings.TrimSpace(p.FamilyName + " " + p.GivenName), Organisation: p.Organisation}
	}
	return list, nil
}

// ExamLearner counts the lessons that the actor has finished.
func (r roster) ExamLearner(ctx context.Context, actor access.Actor, code string) (done, of int, err error) {
	st, _, err := r.courses.Show(ctx, actor, code)
	if err != nil {
		return 0, 0, err
	}
	return st.DoneCount(), len(st.Lessons), nil
}
