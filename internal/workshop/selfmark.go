package workshop

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/errs"
)

// SelfMark is a participant's own check-in.
type SelfMark struct {
	Key         uuid.UUID // a repeat gets the first answer
	SlotID      uuid.UUID
	EnrolmentID uuid.UUID
	Device      string // of the phone
}

// SelfCheckInTx marks a participant as having arrived, by the server's clock, on the participant's own word: present, or late when
// the half-day began longer ago than the event allows. One for each person and half-day; what a trainer marked stays in force, and a
// difference is a conflict.
// public: the caller has checked the code that only the room can read.
func (s *Service) SelfCheckInTx(ctx context.Context, tx bun.IDB, event uuid.UUID, in SelfMark) (MarkAnswer, error) {
	ev, err := s.lock(ctx, tx, event)
	if err != nil {
		return MarkAnswer{}, err
	}
	slot, err := slotOf(ctx, tx, event, in.SlotID)
	if err != nil {
		return MarkAnswer{}, err
	}
	status := Present
	if ev.now.After(slot.StartsAt.Add(time.Duration(ev.LateAfter) * time.Minute)) {
		status = Late
	}
	seen, err := newestSeq(ctx, tx, in)
	if err != nil {
		return MarkAnswer{}, err
	}
	b := Batch{Device: in.Device, self: true, Marks: []MarkInput{{Key: in.Key, SlotID: in.SlotID, EnrolmentID: in.EnrolmentID, Status: status, Source: Self,
		Arrived: ev.now.In(ev.Zone()).Format("15:04"), SeenSeq: seen, ClientAt: ev.now}}}
	out, err := s.mark(ctx, tx, access.Actor{}, ev, b)
	if err != nil {
		return MarkAnswer{}, err
	}
	if out[0].Err != nil {
		return MarkAnswer{}, out[0].Err
	}
	if ev.unchanged {
		return out[0], nil
	}
	return out[0], touch(ctx, tx, event, ev.now)
}

func newestSeq(ctx context.Context, tx bun.IDB, in SelfMark) (seq int64, err error) {
	err = tx.NewSelect().Model((*Mark)(nil)).ColumnExpr("coalesce(max(seq), 0)").Where("slot_id = ? AND enrolment_id = ?", in.SlotID, in.EnrolmentID).Scan(ctx, &seq)
	return seq, errs.Wrap(err, "workshop: marks of a cell")
}

// checkedIn tells whether the person has checked in to the half-day already.
func (bk *book) checkedIn(in MarkInput) bool {
	for _, m := range bk.cells[cellKey{in.SlotID, in.EnrolmentID}] {
		if m.Source == Self {
			return true
		}
	}
	return false
}
