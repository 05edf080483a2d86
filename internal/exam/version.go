package exam

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"shelter/internal/db"
	"shelter/internal/exam/match"
	"shelter/internal/i18n"
)

// Status is how far a question is.
type Status string

// The states of a question. Only reviewed questions are drawn into forms.
const (
	Draft    Status = "draft"
	Reviewed Status = "reviewed"
	Retired  Status = "retired"
)

// Statuses lists the states in the order of a question's life.
func Statuses() []Status { return []Status{Draft, Reviewed, Retired} }

// Valid tells whether the state exists.
func (s Status) Valid() bool { return slices.Contains(Statuses(), s) }

// Blooms lists the levels of Bloom's revised taxonomy (Anderson and Krathwohl 2001), from low to high.
func Blooms() []string {
	return []string{"remember", "understand", "apply", "analyse", "evaluate", "create"}
}

// Version is what a version says beside the question itself.
type Version struct {
	QuestionID uuid.UUID
	Question
	Key        uuid.UUID // made by the browser; zero for none
	AuthorID   uuid.UUID // zero for courses and commands
	AuthorName string
	Source     string // "" the editor, "course" the shipped courses, otherwise the name of a file
	At         time.Time
}

// Digest identifies what a version says: the same text has the same digest.
func (q Question) Digest() string {
	return digest(struct {
		T Type
		B Body
	}{q.Type, q.Body})
}

// Complete lists the languages in which nothing of the question is missing.
func (q Question) Complete() []i18n.Lang {
	var list []i18n.Lang
	for _, l := range i18n.Langs() {
		if q.complete(l) {
			list = append(list, l)
		}
	}
	return list
}

func (q Question) complete(l i18n.Lang) bool {
	if q.Body.Stem[l] == "" {
		return false
	}
	for _, t := range q.Body.Texts() {
		if len(t) > 0 && t[l] == "" {
			return false
		}
	}
	return true
}

// Texts lists every text of the question, in the order in which it is read.
func (b *Body) Texts() []Text {
	list := []Text{}
	if b.Vignette != nil {
		list = append(list, b.Vignette.Title, b.Vignette.Text)
	}
	list = append(list, b.Stem)
	if b.Picture != nil {
		list = append(list, b.Picture.Alt)
	}
	for _, o := range b.Options {
		list = append(list, o.Text, o.Feedback)
	}
	for _, p := range b.Pairs {
		list = append(list, p.Left, p.Right)
	}
	for _, o := range b.Extra {
		list = append(list, o.Text)
	}
	for _, c := range b.Rubric {
		list = append(list, c.Text)
		for _, l := range c.Levels {
			list = append(list, l.Text)
		}
	}
	return append(list, b.Model, b.Feedback)
}

// SearchText is what a question is found by and compared with: code, stem and answers in every language, folded.
func (q Question) SearchText() string {
	parts := []string{q.Code}
	for _, t := range append([]Text{q.Body.Stem}, q.Body.Texts()...) {
		for _, l := range i18n.Langs() {
			if t[l] != "" {
				parts = append(parts, t[l])
			}
		}
	}
	text := match.Fold(strings.Join(parts, " "), match.Default|match.Endings)
	return strings.ToValidUTF8(text[:min(len(text), 4000)], "")
}

// WriteVersion adds a version to a question and makes it the one in force; versions before it stay as they are.
func WriteVersion(ctx context.Context, idb bun.IDB, v Version) (id uuid.UUID, number int, err error) {
	row := &versionRow{ID: newID(), QuestionID: v.QuestionID, Type: v.Type, Difficulty: v.Difficulty, Bloom: v.Bloom, Body: v.Body,
		Digest: v.Digest(), CreatedAt: v.At, Key: v.Key, Objective: v.Objective, Topic: v.Topic, AuthorID: v.AuthorID,
		AuthorName: v.AuthorName, Source: v.Source}
	_, err = idb.NewInsert().Model(row).
		Value("version", "(SELECT coalesce(max(version), 0) + 1 FROM exam.question_version WHERE question_id = ?)", v.QuestionID).
		Returning("version").Exec(ctx)
	if err != nil {
		return uuid.Nil, 0, fmt.Errorf("exam: version of %s: %w", v.Code, db.Translate(err))
	}
	langs := []string{}
	for _, l := range v.Complete() {
		langs = append(langs, string(l))
	}
	update := idb.NewUpdate().TableExpr("exam.question").Set("version_id = ?", row.ID).Set("langs = ?", pgdialect.Array(langs)).
		Set("search = ?", v.SearchText()).Set("objective = ?", v.Objective).Set("topic = ?", v.Topic).Set("updated_at = ?", v.At).
		Set("vignette_id = ?", vignetteID(v.Body.Vignette)).Where("id = ?", v.QuestionID)
	_, err = update.Exec(ctx)
	return row.ID, row.Version, db.Translate(err)
}

func vignetteID(v *Vignette) *uuid.UUID {
	if v == nil || v.ID == uuid.Nil {
		return nil
	}
	return &v.ID
}
