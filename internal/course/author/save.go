package author

import (
	"context"
	"path"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Saved is what became of a save. With Theirs, somebody else had changed the file meanwhile: nothing was written, and Theirs is
// what stands there.
type Saved struct {
	Revision int
	By       string // who wrote last, of a conflict
	Theirs   *Fields
}

// sitting is how long one person's saves of a file count as one in the audit log.
const sitting = 30 * time.Minute

// SaveLesson writes a lesson in a language over the revision that the writer saw; 0 is a file that was not there.
func (s *Service) SaveLesson(ctx context.Context, actor access.Actor, id uuid.UUID, slug string, l i18n.Lang, base int, f Fields) (Saved, error) {
	if err := may(actor); err != nil {
		return Saved{}, err
	}
	var done Saved
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Open)
		if err != nil {
			return err
		}
		minutes, err := planned(ctx, tx, d, slug)
		if err != nil {
			return err
		}
		old, err := s.write(ctx, tx, actor, d, LessonPath(d.Course, slug, l), base, func(old []byte) []byte { return Join(old, f, minutes) })
		done.Revision = old.Revision
		if !errs.Is(err, errs.Conflict) {
			return err
		}
		theirs, _ := Split(old.Body)
		done.Theirs = &theirs
		who, failed := names(ctx, tx, []uuid.UUID{old.EditedBy})
		if failed != nil {
			return failed
		}
		done.By = who[old.EditedBy]
		return err
	})
	return done, db.Translate(err)
}

// planned gives the minutes of a lesson, which must be one of the draft's.
func planned(ctx context.Context, tx bun.Tx, d *Draft, slug string) (int, error) {
	var file fileRow
	if err := tx.NewSelect().Model(&file).Where("draft_id = ? AND path = ?", d.ID, path.Join(d.Course, courseFile)).Scan(ctx); err != nil {
		return 0, db.Translate(err)
	}
	c, _ := course.Head(d.Course, map[string][]byte{file.Path: file.Body})
	l := c.Lesson(slug)
	if l == nil {
		return 0, errs.NewNotFound("lesson " + slug)
	}
	return l.Minutes, nil
}

// write puts a new text in place of the revision that the writer saw. It gives the row as it stands then; with a conflict, as
// somebody else wrote it. The same text again is no conflict.
func (s *Service) write(ctx context.Context, tx bun.Tx, actor access.Actor, d *Draft, name string, base int, change func(old []byte) []byte) (fileRow, error) {
	row := fileRow{DraftID: d.ID, Path: name}
	err := db.Translate(tx.NewSelect().Model(&row).Where("draft_id = ? AND path = ?", d.ID, name).Scan(ctx))
	if err != nil && !errs.Is(err, errs.NotFound) {
		return row, err
	}
	body := change(row.Body)
	switch {
	case row.Revision > 0 && slices.Equal(body, row.Body):
		return row, nil
	case row.Revision != base:
		return row, errs.NewConflict("author_conflict")
	case len(body) > course.MaxFile:
		return row, errs.NewInvalid("course_file_too_large").With("file", path.Base(name))
	}
	now := s.now()
	again := row.EditedBy == actor.PersonID && now.Sub(row.EditedAt) < sitting
	row.Body, row.Revision, row.EditedBy, row.EditedAt = body, base+1, actor.PersonID, now
	if base == 0 {
		_, err = tx.NewInsert().Model(&row).Exec(ctx)
	} else {
		_, err = tx.NewUpdate().Model(&row).Column("body", "revision", "edited_by", "edited_at").Where("draft_id = ? AND path = ?", d.ID, name).Exec(ctx)
	}
	if err == nil {
		_, err = tx.NewUpdate().Model(d).Set("changed_at = ?", now).WherePK().Exec(ctx)
	}
	if err == nil && !again {
		err = record(ctx, tx, now, actor, d, "wrote", map[string]any{"file": name})
	}
	return row, err
}

// SaveHead writes course.yaml's fields over the revision that the writer saw.
func (s *Service) SaveHead(ctx context.Context, actor access.Actor, id uuid.UUID, base int, h Head) error {
	if err := may(actor); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Open)
		if err != nil {
			return err
		}
		_, err = s.write(ctx, tx, actor, d, path.Join(d.Course, courseFile), base, func(old []byte) []byte {
			c, _ := course.Head(d.Course, map[string][]byte{path.Join(d.Course, courseFile): old})
			return writeHead(old, c, h)
		})
		return err
	})
}

// Append adds a block at the end of a lesson's text, whatever revision it has: nothing that stands there goes.
func (s *Service) Append(ctx context.Context, actor access.Actor, id uuid.UUID, slug string, l i18n.Lang, block string) error {
	w, err := s.Look(ctx, actor, id)
	if err != nil {
		return err
	}
	f, _ := w.Text(slug, l)
	if f.Text != "" {
		f.Text += "\n\n"
	}
	f.Text += block
	_, err = s.SaveLesson(ctx, actor, id, slug, l, w.File(LessonPath(w.Course, slug, l)).Revision, f)
	return err
}
