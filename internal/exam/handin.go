package exam

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// Result is what a submitted attempt earned.
type Result struct {
	Score       float64
	Max         float64
	SubmittedAt time.Time
}

// readAttempt is all that marking needs, in one statement: the answers in force (see current) and, to know whether something
// came in between, how many answers there are in time and which regrade was the last.
const readAttempt = `
SELECT a.voided_at IS NOT NULL, a.submitted_at, a.score, a.max_score, s.pairing_id, coalesce(a.form_id, s.form_id),
  (SELECT coalesce(max(r.seq), 0) FROM exam.regrade r WHERE r.pairing_id = s.pairing_id),
  (SELECT count(*) FROM exam.answer e WHERE e.attempt_id = a.id AND NOT e.late),
  (SELECT jsonb_object_agg(f.position, f.response) FROM (
    SELECT DISTINCT ON (e.position) e.position, e.response FROM exam.answer e WHERE e.attempt_id = a.id AND NOT e.late
    ORDER BY e.position, e.client_seq DESC, e.server_at DESC) AS f)
FROM exam.attempt a JOIN exam.sitting s ON s.id = a.sitting_id
WHERE a.id = $1 AND a.token_hash = $2`

const handIn = `SELECT exam.hand_in($1, $2, $3, $4, $5, $6, $7)`

// maxHandIns is how often handing in begins again because an answer or a regrade came in between.
const maxHandIns = 10

// reading is what readAttempt gives.
type reading struct {
	voided     bool
	submitted  *time.Time
	score, max *float64
	key        keysOf
	answers    int64
	responses  []byte
}

// keysOf names the keys by which a form is marked in a workshop at a time.
type keysOf struct {
	pairing, form [16]byte
	regrade       int64 // the last one
}

// Submit ends an attempt and grades the answers in force. Submitting again returns the first result.
// public: the attempt's token is the key.
func (s *Service) Submit(ctx context.Context, attemptID uuid.UUID, tok string) (Result, error) {
	for range maxHandIns {
		r, err := s.read(ctx, attemptID, tok)
		switch {
		case err != nil:
			return Result{}, err
		case r.voided:
			return Result{}, errs.NewConflict("exam_voided")
		case r.submitted != nil:
			return Result{Score: *r.score, Max: *r.max, SubmittedAt: r.submitted.UTC()}, nil
		}
		result, done, err := s.handIn(ctx, attemptID, r)
		if done || err != nil {
			return result, err
		}
	}
	return Result{}, errs.New(errs.Unavailable, "error_unavailable").Because(fmt.Errorf("exam: attempt %s changes while it is handed in", attemptID))
}

func (s *Service) read(ctx context.Context, attemptID uuid.UUID, tok string) (reading, error) {
	var r reading
	err := s.db.Pool().QueryRow(ctx, readAttempt, pgx.QueryExecModeCacheStatement, [16]byte(attemptID), hashToken(tok)).
		Scan(&r.voided, &r.submitted, &r.score, &r.max, &r.key.pairing, &r.key.form, &r.key.regrade, &r.answers, &r.responses)
	return r, db.Translate(err)
}

// handIn marks what was read and stores it; false when it is no longer what stands there.
func (s *Service) handIn(ctx context.Context, attemptID uuid.UUID, r reading) (Result, bool, error) {
	list, err := s.keysIn(ctx, r.key)
	if err != nil {
		return Result{}, false, err
	}
	answers := map[int]Response{}
	if r.responses != nil {
		if err := json.Unmarshal(r.responses, &answers); err != nil {
			return Result{}, false, fmt.Errorf("exam: answers of %s: %w", attemptID, err)
		}
	}
	g := gradeAll(list, answers, nil) // nobody marks an open answer before the test is handed in
	points, err := json.Marshal(g.points)
	if err != nil {
		return Result{}, false, fmt.Errorf("exam: points of %s: %w", attemptID, err)
	}
	done, now := false, s.now().UTC().Truncate(time.Microsecond) // as the database keeps it: every answer to this is the same
	err = s.db.Pool().QueryRow(ctx, handIn, pgx.QueryExecModeCacheStatement, [16]byte(attemptID), r.answers, r.key.regrade, now, g.score, g.max, points).Scan(&done)
	return Result{Score: g.score, Max: g.max, SubmittedAt: now}, done, db.Translate(err)
}

// keyCache keeps the questions of forms as they are marked. Forms and versions never change and a regrade makes a new name, so
// what is kept stays right; what was read while a regrade came in between is refused when it is handed in.
type keyCache struct {
	mu   sync.Mutex
	kept map[keysOf][]ReportItem
}

// maxKeptKeys bounds the cache: more tests than a country has at a time.
const maxKeptKeys = 64

func (s *Service) keysIn(ctx context.Context, k keysOf) ([]ReportItem, error) {
	s.keys.mu.Lock()
	list, ok := s.keys.kept[k]
	s.keys.mu.Unlock()
	if ok {
		return list, nil
	}
	list, err := inForce(ctx, s.db, k.pairing, k.form)
	if err != nil {
		return nil, err
	}
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	if s.keys.kept == nil || len(s.keys.kept) >= maxKeptKeys {
		s.keys.kept = map[keysOf][]ReportItem{}
	}
	s.keys.kept[k] = list
	return list, nil
}
