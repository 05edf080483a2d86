package sheet

import "strconv"

// The size of a worksheet in Excel.
const (
	lastExcelRow = 1 << 20
	lastExcelCol = 1 << 14
)

// Letter gives the letters of a column: 1 is A, 27 is AA. Empty below 1.
func Letter(col int) string {
	var buf [8]byte
	i := len(buf)
	for ; col > 0 && i > 0; col = (col - 1) / 26 {
		i--
		buf[i] = byte('A' + (col-1)%26)
	}
	return string(buf[i:])
}

// Ref gives the name of a cell, as B12.
func Ref(row, col int) string { return Letter(col) + strconv.Itoa(row) }

// RangeRef gives the name of a rectangle, as A1:C9.
func RangeRef(r Range) string { return Ref(r.FirstRow, r.FirstCol) + ":" + Ref(r.LastRow, r.LastCol) }

// AbsRef gives a rectangle as a formula wants it, with its sheet: 'Liste'!$A$1:$C$9.
func AbsRef(sheetName string, r Range) string {
	abs := func(row, col int) string { return "$" + Letter(col) + "$" + strconv.Itoa(row) }
	s := quoteSheet(sheetName) + "!" + abs(r.FirstRow, r.FirstCol)
	if r.FirstRow == r.LastRow && r.FirstCol == r.LastCol {
		return s
	}
	return s + ":" + abs(r.LastRow, r.LastCol)
}

func quoteSheet(name string) string {
	q := []byte{'\''}
	for i := range len(name) {
		if name[i] == '\'' {
			q = append(q, '\'')
		}
		q = append(q, name[i])
	}
	return string(append(q, '\''))
}

// ParseLetter gives the column of its letters; 0 when they name none.
func ParseLetter(s string) int {
	col := 0
	for i := range len(s) {
		c := s[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			return 0
		}
		if col = col*26 + int(c-'A') + 1; col > lastExcelCol {
			return 0
		}
	}
	return col
}

// parseRef reads B12 (also $B$12); zeros when it is no cell of a worksheet.
func parseRef(s string) (row, col int) {
	i := 0
	if i < len(s) && s[i] == '$' {
		i++
	}
	start := i
	for i < len(s) && (s[i]|0x20) >= 'a' && (s[i]|0x20) <= 'z' {
		i++
	}
	col = ParseLetter(s[start:i])
	if i < len(s) && s[i] == '$' {
		i++
	}
	n, err := strconv.Atoi(s[i:])
	if err != nil || n < 1 || n > lastExcelRow || col == 0 {
		return 0, 0
	}
	return n, col
}

// parseRange reads A1:C9 or a single cell.
func parseRange(s string) (Range, bool) {
	first, last := s, s
	for i := range len(s) {
		if s[i] == ':' {
			first, last = s[:i], s[i+1:]
			break
		}
	}
	r1, c1 := parseRef(first)
	r2, c2 := parseRef(last)
	if r1 == 0 || r2 == 0 {
		return Range{}, false
	}
	return Range{min(r1, r2), min(c1, c2), max(r1, r2), max(c1, c2)}, true
}
