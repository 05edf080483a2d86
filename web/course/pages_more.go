package course

import (
	"slices"
	"strings"

	"shelter/internal/course"
	"shelter/web/layout"
)

// SearchPage is what was found in the lessons.
type SearchPage struct {
	layout.Page

	Query string
	Hits  []course.Hit
}

// hitPath leads to the section that was found.
func hitPath(h course.Hit) string {
	path := lessonPath(h.Standing, h.Lesson)
	if h.Place != "" {
		path += "#" + h.Place
	}
	return path
}

// PrintPage is one lesson or several on paper.
type PrintPage struct {
	layout.Page

	Paper layout.Sheet
	Views []*course.LessonView
}

func (p PrintPage) lessons() []LessonPage {
	list := make([]LessonPage, len(p.Views))
	for i, v := range p.Views {
		list[i] = LessonPage{Page: p.Page, View: v}
	}
	return list
}

// shuffledIfOrdered keeps the options in their order, but not where the order is the answer.
func (it item) shuffledIfOrdered() []course.Option {
	if it.Type == course.Ordering {
		return it.shuffled()
	}
	return it.Options
}

// noted is a note with the lesson that it is on.
type noted struct {
	lesson *course.Lesson
	text   string
}

// notes are the reader's notes in the order of the lessons.
func (p ShowPage) notes() []noted {
	var list []noted
	for _, l := range p.Standing.Lessons {
		if n, ok := p.Notes[l.Slug]; ok {
			list = append(list, noted{lesson: l, text: n.Text})
		}
	}
	return list
}

// titles names courses by their codes.
func (p ListPage) titles(codes []string) string {
	var names []string
	for _, st := range p.Courses {
		if slices.Contains(codes, st.Code) {
			names = append(names, st.Title.In(p.Loc.Lang()))
		}
	}
	return strings.Join(names, ", ")
}

func (p ShowPage) waitsFor(b *course.Standing) bool { return slices.Contains(p.Standing.Waits, b.Code) }
