package demo

import (
	"context"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/i18n"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
)

// paperSlot is the half-day of each event whose signatures were typed from the sheet.
const paperSlot = 0

// forgot is how many people signed before one forgot to.
const forgot = 2

// typePaper prints the sheet of an event's first half-day, types its signatures and, for the events that are planned by name, sends
// the scan in; one person of the first event, and one of the event under way, forgot to sign, which is left to be decided.
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
	var drawn []scannedLine
	signed, all := 0, i > 0 && (i >= len(plans) || plans[i].state != workshop.Running)
	for _, p := range v.Enrolled() {
		t := paper.Empty
		if p.Cells[k].Status.Attended() {
			if signed++; all || signed != forgot+1 {
				t = paper.Signed
			}
		}
		l.People = append(l.People, p.EnrolmentID)
		lines = append(lines, paper.Line{EnrolmentID: p.EnrolmentID, Boxes: map[uuid.UUID]paper.Typed{slot: t}})
		drawn = append(drawn, scannedLine{name: p.BadgeCode + "  " + p.FamilyName, signed: t == paper.Signed})
	}
	if len(lines) == 0 || v.Event.State == workshop.Draft {
		return nil
	}
	codes, err := f.Paper.Register(ctx, trainer, id, []paper.List{l})
	if err != nil {
		return err
	}
	if i < len(plans) {
		day := v.Slots[k].Day.Format("02/01/2006")
		image, err := scanned(codes[0], v.Event.PrintTitle(i18n.FR), day, drawn)
		if err != nil {
			return err
		}
		if _, err := f.Paper.Upload(ctx, trainer, id, "feuille-"+v.Slots[k].Day.Format("2006-01-02")+".png", image); err != nil {
			return err
		}
	}
	return f.Paper.Type(ctx, trainer, id, lines)
}
