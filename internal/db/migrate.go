package db

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun/migrate"

	"shelter/migrations"
)

// Logins are the PostgreSQL roles of the two sides; migrations/grants.sql gives them what they may do.
type Logins struct {
	App   string // training
	Cases string // cases
}

// migrationLock is the advisory lock that lets one migrator work at a time, whatever the number of nodes.
const migrationLock = 7_401_602_026

// Migrate brings the database up to date as its owner: extensions, every new migration in one transaction each, then the
// grants. It is safe to call from several processes at once and does nothing when all is done.
func Migrate(ctx context.Context, ownerURL string, l Logins) error {
	return MigrateOnly(ctx, ownerURL, l, nil)
}

// MigrateOnly does the same with the migrations of a list of names, as a backup of an older schema needs; nil stands for all.
func MigrateOnly(ctx context.Context, ownerURL string, l Logins, names []string) error {
	d, err := Open(ctx, ownerURL, Options{MaxConns: 3, AppName: "shelter-migrate"})
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return Translate(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return Translate(err)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(migrationLock))
	}()
	if err := d.applyMigrations(ctx, names); err != nil {
		return err
	}
	if names != nil && len(names) < len(known()) {
		return nil // the grants speak of the newest schema; whoever restores an old one migrates it afterwards
	}
	return d.applyGrants(ctx, l)
}

// known gives the migrations that the program has.
func known() migrate.MigrationSlice {
	ms := migrate.NewMigrations()
	if err := ms.Discover(migrations.FS); err != nil { // the files are embedded and named by a test
		panic(err)
	}
	return ms.Sorted()
}

// Names lists the program's migrations in their order.
func Names() []string {
	var names []string
	for _, m := range known() {
		names = append(names, m.Name)
	}
	return names
}

// Applied lists the migrations that the database has had, in their order.
func (d *DB) Applied(ctx context.Context) ([]string, error) {
	var names []string
	err := d.NewSelect().Table("bun_migrations").Column("name").Order("name").Scan(ctx, &names)
	return names, Translate(err)
}

func (d *DB) applyMigrations(ctx context.Context, names []string) error {
	ms := migrate.NewMigrations()
	for _, m := range known() {
		if names == nil || slices.Contains(names, m.Name) {
			ms.Add(m)
		}
	}
	m := migrate.NewMigrator(d.DB, ms, migrate.WithMarkAppliedOnSuccess(true))
	if err := m.Init(ctx); err != nil {
		return Translate(err)
	}
	if _, err := m.Migrate(ctx); err != nil {
		return fmt.Errorf("db: migrate: %w", err)
	}
	return nil
}

// applyGrants runs grants.sql, in which :app: and :cases: stand for the two logins.
func (d *DB) applyGrants(ctx context.Context, l Logins) error {
	text, err := fs.ReadFile(migrations.FS, "grants.sql")
	if err != nil {
		return err
	}
	r := strings.NewReplacer(":app:", pgx.Identifier{l.App}.Sanitize(), ":cases:", pgx.Identifier{l.Cases}.Sanitize())
	if _, err := d.pool.Exec(ctx, r.Replace(string(text))); err != nil {
		return fmt.Errorf("db: grants: %w", err)
	}
	return nil
}

// Behind tells whether migrations are waiting, for a server that must not run on an old schema.
func (d *DB) Behind(ctx context.Context) (bool, error) {
	ms := migrate.NewMigrations()
	if err := ms.Discover(migrations.FS); err != nil {
		return false, err
	}
	list, err := migrate.NewMigrator(d.DB, ms).MigrationsWithStatus(ctx)
	if err != nil {
		return false, Translate(err)
	}
	return len(list.Unapplied()) > 0, nil
}
