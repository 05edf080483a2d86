package sheet

import (
	"strconv"

	"github.com/xuri/excelize/v2"
)

const (
	paperA4      = 9
	mmPerInch    = 25.4
	rowsToTitles = "$"
)

func (s *Writer) page(p Page) {
	f := s.w.f
	size, orientation, width, height := paperA4, "portrait", p.FitWidth, p.FitHeight
	if p.Landscape {
		orientation = "landscape"
	}
	layout := &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, BlackAndWhite: &p.BlackAndWhite}
	if width > 0 || height > 0 {
		layout.FitToWidth, layout.FitToHeight = &width, &height
	}
	if p.Scale > 0 {
		scale := uint(p.Scale)
		layout.AdjustTo = &scale
	}
	s.fail("page", f.SetPageLayout(s.name, layout))
	s.margins(p)
	s.fail("header", f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{
		OddHeader: sections(p.HeaderLeft, p.Header, p.HeaderRight), OddFooter: sections(p.FooterLeft, p.Footer, p.FooterRight),
	}))
	if p.RepeatFirst > 0 {
		s.PrintTitles(p.RepeatFirst, max(p.RepeatFirst, p.RepeatEnd))
	}
}

func sections(left, center, right string) string {
	out := ""
	for _, part := range []struct{ code, text string }{{"&L", left}, {"&C", center}, {"&R", right}} {
		if part.text != "" {
			out += part.code + part.text
		}
	}
	return out
}

func (s *Writer) margins(p Page) {
	m := p.Margins
	if m == (Insets{}) {
		m = Insets{Top: 15, Right: 10, Bottom: 15, Left: 10}
	}
	inch := func(mm float64) *float64 { v := mm / mmPerInch; return &v }
	edge := inch(7)
	s.fail("margins", s.w.f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{
		Top: inch(m.Top), Right: inch(m.Right), Bottom: inch(m.Bottom), Left: inch(m.Left), Header: edge, Footer: edge,
		Horizontally: &p.CenterAcross,
	}))
}

// PrintTitles repeats rows at the top of each printed page.
func (s *Writer) PrintTitles(first, last int) {
	rows := rowsToTitles + strconv.Itoa(first) + ":" + rowsToTitles + strconv.Itoa(last)
	s.define("_xlnm.Print_Titles", quoteSheet(s.name)+"!"+rows)
}

// PrintArea limits what is printed.
func (s *Writer) PrintArea(r Range) { s.define("_xlnm.Print_Area", AbsRef(s.name, r)) }

func (s *Writer) define(name, refersTo string) {
	s.fail(name, s.w.f.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: refersTo, Scope: s.name}))
}

// Protect locks the sheet but for cells of an unlocked style; sorting, filtering and column widths stay free. An empty
// password guards against slips only.
func (s *Writer) Protect(password string) {
	o := &excelize.SheetProtectionOptions{
		AutoFilter: true, Sort: true, FormatColumns: true, FormatRows: true, SelectLockedCells: true, SelectUnlockedCells: true,
	}
	if password != "" {
		o.Password, o.AlgorithmName = password, "SHA-512"
	}
	s.fail("protect", s.w.f.ProtectSheet(s.name, o))
}

// DropDown is a list of allowed values on cells.
type DropDown struct {
	Cells                   Range
	List                    string   // name of a range (Workbook.Name) or a reference as AbsRef gives it; it has no limit of length
	Items                   []string // or the values themselves, at most 255 characters with their commas
	PromptTitle, Prompt     string
	ErrorTitle, Error       string
	Warn                    bool // another value is possible after a question
	BlankRefused, HideArrow bool
}

// DropDown puts a list of allowed values on cells.
func (s *Writer) DropDown(d DropDown) {
	v := excelize.NewDataValidation(!d.BlankRefused)
	v.SetSqref(RangeRef(d.Cells))
	if d.List != "" {
		v.SetSqrefDropList(d.List)
	} else {
		s.fail("list", v.SetDropList(d.Items))
	}
	v.ShowDropDown = d.HideArrow // the format's own sense is the reverse of the name
	s.messages(v, d)
	s.fail("validation", s.w.f.AddDataValidation(s.name, v))
}

func (s *Writer) messages(v *excelize.DataValidation, d DropDown) {
	if d.Prompt != "" {
		v.SetInput(d.PromptTitle, d.Prompt)
	}
	style := excelize.DataValidationErrorStyleStop
	if d.Warn {
		style = excelize.DataValidationErrorStyleWarning
	}
	if d.Error != "" {
		v.SetError(style, d.ErrorTitle, d.Error)
	}
}

// Highlight colours the cells of a rectangle for which a formula, written for its first cell, is true.
func (s *Writer) Highlight(r Range, formula string, look Style) {
	id, err := s.w.f.NewConditionalStyle(look.excelize())
	s.fail("highlight", err)
	s.fail("highlight", s.w.f.SetConditionalFormat(s.name, RangeRef(r), []excelize.ConditionalFormatOptions{
		{Type: "formula", Criteria: formula, Format: &id},
	}))
}

// Note puts a comment on a cell.
func (s *Writer) Note(row, col int, author, text string) {
	s.fail("note", s.w.f.AddComment(s.name, excelize.Comment{Cell: Ref(row, col), Author: author, Text: text}))
}
