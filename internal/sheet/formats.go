package sheet

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
)

// readFormats gives the number format of each cell style, in their order.
func readFormats(a *archive, part string) ([]string, error) {
	custom := map[int]string{}
	var formats []string
	inCells := false
	err := a.events(part, func(_ *xml.Decoder, t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			id, _ := strconv.Atoi(attr(e, "numFmtId"))
			switch {
			case e.Name.Local == "numFmt":
				custom[id] = attr(e, "formatCode")
			case e.Name.Local == "cellXfs":
				inCells = true
			case e.Name.Local == "xf" && inCells:
				formats = append(formats, formatCode(id, custom))
			}
		case xml.EndElement:
			if e.Name.Local == "cellXfs" {
				inCells = false
			}
		}
		return nil
	})
	return formats, err
}

// builtin are the formats that a file names by number only (ECMA-376 part 1, 18.8.30). Numbers 27 to 36 and 50 to 58 are dates in
// the East Asian locales that use them.
var builtin = map[int]string{
	1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "dd/mm/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
	22: "dd/mm/yyyy h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
	48: "##0.0E+0", 49: "@",
}

func formatCode(id int, custom map[int]string) string {
	if c, ok := custom[id]; ok {
		if strings.EqualFold(c, "general") {
			return ""
		}
		return c
	}
	if (id >= 27 && id <= 36) || (id >= 50 && id <= 58) {
		return "yyyy/m/d"
	}
	return builtin[id]
}

// formatParts tells which parts of a date a number format shows.
type formatParts struct{ year, month, day, time bool }

func (p formatParts) isDate() bool { return p.year || p.day || p.time }

// dateParts reads the first section of a number format. Texts in quotes, escaped characters and [conditions] say nothing.
func dateParts(code string) formatParts {
	var p formatParts
	lower := strings.ToLower(code)
	for i := 0; i < len(lower); i++ {
		switch lower[i] {
		case ';':
			return p
		case '\\', '_', '*':
			i++
		case '"':
			i = skipTo(lower, i+1, '"')
		case '[':
			end := skipTo(lower, i+1, ']')
			if in := lower[i+1 : end]; in != "" && strings.Trim(in, "hms") == "" {
				p.time = true
			}
			i = end
		case 'y':
			p.year = true
		case 'd':
			p.day = true
		case 'm':
			p.month = true
		case 'h', 's':
			p.time = true
		case 'g': // "General" holds no part of a date
			if strings.HasPrefix(lower[i:], "general") {
				i += len("general") - 1
			}
		}
	}
	return p
}

func skipTo(s string, from int, end byte) int {
	for i := from; i < len(s); i++ {
		if s[i] == end {
			return i
		}
	}
	return len(s)
}

// HasDay tells whether a date's format shows the day: "mmm-yy" stands for a month, and its day is an invention.
func (c Cell) HasDay() bool {
	return c.Kind == Date && (c.Format == "" || dateParts(c.Format).day)
}

// HasYear tells whether a date's format shows the year; a time of day has none.
func (c Cell) HasYear() bool {
	return c.Kind == Date && (c.Format == "" || dateParts(c.Format).year)
}

// SerialTime gives the moment of a serial number of the 1900 system, in UTC; ok is false outside 1900-9999. The system counts
// a 29 February 1900 that never was, so the numbers before it are shifted by one.
func SerialTime(serial float64) (t time.Time, ok bool) { return serialTime(serial, false) }

func serialTime(serial float64, date1904 bool) (time.Time, bool) {
	if math.IsNaN(serial) || serial < 0 || serial >= 2958466 {
		return time.Time{}, false
	}
	base := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		base = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case serial < 60:
		base = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	days := math.Floor(serial)
	seconds := math.Round((serial - days) * 86400)
	return base.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second), true
}
