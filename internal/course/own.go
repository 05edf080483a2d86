package course

import (
	"context"
	"fmt"
	"time"

	"shelter/internal/access"
	"shelter/internal/db"
)

// OwnData is all that the courses keep about a person, as the person is given it.
type OwnData struct {
	Enrolments []OwnEnrolment `json:"enrolments"`
	Answers    []OwnAnswer    `json:"check_answers"`
	Notes      []OwnNote      `json:"notes"`
	Lifts      []OwnLift      `json:"conditions_lifted"`
}

// OwnLift is a course that the person may begin without those that it asks for first.
type OwnLift struct {
	Course string    `json:"course"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// OwnEnrolment is a course that the person is to take.
type OwnEnrolment struct {
	Course     string    `json:"course"`
	Way        Way       `json:"way"`
	EnrolledAt time.Time `json:"enrolled_at"`
	DueOn      string    `json:"due_on,omitempty"`
}

// OwnAnswer is an answer to a knowledge check.
type OwnAnswer struct {
	Course   string    `json:"course"`
	Lesson   string    `json:"lesson"`
	Question string    `json:"question"`
	Response Response  `json:"response"`
	Share    float64   `json:"share"` // 1 is right
	At       time.Time `json:"at"`
}

// OwnNote is a note on a lesson.
type OwnNote struct {
	Course string    `json:"course"`
	Lesson string    `json:"lesson"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
}

// Own gives the actor all that the courses keep about them.
func (s *Service) Own(ctx context.Context, actor access.Actor) (OwnData, error) {
	var own OwnData
	if err := ownTraining(actor); err != nil {
		return own, err
	}
	var enrolled []enrolmentRow
	if err := s.db.NewSelect().Model(&enrolled).Where("person_id = ?", actor.PersonID).OrderExpr("enrolled_at").Scan(ctx); err != nil {
		return own, fmt.Errorf("course: own: %w", db.Translate(err))
	}
	for _, e := range enrolled {
		o := OwnEnrolment{Course: e.Course, Way: e.Way, EnrolledAt: e.EnrolledAt}
		if !e.DueOn.IsZero() {
			o.DueOn = e.DueOn.Format(time.DateOnly)
		}
		own.Enrolments = append(own.Enrolments, o)
	}
	var answers []answerRow
	if err := s.db.NewSelect().Model(&answers).Where("person_id = ?", actor.PersonID).OrderExpr("client_at").Scan(ctx); err != nil {
		return own, fmt.Errorf("course: own: %w", db.Translate(err))
	}
	for _, a := range answers {
		own.Answers = append(own.Answers, OwnAnswer{Course: a.Course, Lesson: a.Slug, Question: a.Question, Response: a.Response, Share: a.Share, At: a.ClientAt})
	}
	var lifts []liftRow
	if err := s.db.NewSelect().Model(&lifts).Where("person_id = ?", actor.PersonID).OrderExpr("lifted_at").Scan(ctx); err != nil {
		return own, fmt.Errorf("course: own: %w", db.Translate(err))
	}
	for _, l := range lifts {
		own.Lifts = append(own.Lifts, OwnLift{Course: l.Course, Reason: l.Reason, At: l.LiftedAt})
	}
	return own, s.ownNotes(ctx, actor, &own)
}

func (s *Service) ownNotes(ctx context.Context, actor access.Actor, own *OwnData) error {
	var rows []noteRow
	if err := s.db.NewSelect().Model(&rows).Where("person_id = ?", actor.PersonID).OrderExpr("course, slug").Scan(ctx); err != nil {
		return fmt.Errorf("course: own: %w", db.Translate(err))
	}
	for i := range rows {
		text, err := s.openNote(actor.PersonID, rows[i].Course, rows[i].Slug, rows[i].Sealed)
		if err != nil {
			return err
		}
		if text != "" {
			own.Notes = append(own.Notes, OwnNote{Course: rows[i].Course, Lesson: rows[i].Slug, Text: text, At: rows[i].WrittenAt})
		}
	}
	return nil
}

// ForgetAnswers erases the answers to knowledge checks of courses that were finished before a day: what they were for is over. The
// finished course, its competency and the counts of lessons stay.
//
// public: it has no actor; a job runs it with the time that the house has set.
func (s *Service) ForgetAnswers(ctx context.Context, before time.Time) error {
	_, err := s.db.NewRaw(`WITH gone AS (DELETE FROM course.answer a USING course.learning l
			WHERE l.person_id = a.person_id AND l.course = a.course AND l.completed_at < ?0 AND a.server_at < ?0 RETURNING a.person_id, a.course)
		UPDATE course.learning l SET revision = l.revision + 1 WHERE (l.person_id, l.course) IN (SELECT person_id, course FROM gone)`, before).Exec(ctx)
	if err != nil {
		return fmt.Errorf("course: forget: %w", db.Translate(err))
	}
	return nil
}
