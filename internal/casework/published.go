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

// reached counts the different persons of this period and of those published before it whose number of persons is shown, down to the last whole
// Threshold. Persons of a period whose number is hidden are left out: six persons, then a hidden number, and ten in all would tell that four
// came. What is left out makes the number smaller, and it is said to be one of "at least".
func (s *Service) reached(ctx context.Context, tx bun.Tx, f *Figures) error {
	var n int
	err := tx.NewRaw(`SELECT count(*) FROM cases.file f WHERE EXISTS (SELECT 1 FROM cases.service s
		JOIN (SELECT from_on, to_on FROM cases.publication WHERE to_on < ? AND figures->'total'->>'hidden' IS NULL UNION ALL SELECT ?::date, ?::date WHERE NOT ?) p ON s.provided_on BETWEEN p.from_on AND p.to_on
		WHERE s.case_id = f.id AND s.state = 'provided')`, f.From, f.From, f.To, f.Total.Hidden).Scan(ctx, &n)
	f.Reached = suppress.AtLeast(n)
	return db.Translate(err)
}
