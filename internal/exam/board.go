package exam

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam/match"
	"shelter/internal/exam/stats"
)

// Progress is how far a person is in one test: who is done, never what was answered.
type Progress struct {
	AttemptID  uuid.UUID // zero: not begun
	Answered   int
	Items      int
	Submitted  time.Time
	ResumeCode string // for the trainer to tell someone whose phone died
}

// Begun tells whether the person has begun.
func (p Progress) Begun() bool { return p.AttemptID != uuid.Nil }

// Done tells whether the person has submitted.
func (p Progress) Done() bool { return !p.Submitted.IsZero() }

// BoardRow is one person on the trainer's board. Anonymous tests have rows without a name.
type BoardRow struct {
	Participant
	Pre  Progress
	Post Progress
}

// Board is the trainer's view of the two tests.
type Board struct {
	Workshop Workshop
	Pairing  *Pairing // nil: not set up yet
	Rows     []BoardRow
	Count    map[Phase]Tally
	Clock    RoomClock // of the test that is open
}

// Tally counts a test.
type Tally struct {
	Begun     int
	Submitted int
}

// Board shows who has begun and who is done.
func (s *Service) Board(ctx context.Context, actor access.Actor, eventID uuid.UUID) (Board, error) {
	w, err := s.may(ctx, s.db, actor, access.TestRun, eventID)
	if err != nil {
		return Board{}, err
	}
	b := Board{Workshop: w, Count: map[Phase]Tally{}}
	b.Pairing, err = pairingOf(ctx, s.db, eventID)
	if errs.Is(err, errs.NotFound) {
		b.Pairing = nil
		return b, nil
	}
	if err != nil {
		return b, err
	}
	if b.Clock, err = s.roomClock(ctx, s.db, b.Pairing); err != nil {
		return b, err
	}
	progress, err := s.progress(ctx, b.Pairing.ID)
	if err != nil {
		return b, err
	}
	if b.Pairing.Anonymous {
		return b.fillAnonymous(progress), nil
	}
	people, err := s.participants(ctx, s.db, b.Pairing)
	return b.fill(people, progress), err
}

type progressRow struct {
	ID          uuid.UUID
	EnrolmentID uuid.UUID
	Phase       Phase
	Items       int
	Answered    int
	SubmittedAt time.Time
	ResumeCode  string
}

func (s *Service) progress(ctx context.Context, pairingID uuid.UUID) ([]progressRow, error) {
	var rows []progressRow
	err := s.db.NewSelect().TableExpr("exam.attempt AS a").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		ColumnExpr("a.id, "+attemptPlace+" AS enrolment_id, s.phase, a.items, a.submitted_at, a.resume_code").
		ColumnExpr("(SELECT count(DISTINCT position) FROM exam.answer e WHERE e.attempt_id = a.id AND NOT e.late) AS answered").
		Where("s.pairing_id = ? AND a.voided_at IS NULL", pairingID).OrderExpr("a.started_at").Scan(ctx, &rows)
	return rows, db.Translate(err)
}

func (r progressRow) progress() Progress {
	return Progress{AttemptID: r.ID, Answered: r.Answered, Items: r.Items, Submitted: r.SubmittedAt, ResumeCode: r.ResumeCode}
}

func (b Board) fill(people []Participant, rows []progressRow) Board {
	at := map[uuid.UUID]int{}
	for i, p := range people {
		at[p.EnrolmentID] = i
		b.Rows = append(b.Rows, BoardRow{Participant: p})
	}
	for _, r := range rows {
		b.count(r)
		if i, ok := at[r.EnrolmentID]; ok {
			b.Rows[i].set(r)
		}
	}
	return b
}

func (row *BoardRow) set(r progressRow) {
	if r.Phase == Pre {
		row.Pre = r.progress()
	} else {
		row.Post = r.progress()
	}
}

// fillAnonymous counts only: a row per attempt would let an onlooker match people to attempts by their order.
func (b Board) fillAnonymous(rows []progressRow) Board {
	for _, r := range rows {
		b.count(r)
	}
	return b
}

func (b Board) count(r progressRow) {
	t := b.Count[r.Phase]
	t.Begun++
	if !r.SubmittedAt.IsZero() {
		t.Submitted++
	}
	b.Count[r.Phase] = t
}

// Score is one person's pair of results, as shares of the maximum from 0 to 1.
type Score struct {
	Participant                    // without a name when the test is anonymous
	Pre, Post   *float64           // nil: not taken
	Objectives  map[string]float64 // shares by objective in the last test, filled by Report
	Waiting     int                // open answers of both tests that nobody has marked, filled by Report

	subject string
}

// Paired tells whether both tests were taken.
func (s Score) Paired() bool { return s.Pre != nil && s.Post != nil }

// Results are the results of a workshop's two tests.
type Results struct {
	Workshop Workshop
	Pairing  *Pairing // nil: no tests were set up
	Scores   []Score
}

// Results pairs the submitted attempts of a workshop, person by person.
func (s *Service) Results(ctx context.Context, actor access.Actor, eventID uuid.UUID) (Results, error) {
	w, err := s.may(ctx, s.db, actor, access.TestResults, eventID)
	if err != nil {
		return Results{}, err
	}
	r := Results{Workshop: w}
	r.Pairing, err = pairingOf(ctx, s.db, eventID)
	if errs.Is(err, errs.NotFound) {
		r.Pairing = nil
		return r, nil
	}
	if err != nil {
		return r, err
	}
	people := map[uuid.UUID]Participant{}
	if !r.Pairing.Anonymous {
		list, err := s.participants(ctx, s.db, r.Pairing)
		if err != nil {
			return r, err
		}
		for _, p := range list {
			people[p.EnrolmentID] = p
		}
	}
	if r.Scores, err = scores(ctx, s.db, r.Pairing.ID, people); err != nil {
		return r, err
	}
	// names in the order of the list; a stable sort leaves nameless rows as they are
	slices.SortStableFunc(r.Scores, func(a, b Score) int {
		return strings.Compare(match.Fold(a.Name, match.Default), match.Fold(b.Name, match.Default))
	})
	return r, nil
}

func scores(ctx context.Context, idb bun.IDB, pairingID uuid.UUID, people map[uuid.UUID]Participant) ([]Score, error) {
	var rows []struct {
		EnrolmentID uuid.UUID
		Subject     string
		Pre, Post   *float64
	}
	// ordered by the subject's digest: the order of an anonymous list says nothing about who came when
	err := idb.NewSelect().TableExpr("exam.attempt AS a").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		ColumnExpr("a.subject, (array_agg("+attemptPlace+"))[1] AS enrolment_id").
		ColumnExpr("max(a.score / nullif(a.max_score, 0)) FILTER (WHERE s.phase = 'pre') AS pre").
		ColumnExpr("max(a.score / nullif(a.max_score, 0)) FILTER (WHERE s.phase = 'post') AS post").
		Where("s.pairing_id = ? AND a.submitted_at IS NOT NULL AND a.voided_at IS NULL", pairingID).
		GroupExpr("a.subject").OrderExpr("a.subject").Scan(ctx, &rows)
	if err != nil {
		return nil, db.Translate(err)
	}
	list := make([]Score, len(rows))
	for i, r := range rows {
		list[i] = Score{Participant: people[r.EnrolmentID], Pre: r.Pre, Post: r.Post, subject: r.Subject}
	}
	return list, nil
}

// Compare analyses the pairs, in percentage points from 0 to 100.
func (r Results) Compare() stats.PrePost {
	list := make([]stats.Score, len(r.Scores))
	for i, s := range r.Scores {
		list[i] = stats.Score{Pre: percentage(s.Pre), Post: percentage(s.Post)}
	}
	return stats.Compare(list, stats.Of(100), stats.Of(100))
}

func percentage(share *float64) stats.Value {
	if share == nil {
		return stats.Value{}
	}
	return stats.Of(*share * 100)
}
