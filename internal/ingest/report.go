package ingest

import (
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// Report is the outcome of an import as scripts read it (shelter import participants --json). Its keys are stable.
type Report struct {
	Sheet      string        `json:"sheet"`
	HeaderRow  int           `json:"header_row"`
	Rows       int           `json:"rows"` // data rows
	Valid      int           `json:"valid"`
	Invalid    int           `json:"invalid"`
	Duplicates int           `json:"duplicates"` // rows that repeat a person further up
	Created    int           `json:"created"`    // new enrolments; 0 for a dry run and when a row is invalid
	Issues     []ReportIssue `json:"issues"`
}

// ReportIssue is one issue of a report.
type ReportIssue struct {
	Row     int    `json:"row"`
	Column  string `json:"column"` // letter; empty when the whole row is meant
	Level   Level  `json:"level"`
	Message string `json:"message"`
}

// NewReport tells what was read, in the reader's language.
func NewReport(m Mapping, c *Checked, l *i18n.Localizer) Report {
	valid, invalid, duplicates := c.Counts()
	r := Report{
		Sheet: m.Sheet, HeaderRow: m.HeaderRow, Rows: len(c.People), Valid: valid, Invalid: invalid, Duplicates: duplicates,
		Issues: make([]ReportIssue, 0, len(c.Issues)),
	}
	for _, i := range c.Issues {
		r.Issues = append(r.Issues, ReportIssue{i.Row, sheet.Letter(i.Col), i.Level, i.Message(l)})
	}
	return r
}

// MarkUp gives a copy of the file with the issues in it, to be corrected and sent again: cells coloured and commented, the
// remarks of each row in a last column, in the reader's language.
func MarkUp(name string, data []byte, m Mapping, issues []Issue, l *i18n.Localizer) ([]byte, error) {
	marks := make([]sheet.Mark, 0, len(issues))
	for _, i := range issues {
		marks = append(marks, sheet.Mark{
			Row: i.Row, Col: i.Col, Error: i.Level == LevelError, Text: l.T(i.Level.LabelKey()) + " : " + i.Message(l),
		})
	}
	return sheet.MarkUp(name, data, marks, sheet.MarkOptions{
		Sheet: m.Sheet, NewName: l.T("ingest_copy_sheet"), HeaderRow: m.HeaderRow, Remarks: l.T("ingest_copy_remarks"), Author: "Shelter",
		RightToLeft: l.Lang() == i18n.AR,
	}, sheet.DefaultLimits())
}
