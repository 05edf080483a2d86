package exam

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam/stats"
)

// maxBatch is how many answers one request may carry.
const maxBatch = 200

// saveOne stores an answer in one statement: the token, the position and whether it is late are judged where the row is
// written, and an attempt that is being handed in is waited for. Nothing comes back for a repeat of the key, nor for an attempt
// that is not there: savedBefore tells the two apart.
const saveOne = `
INSERT INTO exam.answer (id, attempt_id, position, response, client_seq, client_at, server_at, late, clock_offset_ms)
SELECT $1, a.id, $4, $5, $6, $7, $8, a.submitted_at IS NOT NULL OR s.state <> 'open' OR coalesce($10 > a.due_at, false), $9
FROM exam.attempt a JOIN exam.sitting s ON s.id = a.sitting_id
WHERE a.id = $2 AND a.token_hash = $3 AND $4::int BETWEEN 1 AND a.items
FOR KEY SHARE OF a
ON CONFLICT (id) DO NOTHING RETURNING late`

// savedBefore is what was stored with a key: a statement of its own, which sees what another one stored at this moment.
const savedBefore = `SELECT e.late FROM exam.answer e JOIN exam.attempt a ON a.id = e.attempt_id WHERE e.id = $1 AND a.id = $2 AND a.token_hash = $3`

// saving is one answer as saveOne takes it.
type saving []any

type queryRow interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// store writes the answer and tells whether it is late; the first word on a key counts.
func (v saving) store(ctx context.Context, q queryRow) (late bool, err error) {
	err = q.QueryRow(ctx, saveOne, v...).Scan(&late)
	if errors.Is(err, pgx.ErrNoRows) {
		err = q.QueryRow(ctx, savedBefore, v[:4]...).Scan(&late)
	}
	return late, err
}

// Save keeps answers and acknowledges each: what is acknowledged is in the database. A late answer is kept and marked.
// public: the attempt's token is the key.
func (s *Service) Save(ctx context.Context, attemptID uuid.UUID, tok string, answers []Answer) ([]Ack, error) {
	if len(answers) == 0 || len(answers) > maxBatch {
		return nil, errs.NewInvalid("error_bad_request")
	}
	list, hash, now := make([]saving, len(answers)), hashToken(tok), s.now()
	for i, a := range answers {
		response, err := json.Marshal(a.Response)
		if err != nil || len(response) > 8<<10 {
			return nil, errs.NewInvalid("error_bad_request")
		}
		// Ids as bare bytes: as uuid.UUID they go to PostgreSQL as text, through an error that costs more than the id.
		list[i] = saving{pgx.QueryExecModeCacheStatement, [16]byte(a.Key), [16]byte(attemptID), hash, a.Position, response, a.ClientSeq, a.ClientAt, now, clampOffset(a.Offset), now.Add(-Grace)}
	}
	acks := make([]Ack, len(answers))
	one := func(q queryRow, i int) (err error) {
		acks[i].Key, acks[i].Now = answers[i].Key, now.UnixMilli()
		acks[i].Late, err = list[i].store(ctx, q)
		return err
	}
	if len(answers) == 1 { // the hot path: one prepared statement, one round trip
		return acks, db.Translate(one(s.db.Pool(), 0))
	}
	return acks, db.Translate(pgx.BeginFunc(ctx, s.db.Pool(), func(tx pgx.Tx) error { // all acknowledged or none
		for i := range list {
			if err := one(tx, i); err != nil {
				return err
			}
		}
		return nil
	}))
}

// attemptFor reads an attempt and checks its token; a wrong token looks like no attempt.
func attemptFor(ctx context.Context, idb bun.IDB, id uuid.UUID, tok string) (*Attempt, error) {
	a := new(Attempt)
	if err := idb.NewSelect().Model(a).Where("attempt.id = ?", id).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if subtle.ConstantTimeCompare(a.TokenHash, hashToken(tok)) != 1 {
		return nil, errs.NewNotFound("exam attempt token")
	}
	return a, nil
}

// current reads the answer in force of each position: the highest client_seq that came in time.
func current(ctx context.Context, idb bun.IDB, attemptID uuid.UUID) (map[int]Response, error) {
	var rows []struct {
		Position int
		Response Response `bun:"type:jsonb"`
	}
	err := idb.NewSelect().TableExpr("exam.answer").DistinctOn("position").Column("position", "response").
		Where("attempt_id = ? AND NOT late", attemptID).OrderExpr("position, client_seq DESC, server_at DESC").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("exam: answers of %s: %w", attemptID, err)
	}
	m := make(map[int]Response, len(rows))
	for _, r := range rows {
		m[r.Position] = r.Response
	}
	return m, nil
}

// Taking is what the page of a test shows.
type Taking struct {
	Attempt  Attempt
	Phase    Phase
	State    State
	Workshop Workshop
	Settings Settings
	Items    []Item // in the order of this attempt
	Answers  map[int]Response
	Shares   map[int]stats.Value // of a submitted attempt: the part of the points that each answer earned, by position
	Seq      int64               // the highest client_seq so far: a device's next answer comes after it
	Now      time.Time           // the server's clock, for a countdown that does not trust the phone's
	Keep     Keeper              // what the phone needs to keep answers that it cannot send
}

// Taking reads an attempt with its questions and the answers in force.
// public: the attempt's token is the key.
func (s *Service) Taking(ctx context.Context, attemptID uuid.UUID, tok string) (Taking, error) {
	a, err := attemptFor(ctx, s.db, attemptID, tok)
	if err != nil {
		return Taking{}, err
	}
	if !a.VoidedAt.IsZero() {
		return Taking{}, errs.NewConflict("exam_voided")
	}
	st := new(Sitting)
	if err := s.db.NewSelect().Model(st).Where("id = ?", a.SittingID).Scan(ctx); err != nil {
		return Taking{}, db.Translate(err)
	}
	t := Taking{Attempt: *a, Phase: st.Phase, State: st.State, Now: s.now(), Keep: s.keeper(a.ID, tok)}
	if t.Workshop, err = s.workshopOf(ctx, st.PairingID); err != nil {
		return Taking{}, err
	}
	if err = s.arrange(ctx, &t, st); err != nil {
		return Taking{}, err
	}
	if t.Answers, err = current(ctx, s.db, a.ID); err != nil {
		return Taking{}, err
	}
	err = s.db.NewSelect().TableExpr("exam.answer").ColumnExpr("coalesce(max(client_seq), 0)").Where("attempt_id = ?", a.ID).Scan(ctx, &t.Seq)
	return t, db.Translate(err)
}

// arrange reads the questions in the order of the attempt.
func (s *Service) arrange(ctx context.Context, t *Taking, st *Sitting) error {
	form := t.Attempt.formOf(st)
	list, err := s.asked(ctx, t, st, form)
	if err != nil {
		return err
	}
	if t.Settings, err = settingsOf(ctx, s.db, form); err != nil {
		return err
	}
	t.Items = t.Settings.Arrange(list, t.Attempt.ID)
	return nil
}

// asked reads the questions as they were asked; of a submitted attempt as they are marked, with what each answer earned.
func (s *Service) asked(ctx context.Context, t *Taking, st *Sitting, form uuid.UUID) ([]Item, error) {
	if !t.Attempt.Submitted() {
		return items(ctx, s.db, form)
	}
	marked, err := inForce(ctx, s.db, st.PairingID, form)
	list := make([]Item, len(marked))
	t.Shares = map[int]stats.Value{}
	for i, it := range marked {
		list[i] = it.Item
		if i < len(t.Attempt.Result) {
			t.Shares[it.Position] = t.Attempt.Result[i].Times(1 / it.Points)
		}
	}
	return list, err
}

func (s *Service) workshopOf(ctx context.Context, pairingID uuid.UUID) (Workshop, error) {
	p := new(Pairing)
	if err := s.db.NewSelect().Model(p).Where("pairing.id = ?", pairingID).Scan(ctx); err != nil {
		return Workshop{}, db.Translate(err)
	}
	return s.roster.ExamWorkshop(ctx, s.db, p.EventID)
}
