package app

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/courses"
	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/course/author"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/workshop"
)

// contentLock lets one node at a time load the shipped courses.
const contentLock = 7_401_602_029

// LoadCourses brings the shipped courses, with their questions and forms, into the database. What is there already makes
// nothing new and costs two statements.
func (a *App) LoadCourses(ctx context.Context) error {
	if err := a.Course.IndexVersions(ctx, content()); err != nil {
		return err
	}
	missing, err := a.missingCourses(ctx)
	if err != nil || len(missing) == 0 {
		return err
	}
	return a.locked(ctx, contentLock, func() error {
		if missing, err = a.missingCourses(ctx); err != nil { // another node may have loaded them meanwhile
			return err
		}
		for _, code := range missing {
			if err := a.loadCourse(ctx, code); err != nil {
				return err
			}
		}
		return nil
	})
}

// locked runs fn while no other node holds the lock.
func (a *App) locked(ctx context.Context, key int64, fn func() error) error {
	conn, err := a.DB.Pool().Acquire(ctx)
	if err != nil {
		return db.Translate(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return db.Translate(err)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", key)
	}()
	return fn()
}

func content() access.Actor { return access.System("content") }

// missingCourses lists the shipped courses whose present text was never published.
func (a *App) missingCourses(ctx context.Context) ([]string, error) {
	codes, err := course.Codes(courses.FS)
	if err != nil {
		return nil, err
	}
	digests := make([]string, len(codes))
	for i, code := range codes {
		if digests[i], err = course.Digest(courses.FS, code); err != nil {
			return nil, err
		}
	}
	known, err := a.Course.KnownDigests(ctx, content(), digests)
	if err != nil {
		return nil, err
	}
	var missing []string
	for i, code := range codes {
		if !known[digests[i]] {
			missing = append(missing, code)
		}
	}
	return missing, nil
}

// loadCourse publishes a shipped text with its questions and forms, or proposes it to the authors when it would stand above a version
// that they wrote here.
func (a *App) loadCourse(ctx context.Context, code string) error {
	c, problems, err := course.Read(courses.FS, code)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		p := problems[0]
		return errs.NewInvalid("course_has_problems").With("n", len(problems)).With("course", code).
			Because(fmt.Errorf("%s:%d %s", p.File, p.Line, p.Key))
	}
	if proposed, err := a.Author.Propose(ctx, content(), c); proposed || err != nil {
		return errs.Wrap(err, "propose "+code)
	}
	bank := intoBank(a.Exam)
	err = a.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := bank(ctx, tx, content(), c); err != nil {
			return err
		}
		_, err := a.Course.PublishTx(ctx, tx, content(), c)
		return err
	})
	return errs.Wrap(err, "publish "+code)
}

// enrolledIn gives the people who have a place in a workshop to whoever may change its people.
func enrolledIn(w *workshop.Service) course.Participants {
	return func(ctx context.Context, actor access.Actor, event uuid.UUID) ([]uuid.UUID, error) {
		v, err := w.View(ctx, actor, access.ParticipantEdit, event)
		if err != nil {
			return nil, err
		}
		var ids []uuid.UUID
		for i := range v.People {
			if v.People[i].State == workshop.Enrolled {
				ids = append(ids, v.People[i].PersonID)
			}
		}
		return ids, nil
	}
}

// intoBank brings the questions and forms of a course that was written here into the bank of the tests.
func intoBank(e *exam.Service) author.Bank {
	return func(ctx context.Context, tx bun.Tx, actor access.Actor, c *course.Course) error {
		questions, forms := exam.FromCourse(c)
		_, err := e.LoadTx(ctx, tx, actor, questions, forms)
		return errs.Wrap(err, "load the bank of "+c.Code)
	}
}
