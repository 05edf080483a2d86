package bank

import (
	"strconv"
	"strings"

	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
	"shelter/web/form"
)

// shown is how many lines of a file a page lists.
const shown = 300

func optional(s *form.Set, name, key, value string) form.Field {
	f := s.Field(name, key, value)
	f.Required = false
	return f
}

func formatOptions(l *i18n.Localizer) []form.Option {
	var list []form.Option
	for _, f := range bank.Formats() {
		list = append(list, form.Option{Value: string(f), Label: l.T("bank_format_" + string(f))})
	}
	return list
}

// where says the place of a note: sheet, line and column.
func where(l *i18n.Localizer, n bank.Note) string {
	var parts []string
	if n.Sheet != "" {
		parts = append(parts, n.Sheet)
	}
	if n.Line > 0 {
		parts = append(parts, l.T("bank_line", "n", strconv.Itoa(n.Line)))
	}
	if n.Column != "" {
		parts = append(parts, n.Column)
	}
	return strings.Join(parts, " · ")
}
