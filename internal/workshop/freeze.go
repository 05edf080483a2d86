package workshop

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Freeze is the list and the half-days as they were when rooms, meals and transport were booked on them. It is never changed.
type Freeze struct {
	bun.BaseModel `bun:"table:workshop.freeze,alias:freeze"`

	ID       uuid.UUID `bun:",pk"`
	EventID  uuid.UUID
	At       time.Time
	ByPerson uuid.UUID `bun:",nullzero"`
	Place    string
	Slots    []FrozenSlot   `bun:"type:jsonb"`
	People   []FrozenPerson `bun:"type:jsonb"`
}

// FrozenSlot is a half-day of that time.
type FrozenSlot struct {
	ID       uuid.UUID `json:"id"`
	StartsAt time.Time `json:"start"`
	EndsAt   time.Time `json:"end"`
}

// FrozenPerson is somebody who was expected then.
type FrozenPerson struct {
	Enrolment    uuid.UUID `json:"enrolment"`
	Organisation string    `json:"organisation"`
	Governorate  string    `json:"governorate"`
}

// Logistics is what was frozen last and what changed since.
type Logistics struct {
	*View

	Last    *Freeze // nil: nothing was frozen
	By      string  // who did
	Changes Changes
}

// Changes are the differences of an event from a freeze.
type Changes struct {
	Added []*Participant // expected now
	Left  []*Participant // no longer expected
	Moved []*Participant // of another organisation or governorate now
	Slots []SlotChange
	Place bool
}

// SlotChange is a half-day that is new, gone or at another time; Was or Is is nil.
type SlotChange struct{ Was, Is *FrozenSlot }

// Count is how many things differ.
func (c *Changes) Count() int {
	n := len(c.Added) + len(c.Left) + len(c.Moved) + len(c.Slots)
	if c.Place {
		n++
	}
	return n
}

// frozen is an event as it stands.
func (v *View) frozen() Freeze {
	f := Freeze{EventID: v.Event.ID, Place: joinPlace(v.Event.Venue, v.Event.Room), Slots: []FrozenSlot{}, People: []FrozenPerson{}}
	for i := range v.Slots {
		f.Slots = append(f.Slots, FrozenSlot{ID: v.Slots[i].ID, StartsAt: v.Slots[i].StartsAt.UTC(), EndsAt: v.Slots[i].EndsAt.UTC()})
	}
	for _, p := range v.Enrolled() {
		f.People = append(f.People, FrozenPerson{Enrolment: p.EnrolmentID, Organisation: p.Organisation, Governorate: p.Governorate})
	}
	return f
}

// since compares an event with a freeze.
func (v *View) since(was *Freeze) Changes {
	is := v.frozen()
	c := Changes{Place: is.Place != was.Place, Slots: slotChanges(was.Slots, is.Slots)}
	then := make(map[uuid.UUID]FrozenPerson, len(was.People))
	for _, p := range was.People {
		then[p.Enrolment] = p
	}
	for i := range v.People {
		p := &v.People[i]
		old, was := then[p.EnrolmentID]
		switch {
		case p.State == Enrolled && !was:
			c.Added = append(c.Added, p)
		case p.State != Enrolled && was:
			c.Left = append(c.Left, p)
		case was && (old.Organisation != p.Organisation || old.Governorate != p.Governorate):
			c.Moved = append(c.Moved, p)
		}
	}
	return c
}

func slotChanges(was, is []FrozenSlot) []SlotChange {
	var list []SlotChange
	now := make(map[uuid.UUID]*FrozenSlot, len(is))
	for i := range is {
		now[is[i].ID] = &is[i]
	}
	for i := range was {
		w, n := &was[i], now[was[i].ID]
		if delete(now, w.ID); n == nil || !n.StartsAt.Equal(w.StartsAt) || !n.EndsAt.Equal(w.EndsAt) {
			list = append(list, SlotChange{Was: w, Is: n})
		}
	}
	for i := range is {
		if now[is[i].ID] != nil {
			list = append(list, SlotChange{Is: &is[i]})
		}
	}
	return list
}

// Logistics gives what was frozen last, and what changed since, to whoever may edit the participants.
func (s *Service) Logistics(ctx context.Context, actor access.Actor, event uuid.UUID) (*Logistics, error) {
	h, err := s.Head(ctx, actor, access.ParticipantEdit, event)
	if err != nil {
		return nil, err
	}
	v, err := readView(ctx, s.db, h)
	if err != nil {
		return nil, err
	}
	return readLogistics(ctx, s.db, v)
}

// Changed counts what changed since the last freeze of an event that the caller has read; 0 when nothing was frozen.
func (s *Service) Changed(ctx context.Context, actor access.Actor, v *View) (int, error) {
	if err := access.Can(actor, access.ParticipantEdit, v.Resource()); err != nil {
		return 0, err
	}
	l, err := readLogistics(ctx, s.db, v)
	if err != nil {
		return 0, err
	}
	return l.Changes.Count(), nil
}

func readLogistics(ctx context.Context, idb bun.IDB, v *View) (*Logistics, error) {
	l := &Logistics{View: v}
	var list []struct {
		Freeze `bun:",extend"`

		Sender string
	}
	err := idb.NewSelect().TableExpr("workshop.freeze AS f").Join("LEFT JOIN org.person AS p ON p.id = f.by_person").
		ColumnExpr("f.*, trim(coalesce(p.given_name, '') || ' ' || coalesce(p.family_name, '')) AS sender").
		Where("f.event_id = ?", v.Event.ID).OrderExpr("f.at DESC, f.id DESC").Limit(1).Scan(ctx, &list)
	if err != nil || len(list) == 0 {
		return l, db.Translate(err)
	}
	l.Last, l.By, l.Changes = &list[0].Freeze, list[0].Sender, v.since(&list[0].Freeze)
	return l, nil
}

// FreezeNow keeps the list and the half-days as they stand. Where nothing changed since the last time, that one goes on.
func (s *Service) FreezeNow(ctx context.Context, actor access.Actor, event uuid.UUID) error {
	return s.change(ctx, actor, access.ParticipantEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if !ev.State.CanEnrol() {
			return errs.NewConflict("workshop_error_closed")
		}
		h, err := readHead(ctx, tx, ev.ID)
		if err != nil {
			return err
		}
		v, err := readView(ctx, tx, h)
		if err != nil {
			return err
		}
		l, err := readLogistics(ctx, tx, v)
		if err != nil {
			return err
		}
		if ev.unchanged = l.Last != nil && l.Changes.Count() == 0; ev.unchanged {
			return nil
		}
		f := l.frozen()
		if f.ID, err = newID(); err != nil {
			return err
		}
		f.At, f.ByPerson = ev.now, actor.PersonID
		if _, err := tx.NewInsert().Model(&f).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, ev, "workshop.freeze", map[string]any{"freeze": f.ID, "people": len(f.People), "slots": len(f.Slots)})
	})
}
