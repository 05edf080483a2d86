package workshop

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Shift puts an event off, or brings it forward, so that it begins on the day: all half-days move by as many days and keep their hours on
// the wall clock, their topics and their agenda. An event where presence was noted stays where it was.
func (s *Service) Shift(ctx context.Context, actor access.Actor, event uuid.UUID, first time.Time) error {
	return s.planning(ctx, actor, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		first = dateOf(first)
		if first.Year() < minYear || first.Year() > maxYear {
			return errs.InvalidFields([]errs.Field{{Name: "first", Key: "error_date"}})
		}
		days := int(first.Sub(ev.StartsOn) / (24 * time.Hour))
		if ev.unchanged = days == 0; ev.unchanged { // pressed twice
			return nil
		}
		marked := false
		err := tx.NewRaw(`SELECT EXISTS (SELECT 1 FROM workshop.mark WHERE event_id = ?0) OR EXISTS (SELECT 1 FROM workshop.screen_signature WHERE event_id = ?0)`, event).Scan(ctx, &marked)
		if err != nil {
			return db.Translate(err)
		}
		if marked {
			return errs.NewConflict("workshop_error_shift_marked")
		}
		if err := shiftSlots(ctx, tx, ev, days); err != nil {
			return err
		}
		_, err = tx.NewUpdate().Table("workshop.event").Set("starts_on = ?", first.Format(time.DateOnly)).
			Set("ends_on = ?", ev.EndsOn.AddDate(0, 0, days).Format(time.DateOnly)).Where("id = ?", event).Exec(ctx)
		return joinErrs(db.Translate(err), s.record(ctx, tx, actor, ev, "workshop.shift", map[string]any{"days": days}))
	})
}

// shiftSlots moves one half-day after the other, so that none comes to lie where another still is.
func shiftSlots(ctx context.Context, tx bun.IDB, ev *locked, days int) error {
	var slots []Slot
	if err := tx.NewSelect().Model(&slots).Where("event_id = ?", ev.ID).Order("starts_at").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	if days > 0 {
		slices.Reverse(slots)
	}
	for i := range slots {
		slots[i].moveTo(slots[i].Day.AddDate(0, 0, days), ev.Zone())
		if _, err := tx.NewUpdate().Model(&slots[i]).Column("day", "starts_at", "ends_at").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// moveTo puts a half-day on another day, at the same hours on the wall clock.
func (s *Slot) moveTo(day time.Time, zone *time.Location) {
	start, end := wallMinutes(s.StartsAt, zone), wallMinutes(s.EndsAt, zone)
	if end <= start { // it ends at midnight
		end += 24 * 60
	}
	s.Day, s.StartsAt, s.EndsAt = day, at(day, start, zone), at(day, end, zone)
}
