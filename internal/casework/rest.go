package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// RestReasons are why a bed is out of use; "given_up" is for good, though it can be put back as any other.
var RestReasons = []string{"broken", "works", "room_closed", "given_up", "other"}

// Rest is a time in which a bed is out of use.
type Rest struct {
	Room    string
	N       int
	FromOn  time.Time
	UntilOn time.Time `bun:",nullzero"`
	Reason  string
}

// restLimit is how many of them a page shows.
const restLimit = 50

func (h *House) readRests(ctx context.Context, tx bun.Tx) error {
	return db.Translate(tx.NewRaw(`SELECT r.name AS room, b.n, o.from_on, o.until_on, o.reason FROM cases.bed_rest o JOIN cases.bed b ON b.id = o.bed_id JOIN cases.room r ON r.id = b.room_id
		WHERE o.owner_id = ? ORDER BY o.from_on DESC, o.id LIMIT ?`, h.OwnerID, restLimit).Scan(ctx, &h.Rests))
}

// RestInput takes a bed out of use.
type RestInput struct {
	Key    uuid.UUID
	BedID  uuid.UUID
	FromOn time.Time
	Reason string
}

// bedOwner gives the shelter of a bed, to somebody who may furnish it.
func (s *Service) bedOwner(ctx context.Context, tx bun.Tx, actor access.Actor, bed uuid.UUID) (owner uuid.UUID, err error) {
	if err := tx.NewRaw("SELECT owner_id FROM cases.bed WHERE id = ?", bed).Scan(ctx, &owner); err != nil {
		return owner, db.Translate(err)
	}
	return owner, access.Can(actor, access.CaseDecide, ownerResource(owner))
}

// RestBed takes a bed out of use from a day on, unless somebody sleeps there; it counts in no occupancy meanwhile.
func (s *Service) RestBed(ctx context.Context, actor access.Actor, in RestInput) error {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		owner, err := s.bedOwner(ctx, tx, actor, in.BedID)
		if err != nil {
			return err
		}
		var c checker
		c.past("on", in.FromOn, s.today())
		c.choice("reason", RestReasons, in.Reason)
		if err := c.err(); err != nil {
			return err
		}
		var n int
		if err := tx.NewRaw("SELECT count(*) FROM cases.bed_rest WHERE bed_id = ? AND key = ?", in.BedID, in.Key).Scan(ctx, &n); err != nil || n > 0 { // a repeat
			return db.Translate(err)
		}
		_, err = tx.NewRaw("INSERT INTO cases.bed_rest (id, bed_id, owner_id, key, from_on, reason, at, by_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			uuid.Must(uuid.NewV7()), in.BedID, owner, in.Key, in.FromOn, in.Reason, s.now(), actor.PersonID).Exec(ctx)
		switch db.Constraint(err) {
		case "bed_rest_taken":
			return errs.InvalidFields([]errs.Field{{Name: "on", Key: "case_error_rest_taken"}})
		case "bed_rest_once":
			return errs.InvalidFields([]errs.Field{{Name: "on", Key: "case_error_bed_rests"}})
		}
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.bed.rest", "", owner, map[string]any{"bed": in.BedID, "reason": in.Reason})
	})
}

// UseBed puts a bed back into use from a day on.
func (s *Service) UseBed(ctx context.Context, actor access.Actor, bed uuid.UUID, on time.Time) error {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		owner, err := s.bedOwner(ctx, tx, actor, bed)
		if err != nil {
			return err
		}
		var from time.Time
		if err := tx.NewRaw("SELECT from_on FROM cases.bed_rest WHERE bed_id = ? AND until_on IS NULL", bed).Scan(ctx, &from); err != nil {
			if errs.Is(db.Translate(err), errs.NotFound) { // a repeat
				return nil
			}
			return db.Translate(err)
		}
		var c checker
		c.past("on", on, s.today())
		if !on.IsZero() && !on.After(from) {
			c.wrong("on", "case_error_rest_early")
		}
		if err := c.err(); err != nil {
			return err
		}
		if _, err := tx.NewRaw("UPDATE cases.bed_rest SET until_on = ?, ended_by = ? WHERE bed_id = ? AND until_on IS NULL", on, actor.PersonID, bed).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.bed.use", "", owner, map[string]any{"bed": bed})
	})
}
