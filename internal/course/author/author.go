// Package author is the writing of courses in the browser: drafts that several people edit, their review and publication, what
// differs between two versions, and courses brought out and in as zip files in the format of docs/course-format.md.
//
// Invariants: a draft is the files of a version to come, byte for byte; a save over a text that somebody else changed meanwhile is
// a conflict and changes nothing; whoever wrote in a draft does not approve it, unless a manager publishes alone, which the audit
// log says; only a draft without a problem is published.
package author

import (
	"context"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Bank brings the questions and forms of a course into the bank of the tests, in the transaction of its version; app hands the exam's in.
type Bank func(ctx context.Context, tx bun.Tx, actor access.Actor, c *course.Course) error

// Service is the writing of courses.
type Service struct {
	db      *db.DB
	now     func() time.Time
	courses *course.Service
	bank    Bank
}

// New makes the service.
func New(d *db.DB, now func() time.Time, courses *course.Service, bank Bank) *Service {
	return &Service{db: d, now: now, courses: courses, bank: bank}
}

// State is how far a draft is.
type State string

// The states of a draft.
const (
	Trial     State = "trial" // a file brought in, to be looked at first
	Open      State = "open"
	Review    State = "review"
	Published State = "published"
	Dropped   State = "dropped"
)

// Draft is a version to come.
type Draft struct {
	bun.BaseModel `bun:"table:course.draft"`

	ID        uuid.UUID `bun:",pk"`
	Course    string
	BaseID    uuid.UUID `bun:",nullzero"`
	State     State
	MadeAt    time.Time
	MadeBy    uuid.UUID `bun:",nullzero"`
	ChangedAt time.Time
	SentAt    time.Time `bun:",nullzero"`
	SentBy    uuid.UUID `bun:",nullzero"`
	Note      string
	ClosedAt  time.Time `bun:",nullzero"`
	ClosedBy  uuid.UUID `bun:",nullzero"`
	VersionID uuid.UUID `bun:",nullzero"`
	Shipped   string    // digest of the text of the program that it proposes; empty for what people made
}

// Underway tells whether people still work on it.
func (d *Draft) Underway() bool { return d.State == Open || d.State == Review }

type fileRow struct {
	bun.BaseModel `bun:"table:course.draft_file"`

	DraftID  uuid.UUID
	Path     string
	Body     []byte
	Revision int
	EditedBy uuid.UUID `bun:",nullzero"`
	EditedAt time.Time `bun:",nullzero"`
}

const (
	courseFile   = "course.yaml"
	glossaryFile = "glossary.yaml"
	mediaFolder  = "media"
	bankFolder   = "questions"
)

// may is asked first by every method.
func may(actor access.Actor) error {
	return access.Can(actor, access.CourseManage, access.Resource{})
}

// May tells whether somebody writes courses.
func (s *Service) May(actor access.Actor) error { return may(actor) }

func record(ctx context.Context, idb bun.IDB, at time.Time, actor access.Actor, d *Draft, what string, more map[string]any) error {
	detail := map[string]any{"course": d.Course, "did": what}
	for k, v := range more {
		detail[k] = v
	}
	return audit.Record(ctx, idb, audit.Entry{At: at, Actor: actor, Action: string(access.CourseManage), Kind: "course_draft", ID: d.ID.String(), Detail: detail})
}

// lock reads a draft for a change; it must be in one of the states.
func lock(ctx context.Context, tx bun.Tx, id uuid.UUID, states ...State) (*Draft, error) {
	d := &Draft{}
	if err := tx.NewSelect().Model(d).Where("id = ?", id).For("UPDATE").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	if !slices.Contains(states, d.State) {
		return nil, errs.NewConflict("author_state_" + string(d.State))
	}
	return d, nil
}

// LessonPath is the file of a lesson in a language.
func LessonPath(code, slug string, l i18n.Lang) string {
	return path.Join(code, slug+"."+string(l)+".md")
}

// Slug makes a name for files and addresses of a title.
func Slug(title string) string {
	folded := course.Fold(title)
	var b strings.Builder
	for _, r := range folded {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
