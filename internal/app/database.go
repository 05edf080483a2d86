// Package app puts the services together: it reaches the database, private or external, builds every service with its
// dependencies, and gives the site's handler. Commands, the server and the tests of the edge all start from here.
//
// Invariants: the owner's login is used to migrate and closed before anything else opens; a server never runs on a schema
// that is behind the program.
package app

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5/pgxpool"

	"shelter/internal/casework/custody"
	"shelter/internal/config"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/jobs"
	"shelter/internal/pgserver"
	"shelter/internal/vault"
)

// Database is a reached database: its addresses, and how to give it back.
type Database struct {
	URLs    pgserver.URLs
	cluster *pgserver.Server // nil for an external one
}

// Reach finds the external database of the settings, or starts or joins the private one and brings it up to date.
func Reach(ctx context.Context, c config.Config, log *slog.Logger) (*Database, error) {
	d, err := ReachUnmigrated(ctx, c, log)
	if err != nil || d.cluster == nil {
		return d, err
	}
	if err := d.Migrate(ctx); err != nil {
		_ = d.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return d, nil
}

// ReachUnmigrated does the same and leaves the schema as it is, for a restore.
func ReachUnmigrated(ctx context.Context, c config.Config, log *slog.Logger) (*Database, error) {
	if c.External() {
		return &Database{URLs: pgserver.URLs{Owner: c.OwnerDatabaseURL, App: c.DatabaseURL, Cases: c.CasesDatabaseURL}}, nil
	}
	cluster, err := pgserver.Start(ctx, pgserver.Options{DataDir: c.Data, BinDir: c.PGBin, Logger: log})
	if err != nil {
		return nil, err
	}
	return &Database{URLs: cluster.URLs(), cluster: cluster}, nil
}

// Migrate brings the database up to date as its owner.
func (d *Database) Migrate(ctx context.Context) error {
	if d.URLs.Owner == "" {
		return errs.NewInvalid("app_owner_url_missing")
	}
	l, err := logins(d.URLs)
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx, d.URLs.Owner, l); err != nil {
		return err
	}
	return jobs.Migrate(ctx, d.URLs.Owner)
}

// logins reads the names of the two logins out of their addresses.
func logins(u pgserver.URLs) (db.Logins, error) {
	app, err := pgxpool.ParseConfig(u.App)
	if err != nil {
		return db.Logins{}, fmt.Errorf("SHELTER_DATABASE_URL: %w", err)
	}
	if u.Cases == "" {
		return db.Logins{}, errs.NewInvalid("app_cases_url_missing")
	}
	cases, err := pgxpool.ParseConfig(u.Cases)
	if err != nil {
		return db.Logins{}, fmt.Errorf("SHELTER_CASES_DATABASE_URL: %w", err)
	}
	return db.Logins{App: app.ConnConfig.User, Cases: cases.ConnConfig.User}, nil
}

// Close gives the private database back; the last user stops it.
func (d *Database) Close(ctx context.Context) error {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Stop(ctx)
}

// BackupFolders are the folders of the data folder that a backup takes along: keys and files. Mail that was written to
// files is not among them: it can hold one-time links.
func BackupFolders() []string {
	return []string{KeyFolder + "/" + vault.KeyFile, KeyFolder + "/" + custody.KeyFile, KeyFolder + "/" + custody.RecoveryFile, "files"}
}

// Logins gives the names of the two logins.
func (d *Database) Logins() (db.Logins, error) { return logins(d.URLs) }
