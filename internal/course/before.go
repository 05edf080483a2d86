package course

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// WaitsKey is the message of a course that its reader cannot begin yet.
const WaitsKey = "course_waits"

// waiting lists the courses that a person has to finish before beginning c: those that it asks for and that the person never finished,
// unless a manager has lifted it. Who has begun may go on, and who writes courses reads them all: callers ask neither about them.
func waiting(ctx context.Context, idb bun.IDB, person uuid.UUID, c *Course) ([]string, error) {
	if len(c.Prerequisites) == 0 {
		return nil, nil
	}
	var open []string
	err := idb.NewRaw(`SELECT b.code FROM course.course b WHERE b.code IN (?) AND NOT EXISTS (SELECT 1 FROM course.award a WHERE a.person_id = ? AND a.course = b.code)
		AND NOT EXISTS (SELECT 1 FROM course.lift l WHERE l.person_id = ? AND l.course = ?) ORDER BY b.code`,
		bun.List(c.Prerequisites), person, person, c.Code).Scan(ctx, &open)
	if err != nil {
		return nil, fmt.Errorf("course: what comes before %s: %w", c.Code, db.Translate(err))
	}
	return open, nil
}

// readsAll tells who reads every course without beginning it: those who write them, and the system.
func readsAll(actor access.Actor) bool {
	return actor.PersonID == uuid.Nil || access.Can(actor, access.CourseManage, access.Resource{}) == nil
}

// mayBegin is errs.Conflict while a course that is not begun waits for others.
func (s *Service) mayBegin(ctx context.Context, idb bun.IDB, actor access.Actor, c *Course) error {
	if readsAll(actor) {
		return nil
	}
	open, err := waiting(ctx, idb, actor.PersonID, c)
	if err == nil && len(open) > 0 {
		err = errs.NewConflict(WaitsKey).Because(fmt.Errorf("%s waits for %s", c.Code, strings.Join(open, ", ")))
	}
	return err
}

type liftRow struct {
	bun.BaseModel `bun:"table:course.lift"`

	PersonID uuid.UUID `bun:",pk"`
	Course   string    `bun:",pk"`
	LiftedAt time.Time
	LiftedBy uuid.UUID `bun:",nullzero"`
	Reason   string
}

// reasonMost bounds why a condition was lifted, in characters.
const reasonMost = 500

// Lift lets a person begin a course without those that it asks for first, for a reason that stays. It is for whoever may enrol
// everybody. A repeat changes nothing.
func (s *Service) Lift(ctx context.Context, actor access.Actor, code string, person uuid.UUID, reason string) error {
	if err := access.Can(actor, access.CourseEnrol, access.Resource{}); err != nil {
		return err
	}
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_required"}})
	}
	if utf8.RuneCountInString(reason) > reasonMost {
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_too_long", Args: errs.Args{"max": reasonMost}}})
	}
	st, _, err := s.one(ctx, uuid.Nil, code, "")
	if err != nil {
		return err
	}
	if len(st.Prerequisites) == 0 {
		return errs.NewConflict("course_lift_none")
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if n, err := tx.NewSelect().TableExpr("org.person").Where("id = ?", person).Count(ctx); err != nil || n == 0 {
			return errs.NewNotFound("person " + person.String()).Because(err)
		}
		now := s.now()
		r := &liftRow{PersonID: person, Course: code, LiftedAt: now, LiftedBy: actor.PersonID, Reason: reason}
		res, err := tx.NewInsert().Model(r).On("CONFLICT DO NOTHING").Exec(ctx)
		if err != nil {
			return fmt.Errorf("course: lift: %w", db.Translate(err))
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "course.lift", Kind: "person", ID: person.String(), Detail: map[string]any{"course": code}})
	})
}
