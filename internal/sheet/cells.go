package sheet

import (
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"time"

	"shelter/internal/errs"
)

// budget is what all sheets of a file share.
type budget struct {
	cells int
	bytes int64
}

// sheetReader reads one worksheet as a stream of XML events.
type sheetReader struct {
	wb     *workbook
	lim    Limits
	budget *budget
	to     *Sheet

	row      Row
	col      int // of the cell being read, or of the last one
	cell     rawCell
	inCell   bool
	element  string // v, f or t while inside one
	text     textCollector
	unsorted bool
}

// rawCell is a cell as the file writes it.
type rawCell struct {
	kind    string
	style   int
	formula bool
	value   strings.Builder
	inline  strings.Builder
}

func readSheet(a *archive, part string, wb *workbook, lim Limits, b *budget, to *Sheet) error {
	r := &sheetReader{wb: wb, lim: lim, budget: b, to: to}
	if err := a.events(part, r.event); err != nil {
		return err
	}
	if r.unsorted {
		slices.SortStableFunc(to.Rows, func(a, b Row) int { return a.N - b.N })
	}
	return nil
}

func (r *sheetReader) event(_ *xml.Decoder, t xml.Token) error {
	if r.inCell {
		r.text.feed(t, &r.cell.inline)
	}
	switch e := t.(type) {
	case xml.StartElement:
		return r.start(e)
	case xml.EndElement:
		return r.end(e.Name.Local)
	case xml.CharData:
		if r.inCell && r.element == "v" {
			r.cell.value.Write(e)
		}
	}
	return nil
}

func (r *sheetReader) start(e xml.StartElement) error {
	switch e.Name.Local {
	case "row":
		return r.startRow(e)
	case "c":
		return r.startCell(e)
	case "f":
		r.cell.formula = r.inCell
	case "v":
		r.element = "v"
	case "sheetView":
		r.to.RightToLeft = r.to.RightToLeft || attrTrue(e, "rightToLeft")
	case "mergeCell":
		return r.merge(attr(e, "ref"))
	}
	return nil
}

func (r *sheetReader) startRow(e xml.StartElement) error {
	n := r.row.N + 1
	if s := attr(e, "r"); s != "" {
		v, err := strconv.Atoi(s)
		if err != nil || v < 1 || v > lastExcelRow {
			return errs.NewInvalid("sheet_damaged")
		}
		n = v
	}
	r.unsorted = r.unsorted || n <= r.row.N
	r.row = Row{N: n, Hidden: attrTrue(e, "hidden")}
	r.col = 0
	return nil
}

func (r *sheetReader) startCell(e xml.StartElement) error {
	r.col++
	if s := attr(e, "r"); s != "" {
		row, col := parseRef(s)
		if row != r.row.N {
			return errs.NewInvalid("sheet_damaged")
		}
		r.col = col
	}
	style, _ := strconv.Atoi(attr(e, "s"))
	r.cell = rawCell{kind: attr(e, "t"), style: style}
	r.inCell, r.element = true, ""
	return nil
}

func (r *sheetReader) end(local string) error {
	switch local {
	case "v":
		r.element = ""
	case "c":
		r.inCell = false
		return r.endCell()
	case "row":
		return r.endRow()
	}
	return nil
}

func (r *sheetReader) endCell() error {
	c := r.wb.cell(&r.cell)
	c.Col = r.col
	if c.Kind == Empty && !c.Formula {
		return nil
	}
	if c.Col > r.lim.Columns {
		return errs.NewInvalid("sheet_too_many_columns").With("max", r.lim.Columns)
	}
	r.budget.cells--
	r.budget.bytes -= int64(len(c.Text))
	if r.budget.cells < 0 || r.budget.bytes < 0 {
		return errs.NewInvalid("sheet_too_many_cells").With("max", r.lim.Cells)
	}
	r.row.Cells = append(r.row.Cells, c)
	return nil
}

func (r *sheetReader) endRow() error {
	if len(r.row.Cells) == 0 {
		return nil
	}
	if len(r.to.Rows) >= r.lim.Rows {
		return errs.NewInvalid("sheet_too_many_rows").With("max", r.lim.Rows)
	}
	slices.SortStableFunc(r.row.Cells, func(a, b Cell) int { return a.Col - b.Col })
	r.to.Rows = append(r.to.Rows, r.row)
	r.row.Cells = nil
	return nil
}

func (r *sheetReader) merge(ref string) error {
	if rng, ok := parseRange(ref); ok && len(r.to.Merged) < r.lim.Rows {
		r.to.Merged = append(r.to.Merged, rng)
	}
	return nil
}

// cell makes the value of a cell from what the file wrote.
func (wb *workbook) cell(raw *rawCell) Cell {
	c := Cell{Formula: raw.formula, Text: raw.value.String()}
	switch raw.kind {
	case "s":
		c.Kind, c.Text = Text, wb.shared(c.Text)
	case "inlineStr":
		c.Kind, c.Text = Text, unescape(raw.inline.String())
	case "str":
		c.Kind, c.Text = Text, unescape(c.Text)
	case "b":
		c.Kind = Bool
	case "e":
		c.Kind = Error
	case "d":
		c.Kind, c.Time = isoDate(c.Text)
	default:
		wb.number(&c, raw.style)
	}
	if strings.TrimSpace(c.Text) == "" {
		c.Kind, c.Text = Empty, ""
	}
	return c
}

func (wb *workbook) shared(index string) string {
	i, err := strconv.Atoi(strings.TrimSpace(index))
	if err != nil || i < 0 || i >= len(wb.strings) {
		return ""
	}
	return wb.strings[i]
}

func isoDate(s string) (Kind, time.Time) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return Date, t.UTC()
		}
	}
	return Text, time.Time{}
}

func (wb *workbook) number(c *Cell, style int) {
	c.Text = strings.TrimSpace(c.Text)
	f, err := strconv.ParseFloat(c.Text, 64)
	if err != nil {
		c.Kind = Text
		return
	}
	c.Kind = Number
	if style >= 0 && style < len(wb.formats) {
		c.Format = wb.formats[style]
	}
	if c.Format == "" || !dateParts(c.Format).isDate() {
		return
	}
	if t, ok := serialTime(f, wb.date1904); ok {
		c.Kind, c.Time = Date, t
	}
}
