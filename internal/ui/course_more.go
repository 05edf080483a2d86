package ui

import (
	"net/http"
	"time"

	"shelter/internal/course"
	"shelter/internal/errs"
	webcourse "shelter/web/course"
	"shelter/web/layout"
)

// CourseSearch looks for words in the lessons: ?q=.
func (u *UI) CourseSearch(x *Ctx) error {
	p := webcourse.SearchPage{Page: x.Page(x.Loc.T("learning_search_title")), Query: x.Query("q")}
	p.Width = layout.Reading
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("nav_courses"), Href: "/courses"}}
	var err error
	if p.Hits, err = u.Course.Search(x.Request.Context(), x.Actor, p.Query, x.Loc.Lang()); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webcourse.Search(p))
}

// CoursePrint puts every lesson of a course on paper.
func (u *UI) CoursePrint(x *Ctx) error {
	st, _, err := u.Course.Show(x.Request.Context(), x.Actor, x.Param("code"))
	if err != nil {
		return err
	}
	if len(st.Waits) > 0 {
		return errs.NewConflict(course.WaitsKey)
	}
	views := make([]*course.LessonView, len(st.Lessons))
	for i, l := range st.Lessons {
		views[i] = st.View(l, x.Loc.Lang())
	}
	return u.printCourse(x, st.Title.In(x.Loc.Lang()), "/courses/"+st.Code, views)
}

// CourseLessonPrint puts one lesson on paper.
func (u *UI) CourseLessonPrint(x *Ctx) error {
	v, err := u.Course.Open(x.Request.Context(), x.Actor, x.Param("code"), x.Param("slug"), x.Loc.Lang())
	if err != nil {
		return err
	}
	return u.printCourse(x, v.Title.In(x.Loc.Lang()), "/courses/"+v.Code+"/"+v.Lesson.Slug, []*course.LessonView{v})
}

func (u *UI) printCourse(x *Ctx, title, back string, views []*course.LessonView) error {
	p := webcourse.PrintPage{Page: x.Page(title), Views: views,
		Paper: layout.Sheet{Format: layout.Portrait, Back: back, Owner: x.Loc.T("learning_print_owner")}}
	return x.Render(http.StatusOK, webcourse.Printed(p))
}

// noteBody is a note as the script or the form sends it.
type noteBody struct {
	Text string    `json:"text" form:"text" binding:"max=9000"`
	At   time.Time `json:"at" form:"-"`
}

// CourseNote keeps the reader's note on a lesson.
func (u *UI) CourseNote(x *Ctx) error {
	var b noteBody
	read := x.Bind
	if x.WantsJSON() {
		read = x.BindJSON
	}
	if fields, err := read(&b); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	code, slug := x.Param("code"), x.Param("slug")
	if err := u.Course.WriteNote(x.Request.Context(), x.Actor, code, slug, b.Text, b.At); err != nil {
		return err
	}
	if x.WantsJSON() {
		x.Status(http.StatusNoContent)
		x.Writer.WriteHeaderNow()
		return nil
	}
	x.Flash("done_note")
	return x.SeeOther("/courses/" + code + "/" + slug + "#notes")
}
