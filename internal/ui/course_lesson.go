package ui

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/course"
	"shelter/internal/errs"
	webcourse "shelter/web/course"
	"shelter/web/kit"
	"shelter/web/layout"
)

// CourseLesson shows a lesson with the reader's last answers. Those who manage courses see the keys when they ask for them. The page is
// kept for its reader as long as nothing changed that stands on it, so that coming back to it costs the session's statement alone.
func (u *UI) CourseLesson(x *Ctx) error {
	key, keep := u.lessonKey(x)
	if page, ok := u.lessons.get(key); keep && ok {
		return x.send(http.StatusOK, page)
	}
	p, err := u.lessonKeyed(x)
	if errs.Is(err, errs.Conflict) && errs.As(err).Key == course.WaitsKey {
		return x.SeeOther("/courses/" + x.Param("code")) // which says what comes first
	}
	if err != nil {
		return err
	}
	if !keep || p.View.Note != "" {
		return x.Render(http.StatusOK, webcourse.Lesson(p))
	}
	var b bytes.Buffer
	if err := webcourse.Lesson(p).Render(x.Request.Context(), &b); err != nil {
		return errs.Wrap(err, "render lesson")
	}
	u.lessons.put(key, b.Bytes())
	return x.send(http.StatusOK, b.Bytes())
}

// lessonKey names all that a reader's page of a lesson is made of; keep is false for a page that is like no other: with a message, a
// query, or a note, whose text is nobody else's and stays sealed. The hour renews the pass with which a phone seals what waits on it.
func (u *UI) lessonKey(x *Ctx) (key fragmentKey, keep bool) {
	state, there := x.Get(LessonKey)
	revision, _ := state.(int64)
	frame := x.frame()
	if !there || frame == "" {
		return key, false
	}
	return fragmentKey{id: uuid.NewSHA1(x.Actor.PersonID, []byte(x.Param("code"))), version: revision, lang: x.Loc.Lang(), frame: frame,
		class: x.Request.URL.Path, current: int(u.Now().Unix() / 3600)}, true
}

func (u *UI) lessonPage(x *Ctx, status int, wrong, reason string) error {
	p, err := u.lessonKeyed(x)
	if err != nil {
		return err
	}
	p.Wrong, p.Reason = wrong, reason
	return x.Render(status, webcourse.Lesson(p))
}

// lessonKeyed is the page of a lesson with its keys, for those who may see them and ask for them.
func (u *UI) lessonKeyed(x *Ctx) (webcourse.LessonPage, error) {
	p, err := u.lessonFor(x, x.Param("code"), x.Param("slug"))
	if err == nil && p.View.ShowsKeys {
		p.Keys = x.Query("keys") == "1"
		p.KeysLink = keysLink(x, p.Keys)
	}
	return p, err
}

// lessonFor is the page of a lesson as the reader has it.
func (u *UI) lessonFor(x *Ctx, code, slug string) (webcourse.LessonPage, error) {
	v, err := u.Course.Open(x.Request.Context(), x.Actor, code, slug, x.Loc.Lang())
	if err != nil {
		return webcourse.LessonPage{}, err
	}
	p := webcourse.LessonPage{Page: x.Page(v.Text.Title), View: v, Queue: courseQueue(x)}
	p.Path = "/courses/" + v.Code + "/" + v.Lesson.Slug // a refused answer stands on another address
	p.Width, p.NoHead, p.Scripts = layout.Reading, true, []string{"lesson"}
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("nav_courses"), Href: "/courses"}, {Label: v.Title.In(x.Loc.Lang()), Href: "/courses/" + v.Code}}
	p.Keeper, err = u.Course.Keeper(x.Actor)
	return p, err
}

// courseQueue names the outbox in which the reader's answers and notes wait on the device.
func courseQueue(x *Ctx) string { return "course-" + x.Actor.PersonID.String() }

func keysLink(x *Ctx, shown bool) *kit.Action {
	if shown {
		return &kit.Action{Label: x.Loc.T("course_keys_hide"), Icon: "eye-off", Href: x.Request.URL.Path, Weight: kit.Quiet}
	}
	return &kit.Action{Label: x.Loc.T("course_keys_show"), Icon: "eye", Href: x.Request.URL.Path + "?keys=1", Weight: kit.Quiet}
}

// checkBody is an answer as the script sends it.
type checkBody struct {
	Item string            `json:"item" form:"item" binding:"required,max=40"`
	Key  string            `json:"key" form:"key" binding:"omitempty,uuid"`
	At   time.Time         `json:"at" form:"-"`
	C    []string          `json:"c" form:"c" binding:"max=20"`
	M    map[string]string `json:"m" form:"-" binding:"max=20"`
	T    string            `json:"t" form:"t" binding:"max=200"`
}

// CourseCheck marks one answer of a knowledge check: as JSON for the script, or the lesson again with the feedback.
func (u *UI) CourseCheck(x *Ctx) error {
	b, err := x.checkBody()
	if err != nil {
		return err
	}
	key, _ := uuid.Parse(b.Key) // empty without scripts: the sending is then its own
	if key == uuid.Nil && !x.WantsJSON() {
		key = uuid.Must(uuid.NewV7())
	}
	code, slug := x.Param("code"), x.Param("slug")
	out, err := u.Course.Answer(x.Request.Context(), x.Actor, code, slug, course.Answer{Key: key, Question: b.Item, At: b.At,
		Response: course.Response{Choice: b.C, Match: b.M, Text: b.T}})
	switch {
	case errs.Is(err, errs.Invalid) && !x.WantsJSON():
		return u.lessonPage(x, http.StatusUnprocessableEntity, b.Item, x.Message(errs.As(err)))
	case err != nil:
		return err
	case x.WantsJSON():
		x.JSON(http.StatusOK, webcourse.Reply(x.Loc, out))
		return nil
	}
	return x.SeeOther("/courses/" + code + "/" + slug + "#q-" + b.Item)
}

func (x *Ctx) checkBody() (checkBody, error) {
	var b checkBody
	read := x.Bind
	if x.WantsJSON() {
		read = x.BindJSON
	}
	fields, err := read(&b)
	if err != nil || len(fields) > 0 {
		return b, errs.NewInvalid("error_bad_request").Because(err)
	}
	if !x.WantsJSON() {
		b.formLines(x.Request.PostForm)
	}
	return b, nil
}

// formLines reads the lines of matching (m_a) and ordering (o_a) questions. An order that is not complete is no answer yet.
func (b *checkBody) formLines(form map[string][]string) {
	ranks := map[string]string{}
	for name, values := range form {
		if id, ok := strings.CutPrefix(name, "m_"); ok && values[0] != "" {
			if b.M == nil {
				b.M = map[string]string{}
			}
			b.M[id] = values[0]
		}
		if id, ok := strings.CutPrefix(name, "o_"); ok {
			ranks[id] = values[0]
		}
	}
	if len(ranks) > 0 {
		b.C = ordered(ranks)
	}
}

// ordered turns a rank per line into the lines in order; nil when a rank is missing or stands twice.
func ordered(ranks map[string]string) []string {
	order := make([]string, len(ranks))
	for id, rank := range ranks {
		n, err := strconv.Atoi(rank)
		if err != nil || n < 1 || n > len(order) || order[n-1] != "" {
			return nil
		}
		order[n-1] = id
	}
	return order
}

// seenBody is where the reader is, as the script sends it.
type seenBody struct {
	Place string    `json:"place" binding:"max=8"`
	At    time.Time `json:"at"`
}

// CourseSeen remembers where the reader is, so that another device can go on there.
func (u *UI) CourseSeen(x *Ctx) error {
	var b seenBody
	if fields, err := x.BindJSON(&b); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	if err := u.Course.Seen(x.Request.Context(), x.Actor, x.Param("code"), x.Param("slug"), b.Place, b.At); err != nil {
		return err
	}
	x.Status(http.StatusNoContent)
	x.Writer.WriteHeaderNow()
	return nil
}
