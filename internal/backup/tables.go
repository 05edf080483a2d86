package backup

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// schemas hold the system's data. What migrations keep of themselves is made anew by migrating.
var schemas = []string{"org", "auth", "workshop", "exam", "certificate", "survey", "course", "ingest", "programme", "jobs", "audit", "cases"}

// bookkeeping are the tables in which migrations write what they did, and those that follow from the others: a restored system
// counts its changes and computes its figures anew.
var bookkeeping = []string{"jobs.river_migration", "programme.change", "programme.shelf"}

// table is one table with its columns, in the order in which COPY writes them.
type table struct {
	Schema  string   `json:"schema"`
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

func (t table) ident() string { return pgx.Identifier{t.Schema, t.Name}.Sanitize() }

func (t table) copySQL(direction string) string {
	cols := ""
	for i, c := range t.Columns {
		if i > 0 {
			cols += ", "
		}
		cols += pgx.Identifier{c}.Sanitize()
	}
	return fmt.Sprintf("COPY %s (%s) %s", t.ident(), cols, direction)
}

// tables lists the tables so that each comes after those that it refers to: a restore in this order breaks no foreign key.
func tables(ctx context.Context, q pgx.Tx) ([]table, error) {
	rows, err := q.Query(ctx, `
		SELECT n.nspname, c.relname, array_agg(a.attname ORDER BY a.attnum)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
		WHERE c.relkind = 'r' AND n.nspname = ANY($1) AND NOT n.nspname || '.' || c.relname = ANY($2)
		GROUP BY 1, 2 ORDER BY 1, 2`, schemas, bookkeeping)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (t table, err error) {
		err = r.Scan(&t.Schema, &t.Name, &t.Columns)
		return t, err
	})
	if err != nil {
		return nil, err
	}
	needs, err := references(ctx, q)
	if err != nil {
		return nil, err
	}
	return order(all, needs)
}

// references gives for each table those that its foreign keys point to, but for the keys that may wait until the end of a
// transaction, which is how two tables can refer to each other.
func references(ctx context.Context, q pgx.Tx) (map[string][]string, error) {
	rows, err := q.Query(ctx, `SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f' AND conrelid <> confrelid AND NOT condeferrable`)
	if err != nil {
		return nil, err
	}
	needs := map[string][]string{}
	var from, to string
	_, err = pgx.ForEachRow(rows, []any{&from, &to}, func() error {
		needs[from] = append(needs[from], to)
		return nil
	})
	return needs, err
}

func order(all []table, needs map[string][]string) ([]table, error) {
	var done []table
	placed := map[string]bool{}
	for len(done) < len(all) {
		before := len(done)
		for _, t := range all {
			name := t.Schema + "." + t.Name
			ready := !slices.ContainsFunc(needs[name], func(n string) bool { return !placed[n] && holds(all, n) })
			if !placed[name] && ready {
				placed[name] = true
				done = append(done, t)
			}
		}
		if len(done) == before {
			return nil, fmt.Errorf("backup: the foreign keys of %d tables go round in a circle", len(all)-before)
		}
	}
	return done, nil
}

func holds(all []table, name string) bool {
	return slices.ContainsFunc(all, func(t table) bool { return t.Schema+"."+t.Name == name })
}

// sequences gives the last value of each sequence that was used.
func sequences(ctx context.Context, q pgx.Tx) (map[string]int64, error) {
	rows, err := q.Query(ctx, `SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences WHERE schemaname = ANY($1) AND last_value IS NOT NULL`, schemas)
	if err != nil {
		return nil, err
	}
	values := map[string]int64{}
	var name string
	var last int64
	_, err = pgx.ForEachRow(rows, []any{&name, &last}, func() error {
		values[name] = last
		return nil
	})
	return values, err
}
