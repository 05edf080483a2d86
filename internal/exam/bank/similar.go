package bank

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/exam"
	"shelter/internal/i18n"
)

// similarFrom is the share of common trigrams of two stems (pg_trgm) from which the questions are shown as asking nearly the same.
const similarFrom = 0.5

// Twin is a question that asks nearly the same.
type Twin struct {
	ID     uuid.UUID
	Code   string
	Status exam.Status
	Body   exam.Body `bun:"type:jsonb"`
	Share  float64   // of common trigrams, from 0 to 1
}

// Similar finds the questions whose stem says nearly the same as that of q in one of its languages, the closest first, leaving out
// the question itself and what is retired.
func (s *Service) Similar(ctx context.Context, actor access.Actor, self uuid.UUID, q exam.Question) ([]Twin, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	share, args := "", []any{}
	for _, l := range i18n.Langs() {
		if len([]rune(q.Body.Stem[l])) >= shortest {
			share += "similarity(coalesce(v.body -> 'stem' ->> ?, ''), ?), "
			args = append(args, string(l), q.Body.Stem[l])
		}
	}
	if share == "" {
		return nil, nil
	}
	found := s.db.NewSelect().TableExpr("exam.question AS q").Join("JOIN exam.question_version AS v ON v.id = q.version_id").
		ColumnExpr("q.id, q.code, q.status, v.body").ColumnExpr("greatest("+strings.TrimSuffix(share, ", ")+") AS share", args...).
		Where("q.id <> ? AND q.code <> ? AND q.status <> 'retired'", self, q.Code)
	var list []Twin
	err := s.db.NewSelect().With("found", found).TableExpr("found").ColumnExpr("*").Where("share >= ?", similarFrom).
		OrderExpr("share DESC, code").Limit(5).Scan(ctx, &list)
	return list, db.Translate(err)
}

// shortest is from how many letters on a stem says enough to be compared.
const shortest = 12
