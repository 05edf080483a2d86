// Package workshop holds events (workshops, trainings of trainers, study visits, meetings), their half-days, the people
// enrolled, and who was there.
//
// Invariants: every change of an event, its half-days, its people or its attendance locks the event's row and raises its
// version in the same transaction, so the version is a safe cache key; attendance marks are append-only and what they come to
// (the attendance) is computed from all marks of a cell, so the order in which they arrive does not matter; a person who
// withdraws stays in the list; "not marked" is a status of its own and never counts as absent.
//
// Terms of the field: half-day (demi-journée, the unit in which attendance is planned and counted), roll-call (appel),
// signature sheet (feuille de présence), training of trainers (formation de formateurs, tot).
package workshop

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/mail"
	"shelter/internal/org"
)

// Service does everything with events.
type Service struct {
	db     *db.DB
	people *org.Service
	now    func() time.Time
	random io.Reader
	heads  *heads

	outbox    *mail.Outbox // nil: nobody is told
	publicURL string
	sequel    SequelOf // nil: nothing follows
}

// New makes the service. The clock is injected; badge codes come from the system's random source.
func New(d *db.DB, people *org.Service, now func() time.Time) *Service {
	return &Service{db: d, people: people, now: now, random: rand.Reader, heads: newHeads(maxHeads)}
}

// Now gives the service's time, for pages that show what is going on.
func (s *Service) Now() time.Time { return s.now() }

// locked is an event whose row this transaction holds.
type locked struct {
	Event
	trainers  []uuid.UUID
	now       time.Time
	unchanged bool // set by a change that turned out to be none: the version stays
}

func (l *locked) resource() access.Resource {
	return access.Resource{WorkshopID: l.ID, Trainers: l.trainers}
}

// change runs fn on an event whose row is locked, after the access check, and raises the event's version.
func (s *Service) change(ctx context.Context, actor access.Actor, act access.Action, id uuid.UUID, fn func(ctx context.Context, tx bun.IDB, ev *locked) error) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.changeTx(ctx, tx, actor, act, id, fn)
	})
}

func (s *Service) changeTx(ctx context.Context, tx bun.IDB, actor access.Actor, act access.Action, id uuid.UUID, fn func(ctx context.Context, tx bun.IDB, ev *locked) error) error {
	ev, err := s.lock(ctx, tx, id)
	if err != nil {
		return err
	}
	if err := access.Can(actor, act, ev.resource()); err != nil {
		return err
	}
	if err := fn(ctx, tx, ev); err != nil {
		return err
	}
	if ev.unchanged {
		return nil
	}
	return touch(ctx, tx, id, ev.now)
}

// lock takes the event's row; the transactions that change one event stand in line here.
func (s *Service) lock(ctx context.Context, tx bun.IDB, id uuid.UUID) (*locked, error) {
	ev := &locked{now: s.now().UTC()}
	if err := tx.NewSelect().Model(&ev.Event).Where("id = ?", id).For("UPDATE").Scan(ctx); err != nil {
		return nil, errs.Wrap(db.Translate(err), "workshop: event "+id.String())
	}
	ids, err := trainerIDs(ctx, tx, id)
	ev.trainers = ids
	return ev, err
}

// touch raises the version.
func touch(ctx context.Context, tx bun.IDB, id uuid.UUID, now time.Time) error {
	_, err := tx.NewUpdate().Table("workshop.event").Set("version = version + 1").Set("updated_at = ?", now).Where("id = ?", id).Exec(ctx)
	return db.Translate(err)
}

func trainerIDs(ctx context.Context, tx bun.IDB, event uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.NewSelect().Table("workshop.event_trainer").Column("person_id").Where("event_id = ?", event).
		OrderExpr("lead DESC, position, person_id").Scan(ctx, &ids)
	return ids, db.Translate(err)
}

func newID() (uuid.UUID, error) {
	id, err := uuid.NewV7()
	return id, errs.Wrap(err, "workshop: id")
}
