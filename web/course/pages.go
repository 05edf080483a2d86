// Package course holds the pages of the courses: the list, a course with its lessons, and a lesson as a page of paper with a
// check at its end.
//
// Invariants: nothing of a page tells the key of a question that was not answered, unless the reader manages courses and
// asks for it; content carries its own language where it differs from the page's.
package course

import (
	"shelter/internal/certificate"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"shelter/internal/course"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/web/kit"
	"shelter/web/layout"
)

// ListPage lists the courses as the reader has them.
type ListPage struct {
	layout.Page

	Courses []*course.Standing
	Now     time.Time
	Queue   string // the outbox of this reader on this device
}

// ShowPage is one course: what it is for, its lessons, what remains.
type ShowPage struct {
	layout.Page

	Standing *course.Standing
	Before   []*course.Standing     // courses that it asks for first
	Notes    map[string]course.Note // the reader's own, by lesson
	Held     []course.Holding       // the reader's competencies by this course
	Now      time.Time
	Queue    string // the outbox of this reader on this device
	Tests    []exam.CourseTest
	Manages  bool // the tests of courses

	Certificate certificate.OwnCourse // the reader's

	KeepVersion string // what a device that keeps the course now would have
}

// LessonPage is a lesson to read.
type LessonPage struct {
	layout.Page

	View     *course.LessonView
	Keys     bool        // show the keys, to those who may see them
	KeysLink *kit.Action // shows or hides them; nil for everybody else
	Queue    string      // the outbox of this reader on this device
	Keeper   course.Keeper
	Draft    string // address of the draft whose lesson is looked at; empty for a published one
	Wrong    string // the question whose answer was refused; empty for none
	Reason   string // why
}

func (p LessonPage) base() string { return "/courses/" + p.View.Code + "/" + p.View.Lesson.Slug }

// content marks what is written in another language than the page.
func content(page, text i18n.Lang) templ.Attributes {
	if page == text {
		return templ.Attributes{}
	}
	return templ.Attributes{"lang": string(text), "dir": text.Dir()}
}

func (p LessonPage) content() templ.Attributes { return content(p.Loc.Lang(), p.View.Lang) }

// number is the lesson's place in the course, from 1.
func (p LessonPage) number() int {
	for i, l := range p.View.Lessons {
		if l == p.View.Lesson {
			return i + 1
		}
	}
	return 0
}

func (p LessonPage) done() bool { return p.View.Finished[p.View.Lesson.Slug] }

func (p LessonPage) progress() course.CheckProgress {
	return p.View.Progress(p.View.Lesson, p.View.Tries)
}

// item is one check question on the page.
type item struct {
	*course.Question

	at, of int // its place among the lesson's questions
	told   *Told
	try    course.Try
}

// items gives the questions of a check block.
func (p LessonPage) items(b course.Block) []item {
	all := p.View.Lesson.Checks()
	list := make([]item, 0, len(b.Items))
	for _, code := range b.Items {
		q := p.View.Question(code)
		if q == nil {
			continue
		}
		it := item{Question: q, of: len(all)}
		for i, c := range all {
			if c == code {
				it.at = i + 1
			}
		}
		if t, ok := p.View.Tries[code]; ok {
			told := Tell(p.Loc, q, t, p.View.Lang)
			it.try, it.told = t, &told
		}
		list = append(list, it)
	}
	return list
}

func (p LessonPage) terms() []*course.Term {
	list := make([]*course.Term, 0, len(p.View.Text.Terms))
	for _, code := range p.View.Text.Terms {
		if t := p.View.Glossary[code]; t != nil {
			list = append(list, t)
		}
	}
	return list
}

// first is the course to go on with: the page's one main action.
func (p ListPage) first() *course.Standing {
	for _, st := range p.Courses {
		if st.CompletedAt == nil && len(st.Waits) == 0 {
			return st
		}
	}
	return nil
}

// goOn is where and how to go on with a course.
func goOn(loc *i18n.Localizer, st *course.Standing) (label, href string) {
	l, place := st.Continue()
	switch {
	case l == nil:
		return loc.T("course_again"), lessonPath(st, st.Lessons[0])
	case st.Begun:
		label = loc.T("course_continue")
	default:
		label = loc.T("course_begin")
	}
	href = lessonPath(st, l)
	if place != "" {
		href += "#" + place
	}
	return label, href
}

func coursePath(st *course.Standing) string { return "/courses/" + st.Code }

func lessonPath(st *course.Standing, l *course.Lesson) string {
	return coursePath(st) + "/" + l.Slug
}

// titleOf is a lesson's title in the language in which the reader gets it.
func titleOf(l *course.Lesson, reader i18n.Lang) (string, i18n.Lang) {
	t, lang := l.In(reader)
	return t.Title, lang
}

func progressText(loc *i18n.Localizer, st *course.Standing) string {
	return loc.T("course_done_of", "i", loc.Number(st.DoneCount()), "of", loc.Number(len(st.Lessons)))
}

func length(loc *i18n.Localizer, st *course.Standing) string {
	return loc.N("course_lessons_n", len(st.Lessons)) + " · " + loc.N("course_minutes_n", st.Minutes())
}

func place(n int) string { return strconv.Itoa(n) }

// mediaPath is the address of a file of the course; its name within the media folder is kept.
func (p LessonPage) mediaPath(file string) string {
	if p.Draft != "" {
		return p.Draft + "/" + file
	}
	return "/courses/" + p.View.Code + "/" + file
}

// ownWaits says what the reader's certificate still waits for.
func (p ShowPage) ownWaits() string {
	text := p.Loc.T("certificate_own_waits")
	if mark := p.Certificate.Rule.PassMark; mark > 0 {
		text += " " + p.Loc.T("certificate_rule_test", "mark", p.Loc.Percent(mark))
	}
	return text
}
