package casework

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Trace is one line of who did what on a file.
type Trace struct {
	At      time.Time
	ActorID uuid.UUID `bun:",nullzero"`
	Actor   string
	Action  string
	Listed  bool // seen in a list, not opened
	Detail  map[string]any
}

const traceLimit = 500

// Trace says who has seen or changed a file, the newest first: what was done on it, the lists in which it was shown, and the
// attempts that were refused.
func (s *Service) Trace(ctx context.Context, actor access.Actor, id uuid.UUID) (f File, list []Trace, err error) {
	err = s.onCase(ctx, actor, id, access.CaseTrace, "case.trace", func(ctx context.Context, o *open) error {
		f = *o.file
		var rows []entry
		err := o.tx.NewSelect().Model(&rows).WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			return q.Where("a.case_id = ?", id.String()).WhereOr("a.case_id = '' AND a.action IN ('case.list', 'case.tasks', 'case.rights', 'case.register') AND a.detail LIKE ?", "%"+id.String()+"%")
		}).Order("a.id DESC").Limit(traceLimit).Scan(ctx)
		if err != nil {
			return db.Translate(err)
		}
		for i := range rows {
			r := &rows[i]
			t := Trace{At: r.At, ActorID: r.ActorID, Actor: r.Actor, Action: r.Action, Listed: r.CaseID == ""}
			if !t.Listed {
				_ = json.Unmarshal([]byte(r.Detail), &t.Detail) // written by us; a broken one shows no detail
			}
			list = append(list, t)
		}
		return nil
	})
	return f, list, err
}
