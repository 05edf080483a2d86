package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/errs"
)

// Assist is one service to the person, from the request to its outcome. An unavailable one keeps the unmet need in sight.
type Assist struct {
	bun.BaseModel `bun:"table:cases.service,alias:s"`

	ID           uuid.UUID `bun:",pk"`
	CaseID       uuid.UUID
	Key          uuid.UUID
	Type         string
	State        string
	ProviderID   uuid.UUID `bun:",nullzero"`
	DueOn        time.Time `bun:",nullzero"`
	ProvidedOn   time.Time `bun:",nullzero"`
	CostMillimes int64
	Outcome      string `bun:",nullzero"`
	Lack         string `bun:",nullzero"`
	At           time.Time
	ByID         uuid.UUID
	DoneBy       uuid.UUID `bun:",nullzero"`
	Body         []byte
	Text         string `bun:"-"`
}

// Domain is the domain of the service's type.
func (a *Assist) Domain() string { return DomainOf(a.Type) }

// AssistInput is the form of a new service.
type AssistInput struct {
	Key        uuid.UUID
	Type       string
	ProviderID uuid.UUID
	DueOn      time.Time // the appointment, if there is one
	Text       string
}

// AssistChange says how a service went on.
type AssistChange struct {
	State        string
	ProvidedOn   time.Time
	CostMillimes int64 // thousandths of a dinar
	Outcome      string
	Lack         string
	DueOn        time.Time
}

// AddService asks for a service, or plans it when it has a day.
func (s *Service) AddService(ctx context.Context, actor access.Actor, id uuid.UUID, in AssistInput) error {
	return s.onOpen(ctx, actor, id, "case.service", func(ctx context.Context, o *open) error {
		var c checker
		c.choice("type", ServiceTypes, in.Type)
		if len(in.Text) > maxText {
			c.wrong("text", "case_error_long")
		}
		if err := c.err(); err != nil {
			return err
		}
		a := Assist{ID: uuid.Must(uuid.NewV7()), CaseID: id, Key: in.Key, Type: in.Type, State: "requested", ProviderID: in.ProviderID, DueOn: in.DueOn, At: o.at, ByID: actor.PersonID}
		if !in.DueOn.IsZero() {
			a.State = "planned"
		}
		made, err := o.add(ctx, "service", a.ID, in.Text, &a.Body, &a)
		if err != nil || !made {
			return err
		}
		o.detail["type"], o.detail["to"] = a.Type, a.State
		return o.note(ctx, "service", map[string]any{"type": a.Type, "to": a.State}, "")
	})
}

func (in *AssistChange) check(today time.Time) error {
	var c checker
	c.choice("state", ServiceStates, in.State)
	switch in.State {
	case "provided":
		c.past("provided_on", in.ProvidedOn, today)
		c.choice("outcome", Outcomes, in.Outcome)
	case "unavailable":
		c.choice("lack", Lacks, in.Lack)
	}
	if in.CostMillimes < 0 {
		c.wrong("cost", "error_number")
	}
	return c.err()
}

// SetService says how a service went on: planned, provided with its outcome, not to be had, or no longer wanted.
func (s *Service) SetService(ctx context.Context, actor access.Actor, id, service uuid.UUID, in AssistChange) error {
	return s.onOpen(ctx, actor, id, "case.service", func(ctx context.Context, o *open) error {
		if err := in.check(s.today()); err != nil {
			return err
		}
		var a Assist
		if err := o.tx.NewSelect().Model(&a).Where("id = ? AND case_id = ?", service, id).For("UPDATE").Scan(ctx); err != nil {
			return errs.NewNotFound("service").Because(err)
		}
		a.State, a.ProvidedOn, a.Lack, a.Outcome, a.CostMillimes, a.DoneBy = in.State, time.Time{}, "", "", in.CostMillimes, uuid.Nil
		switch in.State {
		case "provided":
			a.ProvidedOn, a.Outcome, a.DoneBy = in.ProvidedOn, in.Outcome, actor.PersonID
		case "unavailable":
			a.Lack = in.Lack
		}
		if !in.DueOn.IsZero() {
			a.DueOn = in.DueOn
		}
		if _, err := o.tx.NewUpdate().Model(&a).Column("state", "provided_on", "lack", "outcome", "cost_millimes", "done_by", "due_on").WherePK().Exec(ctx); err != nil {
			return err
		}
		o.detail["type"], o.detail["to"] = a.Type, a.State
		return o.note(ctx, "service", map[string]any{"type": a.Type, "to": a.State}, "")
	})
}
