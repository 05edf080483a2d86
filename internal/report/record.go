package report

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/certificate"
	"shelter/internal/course"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// Record is the training record of a person: all that was done, and what it gave.
type Record struct {
	Person       org.Person
	At           time.Time
	Workshops    []workshop.Own
	Tests        []exam.Taken
	Courses      []course.Learned
	Certificates []certificate.Certificate
	Competencies []course.Holding
}

// RecordKind is what a line of a training record tells of.
type RecordKind string

// The kinds, in their order.
const (
	RecordWorkshop    RecordKind = "workshop"
	RecordTest        RecordKind = "test"
	RecordCourse      RecordKind = "course"
	RecordCertificate RecordKind = "certificate"
	RecordCompetency  RecordKind = "competency"
)

// RecordKinds lists the kinds.
func RecordKinds() []RecordKind {
	return []RecordKind{RecordWorkshop, RecordTest, RecordCourse, RecordCertificate, RecordCompetency}
}

// RecordLine is one line of a training record in words.
type RecordLine struct {
	Kind   RecordKind
	On     time.Time
	Title  string
	Code   string
	Result string
	Until  time.Time // of what ends; zero for what does not
}

// Record gives the training record of a person: the own one, or one within the actor's scope.
func (s *Service) Record(ctx context.Context, actor access.Actor, person uuid.UUID) (*Record, error) {
	p, err := s.people.Person(ctx, actor, person) // asks for access.PersonView
	if err != nil {
		return nil, err
	}
	r := &Record{Person: p, At: s.now()}
	if r.Workshops, err = s.workshops.Record(ctx, actor, person); err != nil {
		return nil, err
	}
	if r.Tests, err = s.exams.TakenBy(ctx, actor, p.Resource()); err != nil {
		return nil, err
	}
	if r.Courses, err = s.Courses.LearnedBy(ctx, actor, p.Resource()); err != nil {
		return nil, err
	}
	if r.Certificates, err = s.Certificates.Of(ctx, actor, p.Resource()); err != nil {
		return nil, err
	}
	r.Competencies, err = s.Courses.Competencies(ctx, actor, p.Resource())
	return r, err
}

// Lines puts the record into words, by kind, the latest first.
func (r *Record) Lines(loc *i18n.Localizer) []RecordLine {
	var list []RecordLine
	for i := range r.Workshops {
		w := &r.Workshops[i]
		line := RecordLine{Kind: RecordWorkshop, On: w.StartsOn, Title: w.TitleIn(loc.Lang()), Code: w.Code, Result: loc.T("people_record_" + string(w.EnrolState))}
		if w.EnrolState == workshop.Enrolled && w.Planned > 0 && !w.StartsOn.After(r.At) {
			line.Result = loc.T("record_presence", "attended", loc.Number(w.Attended), "planned", loc.Number(w.Planned))
		}
		list = append(list, line)
	}
	for i := range r.Tests {
		t := &r.Tests[i]
		list = append(list, RecordLine{Kind: RecordTest, On: t.SubmittedAt, Title: loc.T("record_test_"+string(t.Phase)) + " – " + r.testTitle(t, loc.Lang()), Code: t.EventCode, Result: testResult(loc, t)})
	}
	for _, c := range r.Courses {
		line := RecordLine{Kind: RecordCourse, On: c.BegunAt, Title: c.Title.In(loc.Lang()), Code: c.Code, Result: loc.T("record_course_begun", "done", loc.Number(c.Done), "of", loc.Number(c.Of))}
		if c.CompletedAt != nil {
			line.On, line.Result = *c.CompletedAt, loc.T("record_course_done")
		}
		list = append(list, line)
	}
	return append(list, r.gained(loc)...)
}

// testTitle names the workshop or the course of a test. A course that was never begun is known by its code.
func (r *Record) testTitle(t *exam.Taken, l i18n.Lang) string {
	if t.Course == "" {
		return t.TitleIn(l)
	}
	for _, c := range r.Courses {
		if c.Code == t.Course {
			return c.Title.In(l)
		}
	}
	return t.Course
}

// gained are the lines of certificates and competencies.
func (r *Record) gained(loc *i18n.Localizer) []RecordLine {
	var list []RecordLine
	for i := range r.Certificates {
		c := &r.Certificates[i]
		key := "record_presence"
		if c.Course != "" {
			key = "record_lessons"
		}
		list = append(list, RecordLine{Kind: RecordCertificate, On: c.IssuedAt, Title: c.TitleIn(loc.Lang()), Code: c.Number, Until: c.ValidUntil,
			Result: loc.T(key, "attended", loc.Number(c.Attended), "planned", loc.Number(c.Planned))})
	}
	for _, h := range r.Competencies {
		list = append(list, RecordLine{Kind: RecordCompetency, On: h.From, Title: h.Competency.Title.In(loc.Lang()), Code: h.Competency.Code,
			Result: loc.T("learning_state_" + string(h.State(r.At))), Until: h.Until})
	}
	return list
}

func testResult(loc *i18n.Localizer, t *exam.Taken) string {
	switch {
	case !t.Shown:
		return loc.T("record_test_taken")
	case t.Score == nil || t.MaxScore == nil:
		return loc.T("record_test_waiting")
	}
	return loc.T("record_test_score", "score", loc.Decimal(*t.Score, 1), "of", loc.Decimal(*t.MaxScore, 0))
}

// RecordFile makes the workbook of a training record. The caller closes it.
func (s *Service) RecordFile(ctx context.Context, actor access.Actor, person uuid.UUID, lang i18n.Lang) (*File, error) {
	r, err := s.Record(ctx, actor, person)
	if err != nil {
		return nil, err
	}
	loc := s.bundle.For(lang)
	lines := r.Lines(loc)
	w, err := recordBook(r, lines, loc)
	if err != nil {
		return nil, errs.Wrap(err, "report: record "+r.Person.Code)
	}
	name := func(stem string) string { return r.Person.Code + "-" + stem + "-" + string(lang) + ".xlsx" }
	return handOut(ctx, s.db, w, File{Name: name("parcours"), Title: name(strings.ToLower(loc.T("record_file"))), Rows: len(lines)},
		audit.Entry{At: r.At, Actor: actor, Action: "record.export", Kind: "person", ID: person.String(), Detail: map[string]any{"rows": len(lines), "lang": lang}})
}

// recordTable is the name of the table in formulas.
const recordTable = "Parcours"

func recordBook(r *Record, lines []RecordLine, loc *i18n.Localizer) (*sheet.Workbook, error) {
	b := &book{Workbook: sheet.NewWorkbook(), loc: loc}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: r.Person.Code, Subject: loc.T("record_title"), Creator: "Shelter", Language: string(loc.Lang()), Created: r.At})
	s := b.AddSheet(loc.T("record_file"), sheet.SheetOptions{RightToLeft: b.rtl(), FreezeRows: 1, Widths: []float64{16, 26, 18, 13, 52, 18, 36, 13}, TabColor: accentColor, Page: b.tablePage()})
	heads := make([]sheet.Value, 0, 8)
	for _, c := range []string{"person", "name", "kind", "on", "what", "code", "result", "until"} {
		heads = append(heads, sheet.V(loc.T("record_col_"+c), b.st.head))
	}
	s.RowWith(sheet.RowOptions{Height: 30}, heads...)
	for _, l := range lines {
		until := sheet.Value{}
		if !l.Until.IsZero() {
			until = sheet.V(i18n.Day(l.Until), b.st.date)
		}
		s.Row(sheet.V(r.Person.Code, b.st.text), sheet.V(r.Person.Name(), b.st.text), sheet.V(loc.T("record_kind_"+string(l.Kind)), b.st.text), sheet.V(i18n.Day(l.On), b.st.date),
			sheet.V(l.Title, b.st.text), sheet.V(l.Code, b.st.text), sheet.V(l.Result, b.st.text), until)
	}
	s.Table(recordTable, sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: max(2, s.Last()), LastCol: 8}, "TableStyleLight1")
	if err := b.Err(); err != nil {
		_ = b.Close()
		return nil, err
	}
	return b.Workbook, nil
}
