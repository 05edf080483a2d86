package author

import (
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// The minutes that a new lesson is planned with, and the bounds of the format.
const (
	newMinutes   = 10
	minutesLeast = 1
	minutesMost  = 60
)

// lessons changes the list of lessons in course.yaml, whatever revision it has: each change is small and says what it means.
func (s *Service) lessons(ctx context.Context, actor access.Actor, id uuid.UUID, change func(ctx context.Context, tx bun.Tx, d *Draft, c *course.Course) error) error {
	if err := may(actor); err != nil {
		return err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Open)
		if err != nil {
			return err
		}
		var file fileRow
		name := path.Join(d.Course, courseFile)
		if err := tx.NewSelect().Model(&file).Where("draft_id = ? AND path = ?", d.ID, name).Scan(ctx); err != nil {
			return err
		}
		c, problems := course.Head(d.Course, map[string][]byte{name: file.Body})
		if len(problems) > 0 {
			return errs.NewInvalid("author_error_head").Because(fmt.Errorf("%s:%d %s", name, problems[0].Line, problems[0].Key))
		}
		if err := change(ctx, tx, d, c); err != nil {
			return err
		}
		_, err = s.write(ctx, tx, actor, d, name, file.Revision, func(old []byte) []byte { return writeLessons(old, c.Lessons) })
		return err
	})
	return db.Translate(err)
}

// AddLesson adds a lesson at the end and begins its French text; it gives the lesson's slug.
func (s *Service) AddLesson(ctx context.Context, actor access.Actor, id uuid.UUID, title string) (slug string, err error) {
	err = s.lessons(ctx, actor, id, func(ctx context.Context, tx bun.Tx, d *Draft, c *course.Course) error {
		name := Slug(title)
		if name == "" {
			return errs.NewInvalid("author_error_slug")
		}
		if slug = fmt.Sprintf("%02d-%s", len(c.Lessons)+1, name); len(slug) > 60 {
			slug = slug[:60]
		}
		for n := 2; c.Lesson(slug) != nil; n++ {
			slug = fmt.Sprintf("%02d-%s-%d", len(c.Lessons)+1, name, n)
		}
		c.Lessons = append(c.Lessons, &course.Lesson{Slug: slug, Minutes: newMinutes})
		file := LessonPath(d.Course, slug, i18n.FR)
		_, err := s.write(ctx, tx, actor, d, file, 0, func([]byte) []byte { return Join(nil, Fields{Title: title}, newMinutes) })
		return err
	})
	return slug, err
}

// MoveLesson moves a lesson by one place, up or down.
func (s *Service) MoveLesson(ctx context.Context, actor access.Actor, id uuid.UUID, slug string, down bool) error {
	return s.lessons(ctx, actor, id, func(_ context.Context, _ bun.Tx, _ *Draft, c *course.Course) error {
		i := find(c, slug)
		to := i - 1
		if down {
			to = i + 1
		}
		if i < 0 {
			return errs.NewNotFound("lesson " + slug)
		}
		if to >= 0 && to < len(c.Lessons) {
			c.Lessons[i], c.Lessons[to] = c.Lessons[to], c.Lessons[i]
		}
		return nil
	})
}

func find(c *course.Course, slug string) int {
	return slices.IndexFunc(c.Lessons, func(l *course.Lesson) bool { return l.Slug == slug })
}

// RemoveLesson takes a lesson with its texts out of the draft; the versions that are published keep it.
func (s *Service) RemoveLesson(ctx context.Context, actor access.Actor, id uuid.UUID, slug string) error {
	return s.lessons(ctx, actor, id, func(ctx context.Context, tx bun.Tx, d *Draft, c *course.Course) error {
		i := find(c, slug)
		if i < 0 {
			return errs.NewNotFound("lesson " + slug)
		}
		c.Lessons = slices.Delete(c.Lessons, i, i+1)
		var paths []string
		for _, l := range i18n.Langs() {
			paths = append(paths, LessonPath(d.Course, slug, l))
		}
		_, err := tx.NewDelete().Model((*fileRow)(nil)).Where("draft_id = ? AND path IN (?)", d.ID, bun.List(paths)).Exec(ctx)
		if err == nil {
			err = record(ctx, tx, s.now(), actor, d, "removed", map[string]any{"lesson": slug})
		}
		return err
	})
}

// PlanLesson sets a lesson's objectives and minutes, in course.yaml and in the head of each language.
func (s *Service) PlanLesson(ctx context.Context, actor access.Actor, id uuid.UUID, slug string, objectives []string, minutes int) error {
	return s.lessons(ctx, actor, id, func(ctx context.Context, tx bun.Tx, d *Draft, c *course.Course) error {
		l := c.Lesson(slug)
		if l == nil {
			return errs.NewNotFound("lesson " + slug)
		}
		if minutes < minutesLeast || minutes > minutesMost {
			return errs.NewInvalid("author_error_minutes").With("least", minutesLeast).With("most", minutesMost)
		}
		known := slices.DeleteFunc(slices.Clone(objectives), func(o string) bool {
			return !slices.ContainsFunc(c.Objectives, func(x course.Objective) bool { return x.Code == o })
		})
		l.Objectives, l.Minutes = known, minutes
		return s.minutes(ctx, tx, actor, d, slug, minutes)
	})
}

func (s *Service) minutes(ctx context.Context, tx bun.Tx, actor access.Actor, d *Draft, slug string, minutes int) error {
	for _, l := range i18n.Langs() {
		name := LessonPath(d.Course, slug, l)
		var revision []int
		if err := tx.NewSelect().Model((*fileRow)(nil)).Column("revision").Where("draft_id = ? AND path = ?", d.ID, name).Scan(ctx, &revision); err != nil {
			return err
		}
		if len(revision) == 0 {
			continue
		}
		if _, err := s.write(ctx, tx, actor, d, name, revision[0], func(old []byte) []byte { return setMinutes(old, minutes) }); err != nil {
			return err
		}
	}
	return nil
}
