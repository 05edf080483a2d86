// Package db opens PostgreSQL for bun over a pgx pool, runs transactions, turns PostgreSQL's refusals into errs kinds, and
// applies the migrations.
//
// Invariants: a transaction is opened by an exported service method and never nested (bun would quietly make a savepoint);
// the pool speaks the simple protocol because bun inlines its arguments.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"shelter/internal/errs"
)

// DB is one login's connection pool, for bun and, on hot paths, for pgx itself.
type DB struct {
	*bun.DB
	pool *pgxpool.Pool
}

// Options of a pool.
type Options struct {
	MaxConns int32  // 0: 16
	AppName  string // shown in pg_stat_activity
}

// Open connects and pings; the error is errs.Unavailable when the server does not answer.
func Open(ctx context.Context, url string, o Options) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("db: address of the database: %w", err)
	}
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	cfg.MaxConns = o.MaxConns
	if cfg.MaxConns == 0 {
		cfg.MaxConns = 16
	}
	cfg.MaxConnIdleTime = 5 * time.Minute
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if o.AppName != "" {
		cfg.ConnConfig.RuntimeParams["application_name"] = o.AppName
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "error_unavailable").Because(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, errs.New(errs.Unavailable, "error_unavailable").Because(err)
	}
	sqldb := stdlib.OpenDBFromPool(pool)
	return &DB{DB: bun.NewDB(sqldb, pgdialect.New(), bun.WithDiscardUnknownColumns()), pool: pool}, nil
}

// Pool gives the pgx pool, for LISTEN and for the statements whose cost is measured.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Close ends every connection.
func (d *DB) Close() error {
	err := d.DB.Close()
	d.pool.Close()
	return err
}

type txKey struct{}

// InTx runs fn in one read-committed transaction and commits when it returns nil. A transaction inside a transaction is a
// defect and is refused.
func (d *DB) InTx(ctx context.Context, fn func(ctx context.Context, tx bun.Tx) error) error {
	if ctx.Value(txKey{}) != nil {
		return errors.New("db: a transaction inside a transaction")
	}
	ctx = context.WithValue(ctx, txKey{}, true)
	return Translate(d.RunInTx(ctx, &sql.TxOptions{}, fn))
}
