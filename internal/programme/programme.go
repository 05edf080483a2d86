// Package programme keeps the project's plan: the tree of objectives, outcomes, outputs and activities, the indicators with
// baseline and targets by period, what was measured by hand with its evidence, the figures that closed periods published, and
// the registers of the activities (fit-out, awareness, study visit, sustainability, work plan, budget, risks).
//
// Invariants: a baseline or a target changes only here, with a line of history; "not measured" is nil and never 0; a figure that
// a closed period published never changes, a correction is a further revision with its reason; awareness counts heads and knows
// no names. What a system query computes is not here: package report does that.
//
// Terms of the field: logframe (cadre logique), fit-out (aménagement), awareness action (action de sensibilisation).
package programme

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// Service does everything with the plan.
type Service struct {
	db  *db.DB
	now func() time.Time
}

// New makes the service.
func New(d *db.DB, now func() time.Time) *Service { return &Service{db: d, now: now} }

// Now gives the service's time.
func (s *Service) Now() time.Time { return s.now() }

// Words is a title in the three languages; French is always there.
type Words struct{ FR, AR, EN string }

// In gives the title in a language, or the French one.
func (w Words) In(l i18n.Lang) string {
	switch {
	case l == i18n.AR && w.AR != "":
		return w.AR
	case l == i18n.EN && w.EN != "":
		return w.EN
	}
	return w.FR
}

func may(actor access.Actor, act access.Action) error {
	return access.Can(actor, act, access.Resource{})
}

func (s *Service) record(ctx context.Context, idb bun.IDB, actor access.Actor, action, kind, id string, detail map[string]any) error {
	return audit.Record(ctx, idb, audit.Entry{At: s.now().UTC(), Actor: actor, Action: action, Kind: kind, ID: id, Detail: detail})
}

func newID(id uuid.UUID) (uuid.UUID, error) {
	if id != uuid.Nil {
		return id, nil
	}
	return uuid.NewV7()
}
