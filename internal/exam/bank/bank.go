// Package bank is the question bank as people work with it: finding, writing, reviewing and retiring questions, bringing them
// in and out in other systems' formats, and making test forms of them.
//
// Invariants: a version of a question and a form that was made never change; saving makes a new version and puts the question
// back to draft until somebody reviews it; saving, importing and making a form twice with the same key does it once; only
// whoever may see answer keys comes here at all.
package bank

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/exam"
	"shelter/internal/i18n"
)

// Service is the question bank.
type Service struct {
	db     *db.DB
	now    func() time.Time
	bundle *i18n.Bundle // for the headings of workbooks and the words "true" and "false"
}

// New makes the service.
func New(d *db.DB, now func() time.Time, bundle *i18n.Bundle) *Service {
	return &Service{db: d, now: now, bundle: bundle}
}

// may asks the access table: the bank as a whole belongs to trainers and managers.
func may(actor access.Actor) error {
	return access.Can(actor, access.QuestionEdit, access.Resource{})
}

// May tells whether the actor may work with the bank at all; pages ask it before they read a form.
func (s *Service) May(actor access.Actor) error { return may(actor) }

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// Row is a question with its version in force.
type Row struct {
	ID        uuid.UUID
	Status    exam.Status
	VersionID uuid.UUID
	Version   int
	exam.Question
	Langs      []i18n.Lang // complete in these
	AuthorName string
	UpdatedAt  time.Time
	Used       int // forms that hold any version of it
}

// dbRow is a question as current selects it.
type dbRow struct {
	ID         uuid.UUID
	Status     exam.Status
	VersionID  uuid.UUID
	Version    int
	Code       string
	Course     string
	Objective  string
	Topic      string
	Type       exam.Type
	Difficulty int
	Bloom      string
	Body       exam.Body `bun:"type:jsonb"`
	Langs      []string  `bun:",array"`
	AuthorName string
	CreatedAt  time.Time
	Used       int
}

func (r dbRow) row() Row {
	langs := make([]i18n.Lang, len(r.Langs))
	for i, l := range r.Langs {
		langs[i] = i18n.Lang(l)
	}
	return Row{ID: r.ID, Status: r.Status, VersionID: r.VersionID, Version: r.Version, Langs: langs, AuthorName: r.AuthorName, UpdatedAt: r.CreatedAt, Used: r.Used,
		Question: exam.Question{Code: r.Code, Course: r.Course, Objective: r.Objective, Topic: r.Topic, Type: r.Type, Difficulty: r.Difficulty, Bloom: r.Bloom, Body: r.Body}}
}

// current selects questions with their version in force.
func current(idb bun.IDB) *bun.SelectQuery {
	return idb.NewSelect().TableExpr("exam.question AS q").Join("JOIN exam.question_version AS v ON v.id = q.version_id").
		ColumnExpr("q.id, q.status, v.id AS version_id, v.version, q.code, q.course, q.objective, q.topic, v.type, v.difficulty, v.bloom, v.body, q.langs, v.author_name, v.created_at").
		ColumnExpr("(SELECT count(DISTINCT i.form_id) FROM exam.form_item i JOIN exam.question_version u ON u.id = i.version_id WHERE u.question_id = q.id) AS used")
}

// Get reads a question.
func (s *Service) Get(ctx context.Context, actor access.Actor, id uuid.UUID) (Row, error) {
	if err := may(actor); err != nil {
		return Row{}, err
	}
	return get(ctx, s.db, id)
}

func get(ctx context.Context, idb bun.IDB, id uuid.UUID) (Row, error) {
	var r dbRow
	if err := current(idb).Where("q.id = ?", id).Scan(ctx, &r); err != nil {
		return Row{}, db.Translate(err)
	}
	return r.row(), nil
}

// record writes the audit entry of a change of the bank.
func record(ctx context.Context, tx bun.Tx, at time.Time, actor access.Actor, action, kind, id string, detail map[string]any) error {
	return audit.Record(ctx, tx, audit.Entry{At: at, Actor: actor, Action: action, Kind: kind, ID: id, Detail: detail})
}

// personID is who acts, nil for commands.
func personID(a access.Actor) *uuid.UUID {
	if a.PersonID == uuid.Nil {
		return nil
	}
	return &a.PersonID
}

// named fills in the name of who acts, for jobs that know the person only.
func named(ctx context.Context, idb bun.IDB, a access.Actor) (access.Actor, error) {
	if a.Name != "" || a.PersonID == uuid.Nil {
		return a, nil
	}
	err := idb.NewSelect().TableExpr("org.person").ColumnExpr("trim(given_name || ' ' || family_name)").Where("id = ?", a.PersonID).Scan(ctx, &a.Name)
	return a, db.Translate(err)
}

func nameOf(a access.Actor) string {
	if a.Name != "" {
		return a.Name
	}
	return a.System
}
