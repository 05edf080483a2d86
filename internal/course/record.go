package course

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Learned is a course that a person began, for the training record.
type Learned struct {
	Code        string
	Title       Text
	BegunAt     time.Time
	CompletedAt *time.Time // of the present round
	Done, Of    int        // lessons
}

const learnedSQL = `
SELECT l.course, l.version_id, l.begun_at, l.completed_at,
  (SELECT count(*) FROM course.lesson n WHERE n.version_id = l.version_id AND EXISTS (
    SELECT 1 FROM course.completion d WHERE d.person_id = l.person_id AND d.course = l.course AND d.slug = n.slug)) AS done,
  (SELECT count(*) FROM course.lesson n WHERE n.version_id = l.version_id) AS of
FROM course.learning l WHERE l.person_id = ? ORDER BY coalesce(l.completed_at, l.begun_at) DESC`

type learnedRow struct {
	Course      string
	VersionID   uuid.UUID
	BegunAt     time.Time
	CompletedAt *time.Time
	Done, Of    int
}

// LearnedBy lists the courses that a person began, the latest first. The person and whoever may see the person's record may ask.
func (s *Service) LearnedBy(ctx context.Context, actor access.Actor, person access.Resource) ([]Learned, error) {
	if err := access.Can(actor, access.PersonView, person); err != nil {
		return nil, err
	}
	var rows []learnedRow
	if err := s.db.NewRaw(learnedSQL, person.PersonID).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("course: learned: %w", db.Translate(err))
	}
	list := make([]Learned, len(rows))
	for i, r := range rows {
		c, err := s.version(ctx, s.db, r.VersionID, r.Course)
		if err != nil {
			return nil, err
		}
		list[i] = Learned{Code: r.Course, Title: c.Title, BegunAt: r.BegunAt, CompletedAt: r.CompletedAt, Done: r.Done, Of: r.Of}
	}
	return list, nil
}
