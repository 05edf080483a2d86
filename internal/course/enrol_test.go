package course_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
)

// organisation makes an organisation with so many people and a focal point.
func (w *world) organisation(name string, people int) (id uuid.UUID, ids []uuid.UUID, focal access.Actor) {
	w.t.Helper()
	id = uuid.New()
	w.db.Exec(`INSERT INTO org.organisation (id, name, kind, name_key, created_at) VALUES ($1, $2, 'ngo', $2, now())`, id, name)
	for range people {
		p := w.person(name, access.Trainee)
		w.db.Exec(`UPDATE org.person SET organisation_id = $1 WHERE id = $2`, id, p.PersonID)
		ids = append(ids, p.PersonID)
	}
	focal = w.person("Focal "+name, access.FocalPoint)
	focal.Grants = []access.Grant{{Role: access.FocalPoint, Scope: access.Organisation, ID: id}}
	return id, ids, focal
}

func TestEnrolmentByEveryWayAndWithinScope(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	org, people, focal := w.organisation("Nour", 3)
	other, strangers, _ := w.organisation("Autre", 2)
	due := w.now.AddDate(0, 0, 10)
	enrol := func(a access.Actor, in course.EnrolInput) (course.EnrolResult, error) {
		return w.svc.Enrol(ctx(), a, "demo", in)
	}

	got, err := enrol(focal, course.EnrolInput{Way: course.ByOrganisation, Organisation: org, DueOn: due})
	w.must(err)
	if got.New != 3 || got.Known != 0 {
		t.Errorf("first: %+v", got)
	}
	got, err = enrol(w.manager, course.EnrolInput{Way: course.ByPerson, People: []uuid.UUID{people[0], strangers[0]}})
	w.must(err)
	if got.New != 1 || got.Known != 1 {
		t.Errorf("again: %+v", got)
	}
	for name, in := range map[string]course.EnrolInput{
		"a stranger":               {Way: course.ByPerson, People: []uuid.UUID{strangers[1]}},
		"one own and one stranger": {Way: course.ByPerson, People: []uuid.UUID{people[0], strangers[1]}},
		"a workshop":               {Way: course.ByWorkshop, Event: uuid.New()},
	} {
		if _, err := enrol(focal, in); !errs.Is(err, errs.NotFound) {
			t.Errorf("a focal point enrols %s: %v", name, err)
		}
	}
	_, err = enrol(focal, course.EnrolInput{Way: course.ByOrganisation, Organisation: other})
	w.kind(err, errs.Invalid) // nobody of it is within reach
	_, err = enrol(w.trainee, course.EnrolInput{Way: course.ByPerson, People: people})
	w.kind(err, errs.Forbidden)
	_, err = enrol(w.manager, course.EnrolInput{Way: course.ByPerson, People: people, DueOn: w.now.AddDate(0, 0, -2)})
	w.kind(err, errs.Invalid)
	_, err = enrol(w.manager, course.EnrolInput{Way: course.ByPerson})
	w.kind(err, errs.Invalid)
	_, err = w.svc.Enrol(ctx(), w.manager, "none", course.EnrolInput{Way: course.ByPerson, People: people})
	w.kind(err, errs.NotFound)

	_, list, err := w.svc.Learners(ctx(), focal, "demo")
	w.must(err)
	if len(list) != 3 || list[0].DueOn == nil || list[0].State != course.LearnerNew || list[0].Of != 2 {
		t.Errorf("the focal point sees %+v", list)
	}
	w.kind(w.svc.Withdraw(ctx(), focal, "demo", strangers[0]), errs.NotFound)
	w.must(w.svc.Withdraw(ctx(), focal, "demo", people[0]))
	w.kind(w.svc.Withdraw(ctx(), focal, "demo", people[0]), errs.NotFound)
	if _, list, err = w.svc.Learners(ctx(), w.manager, "demo"); err != nil || len(list) != 3 {
		t.Errorf("the manager sees %d, %v", len(list), err)
	}
}

func TestALinkEnrolsWhoeverOpensItUntilItIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	_, _, focal := w.organisation("Nour", 0)
	_, err := w.svc.MakeLink(ctx(), focal, "demo", time.Time{})
	w.kind(err, errs.Forbidden)
	l, err := w.svc.MakeLink(ctx(), w.manager, "demo", w.now.AddDate(0, 0, 5))
	w.must(err)
	for range 2 {
		code, err := w.svc.Accept(ctx(), w.trainee, l.Token)
		w.must(err)
		if code != "demo" {
			t.Errorf("enrolled in %q", code)
		}
	}
	if n := w.count("SELECT count(*) FROM course.enrolment WHERE way = 'link' AND due_on IS NOT NULL"); n != 1 {
		t.Errorf("%d enrolments", n)
	}
	list, err := w.svc.List(ctx(), w.trainee)
	w.must(err)
	if list[0].DueOn.IsZero() {
		t.Error("the trainee does not see the date")
	}
	w.kind(w.svc.CloseLink(ctx(), focal, "demo", l.Token), errs.Forbidden)
	w.must(w.svc.CloseLink(ctx(), w.manager, "demo", l.Token))
	_, err = w.svc.Accept(ctx(), w.trainee, l.Token)
	w.kind(err, errs.NotFound)
	if open, err := w.svc.Links(ctx(), w.manager, "demo"); err != nil || len(open) != 0 {
		t.Errorf("open links: %v %v", open, err)
	}
}
