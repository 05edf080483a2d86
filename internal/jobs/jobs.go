// Package jobs is the queue: work that follows from a change, enqueued in the transaction of the change and done by whichever
// node is free. River keeps it in the schema "jobs" of the same database.
//
// Invariants: a job's arguments hold ids only; a job of a change that was rolled back does not exist; a job may run twice, so
// what it does bears repetition.
package jobs

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"shelter/internal/db"
	"shelter/internal/errs"
)

const schema = "jobs"

// Migrate brings River's own tables up to date as the database's owner. It comes after db.Migrate, which makes the schema and
// says what the logins may do in it; it does nothing when all is done, and several processes may call it at once.
func Migrate(ctx context.Context, ownerURL string) error {
	pool, err := openPool(ctx, ownerURL, 2)
	if err != nil {
		return err
	}
	defer pool.Close()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return db.Translate(err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(7401602027)"); err != nil {
		return db.Translate(err)
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(7401602027)") }()
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("jobs: migrate: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("jobs: migrate: %w", err)
	}
	return nil
}

// openPool opens a small pool in pgx's own mode: River wants binary parameters, which the simple protocol of the main pool
// does not give.
func openPool(ctx context.Context, url string, conns int32) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("jobs: address of the database: %w", err)
	}
	cfg.MaxConns = conns
	cfg.MaxConnIdleTime = time.Minute
	cfg.ConnConfig.RuntimeParams["application_name"] = "shelter-jobs"
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, errs.New(errs.Unavailable, "error_unavailable").Because(err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, errs.New(errs.Unavailable, "error_unavailable").Because(err)
	}
	return pool, nil
}

// mailArgs asks for one message to be sent.
type mailArgs struct {
	MessageID uuid.UUID `json:"message_id"`
}

func (mailArgs) Kind() string { return "mail" }

// taskArgs asks for one periodic task to be done.
type taskArgs struct {
	Name string `json:"name"`
}

func (taskArgs) Kind() string { return "task" }

// Queue enqueues jobs in a transaction of the main pool.
type Queue struct {
	client *river.Client[*sql.Tx]
}

// NewQueue makes a queue that only enqueues; Start works it off.
func NewQueue(d *db.DB) (*Queue, error) {
	c, err := river.NewClient(riverdatabasesql.New(d.DB.DB), &river.Config{Schema: schema, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	return &Queue{client: c}, nil
}

// EnqueueMail asks, within a transaction, for a message to be sent.
func (q *Queue) EnqueueMail(ctx context.Context, tx *sql.Tx, messageID uuid.UUID) error {
	if _, err := q.client.InsertTx(ctx, tx, mailArgs{MessageID: messageID}, nil); err != nil {
		return fmt.Errorf("jobs: enqueue mail %s: %w", messageID, err)
	}
	return nil
}
