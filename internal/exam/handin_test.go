package exam_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
)

// counted is what the answers that count earn: the questions of the world give a point for "a".
const counted = `SELECT count(*) FROM (SELECT DISTINCT ON (position) response FROM exam.answer WHERE attempt_id = '@' AND NOT late
	ORDER BY position, client_seq DESC, server_at DESC) AS f WHERE response->'c' = '["a"]'`

// Answers that arrive while the test is being handed in, by the person and by the trainer who closes it: each either counts and is
// in the score, or is late.
func TestAnswersThatArriveWhileATestIsHandedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code := w.open(true, exam.Pre)
	const rounds = 25
	for n := range rounds {
		tk, err := w.svc.Join(ctx(), exam.JoinInput{RoomCode: code, PersonalCode: "code" + strings.Repeat("x", n+1), Lang: i18n.FR})
		w.must(err)
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				choice := []string{"a", "b"}[i%2]
				_, err := w.svc.Save(ctx(), tk.AttemptID, tk.Token, []exam.Answer{{Key: uuid.New(), Position: i%4 + 1, Response: exam.Response{Choice: []string{choice}}, ClientSeq: int64(i / 4), ClientAt: w.now}})
				if err != nil {
					t.Error(err)
				}
			})
			if i == 3+n%8 {
				wg.Go(func() {
					if n == rounds-1 {
						w.must(w.svc.Close(ctx(), w.trainer, w.event, exam.Pre))
						return
					}
					_, err := w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
					w.must(err)
				})
			}
		}
		wg.Wait()
		if w.count("SELECT count(*) FROM exam.attempt WHERE submitted_at IS NOT NULL AND id = '"+tk.AttemptID.String()+"'") == 0 {
			continue // closed before anything had arrived: not taken
		}
		score, _, _ := w.points(tk)
		if want := w.count(strings.ReplaceAll(counted, "@", tk.AttemptID.String())); int(score) != want {
			t.Errorf("round %d: score %v, the answers that count earn %d", n, score, want)
		}
	}
	if n := w.count("SELECT count(*) FROM audit.entry WHERE action = 'test.submit' AND actor = 'visitor' AND object_id IN (SELECT id::text FROM exam.attempt WHERE submitted_at IS NOT NULL)"); n < rounds-1 {
		t.Errorf("%d entries in the audit for %d submissions", n, rounds)
	}
}

func TestHandingInWithAnotherSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tk := w.join(w.open(false, exam.Pre), 0)
	w.answer(tk, 1, "a", 1)
	_, err := w.svc.Submit(ctx(), tk.AttemptID, "another")
	w.kind(err, errs.NotFound, "")
	if w.count("SELECT count(*) FROM exam.attempt WHERE submitted_at IS NOT NULL") != 0 {
		t.Error("handed in with a wrong secret")
	}
	w.must(w.svc.Void(ctx(), w.trainer, w.event, tk.AttemptID))
	_, err = w.svc.Submit(ctx(), tk.AttemptID, tk.Token)
	w.kind(err, errs.Conflict, "exam_voided")
}

// An answer that meets a test in the middle of being handed in waits, and is late.
func TestAnAnswerWaitsForTheHandingIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tk := w.join(w.open(false, exam.Pre), 0)
	tx, err := w.db.App().Pool().Begin(ctx())
	w.must(err)
	defer func() { _ = tx.Rollback(ctx()) }()
	_, err = tx.Exec(ctx(), "SELECT id FROM exam.attempt WHERE id = $1 FOR UPDATE", tk.AttemptID)
	w.must(err)
	ack := make(chan exam.Ack, 1)
	go func() { ack <- w.answer(tk, 1, "a", 1) }()
	deadline := time.Now().Add(20 * time.Second)
	for waits := "SELECT count(*) FROM pg_locks WHERE NOT granted AND transactionid IN (SELECT transactionid FROM pg_locks WHERE granted)"; w.count(waits) == 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the answer does not wait")
		}
	}
	_, err = tx.Exec(ctx(), "UPDATE exam.attempt SET submitted_at = $2, score = 0, max_score = 4, result = '[0, 0, 0, 0]' WHERE id = $1", tk.AttemptID, w.now)
	w.must(err)
	w.must(tx.Commit(ctx()))
	if !(<-ack).Late {
		t.Error("the answer counts although the test was handed in without it")
	}
}
