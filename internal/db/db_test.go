package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/pgserver"
)

func ctx() context.Context { return context.Background() }

func TestTranslate(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]errs.Kind{
		"23505": errs.Conflict, "23P01": errs.Conflict, "23503": errs.Invalid, "23514": errs.Invalid, "22P02": errs.Invalid,
		"40001": errs.Unavailable, "40P01": errs.Unavailable, "53300": errs.Unavailable, "57P01": errs.Unavailable, "08006": errs.Unavailable,
		"42501": errs.Forbidden, "42601": errs.Internal,
	} {
		if got := errs.KindOf(db.Translate(fmt.Errorf("op: %w", &pgconn.PgError{Code: code}))); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	if !errs.Is(db.Translate(sql.ErrNoRows), errs.NotFound) || db.Translate(nil) != nil {
		t.Error("no row is not found, and nil is nil")
	}
	own := errs.NewConflict("error_duplicate")
	if !errors.Is(db.Translate(own), own) {
		t.Error("an error of ours was changed")
	}
}

func TestATransactionInsideATransactionIsRefused(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t).App()
	err := d.InTx(ctx(), func(ctx context.Context, tx bun.Tx) error {
		return d.InTx(ctx, func(context.Context, bun.Tx) error { return nil })
	})
	if err == nil {
		t.Error("a nested transaction went through")
	}
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t).App()
	broken := errors.New("broken")
	err := d.InTx(ctx(), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO audit.entry (at, actor, action, kind) VALUES (now(), 'cli', 'x', 'x')"); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if n, err := d.NewSelect().TableExpr("audit.entry").Count(ctx()); err != nil || n != 0 {
		t.Errorf("%d entries, %v", n, err)
	}
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	before, err := d.Owner().Applied(ctx())
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(ctx(), d.URLs.Owner, db.Logins{App: pgserver.AppLogin, Cases: pgserver.CasesLogin}); err != nil {
		t.Fatal(err)
	}
	after, err := d.Owner().Applied(ctx())
	if err != nil || len(after) != len(before) || len(after) != len(db.Names()) {
		t.Errorf("%d migrations before, %d after, %d known: %v", len(before), len(after), len(db.Names()), err)
	}
	if behind, err := d.App().Behind(ctx()); behind || err != nil {
		t.Errorf("behind: %v, %v", behind, err)
	}
}

func TestAnOldSchemaIsBehind(t *testing.T) {
	t.Parallel()
	d := dbtest.NewEmpty(t)
	names := db.Names()
	l := db.Logins{App: pgserver.AppLogin, Cases: pgserver.CasesLogin}
	if err := db.MigrateOnly(ctx(), d.URLs.Owner, l, names[:3]); err != nil {
		t.Fatal(err)
	}
	if behind, err := d.Owner().Behind(ctx()); !behind || err != nil {
		t.Errorf("behind: %v, %v", behind, err)
	}
}

// TestTheWallBetweenTheTwoSides asks the catalogue: what one login can touch, the other cannot.
func TestTheWallBetweenTheTwoSides(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	const reachable = `SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'v', 'm', 'p', 'S') AND n.nspname = ANY($1) AND has_schema_privilege(current_user, n.oid, 'USAGE')`
	training := []string{"org", "auth", "workshop", "exam", "certificate", "survey", "course", "ingest", "programme", "jobs", "audit"}
	var app, cases, crossed int
	for _, q := range []struct {
		pool    *db.DB
		schemas []string
		to      *int
	}{{d.App(), training, &app}, {d.Cases(), training, &cases}, {d.App(), []string{"cases"}, &crossed}} {
		if err := q.pool.Pool().QueryRow(ctx(), reachable, q.schemas).Scan(q.to); err != nil {
			t.Fatal(err)
		}
	}
	if app == 0 || cases != 0 || crossed != 0 {
		t.Errorf("training reaches %d tables of its own and %d of the cases; cases reaches %d of training", app, crossed, cases)
	}
	if _, err := d.App().Pool().Exec(ctx(), "CREATE TABLE cases.x (id int)"); !errs.Is(db.Translate(err), errs.Forbidden) {
		t.Errorf("the training login makes a table among the cases: %v", err)
	}
}

func TestTheAuditOnlyGrows(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	d.Exec("INSERT INTO audit.entry (at, actor, action, kind) VALUES (now(), 'cli', 'x', 'x')")
	for _, pool := range []*db.DB{d.App(), d.Owner()} {
		for _, sql := range []string{"UPDATE audit.entry SET action = 'y'", "DELETE FROM audit.entry", "TRUNCATE audit.entry"} {
			if _, err := pool.Pool().Exec(ctx(), sql); !errs.Is(db.Translate(err), errs.Forbidden) {
				t.Errorf("%s: %v", sql, err)
			}
		}
	}
}
