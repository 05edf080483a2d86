package survey

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// Sheet is a survey as the people who answer see it.
type Sheet struct {
	Survey   Survey
	Workshop Workshop
	Full     bool // by the open link, as many have answered as there are people on the list
}

// Sending is what one person sends.
type Sending struct {
	Code    string // of the survey's address
	Key     string // made by the browser for this one sending: a repeat counts once and is answered as the first time
	Ticket  string // where people are asked by tickets
	Answers map[string]Answer
}

// Answer is what one person says to one question.
type Answer struct {
	Choice int    // index of the option, or step of the scale, from 0; -1: not answered
	Text   string // of an open question; empty: not answered
}

// maxRemark is the length of a written answer, in characters.
const maxRemark = 2000

// Sheet finds a survey by the code of its address.
// public: people answer without an account, so that nothing ties an answer to a person.
func (s *Service) Sheet(ctx context.Context, code string) (Sheet, error) {
	sv, err := byCode(ctx, s.db.NewSelect(), code)
	if err != nil {
		return Sheet{}, err
	}
	sheet := Sheet{Survey: *sv}
	if sheet.Workshop, err = s.roster.SurveyWorkshop(ctx, s.db, sv.EventID); err == nil {
		sheet.Full, err = s.full(ctx, s.db, sv)
	}
	return sheet, err
}

// full tells whether by the open link as many have answered as there are people.
func (s *Service) full(ctx context.Context, idb bun.IDB, sv *Survey) (bool, error) {
	if sv.Way != OpenLink || sv.State != Opened {
		return false, nil
	}
	people, err := s.roster.SurveyPeople(ctx, idb, sv.EventID)
	if err != nil {
		return false, err
	}
	n, err := idb.NewSelect().TableExpr("survey.receipt").Where("survey_id = ?", sv.ID).Count(ctx)
	return int(n) >= people, db.Translate(err)
}

func byCode(ctx context.Context, q *bun.SelectQuery, code string) (*Survey, error) {
	sv := new(Survey)
	err := q.Model(sv).Where("code = ?", strings.ToLower(strings.TrimSpace(code))).Scan(ctx)
	return sv, db.Translate(err)
}

// Submit counts one person's answers; they may be fewer than the questions, but not none. A ticket is used up in the same transaction.
// Conflict "survey_not_open" when the survey takes no answers, "survey_full" when by the open link nobody is left who could answer;
// Invalid in the field "ticket" for one that is used, unknown or another survey's.
// public: see Sheet.
func (s *Service) Submit(ctx context.Context, in Sending) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		sv, err := byCode(ctx, tx.NewSelect().For("NO KEY UPDATE"), in.Code) // one after the other: nobody is counted beyond the list
		if err != nil {
			return err
		}
		if in.Key == "" {
			return errs.NewInvalid("error_bad_request")
		}
		if known, err := counted(ctx, tx, sv.ID, in.Key); err != nil || known {
			return err
		}
		if err := s.admit(ctx, tx, sv, in.Ticket); err != nil {
			return err
		}
		if _, err := tx.NewRaw("INSERT INTO survey.receipt (survey_id, digest) VALUES (?, ?)", sv.ID, digestOf(sv.ID, in.Key)).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return count(ctx, tx, sv, in.Answers)
	})
}

// admit lets a new sending in, or says why not.
func (s *Service) admit(ctx context.Context, tx bun.Tx, sv *Survey, ticket string) error {
	if sv.State != Opened {
		return errs.NewConflict("survey_not_open")
	}
	if sv.Way == Tickets {
		return s.spend(ctx, tx, sv, ticket)
	}
	if full, err := s.full(ctx, tx, sv); err != nil || !full {
		return err
	}
	return errs.NewConflict("survey_full")
}

// Counted tells whether a sending arrived already: its repeat is answered as the first time, also when the survey has closed since.
// public: see Sheet.
func (s *Service) Counted(ctx context.Context, survey uuid.UUID, key string) (bool, error) {
	return counted(ctx, s.db, survey, key)
}

func counted(ctx context.Context, idb bun.IDB, survey uuid.UUID, key string) (bool, error) {
	known, err := idb.NewSelect().TableExpr("survey.receipt").Where("survey_id = ? AND digest = ?", survey, digestOf(survey, key)).Exists(ctx)
	return known, db.Translate(err)
}

func count(ctx context.Context, tx bun.Tx, sv *Survey, answers map[string]Answer) error {
	given := 0
	for i := range sv.Questions {
		q := &sv.Questions[i]
		a, ok := answers[q.ID]
		if !ok {
			continue
		}
		did, err := countOne(ctx, tx, sv.ID, q, a)
		if err != nil {
			return err
		}
		if did {
			given++
		}
	}
	if given == 0 {
		return errs.InvalidFields([]errs.Field{{Name: sv.Questions[0].ID, Key: "survey_nothing_answered"}})
	}
	return nil
}

func countOne(ctx context.Context, tx bun.Tx, survey uuid.UUID, q *Question, a Answer) (bool, error) {
	if q.Kind == Open {
		text := strings.TrimSpace(a.Text)
		if text == "" {
			return false, nil
		}
		if len([]rune(text)) > maxRemark {
			return false, errs.InvalidFields([]errs.Field{{Name: q.ID, Key: "error_too_long", Args: errs.Args{"max": maxRemark}}})
		}
		_, err := tx.NewRaw("INSERT INTO survey.remark (id, survey_id, question, body) VALUES (?, ?, ?, ?)", uuid.New(), survey, q.ID, text).Exec(ctx)
		return true, db.Translate(err)
	}
	if a.Choice < 0 {
		return false, nil
	}
	if a.Choice >= q.choices() {
		return false, errs.InvalidFields([]errs.Field{{Name: q.ID, Key: "error_choice"}})
	}
	_, err := tx.NewRaw(`INSERT INTO survey.tally AS t (survey_id, question, choice, n) VALUES (?, ?, ?, 1)
		ON CONFLICT (survey_id, question, choice) DO UPDATE SET n = t.n + 1`, survey, q.ID, a.Choice).Exec(ctx)
	return true, db.Translate(err)
}
