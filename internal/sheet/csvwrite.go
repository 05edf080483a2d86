package sheet

import (
	"bufio"
	"io"
	"strings"
)

// CSV writes a table that Excel opens by a double click: UTF-8 with a byte-order mark, semicolons, CRLF. A text that a
// spreadsheet would take for a formula gets an apostrophe before it.
type CSV struct {
	w   *bufio.Writer
	err error
}

// NewCSV starts a file.
func NewCSV(w io.Writer) *CSV {
	c := &CSV{w: bufio.NewWriter(w)}
	_, c.err = c.w.WriteString("\ufeff")
	return c
}

// Row writes one row. The first error stays and is given by Flush.
func (c *CSV) Row(fields ...string) {
	for i, f := range fields {
		if i > 0 {
			c.put(";")
		}
		c.put(quoteCSV(GuardText(f)))
	}
	c.put("\r\n")
}

// Flush writes what is left and gives the first error.
func (c *CSV) Flush() error {
	if c.err != nil {
		return c.err
	}
	return c.w.Flush()
}

func (c *CSV) put(s string) {
	if c.err == nil {
		_, c.err = c.w.WriteString(s)
	}
}

// GuardText puts an apostrophe before a text that begins as a formula does: = + - @, a tab or a line end. Numbers are left
// as they are.
func GuardText(s string) string {
	if s == "" || s == "-" || !strings.ContainsRune("=+-@\t\r\n", rune(s[0])) || isNumber(s) {
		return s
	}
	return "'" + s
}

// isNumber tells a plain signed number, as -3,5 or +21622642259, which no spreadsheet evaluates further.
func isNumber(s string) bool {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" {
		return false
	}
	return strings.Trim(digits, "0123456789") == "" || strings.Trim(strings.Replace(strings.Replace(digits, ",", "", 1), ".", "", 1), "0123456789") == ""
}

func quoteCSV(s string) string {
	if !strings.ContainsAny(s, ";\"\r\n\t,") && strings.TrimSpace(s) == s {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
