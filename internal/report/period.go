package report

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/programme"
	"shelter/internal/sheet"
)

// Period is the stretch of days of an export, both included.
type Period struct{ From, To time.Time }

func (p Period) holds(day time.Time) bool { return !day.Before(p.From) && !day.After(p.To) }

// AttendancePeriod makes one workbook of the flat attendance rows of many events: one row per person and half-day of the
// period, and a sheet that says what is in it. The events are read one after another and the rows go to disk as they are
// written, so that the memory does not grow with the number of events. A pivot table stands on the rows. It asks for access.AttendanceExport on each event.
func (s *Service) AttendancePeriod(ctx context.Context, actor access.Actor, p Period, o Options) (*File, error) {
	if err := access.Can(actor, access.AttendancePeriod, access.Resource{}); err != nil {
		return nil, err
	}
	if _, ok := i18n.Parse(string(o.Lang)); !ok {
		return nil, errs.InvalidFields([]errs.Field{{Name: "lang", Key: "error_choice"}})
	}
	events, err := s.workshops.Between(ctx, actor, p.From, p.To)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, errs.NewConflict("report_error_period_empty")
	}
	governorates, err := s.people.Governorates(ctx)
	if err != nil {
		return nil, err
	}
	logos, err := s.logos(ctx)
	if err != nil {
		return nil, err
	}
	w := &periodWriter{s: s, actor: actor, period: p, o: o, governorates: governorates, logos: logos}
	defer w.discard()
	for _, id := range events {
		if err := w.event(ctx, id); err != nil {
			return nil, err
		}
	}
	return w.finish(ctx, len(events))
}

// periodWriter writes the rows of one event after another.
type periodWriter struct {
	s            *Service
	actor        access.Actor
	period       Period
	o            Options
	governorates []org.Governorate
	logos        []programme.Logo
	b            *book
	flat         *flatWriter
	rows         int
	released     bool
}

func (w *periodWriter) discard() {
	if w.b != nil && !w.released {
		_ = w.b.Close()
	}
}

// event adds the rows of an event that lie in the period.
func (w *periodWriter) event(ctx context.Context, id uuid.UUID) error {
	rep, err := w.s.workshops.AttendanceRows(ctx, w.actor, id)
	if err != nil {
		return err
	}
	return w.add(newFacts(source{report: rep, testsHidden: true, governorates: w.governorates, logos: w.logos, at: w.s.now()}))
}

func (w *periodWriter) add(f *facts) error {
	if w.b == nil {
		w.begin(f)
	}
	w.b.f, w.flat.zone = f, f.event().Zone()
	for i := range f.rows {
		if w.period.holds(f.rows[i].Slot.Day) {
			w.flat.row(&f.rows[i])
			w.rows++
		}
	}
	return w.b.Err()
}

// begin opens the workbook; styles and page come from the book of the attendance workbook.
func (w *periodWriter) begin(f *facts) {
	loc := w.s.bundle.For(w.o.Lang)
	b := &book{Workbook: sheet.NewWorkbook(), f: f, o: w.o, loc: loc}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: b.t("file_attendance"), Creator: "Shelter", Language: string(loc.Lang()), Created: f.at})
	cols, widths := flatColumns()
	w.b = b
	page := w.page(true)
	page.RepeatFirst = 1
	b.pivotPlan(cols)
	s := b.AddSheet(b.t("sheet_flat"), sheet.SheetOptions{RightToLeft: b.rtl(), FreezeRows: 1, FreezeCols: 5, Widths: widths, Page: page, TabColor: "2E7D6B"})
	heads := make([]sheet.Value, len(cols))
	for i, c := range cols {
		heads[i] = sheet.V(b.t("col_"+string(c)), b.st.head)
	}
	s.RowWith(sheet.RowOptions{Height: 32}, heads...)
	w.flat = newFlatWriter(b, s)
}

// page is the printed page of a sheet; its foot says which days.
func (w *periodWriter) page(landscape bool) *sheet.Page {
	page := w.b.page(landscape)
	page.FooterLeft = foot(w.stretch(w.b.loc))
	return page
}

func (w *periodWriter) stretch(loc *i18n.Localizer) string {
	return loc.DateShort(w.period.From) + " – " + loc.DateShort(w.period.To)
}

// complete ends the table and writes what the file holds.
func (w *periodWriter) complete(events int) (checksum string, err error) {
	cols, _ := flatColumns()
	s := w.flat.s
	last := max(s.Last(), 2)
	s.Table(flatTable, sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: last, LastCol: len(cols)}, "TableStyleLight1")
	w.b.pivotSheet(last, len(cols), w.page(true), w.stretch(w.b.loc))
	checksum = hex.EncodeToString(w.flat.sum.Sum(nil))
	w.about(events, checksum)
	return checksum, errs.Wrap(w.b.Err(), "report: attendance of a period")
}

func (w *periodWriter) finish(ctx context.Context, events int) (*File, error) {
	sum, err := w.complete(events)
	if err != nil {
		return nil, err
	}
	name := w.period.From.Format(time.DateOnly) + "-" + w.period.To.Format(time.DateOnly)
	w.released = true
	return handOut(ctx, w.s.db, w.b.Workbook, File{Name: name + "-presences-" + string(w.o.Lang) + ".xlsx", Title: name + "-" + w.b.t("file_attendance") + "-" + string(w.o.Lang) + ".xlsx",
		Rows: w.rows, Checksum: sum}, audit.Entry{At: w.s.now(), Actor: w.actor, Action: "attendance.export_period", Kind: "report", ID: name, Detail: map[string]any{
		"events": events, "rows": w.rows, "lang": w.o.Lang, "anonymous": w.o.Anonymous, "sha256": sum}})
}

// about says what the file holds and what was left out.
func (w *periodWriter) about(events int, sum string) {
	b := w.b
	widths := []float64{30, readMeWidth}
	s := b.AddSheet(b.t("sheet_readme"), sheet.SheetOptions{RightToLeft: b.rtl(), HideGrid: true, Widths: widths, Page: w.page(false)})
	b.logoLine(s, widths)
	line := func(key, text string) { s.Row(sheet.V(b.t(key), b.st.label), sheet.V(text, b.st.wrap)) }
	line("period_days", w.stretch(b.loc))
	line("period_events", b.loc.Number(events))
	line("period_rows", b.loc.Number(w.rows))
	left := "period_identity_kept"
	if w.o.Anonymous {
		left = "period_identity_left_out"
	}
	line("readme_left_out", b.t(left))
	line("period_denominator", b.t("period_denominator_is"))
	line("period_checksum", sum)
}
