package author

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Send hands a draft to the others for review: from then on nobody writes in it. A draft with a problem is not sent.
func (s *Service) Send(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	w, err := s.Look(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := sound(w); err != nil {
		return err
	}
	return s.turn(ctx, actor, id, "sent", Open, func(d *Draft) {
		d.State, d.SentAt, d.SentBy, d.Note = Review, s.now(), actor.PersonID, ""
	})
}

// Return gives a draft back for writing, with a word for the writers.
func (s *Service) Return(ctx context.Context, actor access.Actor, id uuid.UUID, note string) error {
	return s.turn(ctx, actor, id, "returned", Review, func(d *Draft) { d.State, d.Note = Open, note })
}

func (s *Service) turn(ctx context.Context, actor access.Actor, id uuid.UUID, what string, from State, change func(d *Draft)) error {
	if err := may(actor); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, from)
		if err != nil {
			return err
		}
		change(d)
		d.ChangedAt = s.now()
		if _, err := tx.NewUpdate().Model(d).Column("state", "sent_at", "sent_by", "note", "changed_at").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return record(ctx, tx, d.ChangedAt, actor, d, what, nil)
	})
}

func sound(w *Work) error {
	if n := len(w.Problems); n > 0 {
		p := w.Problems[0]
		return errs.NewInvalid("course_has_problems").With("n", n).With("course", w.Course).Because(fmt.Errorf("%s:%d %s %v", p.File, p.Line, p.Key, p.Args))
	}
	return nil
}

// Publish makes a version of a draft in review: by a person who did not write in it, or by a manager alone. New learners begin the
// new version, the others stay on theirs. Its questions and forms come into the bank with it, or nothing does.
func (s *Service) Publish(ctx context.Context, actor access.Actor, id uuid.UUID) (course.Published, error) {
	w, err := s.Look(ctx, actor, id)
	if err != nil {
		return course.Published{}, err
	}
	switch {
	case w.State == Published: // pressed twice
		return course.Published{ID: w.VersionID}, nil
	case w.State != Review:
		return course.Published{}, errs.NewConflict("author_state_" + string(w.State))
	case !w.MayPublish:
		return course.Published{}, errs.NewInvalid("author_error_own")
	}
	if err := sound(w); err != nil {
		return course.Published{}, err
	}
	_, files, err := s.Bodies(ctx, actor, id)
	if err != nil {
		return course.Published{}, err
	}
	c, _ := course.Inspect(w.Course, files, nil)
	var done course.Published
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Review)
		if err != nil {
			return err
		}
		if !d.ChangedAt.Equal(w.ChangedAt) { // given back, changed and sent again meanwhile
			return errs.NewConflict("author_conflict_draft")
		}
		if err := s.bank(ctx, tx, actor, c); err != nil {
			return err
		}
		if done, err = s.courses.PublishTx(ctx, tx, actor, c); err != nil {
			return err
		}
		if !done.New {
			return errs.NewConflict("author_error_same").With("number", done.Number)
		}
		d.State, d.ClosedAt, d.ClosedBy, d.VersionID = Published, s.now(), actor.PersonID, done.ID
		what := "published"
		if w.Alone {
			what = "published alone"
		}
		return s.end(ctx, tx, actor, d, what)
	})
	return done, db.Translate(err)
}
