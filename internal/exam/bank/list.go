package bank

import (
	"context"
	"strings"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/exam"
	"shelter/internal/exam/match"
	"shelter/internal/i18n"
)

// PageSize is how many questions a page of the list holds.
const PageSize = 40

// Filter narrows the list; empty fields narrow nothing.
type Filter struct {
	Text       string
	Course     string
	Objective  string
	Type       exam.Type
	Status     exam.Status
	Difficulty int
	Lacks      i18n.Lang // not complete in this language
	None       bool      // nothing at all, for an empty workbook
	Page       int       // from 1
}

// Active tells whether anything is narrowed.
func (f Filter) Active() bool {
	f.Page = 0
	return f != Filter{}
}

// List is a page of questions.
type List struct {
	Rows       []Row
	Total      int
	Pages      int
	Courses    []string
	Objectives []string
	Counts     map[exam.Status]int // of the whole bank
}

// List finds questions, by code.
func (s *Service) List(ctx context.Context, actor access.Actor, f Filter) (List, error) {
	if err := may(actor); err != nil {
		return List{}, err
	}
	var l List
	q := f.apply(current(s.db))
	total, err := f.apply(s.db.NewSelect().TableExpr("exam.question AS q").Join("JOIN exam.question_version AS v ON v.id = q.version_id")).Count(ctx)
	if err != nil {
		return l, db.Translate(err)
	}
	l.Total = int(total)
	l.Pages = (l.Total + PageSize - 1) / PageSize
	page := min(max(f.Page, 1), max(l.Pages, 1))
	rows, err := scan(ctx, q.OrderExpr("q.code").Limit(PageSize).Offset(int64(page-1)*PageSize))
	if err != nil {
		return l, err
	}
	l.Rows = rows
	return l, s.facets(ctx, &l)
}

func (f Filter) apply(q *bun.SelectQuery) *bun.SelectQuery {
	for _, word := range strings.Fields(match.Fold(f.Text, match.Default|match.Endings)) {
		q = q.Where("(q.search ILIKE ? OR q.code ILIKE ?)", "%"+likeSafe(word)+"%", "%"+likeSafe(word)+"%")
	}
	if f.None {
		q = q.Where("false")
	}
	if f.Course != "" {
		q = q.Where("q.course = ?", f.Course)
	}
	if f.Objective != "" {
		q = q.Where("q.objective = ?", f.Objective)
	}
	if f.Type != "" {
		q = q.Where("v.type = ?", f.Type)
	}
	if f.Status != "" {
		q = q.Where("q.status = ?", f.Status)
	}
	if f.Difficulty != 0 {
		q = q.Where("v.difficulty = ?", f.Difficulty)
	}
	if f.Lacks != "" {
		q = q.Where("NOT (q.langs @> ARRAY[?]::text[])", string(f.Lacks))
	}
	return q
}

func likeSafe(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

func scan(ctx context.Context, q *bun.SelectQuery) ([]Row, error) {
	var found []dbRow
	if err := q.Scan(ctx, &found); err != nil {
		return nil, db.Translate(err)
	}
	rows := make([]Row, len(found))
	for i, r := range found {
		rows[i] = r.row()
	}
	return rows, nil
}

// facets reads what the filters offer.
func (s *Service) facets(ctx context.Context, l *List) error {
	var rows []struct {
		Course, Objective string
		Status            exam.Status
		N                 int
	}
	err := s.db.NewSelect().TableExpr("exam.question").ColumnExpr("course, objective, status, count(*) AS n").
		Where("version_id IS NOT NULL").GroupExpr("course, objective, status").OrderExpr("course, objective").Scan(ctx, &rows)
	if err != nil {
		return db.Translate(err)
	}
	l.Counts = map[exam.Status]int{}
	seen := map[string]bool{"c:": true, "o:": true}
	for _, r := range rows {
		l.Counts[r.Status] += r.N
		if !seen["c:"+r.Course] {
			l.Courses = append(l.Courses, r.Course)
		}
		if !seen["o:"+r.Objective] {
			l.Objectives = append(l.Objectives, r.Objective)
		}
		seen["c:"+r.Course], seen["o:"+r.Objective] = true, true
	}
	return nil
}

// All reads every question that the filter lets through, for exports.
func (s *Service) All(ctx context.Context, actor access.Actor, f Filter) ([]Row, error) {
	if err := may(actor); err != nil {
		return nil, err
	}
	return scan(ctx, f.apply(current(s.db)).OrderExpr("q.code"))
}
