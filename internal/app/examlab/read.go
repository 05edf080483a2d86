package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"shelter/internal/app"
	"shelter/internal/config"
)

type readCmd struct{}

// question is one line of the driver of `make faults`.
type question struct {
	ID      int         `json:"id"`
	Keys    []uuid.UUID `json:"keys"`    // of answers that a client holds for acknowledged
	Attempt uuid.UUID   `json:"attempt"` // instead: the answers in force of an attempt
	Devices []string    `json:"devices"` // instead: the roll-call marks of some devices; with none of the three, everything is counted
}

// stored is one answer as the database has it.
type stored struct {
	Key      uuid.UUID       `json:"key"`
	Attempt  uuid.UUID       `json:"attempt"`
	Position int             `json:"position"`
	Response json.RawMessage `json:"response"`
}

// mark is one mark of a roll-call as the database has it.
type mark struct {
	Key       uuid.UUID `json:"key"`
	Device    string    `json:"device"`
	Enrolment uuid.UUID `json:"enrolment"`
	Status    string    `json:"status"`
}

// totals are what must not be double.
type totals struct {
	Attempts       int `json:"attempts"`
	Submitted      int `json:"submitted"`
	Answers        int `json:"answers"`
	DoubleAttempts int `json:"double_attempts"` // more than one attempt of a person in a test
	DoubleSubmits  int `json:"double_submits"`  // more than one submission of an attempt in the audit
	WrongScores    int `json:"wrong_scores"`    // submitted attempts whose points differ from the sum of the positions
}

// Run finds the address of the database, gives the cluster back to its server, and answers until the input ends. A database
// that was killed is asked again until it is back.
func (readCmd) Run(ctx context.Context, c config.Config) error {
	d, err := app.Reach(ctx, c, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return err
	}
	url := d.URLs.App
	if err := d.Close(ctx); err != nil {
		return err
	}
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	in, out := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	in.Buffer(nil, 16<<20)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			return err
		}
		if err := out.Encode(answer(ctx, pool, q)); err != nil {
			return err
		}
	}
	return in.Err()
}

type reply struct {
	ID     int      `json:"id"`
	Found  []stored `json:"found,omitempty"`
	Marks  []mark   `json:"marks,omitempty"`
	Totals *totals  `json:"totals,omitempty"`
	Error  string   `json:"error,omitempty"`
}

// patience is how long a killed database may take to come back.
const patience = 60 * time.Second

func answer(ctx context.Context, pool *pgxpool.Pool, q question) reply {
	for end := time.Now().Add(patience); ; {
		r, err := ask(ctx, pool, q)
		if err == nil {
			return r
		}
		if time.Now().After(end) {
			return reply{ID: q.ID, Error: err.Error()}
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func askMarks(ctx context.Context, pool *pgxpool.Pool, r reply, devices []string) (reply, error) {
	rows, err := pool.Query(ctx, "SELECT id, device, enrolment_id, status FROM workshop.mark WHERE device = ANY($1) ORDER BY seq", devices)
	if err != nil {
		return r, err
	}
	r.Marks, err = pgx.CollectRows(rows, pgx.RowToStructByPos[mark])
	return r, err
}

func ask(ctx context.Context, pool *pgxpool.Pool, q question) (reply, error) {
	r := reply{ID: q.ID}
	if len(q.Devices) > 0 {
		return askMarks(ctx, pool, r, q.Devices)
	}
	if len(q.Keys) == 0 && q.Attempt == uuid.Nil {
		r.Totals = new(totals)
		t := r.Totals
		err := pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM exam.attempt), (SELECT count(*) FROM exam.attempt WHERE submitted_at IS NOT NULL),
			(SELECT count(*) FROM exam.answer),
			(SELECT count(*) FROM (SELECT FROM exam.attempt WHERE voided_at IS NULL GROUP BY sitting_id, subject HAVING count(*) > 1) d),
			(SELECT count(*) FROM (SELECT FROM audit.entry WHERE action = 'test.submit' GROUP BY object_id HAVING count(*) > 1) d),
			(SELECT count(*) FROM exam.attempt a WHERE submitted_at IS NOT NULL AND abs(score - (SELECT sum(p::numeric) FROM jsonb_array_elements_text(a.result) p)) > 0.01)`).
			Scan(&t.Attempts, &t.Submitted, &t.Answers, &t.DoubleAttempts, &t.DoubleSubmits, &t.WrongScores)
		return r, err
	}
	rows, err := pool.Query(ctx, `SELECT id, attempt_id, position, response FROM exam.answer WHERE id = ANY($1)
		UNION ALL (SELECT DISTINCT ON (position) id, attempt_id, position, response FROM exam.answer WHERE attempt_id = $2 AND NOT late ORDER BY position, client_seq DESC, server_at DESC)`, q.Keys, q.Attempt)
	if err != nil {
		return r, err
	}
	defer rows.Close()
	for rows.Next() {
		var s stored
		if err := rows.Scan(&s.Key, &s.Attempt, &s.Position, &s.Response); err != nil {
			return r, err
		}
		r.Found = append(r.Found, s)
	}
	return r, rows.Err()
}
