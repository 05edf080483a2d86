package casework

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// LeaveReasons are why somebody left a bed.
var LeaveReasons = []string{"moved", "autonomy", "family", "return", "transfer", "own_wish", "lost_contact", "other"}

// Bed is a bed on one day: free, or taken. Whose file it is stands there for those who see the file.
type Bed struct {
	ID       uuid.UUID
	RoomID   uuid.UUID
	Room     string
	N        int
	StayID   uuid.UUID `bun:",nullzero"` // zero: free that night
	CaseID   uuid.UUID `bun:",nullzero"`
	FromOn   time.Time `bun:",nullzero"`
	Code     string    `bun:",nullzero"` // empty: the file is not the reader's
	RestID   uuid.UUID `bun:",nullzero"` // out of use that night
	RestFrom time.Time `bun:",nullzero"`
	Reason   string    `bun:",nullzero"`
	CanLeave bool      `bun:"-"`
}

// Free tells whether somebody could sleep there that night.
func (b *Bed) Free() bool { return b.StayID == uuid.Nil && b.RestID == uuid.Nil }

// Guest is a file of a shelter that may be admitted.
type Guest struct {
	ID   uuid.UUID
	Code string
}

// House is a shelter on one day.
type House struct {
	OwnerID   uuid.UUID
	Day       time.Time
	Beds      []Bed
	Guests    []Guest // the reader's open files without a bed
	Incidents []Incident
	Rests     []Rest // the latest first
	CanFurnish,
	CanAdmit bool
}

// Taken counts the beds that are taken that night.
func (h *House) Taken() (n int) {
	for i := range h.Beds {
		if h.Beds[i].StayID != uuid.Nil {
			n++
		}
	}
	return n
}

// InUse counts the beds that are in use that night.
func (h *House) InUse() (n int) {
	for i := range h.Beds {
		if h.Beds[i].RestID == uuid.Nil {
			n++
		}
	}
	return n
}

// Houses gives the shelters and organisations whose house the actor may look at: their own; an officer's are those with a room.
func (s *Service) Houses(ctx context.Context, actor access.Actor) ([]uuid.UUID, error) {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return nil, err
	}
	list := Owners(actor)
	if !actor.HasGlobal(access.ProtectionOfficer) {
		return list, nil
	}
	list = nil
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		return db.Translate(tx.NewRaw("SELECT DISTINCT owner_id FROM cases.room ORDER BY owner_id").Scan(ctx, &list))
	})
	return list, err
}

func ownerResource(owner uuid.UUID) access.Resource {
	return access.Resource{OrganisationID: owner, ShelterID: owner}
}

// House shows a shelter on a day; zero is today.
func (s *Service) House(ctx context.Context, actor access.Actor, owner uuid.UUID, day time.Time) (*House, error) {
	res := ownerResource(owner)
	h := &House{OwnerID: owner, Day: day, CanFurnish: may(actor, access.CaseDecide, res), CanAdmit: may(actor, access.CaseCreate, res)}
	if err := access.Can(actor, access.CaseReview, res); err != nil && !h.CanAdmit {
		return nil, err
	}
	if day.IsZero() {
		h.Day = s.today()
	}
	err := s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		if err := h.read(ctx, tx, actor); err != nil {
			return err
		}
		if err := s.readIncidents(ctx, tx, h); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "case.house", "", owner, map[string]any{"day": h.Day.Format(time.DateOnly)})
	})
	return h, err
}

func (h *House) read(ctx context.Context, tx bun.Tx, actor access.Actor) error {
	err := tx.NewRaw(`SELECT b.id, b.room_id, r.name AS room, b.n, s.id AS stay_id, s.case_id, s.from_on, f.code, o.id AS rest_id, o.from_on AS rest_from, o.reason
		FROM cases.bed b JOIN cases.room r ON r.id = b.room_id
		LEFT JOIN cases.stay s ON s.bed_id = b.id AND daterange(s.from_on, s.until_on, '[)') @> ?::date LEFT JOIN cases.file f ON f.id = s.case_id
		LEFT JOIN cases.bed_rest o ON o.bed_id = b.id AND daterange(o.from_on, o.until_on, '[)') @> ?::date
		WHERE b.owner_id = ? AND b.from_on <= ? ORDER BY r.name, r.id, b.n`, h.Day, h.Day, h.OwnerID, h.Day).Scan(ctx, &h.Beds)
	if err != nil {
		return db.Translate(err)
	}
	for i := range h.Beds {
		b := &h.Beds[i]
		b.CanLeave = b.StayID != uuid.Nil && (h.CanFurnish || (h.CanAdmit && b.Code != ""))
	}
	if err := h.readRests(ctx, tx); err != nil || !h.CanAdmit {
		return err
	}
	q := tx.NewSelect().TableExpr("cases.file AS f").ColumnExpr("f.id, f.code").Where("f.owner_id = ? AND f.state <> ?", h.OwnerID, Closed).
		Where("NOT EXISTS (SELECT 1 FROM cases.stay s WHERE s.case_id = f.id AND s.until_on IS NULL)").Where("f.worker_id = ? OR f.owner_id IN (?)", actor.PersonID, in(owners(actor, access.CaseSupervisor)))
	return db.Translate(q.OrderExpr("f.opened_at DESC").Limit(200).Scan(ctx, &h.Guests))
}

// RoomInput is a new room with its beds.
type RoomInput struct {
	Key     uuid.UUID
	OwnerID uuid.UUID
	Name    string
	Beds    int
	FromOn  time.Time // zero: today
}

// maxBeds is the most beds of one room.
const maxBeds = 20

// AddRoom furnishes a room of a shelter.
func (s *Service) AddRoom(ctx context.Context, actor access.Actor, in RoomInput) error {
	if err := access.Can(actor, access.CaseDecide, ownerResource(in.OwnerID)); err != nil {
		return err
	}
	var c checker
	c.needed("name", in.Name)
	if in.Beds < 1 || in.Beds > maxBeds {
		c.wrong("beds", "case_error_beds")
	}
	if err := c.err(); err != nil {
		return err
	}
	if in.FromOn.IsZero() {
		in.FromOn = s.today()
	}
	id := uuid.Must(uuid.NewV7())
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw("INSERT INTO cases.room (id, owner_id, key, name) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", id, in.OwnerID, in.Key, strings.TrimSpace(in.Name)).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 { // a repeat
			return nil
		}
		_, err = tx.NewRaw("INSERT INTO cases.bed (id, room_id, owner_id, n, from_on) SELECT gen_random_uuid(), ?, ?, n, ? FROM generate_series(1, ?) n", id, in.OwnerID, in.FromOn, in.Beds).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.room", "", in.OwnerID, map[string]any{"room": id, "beds": in.Beds})
	})
}

// StayInput is an admission.
type StayInput struct {
	Key    uuid.UUID
	CaseID uuid.UUID
	BedID  uuid.UUID
	FromOn time.Time
}

// Admit gives somebody a bed from a day on. A bed that is taken, or a person who has one, is refused by the database.
func (s *Service) Admit(ctx context.Context, actor access.Actor, in StayInput) error {
	var c checker
	if in.CaseID == uuid.Nil {
		c.wrong("case", "error_required")
	}
	if in.BedID == uuid.Nil {
		c.wrong("bed", "error_required")
	}
	c.past("from_on", in.FromOn, s.today())
	if err := c.err(); err != nil {
		return err
	}
	return s.onOpen(ctx, actor, in.CaseID, "case.admit", func(ctx context.Context, o *open) error {
		n, err := o.count(ctx, "SELECT count(*) FROM cases.stay WHERE case_id = ? AND key = ?", in.Key)
		if err != nil || n > 0 { // a repeat
			return err
		}
		_, err = o.tx.NewRaw("INSERT INTO cases.stay (id, case_id, key, owner_id, bed_id, from_on, at, by_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
			uuid.Must(uuid.NewV7()), in.CaseID, in.Key, o.file.OwnerID, in.BedID, in.FromOn, o.at, actor.PersonID).Exec(ctx)
		if err != nil {
			return stayError(err)
		}
		return o.note(ctx, "admitted", nil, "")
	})
}

func stayError(err error) error {
	switch text := err.Error(); {
	case strings.Contains(text, "stay_bed_id_owner_id_fkey"):
		return errs.InvalidFields([]errs.Field{{Name: "bed", Key: "error_choice"}})
	case db.Constraint(err) == "stay_rest":
		return errs.InvalidFields([]errs.Field{{Name: "bed", Key: "case_error_bed_rests"}})
	case strings.Contains(text, "stay_bed"):
		return errs.InvalidFields([]errs.Field{{Name: "bed", Key: "case_error_bed_taken"}})
	case strings.Contains(text, "stay_person"):
		return errs.InvalidFields([]errs.Field{{Name: "case", Key: "case_error_has_bed"}})
	}
	return db.Translate(err)
}

// Leave ends a stay: the bed is free from that night on.
func (s *Service) Leave(ctx context.Context, actor access.Actor, stay uuid.UUID, on time.Time, reason string) error {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return err
	}
	var c checker
	c.past("on", on, s.today())
	c.choice("reason", LeaveReasons, reason)
	if err := c.err(); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		var st struct {
			CaseID, OwnerID uuid.UUID
			FromOn          time.Time
			UntilOn         time.Time `bun:",nullzero"`
		}
		if err := tx.NewRaw("SELECT case_id, owner_id, from_on, until_on FROM cases.stay WHERE id = ?", stay).Scan(ctx, &st); err != nil {
			return db.Translate(err)
		}
		if err := access.Can(actor, access.CaseCreate, ownerResource(st.OwnerID)); err != nil {
			return err
		}
		switch {
		case !st.UntilOn.IsZero(): // a repeat
			return nil
		case on.Before(st.FromOn):
			return errs.InvalidFields([]errs.Field{{Name: "on", Key: "case_error_leave_early"}})
		}
		res, err := tx.NewRaw("UPDATE cases.stay SET until_on = ?, reason = ? WHERE id = ? AND until_on IS NULL", on, reason, stay).Exec(ctx)
		if err != nil {
			return stayError(err)
		}
		if n, _ := res.RowsAffected(); n == 0 { // a colleague's
			return errs.NewNotFound("stay")
		}
		return s.record(ctx, tx, actor, "case.leave", st.CaseID.String(), st.OwnerID, map[string]any{"reason": reason})
	})
}
