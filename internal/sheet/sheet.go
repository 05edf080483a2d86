// Package sheet reads and writes tables as spreadsheets: .xlsx and CSV in, .xlsx and CSV out. It is the only package that
// imports excelize.
//
// Reading treats a file as hostile: every part is read as a stream within Limits, nothing is evaluated, and a file that
// cannot be read gives an *errs.Error that says why. The reader of worksheets is our own because excelize builds the whole
// grid in memory and fills its gaps, so that a row "1048576" in a file of one kilobyte costs gigabytes; writing and marking
// up are excelize's.
//
// Invariants: rows and columns count from 1, as a reader of the file sees them; the text of a cell is what the file holds;
// a text is always written as a text, never as a formula.
package sheet

import (
	"bytes"
	"path"
	"strings"
	"time"

	"shelter/internal/errs"
)

// Kind says what a cell holds.
type Kind uint8

// The kinds of cell. A formula keeps the kind of its stored value and sets Cell.Formula.
const (
	Empty  Kind = iota // nothing; also a formula without a stored value
	Text               // a text, also a number that was typed as text
	Number             // a number without a date format
	Date               // a number with a date or time format, or an ISO date
	Bool               // TRUE or FALSE; Text is "1" or "0"
	Error              // #N/A, #REF! ...
)

// Cell is one cell that holds something.
type Cell struct {
	Col     int       // column, from 1
	Kind    Kind      //
	Text    string    // what the file holds: the text, or the number as digits
	Formula bool      // the text is the value that the program that wrote the file had computed, perhaps long ago
	Format  string    // number format, as "dd/mm/yyyy"; empty for General and for CSV
	Time    time.Time // of a Date, in UTC; zero otherwise
}

// Row is one row that has at least one cell.
type Row struct {
	N      int // number, from 1
	Hidden bool
	Cells  []Cell // by column, without the empty ones
}

// At gives the cell of a column; an Empty one when there is none.
func (r Row) At(col int) Cell {
	for _, c := range r.Cells {
		if c.Col == col {
			return c
		}
	}
	return Cell{Col: col}
}

// Range is a rectangle of cells, both corners included.
type Range struct{ FirstRow, FirstCol, LastRow, LastCol int }

// Holds tells whether the cell lies in the range.
func (r Range) Holds(row, col int) bool {
	return row >= r.FirstRow && row <= r.LastRow && col >= r.FirstCol && col <= r.LastCol
}

// Sheet is one worksheet, or the whole of a CSV file.
type Sheet struct {
	Name        string // empty for CSV
	Hidden      bool
	RightToLeft bool
	Rows        []Row   // those with a value, ascending
	Merged      []Range // merged cells; the value stands in the first one
}

// MaxCol is the last column that holds something; 0 for an empty sheet.
func (s *Sheet) MaxCol() int {
	last := 0
	for _, r := range s.Rows {
		if n := len(r.Cells); n > 0 {
			last = max(last, r.Cells[n-1].Col)
		}
	}
	return last
}

// Book is a file that was read.
type Book struct {
	Sheets   []Sheet
	CSV      bool
	Encoding string // of a CSV: utf-8, utf-16le, utf-16be, windows-1252, windows-1256
	Comma    rune   // of a CSV
}

// Limits bound what a file may cost to read. A value must be positive.
type Limits struct {
	Bytes    int64 // of the file
	Unpacked int64 // bytes of all parts of an .xlsx together
	Ratio    int64 // unpacked to packed of a part above 1 MB
	Parts    int   // files inside an .xlsx
	Sheets   int   //
	Rows     int   // with a value, per sheet
	Columns  int   // number of the last column with a value
	Cells    int   // with a value, in the whole file
	Strings  int64 // bytes of text in all cells together
}

// DefaultLimits are ample for a list of ten thousand people and keep the cost of a file under about 150 MB of memory.
func DefaultLimits() Limits {
	return Limits{
		Bytes: 10 << 20, Unpacked: 128 << 20, Ratio: 250, Parts: 1000, Sheets: 60, Rows: 20_000, Columns: 256, Cells: 400_000,
		Strings: 32 << 20,
	}
}

// Read reads a file by its content; the name only helps to say what is wrong. The error is an *errs.Error of kind Invalid
// with one of the keys sheet_*.
func Read(name string, data []byte, lim Limits) (*Book, error) {
	book, err := read(name, data, lim)
	if err != nil {
		return nil, err
	}
	for _, s := range book.Sheets {
		if len(s.Rows) > 0 {
			return book, nil
		}
	}
	return nil, errs.NewInvalid("sheet_empty")
}

func read(name string, data []byte, lim Limits) (*Book, error) {
	if int64(len(data)) > lim.Bytes {
		return nil, errs.NewInvalid("sheet_too_large").With("max", megabytes(lim.Bytes))
	}
	if err := sniff(name, data); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(data, magicZip) {
		return readXLSX(data, lim)
	}
	return readCSV(data, lim)
}

// IsCSV tells whether Read takes the content for a CSV.
func IsCSV(data []byte) bool { return !bytes.HasPrefix(data, magicZip) }

var (
	magicZip = []byte("PK\x03\x04")
	magicOLE = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	// encryptedStream is the name of the stream that holds an encrypted workbook, as UTF-16.
	encryptedStream = []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
)

// sniff refuses what is neither a zip archive nor a text.
func sniff(name string, data []byte) error {
	ext := strings.ToLower(path.Ext(name))
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return errs.NewInvalid("sheet_empty")
	case bytes.HasPrefix(data, magicOLE) && bytes.Contains(data, encryptedStream):
		return errs.NewInvalid("sheet_encrypted")
	case bytes.HasPrefix(data, magicOLE):
		return errs.NewInvalid("sheet_old_format")
	case bytes.HasPrefix(data, magicZip):
		return nil
	case looksForeign(data):
		return errs.NewInvalid("sheet_not_a_workbook")
	case ext == ".xlsx" || ext == ".xlsm" || ext == ".xls" || ext == ".ods":
		return errs.NewInvalid("sheet_not_a_workbook")
	}
	return nil
}

// looksForeign tells a known other format by its first bytes.
func looksForeign(data []byte) bool {
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\xef\xbb\xbf"))))
	for _, m := range []string{
		"%pdf", "<!doctype", "<html", "<?xml", "<table", "{\\rtf", "\x89png", "\xff\xd8\xff", "gif8", "rar!", "7z\xbc\xaf", "\x1f\x8b", "pk\x05\x06",
		"pk\x07\x08", "mz", "\x7felf",
	} {
		if bytes.HasPrefix(head, []byte(m)) && (len(m) > 2 || bytes.IndexByte(data[:min(len(data), 512)], 0) >= 0) {
			return true
		}
	}
	return false
}

// megabytes gives a size for a message, in whole MB.
func megabytes(n int64) int64 { return (n + 1<<20 - 1) >> 20 }
