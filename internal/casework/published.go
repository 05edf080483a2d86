package casework

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/suppress"
	"shelter/internal/db"
)

// Publication is what was made known of direct assistance over whole quarters; it never changes.
type Publication struct {
	Figures

	At time.Time
}

// Publications gives all that was published, the oldest first. It opens no file.
func (s *Service) Publications(ctx context.Context, actor access.Actor) ([]Publication, error) {
	if err := access.Can(actor, access.CaseCount, access.Resource{}); err != nil {
		return nil, err
	}
	var list []Publication
	err := s.in(ctx, actor, []setting{{"cases.counting", on}}, func(ctx context.Context, tx bun.Tx) error {
		var rows []struct {
			Figures json.RawMessage
			At      time.Time
		}
		if err := tx.NewSelect().Table("cases.publication").Column("figures", "at").OrderExpr("from_on").Scan(ctx, &rows); err != nil {
			return db.Translate(err)
		}
		list = make([]Publication, len(rows))
		for i, r := range rows {
			list[i].At = r.At
			if err := json.Unmarshal(r.Figures, &list[i].Figures); err != nil {
				return err
			}
		}
		return nil
	})
	return list, err
}

// OpenQuarter gives the first day of the latest quarter that is over; figures of a later one are not to be had.
func (s *Service) OpenQuarter() time.Time {
	from, _ := quarters(s.today(), s.today())
	return from.AddDate(0, -3, 0)
}

// reached counts the different persons assisted from the beginning to the end of the period, down to the last whole Threshold: two such
// numbers leave it open by up to Threshold-1 how many persons came between.
func (s *Service) reached(ctx context.Context, tx bun.Tx, f *Figures) error {
	var n int
	if err := tx.NewRaw("SELECT count(*)"+assisted, time.Time{}, f.To).Scan(ctx, &n); err != nil {
		return db.Translate(err)
	}
	f.Reached = n / suppress.Threshold * suppress.Threshold
	return nil
}
