package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"
)

// Workbook is an .xlsx being written. Its methods and those of its sheets give no errors: the first one is kept and
// returned by WriteTo, so that a report reads as a list of what it contains. Close it when done.
type Workbook struct {
	f      *excelize.File
	sheets []*Writer
	styles map[Style]StyleID
	wraps  map[StyleID]float64 // size in points of the styles that wrap
	err    error

	reserved map[string]bool // sheets that were made and are not begun
}

// NewWorkbook starts an empty workbook.
func NewWorkbook() *Workbook {
	return &Workbook{f: excelize.NewFile(), styles: map[Style]StyleID{}, wraps: map[StyleID]float64{}, reserved: map[string]bool{}}
}

// Err is the first thing that went wrong so far.
func (w *Workbook) Err() error { return w.err }

// Close removes the temporary files of large sheets.
func (w *Workbook) Close() error { return w.f.Close() }

func (w *Workbook) fail(op string, err error) {
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("sheet: %s: %w", op, err)
	}
}

// Properties are what the file says of itself.
type Properties struct {
	Title, Subject, Creator, Description, Keywords string
	Language                                       string // fr, ar, en
	Created                                        time.Time
}

// Properties sets the document's properties.
func (w *Workbook) Properties(p Properties) {
	at := p.Created.UTC().Format(time.RFC3339)
	w.fail("properties", w.f.SetDocProps(&excelize.DocProperties{
		Title: p.Title, Subject: p.Subject, Creator: p.Creator, LastModifiedBy: p.Creator, Description: p.Description,
		Keywords: p.Keywords, Language: p.Language, Created: at, Modified: at,
	}))
}

// Name gives a name to a rectangle, for formulas and lists: at most 255 letters, digits, points and low lines.
func (w *Workbook) Name(name, sheetName string, r Range) {
	w.fail("name "+name, w.f.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: AbsRef(sheetName, r)}))
}

// Activate says which sheet is shown when the file opens; the first visible one otherwise.
func (w *Workbook) Activate(name string) {
	i, err := w.f.GetSheetIndex(name)
	w.fail("activate "+name, err)
	if err == nil && i >= 0 {
		w.f.SetActiveSheet(i)
	}
}

// WriteTo finishes the sheets and writes the file as a stream. It can be called once; the bytes counted are those written.
func (w *Workbook) WriteTo(dst io.Writer) (int64, error) {
	if err := w.finish(); err != nil {
		return 0, err
	}
	count := &countingWriter{w: dst}
	w.f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return newZipWriter(count) })
	_, err := w.f.WriteToBuffer()
	if err == nil {
		err = count.err
	}
	return count.n, err
}

// WriteEncrypted writes the file encrypted by a password (AES-256, as Excel does it). It is held in memory meanwhile.
func (w *Workbook) WriteEncrypted(dst io.Writer, password string) error {
	if password == "" {
		return errors.New("sheet: an empty password protects nothing")
	}
	if err := w.finish(); err != nil {
		return err
	}
	return w.f.Write(dst, excelize.Options{Password: password})
}

func (w *Workbook) finish() error {
	if len(w.sheets) == 0 {
		w.fail("finish", errors.New("a workbook needs a sheet"))
	}
	fresh := true
	w.fail("calculation", w.f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &fresh}))
	for _, s := range w.sheets {
		s.finish()
	}
	return w.err
}

// newZipWriter packs fast: a report is read once and its size hardly matters.
func newZipWriter(dst io.Writer) *zip.Writer {
	zw := zip.NewWriter(dst)
	zw.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, 3) })
	return zw
}

type countingWriter struct {
	w   io.Writer
	n   int64
	err error
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	if err != nil && c.err == nil {
		c.err = err
	}
	return n, err
}

// SheetName makes a text fit for the name of a sheet: without : \ / ? * [ ], without an apostrophe at its ends, at most 31
// UTF-16 units. A text of which nothing is left becomes "1".
func SheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`:\/?*[]`, r):
			return '-'
		case r < ' ':
			return ' '
		}
		return r
	}, s)
	s = strings.Trim(strings.TrimSpace(s), "'")
	for len(utf16.Encode([]rune(s))) > 31 {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	if s = strings.Trim(strings.TrimSpace(s), "'"); s == "" {
		return "1"
	}
	return s
}

// Bytes writes the workbook to memory, for small ones.
func (w *Workbook) Bytes() ([]byte, error) {
	var b bytes.Buffer
	_, err := w.WriteTo(&b)
	return b.Bytes(), err
}
