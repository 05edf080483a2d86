package programme

import (
	"context"
	"time"

	"github.com/google/uuid"

	"shelter/internal/db"
)

// OpenedBeds is an accepted work by which a shelter has more beds.
type OpenedBeds struct {
	Title      string
	AcceptedOn time.Time
	Beds       int
}

// OpenedBeds lists the works of a shelter that were accepted and open beds, the latest first.
//
// public: what was built in a shelter is no secret to those who put people into its beds, and names nobody.
func (s *Service) OpenedBeds(ctx context.Context, shelter uuid.UUID) ([]OpenedBeds, error) {
	var list []OpenedBeds
	err := s.db.NewSelect().TableExpr("programme.fitout_work").Column("title", "accepted_on", "beds").
		Where("shelter_id = ? AND accepted_on IS NOT NULL AND beds > 0 AND removed_at IS NULL", shelter).OrderExpr("accepted_on DESC, position").Scan(ctx, &list)
	return list, db.Translate(err)
}
