package course

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// LearnerState is how somebody stands with a course.
type LearnerState string

// The states.
const (
	LearnerNew      LearnerState = "new" // enrolled, not begun
	LearnerUnderWay LearnerState = "under_way"
	LearnerLate     LearnerState = "late" // the date is over and the course is not finished
	LearnerDone     LearnerState = "done"
)

// Learner is somebody who is enrolled in a course, or has begun it.
type Learner struct {
	PersonID       uuid.UUID
	Name           string
	Code           string
	Organisation   string
	OrganisationAR string `bun:"organisation_ar"`
	Way            Way    // empty: came without being enrolled
	DueOn          *time.Time
	BegunAt        *time.Time
	CompletedAt    *time.Time
	LastAt         *time.Time
	Done, Of       int    // lessons
	Minutes        int    // planned time of the finished lessons
	Waits          bool   // has not finished the courses that this one asks for first, and has not begun it
	Lifted         string // why a manager lets the person begin without them; empty when none does

	State LearnerState `bun:"-"`
}

// OrganisationIn is the name of the organisation for a reader.
func (l *Learner) OrganisationIn(lang i18n.Lang) string {
	if lang == i18n.AR && l.OrganisationAR != "" {
		return l.OrganisationAR
	}
	return l.Organisation
}

func (l *Learner) stateAt(today string) LearnerState {
	switch {
	case l.CompletedAt != nil:
		return LearnerDone
	case l.DueOn != nil && l.DueOn.Format(time.DateOnly) < today:
		return LearnerLate
	case l.BegunAt == nil:
		return LearnerNew
	}
	return LearnerUnderWay
}

// learnersSQL lists those who are enrolled or have begun, the most pressing date first. ?orgs limits it unless ?all.
const learnersSQL = `
SELECT p.id AS person_id, trim(p.family_name || ' ' || p.given_name) AS name, p.code, coalesce(o.name, '') AS organisation, coalesce(o.name_ar, '') AS organisation_ar,
  coalesce(e.way, '') AS way, e.due_on, l.begun_at, l.completed_at, l.last_at, coalesce(n.done, 0) AS done, coalesce(n.of, 0) AS of, coalesce(n.minutes, 0) AS minutes,
  l.person_id IS NULL AND f.person_id IS NULL AND EXISTS (SELECT 1 FROM course.course b WHERE b.code IN (?before) AND NOT EXISTS (
    SELECT 1 FROM course.award a WHERE a.person_id = p.id AND a.course = b.code)) AS waits, coalesce(f.reason, '') AS lifted
FROM org.person p
LEFT JOIN course.enrolment e ON e.person_id = p.id AND e.course = ?course
LEFT JOIN course.learning l ON l.person_id = p.id AND l.course = ?course
LEFT JOIN course.lift f ON f.person_id = p.id AND f.course = ?course
LEFT JOIN org.organisation o ON o.id = p.organisation_id
LEFT JOIN LATERAL (SELECT count(d.slug) AS done, count(*) AS of, coalesce(sum(x.minutes) FILTER (WHERE d.slug IS NOT NULL), 0) AS minutes FROM course.lesson x
  LEFT JOIN course.completion d ON d.person_id = p.id AND d.course = ?course AND d.slug = x.slug WHERE x.version_id = l.version_id) n ON true
WHERE (e.person_id IS NOT NULL OR l.person_id IS NOT NULL) AND (?all OR p.organisation_id IN (?orgs))
ORDER BY l.completed_at IS NOT NULL, e.due_on NULLS LAST, lower(p.family_name), lower(p.given_name), p.id`

// Learners lists the people of a course whom the actor may enrol.
func (s *Service) Learners(ctx context.Context, actor access.Actor, code string) (*Standing, []Learner, error) {
	within, err := enrolReach(actor)
	if err != nil {
		return nil, nil, err
	}
	st, _, err := s.one(ctx, uuid.Nil, code, "")
	if err != nil {
		return nil, nil, err
	}
	var list []Learner
	args := struct {
		reach

		Course string
		Before bun.ListValues
	}{within, code, bun.List(append([]string{""}, st.Prerequisites...))}
	if err := s.db.NewRaw(learnersSQL, args).Scan(ctx, &list); err != nil {
		return nil, nil, fmt.Errorf("course: learners of %s: %w", code, db.Translate(err))
	}
	today := s.today()
	for i := range list {
		list[i].State = list[i].stateAt(today)
		if list[i].Of == 0 {
			list[i].Of = len(st.Lessons)
		}
	}
	return st, list, nil
}

// dues gives the dates of a person's courses.
func (s *Service) dues(ctx context.Context, person uuid.UUID) (map[string]time.Time, error) {
	var rows []enrolmentRow
	if err := s.db.NewSelect().Model(&rows).Where("person_id = ? AND due_on IS NOT NULL", person).Scan(ctx); err != nil {
		return nil, fmt.Errorf("course: dates: %w", db.Translate(err))
	}
	by := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		by[r.Course] = r.DueOn
	}
	return by, nil
}
