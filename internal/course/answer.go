package course

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Answer is one answer to a check question, as the device sends it.
type Answer struct {
	Key      uuid.UUID // made by the device: a repeat counts once
	Question string
	Response Response
	At       time.Time // by the device's clock
}

// Outcome is what an answer led to.
type Outcome struct {
	Question  *Question
	Try       Try
	Progress  CheckProgress
	Completed bool // the lesson is complete now
	Course    bool // and with it the course

	lesson *Lesson
}

// Lang is the language in which a reader has the lesson.
func (o Outcome) Lang(reader i18n.Lang) i18n.Lang {
	_, l := o.lesson.In(reader)
	return l
}

// CheckProgress counts the last tries of a lesson's check.
type CheckProgress struct {
	Total    int `json:"total"`
	Answered int `json:"answered"`
	Right    int `json:"right"`
	Needed   int `json:"needed"` // right answers that complete the lesson once all are answered
}

// Complete tells whether the lesson's rule is met.
func (p CheckProgress) Complete() bool { return p.Answered == p.Total && p.Right >= p.Needed }

// Progress counts tries against the course's rule.
func (c *Course) Progress(l *Lesson, tries map[string]Try) CheckProgress {
	codes := l.Checks()
	p := CheckProgress{Total: len(codes)}
	for p.Needed < p.Total && float64(p.Needed) < c.Completion.ChecksMin*float64(p.Total) {
		p.Needed++
	}
	for _, code := range codes {
		t, answered := tries[code]
		if answered {
			p.Answered++
		}
		if answered && t.Right() {
			p.Right++
		}
	}
	return p
}

type answerRow struct {
	bun.BaseModel `bun:"table:course.answer"`

	ID        uuid.UUID `bun:",pk"`
	PersonID  uuid.UUID
	Course    string
	VersionID uuid.UUID
	Slug      string
	Question  string
	Response  Response `bun:"type:jsonb"`
	Share     float64
	ClientAt  time.Time
	ServerAt  time.Time
}

// Answer keeps an answer of the actor, marks it, and completes the lesson, and the course, when their rules are met. The
// first answer begins the course. A repeat of the key gives the first outcome.
func (s *Service) Answer(ctx context.Context, actor access.Actor, code, slug string, a Answer) (Outcome, error) {
	if err := ownTraining(actor); err != nil {
		return Outcome{}, err
	}
	if a.Key == uuid.Nil {
		return Outcome{}, errs.NewInvalid("error_bad_request")
	}
	var out Outcome
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := s.now()
		t := &turn{s: s, tx: tx, actor: actor, code: code, slug: slug, now: now, at: notAfter(a.At, now), told: 1}
		if err := t.begin(ctx, ""); err != nil {
			return err
		}
		var err error
		out, err = t.answer(ctx, a)
		return err
	})
	return out, err
}

// reading place: the id of a heading.
var rePlace = regexp.MustCompile(`^s[1-9][0-9]{0,2}$`)

// Seen remembers where the actor is: the lesson and, unless empty, the heading. It begins the course.
func (s *Service) Seen(ctx context.Context, actor access.Actor, code, slug, place string, at time.Time) error {
	if err := ownTraining(actor); err != nil {
		return err
	}
	if place != "" && !rePlace.MatchString(place) {
		return errs.NewInvalid("error_bad_request")
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := s.now()
		t := &turn{s: s, tx: tx, actor: actor, code: code, slug: slug, now: now, at: notAfter(at, now)}
		return t.begin(ctx, place)
	})
}

func ownTraining(actor access.Actor) error {
	if !actor.SignedIn() {
		return errs.NewForbidden("course answer without a person")
	}
	return access.Can(actor, access.OwnTraining, access.Resource{PersonID: actor.PersonID})
}

// notAfter: a device's clock may be behind, never ahead; without one it is the server's.
func notAfter(at, now time.Time) time.Time {
	if at.IsZero() || at.After(now) {
		return now
	}
	return at
}

// turn is one thing that a learner does in a lesson, inside a transaction.
type turn struct {
	s          *Service
	tx         bun.Tx
	actor      access.Actor
	code, slug string
	now, at    time.Time
	told       int // 1 for what the lesson's page shows afterwards

	versionID uuid.UUID
	course    *Course
	lesson    *Lesson
}

// beginSQL begins the course on its newest version, or keeps the version that was begun, and moves the bookmark unless a
// later one is known. It locks the learner's row, so that two answers at once are counted one after the other. A bookmark shows on no
// page of a lesson and counts as no change of it.
const beginSQL = `
INSERT INTO course.learning AS l (person_id, course, version_id, begun_at, last_slug, last_place, last_at)
SELECT ?person, v.course, v.id, ?now, ?slug, ?place, ?at FROM course.version v WHERE v.course = ?course ORDER BY v.number DESC LIMIT 1
ON CONFLICT (person_id, course) DO UPDATE SET
  last_slug = CASE WHEN EXCLUDED.last_at >= l.last_at THEN EXCLUDED.last_slug ELSE l.last_slug END,
  last_place = CASE WHEN EXCLUDED.last_at < l.last_at OR (EXCLUDED.last_place = '' AND EXCLUDED.last_slug = l.last_slug) THEN l.last_place ELSE EXCLUDED.last_place END,
  last_at = GREATEST(l.last_at, EXCLUDED.last_at), revision = l.revision + ?told
RETURNING version_id, xmax = 0 AS fresh`

func (t *turn) begin(ctx context.Context, place string) error {
	args := struct {
		Person      uuid.UUID
		Now, At     time.Time
		Slug, Place string
		Course      string
		Told        int
	}{t.actor.PersonID, t.now, t.at, t.slug, place, t.code, t.told}
	fresh := false
	if err := t.tx.NewRaw(beginSQL, args).Scan(ctx, &t.versionID, &fresh); err != nil {
		return fmt.Errorf("course: begin %s: %w", t.code, db.Translate(err))
	}
	var err error
	if t.course, err = t.s.version(ctx, t.tx, t.versionID, t.code); err != nil {
		return err
	}
	if t.lesson = t.course.Lesson(t.slug); t.lesson == nil {
		return errs.NewNotFound("lesson " + t.code + "/" + t.slug)
	}
	if fresh {
		return t.s.mayBegin(ctx, t.tx, t.actor, t.course)
	}
	return nil
}

func (t *turn) answer(ctx context.Context, a Answer) (Outcome, error) {
	q := t.course.Question(a.Question)
	if q == nil || !slices.Contains(t.lesson.Checks(), a.Question) {
		return Outcome{}, errs.NewNotFound("question " + a.Question + " of " + t.slug)
	}
	if err := q.fits(a.Response); err != nil {
		return Outcome{}, err
	}
	row := &answerRow{ID: a.Key, PersonID: t.actor.PersonID, Course: t.code, VersionID: t.versionID, Slug: t.slug, Question: q.Code,
		Response: a.Response, Share: t.s.grade(q, a.Response), ClientAt: t.at, ServerAt: t.now}
	if err := t.keep(ctx, row); err != nil {
		return Outcome{}, err
	}
	out := Outcome{lesson: t.lesson, Question: q, Try: Try{Question: q.Code, Response: row.Response, Share: row.Share}}
	tries, err := t.tries(ctx)
	if err != nil {
		return Outcome{}, err
	}
	out.Progress = t.course.Progress(t.lesson, tries)
	if out.Progress.Complete() {
		if out.Course, err = t.complete(ctx); err != nil {
			return Outcome{}, err
		}
	}
	out.Completed, err = t.completed(ctx)
	return out, err
}

// keep stores the answer; for a key that is known it gives what was stored.
func (t *turn) keep(ctx context.Context, row *answerRow) error {
	res, err := t.tx.NewInsert().Model(row).On("CONFLICT (id) DO NOTHING").Exec(ctx)
	if err != nil {
		return fmt.Errorf("course: answer: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	first := new(answerRow)
	err = t.tx.NewSelect().Model(first).Where("id = ?", row.ID).Scan(ctx)
	if err != nil {
		return fmt.Errorf("course: answer %s: %w", row.ID, err)
	}
	if first.PersonID != row.PersonID || first.Course != row.Course || first.Slug != row.Slug || first.Question != row.Question {
		return errs.NewConflict("error_duplicate")
	}
	*row = *first
	return nil
}

// tries reads the last answer to each question of the lesson.
func (t *turn) tries(ctx context.Context) (map[string]Try, error) {
	var rows []answerRow
	err := t.tx.NewSelect().Model(&rows).DistinctOn("question").Column("question", "response", "share").
		Where("person_id = ? AND course = ? AND slug = ?", t.actor.PersonID, t.code, t.slug).
		Where("client_at >= (SELECT l.round_from FROM course.learning l WHERE l.person_id = ? AND l.course = ?)", t.actor.PersonID, t.code).
		OrderExpr("question, client_at DESC, server_at DESC").Scan(ctx)
	m := make(map[string]Try, len(rows))
	for _, r := range rows {
		m[r.Question] = Try{Question: r.Question, Response: r.Response, Share: r.Share}
	}
	return m, err
}

type completionRow struct {
	bun.BaseModel `bun:"table:course.completion"`

	PersonID    uuid.UUID `bun:",pk"`
	Course      string    `bun:",pk"`
	Slug        string    `bun:",pk"`
	VersionID   uuid.UUID
	CompletedAt time.Time
}

// complete marks the lesson, and the course when it was the last one; done tells of the course.
func (t *turn) complete(ctx context.Context) (done bool, err error) {
	row := &completionRow{PersonID: t.actor.PersonID, Course: t.code, Slug: t.slug, VersionID: t.versionID, CompletedAt: t.at}
	if _, err := t.tx.NewInsert().Model(row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return false, fmt.Errorf("course: completion: %w", err)
	}
	res, err := t.tx.NewRaw(`UPDATE course.learning l SET completed_at = ? WHERE l.person_id = ? AND l.course = ? AND l.completed_at IS NULL
		AND NOT EXISTS (SELECT 1 FROM course.lesson n WHERE n.version_id = l.version_id AND NOT EXISTS (
			SELECT 1 FROM course.completion d WHERE d.person_id = l.person_id AND d.course = l.course AND d.slug = n.slug))`,
		t.at, t.actor.PersonID, t.code).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("course: completion of %s: %w", t.code, err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	won := &awardRow{PersonID: t.actor.PersonID, Course: t.code, VersionID: t.versionID, CompletedAt: t.at}
	if _, err := t.tx.NewInsert().Model(won).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return false, fmt.Errorf("course: award: %w", err)
	}
	return true, audit.Record(ctx, t.tx, audit.Entry{At: t.now, Actor: t.actor, Action: "course.complete", Kind: "course_version",
		ID: t.versionID.String(), Detail: map[string]any{"course": t.code}})
}

func (t *turn) completed(ctx context.Context) (bool, error) {
	return t.tx.NewSelect().Model((*completionRow)(nil)).
		Where("person_id = ? AND course = ? AND slug = ?", t.actor.PersonID, t.code, t.slug).Exists(ctx)
}
