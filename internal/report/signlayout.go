package report

import (
	"math"
	"strings"
	"unicode/utf8"

	"shelter/internal/workshop"
)

// The paper: A4 landscape. All sizes of the signature sheet are planned in millimetres, so that fitting to the page's width
// shrinks nothing and a box stays as large as a signature needs.
const (
	paperWidth    = 297.0
	paperHeight   = 210.0
	marginSide    = 7.0
	marginTop     = 9.0
	marginBottom  = 13.0
	slack         = 2.0 // rounding of columns to whole pixels
	signWidth     = 26.0
	signWidthMost = 40.0
	rowHeight     = 9.3 // a signature's box is at least 25 x 9 mm
)

// The most half-days on one sheet; the column of contacts takes the place of two.
const (
	maxSigns         = 6
	maxSignsContacts = 4
)

// The walk-in lines of a sheet.
const (
	walkInsMost  = 10
	walkInsLeast = 8
)

// digitWidth is the width of a digit of Calibri 11 in points, Excel's unit of column widths, as printers have it: 0.507 of the
// size. A screen rounds it down to 7 pixels, so columns look six in a hundred narrower there than on paper.
const digitWidth = 0.507 * 11

// chars gives a column's width in Excel's unit.
func chars(mm float64) float64 { return points(mm) / digitWidth }

// points gives a row's height in points.
func points(mm float64) float64 { return mm / 25.4 * 72 }

// signColumn is a column of the signature sheet that tells of a person.
type signColumn struct {
	key          string // of the heading: report_sign_KEY
	least, ideal float64
	mm           float64 // planned
	centre       bool
	list         string
	value        func(p *workshop.Participant) string
}

// signLayout is how one sheet is laid out: the people's columns, then a box per half-day, then remarks.
type signLayout struct {
	people  []signColumn
	remarks signColumn
	sign    float64 // width of a box
	signs   int
	size    float64 // of the type, in points
}

// plan shares the paper's width: every column gets its least, and what is left goes where the wish for more is largest.
func (l *signLayout) plan() {
	cols := make([]*signColumn, 0, len(l.people)+1)
	for i := range l.people {
		cols = append(cols, &l.people[i])
	}
	cols = append(cols, &l.remarks)
	free, wish := paperWidth-2*marginSide-slack-signWidth*float64(l.signs), (signWidthMost-signWidth)*float64(l.signs)
	for _, c := range cols {
		free, wish = free-c.least, wish+c.ideal-c.least
	}
	part := 0.0
	if wish > 0 {
		part = math.Max(0, math.Min(1, free/wish))
	}
	for _, c := range cols {
		c.mm = c.least + part*(c.ideal-c.least)
	}
	l.sign = signWidth + part*(signWidthMost-signWidth)
	l.remarks.mm += math.Max(0, free-wish)
	l.size = 8
	if l.signs > maxSignsContacts {
		l.size = 7
	}
}

// widths are those of all columns, in millimetres.
func (l *signLayout) widths() []float64 {
	var mm []float64
	for _, c := range l.people {
		mm = append(mm, c.mm)
	}
	for range l.signs {
		mm = append(mm, l.sign)
	}
	return append(mm, l.remarks.mm)
}

func (l *signLayout) cols() int { return len(l.people) + l.signs + 1 }

// firstSign is the column of the first box.
func (l *signLayout) firstSign() int { return len(l.people) + 1 }

// height is that of a person's row: the boxes' least, or more when a text needs more lines.
func (l *signLayout) height(texts []string) float64 {
	lines := 1
	for i, t := range texts {
		lines = max(lines, linesOf(t, l.people[i].mm, l.size))
	}
	return math.Max(rowHeight, lineHeight(l.size)*float64(lines)+1)
}

// lineHeight is that of a line of type, in millimetres.
func lineHeight(size float64) float64 { return size * 1.25 / 72 * 25.4 }

// linesOf estimates how many lines a text takes in a column: a letter is about half as wide as its size, and a cell
// keeps a millimetre for its own margins.
func linesOf(text string, mm, size float64) int {
	room := int((mm - 1.2) / (size * 0.52 / 72 * 25.4))
	if room < 1 {
		room = 1
	}
	lines, used := 1, 0
	for _, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case used > 0 && used+1+n <= room:
			used += 1 + n
			continue
		case used > 0:
			lines++
		}
		lines += (n - 1) / room
		used = (n-1)%room + 1
	}
	return lines
}

// groups shares the half-days among sheets: all on one when they fit, whole days together otherwise.
func groups(slots []workshop.Slot, most int) [][]*workshop.Slot {
	var out [][]*workshop.Slot
	var now []*workshop.Slot
	for i := 0; i < len(slots); {
		j := i
		for j < len(slots) && slots[j].Day.Equal(slots[i].Day) {
			j++
		}
		if len(now) > 0 && len(now)+j-i > most {
			out, now = append(out, now), nil
		}
		for ; i < j; i++ {
			now = append(now, &slots[i])
		}
	}
	if len(now) > 0 || len(out) == 0 {
		out = append(out, now)
	}
	return out
}

// paperSheet follows the rows down the printed pages, so that the block at the end is not torn apart.
type paperSheet struct {
	used, repeated float64
	pages          int // begun after the first
}

// add places rows of one height; a row that does not fit begins a page below the repeated headings.
func (p *paperSheet) add(mm float64, n int) {
	for range n {
		if p.used+mm > p.room() {
			p.used = p.repeated
			p.pages++
		}
		p.used += mm
	}
}

func (p *paperSheet) room() float64 { return paperHeight - marginTop - marginBottom - slack }

// left is the height that the page still has.
func (p *paperSheet) left() float64 { return p.room() - p.used }

// walkIns chooses how many blank lines the sheet has: as many as let the closing block follow on the same page. Where none
// does, as many as begin no page of their own, and the block is pushed to the next page by a gap of the height given.
func (p paperSheet) walkIns(block float64) (lines int, gap float64) {
	least := p
	least.add(rowHeight, walkInsLeast)
	lines, gap = walkInsLeast, least.left()
	for n := walkInsMost; n >= walkInsLeast; n-- {
		q := p
		q.add(rowHeight, n)
		if q.left() >= block {
			return n, 0
		}
		if q.pages == least.pages && n > lines {
			lines, gap = n, q.left()
		}
	}
	return lines, gap
}
