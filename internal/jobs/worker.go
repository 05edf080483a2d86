package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// Task is work that comes round by the clock, on one node at a time.
type Task struct {
	Name  string
	Every time.Duration
	Run   func(ctx context.Context) error
}

// Work is what the worker does.
type Work struct {
	Mail  func(ctx context.Context, messageID uuid.UUID) error
	Tasks []Task
}

// Worker works the queue off.
type Worker struct {
	client *river.Client[pgx.Tx]
	pool   *pgxpool.Pool
}

// Sizes of the worker: mail and housekeeping are small.
const (
	workerConns = 4
	atOnce      = 4
	jobTimeout  = 2 * time.Minute
	pollEvery   = 5 * time.Second // a new job is announced at once; this is for what the announcement missed
	stopWithin  = 8 * time.Second
)

// Start begins to work the queue off over a pool of its own; url is the training login's address.
func Start(ctx context.Context, url string, w Work, log *slog.Logger) (*Worker, error) {
	pool, err := openPool(ctx, url, workerConns)
	if err != nil {
		return nil, err
	}
	client, err := newClient(pool, w, log)
	if err == nil {
		err = client.Start(context.WithoutCancel(ctx)) // Stop ends it, so that what runs can finish
	}
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("jobs: start: %w", err)
	}
	return &Worker{client: client, pool: pool}, nil
}

func newClient(pool *pgxpool.Pool, w Work, log *slog.Logger) (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	tasks := map[string]Task{}
	var periodic []*river.PeriodicJob
	for _, t := range w.Tasks {
		tasks[t.Name] = t
		periodic = append(periodic, river.NewPeriodicJob(river.PeriodicInterval(t.Every), func() (river.JobArgs, *river.InsertOpts) {
			return taskArgs{Name: t.Name}, &river.InsertOpts{MaxAttempts: 2, UniqueOpts: river.UniqueOpts{ByArgs: true, ByPeriod: t.Every}}
		}, &river.PeriodicJobOpts{RunOnStart: true}))
	}
	if err := errors.Join(river.AddWorkerSafely(workers, &mailWorker{send: w.Mail}), river.AddWorkerSafely(workers, &taskWorker{tasks: tasks})); err != nil {
		return nil, err
	}
	return river.NewClient(riverpgxv5.New(pool), &river.Config{
		Schema: schema, Workers: workers, Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: atOnce}},
		PeriodicJobs: periodic, Logger: quiet(log), JobTimeout: jobTimeout, FetchPollInterval: pollEvery, SoftStopTimeout: stopWithin,
		ReindexerIndexNames: []string{}, // the worker's login owns no index
	})
}

// quiet keeps warnings and errors: River tells of every start and stop.
func quiet(log *slog.Logger) *slog.Logger { return slog.New(levelHandler{log.Handler()}) }

type levelHandler struct{ slog.Handler }

func (h levelHandler) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, l)
}

func (h levelHandler) WithAttrs(a []slog.Attr) slog.Handler {
	return levelHandler{h.Handler.WithAttrs(a)}
}

func (h levelHandler) WithGroup(name string) slog.Handler {
	return levelHandler{h.Handler.WithGroup(name)}
}

// Stop lets the jobs under way finish for some seconds, then ends them; they run again later.
func (w *Worker) Stop(ctx context.Context) error {
	defer w.pool.Close()
	ctx, cancel := context.WithTimeout(ctx, stopWithin+2*time.Second)
	defer cancel()
	return w.client.Stop(ctx)
}

type mailWorker struct {
	river.WorkerDefaults[mailArgs]

	send func(ctx context.Context, messageID uuid.UUID) error
}

func (w *mailWorker) Work(ctx context.Context, job *river.Job[mailArgs]) error {
	return w.send(ctx, job.Args.MessageID)
}

type taskWorker struct {
	river.WorkerDefaults[taskArgs]

	tasks map[string]Task
}

func (w *taskWorker) Work(ctx context.Context, job *river.Job[taskArgs]) error {
	t, ok := w.tasks[job.Args.Name]
	if !ok { // of another version of the program
		return nil
	}
	return t.Run(ctx)
}
