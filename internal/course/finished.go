package course

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// Finished is somebody who has finished a course, as a certificate tells it: the last time, whatever was begun again since.
type Finished struct {
	PersonID       uuid.UUID
	FamilyName     string
	GivenName      string
	Organisation   string
	OrganisationAR string `bun:"organisation_ar"`
	Email          string
	Lang           string
	VersionID      uuid.UUID
	CompletedAt    time.Time

	Version *Course   `bun:"-"` // that was finished
	Until   time.Time `bun:"-"` // the first of its competencies ends; zero: it certifies none
}

const finishedSQL = `
SELECT DISTINCT ON (a.person_id) a.person_id, a.version_id, a.completed_at, p.family_name, p.given_name, p.email, p.lang,
  coalesce(o.name, '') AS organisation, coalesce(o.name_ar, '') AS organisation_ar
FROM course.award a JOIN org.person p ON p.id = a.person_id LEFT JOIN org.organisation o ON o.id = p.organisation_id
WHERE a.course = ? ORDER BY a.person_id, a.completed_at DESC`

// FinishedTx lists who has finished a course, the latest first; a course that does not exist is errs.NotFound.
//
// public: the service of certificates asks in its own transaction, after its own check.
func (s *Service) FinishedTx(ctx context.Context, idb bun.IDB, code string) (*Course, []Finished, error) {
	newest, err := s.newest(ctx, idb, code)
	if err != nil {
		return nil, nil, err
	}
	var list []Finished
	if err := idb.NewRaw("SELECT * FROM ("+finishedSQL+") f ORDER BY completed_at DESC, lower(family_name), lower(given_name)", code).Scan(ctx, &list); err != nil {
		return nil, nil, fmt.Errorf("course: finished %s: %w", code, db.Translate(err))
	}
	for i := range list {
		f := &list[i]
		if f.Version, err = s.version(ctx, idb, f.VersionID, code); err != nil {
			return nil, nil, err
		}
		for _, m := range f.Version.Competencies {
			if end := f.CompletedAt.AddDate(0, m.ValidMonths, 0); f.Until.IsZero() || end.Before(f.Until) {
				f.Until = end
			}
		}
	}
	return newest, list, nil
}

func (s *Service) newest(ctx context.Context, idb bun.IDB, code string) (*Course, error) {
	var id uuid.UUID
	if err := idb.NewSelect().TableExpr("course.version").Column("id").Where("course = ?", code).OrderExpr("number DESC").Limit(1).Scan(ctx, &id); err != nil {
		return nil, errs.Wrap(db.Translate(err), "course "+code)
	}
	return s.version(ctx, idb, id, code)
}
