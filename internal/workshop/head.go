package workshop

import (
	"context"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Head is what every page of an event begins with. It is shared between requests: read only.
type Head struct {
	Event    Event
	Trainers []Trainer
	Slots    []Slot // in order of time
}

// TrainerIDs gives the persons who run the event.
func (h *Head) TrainerIDs() []uuid.UUID {
	ids := make([]uuid.UUID, len(h.Trainers))
	for i, t := range h.Trainers {
		ids[i] = t.PersonID
	}
	return ids
}

// Resource is the event for the access table.
func (h *Head) Resource() access.Resource {
	return access.Resource{WorkshopID: h.Event.ID, Trainers: h.TrainerIDs()}
}

// Slot gives a half-day of the event, or nil.
func (h *Head) Slot(id uuid.UUID) *Slot {
	for i := range h.Slots {
		if h.Slots[i].ID == id {
			return &h.Slots[i]
		}
	}
	return nil
}

// maxHeads bounds the memory of the cache: a head is about 5 KB.
const maxHeads = 256

// heads keeps the heads of events by version. One light statement asks for the version at every request, so a node never
// shows what another node has changed.
type heads struct {
	mu  sync.Mutex
	max int
	by  map[uuid.UUID]*Head
}

func newHeads(limit int) *heads { return &heads{max: limit, by: make(map[uuid.UUID]*Head)} }

func (c *heads) get(id uuid.UUID, version int64) *Head {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h := c.by[id]; h != nil && h.Event.Version == version {
		return h
	}
	return nil
}

func (c *heads) put(h *Head) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.by[h.Event.ID]; old != nil && old.Event.Version > h.Event.Version {
		return
	}
	for id := range c.by { // any one goes: the busy ones are soon back
		if len(c.by) < c.max {
			break
		}
		delete(c.by, id)
	}
	c.by[h.Event.ID] = h
}

// Head gives the head of an event to those who may do the action on it.
func (s *Service) Head(ctx context.Context, actor access.Actor, act access.Action, id uuid.UUID) (*Head, error) {
	h, err := s.head(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := access.Can(actor, act, h.Resource()); err != nil {
		return nil, err
	}
	return h, nil
}

// VersionColumn reads an event's version along with something else; $3 is the event's id.
const VersionColumn = "(SELECT version FROM workshop.event WHERE id = $3)"

type versionKey struct{ event uuid.UUID }

// WithVersion says which version the event had when the request began, so that its page need not ask again.
func WithVersion(ctx context.Context, event uuid.UUID, version int64) context.Context {
	return context.WithValue(ctx, versionKey{event}, version)
}

func (s *Service) version(ctx context.Context, id uuid.UUID) (version int64, err error) {
	if v, ok := ctx.Value(versionKey{id}).(int64); ok {
		return v, nil
	}
	err = s.db.Pool().QueryRow(ctx, "SELECT version FROM workshop.event WHERE id = $1", pgx.QueryExecModeCacheStatement, id).Scan(&version)
	return version, errs.Wrap(db.Translate(err), "workshop: event "+id.String())
}

// head reads the version first and the rest after it: what is kept under a version is never older than that version.
func (s *Service) head(ctx context.Context, id uuid.UUID) (*Head, error) {
	version, err := s.version(ctx, id)
	if err != nil {
		return nil, err
	}
	if h := s.heads.get(id, version); h != nil {
		return h, nil
	}
	h, err := readHead(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	s.heads.put(h)
	return h, nil
}

func readHead(ctx context.Context, idb bun.IDB, id uuid.UUID) (*Head, error) {
	h := new(Head)
	if err := idb.NewSelect().Model(&h.Event).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, errs.Wrap(db.Translate(err), "workshop: event "+id.String())
	}
	err := idb.NewSelect().TableExpr("workshop.event_trainer AS t").Join("JOIN org.person AS p ON p.id = t.person_id").
		ColumnExpr("t.person_id, p.family_name, p.given_name, t.lead").Where("t.event_id = ?", id).
		OrderExpr("t.lead DESC, t.position, t.person_id").Scan(ctx, &h.Trainers)
	if err != nil {
		return nil, db.Translate(err)
	}
	err = idb.NewSelect().Model(&h.Slots).Where("event_id = ?", id).OrderExpr("starts_at").Scan(ctx)
	return h, db.Translate(err)
}

// IDByCode finds an event by its code, as W-2026-014, for those who may see it.
func (s *Service) IDByCode(ctx context.Context, actor access.Actor, code string) (uuid.UUID, error) {
	var id uuid.UUID
	if err := s.db.NewSelect().Table("workshop.event").Column("id").Where("code = upper(trim(?))", code).Scan(ctx, &id); err != nil {
		return uuid.Nil, errs.Wrap(db.Translate(err), "workshop: code "+code)
	}
	_, err := s.Head(ctx, actor, access.WorkshopView, id)
	return id, err
}
