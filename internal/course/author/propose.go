package author

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
)

// Propose makes a draft on trial of a text that came with the program, when the newest version of its course was written in the browser:
// the authors see what it would change, and take it over or set it aside. A text is proposed once, whatever became of it; one that it
// replaces and nobody has decided on goes. With false, the newest version is the program's own, and nothing was done.
func (s *Service) Propose(ctx context.Context, actor access.Actor, c *course.Course) (proposed bool, err error) {
	if err := may(actor); err != nil {
		return false, err
	}
	digest := c.Digest()
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var newest []struct {
			ID   uuid.UUID
			Here bool
		}
		err := tx.NewSelect().TableExpr("course.version AS v").ColumnExpr("v.id, EXISTS (SELECT 1 FROM course.draft d WHERE d.version_id = v.id) AS here").
			Where("v.course = ?", c.Code).OrderExpr("v.number DESC").Limit(1).Scan(ctx, &newest)
		if err != nil || len(newest) == 0 || !newest[0].Here {
			return err
		}
		proposed = true
		var old []*Draft
		if err := tx.NewSelect().Model(&old).Where("course = ? AND shipped <> ''", c.Code).For("UPDATE").Scan(ctx); err != nil {
			return err
		}
		now := s.now()
		for _, d := range old {
			if d.Shipped == digest {
				return nil
			}
			if d.State != Trial {
				continue
			}
			d.State, d.ClosedAt = Dropped, now
			if err := s.end(ctx, tx, actor, d, "replaced"); err != nil {
				return err
			}
		}
		d := &Draft{ID: uuid.Must(uuid.NewV7()), Course: c.Code, BaseID: newest[0].ID, State: Trial, MadeAt: now, ChangedAt: now, Shipped: digest}
		if _, err := tx.NewInsert().Model(d).Exec(ctx); err != nil {
			return err
		}
		if err := insertFiles(ctx, tx, d.ID, c.Files); err != nil {
			return err
		}
		return record(ctx, tx, now, actor, d, "proposed", nil)
	})
	return proposed, err
}
