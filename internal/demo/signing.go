package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/workshop/paper"
)

// The event whose donor accepts signatures on screen, and the half-day that was signed so.
const (
	screenEvent = 1
	screenSlot  = 2
)

// signOnScreen lets those who attended sign on the trainer's tablet; one types the name instead.
func (f *filler) signOnScreen(ctx context.Context, id uuid.UUID, k, i int) error {
	if i != screenEvent || k != screenSlot {
		return nil
	}
	if err := f.Paper.Allow(ctx, access.System("demo"), id, true); err != nil {
		return err
	}
	v, err := f.Workshop.View(ctx, f.trainer(i%2), access.AttendanceMark, id)
	if err != nil {
		return err
	}
	for n, p := range v.Enrolled() {
		if !p.Cells[k].Status.Attended() {
			continue
		}
		in := paper.SignInput{Key: uuid.Must(uuid.NewV7()), SlotID: v.Slots[k].ID, EnrolmentID: p.EnrolmentID, Strokes: scribble(n), Device: "demo"}
		if n == 3 {
			in.Strokes, in.Name = "", p.Name()
		}
		if _, err := f.Paper.Sign(ctx, f.trainer(i%2), id, in); err != nil {
			return err
		}
	}
	return nil
}

// scribble draws the n-th signature: loops that nobody's hand made.
func scribble(n int) string {
	var line []string
	x, y := 60, 110
	for i := range 40 {
		turn := (i*i*(n+3) + i*7*(n+1)) % 29
		x += 4 + turn%13
		y = min(180, max(20, y+(turn-14)*((i+n)%5-1)))
		line = append(line, fmt.Sprintf("%d,%d", min(x, paper.PadWidth-20), y))
	}
	return strings.Join(line, " ") + ";" + fmt.Sprintf("%d,150 %d,140 %d,158", 80+n%40, 260+n%80, 420+n%60)
}
