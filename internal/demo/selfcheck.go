package demo

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/workshop"
	"shelter/internal/workshop/selfcheck"
)

// selfSlot is the half-day of each event at which the code stood on the wall.
const selfSlot = 1

// checkIn lets the first people of the list check themselves in, and gives them.
func (f *filler) checkIn(ctx context.Context, id uuid.UUID, v *workshop.View, k, i int) (map[uuid.UUID]bool, error) {
	in := map[uuid.UUID]bool{}
	if k != selfSlot {
		return in, nil
	}
	trainer, slot := f.trainer(i%2), v.Slots[k].ID
	if err := f.Selfcheck.Open(ctx, trainer, id, slot); err != nil {
		return nil, err
	}
	list := v.Enrolled()
	for n, p := range list[:min(len(list), 4)] {
		b, err := f.Selfcheck.Board(ctx, trainer, id, slot)
		if err != nil {
			return nil, err
		}
		r, err := f.Selfcheck.Room(ctx, b.Code)
		if err != nil {
			return nil, err
		}
		if _, err := f.Selfcheck.CheckIn(ctx, selfcheck.CheckInInput{Ticket: r.Ticket, EnrolmentID: p.EnrolmentID, Device: "self-" + strconv.Itoa(n)}); err != nil {
			return nil, err
		}
		in[p.EnrolmentID] = true
	}
	return in, f.Selfcheck.Close(ctx, trainer, id, slot)
}
