package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db/dbtest"
	"shelter/internal/jobs"
)

func prepare(t *testing.T) (*dbtest.DB, *jobs.Queue) {
	t.Helper()
	d := dbtest.New(t)
	for range 2 { // a second time it changes nothing
		if err := jobs.Migrate(context.Background(), d.URLs.Owner); err != nil {
			t.Fatal(err)
		}
	}
	q, err := jobs.NewQueue(d.App())
	if err != nil {
		t.Fatal(err)
	}
	return d, q
}

// TestEnqueueFollowsTheTransaction proves the insert through bun's transaction, which speaks the simple protocol, with JSON
// arguments and as the training login: the job is there when the change is, and only then.
func TestEnqueueFollowsTheTransaction(t *testing.T) {
	t.Parallel()
	d, q := prepare(t)
	ctx := context.Background()
	kept, lost := uuid.New(), uuid.New()
	if err := d.App().InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return q.EnqueueMail(ctx, tx.Tx, kept) }); err != nil {
		t.Fatal(err)
	}
	rollback := errors.New("changed my mind")
	err := d.App().InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := q.EnqueueMail(ctx, tx.Tx, lost); err != nil {
			return err
		}
		return rollback
	})
	if !errors.Is(err, rollback) {
		t.Fatal(err)
	}
	var ids []string
	if err := d.App().NewRaw("SELECT args->>'message_id' FROM jobs.river_job WHERE kind = 'mail'").Scan(ctx, &ids); err != nil {
		t.Fatal(err)
	}
	if len(ids) != 1 || ids[0] != kept.String() {
		t.Errorf("jobs for %v, want %v alone", ids, kept)
	}
}

func TestWorkerDoesMailAndTasks(t *testing.T) {
	t.Parallel()
	d, q := prepare(t)
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	want := uuid.New()
	sent, swept := make(chan uuid.UUID, 4), make(chan struct{}, 4)
	var tries atomic.Int32
	w, err := jobs.Start(ctx, d.URLs.App, jobs.Work{
		Mail: func(_ context.Context, id uuid.UUID) error {
			if tries.Add(1) == 1 {
				return errors.New("the mail server is busy")
			}
			sent <- id
			return nil
		},
		Tasks: []jobs.Task{{Name: "sweep", Every: time.Hour, Run: func(context.Context) error { swept <- struct{}{}; return nil }}},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.App().InTx(ctx, func(ctx context.Context, tx bun.Tx) error { return q.EnqueueMail(ctx, tx.Tx, want) }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		select {
		case got := <-sent:
			if got != want {
				t.Errorf("sent %v, want %v", got, want)
			}
			sent = nil
		case <-swept:
			swept = nil
		case <-ctx.Done():
			t.Fatal("the jobs were not done in time")
		}
	}
	if n := tries.Load(); n != 2 {
		t.Errorf("%d tries, want 2: a failure is tried again", n)
	}
	if err := w.Stop(ctx); err != nil {
		t.Error(err)
	}
}
