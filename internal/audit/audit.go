// Package audit records who did what: append-only entries, written in the transaction of the change itself, so that there is
// no change without its entry and no entry of a change that was rolled back.
//
// Invariants: an entry never changes (a trigger refuses it); Detail holds ids, counts and states, never answers, names or
// contacts.
package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
)

// Entry is what happened.
type Entry struct {
	At     time.Time
	Actor  access.Actor
	Action string // as 'workshop.create'
	Kind   string // what was touched, as 'workshop'
	ID     string // its id
	Detail map[string]any
}

type row struct {
	bun.BaseModel `bun:"table:audit.entry"`

	At       time.Time
	ActorID  uuid.UUID `bun:",nullzero"`
	Actor    string
	Action   string
	Kind     string
	ObjectID string
	Detail   map[string]any `bun:"type:jsonb"`
}

// Record writes one entry through the transaction of the change.
func Record(ctx context.Context, idb bun.IDB, e Entry) error {
	r := &row{At: e.At, ActorID: e.Actor.PersonID, Actor: actorName(e.Actor), Action: e.Action, Kind: e.Kind, ObjectID: e.ID, Detail: e.Detail}
	if r.Detail == nil {
		r.Detail = map[string]any{}
	}
	if _, err := idb.NewInsert().Model(r).Exec(ctx); err != nil {
		return fmt.Errorf("audit: record %s %s: %w", e.Action, e.ID, err)
	}
	return nil
}

func actorName(a access.Actor) string {
	switch {
	case a.System != "":
		return a.System
	case a.SignedIn():
		return "person"
	}
	return "visitor"
}
