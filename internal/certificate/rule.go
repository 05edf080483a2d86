package certificate

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Rule says what a certificate asks for. The share of half-days and the mark of an event are among the event's details; the rule of
// a course is kept here.
type Rule struct {
	bun.BaseModel `bun:"table:certificate.rule,alias:rule"`

	Course   string    `bun:",pk"`
	Given    bool      // the course gives certificates
	ByItself bool      // as soon as they are earned; otherwise somebody issues them
	PassMark float64   // share of the points of the test afterwards; 0: no test is asked for
	SetAt    time.Time // zero: nobody has decided yet
	SetBy    uuid.UUID `bun:",nullzero"`
}

// ruleOf gives the rule of a course. As long as nobody has decided, certificates are given for all lessons, by hand.
func ruleOf(ctx context.Context, idb bun.IDB, code string) (Rule, error) {
	r := Rule{}
	err := db.Translate(idb.NewSelect().Model(&r).Where("course = ?", code).Scan(ctx))
	if errs.Is(err, errs.NotFound) {
		return Rule{Course: code, Given: true}, nil
	}
	return r, err
}

// SetRule decides about the certificates of a course. What was issued stays as it is.
func (s *Service) SetRule(ctx context.Context, actor access.Actor, r Rule) error {
	if err := access.Can(actor, access.CertificateIssue, access.Resource{}); err != nil {
		return err
	}
	if r.PassMark < 0 || r.PassMark > 1 {
		return errs.InvalidFields([]errs.Field{{Name: "pass_mark", Key: "workshop_error_pass_mark"}})
	}
	if _, _, err := s.Courses.Show(ctx, actor, r.Course); err != nil { // there is such a course
		return err
	}
	r.SetAt, r.SetBy = s.now().UTC(), actor.PersonID
	r.ByItself = r.ByItself && r.Given
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&r).On("CONFLICT (course) DO UPDATE").Set("given = EXCLUDED.given, by_itself = EXCLUDED.by_itself").
			Set("pass_mark = EXCLUDED.pass_mark, set_at = EXCLUDED.set_at, set_by = EXCLUDED.set_by").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		return audit.Record(ctx, tx, audit.Entry{At: r.SetAt, Actor: actor, Action: "certificate.rule", Kind: "course", ID: r.Course,
			Detail: map[string]any{"given": r.Given, "by_itself": r.ByItself, "pass_mark": r.PassMark}})
	})
}
