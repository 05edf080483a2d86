package workshop

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// ItemKind is what an item of the agenda is.
type ItemKind string

// ItemKinds lists the kinds in the order in which forms show them.
func ItemKinds() []ItemKind {
	return []ItemKind{"session", "exercise", "test", "visit", "travel", "break", "other"}
}

// AgendaItem is one part of a half-day. Its time follows from what stands before it in the half-day.
type AgendaItem struct {
	bun.BaseModel `bun:"table:workshop.agenda_item,alias:item"`

	ID        uuid.UUID `bun:",pk"`
	EventID   uuid.UUID
	SlotID    uuid.UUID
	Position  int // from 1
	Kind      ItemKind
	Title     string
	TitleAR   string `bun:"title_ar"`
	Minutes   int
	TrainerID uuid.UUID `bun:",nullzero"`
	Lesson    string    // course/lesson, or empty
	Note      string
}

// TitleIn is the title for a reader: the Arabic one for Arabic, when there is one.
func (a *AgendaItem) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && a.TitleAR != "" {
		return a.TitleAR
	}
	return a.Title
}

// TimedItem is an item with its hours.
type TimedItem struct {
	AgendaItem

	StartsAt, EndsAt time.Time
}

// AgendaSlot is a half-day with its items in order.
type AgendaSlot struct {
	Slot  *Slot
	Items []TimedItem
}

// Over gives the minutes by which the items pass the end of the half-day; 0 or less when they fit.
func (a *AgendaSlot) Over() int {
	if len(a.Items) == 0 {
		return 0
	}
	return int(a.Items[len(a.Items)-1].EndsAt.Sub(a.Slot.EndsAt) / time.Minute)
}

// Agenda is the programme of an event.
type Agenda struct {
	*Head

	Halves []AgendaSlot // in order of time
}

// Empty tells whether no item was written yet.
func (a *Agenda) Empty() bool {
	return !slices.ContainsFunc(a.Halves, func(h AgendaSlot) bool { return len(h.Items) > 0 })
}

// Agenda gives the programme to those who may see the event.
func (s *Service) Agenda(ctx context.Context, actor access.Actor, event uuid.UUID) (*Agenda, error) {
	h, err := s.Head(ctx, actor, access.WorkshopView, event)
	if err != nil {
		return nil, err
	}
	return readAgenda(ctx, s.db, h)
}

func readAgenda(ctx context.Context, idb bun.IDB, h *Head) (*Agenda, error) {
	var items []AgendaItem
	err := idb.NewSelect().Model(&items).Where("event_id = ?", h.Event.ID).OrderExpr("slot_id, position").Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	a := &Agenda{Head: h, Halves: make([]AgendaSlot, len(h.Slots))}
	for i := range h.Slots {
		half := AgendaSlot{Slot: &h.Slots[i]}
		at := h.Slots[i].StartsAt
		for _, it := range items {
			if it.SlotID == h.Slots[i].ID {
				end := at.Add(time.Duration(it.Minutes) * time.Minute)
				half.Items = append(half.Items, TimedItem{AgendaItem: it, StartsAt: at, EndsAt: end})
				at = end
			}
		}
		a.Halves[i] = half
	}
	return a, nil
}

// ItemInput is an item as a form gives it. The id is made by the form: a new one adds an item at the end of its half-day, a
// known one changes that item and leaves it where it stands.
type ItemInput struct {
	ID      uuid.UUID
	Slot    uuid.UUID
	Kind    ItemKind
	Title   string
	TitleAR string
	Minutes int
	Trainer uuid.UUID // zero: nobody in particular
	Lesson  string
	Note    string
	Seen    Seen // of the item that the form showed; empty for a new one
}

// maxItemMinutes is the longest item, in minutes: a day of travel.
const maxItemMinutes = 600

var reLesson = regexp.MustCompile(`^[a-z0-9-]{1,60}/[a-z0-9-]{1,80}$`)

func (in *ItemInput) check(ev *locked) []errs.Field {
	var wrong []errs.Field
	in.Title, in.TitleAR, in.Note = strings.TrimSpace(in.Title), strings.TrimSpace(in.TitleAR), strings.TrimSpace(in.Note)
	if in.Title == "" {
		wrong = append(wrong, errs.Field{Name: "title", Key: "error_required"})
	}
	for name, text := range map[string]string{"title": in.Title, "title_ar": in.TitleAR, "note": in.Note} {
		if len([]rune(text)) > maxTitle {
			wrong = append(wrong, errs.Field{Name: name, Key: "error_too_long", Args: errs.Args{"max": maxTitle}})
		}
	}
	if in.Minutes < 1 || in.Minutes > maxItemMinutes {
		wrong = append(wrong, errs.Field{Name: "minutes", Key: "workshop_error_minutes", Args: errs.Args{"max": maxItemMinutes}})
	}
	if !slices.Contains(ItemKinds(), in.Kind) {
		wrong = append(wrong, errs.Field{Name: "kind", Key: "error_choice"})
	}
	if in.Trainer != uuid.Nil && !slices.Contains(ev.trainers, in.Trainer) {
		wrong = append(wrong, errs.Field{Name: "trainer", Key: "error_choice"})
	}
	if in.Lesson != "" && !reLesson.MatchString(in.Lesson) {
		wrong = append(wrong, errs.Field{Name: "lesson", Key: "error_choice"})
	}
	return wrong
}

// PutItem adds an item to the agenda, or changes it.
func (s *Service) PutItem(ctx context.Context, actor access.Actor, event uuid.UUID, in ItemInput) error {
	return s.planning(ctx, actor, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if in.ID == uuid.Nil {
			return errs.NewInvalid("error_bad_request")
		}
		if err := errs.InvalidFields(in.check(ev)); err != nil {
			return err
		}
		if _, err := slotOf(ctx, tx, event, in.Slot); err != nil {
			return err
		}
		if err := in.store(ctx, tx, event); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, ev, "workshop.agenda_item", map[string]any{"item": in.ID, "slot": in.Slot})
	})
}

func (in *ItemInput) store(ctx context.Context, tx bun.IDB, event uuid.UUID) error {
	item := AgendaItem{ID: in.ID, EventID: event, SlotID: in.Slot, Kind: in.Kind, Title: in.Title, TitleAR: in.TitleAR, Minutes: in.Minutes,
		TrainerID: in.Trainer, Lesson: in.Lesson, Note: in.Note}
	if in.Seen != "" {
		was, err := itemOf(ctx, tx, event, in.ID)
		switch {
		case errs.Is(err, errs.NotFound): // taken out meanwhile: what was typed makes it anew
		case err != nil:
			return err
		case in.Seen.stale(was.Seen(), item.Seen()):
			return changedMeanwhile("title")
		}
	}
	done, err := tx.NewUpdate().Model(&item).WherePK().Where("event_id = ?", event).
		Column("kind", "title", "title_ar", "minutes", "trainer_id", "lesson", "note").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, err := done.RowsAffected(); err != nil || n > 0 {
		return err
	}
	if err := tx.NewRaw("SELECT coalesce(max(position), 0) + 1 FROM workshop.agenda_item WHERE slot_id = ?", in.Slot).Scan(ctx, &item.Position); err != nil {
		return db.Translate(err)
	}
	_, err = tx.NewInsert().Model(&item).Exec(ctx)
	return db.Translate(err)
}

// MoveItem puts an item at a place (from 1) of its half-day or of another one; the others close up. Saying it twice changes
// nothing more.
func (s *Service) MoveItem(ctx context.Context, actor access.Actor, event, item, slot uuid.UUID, to int) error {
	return s.planning(ctx, actor, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		it, err := itemOf(ctx, tx, event, item)
		if err != nil {
			return err
		}
		if _, err := slotOf(ctx, tx, event, slot); err != nil {
			return err
		}
		if it.SlotID == slot && it.Position == to {
			ev.unchanged = true
			return nil
		}
		if err := moveItem(ctx, tx, it, slot, to); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, ev, "workshop.agenda_move", map[string]any{"item": item, "to": to})
	})
}

func moveItem(ctx context.Context, tx bun.IDB, it *AgendaItem, slot uuid.UUID, to int) error {
	var ids []uuid.UUID
	err := tx.NewSelect().Table("workshop.agenda_item").Column("id").Where("slot_id = ? AND id <> ?", slot, it.ID).OrderExpr("position").Scan(ctx, &ids)
	if err != nil {
		return db.Translate(err)
	}
	ids = slices.Insert(ids, min(max(to-1, 0), len(ids)), it.ID)
	if _, err := tx.NewRaw("UPDATE workshop.agenda_item SET slot_id = ?, position = 1000000 WHERE id = ?", slot, it.ID).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if err := number(ctx, tx, ids); err != nil {
		return err
	}
	if it.SlotID == slot {
		return nil
	}
	return closeUp(ctx, tx, it.SlotID)
}

// number gives the items the places 1, 2, 3 in the order of the ids.
func number(ctx context.Context, tx bun.IDB, ids []uuid.UUID) error {
	for i, id := range ids {
		if _, err := tx.NewRaw("UPDATE workshop.agenda_item SET position = ? WHERE id = ?", i+1, id).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

func closeUp(ctx context.Context, tx bun.IDB, slot uuid.UUID) error {
	var ids []uuid.UUID
	err := tx.NewSelect().Table("workshop.agenda_item").Column("id").Where("slot_id = ?", slot).OrderExpr("position").Scan(ctx, &ids)
	if err != nil {
		return db.Translate(err)
	}
	return number(ctx, tx, ids)
}

// RemoveItem takes an item out of the agenda.
func (s *Service) RemoveItem(ctx context.Context, actor access.Actor, event, item uuid.UUID) error {
	return s.planning(ctx, actor, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		it, err := itemOf(ctx, tx, event, item)
		if err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model(it).WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return joinErrs(closeUp(ctx, tx, it.SlotID), s.record(ctx, tx, actor, ev, "workshop.agenda_remove", map[string]any{"item": item}))
	})
}

func (s *Service) planning(ctx context.Context, actor access.Actor, event uuid.UUID, fn func(ctx context.Context, tx bun.IDB, ev *locked) error) error {
	return s.change(ctx, actor, access.WorkshopEdit, event, func(ctx context.Context, tx bun.IDB, ev *locked) error {
		if !ev.State.CanPlan() {
			return errs.NewConflict("workshop_error_closed")
		}
		return fn(ctx, tx, ev)
	})
}

func itemOf(ctx context.Context, tx bun.IDB, event, item uuid.UUID) (*AgendaItem, error) {
	it := new(AgendaItem)
	err := tx.NewSelect().Model(it).Where("id = ? AND event_id = ?", item, event).Scan(ctx)
	return it, errs.Wrap(db.Translate(err), "workshop: agenda item")
}
