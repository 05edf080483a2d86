package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Assessment is a look at needs, at the risk, or at a child's best interests. It never changes: a new look is a new row.
type Assessment struct {
	bun.BaseModel `bun:"table:cases.assessment,alias:a"`

	ID       uuid.UUID `bun:",pk"`
	CaseID   uuid.UUID
	Key      uuid.UUID
	Kind     string
	Level    string    `bun:",nullzero"`
	ReviewOn time.Time `bun:",nullzero"`
	At       time.Time
	ByID     uuid.UUID
	Body     []byte
	Text     string `bun:"-"`
}

// AssessmentInput is the form of an assessment.
type AssessmentInput struct {
	Key      uuid.UUID
	Kind     string
	Level    string
	ReviewOn time.Time
	Text     string
}

// Assess notes an assessment. The newest look at the risk is the file's, with the day on which it must be looked at again.
func (s *Service) Assess(ctx context.Context, actor access.Actor, id uuid.UUID, in AssessmentInput) error {
	return s.onOpen(ctx, actor, id, "case.assess", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("kind", []string{"needs", "risk", "best_interest"}, in.Kind)
		c.needed("text", in.Text)
		if in.Kind == "risk" {
			c.choice("level", Risks, in.Level)
			c.future("review_on", in.ReviewOn, s.today())
		} else {
			in.Level = ""
		}
		if err := c.err(); err != nil {
			return err
		}
		a := Assessment{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key, Kind: in.Kind, Level: in.Level, ReviewOn: in.ReviewOn, At: o.at, ByID: actor.PersonID}
		made, err := o.add(ctx, "assessment", a.ID, in.Text, &a.Body, &a)
		if err != nil || !made {
			return err
		}
		o.detail["kind"] = in.Kind
		if in.Kind == "risk" {
			o.file.Risk, o.file.ReviewOn = in.Level, in.ReviewOn
			if err := o.update(ctx, "risk", "review_on"); err != nil {
				return err
			}
		}
		return o.note(ctx, "assessed", map[string]any{"kind": in.Kind, "level": in.Level}, "")
	})
}

// add seals a text into a row and inserts it once: a row with the same key is the same form sent again.
func (o *open) add(ctx context.Context, place string, id uuid.UUID, text any, to *[]byte, model any) (made bool, err error) {
	if *to, err = o.seal(place, id, text); err != nil {
		return false, err
	}
	res, err := o.tx.NewInsert().Model(model).On("CONFLICT (case_id, key) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// Goal is an aim of the plan.
type Goal struct {
	bun.BaseModel `bun:"table:cases.goal,alias:g"`

	ID     uuid.UUID `bun:",pk"`
	CaseID uuid.UUID
	Key    uuid.UUID
	Domain string
	State  string
	DueOn  time.Time `bun:",nullzero"`
	At     time.Time
	ByID   uuid.UUID
	Body   []byte
	Text   string `bun:"-"`
}

// GoalInput is the form of a goal.
type GoalInput struct {
	Key    uuid.UUID
	Domain string
	DueOn  time.Time
	Text   string
}

// AddGoal adds an aim to the plan; a plan that was approved asks for approval again.
func (s *Service) AddGoal(ctx context.Context, actor access.Actor, id uuid.UUID, in GoalInput) error {
	return s.onOpen(ctx, actor, id, "case.goal", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("domain", Domains, in.Domain)
		c.needed("text", in.Text)
		if err := c.err(); err != nil {
			return err
		}
		g := Goal{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key, Domain: in.Domain, State: "open", DueOn: in.DueOn, At: o.at, ByID: actor.PersonID}
		made, err := o.add(ctx, "goal", g.ID, in.Text, &g.Body, &g)
		if err != nil || !made {
			return err
		}
		o.file.PlanApprovedAt, o.file.PlanApprovedBy = time.Time{}, uuid.Nil
		if err := o.update(ctx, "plan_approved_at", "plan_approved_by"); err != nil {
			return err
		}
		return o.note(ctx, "goal", map[string]any{"domain": in.Domain}, "")
	})
}

// SetGoal says how an aim stands.
func (s *Service) SetGoal(ctx context.Context, actor access.Actor, id, goal uuid.UUID, state string) error {
	return s.onOpen(ctx, actor, id, "case.goal", func(ctx context.Context, o *open) error {
		if !known(GoalStates, state) {
			return errs.InvalidFields([]errs.Field{{Name: "state", Key: "error_choice"}})
		}
		o.detail["to"] = state
		if err := o.set(ctx, "UPDATE cases.goal SET state = ? WHERE id = ? AND case_id = ?", state, goal, id); err != nil {
			return err
		}
		return o.note(ctx, "goal_state", map[string]any{"to": state}, "")
	})
}

// set runs an update of one row of the file; a row that is not there is not found.
func (o *open) set(ctx context.Context, sql string, args ...any) error {
	res, err := o.tx.NewRaw(sql, args...).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errs.NewNotFound("case row")
	}
	return nil
}

// ApprovePlan is the supervisor's approval; a repeat leaves the first one.
func (s *Service) ApprovePlan(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	return s.onCase(ctx, actor, id, access.CaseDecide, "case.plan", func(ctx context.Context, o *open) error {
		n, err := o.count(ctx, "SELECT count(*) FROM cases.goal WHERE case_id = ?")
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.InvalidFields([]errs.Field{{Name: "goals", Key: "case_missing_goals"}})
		}
		if !o.file.PlanApprovedAt.IsZero() {
			return nil
		}
		o.file.PlanApprovedAt, o.file.PlanApprovedBy = o.at, actor.PersonID
		if err := o.update(ctx, "plan_approved_at", "plan_approved_by"); err != nil {
			return err
		}
		return o.note(ctx, "plan_approved", nil, "")
	})
}

// Task is something to be done by a day.
type Task struct {
	bun.BaseModel `bun:"table:cases.task,alias:t"`

	ID     uuid.UUID `bun:",pk"`
	CaseID uuid.UUID
	Key    uuid.UUID
	Kind   string
	DueOn  time.Time
	DoneAt time.Time `bun:",nullzero"`
	DoneBy uuid.UUID `bun:",nullzero"`
	At     time.Time
	ByID   uuid.UUID
	Body   []byte
	Text   string `bun:"-"`
}

// TaskInput is the form of a task.
type TaskInput struct {
	Key   uuid.UUID
	Kind  string
	DueOn time.Time
	Text  string
}

// AddTask adds a task to the file; whoever follows the file has it.
func (s *Service) AddTask(ctx context.Context, actor access.Actor, id uuid.UUID, in TaskInput) error {
	return s.onOpen(ctx, actor, id, "case.task", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("kind", TaskKinds, in.Kind)
		c.needed("text", in.Text)
		if in.DueOn.IsZero() {
			c.wrong("due_on", "error_required")
		}
		if err := c.err(); err != nil {
			return err
		}
		t := Task{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key, Kind: in.Kind, DueOn: in.DueOn, At: o.at, ByID: actor.PersonID}
		_, err := o.add(ctx, "task", t.ID, in.Text, &t.Body, &t)
		return err
	})
}

// DoneTask ticks a task off; a repeat leaves the first tick.
func (s *Service) DoneTask(ctx context.Context, actor access.Actor, id, task uuid.UUID) error {
	return s.onOpen(ctx, actor, id, "case.task", func(ctx context.Context, o *open) error {
		o.detail["done"] = true
		return o.set(ctx, "UPDATE cases.task SET done_at = coalesce(done_at, ?), done_by = coalesce(done_by, ?) WHERE id = ? AND case_id = ?", o.at, actor.PersonID, task, id)
	})
}
