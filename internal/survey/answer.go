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
	w, err := s.roster.SurveyWorkshop(ctx, s.db, sv.EventID)
	return Sheet{Survey: *sv, Workshop: w}, err
}

func byCode(ctx context.Context, q *bun.SelectQuery, code string) (*Survey, error) {
	sv := new(Survey)
	err := q.Model(sv).Where("code = ?", strings.ToLower(strings.TrimSpace(code))).Scan(ctx)
	return sv, db.Translate(err)
}

// Submit counts one person's answers; they may be fewer than the questions, but not none. key is made by the browser for
// this one sending: a repeat with the same key counts once. Conflict "survey_not_open" when the survey takes no answers.
// public: see Sheet.
func (s *Service) Submit(ctx context.Context, code, key string, answers map[string]Answer) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		sv, err := byCode(ctx, tx.NewSelect().For("SHARE"), code)
		if err != nil {
			return err
		}
		if key == "" {
			return errs.NewInvalid("error_bad_request")
		}
		res, err := tx.NewRaw("INSERT INTO survey.receipt (survey_id, digest) SELECT ?, ? WHERE ? ON CONFLICT DO NOTHING",
			sv.ID, digestOf(sv.ID, key), sv.State == Opened).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return repeated(ctx, tx, sv, key)
		}
		return count(ctx, tx, sv, answers)
	})
}

// repeated: a key that was counted is answered as the first time, also when the survey has closed since.
func repeated(ctx context.Context, tx bun.Tx, sv *Survey, key string) error {
	known, err := tx.NewSelect().TableExpr("survey.receipt").Where("survey_id = ? AND digest = ?", sv.ID, digestOf(sv.ID, key)).Exists(ctx)
	if err == nil && !known {
		return errs.NewConflict("survey_not_open")
	}
	return db.Translate(err)
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
