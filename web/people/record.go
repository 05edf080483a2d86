package people

import (
	"shelter/internal/i18n"
	"shelter/internal/report"
	"shelter/web/kit"
	"shelter/web/layout"
)

// RecordPage is the training record of a person, on screen or on paper.
type RecordPage struct {
	layout.Page

	Record *report.Record
	Lines  []report.RecordLine
	Paper  layout.Sheet
}

func (p RecordPage) of(k report.RecordKind) []report.RecordLine {
	var list []report.RecordLine
	for _, l := range p.Lines {
		if l.Kind == k {
			list = append(list, l)
		}
	}
	return list
}

func (p RecordPage) cols(k report.RecordKind) []kit.Col {
	keys := []string{"what", "on", "result"}
	if k == report.RecordCompetency {
		keys = append(keys, "until")
	}
	cols := make([]kit.Col, len(keys))
	for i, key := range keys {
		cols[i] = kit.Col{Label: p.Loc.T("record_col_" + key)}
	}
	return cols
}

func (p RecordPage) on(l report.RecordLine) string { return p.Loc.Date(l.On.In(i18n.Tunis())) }

func (p RecordPage) until(l report.RecordLine) string { return p.Loc.Date(l.Until.In(i18n.Tunis())) }
