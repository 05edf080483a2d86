package sheet

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Value is what is written to one cell.
type Value struct {
	V       any     // string, int, int64, float64, bool, time.Time (wall clock as it shows), or nil; a formula's known result
	Formula string  // without "="; sheet and table names as Excel writes them in a file (English functions, commas)
	Style   StyleID // a time needs a style with a date format
}

// V is a value with a style. A text is always a text, even when it begins with "=".
func V(v any, style StyleID) Value { return Value{V: v, Style: style} }

// F is a formula with a style.
func F(formula string, style StyleID) Value { return Value{Formula: formula, Style: style} }

// Writer writes one sheet as a stream from top to bottom: memory does not grow with the number of rows (a temporary file
// takes what is above 16 MB). Everything but PrintTitles, PrintArea and Protect belongs to the rows written so far or is
// placed by its own coordinates; all of it can be called at any time before the workbook is written.
type Writer struct {
	w       *Workbook
	name    string
	sw      *excelize.StreamWriter
	row     int
	cells   []excelize.Cell
	args    []any
	table   *excelize.Table
	widths  []float64
	heights int
	done    bool
}

// SheetOptions are fixed before the first row.
type SheetOptions struct {
	RightToLeft            bool
	Hidden                 bool
	HideGrid               bool
	TabColor               string    // RRGGBB
	Zoom                   int       // percent; 0 is 100
	Widths                 []float64 // of the columns from A on, in characters; 0 is the default
	FreezeRows, FreezeCols int
	Page                   *Page // nil: the reader's own printer settings
}

// Page is how a sheet is printed, always on A4.
type Page struct {
	Landscape              bool
	FitWidth, FitHeight    int    // number of pages; 0 is as many as it takes; both 0 prints at Scale
	Scale                  int    // percent; 0 is 100
	Margins                Insets // zero: 10 mm around, 15 mm at top and bottom
	CenterAcross           bool
	HeaderLeft, Header     string // with the codes PageNumber, PageCount; other texts through HeaderText
	HeaderRight            string
	FooterLeft, Footer     string
	FooterRight            string
	BlackAndWhite          bool
	RepeatFirst, RepeatEnd int // rows repeated on each page, as PrintTitles
}

// Insets are distances in millimetres.
type Insets struct{ Top, Right, Bottom, Left float64 }

// Codes of headers and footers.
const (
	PageNumber = "&P"
	PageCount  = "&N"
)

// HeaderText makes a text fit for a header or a footer.
func HeaderText(s string) string {
	var b []rune
	for _, r := range s {
		if r == '&' {
			b = append(b, '&')
		}
		if r >= ' ' {
			b = append(b, r)
		}
	}
	return string(b)
}

// AddSheet begins a sheet; its name goes through SheetName and must be new.
func (w *Workbook) AddSheet(name string, o SheetOptions) *Writer {
	s := &Writer{w: w, name: SheetName(name), widths: o.Widths}
	if w.reserved[s.name] {
		delete(w.reserved, s.name)
		return w.begin(s, o)
	}
	if i, err := w.f.GetSheetIndex(s.name); len(w.sheets) > 0 && (err != nil || i >= 0) {
		w.fail("sheet", fmt.Errorf("a sheet %q exists already", s.name))
	}
	if len(w.sheets) == 0 {
		w.fail("sheet", w.f.SetSheetName("Sheet1", s.name))
	} else {
		_, err := w.f.NewSheet(s.name)
		w.fail("sheet", err)
	}
	return w.begin(s, o)
}

// begin opens the stream of a sheet.
func (w *Workbook) begin(s *Writer, o SheetOptions) *Writer {
	w.sheets = append(w.sheets, s)
	s.before(o)
	sw, err := w.f.NewStreamWriter(s.name)
	w.fail("stream", err)
	if s.sw = sw; sw != nil {
		s.columns(o)
	}
	return s
}

// before sets what excelize writes at the moment when the stream begins.
func (s *Writer) before(o SheetOptions) {
	f := s.w.f
	props := &excelize.SheetPropsOptions{}
	if o.TabColor != "" {
		props.TabColorRGB = &o.TabColor
	}
	if o.Page != nil && (o.Page.FitWidth > 0 || o.Page.FitHeight > 0) {
		fit := true
		props.FitToPage = &fit
	}
	s.fail("properties", f.SetSheetProps(s.name, props))
	view := &excelize.ViewOptions{RightToLeft: &o.RightToLeft}
	if o.HideGrid {
		grid := false
		view.ShowGridLines = &grid
	}
	if o.Zoom > 0 {
		zoom := float64(o.Zoom)
		view.ZoomScale = &zoom
	}
	s.fail("view", f.SetSheetView(s.name, 0, view))
	if o.Hidden {
		s.fail("hide", f.SetSheetVisible(s.name, false))
	}
	if o.Page != nil {
		s.page(*o.Page)
	}
}

func (s *Writer) columns(o SheetOptions) {
	for i, width := range o.Widths {
		if width > 0 {
			s.fail("width", s.sw.SetColWidth(i+1, i+1, width))
		}
	}
	if o.FreezeRows > 0 || o.FreezeCols > 0 {
		s.fail("panes", s.sw.SetPanes(freeze(o.FreezeRows, o.FreezeCols)))
	}
}

func freeze(rows, cols int) *excelize.Panes {
	pane := "bottomRight"
	switch {
	case cols == 0:
		pane = "bottomLeft"
	case rows == 0:
		pane = "topRight"
	}
	return &excelize.Panes{Freeze: true, XSplit: cols, YSplit: rows, TopLeftCell: Ref(rows+1, cols+1), ActivePane: pane}
}

func (s *Writer) fail(op string, err error) {
	if err != nil {
		s.w.fail(s.name+": "+op, err)
	}
}

// Name is the sheet's name as written.
func (s *Writer) Name() string { return s.name }

// Last is the number of the last row written; 0 before the first.
func (s *Writer) Last() int { return s.row }

// RowOptions are those of one row.
type RowOptions struct {
	Height float64 // points; 0 is by content
	Style  StyleID // of the cells that have none
	Hidden bool
}

// Row writes the next row. The slice may be used again by the caller.
func (s *Writer) Row(values ...Value) { s.RowWith(RowOptions{}, values...) }

// RowWith writes the next row with options.
func (s *Writer) RowWith(o RowOptions, values ...Value) {
	s.row++
	if s.sw == nil || s.w.err != nil {
		return
	}
	if o.Height == 0 {
		o.Height = s.fit(values)
	}
	if o.Height > 0 {
		s.rememberHeight(o.Height)
	}
	s.load(values)
	opts := excelize.RowOpts{Height: o.Height, StyleID: int(o.Style), Hidden: o.Hidden}
	s.fail("row", s.sw.SetRow(Ref(s.row, 1), s.args, opts))
}

// fit is the height that a row needs for its wrapped texts, since not every program works that out itself; 0 where the usual
// height does. It reckons with letters of the average width, so that a line is rather a little too long than cut off.
func (s *Writer) fit(values []Value) float64 {
	most := 0.0
	for i, v := range values {
		size := s.w.wraps[v.Style]
		text, ok := v.V.(string)
		if size == 0 || !ok || i >= len(s.widths) || s.widths[i] == 0 {
			continue
		}
		perLine := max(1, int(s.widths[i]*11/size))
		lines := 0
		for part := range strings.SplitSeq(text, "\n") {
			lines += max(1, (utf8.RuneCountInString(part)+perLine-1)/perLine)
		}
		if lines > 1 {
			most = max(most, float64(lines)*size*lineOfSize+lineMargin)
		}
	}
	return min(most, tallest)
}

const (
	lineOfSize = 1.3 // a line of text is so many times as high as its letters
	lineMargin = 3   // points
	tallest    = 409 // points: no row is taller
)

// load prepares the cells of a row in buffers that are used again, which keeps a large sheet free of garbage.
func (s *Writer) load(values []Value) {
	if cap(s.cells) < len(values) {
		s.cells = make([]excelize.Cell, len(values))
		s.args = make([]any, len(values))
	}
	s.cells, s.args = s.cells[:len(values)], s.args[:len(values)]
	for i, v := range values {
		switch {
		case v.V == nil && v.Formula == "" && v.Style == 0:
			s.args[i] = nil
		case v.Formula == "" && v.Style == 0:
			s.args[i] = v.V
		default:
			s.cells[i] = excelize.Cell{StyleID: int(v.Style), Formula: v.Formula, Value: v.V}
			s.args[i] = &s.cells[i]
		}
	}
}

// rememberHeight tells excelize the heights of the first rows, from which it works out where a picture or a chart ends.
func (s *Writer) rememberHeight(h float64) {
	const enough = 200
	if s.heights < enough {
		s.heights++
		s.fail("height", s.w.f.SetRowHeight(s.name, s.row, h))
	}
}

// Skip leaves rows blank.
func (s *Writer) Skip(n int) { s.row += n }

// Merge joins the cells of a rectangle; it must not meet another one.
func (s *Writer) Merge(r Range) {
	if s.sw != nil {
		s.fail("merge", s.sw.MergeCell(Ref(r.FirstRow, r.FirstCol), Ref(r.LastRow, r.LastCol)))
	}
}

// PageBreak begins a new printed page below a row.
func (s *Writer) PageBreak(afterRow int) {
	if s.sw != nil {
		s.fail("page break", s.sw.InsertPageBreak(Ref(afterRow+1, 1)))
	}
}

// Table makes a rectangle that has been written an Excel table with a header row of distinct texts; one per sheet. The name
// is for formulas: letters, digits and low lines, and not the name of a cell. An empty style is TableStyleMedium2.
func (s *Writer) Table(name string, r Range, style string) {
	if s.table != nil {
		s.fail("table", errors.New("a sheet has one table"))
	}
	if style == "" {
		style = "TableStyleMedium2"
	}
	s.table = &excelize.Table{Range: RangeRef(r), Name: name, StyleName: style}
}

func (s *Writer) finish() {
	if s.done || s.sw == nil {
		return
	}
	s.done = true
	if s.table != nil {
		s.fail("table", s.sw.AddTable(s.table))
	}
	s.fail("flush", s.sw.Flush())
}
