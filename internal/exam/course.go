package exam

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// courseNames is the name space of the ids of courses, drawn once.
var courseNames = uuid.MustParse("5b0f5cf1-6b5b-4a52-9d0c-0f6b0c1c7a6e")

// CourseID names a course where the tests are asked for by the workshop that gives them.
func CourseID(code string) uuid.UUID { return uuid.NewSHA1(courseNames, []byte(code)) }

func (w Workshop) kind() string {
	if w.Course != "" {
		return "course"
	}
	return "workshop"
}

// mayRoom is may for what only a workshop has, not a course: a room with paper and with a clock for everybody.
func (s *Service) mayRoom(ctx context.Context, idb bun.IDB, actor access.Actor, act access.Action, eventID uuid.UUID) (Workshop, error) {
	w, err := s.may(ctx, idb, actor, act, eventID)
	if err == nil && w.Course != "" {
		err = errs.NewNotFound("exam room of a course")
	}
	return w, err
}

// participants lists a workshop's people, or those who have begun a test of a course.
func (s *Service) participants(ctx context.Context, idb bun.IDB, p *Pairing) ([]Participant, error) {
	if p.Course == "" {
		return s.roster.ExamParticipants(ctx, idb, p.EventID)
	}
	var ids []uuid.UUID
	err := idb.NewSelect().TableExpr("exam.attempt AS a").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		ColumnExpr("DISTINCT a.person_id").Where("s.pairing_id = ? AND a.voided_at IS NULL AND a.person_id IS NOT NULL", p.ID).Scan(ctx, &ids)
	if err != nil || len(ids) == 0 {
		return nil, db.Translate(err)
	}
	return s.roster.ExamPeople(ctx, idb, ids)
}

// CourseTest is one of the two tests of a course as a learner has it.
type CourseTest struct {
	Phase     Phase
	Open      bool      // the managers have opened it
	Early     bool      // it comes after the last lesson, and lessons are left
	Late      bool      // it comes before the first lesson, and one is finished
	Begun     bool      // by this learner
	Submitted time.Time // zero: not handed in
	Minutes   int       // the time limit; 0 for none
	Items     int
}

// Can tells whether the learner can begin now, go on, or look at what was handed in.
func (t CourseTest) Can() bool { return t.Begun || t.Open && !t.Early && !t.Late }

// CourseTests lists the tests of a course as the actor has them: none when no tests were set up or opened.
func (s *Service) CourseTests(ctx context.Context, actor access.Actor, code string) ([]CourseTest, error) {
	if err := access.Can(actor, access.CourseView, access.Resource{}); err != nil {
		return nil, err
	}
	var rows []struct {
		Phase       Phase
		State       State
		Minutes     int
		Items       int
		Begun       bool
		SubmittedAt time.Time
	}
	err := s.db.NewSelect().TableExpr("exam.sitting AS s").Join("JOIN exam.pairing AS p ON p.id = s.pairing_id AND p.course = ?", code).
		Join("LEFT JOIN exam.attempt AS a ON a.sitting_id = s.id AND a.voided_at IS NULL AND a.person_id = ?", actor.PersonID).
		Join("JOIN exam.form AS f ON f.id = "+attemptForm).
		ColumnExpr("s.phase, s.state, coalesce((f.settings->>'minutes')::int, 0) AS minutes, a.id IS NOT NULL AS begun, a.submitted_at").
		ColumnExpr("(SELECT count(*) FROM exam.form_item i WHERE i.form_id = f.id) AS items").
		Where("a.id IS NOT NULL OR s.state = ?", Open).OrderExpr("s.phase DESC").Scan(ctx, &rows)
	if err != nil || len(rows) == 0 {
		return nil, db.Translate(err)
	}
	done, of, err := s.roster.ExamLearner(ctx, actor, code)
	if err != nil {
		return nil, err
	}
	list := make([]CourseTest, len(rows))
	for i, r := range rows {
		list[i] = CourseTest{Phase: r.Phase, Open: r.State == Open, Begun: r.Begun, Submitted: r.SubmittedAt, Minutes: r.Minutes, Items: r.Items,
			Early: r.Phase == Post && done < of, Late: r.Phase == Pre && done > 0}
	}
	return list, nil
}

// BeginCourse begins a test of a course, or goes on with it on any device: the account says whose it is. The first test is for
// who has finished no lesson, the second for who has finished all; otherwise errs.Conflict.
func (s *Service) BeginCourse(ctx context.Context, actor access.Actor, code string, ph Phase, lang i18n.Lang) (Ticket, error) {
	tests, err := s.CourseTests(ctx, actor, code)
	if err != nil {
		return Ticket{}, err
	}
	for _, t := range tests {
		switch {
		case t.Phase != ph:
		case !t.Begun && t.Late:
			return Ticket{}, errs.NewConflict("exam_course_late")
		case !t.Begun && t.Early:
			return Ticket{}, errs.NewConflict("exam_course_early")
		default:
			return s.beginCourse(ctx, actor, code, t, lang)
		}
	}
	return Ticket{}, errs.NewNotFound("exam test of course " + code)
}

func (s *Service) beginCourse(ctx context.Context, actor access.Actor, code string, test CourseTest, lang i18n.Lang) (Ticket, error) {
	var t Ticket
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := pairingOf(ctx, tx, CourseID(code))
		if err != nil {
			return err
		}
		st := p.Sitting(test.Phase)
		if st == nil {
			return errs.NewNotFound("exam sitting " + string(test.Phase))
		}
		if !test.Begun {
			if err := staysOpen(ctx, tx, st); err != nil {
				return err
			}
		}
		a, fresh, err := beginOrFind(ctx, tx, p, st, "p:"+actor.PersonID.String(), JoinInput{person: actor.PersonID, Lang: lang}, s.now())
		if err != nil {
			return err
		}
		t = Ticket{AttemptID: a.ID, Token: token(p.CodeKey, a.ID), Resumed: !fresh}
		return nil
	})
	return t, err
}
