package course

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

type courseRow struct {
	bun.BaseModel `bun:"table:course.course"`

	Code      string `bun:",pk"`
	CreatedAt time.Time
}

type versionRow struct {
	bun.BaseModel `bun:"table:course.version"`

	ID          uuid.UUID `bun:",pk"`
	Course      string
	Number      int
	Digest      string
	PublishedAt time.Time
}

type fileRow struct {
	bun.BaseModel `bun:"table:course.file"`

	VersionID uuid.UUID
	Path      string
	Body      []byte
}

type lessonRow struct {
	bun.BaseModel `bun:"table:course.lesson"`

	VersionID uuid.UUID
	Position  int
	Slug      string
	Minutes   int
	Checks    int
}

// Published is a version as it stands in the database.
type Published struct {
	ID     uuid.UUID
	Number int
	New    bool // false: the same text was published before
}

// Publish makes a new version of the course of its files; new learners begin it, the others stay on theirs. The same text
// makes nothing new. A course with a problem is refused with errs.Invalid.
func (s *Service) Publish(ctx context.Context, actor access.Actor, c *Course) (Published, error) {
	if err := access.Can(actor, access.CourseManage, access.Resource{}); err != nil {
		return Published{}, err
	}
	checked, found := inspect(c.Code, c.Files)
	if list := found.sorted(); len(list) > 0 {
		p := list[0]
		return Published{}, errs.NewInvalid("course_has_problems").With("n", len(list)).With("course", c.Code).
			Because(fmt.Errorf("%s:%d %s %v", p.File, p.Line, p.Key, p.Args))
	}
	var done Published
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		done, err = publish(ctx, tx, actor, checked, s.now())
		return err
	})
	if err == nil {
		s.shelf.keep(done.ID, func() *Course { return checked })
	}
	return done, err
}

func publish(ctx context.Context, tx bun.Tx, actor access.Actor, c *Course, now time.Time) (Published, error) {
	if _, err := tx.NewInsert().Model(&courseRow{Code: c.Code, CreatedAt: now}).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return Published{}, fmt.Errorf("course: %s: %w", c.Code, err)
	}
	// One publication of a course at a time: numbers have no holes and a text is published once.
	if err := tx.NewSelect().Model((*courseRow)(nil)).Column("code").Where("code = ?", c.Code).For("UPDATE").Scan(ctx, new(string)); err != nil {
		return Published{}, err
	}
	v := &versionRow{Digest: digest(c.Files)}
	err := tx.NewSelect().Model(v).Where("course = ? AND digest = ?", c.Code, v.Digest).Scan(ctx)
	if err == nil {
		return Published{ID: v.ID, Number: v.Number}, nil
	}
	if err = db.Translate(err); !errs.Is(err, errs.NotFound) {
		return Published{}, err
	}
	*v = versionRow{ID: uuid.Must(uuid.NewV7()), Course: c.Code, Digest: v.Digest, PublishedAt: now}
	if err := insertVersion(ctx, tx, v, c); err != nil {
		return Published{}, fmt.Errorf("course: version of %s: %w", c.Code, err)
	}
	return Published{ID: v.ID, Number: v.Number, New: true}, audit.Record(ctx, tx, audit.Entry{At: now, Actor: actor, Action: string(access.CourseManage),
		Kind: "course_version", ID: v.ID.String(), Detail: map[string]any{"course": c.Code, "number": v.Number, "digest": v.Digest}})
}

func insertVersion(ctx context.Context, tx bun.Tx, v *versionRow, c *Course) error {
	last := 0
	if err := tx.NewSelect().Model((*versionRow)(nil)).ColumnExpr("coalesce(max(number), 0)").Where("course = ?", c.Code).Scan(ctx, &last); err != nil {
		return err
	}
	v.Number = last + 1
	files := make([]fileRow, 0, len(c.Files))
	for name, body := range c.Files {
		files = append(files, fileRow{VersionID: v.ID, Path: name, Body: body})
	}
	lessons := make([]lessonRow, len(c.Lessons))
	for i, l := range c.Lessons {
		lessons[i] = lessonRow{VersionID: v.ID, Position: i + 1, Slug: l.Slug, Minutes: l.Minutes, Checks: len(l.Checks())}
	}
	texts := passages(v.ID, c)
	for _, rows := range []any{v, &files, &lessons, &texts} {
		if _, err := tx.NewInsert().Model(rows).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// KnownDigests tells which of the digests were published, whichever version is the newest now.
func (s *Service) KnownDigests(ctx context.Context, actor access.Actor, digests []string) (map[string]bool, error) {
	if err := access.Can(actor, access.CourseManage, access.Resource{}); err != nil {
		return nil, err
	}
	var list []string
	err := s.db.NewSelect().Model((*versionRow)(nil)).Column("digest").Where("digest IN (?)", bun.List(digests)).Scan(ctx, &list)
	known := make(map[string]bool, len(list))
	for _, d := range list {
		known[d] = true
	}
	return known, db.Translate(err)
}
