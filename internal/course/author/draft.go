package author

import (
	"context"
	"path"
	"regexp"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Begin makes a draft of the next version of a course from a published one. The id is the form's key: a repeat gives the draft that
// was made.
func (s *Service) Begin(ctx context.Context, actor access.Actor, id uuid.UUID, code string, number int) (uuid.UUID, error) {
	if err := may(actor); err != nil {
		return uuid.Nil, err
	}
	v, files, err := s.courses.VersionFiles(ctx, actor, code, number)
	if err != nil {
		return uuid.Nil, err
	}
	return s.make(ctx, actor, &Draft{ID: id, Course: code, BaseID: v.ID, State: Open}, files)
}

// Plan is what a new course begins with.
type Plan struct {
	Code      string
	Title     course.Text
	Languages []i18n.Lang
}

var reCode = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

// taken are addresses of the site that a course's code would hide.
const taken = "search"

// Create makes a draft of a course that there was not before.
func (s *Service) Create(ctx context.Context, actor access.Actor, id uuid.UUID, n Plan) (uuid.UUID, error) {
	if err := may(actor); err != nil {
		return uuid.Nil, err
	}
	all, err := s.courses.Newest(ctx, actor)
	if err != nil {
		return uuid.Nil, err
	}
	if err := n.check(all); err != nil {
		return uuid.Nil, err
	}
	c := &course.Course{Code: n.Code}
	head := writeHead([]byte("code: "+quote(n.Code)+"\nversion: 1\n"), c, Head{Languages: n.Languages, Title: n.Title, Prerequisites: nil, ChecksMin: 0.6})
	y := sections(head)
	for _, key := range []string{"summary", "objectives", "competencies", "prerequisites", "lessons", "forms"} {
		empty := " []"
		if key == "summary" {
			empty = " {}"
		}
		y.set(key, key+":"+empty)
	}
	files := map[string][]byte{path.Join(n.Code, courseFile): y.bytes()}
	for _, o := range all { // the glossary is shared: the new course begins with what the others explain
		if g, ok := o.Files[glossaryFile]; ok {
			files[glossaryFile] = g
		}
	}
	return s.make(ctx, actor, &Draft{ID: id, Course: n.Code, State: Open}, files)
}

func (n Plan) check(all []*course.Course) error {
	var fields []errs.Field
	wrong := func(name, key string) { fields = append(fields, errs.Field{Name: name, Key: key}) }
	if !reCode.MatchString(n.Code) || n.Code == taken {
		wrong("code", "author_error_code")
	}
	for _, c := range all {
		if c.Code == n.Code {
			wrong("code", "author_error_code_taken")
		}
	}
	if n.Title[i18n.FR] == "" {
		wrong("title_fr", "error_required")
	}
	for _, l := range n.Languages {
		if l != i18n.FR && n.Title[l] == "" {
			wrong("title_"+string(l), "error_required")
		}
	}
	return errs.InvalidFields(fields)
}

// make writes a draft with its files, once for a key.
func (s *Service) make(ctx context.Context, actor access.Actor, d *Draft, files map[string][]byte) (uuid.UUID, error) {
	if d.ID == uuid.Nil {
		d.ID = uuid.Must(uuid.NewV7())
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if n, err := tx.NewSelect().Model((*Draft)(nil)).Where("id = ?", d.ID).Count(ctx); err != nil || n > 0 {
			return err
		}
		now := s.now()
		d.MadeAt, d.ChangedAt, d.MadeBy = now, now, actor.PersonID
		if _, err := tx.NewInsert().Model(d).Exec(ctx); err != nil {
			return underway(err)
		}
		if err := insertFiles(ctx, tx, d.ID, files); err != nil {
			return err
		}
		return record(ctx, tx, now, actor, d, "made", map[string]any{"state": d.State, "files": len(files)})
	})
	return d.ID, db.Translate(err)
}

// underway says why there cannot be a second draft of a course.
func underway(err error) error {
	if e := db.Translate(err); errs.Is(e, errs.Conflict) {
		return errs.NewConflict("author_error_underway").Because(err)
	}
	return err
}

func insertFiles(ctx context.Context, tx bun.Tx, id uuid.UUID, files map[string][]byte) error {
	rows := make([]fileRow, 0, len(files))
	for _, name := range sortedNames(files) {
		rows = append(rows, fileRow{DraftID: id, Path: name, Body: files[name], Revision: 1})
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// Import keeps the course of a zip file as a draft on trial: to be looked at, and then taken or dropped.
func (s *Service) Import(ctx context.Context, actor access.Actor, id uuid.UUID, data []byte) (uuid.UUID, error) {
	if err := may(actor); err != nil {
		return uuid.Nil, err
	}
	code, files, err := Unpack(data)
	if err != nil {
		return uuid.Nil, err
	}
	if !reCode.MatchString(code) || code == taken {
		return uuid.Nil, errs.NewInvalid("author_error_code")
	}
	return s.make(ctx, actor, &Draft{ID: id, Course: code, State: Trial}, files)
}

// Accept makes a draft of what was brought in on trial. Of a course that is published, it is the next version.
func (s *Service) Accept(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	if err := may(actor); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Trial)
		if err != nil {
			return err
		}
		var newest []uuid.UUID
		if err := tx.NewSelect().TableExpr("course.version").Column("id").Where("course = ?", d.Course).Order("number DESC").Limit(1).Scan(ctx, &newest); err != nil {
			return err
		}
		if len(newest) > 0 {
			d.BaseID = newest[0]
		}
		d.State, d.ChangedAt = Open, s.now()
		if _, err := tx.NewUpdate().Model(d).Column("state", "base_id", "changed_at").WherePK().Exec(ctx); err != nil {
			return underway(err)
		}
		return record(ctx, tx, d.ChangedAt, actor, d, "accepted", nil)
	})
}

// Drop ends a draft without a version; its texts go.
func (s *Service) Drop(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	if err := may(actor); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		d, err := lock(ctx, tx, id, Trial, Open, Review, Dropped)
		if err != nil || d.State == Dropped {
			return err
		}
		d.State, d.ClosedAt, d.ClosedBy = Dropped, s.now(), actor.PersonID
		return s.end(ctx, tx, actor, d, "dropped")
	})
}

// end closes a draft; its files are in a version now, or not wanted.
func (s *Service) end(ctx context.Context, tx bun.Tx, actor access.Actor, d *Draft, what string) error {
	if _, err := tx.NewUpdate().Model(d).Column("state", "closed_at", "closed_by", "version_id").WherePK().Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Model((*fileRow)(nil)).Where("draft_id = ?", d.ID).Exec(ctx); err != nil {
		return err
	}
	return record(ctx, tx, d.ClosedAt, actor, d, what, nil)
}

// names gives people's names as they are written.
func names(ctx context.Context, idb bun.IDB, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	var rows []struct {
		ID   uuid.UUID
		Name string
	}
	err := idb.NewSelect().TableExpr("org.person").ColumnExpr("id, concat_ws(' ', given_name, family_name) AS name").Where("id IN (?)", bun.List(ids)).Scan(ctx, &rows)
	out := map[uuid.UUID]string{}
	for _, r := range rows {
		out[r.ID] = strings.TrimSpace(r.Name)
	}
	return out, db.Translate(err)
}
