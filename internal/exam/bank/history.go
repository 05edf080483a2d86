package bank

import (
	"context"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/exam"
)

// Past is one version of a question.
type Past struct {
	VersionID  uuid.UUID
	Version    int
	At         time.Time
	AuthorName string
	Source     string
	Forms      []string // codes of the forms that hold it
	exam.Question
}

// Review is one decision about a version.
type Review struct {
	Version int
	Status  exam.Status
	Note    string
	Name    string
	At      time.Time
}

// History is everything that was written and decided about a question, newest first.
type History struct {
	Row
	Versions []Past
	Reviews  []Review
}

// History reads it.
func (s *Service) History(ctx context.Context, actor access.Actor, id uuid.UUID) (History, error) {
	if err := may(actor); err != nil {
		return History{}, err
	}
	r, err := get(ctx, s.db, id)
	if err != nil {
		return History{}, err
	}
	h := History{Row: r}
	var rows []struct {
		ID                      uuid.UUID
		Version                 int
		Type                    exam.Type
		Difficulty              int
		Bloom, Objective, Topic string
		Body                    exam.Body `bun:"type:jsonb"`
		AuthorName, Source      string
		CreatedAt               time.Time
		Forms                   []string `bun:",array"`
	}
	err = s.db.NewSelect().TableExpr("exam.question_version AS v").
		ColumnExpr("v.id, v.version, v.type, v.difficulty, v.bloom, v.objective, v.topic, v.body, v.author_name, v.source, v.created_at").
		ColumnExpr("ARRAY(SELECT DISTINCT f.code FROM exam.form_item i JOIN exam.form f ON f.id = i.form_id WHERE i.version_id = v.id ORDER BY f.code) AS forms").
		Where("v.question_id = ?", id).OrderExpr("v.version DESC").Scan(ctx, &rows)
	if err != nil {
		return h, db.Translate(err)
	}
	for _, v := range rows {
		h.Versions = append(h.Versions, Past{VersionID: v.ID, Version: v.Version, At: v.CreatedAt, AuthorName: v.AuthorName, Source: v.Source, Forms: v.Forms,
			Question: exam.Question{Code: r.Code, Course: r.Course, Objective: v.Objective, Topic: v.Topic, Type: v.Type, Difficulty: v.Difficulty, Bloom: v.Bloom, Body: v.Body}})
	}
	err = s.db.NewSelect().TableExpr("exam.question_review AS w").Join("JOIN exam.question_version AS v ON v.id = w.version_id").
		ColumnExpr("v.version, w.status, w.note, w.person_name AS name, w.at").Where("w.question_id = ?", id).OrderExpr("w.at DESC").Scan(ctx, &h.Reviews)
	return h, db.Translate(err)
}
