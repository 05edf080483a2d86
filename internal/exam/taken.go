package exam

import (
	"context"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// Taken is a test that a person handed in under the own name, at a workshop or of a course.
type Taken struct {
	EventID     uuid.UUID
	EventCode   string // the workshop's, or the course's
	Course      string // empty for a workshop
	Title       string
	TitleAR     string `bun:"title_ar"`
	Phase       Phase
	SubmittedAt time.Time
	Score       *float64 // nil: not marked yet, or not the reader's to see
	MaxScore    *float64
	Shown       bool `bun:"-"` // the score is the reader's to see

	Review ReviewRule
	State  State
}

// TitleIn is the workshop's title for a reader.
func (t *Taken) TitleIn(l i18n.Lang) string {
	if l == i18n.AR && t.TitleAR != "" {
		return t.TitleAR
	}
	return t.Title
}

const takenSQL = `
SELECT p.event_id, coalesce(e.code, p.course) AS event_code, coalesce(e.title, '') AS title, coalesce(e.title_ar, '') AS title_ar, coalesce(p.course, '') AS course, s.phase, a.submitted_at, s.state, coalesce(f.settings->>'review', '') AS review,
  CASE WHEN EXISTS (SELECT 1 FROM jsonb_array_elements(a.result) AS r WHERE r = 'null') THEN NULL ELSE a.score END AS score, a.max_score
FROM exam.attempt a JOIN exam.sitting s ON s.id = a.sitting_id JOIN exam.pairing p ON p.id = s.pairing_id LEFT JOIN workshop.event e ON e.id = p.workshop_id
LEFT JOIN workshop.enrolment n ON n.id = a.enrolment_id JOIN exam.form f ON f.id = coalesce(a.form_id, s.form_id)
WHERE (n.person_id = ?0 OR a.person_id = ?0) AND a.voided_at IS NULL AND a.submitted_at IS NOT NULL AND NOT p.anonymous
ORDER BY a.submitted_at DESC`

// TakenBy lists the tests of a person, the latest first, for the training record; tests with personal codes name nobody and are
// not in it. The score is there for whoever may see the results of the workshop, and for the person as far as the review rule of
// the form lets people see what was right.
func (s *Service) TakenBy(ctx context.Context, actor access.Actor, person access.Resource) ([]Taken, error) {
	if err := access.Can(actor, access.PersonView, person); err != nil {
		return nil, err
	}
	var list []Taken
	if err := s.db.NewRaw(takenSQL, person.PersonID).Scan(ctx, &list); err != nil {
		return nil, db.Translate(err)
	}
	for i := range list {
		t := &list[i]
		own := actor.PersonID == person.PersonID && Settings{Review: t.Review}.Shows(&Attempt{SubmittedAt: t.SubmittedAt}, t.State)
		if t.Shown = own || access.Can(actor, access.TestResults, access.Resource{WorkshopID: t.EventID}) == nil; !t.Shown {
			t.Score, t.MaxScore = nil, nil
		}
	}
	return list, nil
}
