package exam

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

// RoomClock is the time of an open test for the whole room.
type RoomClock struct {
	Minutes int       // the time limit with what was given to everybody; 0: the test has none
	Given   int       // of these, the minutes given to everybody
	Until   time.Time // when the last person of those who have begun ends, people with extra time of their own left out; zero: nobody works
	Now     time.Time
}

// Limited tells whether the test has a time limit.
func (c RoomClock) Limited() bool { return c.Minutes > 0 }

// givenToAll are the minutes that everybody has beyond the form's.
const givenToAll = "(SELECT coalesce(sum(x.minutes), 0) FROM exam.sitting_extra x WHERE x.sitting_id = s.id)"

// roomClock reads the clock of the open test; in a crossed pair the longer of the two forms counts.
func (s *Service) roomClock(ctx context.Context, idb bun.IDB, p *Pairing) (RoomClock, error) {
	c := RoomClock{Now: s.now()}
	st := p.OpenSitting()
	if st == nil {
		return c, nil
	}
	var row struct {
		Minutes int
		Given   int
		Until   time.Time
	}
	err := idb.NewSelect().TableExpr("exam.sitting AS s").ColumnExpr(givenToAll+" AS given").
		ColumnExpr("(SELECT coalesce(max((f.settings ->> 'minutes')::int), 0) FROM exam.form f WHERE f.id IN (?)) AS minutes", bun.List(p.forms(st))).
		ColumnExpr(`(SELECT max(a.due_at) FROM exam.attempt a WHERE a.sitting_id = s.id AND a.submitted_at IS NULL AND a.voided_at IS NULL
			AND NOT EXISTS (SELECT FROM exam.extra_time e WHERE e.pairing_id = s.pairing_id AND e.enrolment_id = a.enrolment_id AND e.minutes > 0)) AS until`).
		Where("s.id = ?", st.ID).Scan(ctx, &row)
	if err != nil {
		return c, db.Translate(err)
	}
	if row.Minutes > 0 {
		c.Minutes, c.Given, c.Until = row.Minutes+row.Given, row.Given, row.Until
	}
	return c, nil
}

// maxGiven is the most minutes that can be given at once.
const maxGiven = 120

// GiveMinutes gives everybody minutes more in the test that is open: those who work on it, and those who begin later. A repeat with
// the same key gives nothing more. What was late when it came stays late.
func (s *Service) GiveMinutes(ctx context.Context, actor access.Actor, eventID, key uuid.UUID, minutes int) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if _, err := s.mayRoom(ctx, tx, actor, access.TestRun, eventID); err != nil {
			return err
		}
		if minutes < 1 || minutes > maxGiven {
			return errs.InvalidFields([]errs.Field{{Name: "minutes", Key: "exam_minutes_range", Args: errs.Args{"min": 1, "max": maxGiven}}})
		}
		p, err := lockPairing(ctx, tx, eventID)
		if err != nil {
			return err
		}
		st := p.OpenSitting()
		if st == nil {
			return errs.NewConflict("exam_not_open")
		}
		// nobody begins meanwhile: whoever has begun is given them, whoever begins later finds them
		if _, err := tx.NewSelect().TableExpr("exam.sitting").Column("id").Where("id = ?", st.ID).For("UPDATE").Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.giveMinutes(ctx, tx, actor, p, st, key, minutes)
	})
}

func (s *Service) giveMinutes(ctx context.Context, tx bun.Tx, actor access.Actor, p *Pairing, st *Sitting, key uuid.UUID, minutes int) error {
	c, err := s.roomClock(ctx, tx, p)
	if err != nil {
		return err
	}
	if !c.Limited() {
		return errs.NewConflict("exam_no_limit")
	}
	if key == uuid.Nil {
		key = newID()
	}
	now := s.now()
	res, err := tx.NewRaw("INSERT INTO exam.sitting_extra (id, sitting_id, minutes, person_id, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
		key, st.ID, minutes, uuid.NullUUID{UUID: actor.PersonID, Valid: actor.SignedIn()}, now).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	_, err = tx.NewRaw("UPDATE exam.attempt SET due_at = due_at + make_interval(mins => ?) WHERE sitting_id = ? AND submitted_at IS NULL AND voided_at IS NULL AND due_at IS NOT NULL", minutes, st.ID).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	return audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: "test.minutes", Kind: "workshop", ID: p.EventID.String(),
		Detail: map[string]any{"phase": st.Phase, "minutes": minutes}})
}

// OwnClock is the time of one person's test, for a phone that asks whether it has changed.
type OwnClock struct {
	Due time.Time // zero: no time limit
	Now time.Time
}

// OwnClock reads when a person's time ends.
// public: the attempt's token is the key.
func (s *Service) OwnClock(ctx context.Context, attemptID uuid.UUID, tok string) (OwnClock, error) {
	a, err := attemptFor(ctx, s.db, attemptID, tok)
	if err != nil {
		return OwnClock{}, err
	}
	return OwnClock{Due: a.DueAt, Now: s.now()}, nil
}
