package course

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Standing is a course as one reader has it: the version, and how far the reader is.
type Standing struct {
	*Course

	VersionID   uuid.UUID
	Number      int             // of the version
	Begun       bool            // the version is the reader's own from now on
	Finished    map[string]bool // slugs of the completed lessons
	LastSlug    string          // where the reader was last; may be empty
	LastPlace   string          // the heading read last, as "s4"; may be empty
	CompletedAt *time.Time
	DueOn       time.Time // enrolled until then; zero for no date. Lessons do not have it
	Waits       []string  // courses to finish before this one can be begun
}

// DoneCount is how many lessons of this version are completed.
func (s *Standing) DoneCount() int {
	n := 0
	for _, l := range s.Lessons {
		if s.Finished[l.Slug] {
			n++
		}
	}
	return n
}

// MinutesLeft is the planned time of what remains.
func (s *Standing) MinutesLeft() int {
	n := 0
	for _, l := range s.Lessons {
		if !s.Finished[l.Slug] {
			n += l.Minutes
		}
	}
	return n
}

// Continue is the lesson to go on with: the one that was left, or the first that is not completed; nil when all are. The
// place is the heading that was read last, or empty.
func (s *Standing) Continue() (lesson *Lesson, place string) {
	if l := s.Lesson(s.LastSlug); l != nil && !s.Finished[l.Slug] {
		return l, s.LastPlace
	}
	for _, l := range s.Lessons {
		if !s.Finished[l.Slug] {
			return l, ""
		}
	}
	return nil, ""
}

// Try is the reader's last answer to a check question.
type Try struct {
	Question string   `json:"q"`
	Response Response `json:"r"`
	Share    float64  `json:"s"`
}

// Right tells whether the answer was wholly right.
func (t Try) Right() bool { return isRight(t.Share) }

// standingSQL reads courses as one reader has them. $1 is the person, $2 a course or ” for all, $3 the lesson whose answers
// are wanted or ”.
const standingSQL = `
SELECT c.code, v.id, v.number, l.person_id IS NOT NULL, coalesce(l.last_slug, ''), coalesce(l.last_place, ''), l.completed_at,
  (SELECT coalesce(json_agg(d.slug), '[]') FROM course.completion d WHERE d.person_id = $1 AND d.course = c.code),
  CASE WHEN $3 = '' THEN '[]' ELSE (SELECT coalesce(json_agg(json_build_object('q', t.question, 'r', t.response, 's', t.share)), '[]') FROM (
    SELECT DISTINCT ON (a.question) a.question, a.response, a.share FROM course.answer a
    WHERE a.person_id = $1 AND a.course = c.code AND a.slug = $3 AND a.client_at >= l.round_from
    ORDER BY a.question, a.client_at DESC, a.server_at DESC) t) END,
  (SELECT n.sealed FROM course.note n WHERE n.person_id = $1 AND n.course = c.code AND n.slug = $3)
FROM course.course c
LEFT JOIN course.learning l ON l.person_id = $1 AND l.course = c.code
JOIN LATERAL (SELECT w.id, w.number FROM course.version w WHERE w.course = c.code AND (l.version_id IS NULL OR w.id = l.version_id)
  ORDER BY w.number DESC LIMIT 1) v ON true
WHERE $2 = '' OR c.code = $2`

type standingRow struct {
	code      string
	id        uuid.UUID
	number    int
	begun     bool
	lastSlug  string
	lastPlace string
	completed *time.Time
	finished  []byte
	tries     []byte
	note      []byte // sealed; nil for none
}

func (s *Service) standings(ctx context.Context, person uuid.UUID, code, slug string) ([]standingRow, error) {
	rows, err := s.db.Pool().Query(ctx, standingSQL, pgx.QueryExecModeCacheStatement, person, code, slug)
	if err != nil {
		return nil, db.Translate(err)
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r standingRow, err error) {
		err = row.Scan(&r.code, &r.id, &r.number, &r.begun, &r.lastSlug, &r.lastPlace, &r.completed, &r.finished, &r.tries, &r.note)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("course: standing: %w", db.Translate(err))
	}
	return list, nil
}

func (s *Service) standing(ctx context.Context, r standingRow) (*Standing, error) {
	c, err := s.version(ctx, s.db, r.id, r.code)
	if err != nil {
		return nil, err
	}
	var slugs []string
	if err := json.Unmarshal(r.finished, &slugs); err != nil {
		return nil, fmt.Errorf("course: completions of %s: %w", r.code, err)
	}
	st := &Standing{Course: c, VersionID: r.id, Number: r.number, Begun: r.begun, LastSlug: r.lastSlug, LastPlace: r.lastPlace,
		CompletedAt: r.completed, Finished: make(map[string]bool, len(slugs))}
	for _, slug := range slugs {
		st.Finished[slug] = true
	}
	return st, nil
}

// one reads one course of a reader; errs.NotFound when there is none with the code.
func (s *Service) one(ctx context.Context, person uuid.UUID, code, slug string) (*Standing, standingRow, error) {
	if code == "" {
		return nil, standingRow{}, errs.NewNotFound("course without a code")
	}
	rows, err := s.standings(ctx, person, code, slug)
	if err != nil {
		return nil, standingRow{}, err
	}
	if len(rows) == 0 {
		return nil, standingRow{}, errs.NewNotFound("course " + code)
	}
	st, err := s.standing(ctx, rows[0])
	return st, rows[0], err
}

// List gives every published course as the actor has it, a course after its prerequisites.
func (s *Service) List(ctx context.Context, actor access.Actor) ([]*Standing, error) {
	if err := access.Can(actor, access.CourseView, access.Resource{}); err != nil {
		return nil, err
	}
	rows, err := s.standings(ctx, actor.PersonID, "", "")
	if err != nil {
		return nil, err
	}
	due, err := s.dues(ctx, actor.PersonID)
	if err != nil {
		return nil, err
	}
	list := make([]*Standing, 0, len(rows))
	for _, r := range rows {
		st, err := s.standing(ctx, r)
		if err != nil {
			return nil, err
		}
		st.DueOn = due[r.code]
		if !st.Begun && !readsAll(actor) {
			if st.Waits, err = waiting(ctx, s.db, actor.PersonID, st.Course); err != nil {
				return nil, err
			}
		}
		list = append(list, st)
	}
	slices.SortFunc(list, func(a, b *Standing) int {
		return cmp.Or(cmp.Compare(len(a.Prerequisites), len(b.Prerequisites)), cmp.Compare(a.Code, b.Code))
	})
	return list, nil
}

// Show gives one course as the actor has it, with the courses that it asks for first.
func (s *Service) Show(ctx context.Context, actor access.Actor, code string) (st *Standing, before []*Standing, err error) {
	all, err := s.List(ctx, actor)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(all, func(st *Standing) bool { return st.Code == code })
	if i < 0 {
		return nil, nil, errs.NewNotFound("course " + code)
	}
	for _, other := range all {
		if slices.Contains(all[i].Prerequisites, other.Code) {
			before = append(before, other)
		}
	}
	return all[i], before, nil
}

// LessonView is a lesson as one reader has it.
type LessonView struct {
	*Standing

	Lesson    *Lesson
	Text      *LessonText
	Lang      i18n.Lang      // the language of the text
	Tries     map[string]Try // last answer by question
	Previous  *Lesson
	Next      *Lesson
	Note      string // the reader's own
	ShowsKeys bool   // the reader manages courses and may see the keys
}

// View is a lesson of the course without what the reader answered.
func (s *Standing) View(l *Lesson, lang i18n.Lang) *LessonView {
	v := &LessonView{Standing: s, Lesson: l, Tries: map[string]Try{}}
	v.Text, v.Lang = l.In(lang)
	v.Previous, v.Next = s.Around(l.Slug)
	return v
}

// Open gives a lesson to read in a language, or in French where the course is not complete in it. A course that waits for others is
// errs.Conflict with WaitsKey.
func (s *Service) Open(ctx context.Context, actor access.Actor, code, slug string, lang i18n.Lang) (*LessonView, error) {
	if err := access.Can(actor, access.CourseView, access.Resource{}); err != nil {
		return nil, err
	}
	st, row, err := s.one(ctx, actor.PersonID, code, slug)
	if err != nil {
		return nil, err
	}
	l := st.Lesson(slug)
	if l == nil {
		return nil, errs.NewNotFound("lesson " + code + "/" + slug)
	}
	if !st.Begun {
		if err := s.mayBegin(ctx, s.db, actor, st.Course); err != nil {
			return nil, err
		}
	}
	v := st.View(l, lang)
	v.ShowsKeys = access.Can(actor, access.CourseManage, access.Resource{}) == nil
	var tries []Try
	if err := json.Unmarshal(row.tries, &tries); err != nil {
		return nil, fmt.Errorf("course: answers of %s/%s: %w", code, slug, err)
	}
	for _, t := range tries {
		v.Tries[t.Question] = t
	}
	v.Note, err = s.openNote(actor.PersonID, code, slug, row.note)
	return v, err
}

// File is a file of a course's media.
type File struct {
	Type string // media type
	Body []byte
}

// Media gives a file of the version that the actor reads.
func (s *Service) Media(ctx context.Context, actor access.Actor, code, name string) (File, error) {
	if err := access.Can(actor, access.CourseView, access.Resource{}); err != nil {
		return File{}, err
	}
	st, _, err := s.one(ctx, actor.PersonID, code, "")
	if err != nil {
		return File{}, err
	}
	return st.media(name)
}
