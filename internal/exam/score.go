package exam

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/exam/stats"
)

// inForce reads the questions of a form as they are marked in a workshop: with the key that counts there now.
func inForce(ctx context.Context, idb bun.IDB, pairing, form uuid.UUID) ([]ReportItem, error) {
	list, err := askedItems(ctx, idb, form)
	if err != nil {
		return nil, err
	}
	rules, err := keyRules(ctx, idb, pairing)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if r, ok := rules[list[i].VersionID]; ok {
			r.apply(&list[i])
		}
	}
	return list, nil
}

// keyRule is how a question is marked in a workshop, other than it was asked.
type keyRule struct {
	VersionID    uuid.UUID
	KeyVersionID uuid.UUID `bun:",nullzero"`
	Neutral      bool
	Body         *Body `bun:"type:jsonb"` // of the key's version
}

func (r keyRule) apply(it *ReportItem) {
	it.Full = r.Neutral
	if r.Body != nil {
		it.Corrected, it.KeyVersionID, it.Body = true, r.KeyVersionID, *r.Body
	}
}

// keyRules reads the rules of a pair of tests by the version asked: the last word on each.
func keyRules(ctx context.Context, idb bun.IDB, pairing uuid.UUID) (map[uuid.UUID]keyRule, error) {
	var rows []keyRule
	err := idb.NewSelect().TableExpr("exam.regrade AS r").Join("LEFT JOIN exam.question_version AS k ON k.id = r.key_version_id").
		DistinctOn("r.version_id").ColumnExpr("r.version_id, r.key_version_id, r.neutral, k.body").
		Where("r.pairing_id = ?", pairing).OrderExpr("r.version_id, r.seq DESC").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("exam: keys of %s: %w", pairing, db.Translate(err))
	}
	m := make(map[uuid.UUID]keyRule, len(rows))
	for _, r := range rows {
		m[r.VersionID] = r
	}
	return m, nil
}

// graded are the points of an attempt.
type graded struct {
	points     []stats.Value // by question; undefined while an open answer waits to be marked
	score, max float64       // over what is defined
}

// gradeAll marks the answers of an attempt. An open answer that nobody has marked earns nothing and asks for nothing: its points
// are in neither sum.
func gradeAll(list []ReportItem, answers map[int]Response, marks map[int][]Mark) graded {
	g := graded{points: make([]stats.Value, len(list))}
	for i, it := range list {
		g.points[i] = it.earned(answers[it.Position], marks[it.Position])
		if v := g.points[i]; v.OK && it.Type.Scored() {
			g.score += v.V
			g.max += it.Points
		}
	}
	return g
}

// earned gives the points of one answer.
func (it ReportItem) earned(r Response, marks []Mark) stats.Value {
	share := stats.Of(0)
	switch {
	case !it.Type.Scored():
	case it.Full:
		share = stats.Of(1)
	case it.Type == OpenAnswer && !r.Empty():
		share = Decide(it.Question, marks).Share
	default:
		share = stats.Of(Grade(it.Question, r))
	}
	if !share.OK {
		return share
	}
	return stats.Of(math.Round(share.V*it.Points*100) / 100)
}

// set takes the points over.
func (a *Attempt) set(g graded) {
	a.Score, a.MaxScore, a.Result = &g.score, &g.max, g.points
}

// same tells whether the attempt has these points already.
func (a *Attempt) same(g graded) bool {
	if a.Score == nil || a.MaxScore == nil || len(a.Result) != len(g.points) || math.Abs(*a.Score-g.score) > 0.005 || math.Abs(*a.MaxScore-g.max) > 0.005 {
		return false
	}
	for i, v := range g.points {
		if a.Result[i].OK != v.OK || math.Abs(a.Result[i].V-v.V) > 0.005 {
			return false
		}
	}
	return true
}

// gradeNow marks an attempt by the keys and the marks of now.
func gradeNow(ctx context.Context, idb bun.IDB, a *Attempt, st *Sitting) (graded, error) {
	list, err := inForce(ctx, idb, st.PairingID, a.formOf(st))
	if err != nil {
		return graded{}, err
	}
	answers, err := current(ctx, idb, a.ID)
	if err != nil {
		return graded{}, err
	}
	var marks map[int][]Mark
	if slices.ContainsFunc(list, func(it ReportItem) bool { return it.Type == OpenAnswer }) {
		marks, err = marksOf(ctx, idb, a.ID)
	}
	return gradeAll(list, answers, marks), err
}

// rescore brings a submitted attempt up to date after its marks changed.
func rescore(ctx context.Context, tx bun.Tx, a *Attempt) error {
	st, err := sittingOf(ctx, tx, a)
	if err != nil {
		return err
	}
	g, err := gradeNow(ctx, tx, a, st)
	if err != nil || a.same(g) {
		return err
	}
	a.set(g)
	_, err = tx.NewUpdate().Model(a).Column("score", "max_score", "result").WherePK().Exec(ctx)
	return db.Translate(err)
}

func sittingOf(ctx context.Context, idb bun.IDB, a *Attempt) (*Sitting, error) {
	st := new(Sitting)
	err := idb.NewSelect().Model(st).Where("id = ?", a.SittingID).Scan(ctx)
	return st, db.Translate(err)
}

// finish submits an attempt with what it earned.
func (a *Attempt) finish(g graded, now time.Time) {
	a.set(g)
	a.SubmittedAt = now
}

// Waiting is how many open answers of the attempt nobody has marked.
func (a *Attempt) Waiting() int { return waitingIn(a.Result) }

func waitingIn(result []stats.Value) int {
	n := 0
	for _, v := range result {
		if !v.OK {
			n++
		}
	}
	return n
}
