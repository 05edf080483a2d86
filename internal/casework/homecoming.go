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

// Homecoming is a return to the country of origin, a resettlement elsewhere, or settling where the person is: what was looked at before,
// and the plan. Once begun it stands; its follow-ups are due from then on.
type Homecoming struct {
	bun.BaseModel `bun:"table:cases.homecoming,alias:m"`

	ID        uuid.UUID `bun:",pk"`
	CaseID    uuid.UUID
	Key       uuid.UUID
	Kind      string
	State     string
	Risk      string `bun:",nullzero"`
	Documents string
	Escort    bool
	BegunOn   time.Time `bun:",nullzero"`
	At        time.Time
	ByID      uuid.UUID
	Body      []byte
	Text      HomecomingText `bun:"-"`
}

// HomecomingText holds the texts of a homecoming; sealed.
type HomecomingText struct {
	Risk         string `json:"risk"`      // what threatens there, from whom, and what protects
	Documents    string `json:"documents"` // which, from whom, by when
	Travel       string `json:"travel"`    // way, escort, who receives
	Economic     string `json:"economic"`
	Social       string `json:"social"`
	Psychosocial string `json:"psychosocial"`
}

// The lists of a homecoming.
var (
	HomecomingKinds     = []string{"return", "resettlement", "local"}
	HomecomingStates    = []string{"prepared", "begun", "cancelled"}
	HomecomingDocuments = []string{"held", "asked", "missing", "not_needed"}
)

// HomecomingInput is the form.
type HomecomingInput struct {
	Key       uuid.UUID
	Kind      string
	State     string
	Risk      string
	Documents string
	Escort    bool
	BegunOn   time.Time
	Text      HomecomingText
}

func (in *HomecomingInput) check(f *File, today time.Time) error {
	var c checker
	c.choice("kind", HomecomingKinds, in.Kind)
	c.choice("state", HomecomingStates, in.State)
	c.choice("documents", HomecomingDocuments, in.Documents)
	if in.Risk != "" {
		c.choice("risk", Risks, in.Risk)
		c.needed("risk_text", in.Text.Risk)
	}
	for name, v := range map[string]string{"documents_text": in.Text.Documents, "travel": in.Text.Travel, "economic": in.Text.Economic, "social": in.Text.Social, "psychosocial": in.Text.Psychosocial} {
		if len(v) > maxText {
			c.wrong(name, "case_error_long")
		}
	}
	if in.State == "begun" {
		c.past("begun_on", in.BegunOn, today)
		in.ready(&c)
	}
	return c.err()
}

// ready: nobody leaves before the risk was looked at, into extreme risk, without papers or without a plan.
func (in *HomecomingInput) ready(c *checker) {
	switch in.Risk {
	case "":
		c.wrong("risk", "error_required")
	case "extreme":
		c.wrong("risk", "case_error_return_risk")
	}
	if in.Documents != "held" && in.Documents != "not_needed" {
		c.wrong("documents", "case_error_return_documents")
	}
	for name, v := range map[string]string{"economic": in.Text.Economic, "social": in.Text.Social, "psychosocial": in.Text.Psychosocial} {
		c.needed(name, v)
	}
	if in.Kind != "local" {
		c.needed("travel", in.Text.Travel)
	}
}

// SaveHomecoming writes the homecoming of a file: the one that is not cancelled, or a new one. When it begins its follow-ups are made.
func (s *Service) SaveHomecoming(ctx context.Context, actor access.Actor, id uuid.UUID, in HomecomingInput) error {
	return s.onOpen(ctx, actor, id, "case.return", func(ctx context.Context, o *open) error {
		if err := in.check(o.file, s.today()); err != nil {
			return err
		}
		m, there, err := o.homecoming(ctx)
		if err != nil {
			return err
		}
		if there && m.State == "begun" {
			return errs.NewConflict("case_error_return_begun")
		}
		if !there {
			m = Homecoming{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key}
		}
		m.Kind, m.State, m.Risk, m.Documents, m.Escort, m.BegunOn, m.At, m.ByID = in.Kind, in.State, in.Risk, in.Documents, in.Escort, time.Time{}, o.at, actor.PersonID
		if in.State == "begun" {
			m.BegunOn = in.BegunOn
		}
		if m.Body, err = o.seal("homecoming", m.ID, in.Text); err != nil {
			return err
		}
		if err := o.writeHomecoming(ctx, &m, there); err != nil {
			return err
		}
		o.detail["kind"], o.detail["to"] = m.Kind, m.State
		return o.note(ctx, "homecoming", map[string]any{"kind": m.Kind, "to": m.State}, "")
	})
}

func (o *open) homecoming(ctx context.Context) (m Homecoming, there bool, err error) {
	var rows []Homecoming
	err = o.tx.NewSelect().Model(&rows).Where("m.case_id = ? AND m.state <> 'cancelled'", o.file.ID).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return Homecoming{}, false, db.Translate(err)
	}
	return rows[0], true, nil
}

func (o *open) writeHomecoming(ctx context.Context, m *Homecoming, there bool) error {
	var err error
	if there {
		_, err = o.tx.NewUpdate().Model(m).Column("kind", "state", "risk", "documents", "escort", "begun_on", "at", "by_id", "body").WherePK().Exec(ctx)
	} else {
		_, err = o.tx.NewInsert().Model(m).On("CONFLICT (case_id, key) DO NOTHING").Exec(ctx)
	}
	if db.Constraint(err) == "homecoming_consent" {
		return errs.NewConflict("case_error_return_consent")
	}
	if err != nil || m.State != "begun" {
		return db.Translate(err)
	}
	_, err = o.tx.NewRaw(`INSERT INTO cases.followup (id, case_id, homecoming_id, month, due_on, state)
		SELECT gen_random_uuid(), ?, m.id, month, (m.begun_on + make_interval(months => month))::date, 'due'
		FROM cases.homecoming m, cases.scale s, unnest(s.months) month WHERE m.case_id = ? AND m.state = 'begun' ON CONFLICT DO NOTHING`, o.file.ID, o.file.ID).Exec(ctx)
	return db.Translate(err)
}

// readHomecoming adds the homecoming and its follow-ups to a view.
func (v *View) readHomecoming(ctx context.Context, o *open) error {
	m, there, err := o.homecoming(ctx)
	if err != nil {
		return err
	}
	if there {
		if err := o.unseal("homecoming", m.ID, m.Body, &m.Text); err != nil {
			return err
		}
		v.Homecoming = &m
	}
	if err := o.tx.NewSelect().Model(&v.FollowUps).Where("u.case_id = ?", v.ID).Order("u.due_on", "u.id").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	for i := range v.FollowUps {
		if err := o.unseal("followup", v.FollowUps[i].ID, v.FollowUps[i].Body, &v.FollowUps[i].Sheet); err != nil {
			return err
		}
	}
	return db.Translate(o.tx.NewSelect().Model(&v.Scale).Column("low", "high", "months").Scan(ctx))
}
