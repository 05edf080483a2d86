package workshop

import (
	"strings"
	"unicode/utf8"
)

// Sizes of the printed signature sheet in millimetres, as web/assets/css/sheets.css sets them.
const (
	signPaper    = 273.0 // width between the margins
	signCell     = 25.0
	signNumber   = 7.0
	signSex      = 12.0
	signNote     = 26.0
	signFamily   = 26.0
	signGiven    = 22.0
	signPerson   = 18.0
	signPhone    = 27.0
	signMoney    = 17.0
	signRow      = 9.2
	signLine     = 3.85 // a line of text
	signLetter   = 1.25 // its mean width
	signPadding  = 2.0  // of a cell, from side to side
	signRows     = 126.0
	signRowsLast = 94.0 // with totals and signatures below
	signLogos    = 12.0
)

// signRoom is what the rows of a sheet have room for.
type signRoom struct {
	most, last float64 // height for rows, on any sheet and on the last
	free       float64 // width of the columns of organisation and of function
}

func newSignRoom(slots int, logos bool) signRoom {
	free := signPaper - signNumber - signSex - signFamily - signGiven - signCell*float64(slots)
	if slots <= slotsWithNote {
		free -= signNote
	}
	r := signRoom{most: signRows, last: signRowsLast, free: free / 2}
	if logos {
		r.most, r.last = r.most-signLogos, r.last-signLogos
	}
	return r
}

// height is that of a person's row: the box's, or more where a text takes more lines.
func (r signRoom) height(row SignRow) float64 {
	lines := max(linesIn(row.Family, signFamily), linesIn(row.Given, signGiven), linesIn(row.Organisation, r.free)+1, linesIn(row.Job, r.free)+1)
	return max(signRow, float64(lines)*signLine+0.8)
}

// fitting counts the rows from the first on that fit a height, at most so many and at least one.
func (r signRoom) fitting(rows []SignRow, most int, room float64) int {
	high := 0.0
	for i := range rows[:min(most, len(rows))] {
		if high += r.height(rows[i]); high > room {
			return max(1, i)
		}
	}
	return min(most, len(rows))
}

// linesIn estimates the lines that a text takes in a column.
func linesIn(text string, mm float64) int {
	room := max(1, int((mm-signPadding)/signLetter))
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
