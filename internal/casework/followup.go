package casework

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Revisit is one follow-up: a look at how the person is, some months after a homecoming began.
type Revisit struct {
	bun.BaseModel `bun:"table:cases.followup,alias:u"`

	ID           uuid.UUID `bun:",pk"`
	CaseID       uuid.UUID
	HomecomingID uuid.UUID
	Month        int
	DueOn        time.Time
	State        string
	DoneOn       time.Time `bun:",nullzero"`
	ByID         uuid.UUID `bun:",nullzero"`
	Score        *int
	Low, High    *int
	Body         []byte
	Sheet        FollowUpSheet `bun:"-"`
}

// FollowUpSheet holds the answers; sealed.
type FollowUpSheet struct {
	Answers map[string]int `json:"answers"` // item: 0 (not at all) to 4 (fully); an item that was not asked is absent
	Note    string         `json:"note"`
}

// FollowUpItems are the statements of the questionnaire, our own wording, four for each part of the plan. docs/reintegration.md
// documents them and the score.
var FollowUpItems = map[string][]string{
	"economic":     {"income", "work", "debts", "skills"},
	"social":       {"housing", "services", "safety", "people"},
	"psychosocial": {"rest", "hope", "accepted", "decides"},
}

// FollowUpParts are the parts of the questionnaire, in their order.
var FollowUpParts = []string{"economic", "social", "psychosocial"}

const (
	followUpMost  = 4 // the best answer
	followUpLeast = 3 // answers of a part without which it has no score
)

// PartScore gives the score of a part, 0 to 100: the mean of its answers, in hundredths of the best answer. ok is false when fewer than
// three of its four items were answered.
func (s *FollowUpSheet) PartScore(part string) (score float64, ok bool) {
	sum, n := 0, 0
	for _, item := range FollowUpItems[part] {
		if v, answered := s.Answers[part+"_"+item]; answered {
			sum += v
			n++
		}
	}
	if n < followUpLeast {
		return 0, false
	}
	return float64(sum) / float64(n*followUpMost) * 100, true
}

// Total is the mean of the three parts, each counting alike, rounded; ok is false when a part has no score.
func (s *FollowUpSheet) Total() (score int, ok bool) {
	sum := 0.0
	for _, part := range FollowUpParts {
		v, ok := s.PartScore(part)
		if !ok {
			return 0, false
		}
		sum += v
	}
	return int(math.Round(sum / float64(len(FollowUpParts)))), true
}

// Scale says what a score means, and after how many months one looks. It is the protection officers' to set.
type Scale struct {
	bun.BaseModel `bun:"table:cases.scale,alias:s"`

	Low    int   // below it support is needed soon
	High   int   // from it on the person is settled
	Months []int `bun:",array"`
}

// Band gives the word for a score on the scale of its day.
func (u *Revisit) Band() string {
	switch {
	case u.Score == nil || u.Low == nil || u.High == nil:
		return ""
	case *u.Score < *u.Low:
		return "support"
	case *u.Score < *u.High:
		return "partly"
	}
	return "settled"
}

// FollowUpInput is the form.
type FollowUpInput struct {
	Reached bool
	On      time.Time
	Sheet   FollowUpSheet
}

func (in *FollowUpInput) check(today time.Time) error {
	var c checker
	c.past("on", in.On, today)
	if len(in.Sheet.Note) > maxText {
		c.wrong("note", "case_error_long")
	}
	if !in.Reached {
		in.Sheet.Answers = nil
		c.needed("note", in.Sheet.Note)
		return c.err()
	}
	for _, v := range in.Sheet.Answers {
		if v < 0 || v > followUpMost {
			c.wrong("answers", "error_choice")
		}
	}
	if len(in.Sheet.Answers) == 0 {
		c.wrong("answers", "case_error_followup_answers")
	}
	return c.err()
}

// SaveFollowUp keeps a follow-up; in a closed file too, since most are due after the closure. One that was done stands.
func (s *Service) SaveFollowUp(ctx context.Context, actor access.Actor, id, followUp uuid.UUID, in FollowUpInput) error {
	return s.onCase(ctx, actor, id, access.CaseEdit, "case.followup", func(ctx context.Context, o *open) error {
		if err := in.check(s.today()); err != nil {
			return err
		}
		var u Revisit
		if err := o.tx.NewSelect().Model(&u).Where("u.id = ? AND u.case_id = ?", followUp, id).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if u.State == "done" {
			return errs.NewConflict("case_error_followup_done")
		}
		u.State, u.DoneOn, u.ByID, u.Score, u.Low, u.High = "not_reached", in.On, actor.PersonID, nil, nil, nil
		if in.Reached {
			u.State = "done"
			if err := o.scored(ctx, &u, &in.Sheet); err != nil {
				return err
			}
		}
		var err error
		if u.Body, err = o.seal("followup", u.ID, in.Sheet); err != nil {
			return err
		}
		if _, err := o.tx.NewUpdate().Model(&u).Column("state", "done_on", "by_id", "score", "low", "high", "body").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		o.detail["month"], o.detail["to"] = u.Month, u.State
		return o.note(ctx, "followup", map[string]any{"month": u.Month, "to": u.State}, "")
	})
}

func (o *open) scored(ctx context.Context, u *Revisit, sheet *FollowUpSheet) error {
	total, ok := sheet.Total()
	if !ok {
		return nil
	}
	var scale Scale
	if err := o.tx.NewSelect().Model(&scale).Column("low", "high").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	u.Score, u.Low, u.High = &total, &scale.Low, &scale.High
	return nil
}

// DueLine is a follow-up in the list of the day.
type DueLine struct {
	CaseID, WorkerID uuid.UUID
	Code             string
	Month            int
	DueOn            time.Time
	State            string
}

// dueAhead is how many days before it is due a follow-up comes into the list.
const dueAhead = 14

// dueFollowUps are those that are due or nearly, in the files of the reader's sight; of a closed file too.
func (s *Service) dueFollowUps(ctx context.Context, tx bun.Tx, actor access.Actor) (list []DueLine, err error) {
	q := tx.NewSelect().TableExpr("cases.followup AS u").Join("JOIN cases.file f ON f.id = u.case_id").ColumnExpr("u.case_id, coalesce(f.worker_id, ?) AS worker_id, f.code, u.month, u.due_on, u.state", uuid.Nil)
	err = scoped(q.Where("u.state <> 'done' AND u.due_on <= ?", s.today().AddDate(0, 0, dueAhead)), actor).OrderExpr("u.due_on, u.id").Limit(pageSize).Scan(ctx, &list)
	return list, db.Translate(err)
}

// SetScale changes the scale of the questionnaire for follow-ups to come.
func (s *Service) SetScale(ctx context.Context, actor access.Actor, scale Scale) error {
	if err := access.Can(actor, access.CaseReview, access.Resource{}); err != nil {
		return err
	}
	var c checker
	if scale.Low < 1 || scale.High > 100 || scale.Low >= scale.High {
		c.wrong("high", "case_error_scale")
	}
	slices.Sort(scale.Months)
	scale.Months = slices.Compact(scale.Months)
	if n := len(scale.Months); n == 0 || n > 6 || scale.Months[0] < 1 || scale.Months[n-1] > 36 {
		c.wrong("months", "case_error_scale_months")
	}
	if err := c.err(); err != nil {
		return err
	}
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewUpdate().Model(&scale).Column("low", "high", "months").Set("set_by = ?, set_at = ?", actor.PersonID, s.now()).Where("one").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "case.scale", "", uuid.Nil, map[string]any{"low": scale.Low, "high": scale.High, "months": scale.Months})
	})
}
