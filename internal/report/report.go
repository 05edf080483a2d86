// Package report makes the files that leave the house: what each export contains, and who may have it.
//
// Invariants: an export never holds more than its maker may see; every export leaves an audit entry with the number of its
// rows and their checksum before its first byte is handed out; a file is complete or there is none; no export of the training
// side knows anything of a case. What can be counted from the rows of a file is written as a formula on those rows, with the
// figure computed here as its stored value, so that a reader can audit it and a program that does not calculate shows it.
package report

import (
	"context"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/certificate"
	"shelter/internal/course"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/sheet"
	"shelter/internal/survey"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
)

// Options are what the maker of an export can choose.
type Options struct {
	Lang     i18n.Lang // of headings, words and reading direction
	Contacts bool      // phone or e-mail on the signature sheet; identity card numbers are never exported
	Neutral  bool      // a title that says nothing of the subject, and no topics

	Anonymous bool // of a period: without the codes that identify a person, and the marks that lead to one
}

// Service makes the exports.
type Service struct {
	Surveys      *survey.Service      // set by app: what people answered
	Courses      *course.Service      // set by app: what people learned
	Certificates *certificate.Service // set by app: what people were certified for
	Papers       *paper.Service       // set by app: the register of printed sheets
	Programme    *programme.Service   // set by app: the logos

	db        *db.DB
	workshops *workshop.Service
	exams     *exam.Service
	people    *org.Service
	bundle    *i18n.Bundle
	now       func() time.Time
}

// New makes the service.
func New(d *db.DB, w *workshop.Service, e *exam.Service, o *org.Service, b *i18n.Bundle, now func() time.Time) *Service {
	return &Service{db: d, workshops: w, exams: e, people: o, bundle: b, now: now}
}

// Attendance makes the attendance workbook of an event: signature sheets, one flat row per person and half-day, synthesis,
// pre- and post-test, lists and a read-me. It asks for access.AttendanceExport on the event; the test results are left out for
// whoever may not see them. The caller closes the file.
func (s *Service) Attendance(ctx context.Context, actor access.Actor, event uuid.UUID, o Options) (*File, error) {
	f, err := s.facts(ctx, actor, event, o)
	if err != nil {
		return nil, err
	}
	if err := s.registerSheets(ctx, actor, f, o); err != nil {
		return nil, err
	}
	w, checksum, err := attendanceBook(f, o, s.bundle.For(o.Lang))
	if err != nil {
		return nil, errs.Wrap(err, "report: attendance "+f.event().Code)
	}
	return s.release(ctx, actor, w, export{
		event: f.event(), action: "attendance.export", stem: "presences", title: s.bundle.For(o.Lang).T("report_file_attendance"),
		rows: len(f.rows), detail: map[string]any{"people": f.people, "contacts": o.Contacts}, checksum: checksum,
	}, o)
}

// registerSheets gives the signature sheets the codes by which their scans find back, and what was signed on screen.
func (s *Service) registerSheets(ctx context.Context, actor access.Actor, f *facts, o Options) (err error) {
	if s.Papers == nil {
		return nil
	}
	var lists []paper.List
	for _, slots := range groups(f.report.Slots, o.signs()) {
		l := paper.List{FirstNo: 1, Book: true}
		for _, sl := range slots {
			l.Slots = append(l.Slots, sl.ID)
		}
		for _, p := range f.report.Enrolled() {
			l.People = append(l.People, p.EnrolmentID)
		}
		lists = append(lists, l)
	}
	if f.sheetCodes, err = s.Papers.Register(ctx, actor, f.event().ID, lists); err != nil {
		return err
	}
	f.signed, err = s.Papers.Printed(ctx, actor, f.event().ID)
	return err
}

// AttendanceByCode is Attendance for the code of an event, as W-2026-014.
func (s *Service) AttendanceByCode(ctx context.Context, actor access.Actor, code string, o Options) (*File, error) {
	id, err := s.workshops.IDByCode(ctx, actor, code)
	if err != nil {
		return nil, err
	}
	return s.Attendance(ctx, actor, id, o)
}

// facts reads what the attendance workbook tells.
func (s *Service) facts(ctx context.Context, actor access.Actor, event uuid.UUID, o Options) (*facts, error) {
	if _, ok := i18n.Parse(string(o.Lang)); !ok {
		return nil, errs.InvalidFields([]errs.Field{{Name: "lang", Key: "error_choice"}})
	}
	rep, err := s.workshops.AttendanceRows(ctx, actor, event)
	if err != nil {
		return nil, err
	}
	governorates, err := s.people.Governorates(ctx)
	if err != nil {
		return nil, err
	}
	by, err := s.maker(ctx, actor)
	if err != nil {
		return nil, err
	}
	logos, err := s.logos(ctx)
	if err != nil {
		return nil, err
	}
	tests, err := s.exams.Results(ctx, actor, event)
	hidden := errs.Is(err, errs.Forbidden)
	if err != nil && !hidden {
		return nil, err
	}
	return newFacts(source{report: rep, tests: tests, testsHidden: hidden, governorates: governorates, logos: logos, by: by, at: s.now()}), nil
}

// eventFacts reads what a workbook without people tells of an event.
func (s *Service) eventFacts(ctx context.Context, actor access.Actor, act access.Action, event uuid.UUID) (*facts, error) {
	h, err := s.workshops.Head(ctx, actor, act, event)
	if err != nil {
		return nil, err
	}
	by, err := s.maker(ctx, actor)
	if err != nil {
		return nil, err
	}
	return newFacts(source{report: &workshop.Report{View: &workshop.View{Head: h}}, by: by, at: s.now()}), nil
}

// maker names who exports by a code, never by a name.
func (s *Service) maker(ctx context.Context, actor access.Actor) (string, error) {
	if actor.System != "" {
		return actor.System, nil
	}
	p, err := s.people.OwnPerson(ctx, actor)
	return p.Code, err
}

// export is what an audit entry says of a file.
type export struct {
	event    *workshop.Event
	action   string
	stem     string // of the file's name, ASCII
	title    string // of the file's name in the reader's language
	rows     int
	detail   map[string]any
	checksum string
}

// release writes the workbook to a temporary file, records the export, and only then lets go of the file.
func (s *Service) release(ctx context.Context, actor access.Actor, w *sheet.Workbook, e export, o Options) (*File, error) {
	detail := map[string]any{"rows": e.rows, "lang": o.Lang, "neutral": o.Neutral, "sha256": e.checksum}
	for k, v := range e.detail {
		detail[k] = v
	}
	name := func(stem string) string { return e.event.Code + "-" + stem + "-" + string(o.Lang) + ".xlsx" }
	return handOut(ctx, s.db, w, File{Name: name(e.stem), Title: name(e.title), Rows: e.rows, Checksum: e.checksum},
		audit.Entry{At: s.now(), Actor: actor, Action: e.action, Kind: "workshop", ID: e.event.ID.String(), Detail: detail})
}
