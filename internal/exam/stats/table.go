package stats

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"shelter/internal/errs"
)

// table is a CSV file cut into cells; rows may be shorter than the header.
type table struct {
	header    []string
	headerRow int
	rows      [][]string
	line      []int // line of the file, by row
	comma     bool  // a decimal comma is possible
	problems  []errs.Field
}

func readTable(r io.Reader) (*table, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxCSVBytes+1))
	switch {
	case err != nil:
		return nil, errs.NewInvalid("examcsv_unreadable").With("row", 0).With("column", "").Because(err)
	case len(data) > maxCSVBytes:
		return nil, errs.NewInvalid("examcsv_too_large").With("max", maxCSVBytes>>20)
	}
	data = decode(data)
	sep, data := separator(data)
	cr := csv.NewReader(bytes.NewReader(data))
	cr.Comma, cr.FieldsPerRecord = sep, -1
	t := &table{comma: sep != ','}
	if err := t.fill(cr); err != nil {
		return nil, err
	}
	if t.header == nil || len(t.rows) == 0 {
		return nil, errs.NewInvalid("examcsv_empty").With("row", max(1, t.headerRow)).With("column", "")
	}
	return t, nil
}

func (t *table) fill(cr *csv.Reader) error {
	for {
		rec, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var pe *csv.ParseError
		if errors.As(err, &pe) {
			return errs.NewInvalid("examcsv_unreadable").With("row", pe.Line).With("column", "").Because(err)
		}
		if err != nil {
			return errs.NewInvalid("examcsv_unreadable").With("row", 0).With("column", "").Because(err)
		}
		rec = trimCells(rec)
		if len(rec) == 0 {
			continue
		}
		line, _ := cr.FieldPos(0)
		switch {
		case t.header == nil:
			t.header, t.headerRow = rec, line
		case len(rec) > len(t.header):
			return errs.NewInvalid("examcsv_columns").With("row", line).With("column", rec[len(t.header)]).
				With("cells", len(rec)).With("want", len(t.header))
		default:
			t.rows, t.line = append(t.rows, rec), append(t.line, line)
		}
		if len(rec) > maxCSVCols {
			return errs.NewInvalid("examcsv_columns").With("row", line).With("column", "").With("cells", len(rec)).With("want", maxCSVCols)
		}
	}
}

// trimCells trims each cell and drops blank ones at the end; nothing is left of a blank row.
func trimCells(rec []string) []string {
	last := 0
	for i, c := range rec {
		rec[i] = strings.TrimSpace(c)
		if rec[i] != "" {
			last = i + 1
		}
	}
	return rec[:last]
}

// decode turns the bytes into UTF-8 without a byte-order mark. What is neither UTF-8 nor marked as UTF-16 is taken for
// Windows-1252, which is what Excel writes in French.
func decode(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")), bytes.HasPrefix(data, []byte("\xFE\xFF")):
		if out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data); err == nil {
			return out
		}
	}
	if utf8.Valid(data) {
		return data
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return data
	}
	return out
}

// separator finds what separates the cells: what Excel's `sep=` line says, or the commonest of ; tab , in the first line that is
// not blank.
func separator(data []byte) (rune, []byte) {
	for rest := data; len(rest) > 0; {
		line, after, _ := bytes.Cut(rest, []byte("\n"))
		text := strings.TrimSpace(string(line))
		if s, ok := strings.CutPrefix(strings.ToLower(text), "sep="); ok && len(s) == 1 && strings.Contains(";,\t", s) {
			// The line stays as an empty one so that line numbers hold.
			return rune(s[0]), append([]byte("\n"), after...)
		}
		if text != "" {
			return commonest(string(line)), data
		}
		rest = after
	}
	return ',', data
}

func commonest(line string) rune {
	best, n := ',', strings.Count(line, ",")
	for _, c := range []rune{';', '\t'} {
		if k := strings.Count(line, string(c)); k > n {
			best, n = c, k
		}
	}
	return best
}

// find gives the column with a name, -1 when there is none.
func (t *table) find(name string) int {
	for i, h := range t.header {
		if strings.EqualFold(h, name) {
			return i
		}
	}
	return -1
}

// checkHeader refuses a header without items, with a nameless column or with the same item twice.
func (t *table) checkHeader() error {
	bad := func(key, column string) error {
		return errs.NewInvalid(key).With("row", t.headerRow).With("column", column)
	}
	if len(t.header) < 2 {
		return bad("examcsv_no_items", "")
	}
	seen := map[string]bool{}
	for i, h := range t.header[1:] {
		if h == "" {
			return bad("examcsv_no_name", strconv.Itoa(i+2))
		}
		if seen[h] {
			return bad("examcsv_item_twice", h)
		}
		seen[h] = true
	}
	return nil
}

// cell gives a cell, "" beyond the end of a row.
func (t *table) cell(row, col int) string {
	if col >= len(t.rows[row]) {
		return ""
	}
	return t.rows[row][col]
}

// number reads a cell; undefined when it is empty. A wrong one is noted as a problem.
func (t *table) number(row, col int) Value {
	s := t.cell(row, col)
	if s == "" {
		return Value{}
	}
	v, ok := parseNumber(s, t.comma)
	if !ok {
		t.problem("examcsv_number", row, col, nil)
		return Value{}
	}
	return Of(v)
}

// problem notes a wrong cell.
func (t *table) problem(key string, row, col int, more errs.Args) {
	if len(t.problems) >= maxProblems {
		return
	}
	args := errs.Args{"row": t.line[row], "column": t.header[col], "value": clip(t.cell(row, col))}
	for k, v := range more {
		args[k] = v
	}
	t.problems = append(t.problems, errs.Field{Name: t.header[col], Key: key, Args: args})
}

// clip keeps a message short whatever a cell holds.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// err gives what problem noted as one error: the sentence of the first, all of them as fields.
func (t *table) err() error {
	if len(t.problems) == 0 {
		return nil
	}
	first := t.problems[0]
	return &errs.Error{Kind: errs.Invalid, Key: first.Key, Args: first.Args, Fields: t.problems}
}

// isMax tells whether a row gives the maximum marks.
func (t *table) isMax(row, col int) bool { return strings.EqualFold(t.cell(row, col), "max") }
