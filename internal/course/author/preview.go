package author

import (
	"context"
	"maps"
	"path"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Preview is a lesson as a trainee would have it, of a text that need not be saved.
type Preview struct {
	View     *course.LessonView // nil: nothing is written in the language
	Problems []course.Problem   // of the lesson, in each of its languages
	Head     int                // lines of the file before the text
}

// Preview renders a lesson with the fields in place of what is saved.
func (s *Service) Preview(ctx context.Context, actor access.Actor, id uuid.UUID, slug string, l i18n.Lang, f Fields) (*Preview, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	w, err := s.load(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	return w.Preview(slug, l, &f)
}

// Preview renders a lesson of a draft; with fields, these in place of what is saved.
func (w *Work) Preview(slug string, l i18n.Lang, f *Fields) (*Preview, error) {
	files := maps.Clone(w.bodies)
	maps.DeleteFunc(files, func(name string, _ []byte) bool { // the other lessons say nothing about this one
		other, _ := lessonOf(name)
		return other != "" && other != slug
	})
	head, _ := course.Head(w.Course, files)
	lesson := head.Lesson(slug)
	if lesson == nil {
		return nil, errs.NewNotFound("lesson " + slug)
	}
	file := LessonPath(w.Course, slug, l)
	if f != nil && (len(files[file]) > 0 || !f.equal(Fields{})) {
		files[file] = Join(files[file], *f, lesson.Minutes)
	}
	c, problems := course.Inspect(w.Course, files, nil)
	p := &Preview{}
	_, p.Head = Split(files[file])
	for _, x := range problems {
		if strings.HasPrefix(x.File, path.Join(w.Course, slug)+".") {
			p.Problems = append(p.Problems, x)
		}
	}
	if own := c.Lesson(slug); own != nil && own.Texts[l] != nil {
		p.View = (&course.Standing{Course: c}).View(own, l)
	}
	return p, nil
}
