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
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// File is a file of a draft.
type File struct {
	Path     string
	Size     int
	Revision int
	EditedBy string // name
	EditedAt time.Time
}

// Work is a draft with what its files say.
type Work struct {
	Draft

	Base       int // number of the version that it comes from; 0 for none
	Made, Sent string
	Parsed     *course.Course
	Problems   []course.Problem
	Files      []File
	MayPublish bool // the reader: reviewed by another person, or a manager alone
	Alone      bool // the reader would publish what nobody else looked at

	bodies map[string][]byte // media without their content
}

// File gives what is known of a file; the zero File when there is none.
func (w *Work) File(name string) File {
	for _, f := range w.Files {
		if f.Path == name {
			return f
		}
	}
	return File{}
}

// Media lists the files of the media folder.
func (w *Work) Media() []File {
	var list []File
	for _, f := range w.Files {
		if isMedia(f.Path) {
			list = append(list, f)
		}
	}
	return list
}

// Of lists the problems of a file.
func (w *Work) Of(name string) []course.Problem {
	var list []course.Problem
	for _, p := range w.Problems {
		if p.File == name {
			list = append(list, p)
		}
	}
	return list
}

// Text gives the fields of a lesson in a language, and how many lines of the file stand before its text.
func (w *Work) Text(slug string, l i18n.Lang) (Fields, int) {
	return Split(w.bodies[LessonPath(w.Course, slug, l)])
}

const bodySQL = `CASE WHEN path ~ '/media/' AND path !~ '\.svg$' THEN ''::bytea ELSE body END AS body, length(body) AS size`

type bodyRow struct {
	Path     string
	Body     []byte
	Size     int
	Revision int
	EditedBy uuid.UUID
	EditedAt time.Time
}

// Look gives a draft with its problems.
func (s *Service) Look(ctx context.Context, actor access.Actor, id uuid.UUID) (*Work, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	w, err := s.load(ctx, s.db, id)
	if err != nil {
		return nil, err
	}
	others, err := s.courses.Newest(ctx, actor)
	if err != nil {
		return nil, err
	}
	w.Parsed, w.Problems = course.Inspect(w.Course, w.bodies, others)
	w.Alone = !s.otherPerson(ctx, actor, &w.Draft)
	w.MayPublish = !w.Alone || access.Can(actor, access.CourseAlone, access.Resource{}) == nil
	return w, nil
}

func (s *Service) load(ctx context.Context, idb bun.IDB, id uuid.UUID) (*Work, error) {
	w := &Work{bodies: map[string][]byte{}}
	if err := idb.NewSelect().Model(&w.Draft).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	var rows []bodyRow
	err := idb.NewSelect().TableExpr("course.draft_file").ColumnExpr("path, revision, coalesce(edited_by, ?) AS edited_by, coalesce(edited_at, 'epoch') AS edited_at", uuid.Nil).
		ColumnExpr(bodySQL).Where("draft_id = ?", id).Order("path").Scan(ctx, &rows)
	if err != nil {
		return nil, db.Translate(err)
	}
	ids := []uuid.UUID{w.MadeBy, w.SentBy}
	for _, r := range rows {
		ids = append(ids, r.EditedBy)
	}
	who, err := names(ctx, idb, ids)
	if err != nil {
		return nil, err
	}
	w.Made, w.Sent = who[w.MadeBy], who[w.SentBy]
	for _, r := range rows {
		w.bodies[r.Path] = r.Body
		w.Files = append(w.Files, File{Path: r.Path, Size: r.Size, Revision: r.Revision, EditedBy: who[r.EditedBy], EditedAt: r.EditedAt})
	}
	return w, db.Translate(s.base(ctx, idb, w))
}

func (s *Service) base(ctx context.Context, idb bun.IDB, w *Work) error {
	if w.BaseID == uuid.Nil {
		return nil
	}
	return idb.NewSelect().TableExpr("course.version").Column("number").Where("id = ?", w.BaseID).Scan(ctx, &w.Base)
}

// otherPerson tells whether somebody may approve a draft: neither made, nor sent, nor wrote in it.
func (s *Service) otherPerson(ctx context.Context, actor access.Actor, d *Draft) bool {
	if actor.PersonID == uuid.Nil || slices.Contains([]uuid.UUID{d.MadeBy, d.SentBy}, actor.PersonID) {
		return false
	}
	n, err := s.db.NewSelect().Model((*fileRow)(nil)).Where("draft_id = ? AND edited_by = ?", d.ID, actor.PersonID).Count(ctx)
	return err == nil && n == 0
}

// Bodies gives a draft's files byte for byte, for a zip or a comparison.
func (s *Service) Bodies(ctx context.Context, actor access.Actor, id uuid.UUID) (*Draft, map[string][]byte, error) {
	if err := may(actor); err != nil {
		return nil, nil, err
	}
	d, files, err := bodies(ctx, s.db, id)
	return d, files, db.Translate(err)
}

func bodies(ctx context.Context, idb bun.IDB, id uuid.UUID) (*Draft, map[string][]byte, error) {
	d := &Draft{}
	if err := idb.NewSelect().Model(d).Where("id = ?", id).Scan(ctx); err != nil {
		return nil, nil, err
	}
	var rows []fileRow
	if err := idb.NewSelect().Model(&rows).Where("draft_id = ?", id).Scan(ctx); err != nil {
		return nil, nil, err
	}
	files := make(map[string][]byte, len(rows))
	for _, r := range rows {
		files[r.Path] = r.Body
	}
	return d, files, nil
}

// Media gives a picture, a sound or a download of a draft.
func (s *Service) Media(ctx context.Context, actor access.Actor, id uuid.UUID, name string) (course.File, error) {
	if err := may(actor); err != nil {
		return course.File{}, err
	}
	d := &Draft{}
	if err := s.db.NewSelect().Model(d).Where("id = ?", id).Scan(ctx); err != nil {
		return course.File{}, db.Translate(err)
	}
	kind := course.MediaType(name)
	f := fileRow{}
	err := s.db.NewSelect().Model(&f).Where("draft_id = ? AND path = ?", id, path.Join(d.Course, mediaFolder, path.Clean("/"+name))).Scan(ctx)
	if kind == "" && err == nil {
		err = errs.NewNotFound("media " + name)
	}
	return course.File{Type: kind, Body: f.Body}, db.Translate(err)
}

// Listed is a course as the list of authors has it.
type Listed struct {
	Code     string
	Title    course.Text
	Newest   *course.Version // nil: not published yet
	Versions int
	Draft    *Draft // under way; nil for none
	Trials   []Draft
}

// List gives every course and every draft under way.
func (s *Service) List(ctx context.Context, actor access.Actor) ([]*Listed, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	published, err := s.courses.Newest(ctx, actor)
	if err != nil {
		return nil, err
	}
	versions, err := s.courses.Versions(ctx, actor, "")
	if err != nil {
		return nil, err
	}
	var drafts []Draft
	if err := s.db.NewSelect().Model(&drafts).Where("state IN ('trial', 'open', 'review')").Order("made_at").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	return list(published, versions, drafts), nil
}

func list(published []*course.Course, versions []course.Version, drafts []Draft) []*Listed {
	byCode := map[string]*Listed{}
	var all []*Listed
	at := func(code string) *Listed {
		l := byCode[code]
		if l == nil {
			l = &Listed{Code: code}
			byCode[code] = l
			all = append(all, l)
		}
		return l
	}
	for _, c := range published {
		at(c.Code).Title = c.Title
	}
	for i := range versions {
		l := at(versions[i].Course)
		if l.Newest == nil {
			l.Newest = &versions[i]
		}
		l.Versions++
	}
	for i := range drafts {
		l := at(drafts[i].Course)
		if drafts[i].State == Trial {
			l.Trials = append(l.Trials, drafts[i])
		} else {
			l.Draft = &drafts[i]
		}
	}
	slices.SortFunc(all, func(a, b *Listed) int { return strings.Compare(a.Code, b.Code) })
	return all
}
