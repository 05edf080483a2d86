package casework

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework/suppress"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// DonorTarget is how many persons the project is to assist.
const DonorTarget = 50

// Figures are the published figures of direct assistance of a period, small numbers hidden.
type Figures struct {
	From   time.Time      `json:"from"`
	To     time.Time      `json:"to"`
	Tables []FiguresTable `json:"tables"`
	Total  suppress.Cell  `json:"total"` // persons assisted
	// Reached is how many different persons were assisted in this and earlier publications, at least: those with a hidden number left out, down
	// to the last whole suppress.Threshold.
	Reached int  `json:"reached"`
	Demo    bool `json:"demo"` // some files are invented
}

// FiguresTable is one breakdown: of persons assisted, or of services.
type FiguresTable struct {
	Kind string `json:"kind"` // sex, age, nationality, form, provided, unavailable
	suppress.Table
}

// List is the list of words that its cells are named by.
func (t *FiguresTable) List() string {
	if t.Kind == "provided" || t.Kind == "unavailable" {
		return "domain"
	}
	return t.Kind
}

// quarters widens a period to whole quarters: a figure of a single day or week tells of a single person.
func quarters(from, to time.Time) (time.Time, time.Time) {
	first := func(t time.Time) time.Time {
		return time.Date(t.Year(), (t.Month()-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC)
	}
	return first(from), first(to).AddDate(0, 3, -1)
}

// Donor gives the figures of the quarters that hold the period. A period that was published is given again as it was; one that
// overlaps a published one is refused, since the difference of the two would tell of the few people between them.
func (s *Service) Donor(ctx context.Context, actor access.Actor, from, to time.Time) (Figures, error) {
	if err := access.Can(actor, access.CaseCount, access.Resource{}); err != nil {
		return Figures{}, err
	}
	if to.Before(from) {
		return Figures{}, errs.InvalidFields([]errs.Field{{Name: "to", Key: "error_date"}})
	}
	var f Figures
	f.From, f.To = quarters(from, to)
	err := s.in(ctx, actor, []setting{{"cases.counting", on}}, func(ctx context.Context, tx bun.Tx) error {
		published, err := s.published(ctx, tx, &f)
		if err != nil {
			return err
		}
		if !published {
			if err := s.publish(ctx, tx, actor, &f); err != nil {
				return err
			}
		}
		return s.record(ctx, tx, actor, "case.donor", "", uuid.Nil, map[string]any{"from": f.From.Format(time.DateOnly), "to": f.To.Format(time.DateOnly), "again": published})
	})
	return f, err
}

// published reads the figures of exactly this period, and refuses an overlapping one.
func (s *Service) published(ctx context.Context, tx bun.Tx, f *Figures) (bool, error) {
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(7401602028)").Exec(ctx); err != nil {
		return false, db.Translate(err)
	}
	var rows []struct {
		FromOn, ToOn time.Time
		Figures      json.RawMessage
	}
	err := tx.NewSelect().Table("cases.publication").Column("from_on", "to_on", "figures").Where("from_on <= ? AND to_on >= ?", f.To, f.From).Scan(ctx, &rows)
	if err != nil || len(rows) == 0 {
		return false, db.Translate(err)
	}
	if len(rows) == 1 && rows[0].FromOn.Equal(f.From) && rows[0].ToOn.Equal(f.To) {
		return true, json.Unmarshal(rows[0].Figures, f)
	}
	return false, errs.NewConflict("case_error_overlap").With("from", rows[0].FromOn.Format(time.DateOnly)).With("to", rows[0].ToOn.Format(time.DateOnly))
}

// publish counts, hides and keeps the figures. A period that is not over yet is refused: kept, its half figures would stand for
// good; not kept, the difference of two days would tell of the few people between them.
func (s *Service) publish(ctx context.Context, tx bun.Tx, actor access.Actor, f *Figures) error {
	if !f.To.Before(s.today()) {
		return errs.NewConflict("case_error_running").With("to", f.To.Format(time.DateOnly))
	}
	if err := s.countDonor(ctx, tx, f); err != nil {
		return err
	}
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	var by any
	if actor.SignedIn() {
		by = actor.PersonID
	}
	_, err = tx.NewRaw("INSERT INTO cases.publication (from_on, to_on, figures, at, by_id) VALUES (?, ?, ?::jsonb, ?, ?)", f.From, f.To, string(data), s.now(), by).Exec(ctx)
	return db.Translate(err)
}

const assisted = ` FROM cases.file f WHERE EXISTS (SELECT 1 FROM cases.service s WHERE s.case_id = f.id AND s.state = 'provided' AND s.provided_on BETWEEN ? AND ?)`

func (s *Service) countDonor(ctx context.Context, tx bun.Tx, f *Figures) error {
	for _, t := range []struct {
		kind, sql string
		names     []string
		args      []any
	}{
		{"sex", "SELECT f.sex AS name, count(*) AS n" + assisted, Sexes, []any{f.From, f.To}},
		{"age", "SELECT f.age_band AS name, count(*) AS n" + assisted, AgeBands, []any{f.From, f.To}},
		{"nationality", "SELECT f.nationality AS name, count(*) AS n" + assisted, Nationalities, []any{f.From, f.To}},
		{"form", "SELECT f.form AS name, count(*) AS n" + assisted, Forms, []any{f.From, f.To}},
		{"provided", "SELECT split_part(type, '.', 1) AS name, count(*) AS n FROM cases.service WHERE state = 'provided' AND provided_on BETWEEN ? AND ?", Domains, []any{f.From, f.To}},
		{"unavailable", "SELECT split_part(type, '.', 1) AS name, count(*) AS n FROM cases.service WHERE state = 'unavailable' AND at >= ? AND at < ?", Domains, []any{f.From, f.To.AddDate(0, 0, 1)}},
	} {
		var rows []struct {
			Name string
			N    int
		}
		if err := tx.NewRaw(t.sql+" GROUP BY 1", t.args...).Scan(ctx, &rows); err != nil {
			return db.Translate(err)
		}
		counts := make([]int, len(t.names))
		for _, r := range rows {
			if i := slices.Index(t.names, r.Name); i >= 0 {
				counts[i] = r.N
			}
		}
		f.Tables = append(f.Tables, FiguresTable{Kind: t.kind, Table: suppress.Make(t.names, counts)})
	}
	f.Total = f.Tables[0].Total
	if err := s.reached(ctx, tx, f); err != nil {
		return err
	}
	err := tx.NewRaw("SELECT EXISTS (SELECT 1"+assisted+" AND f.demo)", f.From, f.To).Scan(ctx, &f.Demo)
	return db.Translate(err)
}
