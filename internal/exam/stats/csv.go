package stats

import (
	"io"
	"strconv"
	"strings"

	"shelter/internal/errs"
)

// Limits of a CSV file of marks.
const (
	maxCSVBytes = 64 << 20
	maxCSVCols  = 2000
	maxProblems = 50 // wrong cells listed in one answer
)

// AnalyseCSV reads marks, header `attempt,<item>,...`, one attempt per row, and analyses them. The row whose attempt is `max`
// gives the maximum marks; an empty cell is a question not answered. UTF-8 (with or without a byte-order mark), UTF-16 and
// Windows-1252 are read, with commas, semicolons or tabs; with semicolons or tabs a decimal comma is read too.
// The error is an *errs.Error of kind Invalid: Args row (line of the file) and column name the first wrong cell, Fields all of
// them (at most 50).
func AnalyseCSV(r io.Reader) (Analysis, error) {
	m, err := ReadMarks(r)
	if err != nil {
		return Analysis{}, err
	}
	return Analyse(m), nil
}

// ReadMarks reads the file that AnalyseCSV describes.
func ReadMarks(r io.Reader) (*Matrix, error) {
	t, err := readTable(r)
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(t.header[0], "attempt") {
		return nil, errs.NewInvalid("examcsv_header").With("row", t.headerRow).With("column", t.header[0]).With("want", "attempt")
	}
	if err := t.checkHeader(); err != nil {
		return nil, err
	}
	return t.marks()
}

// PrePostCSV reads scores, header `code,pre,post` in any order, one person per row, and compares them. A row whose code is `max`
// gives the maximum marks; an empty cell is a test not taken. Encodings, separators and errors as AnalyseCSV.
func PrePostCSV(r io.Reader) (PrePost, error) {
	t, err := readTable(r)
	if err != nil {
		return PrePost{}, err
	}
	cols := make([]int, 3)
	for i, want := range []string{"code", "pre", "post"} {
		if cols[i] = t.find(want); cols[i] < 0 {
			return PrePost{}, errs.NewInvalid("examcsv_header").With("row", t.headerRow).With("column", want).With("want", "code,pre,post")
		}
	}
	return t.compare(cols)
}

// marks makes the matrix of a file of marks.
func (t *table) marks() (*Matrix, error) {
	items := make([]Item, len(t.header)-1)
	for i, h := range t.header[1:] {
		items[i].ID = h
	}
	maxRow := t.takeMax(0)
	for i := range items {
		if maxRow >= 0 {
			v := t.maximum(maxRow, i+1)
			items[i].Max, items[i].HasMax = v.V, v.OK
		}
	}
	n := len(t.rows)
	if maxRow >= 0 {
		n--
	}
	m := NewMatrix(items, n)
	seen := map[string]int{}
	at := 0
	for row := range t.rows {
		if row == maxRow {
			continue
		}
		t.unique(seen, row, 0)
		t.attempt(m, at, row)
		at++
	}
	if err := t.err(); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, errs.NewInvalid("examcsv_empty").With("row", t.headerRow).With("column", "")
	}
	return m, nil
}

// takeMax gives the row of the maxima, -1 without one; a second one is a problem.
func (t *table) takeMax(col int) int {
	at := -1
	for row := range t.rows {
		if !t.isMax(row, col) {
			continue
		}
		if at >= 0 {
			t.problem("examcsv_twice", row, col, errs.Args{"first": t.line[at]})
			continue
		}
		at = row
	}
	return at
}

// maximum reads a maximum mark, which cannot be negative.
func (t *table) maximum(row, col int) Value {
	v := t.number(row, col)
	if v.OK && v.V < 0 {
		t.problem("examcsv_max_negative", row, col, nil)
		return Value{}
	}
	return v
}

// unique notes a problem when a code comes twice. Rows without a code are not compared.
func (t *table) unique(seen map[string]int, row, col int) {
	code := t.cell(row, col)
	if code == "" || strings.EqualFold(code, "max") {
		return
	}
	if first, ok := seen[code]; ok {
		t.problem("examcsv_twice", row, col, errs.Args{"first": first})
		return
	}
	seen[code] = t.line[row]
}

func (t *table) attempt(m *Matrix, at, row int) {
	for i, it := range m.items {
		v := t.number(row, i+1)
		if !v.OK {
			continue
		}
		if it.HasMax && v.V > it.Max*(1+noise) {
			t.problem("examcsv_above_max", row, i+1, errs.Args{"max": it.Max})
			continue
		}
		// The cell exists and the mark is finite: Set cannot fail here.
		if err := m.Set(at, i, v.V); err != nil {
			t.problem("examcsv_number", row, i+1, nil)
		}
	}
}

// compare makes the comparison of a file of scores; cols are the columns of code, pre and post.
func (t *table) compare(cols []int) (PrePost, error) {
	var maxPre, maxPost Value
	maxRow := t.takeMax(cols[0])
	if maxRow >= 0 {
		maxPre, maxPost = t.maximum(maxRow, cols[1]), t.maximum(maxRow, cols[2])
	}
	seen := map[string]int{}
	var scores []Score
	for row := range t.rows {
		if row == maxRow {
			continue
		}
		if t.cell(row, cols[0]) == "" {
			t.problem("examcsv_no_code", row, cols[0], nil)
		}
		t.unique(seen, row, cols[0])
		scores = append(scores, Score{
			Code: t.cell(row, cols[0]),
			Pre:  t.score(row, cols[1], maxPre), Post: t.score(row, cols[2], maxPost),
		})
	}
	if err := t.err(); err != nil {
		return PrePost{}, err
	}
	return Compare(scores, maxPre, maxPost), nil
}

// score reads a score, which cannot exceed the maximum.
func (t *table) score(row, col int, most Value) Value {
	v := t.number(row, col)
	if v.OK && most.OK && v.V > most.V*(1+noise) {
		t.problem("examcsv_above_max", row, col, errs.Args{"max": most.V})
	}
	return v
}

// parseNumber reads a plain decimal number; Arabic-Indic digits and the Arabic decimal mark are read too.
func parseNumber(s string, comma bool) (float64, bool) {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < '0' || c > '9' {
			plain = plain && c == '.'
		}
	}
	if !plain {
		s = strings.Map(func(r rune) rune { return plainDigit(r, comma) }, s)
		if strings.Trim(s, "0123456789+-.eE") != "" {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && Of(v).OK
}

func plainDigit(r rune, comma bool) rune {
	switch {
	case r >= '٠' && r <= '٩':
		return '0' + r - '٠'
	case r >= '۰' && r <= '۹':
		return '0' + r - '۰'
	case r == '٫', r == ',' && comma:
		return '.'
	case r == '−':
		return '-'
	}
	return r
}
