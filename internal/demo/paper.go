package demo

import (
	"context"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
)

// paperSlot is the half-day of each event whose signatures were typed from the sheet.
const paperSlot = 0

// typePaper prints the sheet of an event's first half-day and types its signatures; one person of the first event forgot to sign.
func (f *filler) typePaper(ctx context.Context, id uuid.UUID, k, i int) error {
	if k != paperSlot {
		return nil
	}
	trainer := f.trainer(i % 2)
	v, err := f.Workshop.View(ctx, trainer, access.AttendanceMark, id)
	if err != nil {
		return err
	}
	slot := v.Slots[k].ID
	l := paper.List{Slots: []uuid.UUID{slot}, FirstNo: 1}
	var lines []paper.Line
	for n, p := range v.Enrolled() {
		t := paper.Empty
		if p.Cells[k].Status.Attended() && (i > 0 || n != 2) {
			t = paper.Signed
		}
		l.People = append(l.People, p.EnrolmentID)
		lines = append(lines, paper.Line{EnrolmentID: p.EnrolmentID, Boxes: map[uuid.UUID]paper.Typed{slot: t}})
	}
	if len(lines) == 0 || v.Event.State == workshop.Draft {
		return nil
	}
	if _, err := f.Paper.Register(ctx, trainer, id, []paper.List{l}); err != nil {
		return err
	}
	return f.Paper.Type(ctx, trainer, id, lines)
}
