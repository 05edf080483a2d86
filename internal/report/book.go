package report

import (
	"strings"
	"unicode"

	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// The colours of the sheets: ink, a quiet blue-green for headings, greys that survive a poor printer.
const (
	inkColor    = "1B2A33"
	quietColor  = "55646E"
	accentColor = "1F5F6B"
	headFill    = "E3ECEE"
	bandFill    = "F3F6F7"
	lineColor   = "8A979F"
)

// footSize sets the type of a foot to 8 points; no digit may follow.
const footSize = "&8"

// foot makes a text of a foot; a space keeps a digit apart from the size of the type.
func foot(text string) string {
	if text != "" && text[0] >= '0' && text[0] <= '9' {
		text = " " + text
	}
	return footSize + sheet.HeaderText(text)
}

// undefined stands for a figure that cannot be computed: not measured is not 0.
const undefined = "–"

// styles are those that several sheets use.
type styles struct {
	title, subtitle, section, note, aside                      sheet.StyleID
	head, label, text, wrap, integer, share                    sheet.StyleID
	date, clock, decimal, gain, chance, total, totalInt, quiet sheet.StyleID
	small, question                                            sheet.StyleID
}

// book is one workbook being made.
type book struct {
	*sheet.Workbook

	f   *facts
	o   Options
	loc *i18n.Localizer
	st  styles
}

// attendanceBook makes the workbook and gives the checksum of its flat rows. The caller closes the workbook.
func attendanceBook(f *facts, o Options, loc *i18n.Localizer) (*sheet.Workbook, string, error) {
	b := &book{Workbook: sheet.NewWorkbook(), f: f, o: o, loc: loc}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: f.event().Code, Subject: loc.T("report_subject"), Creator: "Shelter", Language: string(loc.Lang()), Created: f.at})
	b.signSheets()
	checksum := b.flatSheet()
	b.summarySheet()
	b.testSheet()
	b.listSheet()
	b.readMe(checksum)
	if err := b.Err(); err != nil {
		_ = b.Close()
		return nil, "", err
	}
	return b.Workbook, checksum, nil
}

// t gives a text of the report's catalogue.
func (b *book) t(key string, args ...any) string {
	key = "report_" + key
	return b.loc.T(key, args...)
}

func (b *book) rtl() bool { return b.loc.Lang() == i18n.AR }

// font is one that both scripts have in the programs that open the file.
func (b *book) font() string {
	if b.rtl() {
		return "Arial"
	}
	return "Calibri"
}

// start and end are the sides of a text in the reader's direction: a cell's alignment is physical even in a sheet that runs
// from right to left.
func (b *book) start() string {
	if b.rtl() {
		return "right"
	}
	return "left"
}

func (b *book) end() string {
	if b.rtl() {
		return "left"
	}
	return "right"
}

// look registers a style in the workbook's font and direction.
func (b *book) look(s sheet.Style) sheet.StyleID {
	s.Font, s.RightToLeft = b.font(), b.rtl()
	if s.Size == 0 {
		s.Size = 10
	}
	if s.Color == "" {
		s.Color = inkColor
	}
	if s.VAlign == "" {
		s.VAlign = "center"
	}
	return b.Style(s)
}

func (b *book) newStyles() styles {
	box := sheet.Box(sheet.Thin, lineColor)
	number := func(format string, bold bool, fill string) sheet.StyleID {
		return b.look(sheet.Style{Format: format, Align: "center", Border: box, Bold: bold, Fill: fill})
	}
	return styles{
		title:    b.look(sheet.Style{Size: 16, Bold: true, Color: accentColor, Align: b.start()}),
		subtitle: b.look(sheet.Style{Size: 11, Align: b.start(), Color: quietColor}),
		section:  b.look(sheet.Style{Size: 12, Bold: true, Color: accentColor, Align: b.start(), VAlign: "bottom"}),
		note:     b.look(sheet.Style{Size: 9, Color: quietColor, Align: b.start(), VAlign: "top", Wrap: true}),
		aside:    b.look(sheet.Style{Size: 9, Color: quietColor, Align: b.start(), Wrap: true, Indent: 1}),
		small:    b.look(sheet.Style{Size: 7, Color: quietColor, Align: b.start()}),
		head:     b.look(sheet.Style{Size: 9, Bold: true, Fill: headFill, Border: box, Align: "center", Wrap: true}),
		label:    b.look(sheet.Style{Border: box, Align: b.start(), Wrap: true}),
		text:     b.look(sheet.Style{Align: b.start()}),
		wrap:     b.look(sheet.Style{Align: b.start(), VAlign: "top", Wrap: true}),
		integer:  number(sheet.FormatInteger, false, ""),
		share:    number(sheet.FormatPercent, false, ""),
		date:     b.look(sheet.Style{Format: sheet.FormatDate, Align: "center"}),
		clock:    b.look(sheet.Style{Format: sheet.FormatTime, Align: "center"}),
		decimal:  number(sheet.FormatDecimal, false, ""),
		gain:     number("0.00", false, ""),
		chance:   number("0.0000", false, ""),
		total:    b.look(sheet.Style{Border: box, Align: b.start(), Bold: true, Fill: bandFill}),
		question: b.look(sheet.Style{Border: box, Align: b.start(), Bold: true, Fill: bandFill, Wrap: true}),
		totalInt: number(sheet.FormatInteger, true, bandFill),
		quiet:    b.look(sheet.Style{Align: "center", Format: sheet.FormatInteger}),
	}
}

// title is the event's title as this file may show it. Paper that strangers see takes the neutral one when there is one.
func (b *book) title(paper bool) string {
	ev := b.f.event()
	switch {
	case b.o.Neutral && ev.NeutralTitle == "":
		return b.t("kind_"+string(ev.Kind)) + " " + ev.Code
	case b.o.Neutral:
		return ev.NeutralTitle
	case paper:
		return ev.PrintTitle(b.loc.Lang())
	}
	return ev.TitleIn(b.loc.Lang())
}

// begin writes the heading of a sheet: what it is, and of which event.
func (b *book) begin(s *sheet.Writer, key string, cols int) {
	b.heading(s, b.t(key), b.about(), cols)
}

// about names the event with its days.
func (b *book) about() string {
	ev := b.f.event()
	return ev.Code + " · " + b.title(false) + " · " + b.loc.DateRange(ev.StartsOn, ev.EndsOn)
}

// heading writes two lines over the columns of a sheet.
func (b *book) heading(s *sheet.Writer, title, about string, cols int) {
	s.RowWith(sheet.RowOptions{Height: 26}, sheet.V(title, b.st.title))
	s.RowWith(sheet.RowOptions{Height: 18}, sheet.V(about, b.st.subtitle))
	for row := s.Last() - 1; row <= s.Last(); row++ {
		s.Merge(sheet.Range{FirstRow: row, FirstCol: 1, LastRow: row, LastCol: cols})
	}
}

// page is the printed page of a sheet, with its foot.
func (b *book) page(landscape bool) *sheet.Page {
	return &sheet.Page{
		Landscape: landscape, FitWidth: 1, Margins: sheet.Insets{Top: 12, Right: 10, Bottom: 14, Left: 10},
		FooterLeft: foot(b.f.event().Code), Footer: footSize + b.pageOf(), FooterRight: foot(b.stamp()),
	}
}

// tablePage prints a table of no event: all its columns on a page, its head on each.
func (b *book) tablePage() *sheet.Page {
	return &sheet.Page{Landscape: true, FitWidth: 1, Margins: sheet.Insets{Top: 12, Right: 10, Bottom: 14, Left: 10}, Footer: footSize + b.pageOf(), RepeatFirst: 1, RepeatEnd: 1}
}

// pageOf is "Page 1 / 3" with the codes that the printing program fills in.
func (b *book) pageOf() string {
	return strings.NewReplacer("{n}", sheet.PageNumber, "{of}", sheet.PageCount).Replace(sheet.HeaderText(b.t("page")))
}

// stamp says when the file was made, in the event's zone.
func (b *book) stamp() string {
	return b.loc.DateTime(b.f.at.In(b.f.event().Zone()))
}

// unknown is the word for what was not given.
func (b *book) unknown() string { return b.t("unknown") }

func (b *book) sex(s string) string {
	if s == "" {
		return b.unknown()
	}
	return b.t("sex_" + s)
}

func (b *book) age(a org.AgeBand) string {
	if a == org.AgeUnknown {
		return b.unknown()
	}
	return b.t("age_" + string(a))
}

func (b *book) kind(k string) string {
	if !org.Kind(k).Valid() {
		return b.unknown()
	}
	return b.t("type_" + k)
}

func (b *book) governorate(code string) string {
	for _, g := range b.f.governorates {
		if g.Code == code {
			return g.Name(b.loc.Lang())
		}
	}
	return b.unknown()
}

func (b *book) half(h workshop.Half) string { return b.t("half_" + string(h)) }

func (b *book) status(s workshop.Status) string { return b.t("status_" + string(s)) }

// column is a reference to a column of the table of flat rows, as formulas write it.
func (b *book) column(c flatColumn) string { return structured(flatTable, b.t("col_"+string(c))) }

// structured is a column of a table in a formula. Some characters of a heading need a second pair of brackets.
func structured(table, heading string) string {
	var out strings.Builder
	special := false
	for _, r := range heading {
		if strings.ContainsRune(`[]#'`, r) {
			out.WriteByte('\'')
		}
		special = special || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != ' ' && r != '’'
		out.WriteRune(r)
	}
	if special {
		return table + "[[" + out.String() + "]]"
	}
	return table + "[" + out.String() + "]"
}

// quote makes a text of a formula.
func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
