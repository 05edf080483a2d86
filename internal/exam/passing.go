package exam

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// PostScore is what somebody reached in the test after a workshop or a course.
type PostScore struct {
	Share  float64 // of the points, 0 to 1; as far as it is marked
	Marked bool    // no answer waits for a mark
}

// Passed tells whether the share that is asked for is reached for good.
func (p PostScore) Passed(mark float64) bool {
	const slack = 1e-9 // a third of three points is a third
	return p.Marked && p.Share >= mark-slack
}

// PostScores are the results of the test after a workshop or a course, as a certificate asks for them.
type PostScores struct {
	Asked     bool // tests are set up
	Anonymous bool // taken under personal codes: nobody's result is known
	By        map[uuid.UUID]PostScore
}

// PostScoresTx gives who reached what in the test after a workshop, by enrolment, or after a course (see CourseID), by person.
//
// public: the service of certificates asks in its own transaction, after its own check.
func (s *Service) PostScoresTx(ctx context.Context, idb bun.IDB, subject uuid.UUID) (PostScores, error) {
	p, err := pairingOf(ctx, idb, subject)
	if errs.Is(err, errs.NotFound) {
		return PostScores{}, nil
	}
	if err != nil {
		return PostScores{}, err
	}
	r := PostScores{Asked: p.Sitting(Post) != nil, Anonymous: p.Anonymous, By: map[uuid.UUID]PostScore{}}
	if !r.Asked || r.Anonymous {
		return r, nil
	}
	var rows []struct {
		Place           uuid.UUID
		Score, MaxScore float64
		Waits           bool
	}
	err = idb.NewSelect().TableExpr("exam.attempt AS a").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		ColumnExpr(attemptPlace+" AS place, coalesce(a.score, 0) AS score, coalesce(a.max_score, 0) AS max_score").
		ColumnExpr("a.score IS NULL OR EXISTS (SELECT 1 FROM jsonb_array_elements(a.result) AS r WHERE r = 'null') AS waits").
		Where("s.pairing_id = ? AND s.phase = ? AND a.submitted_at IS NOT NULL AND a.voided_at IS NULL", p.ID, Post).
		Where(attemptPlace+" IS NOT NULL").Scan(ctx, &rows)
	for _, row := range rows {
		if row.MaxScore > 0 {
			r.By[row.Place] = PostScore{Share: row.Score / row.MaxScore, Marked: !row.Waits}
		}
	}
	if err != nil {
		return PostScores{}, fmt.Errorf("exam: results for certificates: %w", db.Translate(err))
	}
	return r, nil
}
