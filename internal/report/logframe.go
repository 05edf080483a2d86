package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/programme"
	"shelter/internal/sheet"
)

// LogframeColumns are the fixed columns of the logframe as a workbook, in order; "target:" and a period's code follow. Their
// headings are these names in every language, so that a file can be read again whoever wrote it.
func LogframeColumns() []string {
	return []string{"level", "code", "parent", "title", "title_ar", "title_en", "unit", "query", "definition", "verification", "frequency", "responsible",
		"disaggregation", "baseline", "baseline_on", "target"}
}

// The sheets of the workbook that are read again.
const (
	LogframeSheet = "logframe"
	PeriodSheet   = "periods"
)

// Logframe makes the plan as a workbook that can be edited and imported again: one row per element and indicator, the periods, and a
// read-me in the reader's language. The caller closes the file.
func (s *Programme) Logframe(ctx context.Context, actor access.Actor, lang i18n.Lang) (*File, error) {
	b, err := s.Board(ctx, actor)
	if err != nil {
		return nil, err
	}
	loc := s.bundle.For(lang)
	w := newPages(loc, b.At, loc.T("programme_file_logframe"))
	rows := w.logframe(b)
	w.periods(b.Plan.Periods)
	w.readMe("programme_logframe_readme", len(rows))
	return s.release(ctx, actor, w, "logframe", rows)
}

// release finishes a workbook of the programme: temporary file, audit entry, and only then the file.
func (s *Programme) release(ctx context.Context, actor access.Actor, w *pages, stem string, rows []string) (*File, error) {
	if err := w.Err(); err != nil {
		_ = w.Close()
		return nil, errs.Wrap(err, "report: "+stem)
	}
	lang := string(w.loc.Lang())
	digest := sha256.Sum256([]byte(strings.Join(rows, "\n")))
	sum := hex.EncodeToString(digest[:])
	return handOut(ctx, s.db, w.Workbook, File{Name: "shelter-" + stem + "-" + lang + ".xlsx", Rows: len(rows), Checksum: sum,
		Title: "shelter-" + w.loc.T("programme_file_"+strings.ReplaceAll(stem, "-", "_")) + "-" + lang + ".xlsx"},
		audit.Entry{At: s.now().UTC(), Actor: actor, Action: "programme.export", Kind: "programme_" + stem, Detail: map[string]any{"rows": len(rows), "sha256": sum, "lang": lang}})
}

// logframe writes the plan and gives its rows as text, for the checksum.
func (w *pages) logframe(b *Board) []string {
	cols := LogframeColumns()
	for _, p := range b.Plan.Periods {
		cols = append(cols, "target:"+p.Code)
	}
	cols = append(cols, "actual")
	s := w.sheet(LogframeSheet, []float64{11, 10, 10, 44, 36, 36, 9, 22, 30, 26, 12, 20, 22, 10, 12, 10})
	w.heads(s, cols)
	var lines []string
	for _, e := range b.Plan.Elements {
		row := make([]any, len(cols))
		row[0], row[1], row[2], row[3], row[4], row[5] = string(e.Level), e.Code, b.Plan.Element(e.ParentID).Code, e.Title, e.TitleAR, e.TitleEN
		lines = append(lines, w.line(s, w.bold, row))
		for _, i := range b.Plan.Of(e.ID) {
			lines = append(lines, w.line(s, w.cell, indicatorRow(b, e, i, len(cols))))
		}
	}
	return lines
}

func indicatorRow(b *Board, e programme.Element, i programme.Indicator, n int) []any {
	row := make([]any, 0, n)
	on := any(nil)
	if !i.BaselineOn.IsZero() {
		on = i.BaselineOn.Format("2006-01-02")
	}
	row = append(row, "indicator", i.Code, e.Code, i.Title, i.TitleAR, i.TitleEN, string(i.Unit), i.Query, i.Definition, i.Verification, i.Frequency, i.Responsible,
		strings.Join(i.Disaggregation, " "), deref(i.Baseline), on, deref(i.Target))
	for _, p := range b.Plan.Periods {
		row = append(row, deref(b.Plan.TargetOf(i.ID, p.ID)))
	}
	if r := b.Row(i.ID); r != nil {
		row = append(row, deref(r.Total.Value))
	}
	return row
}

func deref(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

func (w *pages) periods(list []programme.Period) {
	s := w.sheet(PeriodSheet, []float64{14, 14, 14, 14})
	w.heads(s, []string{"code", "starts_on", "ends_on", "closed"})
	for _, p := range list {
		closed := "no"
		if p.Closed() {
			closed = "yes"
		}
		w.line(s, w.cell, []any{p.Code, p.StartsOn.Format("2006-01-02"), p.EndsOn.Format("2006-01-02"), closed})
	}
}

// pages is a workbook of plain tables in the reader's language.
type pages struct {
	*sheet.Workbook

	loc                                        *i18n.Localizer
	title, head, cell, bold, number, day, note sheet.StyleID
}

func newPages(loc *i18n.Localizer, at time.Time, title string) *pages {
	b := &book{Workbook: sheet.NewWorkbook(), loc: loc}
	box := sheet.Box(sheet.Thin, lineColor)
	w := &pages{Workbook: b.Workbook, loc: loc}
	b.Properties(sheet.Properties{Title: title, Creator: "Shelter", Language: string(loc.Lang()), Created: at})
	w.title = b.look(sheet.Style{Size: 16, Bold: true, Color: accentColor, Align: b.start()})
	w.head = b.look(sheet.Style{Size: 9, Bold: true, Fill: headFill, Border: box, Align: "center", Wrap: true})
	w.cell = b.look(sheet.Style{Border: box, Align: b.start(), VAlign: "top", Wrap: true})
	w.bold = b.look(sheet.Style{Border: box, Align: b.start(), VAlign: "top", Wrap: true, Bold: true, Fill: bandFill})
	w.number = b.look(sheet.Style{Border: box, Align: "center", VAlign: "top", Format: "#,##0.##"})
	w.day = b.look(sheet.Style{Border: box, Align: "center", VAlign: "top", Format: sheet.FormatDate})
	w.note = b.look(sheet.Style{Align: b.start(), VAlign: "top", Wrap: true, Color: quietColor})
	return w
}

func (w *pages) sheet(name string, widths []float64) *sheet.Writer {
	return w.AddSheet(name, sheet.SheetOptions{RightToLeft: w.loc.Lang() == i18n.AR, Widths: widths, HideGrid: true, Page: &sheet.Page{
		Landscape: true, FitWidth: 1, Margins: sheet.Insets{Top: 12, Right: 10, Bottom: 14, Left: 10}, Footer: footSize + sheet.PageNumber + " / " + sheet.PageCount}})
}

func (w *pages) heads(s *sheet.Writer, names []string) {
	values := make([]sheet.Value, len(names))
	for i, n := range names {
		values[i] = sheet.V(n, w.head)
	}
	s.RowWith(sheet.RowOptions{Height: 30}, values...)
}

// line writes a row: figures centred, everything else in the style given; it gives the row as text.
func (w *pages) line(s *sheet.Writer, style sheet.StyleID, row []any) string {
	values := make([]sheet.Value, len(row))
	for i, v := range row {
		st := style
		switch v.(type) {
		case float64, int:
			st = w.number
		case time.Time:
			st = w.day
		}
		values[i] = sheet.V(v, st)
	}
	s.Row(values...)
	return fmt.Sprint(row...)
}

// paragraphHeight makes room for a text in a column of 110 characters.
func paragraphHeight(text string) sheet.RowOptions {
	return sheet.RowOptions{Height: 15 * float64(1+len([]rune(text))/100)}
}

// readMe explains the file, one paragraph per line of the catalogue's text.
func (w *pages) readMe(key string, rows int) {
	s := w.sheet(w.loc.T("programme_sheet_readme"), []float64{110})
	s.Row(sheet.V(w.loc.T("programme_sheet_readme"), w.title))
	for _, line := range strings.Split(w.loc.T(key, "rows", rows), "\n") {
		s.RowWith(paragraphHeight(line), sheet.V(line, w.note))
	}
}
