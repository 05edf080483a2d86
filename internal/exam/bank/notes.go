package bank

import (
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Note is something about one place of a file that was read or written.
type Note struct {
	Sheet  string // of a workbook; empty otherwise
	Line   int    // line of a text, row of a sheet; 0 when nothing is to be pointed at
	Column string // heading of a workbook's column
	Code   string // the question's code, where it has one
	Key    string // of the catalogue
	Args   errs.Args
}

// Text is the note in the reader's language.
func (n Note) Text(l *i18n.Localizer) string { return l.Map(n.Key, n.Args) }

// Said is a note as scripts read it.
type Said struct {
	Sheet  string `json:"sheet,omitempty"`
	Line   int    `json:"line"`
	Column string `json:"column,omitempty"`
	Code   string `json:"code,omitempty"`
	Reason string `json:"reason"`
}

// Say puts notes into words.
func Say(l *i18n.Localizer, notes []Note) []Said {
	list := make([]Said, len(notes))
	for i, n := range notes {
		list[i] = Said{Sheet: n.Sheet, Line: n.Line, Column: n.Column, Code: n.Code, Reason: n.Text(l)}
	}
	return list
}
