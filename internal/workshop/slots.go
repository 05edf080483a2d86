package workshop

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// SlotInput is a half-day as a form gives it: wall-clock times in the event's zone.
type SlotInput struct {
	Day     time.Time
	Half    Half
	Hours   Hours
	Topic   string
	Trainer uuid.UUID // zero: the event's trainers
	Seen    Seen      // of the half-day that the form showed; empty for a new one
}

func (in SlotInput) check() []errs.Field {
	var wrong []errs.Field
	if in.Day.Year() < minYear || in.Day.Year() > maxYear {
		wrong = append(wrong, errs.Field{Name: "day", Key: "error_date"})
	}
	if in.Half != AM && in.Half != PM {
		wrong = append(wrong, errs.Field{Name: "half", Key: "error_choice"})
	}
	if in.Hours.Start < 0 || in.Hours.End > 24*60 || in.Hours.End <= in.Hours.Start {
		wrong = append(wrong, errs.Field{Name: "end", Key: "workshop_error_hours_order"})
	} else if in.Hours.Minutes < 1 || in.Hours.Minutes > in.Hours.End-in.Hours.Start {
		wrong = append(wrong, errs.Field{Name: "minutes", Key: "workshop_error_minutes", Args: errs.Args{"max": in.Hours.End - in.Hours.Start}})
	}
	if len([]rune(in.Topic)) > maxTitle {
		wrong = append(wrong, errs.Field{Name: "topic", Key: "error_too_long", Args: errs.Args{"max": maxTitle}})
	}
	return wrong
}

func (in SlotInput) fill(sl *Slot, loc *time.Location) {
	sl.Day, sl.Half, sl.Topic, sl.TrainerID = dateOf(in.Day), in.Half, strings.TrimSpace(in.Topic), in.Trainer
	sl.StartsAt, sl.EndsAt, sl.Minutes = at(sl.Day, in.Hours.Start, loc), at(sl.Day, in.Hours.End, loc), in.Hours.Minutes
}

// AddSlot plans one more half-day.
func (s *Service) AddSlot(ctx context.Context, actor access.Actor, event uuid.UUID, in SlotInput) error {
	return s.plan(ctx, actor, event, in, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		id, err := newID()
		if err != nil {
			return err
		}
		sl := &Slot{ID: id, EventID: event}
		in.fill(sl, ev.Zone())
		if err := s.freePlace(ctx, tx, sl); err != nil {
			return err
		}
		if _, err := tx.NewInsert().Model(sl).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, ev, "workshop.slot_add", map[string]any{"slot": id})
	})
}

// UpdateSlot changes a half-day. Its minutes credited are computed again from the marks.
func (s *Service) UpdateSlot(ctx context.Context, actor access.Actor, event, slot uuid.UUID, in SlotInput) error {
	return s.plan(ctx, actor, event, in, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		sl, err := slotOf(ctx, tx, event, slot)
		if err != nil {
			return err
		}
		now := sl.Seen()
		if in.fill(sl, ev.Zone()); in.Seen.stale(now, sl.Seen()) {
			return changedMeanwhile("day")
		}
		if err := s.freePlace(ctx, tx, sl); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(sl).WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		if err := recompute(ctx, tx, sl); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, ev, "workshop.slot_update", map[string]any{"slot": slot})
	})
}

// RemoveSlot takes a half-day out of the plan. One that carries marks stays: they are evidence.
func (s *Service) RemoveSlot(ctx context.Context, actor access.Actor, event, slot uuid.UUID) error {
	return s.change(ctx, actor, access.WorkshopEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if !ev.State.CanPlan() {
			return errs.NewConflict("workshop_error_closed")
		}
		if _, err := slotOf(ctx, tx, event, slot); err != nil {
			return err
		}
		n, err := tx.NewSelect().Model((*Mark)(nil)).Where("slot_id = ?", slot).Limit(1).Count(ctx)
		if err != nil {
			return db.Translate(err)
		}
		signed, err := signedOnScreen(ctx, tx, slot)
		if err != nil {
			return err
		}
		if n > 0 || signed {
			return errs.NewConflict("workshop_error_slot_marked")
		}
		if _, err := tx.NewDelete().Model((*Slot)(nil)).Where("id = ?", slot).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return errs.Wrap(joinErrs(stretch(ctx, tx, event), s.record(ctx, tx, actor, ev, "workshop.slot_remove", map[string]any{"slot": slot})), "workshop: remove slot")
	})
}

// plan checks a half-day's input, runs the change, and brings the event's dates in line with its half-days.
func (s *Service) plan(ctx context.Context, actor access.Actor, event uuid.UUID, in SlotInput, fn func(ctx context.Context, tx bun.IDB, ev *locked) error) error {
	return s.change(ctx, actor, access.WorkshopEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if !ev.State.CanPlan() {
			return errs.NewConflict("workshop_error_closed")
		}
		if err := errs.InvalidFields(in.check()); err != nil {
			return err
		}
		if in.Trainer != uuid.Nil && !slices.Contains(ev.trainers, in.Trainer) {
			return errs.InvalidFields([]errs.Field{{Name: "trainer", Key: "error_choice"}})
		}
		if err := fn(ctx, tx, ev); err != nil {
			return err
		}
		return stretch(ctx, tx, event)
	})
}

func joinErrs(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

// freePlace refuses a half-day that stands where another one does, before the database would.
func (s *Service) freePlace(ctx context.Context, tx bun.IDB, sl *Slot) error {
	if err := nearOthers(ctx, tx, sl); err != nil {
		return err
	}
	n, err := tx.NewSelect().Model((*Slot)(nil)).Where("event_id = ? AND id <> ?", sl.EventID, sl.ID).
		WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("(day = ? AND half = ?)", sl.Day.Format(time.DateOnly), sl.Half).
				WhereOr("(starts_at < ? AND ends_at > ?)", sl.EndsAt, sl.StartsAt)
		}).Count(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n > 0 {
		return errs.InvalidFields([]errs.Field{{Name: "day", Key: "workshop_error_slot_taken"}})
	}
	return nil
}

// nearOthers refuses a day that is more than a year from the event's other half-days: the year was mistyped, and the event would last
// for centuries. A year is enough to put an event off, half-day by half-day.
func nearOthers(ctx context.Context, tx bun.IDB, sl *Slot) error {
	far, err := tx.NewSelect().Model((*Slot)(nil)).Where("event_id = ? AND id <> ? AND abs(day - ?::date) > 366", sl.EventID, sl.ID, sl.Day.Format(time.DateOnly)).Exists(ctx)
	if err != nil || !far {
		return db.Translate(err)
	}
	return errs.InvalidFields([]errs.Field{{Name: "day", Key: "workshop_error_slot_far"}})
}

func slotOf(ctx context.Context, tx bun.IDB, event, slot uuid.UUID) (*Slot, error) {
	sl := new(Slot)
	err := tx.NewSelect().Model(sl).Where("id = ? AND event_id = ?", slot, event).Scan(ctx)
	return sl, errs.Wrap(db.Translate(err), "workshop: slot")
}

// stretch sets the event's first and last day to those of its half-days; without any they stay.
func stretch(ctx context.Context, tx bun.IDB, event uuid.UUID) error {
	_, err := tx.NewRaw(`UPDATE workshop.event SET starts_on = d.first, ends_on = d.last
		FROM (SELECT min(day) AS first, max(day) AS last FROM workshop.slot WHERE event_id = ?0) AS d
		WHERE id = ?0 AND d.first IS NOT NULL`, event).Exec(ctx)
	return db.Translate(err)
}
