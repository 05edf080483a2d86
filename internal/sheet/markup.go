package sheet

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shelter/internal/errs"
)

// Mark is a remark on a cell of a file that was read, or on a whole row when Col is 0.
type Mark struct {
	Row, Col int
	Error    bool   // red; otherwise a doubt, yellow
	Text     string // in the reader's language
}

// MarkOptions say where the marks belong and in which words the copy speaks.
type MarkOptions struct {
	Sheet       string // name of the marked sheet; ignored for CSV, where NewName becomes the sheet's name
	NewName     string
	HeaderRow   int    // where the title of the column of remarks goes; 0 for none
	Remarks     string // that title
	Author      string // of the comments
	RightToLeft bool   // of a CSV turned into a workbook
}

const (
	markRed      = "FFC7CE"
	markYellow   = "FFEB9C"
	maxNotes     = 2000
	maxGridCells = 2_000_000
	remarksWidth = 60
)

// MarkUp gives a copy of a file, as .xlsx, in which the marked cells are coloured and commented and a last column gathers
// the remarks of each row. Nothing else changes; only where excelize cannot hold or read the original, and for CSV, the copy
// holds the values without the original's looks. A file that Read refuses is refused here with the same error.
func MarkUp(name string, data []byte, marks []Mark, o MarkOptions, lim Limits) ([]byte, error) {
	book, err := Read(name, data, lim)
	if err != nil {
		return nil, err
	}
	target := 0
	for i, s := range book.Sheets {
		if s.Name == o.Sheet {
			target = i
		}
	}
	m := &marker{marks: marks, o: o, remarks: book.Sheets[target].MaxCol() + 1}
	if !book.CSV && fitsGrid(data, lim, target) {
		if out, err := m.onOriginal(data, book.Sheets[target].Name); err == nil {
			return out, nil
		}
	}
	return m.onCopy(book, target)
}

type marker struct {
	marks   []Mark
	o       MarkOptions
	remarks int // column of the remarks
}

// byRow joins the remarks of each row, errors first as they come.
func (m *marker) byRow() map[int]string {
	rows := map[int][]string{}
	for _, k := range m.marks {
		rows[k.Row] = append(rows[k.Row], k.Text)
	}
	out := make(map[int]string, len(rows))
	for row, texts := range rows {
		out[row] = strings.Join(texts, "\n")
	}
	return out
}

type cellAt struct{ row, col int }

// byCell joins the marks of each cell; one error makes it red.
func (m *marker) byCell() (order []cellAt, cells map[cellAt]Mark) {
	cells = map[cellAt]Mark{}
	for _, k := range m.marks {
		if k.Col == 0 {
			continue
		}
		at := cellAt{k.Row, k.Col}
		if old, ok := cells[at]; ok {
			k.Error = k.Error || old.Error
			k.Text = old.Text + "\n" + k.Text
		} else {
			order = append(order, at)
		}
		cells[at] = k
	}
	return order, cells
}

// fitsGrid tells whether excelize can hold the worksheet, which it does with all gaps filled.
func fitsGrid(data []byte, lim Limits, index int) bool {
	a, err := openArchive(data, lim)
	if err != nil {
		return false
	}
	wb, err := readWorkbook(a, lim)
	if err != nil || index >= len(wb.sheets) {
		return false
	}
	cost, lastRow := 0, 0
	err = a.events(wb.sheets[index].part, func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || (e.Name.Local != "c" && e.Name.Local != "row") {
			return nil
		}
		if e.Name.Local == "row" {
			n, _ := strconv.Atoi(attr(e, "r"))
			lastRow = max(lastRow, n)
			return nil
		}
		_, col := parseRef(attr(e, "r"))
		cost += 1 + col/8 // a row with cells up to column 8n has at least n of them in a real file
		return nil
	})
	return err == nil && cost < maxGridCells && lastRow < maxGridCells/10
}

// onOriginal marks the file itself. excelize panics on some malformed files; that is an error like others here.
func (m *marker) onOriginal(data []byte, sheetName string) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, fmt.Errorf("sheet: marking up: %v", r)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: DefaultLimits().Unpacked, RawCellValue: true})
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := m.colour(f, sheetName); err != nil {
		return nil, err
	}
	if err := m.addRemarks(f, sheetName); err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (m *marker) colour(f *excelize.File, sheetName string) error {
	order, cells := m.byCell()
	taken, err := commentedCells(f, sheetName)
	if err != nil {
		return err
	}
	fills := map[[2]int]int{}
	for i, at := range order {
		k, ref := cells[at], Ref(at.row, at.col)
		if err := fillCell(f, sheetName, ref, k.Error, fills); err != nil {
			return err
		}
		if taken[ref] || i >= maxNotes {
			continue
		}
		if err := f.AddComment(sheetName, excelize.Comment{Cell: ref, Author: m.o.Author, Text: k.Text, Width: 260, Height: 90}); err != nil {
			return err
		}
	}
	return nil
}

func commentedCells(f *excelize.File, sheetName string) (map[string]bool, error) {
	comments, err := f.GetComments(sheetName)
	taken := map[string]bool{}
	for _, c := range comments {
		taken[c.Cell] = true
	}
	return taken, err
}

// fillCell changes the background of a cell and nothing else of its style: the style is copied as the file has it, and only
// the number of its fill is another one. made remembers the copies.
func fillCell(f *excelize.File, sheetName, ref string, red bool, made map[[2]int]int) error {
	old, err := f.GetCellStyle(sheetName, ref)
	if err != nil {
		return err
	}
	key, color := [2]int{old, 0}, markYellow
	if red {
		key, color = [2]int{old, 1}, markRed
	}
	id, ok := made[key]
	if !ok {
		plain, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}})
		if err != nil {
			return err
		}
		xfs := f.Styles.CellXfs
		xf := xfs.Xf[old]
		xf.FillID, xf.ApplyFill = xfs.Xf[plain].FillID, xfs.Xf[plain].ApplyFill
		xfs.Xf = append(xfs.Xf, xf)
		xfs.Count = len(xfs.Xf)
		id = len(xfs.Xf) - 1
		made[key] = id
	}
	return f.SetCellStyle(sheetName, ref, ref, id)
}

func (m *marker) addRemarks(f *excelize.File, sheetName string) error {
	style, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	put := func(row, style int, text string) error {
		ref := Ref(row, m.remarks)
		if err := f.SetCellStr(sheetName, ref, text); err != nil {
			return err
		}
		return f.SetCellStyle(sheetName, ref, ref, style)
	}
	for row, text := range m.byRow() {
		if err := put(row, style, text); err != nil {
			return err
		}
	}
	if m.o.HeaderRow > 0 {
		if err := put(m.o.HeaderRow, bold, m.o.Remarks); err != nil {
			return err
		}
	}
	letter := Letter(m.remarks)
	return f.SetColWidth(sheetName, letter, letter, remarksWidth)
}

// onCopy writes the values of a file into a new workbook, with the marks.
func (m *marker) onCopy(book *Book, target int) ([]byte, error) {
	w := NewWorkbook()
	defer func() { _ = w.Close() }()
	for i := range book.Sheets {
		s := &book.Sheets[i]
		name := s.Name
		if book.CSV {
			name = m.o.NewName
		}
		opts := SheetOptions{RightToLeft: s.RightToLeft || book.CSV && m.o.RightToLeft, Hidden: s.Hidden}
		c := &copier{m: m, w: w, cells: map[cellAt]Mark{}, rows: map[int]string{}}
		if i == target {
			_, c.cells = m.byCell()
			c.rows = m.byRow()
			if m.o.HeaderRow > 0 {
				c.rows[m.o.HeaderRow] = m.o.Remarks
			}
			opts.Widths = make([]float64, m.remarks)
			opts.Widths[m.remarks-1] = remarksWidth
		}
		c.out = w.AddSheet(name, opts)
		c.copySheet(s)
	}
	out, err := w.Bytes()
	if err != nil {
		return nil, errs.Wrap(err, "sheet: marked-up copy")
	}
	return out, nil
}

// copier writes one sheet of the copy.
type copier struct {
	m     *marker
	w     *Workbook
	out   *Writer
	cells map[cellAt]Mark
	rows  map[int]string
	notes int
}

func (c *copier) copySheet(s *Sheet) {
	for _, r := range s.Rows {
		c.out.Skip(r.N - c.out.Last() - 1)
		last := 0
		if n := len(r.Cells); n > 0 {
			last = r.Cells[n-1].Col
		}
		remark := c.rows[r.N]
		if remark != "" {
			last = c.m.remarks
		}
		values := make([]Value, last)
		for col := 1; col <= last; col++ {
			values[col-1] = c.value(r.N, r.At(col))
		}
		if remark != "" {
			values[c.m.remarks-1] = V(remark, c.w.Style(Style{Wrap: true, VAlign: "top", Bold: r.N == c.m.o.HeaderRow}))
		}
		c.out.RowWith(RowOptions{Hidden: r.Hidden}, values...)
	}
	for _, r := range s.Merged {
		c.out.Merge(r)
	}
}

func (c *copier) value(row int, cell Cell) Value {
	style := Style{Format: cell.Format}
	if mark, ok := c.cells[cellAt{row, cell.Col}]; ok {
		style.Fill = markYellow
		if mark.Error {
			style.Fill = markRed
		}
		if c.notes++; c.notes <= maxNotes {
			c.out.Note(row, cell.Col, c.m.o.Author, mark.Text)
		}
	}
	switch cell.Kind {
	case Empty:
		return V(nil, c.w.Style(style))
	case Number:
		if f, err := strconv.ParseFloat(cell.Text, 64); err == nil {
			return V(f, c.w.Style(style))
		}
	case Date:
		if style.Format == "" {
			style.Format = FormatDate
		}
		return V(cell.Time, c.w.Style(style))
	case Bool:
		return V(cell.Text == "1", c.w.Style(style))
	}
	style.Format = FormatText
	return V(cell.Text, c.w.Style(style))
}
