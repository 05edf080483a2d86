package report

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/sheet"
	"shelter/internal/survey"
	"shelter/internal/workshop"
)

// EventReport is what one page tells of an event: figures only, nobody's name.
type EventReport struct {
	Head     *workshop.Head
	Title    string
	Place    string // in a workbook's cell
	Where    string // the governorate's name
	Figures  []ReportFigure
	HalfDays []ReportHalfDay
	Groups   []ReportGroup
	Tests    *stats.PrePost // nil: none, or not for the maker
	Hidden   bool           // the maker may not see the tests
	Answers  int            // to the survey at the end; 0: none shown
	Told     string         // how people were asked
	Items    []ReportItem   // its scales

	f *facts
}

// ReportFigure is one figure; Share stands beside it where it is one of a whole.
type ReportFigure struct {
	Key   string // of its name
	Value int
	Of    int // 0: no whole
}

// ReportHalfDay is the attendance of a half-day.
type ReportHalfDay struct {
	Slot             *workshop.Slot
	Attended, Listed int
}

// ReportGroup are the unique persons who attended, by a trait and by sex.
type ReportGroup struct {
	Key   string
	Lines []ReportLine
}

// ReportLine is a line of a group.
type ReportLine struct {
	Label                 string
	Women, Men, NotStated int
}

// All is the line's sum.
func (l ReportLine) All() int { return l.Women + l.Men + l.NotStated }

// ReportItem is a scale of the survey: its mean from 1 to 5, the share of the two upper steps, and who answered it.
type ReportItem struct {
	Text        string
	Mean, Agree float64
	N           int
}

// EventReport puts the report of an event together in a language. It asks for access.AttendanceExport on the event; tests and survey
// are left out for whoever may not see them.
func (s *Service) EventReport(ctx context.Context, actor access.Actor, event uuid.UUID, o Options) (*EventReport, error) {
	f, err := s.facts(ctx, actor, event, o)
	if err != nil {
		return nil, err
	}
	b := &book{f: f, o: o, loc: s.bundle.For(o.Lang)}
	r := &EventReport{Head: f.report.Head, Title: b.title(true), f: f, Hidden: f.testsHidden}
	r.Where = b.knownPlace()
	r.Place = joinKnown([]string{f.event().Venue, f.event().Room, b.knownPlace()}, b.comma())
	certificates, err := s.certificates(ctx, event)
	if err != nil {
		return nil, err
	}
	r.count(certificates)
	for i := range f.report.Slots {
		r.HalfDays = append(r.HalfDays, r.halfDay(&f.report.Slots[i]))
	}
	for _, d := range b.dimensions() {
		if d.key != "by_organisation" {
			r.Groups = append(r.Groups, group(f, d))
		}
	}
	if !f.testsHidden && f.tests.Pairing != nil {
		p := f.tests.Compare()
		r.Tests = &p
	}
	return r, s.satisfaction(ctx, actor, event, b, r)
}

// knownPlace is the governorate of the event, or nothing.
func (b *book) knownPlace() string {
	if b.f.event().Governorate == "" {
		return ""
	}
	return b.governorate(b.f.event().Governorate)
}

func (s *Service) certificates(ctx context.Context, event uuid.UUID) (n int, err error) {
	err = s.db.NewSelect().TableExpr("certificate.certificate").ColumnExpr("count(*)").Where("event_id = ? AND revoked_at IS NULL", event).Scan(ctx, &n)
	return n, db.Translate(err)
}

func (r *EventReport) count(certificates int) {
	n, f := r.f.total(), r.f
	r.Figures = []ReportFigure{{Key: "report_key_planned", Value: len(f.report.Slots)}, {Key: "report_key_listed", Value: n[listed]}, {Key: "report_key_present", Value: n[present], Of: n[listed]},
		{Key: "report_key_participations", Value: n[participations], Of: len(f.rows)}, {Key: "report_key_hours", Value: (f.minutes() + 30) / 60},
		{Key: "report_key_completed", Value: n[completed], Of: n[listed]}, {Key: "report_key_certificates", Value: certificates}}
}

func (r *EventReport) halfDay(slot *workshop.Slot) ReportHalfDay {
	h := ReportHalfDay{Slot: slot}
	for i := range r.f.rows {
		if row := &r.f.rows[i]; row.Slot == slot {
			h.Listed++
			if row.attended {
				h.Attended++
			}
		}
	}
	return h
}

// group counts unique persons; lines without anybody are left out.
func group(f *facts, d dimension) ReportGroup {
	g, n := ReportGroup{Key: d.key}, f.cross(d.of)
	for _, id := range d.values {
		l := ReportLine{Label: d.label(id), Women: n.at(id, "f")[present], Men: n.at(id, "m")[present], NotStated: n.at(id, "")[present]}
		if l.All() > 0 {
			g.Lines = append(g.Lines, l)
		}
	}
	return g
}

// satisfaction adds the scales of the survey at the end, where its rule shows them.
func (s *Service) satisfaction(ctx context.Context, actor access.Actor, event uuid.UUID, b *book, r *EventReport) error {
	if s.Surveys == nil {
		return nil
	}
	res, err := s.Surveys.Results(ctx, actor, event, survey.End)
	if errs.Is(err, errs.Forbidden) {
		return nil
	}
	if err != nil || res.Hidden != survey.Shown {
		return err
	}
	r.Answers, r.Told = res.Survey.Answers, res.Survey.Told(b.loc)
	for i := range res.Items {
		it := &res.Items[i]
		mean, ok := it.Mean()
		if !ok {
			continue
		}
		agree, _ := it.Agree()
		r.Items = append(r.Items, ReportItem{Text: it.Question.Text.In(b.loc.Lang()), Mean: mean, Agree: agree, N: it.N})
	}
	return nil
}

// EventReportBook makes the report as a workbook: the page, the synthesis with its formulas, the flat rows, the tests, and a read-me.
// The caller closes the file.
func (s *Service) EventReportBook(ctx context.Context, actor access.Actor, event uuid.UUID, o Options) (*File, error) {
	r, err := s.EventReport(ctx, actor, event, o)
	if err != nil {
		return nil, err
	}
	if o.Anonymous {
		r.f.nameless()
	}
	loc := s.bundle.For(o.Lang)
	b := &book{Workbook: sheet.NewWorkbook(), f: r.f, o: o, loc: loc}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: r.f.event().Code, Subject: b.t("sheet_report"), Creator: "Shelter", Language: string(loc.Lang()), Created: r.f.at})
	b.reportSheet(r)
	checksum := b.flatSheet()
	b.summarySheet()
	b.testSheet()
	b.listSheet()
	b.readMe(checksum)
	if err := b.Err(); err != nil {
		_ = b.Close()
		return nil, errs.Wrap(err, "report: workshop "+r.f.event().Code)
	}
	return s.release(ctx, actor, b.Workbook, export{event: r.f.event(), action: "report.export", stem: "rapport", title: b.t("file_report"), rows: len(r.f.rows), checksum: checksum,
		detail: map[string]any{"people": r.f.people, "anonymous": o.Anonymous}}, o)
}

// nameless puts people and test results into an order that says nothing of names.
func (f *facts) nameless() {
	f.codes = map[uuid.UUID]string{}
	share := func(v *float64) float64 {
		if v == nil {
			return -1
		}
		return *v
	}
	slices.SortStableFunc(f.tests.Scores, func(a, b exam.Score) int {
		switch d := share(a.Pre) - share(b.Pre); {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
}

// EventReportByCode is EventReportBook for the code of an event, as W-2026-014.
func (s *Service) EventReportByCode(ctx context.Context, actor access.Actor, code string, o Options) (*File, error) {
	id, err := s.workshops.IDByCode(ctx, actor, code)
	if err != nil {
		return nil, err
	}
	return s.EventReportBook(ctx, actor, id, o)
}
