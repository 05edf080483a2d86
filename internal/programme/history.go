package programme

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Change is one line of an indicator's history.
type Change struct {
	bun.BaseModel `bun:"table:programme.plan_change,alias:c"`

	ID          int64 `bun:",pk,autoincrement"`
	IndicatorID uuid.UUID
	At          time.Time
	ActorID     uuid.UUID `bun:",nullzero"`
	Field       string    // the name of what was changed, "created", or "target " and the period's code
	OldValue    string
	NewValue    string
	Reason      string
}

// changesOf lists what is different; a new indicator is one line.
func changesOf(old, row Indicator, fresh bool) []Change {
	if fresh {
		return []Change{{Field: "created", NewValue: row.Code}}
	}
	var list []Change
	add := func(field, a, b string) {
		if a != b {
			list = append(list, Change{Field: field, OldValue: a, NewValue: b})
		}
	}
	add("baseline", Plain(old.Baseline), Plain(row.Baseline))
	add("baseline_on", day(old.BaselineOn), day(row.BaselineOn))
	add("target", Plain(old.Target), Plain(row.Target))
	add("title", old.Title, row.Title)
	add("unit", string(old.Unit), string(row.Unit))
	add("query", old.Query, row.Query)
	add("definition", old.Definition, row.Definition)
	add("verification", old.Verification, row.Verification)
	add("frequency", old.Frequency, row.Frequency)
	add("responsible", old.Responsible, row.Responsible)
	add("disaggregation", strings.Join(old.Disaggregation, " "), strings.Join(row.Disaggregation, " "))
	return list
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func (s *Service) history(ctx context.Context, tx bun.IDB, actor access.Actor, id uuid.UUID, reason string, list []Change) error {
	for i := range list {
		list[i].IndicatorID, list[i].At, list[i].ActorID, list[i].Reason = id, s.now().UTC(), actor.PersonID, reason
	}
	if len(list) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&list).ExcludeColumn("id").Exec(ctx)
	return db.Translate(err)
}

// History gives the changes of an indicator, newest first.
func (s *Service) History(ctx context.Context, actor access.Actor, indicator uuid.UUID) ([]Change, error) {
	if err := may(actor, access.ProgrammeView); err != nil {
		return nil, err
	}
	var list []Change
	err := s.db.NewSelect().Model(&list).Where("indicator_id = ?", indicator).Order("id DESC").Limit(200).Scan(ctx)
	return list, db.Translate(err)
}

// Measure is a figure that was measured outside the system.
type Measure struct {
	bun.BaseModel `bun:"table:programme.measure,alias:m"`

	ID           uuid.UUID `bun:",pk"`
	IndicatorID  uuid.UUID
	MeasuredOn   time.Time `bun:"type:date"`
	Value        float64
	Evidence     string // where the figure can be checked
	CreatedAt    time.Time
	CreatedBy    uuid.UUID `bun:",nullzero"`
	WithdrawnAt  time.Time `bun:",nullzero"`
	WithdrawnFor string
}

// Enter keeps a measured figure with its evidence. It refuses an indicator that a query computes.
func (s *Service) Enter(ctx context.Context, actor access.Actor, m Measure) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	var fields []errs.Field
	if m.Evidence == "" {
		fields = append(fields, errs.Field{Name: "evidence", Key: "error_required"})
	}
	if m.MeasuredOn.IsZero() || m.MeasuredOn.After(i18n.Day(s.now())) {
		fields = append(fields, errs.Field{Name: "measured_on", Key: "error_date"})
	}
	if m.Value < 0 || m.Value > 1e10 {
		fields = append(fields, errs.Field{Name: "value", Key: "error_number"})
	}
	if err := errs.InvalidFields(fields); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.enter(ctx, tx, actor, m) })
}

func (s *Service) enter(ctx context.Context, tx bun.IDB, actor access.Actor, m Measure) error {
	var i Indicator
	if err := tx.NewSelect().Model(&i).Where("id = ?", m.IndicatorID).Scan(ctx); err != nil {
		return db.Translate(err)
	}
	if i.Query != "" {
		return errs.NewConflict("programme_error_computed")
	}
	var err error
	if m.ID, err = newID(m.ID); err != nil {
		return err
	}
	m.CreatedAt, m.CreatedBy = s.now().UTC(), actor.PersonID
	res, err := tx.NewInsert().Model(&m).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 { // sent twice
		return nil
	}
	return s.record(ctx, tx, actor, "programme.measure", "programme_indicator", i.ID.String(), map[string]any{"measure": m.ID.String()})
}

// Withdraw takes a measured figure out of the count; it stays readable with the reason.
func (s *Service) Withdraw(ctx context.Context, actor access.Actor, indicator, measure uuid.UUID, reason string) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	if reason == "" {
		return errs.InvalidFields([]errs.Field{{Name: "reason", Key: "error_required"}})
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model((*Measure)(nil)).Set("withdrawn_at = ?", s.now().UTC()).Set("withdrawn_for = ?", reason).
			Where("id = ? AND indicator_id = ? AND withdrawn_at IS NULL", measure, indicator).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 { // withdrawn before
			return nil
		}
		return s.record(ctx, tx, actor, "programme.withdraw", "programme_indicator", indicator.String(), map[string]any{"measure": measure.String()})
	})
}

// Measures gives what was entered for an indicator, newest first; those withdrawn too.
func (s *Service) Measures(ctx context.Context, actor access.Actor, indicator uuid.UUID) ([]Measure, error) {
	if err := may(actor, access.ProgrammeView); err != nil {
		return nil, err
	}
	var list []Measure
	err := s.db.NewSelect().Model(&list).Where("indicator_id = ?", indicator).Order("measured_on DESC", "created_at DESC").Scan(ctx)
	return list, db.Translate(err)
}
