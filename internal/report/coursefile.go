package report

import (
	"context"
	"strings"
	"time"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// CourseProgress makes the workbook of how people get on in a course: people, lessons, check questions; what few people answered is
// not told. It asks for access.CourseEnrol and holds the people within the actor's reach. The caller closes the file.
func (s *Service) CourseProgress(ctx context.Context, actor access.Actor, code string, lang i18n.Lang) (*File, error) {
	p, err := s.Courses.Progress(ctx, actor, code)
	if err != nil {
		return nil, err
	}
	loc, now := s.bundle.For(lang), s.now()
	b := &courseBook{book: book{Workbook: sheet.NewWorkbook(), loc: loc}, p: p}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: p.Title.In(lang), Subject: loc.T("enrol_progress_title"), Creator: "Shelter", Language: string(lang), Created: now})
	b.people()
	b.lessons()
	b.questions()
	if err := b.Err(); err != nil {
		_ = b.Close()
		return nil, errs.Wrap(err, "report: course "+code)
	}
	name := func(stem string) string { return code + "-" + stem + "-" + string(lang) + ".xlsx" }
	return handOut(ctx, s.db, b.Workbook, File{Name: name("avancement"), Title: name(strings.ToLower(loc.T("enrol_file"))), Rows: len(p.Learners)},
		audit.Entry{At: now, Actor: actor, Action: "course.export", Kind: "course", ID: code, Detail: map[string]any{"rows": len(p.Learners), "lang": lang}})
}

type courseBook struct {
	book

	p *course.Progress
}

// table writes a sheet that is one table.
func (b *courseBook) table(key string, widths []float64, heads []string, rows [][]sheet.Value) {
	s := b.AddSheet(b.loc.T("enrol_sheet_"+key), sheet.SheetOptions{RightToLeft: b.rtl(), FreezeRows: 1, Widths: widths, TabColor: accentColor, Page: b.tablePage()})
	line := make([]sheet.Value, len(heads))
	for i, h := range heads {
		line[i] = sheet.V(b.loc.T("enrol_col_"+h), b.st.head)
	}
	s.RowWith(sheet.RowOptions{Height: 30}, line...)
	for _, r := range rows {
		s.Row(r...)
	}
	s.Table("Cours_"+key, sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: max(2, s.Last()), LastCol: len(heads)}, "TableStyleLight1")
}

func (b *courseBook) text(v string) sheet.Value { return sheet.V(v, b.st.text) }

func (b *courseBook) whole(n int) sheet.Value { return sheet.V(n, b.st.quiet) }

func (b *courseBook) date(t *time.Time) sheet.Value {
	if t == nil {
		return sheet.Value{}
	}
	return sheet.V(i18n.Day(*t), b.st.date)
}

func (b *courseBook) people() {
	rows := make([][]sheet.Value, len(b.p.Learners))
	for i := range b.p.Learners {
		l := &b.p.Learners[i]
		rows[i] = []sheet.Value{b.text(l.Code), b.text(l.Name), b.text(l.OrganisationIn(b.loc.Lang())), b.text(b.loc.T("enrol_state_" + string(l.State))),
			b.date(l.DueOn), b.date(l.BegunAt), b.date(l.CompletedAt), b.whole(l.Done), b.whole(l.Of), b.whole(l.Minutes)}
	}
	b.table("people", []float64{12, 28, 36, 14, 13, 13, 13, 10, 10, 12},
		[]string{"code", "person", "organisation", "state", "due", "begun", "finished", "done", "of", "minutes"}, rows)
}

func (b *courseBook) lessons() {
	rows := make([][]sheet.Value, len(b.p.Lessons))
	for i, l := range b.p.Lessons {
		t, _ := l.Lesson.In(b.loc.Lang())
		rows[i] = []sheet.Value{b.whole(i + 1), b.text(t.Title), b.whole(l.Lesson.Minutes), b.whole(b.p.Begun), b.whole(l.Done), b.whole(l.Stopped)}
	}
	b.table("lessons", []float64{8, 52, 12, 12, 12, 12}, []string{"number", "lesson", "minutes", "all_begun", "lesson_done", "stopped"}, rows)
}

func (b *courseBook) questions() {
	var rows [][]sheet.Value
	for _, q := range b.p.Questions {
		t, lang := q.Lesson.In(b.loc.Lang())
		row := []sheet.Value{b.text(q.Question.Code), b.text(t.Title), b.text(q.Question.Stem.In(lang)), {}, {}, {}}
		if !q.Few {
			row[3], row[4], row[5] = b.whole(q.Answered), b.whole(q.First), b.whole(q.Last)
		}
		rows = append(rows, row)
	}
	b.table("questions", []float64{10, 36, 70, 12, 14, 14}, []string{"code", "lesson", "question", "answered", "first", "last"}, rows)
}
