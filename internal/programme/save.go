package programme

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

var (
	reCode   = regexp.MustCompile(`^[A-Z0-9][A-Z0-9.-]{0,19}$`)
	rePeriod = regexp.MustCompile(`^[A-Z0-9][A-Z0-9-]{0,19}$`)
)

// IndicatorInput is what the plan says of an indicator.
type IndicatorInput struct {
	Code, ElementCode, Title, TitleAR, TitleEN              string
	Unit                                                    Unit
	Query, Definition, Verification, Frequency, Responsible string
	Disaggregation                                          []string
	Baseline, Target                                        *float64
	BaselineOn                                              time.Time
	Targets                                                 map[string]*float64 // by the period's code; a period that is not named keeps its target
	Reason                                                  string              // of a change, for the history
	New                                                     bool                // a code that is taken is refused; the same indicator sent again is not
}

func (in IndicatorInput) wrong() error {
	var fields []errs.Field
	bad := func(name, key string) { fields = append(fields, errs.Field{Name: name, Key: key}) }
	if !reCode.MatchString(in.Code) {
		bad("code", "programme_error_code")
	}
	if strings.TrimSpace(in.Title) == "" {
		bad("title", "error_required")
	}
	if in.Unit != Count && in.Unit != Percent {
		bad("unit", "error_choice")
	}
	if in.Frequency != "" && !slices.Contains(Frequencies(), in.Frequency) {
		bad("frequency", "error_choice")
	}
	for name, v := range map[string]*float64{"baseline": in.Baseline, "target": in.Target} {
		if v != nil && (*v < 0 || *v >= maxFigure) {
			bad(name, "error_number")
		}
	}
	return errs.InvalidFields(fields)
}

// SaveElement makes an element or changes its titles. The code tells them apart.
func (s *Service) SaveElement(ctx context.Context, actor access.Actor, e Element, parentCode string) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.saveElement(ctx, tx, actor, e, parentCode) })
}

func (s *Service) saveElement(ctx context.Context, tx bun.IDB, actor access.Actor, e Element, parentCode string) error {
	if !reCode.MatchString(e.Code) {
		return errs.InvalidFields([]errs.Field{{Name: "code", Key: "programme_error_code"}})
	}
	if e.Title == "" || !slices.Contains(Levels(), e.Level) {
		return errs.InvalidFields([]errs.Field{{Name: "title", Key: "error_required"}})
	}
	if parentCode != "" {
		parent, err := elementByCode(ctx, tx, parentCode)
		if err != nil {
			return err
		}
		e.ParentID = parent.ID
	}
	var err error
	if e.ID, err = newID(uuid.Nil); err != nil {
		return err
	}
	_, err = tx.NewInsert().Model(&e).On("CONFLICT (code) DO UPDATE").Set("title = EXCLUDED.title").Set("title_ar = EXCLUDED.title_ar").
		Set("title_en = EXCLUDED.title_en").Set("level = EXCLUDED.level").Set("parent_id = EXCLUDED.parent_id").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, tx, actor, "programme.element", "programme_element", e.Code, nil)
}

func elementByCode(ctx context.Context, idb bun.IDB, code string) (Element, error) {
	var e Element
	err := db.Translate(idb.NewSelect().Model(&e).Where("code = ?", code).Scan(ctx))
	if errs.Is(err, errs.NotFound) {
		return e, errs.InvalidFields([]errs.Field{{Name: "element", Key: "programme_error_element"}})
	}
	return e, err
}

// SavePeriod makes a period, or changes the days of one that is not closed.
func (s *Service) SavePeriod(ctx context.Context, actor access.Actor, p Period) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return s.savePeriod(ctx, tx, actor, p) })
}

func (s *Service) savePeriod(ctx context.Context, tx bun.IDB, actor access.Actor, p Period) error {
	if !rePeriod.MatchString(p.Code) {
		return errs.InvalidFields([]errs.Field{{Name: "code", Key: "programme_error_period_code"}})
	}
	if p.StartsOn.IsZero() || !p.EndsOn.After(p.StartsOn) {
		return errs.InvalidFields([]errs.Field{{Name: "ends_on", Key: "programme_error_period"}})
	}
	var old Period
	err := tx.NewSelect().Model(&old).Where("code = ?", p.Code).For("UPDATE").Scan(ctx)
	switch {
	case err == nil && old.StartsOn.Equal(p.StartsOn) && old.EndsOn.Equal(p.EndsOn):
		return nil
	case err == nil && old.Closed():
		return errs.NewConflict("programme_error_closed")
	case err == nil:
		_, err = tx.NewUpdate().Model(&p).Column("starts_on", "ends_on").Where("code = ?", p.Code).Exec(ctx)
	case errors.Is(err, sql.ErrNoRows):
		if p.ID, err = newID(p.ID); err == nil {
			_, err = tx.NewInsert().Model(&p).Exec(ctx)
		}
	}
	if errs.Is(db.Translate(err), errs.Conflict) {
		return errs.InvalidFields([]errs.Field{{Name: "starts_on", Key: "programme_error_overlap"}})
	}
	if err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, tx, actor, "programme.period", "programme_period", p.Code, nil)
}

// SaveIndicator makes an indicator or changes it; the code tells them apart. Each changed value becomes a line of the history.
func (s *Service) SaveIndicator(ctx context.Context, actor access.Actor, in IndicatorInput) (id uuid.UUID, err error) {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return uuid.Nil, err
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		id, err = s.saveIndicator(ctx, tx, actor, in)
		return err
	})
	return id, err
}

func (s *Service) saveIndicator(ctx context.Context, tx bun.IDB, actor access.Actor, in IndicatorInput) (uuid.UUID, error) {
	if err := in.wrong(); err != nil {
		return uuid.Nil, err
	}
	e, err := elementByCode(ctx, tx, in.ElementCode)
	if err != nil {
		return uuid.Nil, err
	}
	var old Indicator
	err = tx.NewSelect().Model(&old).Where("code = ?", in.Code).For("UPDATE").Scan(ctx)
	fresh := errors.Is(err, sql.ErrNoRows)
	if err != nil && !fresh {
		return uuid.Nil, db.Translate(err)
	}
	if in.New && !fresh {
		if old.Title != in.Title || old.Query != in.Query || old.Unit != in.Unit {
			return uuid.Nil, errs.InvalidFields([]errs.Field{{Name: "code", Key: "programme_error_taken"}})
		}
		return old.ID, nil
	}
	row := Indicator{ID: old.ID, ElementID: e.ID, Code: in.Code, Title: in.Title, TitleAR: in.TitleAR, TitleEN: in.TitleEN, Unit: in.Unit, Query: in.Query,
		Definition: in.Definition, Verification: in.Verification, Frequency: in.Frequency, Responsible: in.Responsible, Disaggregation: in.Disaggregation,
		Baseline: in.Baseline, BaselineOn: in.BaselineOn, Target: in.Target, UpdatedAt: s.now().UTC()}
	if row.Disaggregation == nil {
		row.Disaggregation = []string{}
	}
	if fresh {
		if row.ID, err = newID(uuid.Nil); err == nil {
			_, err = tx.NewInsert().Model(&row).Exec(ctx)
		}
	} else {
		_, err = tx.NewUpdate().Model(&row).WherePK().Exec(ctx)
	}
	if err != nil {
		return uuid.Nil, db.Translate(err)
	}
	if err := s.history(ctx, tx, actor, row.ID, in.Reason, changesOf(old, row, fresh)); err != nil {
		return uuid.Nil, err
	}
	if err := s.saveTargets(ctx, tx, actor, row.ID, in); err != nil {
		return uuid.Nil, err
	}
	return row.ID, s.record(ctx, tx, actor, "programme.indicator", "programme_indicator", row.ID.String(), map[string]any{"code": row.Code, "new": fresh})
}

func (s *Service) saveTargets(ctx context.Context, tx bun.IDB, actor access.Actor, id uuid.UUID, in IndicatorInput) error {
	plan := &Plan{}
	if err := tx.NewSelect().Model(&plan.Periods).Order("starts_on").Scan(ctx); err != nil {
		return db.Translate(err)
	}
	if err := tx.NewSelect().Model(&plan.Targets).Where("indicator_id = ?", id).Scan(ctx); err != nil {
		return db.Translate(err)
	}
	if err := unknownPeriods(plan.Periods, in.Targets); err != nil {
		return err
	}
	for _, p := range plan.Periods {
		v, named := in.Targets[p.Code]
		old := plan.TargetOf(id, p.ID)
		if !named || same(old, v) {
			continue
		}
		if p.Closed() {
			return errs.NewConflict("programme_error_closed")
		}
		var err error
		if v == nil {
			_, err = tx.NewDelete().Model((*Target)(nil)).Where("indicator_id = ? AND period_id = ?", id, p.ID).Exec(ctx)
		} else {
			_, err = tx.NewInsert().Model(&Target{IndicatorID: id, PeriodID: p.ID, Value: *v}).On("CONFLICT (indicator_id, period_id) DO UPDATE").Set("value = EXCLUDED.value").Exec(ctx)
		}
		if err != nil {
			return db.Translate(err)
		}
		if err := s.history(ctx, tx, actor, id, in.Reason, []Change{{Field: "target " + p.Code, OldValue: Plain(old), NewValue: Plain(v)}}); err != nil {
			return err
		}
	}
	return nil
}

// unknownPeriods refuses targets of periods that the plan does not have; the fields are named as a workbook's columns.
func unknownPeriods(list []Period, targets map[string]*float64) error {
	var fields []errs.Field
	for _, code := range slices.Sorted(maps.Keys(targets)) {
		if !slices.ContainsFunc(list, func(p Period) bool { return p.Code == code }) {
			fields = append(fields, errs.Field{Name: "target:" + code, Key: "programme_error_unknown"})
		}
	}
	return errs.InvalidFields(fields)
}

func same(a, b *float64) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }

// maxFigure is what every figure of the plan stays below.
const maxFigure = 1e10

// typed takes out of a figure what people put in: spaces of every width, and a decimal comma.
var typed = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".")

// ParseFigure reads a figure as people type it, as "1 250,50"; empty is nil, and ok.
func ParseFigure(s string) (*float64, bool) {
	s = typed.Replace(strings.TrimSpace(s))
	if s == "" {
		return nil, true
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v < maxFigure) {
		return nil, false
	}
	return &v, true
}

// Plain writes a figure as digits with a decimal point, for history and exchange; empty for nil.
func Plain(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}
