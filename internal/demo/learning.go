package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/exam"
	"shelter/internal/i18n"
)

// learners is how many people take a course on their own.
const learners = 24

// makeLearning lets some people take the first course: every second to its end, the others a part of it, most with the tests before
// and after it. Those with an account to try things out begin from nothing.
func (f *filler) makeLearning(ctx context.Context) error {
	list, err := f.Course.List(ctx, system)
	if err != nil || len(list) == 0 {
		return err
	}
	f.Clock.Set(f.o.Now.AddDate(0, 0, -201))
	if err := f.openCourseTests(ctx, list[0].Code); err != nil {
		return fmt.Errorf("demo: tests of %s: %w", list[0].Code, err)
	}
	for i := range min(learners, max(0, len(f.people)-trainees)) {
		begun := f.o.Now.AddDate(0, 0, -200+7*i)
		if err := f.learn(ctx, access.Actor{PersonID: f.people[trainees+i]}, list[0], begun, i); err != nil {
			return fmt.Errorf("demo: learner %d: %w", i, err)
		}
	}
	f.Clock.Set(f.o.Now)
	if err := f.certifyCourse(ctx, list[0].Code); err != nil {
		return fmt.Errorf("demo: certificates of %s: %w", list[0].Code, err)
	}
	return f.enrolSome(ctx, list)
}

// enrolSome puts people on the lists of the courses: those who learn and some who have not begun, with a date to come; the trainees
// with an account have both courses before them.
func (f *filler) enrolSome(ctx context.Context, list []*course.Standing) error {
	people := f.people[:min(len(f.people), trainees+learners+8)]
	for i, st := range list {
		in := course.EnrolInput{Way: course.ByPerson, People: people, DueOn: f.o.Now.AddDate(0, 0, 12+30*i)}
		if i > 0 {
			in.People = people[:min(len(people), trainees+6)]
		}
		if _, err := f.Course.Enrol(ctx, system, st.Code, in); err != nil {
			return fmt.Errorf("demo: enrolment in %s: %w", st.Code, err)
		}
		for _, id := range in.People[:min(len(in.People), trainees)] { // they have both courses before them at once
			if len(st.Prerequisites) == 0 {
				break
			}
			if err := f.Course.Lift(ctx, system, st.Code, id, "Formation équivalente suivie en 2025 (donnée inventée)"); err != nil {
				return fmt.Errorf("demo: lift for %s: %w", st.Code, err)
			}
		}
	}
	return nil
}

// learn reads a lesson every second day and answers its questions.
func (f *filler) learn(ctx context.Context, who access.Actor, st *course.Standing, begun time.Time, i int) error {
	lessons := st.Lessons
	if i%2 == 1 {
		lessons = lessons[:1+i%len(lessons)]
	}
	f.Clock.Set(begun)
	if err := f.courseTest(ctx, who, st.Code, exam.Pre, i); err != nil {
		return err
	}
	for n, l := range lessons {
		at := begun.AddDate(0, 0, 2*n)
		if at.After(f.o.Now) {
			return nil
		}
		f.Clock.Set(at)
		if err := f.Course.Seen(ctx, who, st.Code, l.Slug, "", at); err != nil {
			return err
		}
		for _, code := range l.Checks() {
			a := course.Answer{Key: uuid.Must(uuid.NewV7()), Question: code, Response: rightAnswer(st.Question(code)), At: at}
			if _, err := f.Course.Answer(ctx, who, st.Code, l.Slug, a); err != nil {
				return err
			}
		}
	}
	if len(lessons) < len(st.Lessons) {
		return nil
	}
	return f.courseTest(ctx, who, st.Code, exam.Post, i)
}

// openCourseTests sets up the tests before and after a course, with its two parallel forms.
func (f *filler) openCourseTests(ctx context.Context, code string) error {
	in, err := f.parallel(ctx, code)
	if err != nil {
		return err
	}
	id := exam.CourseID(code)
	if err := f.Exam.Pair(ctx, system, id, in); err != nil {
		return err
	}
	for _, ph := range []exam.Phase{exam.Pre, exam.Post} {
		if err := f.Exam.Open(ctx, system, id, ph); err != nil {
			return err
		}
	}
	return nil
}

// courseTest takes a test of a course; some forget one of the two.
func (f *filler) courseTest(ctx context.Context, who access.Actor, code string, ph exam.Phase, i int) error {
	if i%7 == 6 && ph == exam.Pre || i%9 == 8 && ph == exam.Post {
		return nil
	}
	lang := i18n.FR
	if i%3 == 0 {
		lang = i18n.AR
	}
	t, err := f.Exam.BeginCourse(ctx, who, code, ph, lang)
	if err != nil {
		return err
	}
	return f.answer(ctx, t, ph, i)
}

// rightAnswer is what earns the whole question.
func rightAnswer(q *course.Question) course.Response {
	var r course.Response
	switch q.Type {
	case course.Single, course.Multiple, course.TrueFalse:
		for _, o := range q.Options {
			if o.Correct {
				r.Choice = append(r.Choice, o.ID)
			}
		}
	case course.Ordering:
		for _, o := range q.Options {
			r.Choice = append(r.Choice, o.ID)
		}
	case course.Matching:
		r.Match = map[string]string{}
		for _, p := range q.Pairs {
			r.Match[p.ID] = p.ID
		}
	case course.ShortText:
		r.Text = q.Accept[i18n.FR][0]
	case course.Numeric:
		r.Text = strconv.FormatFloat(*q.Value, 'f', -1, 64)
	}
	return r
}
