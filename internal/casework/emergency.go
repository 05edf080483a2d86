package casework

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Opening is an emergency opening: one file, a reason, an end, and a review. The database lets the file be seen while it lasts.
type Opening struct {
	bun.BaseModel `bun:"table:cases.glass,alias:g"`

	ID         uuid.UUID `bun:",pk"`
	CaseID     uuid.UUID
	OwnerID    uuid.UUID
	PersonID   uuid.UUID
	Reason     []byte
	OpenedAt   time.Time
	ExpiresAt  time.Time
	ReviewedAt time.Time `bun:",nullzero"`
	ReviewedBy uuid.UUID `bun:",nullzero"`
	Verdict    string    `bun:",nullzero"` // justified, unjustified
	Wrapped    []byte
	Note       []byte
}

// OpeningLine is an opening in the list, with its texts.
type OpeningLine struct {
	Opening `bun:",extend"`

	Code      string `bun:",nullzero"` // to whoever sees the file
	Why       string `bun:"-"`
	Remark    string `bun:"-"`
	CanReview bool   `bun:"-"`
}

// Live tells whether the file is open by it at a moment.
func (o *Opening) Live(now time.Time) bool {
	return now.Before(o.ExpiresAt) && o.Verdict != "unjustified"
}

// Late tells whether the review is due for longer than the person may wait with another opening.
func (o *Opening) Late(now time.Time) bool {
	return o.ReviewedAt.IsZero() && now.Sub(o.OpenedAt) > reviewWithin
}

// reviewWithin is the time for a review; the database knows it too.
const reviewWithin = 72 * time.Hour

// OpeningMinutes are how long an opening can last; the database allows 60 at most.
var OpeningMinutes = []int{15, 30, 60}

// Verdicts are what a review says.
var Verdicts = []string{"justified", "unjustified"}

// EmergencyInput is the form of an emergency opening.
type EmergencyInput struct {
	Code    string // the file's
	Reason  string
	Minutes int
	Factor  string // a fresh code of the second factor
}

func (in *EmergencyInput) check() error {
	var c checker
	c.needed("case", in.Code)
	c.needed("reason", in.Reason)
	if !slices.Contains(OpeningMinutes, in.Minutes) {
		c.wrong("minutes", "error_choice")
	}
	if strings.TrimSpace(in.Factor) == "" {
		c.wrong("code", "error_required")
	}
	return c.err()
}

// Open opens one file in an emergency, for somebody of the case side who does not see it: with a fresh second factor, a reason and an
// end. A code that is none's, that of an erased file, and what is no code at all get one answer.
func (d *Desk) Open(ctx context.Context, actor access.Actor, in EmergencyInput) (uuid.UUID, error) {
	if err := access.Can(actor, access.CaseOpen, access.Resource{}); err != nil {
		return uuid.Nil, err
	}
	if err := in.check(); err != nil {
		return uuid.Nil, err
	}
	if err := d.auth.ProveCode(ctx, actor, in.Factor); err != nil {
		return uuid.Nil, err
	}
	return d.work.emergency(ctx, actor, in)
}

var errNoCase = errs.InvalidFields([]errs.Field{{Name: "case", Key: "case_error_no_case"}})

func (s *Service) emergency(ctx context.Context, actor access.Actor, in EmergencyInput) (uuid.UUID, error) {
	code := NormaliseCode(in.Code)
	o := Opening{ID: uuid.Must(uuid.NewV7()), PersonID: actor.PersonID}
	outside := ctx // messages are posted by the training login, in a transaction of its own
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		var barred bool
		if err := tx.NewRaw("SELECT cases.glass_barred(), cases.clock()").Scan(ctx, &barred, &o.OpenedAt); err != nil {
			return db.Translate(err)
		}
		o.ExpiresAt = o.OpenedAt.Add(time.Duration(in.Minutes) * time.Minute)
		if barred {
			return errs.NewConflict("case_error_glass_barred")
		}
		var seen []uuid.UUID
		err := scoped(tx.NewSelect().TableExpr("cases.file AS f").Column("f.id").Where("f.code = ?", code), actor).Scan(ctx, &seen)
		if err != nil || len(seen) > 0 { // in sight anyway: nothing to open
			o.CaseID = append(seen, uuid.Nil)[0]
			return db.Translate(err)
		}
		var worker uuid.UUID
		err = tx.NewRaw("SELECT case_id, owner_id, coalesce(worker_id, ?) FROM cases.emergency(?)", uuid.Nil, code).Scan(ctx, &o.CaseID, &o.OwnerID, &worker)
		if err != nil {
			return db.Translate(err)
		}
		if err := s.breakGlass(ctx, tx, actor, &o, in); err != nil {
			return err
		}
		return s.notify(outside, Notice{Kind: "emergency", OwnerID: o.OwnerID, Also: worker})
	})
	if errs.Is(err, errs.NotFound) { // what was typed is not noted: it could be a name
		if err := s.refused(ctx, actor, access.CaseOpen, "", time.After(evenTime)); !errs.Is(err, errs.NotFound) {
			return uuid.Nil, err
		}
		return uuid.Nil, errNoCase
	}
	return o.CaseID, err
}

func (s *Service) breakGlass(ctx context.Context, tx bun.Tx, actor access.Actor, o *Opening, in EmergencyInput) error {
	key, wrapped, err := s.o.Keys.NewDataKey(o.ID, 1)
	if err != nil {
		return err
	}
	o.Wrapped = wrapped
	if o.Reason, err = sealWith(key, "glass", o.ID, in.Reason); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(o).Returning("NULL").Exec(ctx); err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, tx, actor, "case.glass", o.CaseID.String(), o.OwnerID, map[string]any{"opening": o.ID, "minutes": in.Minutes})
}

func (s *Service) notify(ctx context.Context, n Notice) error {
	if s.o.Notify == nil {
		return nil
	}
	return s.o.Notify(ctx, n)
}

// openingLimit is how many openings the list shows.
const openingLimit = 200

// Openings lists emergency openings: an officer sees all of them, a supervisor those of their own files, everybody their own; those
// that wait for a review first.
func (s *Service) Openings(ctx context.Context, actor access.Actor) ([]OpeningLine, time.Time, error) {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return nil, time.Time{}, err
	}
	reviews := may(actor, access.CaseReview, access.Resource{})
	var list []OpeningLine
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		q := tx.NewSelect().Model(&list).ColumnExpr("g.*, f.code").Join("LEFT JOIN cases.file f ON f.id = g.case_id")
		if !reviews {
			q = q.Where("g.person_id = ? OR g.owner_id IN (?)", actor.PersonID, in(owners(actor, access.CaseSupervisor)))
		}
		if err := q.OrderExpr("g.reviewed_at IS NOT NULL, g.opened_at DESC, g.id DESC").Limit(openingLimit).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		for i := range list {
			if err := s.readOpening(&list[i]); err != nil {
				return err
			}
			list[i].CanReview = reviews && list[i].ReviewedAt.IsZero() && list[i].PersonID != actor.PersonID
		}
		return s.record(ctx, tx, actor, "case.openings", "", uuid.Nil, map[string]any{"n": len(list)})
	})
	return list, s.now(), err
}

func (s *Service) openingKey(o *Opening) (custody.DataKey, error) {
	return s.o.Keys.Unwrap(o.Wrapped, o.ID, 1)
}

func (s *Service) readOpening(l *OpeningLine) error {
	if len(l.Wrapped) == 0 { // erased with its file
		return nil
	}
	key, err := s.openingKey(&l.Opening)
	if err != nil {
		return err
	}
	if err := unsealWith(key, "glass", l.ID, l.Reason, &l.Why); err != nil {
		return err
	}
	return unsealWith(key, "glassnote", l.ID, l.Note, &l.Remark)
}

// Review says what a protection officer finds of an opening. One that is not justified ends at once.
func (s *Service) Review(ctx context.Context, actor access.Actor, id uuid.UUID, verdict, note string) error {
	if err := access.Can(actor, access.CaseReview, access.Resource{}); err != nil {
		return err
	}
	var c checker
	c.choice("verdict", Verdicts, verdict)
	c.needed("note", note)
	if err := c.err(); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		var o Opening
		if err := tx.NewSelect().Model(&o).Where("g.id = ?", id).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		switch {
		case o.PersonID == actor.PersonID:
			return errs.NewConflict("approval_error_own")
		case !o.ReviewedAt.IsZero():
			return errs.NewConflict("case_error_reviewed")
		}
		key, err := s.openingKey(&o)
		if err != nil {
			return err
		}
		if o.Note, err = sealWith(key, "glassnote", o.ID, note); err != nil {
			return err
		}
		o.ReviewedAt, o.ReviewedBy, o.Verdict = s.now(), actor.PersonID, verdict
		res, err := tx.NewUpdate().Model(&o).Column("reviewed_at", "reviewed_by", "verdict", "note").WherePK().Where("reviewed_at IS NULL").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NewConflict("case_error_reviewed")
		}
		return s.record(ctx, tx, actor, "case.review", o.CaseID.String(), o.OwnerID, map[string]any{"opening": o.ID, "verdict": verdict})
	})
}
