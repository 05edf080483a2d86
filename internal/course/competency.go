package course

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// renewAhead is how long before the end of a competency its course can be taken again.
const renewAhead = 90 * 24 * time.Hour

// Holding is a competency that a person was certified for by finishing a course.
type Holding struct {
	PersonID   uuid.UUID
	Course     string
	Competency Competency
	From       time.Time // the course was finished
	Until      time.Time // from this moment it is no longer valid
}

// HoldingState is how a competency stands at a moment.
type HoldingState string

// The states of a competency.
const (
	Valid    HoldingState = "valid"
	Expiring HoldingState = "expiring" // valid, and can be renewed
	Expired  HoldingState = "expired"
)

// State tells how the competency stands.
func (h Holding) State(at time.Time) HoldingState {
	switch {
	case !at.Before(h.Until):
		return Expired
	case !at.Before(h.Until.Add(-renewAhead)):
		return Expiring
	}
	return Valid
}

// ValidAt tells whether the competency covers a moment: from the end of the course until, and not at, its own end.
func (h Holding) ValidAt(at time.Time) bool { return !at.Before(h.From) && at.Before(h.Until) }

type awardRow struct {
	bun.BaseModel `bun:"table:course.award"`

	PersonID    uuid.UUID `bun:",pk"`
	Course      string    `bun:",pk"`
	VersionID   uuid.UUID
	CompletedAt time.Time `bun:",pk"`
}

// holdings turns finished courses into competencies, the one that lasts longest first.
func (s *Service) holdings(ctx context.Context, idb bun.IDB, rows []awardRow) ([]Holding, error) {
	list := make([]Holding, 0, len(rows))
	for _, r := range rows {
		c, err := s.version(ctx, idb, r.VersionID, r.Course)
		if err != nil {
			return nil, err
		}
		for _, m := range c.Competencies {
			list = append(list, Holding{PersonID: r.PersonID, Course: r.Course, Competency: m, From: r.CompletedAt, Until: r.CompletedAt.AddDate(0, m.ValidMonths, 0)})
		}
	}
	slices.SortStableFunc(list, func(a, b Holding) int {
		return cmp.Or(b.Until.Compare(a.Until), cmp.Compare(a.Competency.Code, b.Competency.Code))
	})
	return list, nil
}

// latest keeps of each person's competency the one that lasts longest; list is sorted as holdings does.
func latest(list []Holding) []Holding {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(h Holding) bool {
		k := h.PersonID.String() + h.Competency.Code
		known := seen[k]
		seen[k] = true
		return known
	})
}

func (s *Service) holdingsOf(ctx context.Context, idb bun.IDB, person uuid.UUID) ([]Holding, error) {
	var rows []awardRow
	if err := idb.NewSelect().Model(&rows).Where("person_id = ?", person).Scan(ctx); err != nil {
		return nil, fmt.Errorf("course: awards: %w", db.Translate(err))
	}
	return s.holdings(ctx, idb, rows)
}

// Competencies gives a person's competencies, each once as it lasts longest. The person and whoever may see the person's
// record may ask.
func (s *Service) Competencies(ctx context.Context, actor access.Actor, person access.Resource) ([]Holding, error) {
	if err := access.Can(actor, access.PersonView, person); err != nil {
		return nil, err
	}
	list, err := s.holdingsOf(ctx, s.db, person.PersonID)
	return latest(list), err
}

// Holds tells whether a person holds a competency at a moment, and until when; a zero time when not. Earlier rounds count for
// earlier moments.
//
// public: it tells of one code and one person and is called by other services, which check what their actor may do.
func (s *Service) Holds(ctx context.Context, person uuid.UUID, competency string, at time.Time) (until time.Time, err error) {
	list, err := s.holdingsOf(ctx, s.db, person)
	for _, h := range list {
		if h.Competency.Code == competency && h.ValidAt(at) {
			return h.Until, err
		}
	}
	return time.Time{}, err
}

// HeldTimes gives each round in which a person earned a competency, the one that lasts longest first.
//
// public: it tells of one code and one person and is called by other services, which check what their actor may do.
func (s *Service) HeldTimes(ctx context.Context, person uuid.UUID, competency string) ([]Holding, error) {
	list, err := s.holdingsOf(ctx, s.db, person)
	return slices.DeleteFunc(list, func(h Holding) bool { return h.Competency.Code != competency }), err
}

// Renewable tells whether the course can be taken again: it is finished and one of its competencies ends within 90 days.
func (st *Standing) Renewable(at time.Time) bool {
	return st.CompletedAt != nil && slices.ContainsFunc(st.Competencies, func(m Competency) bool {
		return Holding{Until: st.CompletedAt.AddDate(0, m.ValidMonths, 0)}.State(at) != Valid
	})
}

// Renew begins a finished course again, on its newest version: lessons and answers start from nothing and the competency that
// was earned stays until its end. A course that is not finished stays as it is, so a repeat changes nothing; one whose
// competency does not end soon is errs.Conflict.
func (s *Service) Renew(ctx context.Context, actor access.Actor, code string) error {
	if err := ownTraining(actor); err != nil {
		return err
	}
	st, _, err := s.one(ctx, actor.PersonID, code, "")
	if err != nil {
		return err
	}
	now := s.now()
	if st.CompletedAt == nil {
		return nil
	}
	if !st.Renewable(now) {
		return errs.NewConflict("learning_renew_early")
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return renew(ctx, tx, actor, code, st.Lessons[0].Slug, now)
	})
}

func renew(ctx context.Context, tx bun.Tx, actor access.Actor, code, slug string, now time.Time) error {
	res, err := tx.NewRaw(`UPDATE course.learning l SET completed_at = NULL, revision = l.revision + 1, begun_at = ?, round_from = ?, last_at = ?, last_place = '', last_slug = ?,
		version_id = (SELECT v.id FROM course.version v WHERE v.course = l.course ORDER BY v.number DESC LIMIT 1)
		WHERE l.person_id = ? AND l.course = ? AND l.completed_at IS NOT NULL`, now, now, now, slug, actor.PersonID, code).Exec(ctx)
	if err != nil {
		return fmt.Errorf("course: renew %s: %w", code, db.Translate(err))
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if _, err := tx.NewDelete().Model((*completionRow)(nil)).Where("person_id = ? AND course = ?", actor.PersonID, code).Exec(ctx); err != nil {
		return fmt.Errorf("course: renew %s: %w", code, db.Translate(err))
	}
	return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "course.renew", Kind: "course", ID: code})
}
