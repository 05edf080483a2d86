package workshop

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

// CopyInput says what the copy of an event is called and when it begins.
type CopyInput struct {
	Key   uuid.UUID // of the form; the same key gives the same copy
	Title string    // empty: as the original
	Start time.Time // first day
}

// Copy makes a draft with the details, half-days, trainers, agenda and quotas of an event, moved to other days at the same
// hours on the wall clock. People and attendance are not copied.
func (s *Service) Copy(ctx context.Context, actor access.Actor, event uuid.UUID, in CopyInput) (*Event, error) {
	h, err := s.Head(ctx, actor, access.WorkshopView, event)
	if err != nil {
		return nil, err
	}
	a, err := readAgenda(ctx, s.db, h)
	if err != nil {
		return nil, err
	}
	var made *Event
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		made, err = s.copyTx(ctx, tx, actor, a, in)
		return err
	})
	return made, err
}

func (s *Service) copyTx(ctx context.Context, tx bun.IDB, actor access.Actor, a *Agenda, in CopyInput) (*Event, error) {
	src := &a.Event
	d := DetailsOf(src)
	if title := strings.TrimSpace(in.Title); title != "" && title != d.Title {
		d.Title, d.TitleAR = title, ""
	}
	days := int(src.EndsOn.Sub(src.StartsOn)/(24*time.Hour)) + 1
	ev, err := s.CreateTx(ctx, tx, actor, CreateInput{Details: d, Key: in.Key, Start: in.Start, Days: days, Hours: map[Half]Hours{}, Trainers: a.TrainerIDs()})
	if err != nil {
		return nil, err
	}
	n, err := tx.NewSelect().Model((*Slot)(nil)).Where("event_id = ?", ev.ID).Count(ctx)
	if err != nil || n > 0 { // the form was sent twice: the first copy is the answer
		return ev, db.Translate(err)
	}
	if err := copyHalves(ctx, tx, ev, a); err != nil {
		return nil, err
	}
	_, err = tx.NewRaw("INSERT INTO workshop.quota (event_id, kind, value, places) SELECT ?, kind, value, places FROM workshop.quota WHERE event_id = ?", ev.ID, src.ID).Exec(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	ev.RemindDays = src.RemindDays
	if _, err := tx.NewUpdate().Model(ev).Column("remind_days").WherePK().Exec(ctx); err != nil {
		return nil, db.Translate(err)
	}
	return ev, touch(ctx, tx, ev.ID, s.now().UTC())
}

func copyHalves(ctx context.Context, tx bun.IDB, ev *Event, a *Agenda) error {
	shift := int(ev.StartsOn.Sub(a.Event.StartsOn) / (24 * time.Hour))
	zone := ev.Zone()
	var slots []Slot
	var items []AgendaItem
	for i := range a.Halves {
		sl := *a.Halves[i].Slot
		id, err := newID()
		if err != nil {
			return err
		}
		day := sl.Day.AddDate(0, 0, shift)
		sl.ID, sl.EventID = id, ev.ID
		sl.moveTo(day, zone)
		slots = append(slots, sl)
		for _, it := range a.Halves[i].Items {
			c := it.AgendaItem
			if c.ID, err = newID(); err != nil {
				return err
			}
			c.EventID, c.SlotID = ev.ID, id
			items = append(items, c)
		}
	}
	if err := insertAll(ctx, tx, slots); err != nil {
		return err
	}
	return errs.Wrap(insertAll(ctx, tx, items), "workshop: copy agenda")
}

func insertAll[T any](ctx context.Context, tx bun.IDB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}

// wallMinutes is a moment's time on the wall clock of a zone, in minutes since midnight.
func wallMinutes(t time.Time, zone *time.Location) int {
	local := t.In(zone)
	return local.Hour()*60 + local.Minute()
}
