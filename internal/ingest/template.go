package ingest

import (
	"slices"

	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

const (
	templateRows   = 200 // prepared for filling in
	templateLists  = "governorates"
	templateAuthor = "Shelter"
)

// Template makes an empty list to be filled in, in the reader's language, with the titles that Propose knows.
func Template(l *i18n.Localizer) ([]byte, error) {
	w := sheet.NewWorkbook()
	defer func() { _ = w.Close() }() // temporary files; nothing is lost
	w.Properties(sheet.Properties{Title: l.T("import_template_title"), Creator: templateAuthor, Language: string(l.Lang())})
	fields := templateFields()
	widths := make([]float64, len(fields))
	for i, f := range fields {
		widths[i] = templateWidths[f]
	}
	rtl := l.Lang() == i18n.AR
	list := w.AddSheet(l.T("import_template_sheet"), sheet.SheetOptions{RightToLeft: rtl, Widths: widths, FreezeRows: 1,
		Page: &sheet.Page{Landscape: true, FitWidth: 1, RepeatFirst: 1}})
	writeTemplate(w, list, fields, l)
	places := governorateNames(l.Lang())
	hidden := w.AddSheet(l.T("import_template_lists"), sheet.SheetOptions{RightToLeft: rtl, Hidden: true})
	for _, name := range places {
		hidden.Row(sheet.V(name, 0))
	}
	w.Name(templateLists, hidden.Name(), sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: len(places), LastCol: 1})
	w.Activate(list.Name())
	return w.Bytes()
}

// templateFields are the columns of the template: family and given name apart, as that leaves no doubt.
func templateFields() []Field {
	return slices.DeleteFunc(Fields(), func(f Field) bool { return f == FullName })
}

var templateWidths = map[Field]float64{FamilyName: 20, GivenName: 20, Sex: 9, CIN: 20, Birth: 26, Organisation: 34, Function: 24, Governorate: 18, Phone: 18, Email: 30}

func writeTemplate(w *sheet.Workbook, s *sheet.Writer, fields []Field, l *i18n.Localizer) {
	head := w.Style(sheet.Style{Bold: true, Fill: "DDEBEC", VAlign: "center", Wrap: true, Border: sheet.Box(sheet.Thin, "9AA5A6")})
	text := w.Style(sheet.Style{Format: sheet.FormatText, Border: sheet.Box(sheet.Hair, "C5CCCD")})
	day := w.Style(sheet.Style{Format: sheet.FormatDate, Border: sheet.Box(sheet.Hair, "C5CCCD")})
	titles, empty := make([]sheet.Value, len(fields)), make([]sheet.Value, len(fields))
	for i, f := range fields {
		titles[i], empty[i] = sheet.V(l.T(f.LabelKey()), head), sheet.V(nil, text)
		cells := sheet.Range{FirstRow: 2, FirstCol: i + 1, LastRow: templateRows + 1, LastCol: i + 1}
		switch f {
		case Birth:
			empty[i].Style = day
		case Sex:
			s.DropDown(sheet.DropDown{Cells: cells, Items: []string{l.T("import_template_sex_f"), l.T("import_template_sex_m")}, Warn: true})
		case Governorate:
			s.DropDown(sheet.DropDown{Cells: cells, List: templateLists, Warn: true})
		case FullName, FamilyName, GivenName, CIN, Organisation, Function, Phone, Email:
		}
	}
	s.RowWith(sheet.RowOptions{Height: 28}, titles...)
	for range templateRows {
		s.Row(empty...)
	}
}

// governorateNames lists the official names in the order of their codes.
func governorateNames(l i18n.Lang) []string {
	at := 0
	if l == i18n.AR {
		at = 1
	}
	codes := make([]string, 0, len(places))
	for code := range places {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for i, code := range codes {
		codes[i] = places[code][at]
	}
	return codes
}

// GovernorateName gives the name of a governorate by its code; empty for none.
func GovernorateName(code string, l i18n.Lang) string {
	names := places[code]
	switch {
	case len(names) < 2:
		return ""
	case l == i18n.AR:
		return names[1]
	}
	return names[0]
}
