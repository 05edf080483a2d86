package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Ended is an erasure that was done, as it stands in the journal outside the database: ids alone. After a restore of an older backup, which
// holds the keys again, they are destroyed once more from there.
type Ended struct {
	Erasure   uuid.UUID   `json:"erasure"`
	CaseID    uuid.UUID   `json:"case"`
	Scope     string      `json:"scope"`
	Documents []uuid.UUID `json:"documents"`
	ByID      uuid.UUID   `json:"by"`
	At        time.Time   `json:"at"`
}

// Whole tells whether the key of the case itself was destroyed.
func (e *Ended) Whole() bool { return e.Scope == "file" }

// EndedSince gives what was erased from a moment on, the oldest first.
// public: done by the system on a schedule; it gives ids only.
func (s *Service) EndedSince(ctx context.Context, since time.Time) (list []Ended, err error) {
	err = s.in(ctx, access.System("schedule"), []setting{{"cases.retaining", on}}, func(ctx context.Context, tx bun.Tx) error {
		var rows []struct {
			Erasure, CaseID uuid.UUID
			Scope           string
			Documents       []uuid.UUID `bun:",array"`
			ByID            uuid.UUID
			At              time.Time
		}
		if err := tx.NewRaw("SELECT * FROM cases.ended(?)", since).Scan(ctx, &rows); err != nil {
			return db.Translate(err)
		}
		for _, r := range rows {
			list = append(list, Ended(r))
		}
		return nil
	})
	return list, err
}
