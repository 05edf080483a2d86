package course

import (
	"context"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"shelter/courses"
	"shelter/internal/course"
	"shelter/internal/i18n"
	"shelter/web/layout"
)

func bundle(t *testing.T) *i18n.Bundle {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func shipped(t *testing.T, code string) *course.Standing {
	t.Helper()
	c, problems, err := course.Read(courses.FS, code)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	return &course.Standing{Course: c, Number: 1, Finished: map[string]bool{}}
}

// view makes the lesson as a reader of a language has it.
func view(st *course.Standing, l *course.Lesson, lang i18n.Lang, tries map[string]course.Try) *course.LessonView {
	v := &course.LessonView{Standing: st, Lesson: l, Tries: tries}
	v.Text, v.Lang = l.In(lang)
	v.Previous, v.Next = st.Around(l.Slug)
	return v
}

func lessonHTML(t *testing.T, b *i18n.Bundle, lang i18n.Lang, v *course.LessonView, keys bool) string {
	t.Helper()
	var out strings.Builder
	p := LessonPage{Page: layout.Page{Loc: b.For(lang), Title: v.Text.Title, Path: "/", NoHead: true}, View: v, Keys: keys, Queue: "q"}
	if err := Lesson(p).Render(context.Background(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var (
	reTermLink = regexp.MustCompile(`href="#(term-[a-z0-9-]+)"`)
	reBroken   = regexp.MustCompile(`⟦[^⟧]*⟧|:::|\[\[|\]\]|\x1f|<no value>|raw HTML omitted`)
)

// TestEveryShippedLessonIsWhole draws every lesson in every language of the interface.
func TestEveryShippedLessonIsWhole(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for _, code := range []string{"detection", "assistance"} {
		st := shipped(t, code)
		for _, l := range st.Lessons {
			for _, lang := range i18n.Langs() {
				page := lessonHTML(t, b, lang, view(st, l, lang, nil), false)
				at := code + "/" + l.Slug + " in " + string(lang)
				if m := reBroken.FindString(page); m != "" {
					t.Errorf("%s shows %q", at, m)
				}
				for _, m := range reTermLink.FindAllStringSubmatch(page, -1) {
					if !strings.Contains(page, `id="`+m[1]+`"`) {
						t.Errorf("%s: no definition of %s", at, m[1])
					}
				}
				if note := strings.Contains(page, b.For(lang).T("course_fallback")); note != (lang == i18n.EN) {
					t.Errorf("%s: note on the language %v", at, note)
				}
				if strings.Count(page, "<form") < 4 || strings.Count(page, "<h1") != 1 {
					t.Errorf("%s: too little on the page", at)
				}
			}
		}
	}
}

// TestNoPageTellsAKeyBeforeTheAnswer looks for every sentence that would give a key away.
func TestNoPageTellsAKeyBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	for _, code := range []string{"detection", "assistance"} {
		st := shipped(t, code)
		for _, l := range st.Lessons {
			page := lessonHTML(t, b, i18n.FR, view(st, l, i18n.FR, nil), false)
			for _, c := range l.Checks() {
				q := st.Question(c)
				said := []string{q.Feedback.In(i18n.FR)}
				for _, o := range q.Options {
					said = append(said, o.Feedback.In(i18n.FR))
				}
				for _, s := range said {
					if s != "" && strings.Contains(page, html.EscapeString(s)) {
						t.Errorf("%s: the page says %q before the answer", c, s)
					}
				}
			}
			if strings.Contains(page, "data-mark") || strings.Contains(page, "key-round") {
				t.Errorf("%s/%s marks a key", code, l.Slug)
			}
			if with := lessonHTML(t, b, i18n.FR, view(st, l, i18n.FR, nil), true); strings.Count(with, "key-round") < len(l.Checks()) {
				t.Errorf("%s/%s: not every key is shown to those who may see it", code, l.Slug)
			}
		}
	}
}

func TestFeedbackIsOnThePageAfterTheAnswer(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	st := shipped(t, "detection")
	l := st.Lessons[1]
	q := st.Question(l.Checks()[0])
	for _, o := range q.Options {
		share := 0.0
		if o.Correct {
			share = 1
		}
		try := course.Try{Question: q.Code, Response: course.Response{Choice: []string{o.ID}}, Share: share}
		page := lessonHTML(t, b, i18n.AR, view(st, l, i18n.AR, map[string]course.Try{q.Code: try}), false)
		for _, other := range q.Options {
			if shown := strings.Contains(page, html.EscapeString(other.Feedback[i18n.AR])); shown != (other.ID == o.ID) {
				t.Errorf("after %s: feedback of %s shown: %v", o.ID, other.ID, shown)
			}
		}
		if right := strings.Contains(page, `data-mark="right"`); right != o.Correct {
			t.Errorf("after %s: marked right: %v", o.ID, right)
		}
	}
}

func TestEveryKindOfBlock(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	st := shipped(t, "detection")
	l := st.Lessons[0]
	for _, lang := range i18n.Langs() {
		v := view(st, l, lang, nil)
		v.Text = &course.LessonText{Title: "T", Blocks: []course.Block{
			{Kind: course.KindNote, HTML: "<p>n</p>"}, {Kind: course.KindDownload, File: "media/a.pdf", Title: "A"},
			{Kind: course.KindImage, File: "media/a.svg", Alt: "<x>", HTML: "<p>légende</p>"},
			{Kind: course.KindAudio, File: "media/a.mp3", Captions: "media/a.vtt", Title: "S", HTML: "<p>paroles</p>"},
			{Kind: course.KindVideo, File: "media/a.mp4", Captions: "media/a.vtt", Title: "V"}}}
		page := lessonHTML(t, b, lang, v, false)
		for _, s := range []string{b.For(lang).T("course_note"), `href="/courses/detection/media/a.pdf"`, `alt="&lt;x&gt;"`, "légende", "<audio controls", "paroles", "<video controls", `src="/courses/detection/media/a.vtt"`} {
			if !strings.Contains(page, s) {
				t.Errorf("%s: %q is missing", lang, s)
			}
		}
		if reBroken.MatchString(page) {
			t.Errorf("%s: %s", lang, reBroken.FindString(page))
		}
	}
}

// TestListAndCourseInEveryLanguage draws the other pages as a newcomer, a learner and a graduate have them.
func TestListAndCourseInEveryLanguage(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	now := time.Date(2026, 12, 14, 9, 0, 0, 0, time.UTC)
	for _, lang := range i18n.Langs() {
		loc := b.For(lang)
		fresh, begun, done := shipped(t, "assistance"), shipped(t, "detection"), shipped(t, "detection")
		begun.Begun, begun.LastSlug, begun.LastPlace = true, "02-loi-et-acteurs", "s3"
		begun.Finished["01-comprendre"] = true
		done.Begun, done.CompletedAt = true, &now
		for _, l := range done.Lessons {
			done.Finished[l.Slug] = true
		}
		var list, show strings.Builder
		page := layout.Page{Loc: loc, Title: "T", Path: "/"}
		if err := List(ListPage{Page: page, Courses: []*course.Standing{begun, fresh, done}}).Render(context.Background(), &list); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{loc.T("course_begin"), loc.T("course_continue"), loc.T("course_again"), "/courses/detection/02-loi-et-acteurs#s3", html.EscapeString(progressText(loc, begun))} {
			if !strings.Contains(list.String(), want) {
				t.Errorf("%s: the list does not say %q", lang, want)
			}
		}
		if n := strings.Count(list.String(), "button-main"); n != 1 {
			t.Errorf("%s: %d main actions in the list", lang, n)
		}
		if err := Show(ShowPage{Page: page, Standing: fresh, Before: []*course.Standing{begun}}).Render(context.Background(), &show); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(show.String(), html.EscapeString(loc.T("course_before_title"))) || !strings.Contains(show.String(), `href="/courses/detection"`) {
			t.Errorf("%s: the course does not name what comes first", lang)
		}
		show.Reset()
		if err := Show(ShowPage{Page: page, Standing: done, Before: []*course.Standing{done}}).Render(context.Background(), &show); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(show.String(), html.EscapeString(loc.Date(now))) || strings.Contains(show.String(), html.EscapeString(loc.T("course_before_title"))) {
			t.Errorf("%s: a finished course", lang)
		}
		if m := reBroken.FindString(list.String() + show.String()); m != "" {
			t.Errorf("%s shows %q", lang, m)
		}
	}
}
