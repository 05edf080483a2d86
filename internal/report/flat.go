package report

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// flatTable is the name of the table of flat rows in formulas.
const flatTable = "Presences"

// flatColumn names a column of the flat rows; its heading is report_col_NAME.
type flatColumn string

// The columns, in their order.
const (
	colEvent     flatColumn = "event"
	colDate      flatColumn = "date"
	colHalf      flatColumn = "half"
	colPlanned   flatColumn = "planned"
	colPerson    flatColumn = "person"
	colSex       flatColumn = "sex"
	colAge       flatColumn = "age"
	colOrg       flatColumn = "organisation"
	colType      flatColumn = "type"
	colGov       flatColumn = "governorate"
	colStatus    flatColumn = "status"
	colArrived   flatColumn = "arrived"
	colLeft      flatColumn = "left"
	colMinutes   flatColumn = "minutes"
	colSource    flatColumn = "source"
	colEvidence  flatColumn = "evidence"
	colAttended  flatColumn = "attended"
	colPresent   flatColumn = "present"
	colListed    flatColumn = "listed"
	colCompleted flatColumn = "completed"
)

// flatColumns lists the columns with their widths in characters.
func flatColumns() (cols []flatColumn, widths []float64) {
	for _, c := range []struct {
		name  flatColumn
		width float64
	}{
		{colEvent, 13}, {colDate, 11.5}, {colHalf, 12.5}, {colPlanned, 10}, {colPerson, 11}, {colSex, 11}, {colAge, 14}, {colOrg, 32}, {colType, 24},
		{colGov, 15}, {colStatus, 18}, {colArrived, 9}, {colLeft, 9}, {colMinutes, 11}, {colSource, 15}, {colEvidence, 27}, {colAttended, 11},
		{colPresent, 11}, {colListed, 11}, {colCompleted, 12.5},
	} {
		cols, widths = append(cols, c.name), append(widths, c.width)
	}
	return cols, widths
}

// flatWriter writes the flat rows and their checksum in one pass, with the words of each value looked up once.
type flatWriter struct {
	b      *book
	s      *sheet.Writer
	words  map[string]string
	zone   *time.Location
	values []sheet.Value
	sum    hash.Hash
	line   []byte
}

// flatSheet writes one row per person and half-day, and gives the checksum of the rows as written: SHA-256 over UTF-8 lines
// that end with a line feed, cells parted by tabs, days as 2026-12-14, times of day as 09:12, empty cells empty.
func (b *book) flatSheet() string {
	cols, widths := flatColumns()
	page := b.page(true)
	page.RepeatFirst = 1
	b.pivotPlan(cols)
	s := b.AddSheet(b.t("sheet_flat"), sheet.SheetOptions{
		RightToLeft: b.rtl(), FreezeRows: 1, FreezeCols: 5, Widths: widths, Page: page, TabColor: "2E7D6B",
	})
	heads := make([]sheet.Value, len(cols))
	for i, c := range cols {
		heads[i] = sheet.V(b.t("col_"+string(c)), b.st.head)
	}
	s.RowWith(sheet.RowOptions{Height: 32}, heads...)
	w := newFlatWriter(b, s)
	for i := range b.f.rows {
		w.row(&b.f.rows[i])
	}
	last := max(s.Last(), 2) // a table without a row is none: an empty event shows one blank row
	s.Table(flatTable, sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: last, LastCol: len(cols)}, "TableStyleLight1")
	b.flatLists(s, last)
	b.pivotSheet(last, len(cols), b.page(true), b.about())
	return hex.EncodeToString(w.sum.Sum(nil))
}

// flatLists offers the allowed words on the columns that have them, and marks what needs a look.
func (b *book) flatLists(s *sheet.Writer, last int) {
	cols, _ := flatColumns()
	lists := map[flatColumn]string{colHalf: listHalf, colSex: listSex, colAge: listAge, colType: listType, colGov: listGov, colStatus: listStatus, colSource: listSource}
	for i, c := range cols {
		cells := sheet.Range{FirstRow: 2, FirstCol: i + 1, LastRow: last, LastCol: i + 1}
		if list := lists[c]; list != "" {
			s.DropDown(b.dropDown(cells, list))
		}
		if c == colStatus {
			first := "$" + sheet.Letter(i+1) + "2="
			s.Highlight(cells, first+quote(b.status(workshop.Absent)), sheet.Style{Color: "9C2B1F", Fill: "FBE9E7"})
			s.Highlight(cells, first+quote(b.status(workshop.Unmarked)), sheet.Style{Color: quietColor, Fill: "EEF0F2"})
		}
	}
}

func newFlatWriter(b *book, s *sheet.Writer) *flatWriter {
	cols, _ := flatColumns()
	return &flatWriter{b: b, s: s, words: map[string]string{}, zone: b.f.event().Zone(), values: make([]sheet.Value, len(cols)), sum: sha256.New()}
}

func (w *flatWriter) clear() {
	w.line = w.line[:0]
	clear(w.values)
}

func (w *flatWriter) word(kind, value string, make func() string) string {
	k := kind + value
	s, ok := w.words[k]
	if !ok {
		s = make()
		w.words[k] = s
	}
	return s
}

func (w *flatWriter) row(r *row) {
	w.clear()
	w.fill(r)
	w.line[len(w.line)-1] = '\n'
	w.sum.Write(w.line)
	w.s.Row(w.values...)
}

func (w *flatWriter) fill(r *row) {
	b, p, c := w.b, r.Person, &r.Cell
	col := 0
	text := func(s string) { w.put(&col, s, w.b.st.text) }
	number := func(n int) { w.number(&col, n) }
	text(b.f.event().Code)
	w.moment(&col, r.Slot.Day, time.DateOnly, b.st.date)
	text(w.word("half", string(r.Slot.Half), func() string { return b.half(r.Slot.Half) }))
	number(r.Slot.Minutes)
	text(b.unlessAnonymous(p.PersonCode))
	text(w.word("sex", p.Sex, func() string { return b.sex(p.Sex) }))
	text(w.word("age", string(r.age), func() string { return b.age(r.age) }))
	text(w.orUnknown(organisationOf(r, b.loc.Lang())))
	text(w.word("kind", p.OrganisationKind, func() string { return b.kind(p.OrganisationKind) }))
	text(w.word("gov", p.Governorate, func() string { return b.governorate(p.Governorate) }))
	text(w.word("status", string(c.Status), func() string { return b.status(c.Status) }))
	w.moment(&col, inZone(c.ArrivedAt, w.zone), "15:04", b.st.clock)
	w.moment(&col, inZone(c.LeftAt, w.zone), "15:04", b.st.clock)
	w.minutes(&col, c)
	text(w.source(c))
	w.put(&col, b.unlessAnonymous(evidence(c)), b.st.small)
	for _, yes := range []bool{r.attended, r.present, r.listed, r.completed} {
		w.flag(&col, yes)
	}
}

// unlessAnonymous leaves out what identifies a person where the maker chose so.
func (b *book) unlessAnonymous(code string) string {
	if b.o.Anonymous {
		return ""
	}
	return code
}

func (w *flatWriter) put(col *int, s string, style sheet.StyleID) {
	if s != "" {
		w.values[*col] = sheet.V(s, style)
	}
	w.line = append(w.line, s...)
	w.next(col)
}

func (w *flatWriter) number(col *int, n int) {
	w.values[*col] = sheet.V(n, w.b.st.quiet)
	w.line = strconv.AppendInt(w.line, int64(n), 10)
	w.next(col)
}

func (w *flatWriter) flag(col *int, yes bool) {
	n := 0
	if yes {
		n = 1
	}
	w.number(col, n)
}

// minutes leaves the cell empty where nobody said anything: no statement is not 0 minutes.
func (w *flatWriter) minutes(col *int, c *workshop.Cell) {
	if c.Status == workshop.Unmarked {
		w.next(col)
		return
	}
	w.number(col, c.Minutes)
}

func (w *flatWriter) moment(col *int, t time.Time, layout string, style sheet.StyleID) {
	if !t.IsZero() {
		w.values[*col] = sheet.V(t, style)
		w.line = t.AppendFormat(w.line, layout)
	}
	w.next(col)
}

func (w *flatWriter) next(col *int) {
	w.line = append(w.line, '\t')
	*col++
}

func (w *flatWriter) orUnknown(s string) string {
	if s == "" {
		return w.word("unknown", "", w.b.unknown)
	}
	return s
}

func (w *flatWriter) source(c *workshop.Cell) string {
	if c.Source == "" {
		return ""
	}
	return w.word("source", string(c.Source), func() string { return w.b.t("source_" + string(c.Source)) })
}

// evidence is the mark that is in force: its history shows who said it, when, and on which device.
func evidence(c *workshop.Cell) string {
	if c.MarkID == uuid.Nil {
		return ""
	}
	return c.MarkID.String()
}

func inZone(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}
