package report

import (
	"strconv"
	"strings"

	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// signSheet is one printed signature sheet being laid out.
type signSheet struct {
	*book

	l       signLayout
	g       *sheet.Grid
	slots   []*workshop.Slot
	n, of   int // this sheet among all
	row     int // last row laid out
	top     int // row of the title, after the logos
	heads   int // first of the two rows of column headings
	paper   paperSheet
	st      signStyles
	picture []byte
}

// signStyles are those of the paper: small, black on white, with lines that a copier keeps.
type signStyles struct {
	title, label, value, law, code       sheet.StyleID
	head, text, centre, box, walk, walkN sheet.StyleID
	band, total, count, name, visa       sheet.StyleID
	signed                               sheet.StyleID
}

// signSheets writes the signature sheets: one, or several by days when one would hold more than maxSigns half-days.
func (b *book) signSheets() {
	all := groups(b.f.report.Slots, b.o.signs())
	for i, slots := range all {
		s := &signSheet{book: b, g: sheet.NewGrid(), slots: slots, n: i + 1, of: len(all)}
		s.l = signLayout{people: b.signColumns(), remarks: signColumn{key: "remarks", least: 13.5, ideal: 30}, signs: len(slots)}
		s.l.plan()
		s.st = s.styles()
		s.write()
	}
}

// signs is the most half-days on one sheet.
func (o Options) signs() int {
	if o.Contacts {
		return maxSignsContacts
	}
	return maxSigns
}

func (b *book) signColumns() []signColumn {
	cols := []signColumn{
		{key: "number", least: 6, ideal: 7, centre: true},
		{key: "family", least: 15.5, ideal: 30, value: func(p *workshop.Participant) string { return p.FamilyName }},
		{key: "given", least: 13.5, ideal: 26, value: func(p *workshop.Participant) string { return p.GivenName }},
		{key: "sex", least: 9.5, ideal: 10, centre: true, list: listSexShort, value: b.shortSex},
		{key: "age", least: 9.5, ideal: 13, centre: true, list: listAgeShort, value: b.shortAge},
		{key: "organisation", least: 18.5, ideal: 44, value: func(p *workshop.Participant) string { return p.OrganisationIn(b.loc.Lang()) }},
		{key: "type", least: 11, ideal: 15, centre: true, list: listTypeShort, value: b.shortType},
		{key: "function", least: 14, ideal: 32, value: func(p *workshop.Participant) string { return p.JobTitle }},
		{key: "governorate", least: 14, ideal: 22, list: listGov, value: b.knownGovernorate},
	}
	if b.o.Contacts {
		cols = append(cols, signColumn{key: "contact", least: 24, ideal: 36, value: contact})
	}
	return cols
}

func (b *book) shortSex(p *workshop.Participant) string {
	if p.Sex == "" {
		return ""
	}
	return b.t("sex_short_" + p.Sex)
}

func (b *book) shortAge(p *workshop.Participant) string {
	a := b.ageOf(p)
	if a == org.AgeUnknown {
		return ""
	}
	return b.t("age_short_" + string(a))
}

func (b *book) shortType(p *workshop.Participant) string {
	if !org.Kind(p.OrganisationKind).Valid() {
		return ""
	}
	return b.t("type_short_" + p.OrganisationKind)
}

// knownGovernorate leaves blank what is unknown, to be filled in by hand.
func (b *book) knownGovernorate(p *workshop.Participant) string {
	if p.Governorate == "" {
		return ""
	}
	return b.governorate(p.Governorate)
}

// contact is the phone, or the e-mail of who has none.
func contact(p *workshop.Participant) string {
	if p.Phone != "" {
		return p.Phone
	}
	return p.Email
}

func (s *signSheet) styles() signStyles {
	size, box, beside := s.l.size, sheet.Box(sheet.Thin, "3F4A52"), 5 // the title stands beside the mark
	if len(s.f.logos) > 0 {
		beside = 0
	}
	return signStyles{
		title:  s.look(sheet.Style{Size: 15, Bold: true, Align: s.start(), Indent: beside}),
		label:  s.look(sheet.Style{Size: 8, Color: quietColor, Align: s.start(), VAlign: "top"}),
		value:  s.look(sheet.Style{Size: 9, Bold: true, Align: s.start(), VAlign: "top", Wrap: true}),
		law:    s.look(sheet.Style{Size: 7, Italic: !s.rtl(), Color: quietColor, Align: s.start(), Wrap: true}),
		code:   s.look(sheet.Style{Size: 8, Align: s.end(), Color: quietColor}),
		head:   s.look(sheet.Style{Size: size - 0.5, Bold: true, Fill: headFill, Border: box, Align: "center", Wrap: true}),
		text:   s.look(sheet.Style{Size: size, Border: box, Align: s.start(), Wrap: true}),
		centre: s.look(sheet.Style{Size: size, Border: box, Align: "center", Wrap: true}),
		box:    s.look(sheet.Style{Size: size, Border: box, Align: "center", Unlocked: true}),
		signed: s.look(sheet.Style{Size: 7, Border: box, Align: "center", Wrap: true}),
		walk:   s.look(sheet.Style{Size: size, Border: box, Align: s.start(), Wrap: true, Unlocked: true}),
		walkN:  s.look(sheet.Style{Size: size, Border: box, Align: "center", Color: quietColor, Fill: bandFill}),
		band:   s.look(sheet.Style{Size: 8, Bold: true, Border: box, Align: s.start(), Fill: headFill}),
		total:  s.look(sheet.Style{Size: 8, Bold: true, Border: box, Align: s.end(), Fill: bandFill}),
		count:  s.look(sheet.Style{Size: 9, Bold: true, Border: box, Align: "center", Format: sheet.FormatInteger, Unlocked: true}),
		name:   s.look(sheet.Style{Size: 7, Color: quietColor, Border: box, Align: "center", VAlign: "top", Wrap: true, Unlocked: true}),
		visa:   s.look(sheet.Style{Size: 8, Color: quietColor, Border: box, Align: s.start(), VAlign: "top", Wrap: true, Unlocked: true}),
	}
}

// write lays the sheet out from top to bottom and hands it to the workbook.
func (s *signSheet) write() {
	s.header()
	s.columnHeads()
	first := s.row + 1
	for i, p := range s.f.report.Enrolled() {
		s.person(i+1, p)
	}
	s.walkIns()
	s.closing()
	w := s.AddSheet(s.name(), sheet.SheetOptions{RightToLeft: s.rtl(), HideGrid: true, Widths: s.charWidths(), Page: s.signPage(), TabColor: "B5651D"})
	s.g.Write(w)
	w.PrintArea(sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: s.row, LastCol: s.l.cols()})
	if s.picture != nil {
		w.Picture(s.top, s.codeColumn(), sheet.Picture{Data: s.picture, Height: barHeight, Alt: s.code(), OffsetX: 4, OffsetY: 3})
	}
	if len(s.f.logos) > 0 {
		drawLogos(w, 1, s.l.widths(), s.f.logos)
	} else if mark := markPNG(); mark != nil {
		w.Picture(1, 1, sheet.Picture{Data: mark, Height: markHeight, Alt: s.t("mark_alt"), OffsetX: 3, OffsetY: 2})
	}
	s.lists(w, first)
	w.Protect("")
}

func (s *signSheet) name() string {
	if s.of == 1 {
		return s.t("sheet_sign")
	}
	return s.t("sheet_sign_n", "n", s.n)
}

func (s *signSheet) charWidths() []float64 {
	mm := s.l.widths()
	for i := range mm {
		mm[i] = chars(mm[i])
	}
	return mm
}

// code names this very sheet of this version of the event: it stands in the bar code and in the foot of each page.
func (s *signSheet) code() string {
	if len(s.f.sheetCodes) >= s.n {
		return s.f.sheetCodes[s.n-1]
	}
	return s.f.event().Code + "." + strconv.FormatInt(s.f.event().Version, 10) + "." + strconv.Itoa(s.n)
}

func (s *signSheet) signPage() *sheet.Page {
	return &sheet.Page{
		Landscape: true, FitWidth: 1, CenterAcross: true,
		Margins:    sheet.Insets{Top: marginTop, Right: marginSide, Bottom: marginBottom, Left: marginSide},
		FooterLeft: foot(s.code()), Footer: footSize + s.pageOf(), FooterRight: foot(s.stamp()),
		RepeatFirst: s.heads, RepeatEnd: s.heads + 1,
	}
}

// place begins a row of a height in millimetres and gives its number.
func (s *signSheet) place(mm float64) int {
	s.row++
	s.g.Height(s.row, points(mm))
	s.paper.add(mm, 1)
	return s.row
}

func (s *signSheet) merge(row, from, to int, v sheet.Value) {
	s.g.Merge(sheet.Range{FirstRow: row, FirstCol: from, LastRow: row, LastCol: to}, v)
}

// columnAt is the column in which a place on the paper lies, counted in millimetres from the first column's side.
func (s *signSheet) columnAt(mm float64) int {
	sum := 0.0
	for i, w := range s.l.widths() {
		if sum += w; sum > mm {
			return i + 1
		}
	}
	return s.l.cols()
}

// codeColumn is where the bar code begins: it ends about where the sheet does.
func (s *signSheet) codeColumn() int {
	return s.columnAt(paperWidth - 2*marginSide - slack - barWidth - 6)
}

// header is the block above the list: what, where, when, by whom.
func (s *signSheet) header() {
	ev, cols := s.f.event(), s.l.cols()
	title := s.t("sheet_sign")
	if s.of > 1 {
		title = s.t("sign_title_n", "n", s.n, "of", s.of)
	}
	if len(s.f.logos) > 0 {
		s.place(logoRow)
	}
	top := s.place(11)
	s.top = top
	s.merge(top, 1, s.codeColumn()-1, sheet.V(title, s.st.title))
	s.picture = barcode(s.code())
	under := s.place(4.5)
	s.merge(under, 1, s.codeColumn()-1, sheet.V(s.projectLine(), s.st.label))
	s.merge(under, s.codeColumn(), cols, sheet.V(s.code(), s.st.code))
	s.pair("sign_event", s.book.title(true)+" ("+ev.Code+")", "sign_place", s.placeLine())
	s.pair("sign_dates", s.dates(), "sign_trainers", s.trainers())
	s.pair("sign_topics", s.topics(), "sign_language", s.language())
	law := s.place(lineHeight(7)*float64(linesOf(s.t("data_protection"), paperWidth-2*marginSide, 7)) + 1.5)
	s.merge(law, 1, cols, sheet.V(s.t("data_protection"), s.st.law))
}

// pair writes two labelled values side by side.
func (s *signSheet) pair(leftKey, left, rightKey, right string) {
	const labelMM = 26
	half := (paperWidth - 2*marginSide) * 0.55
	l1, mid := s.columnAt(labelMM), s.columnAt(half)
	r1 := s.columnAt(sumTo(s.l.widths(), mid-1) + labelMM - 4)
	widths := s.l.widths()
	lines := max(linesOf(left, sumTo(widths, mid-1)-sumTo(widths, l1), 9.6), linesOf(right, sumTo(widths, s.l.cols())-sumTo(widths, r1), 9.6))
	row := s.place(lineHeight(9)*float64(lines) + 1)
	s.merge(row, 1, l1, sheet.V(s.labelOf(leftKey, left), s.st.label))
	s.merge(row, l1+1, mid-1, sheet.V(left, s.st.value))
	s.merge(row, mid, r1, sheet.V(s.labelOf(rightKey, right), s.st.label))
	s.merge(row, r1+1, s.l.cols(), sheet.V(right, s.st.value))
}

// labelOf leaves the label away where there is nothing to label.
func (s *signSheet) labelOf(key, value string) string {
	if value == "" {
		return ""
	}
	return s.t(key)
}

func sumTo(mm []float64, n int) float64 {
	sum := 0.0
	for _, w := range mm[:max(0, min(n, len(mm)))] {
		sum += w
	}
	return sum
}

func (s *signSheet) projectLine() string {
	ev := s.f.event()
	var parts []string
	if ev.Project != "" && !s.o.Neutral {
		parts = append(parts, s.t("sign_project", "name", ev.Project))
	}
	if ev.GrantRef != "" {
		parts = append(parts, s.t("sign_grant", "ref", ev.GrantRef))
	}
	return strings.Join(parts, " · ")
}

func (s *signSheet) placeLine() string {
	ev := s.f.event()
	parts := []string{ev.Venue, ev.Room}
	if ev.Governorate != "" {
		parts = append(parts, s.t("sign_in_governorate", "name", s.governorate(ev.Governorate)))
	}
	return joinKnown(parts, s.comma())
}

// comma separates the parts of a list in the reader's language.
func (b *book) comma() string {
	if b.rtl() {
		return "\u200f، " // the mark keeps names in Latin letters in the order of the line
	}
	return ", "
}

func joinKnown(parts []string, sep string) string {
	var known []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			known = append(known, p)
		}
	}
	return strings.Join(known, sep)
}

// topics are those of the event, or else of this sheet's half-days; none beside a neutral title, which they would give away.
func (s *signSheet) topics() string {
	if s.o.Neutral || s.f.event().NeutralTitle != "" {
		return ""
	}
	if t := strings.Join(strings.Fields(s.f.event().Topics), " "); t != "" {
		return t
	}
	var list []string
	seen := map[string]bool{}
	for _, sl := range s.slots {
		if !seen[sl.Topic] {
			list, seen[sl.Topic] = append(list, sl.Topic), true
		}
	}
	return joinKnown(list, " · ")
}

func (s *signSheet) trainers() string {
	var names []string
	for _, t := range s.f.report.Trainers {
		names = append(names, t.Name())
	}
	return joinKnown(names, s.comma())
}

// dates are those of this sheet's half-days.
func (s *signSheet) dates() string {
	if len(s.slots) == 0 {
		return s.loc.DateRange(s.f.event().StartsOn, s.f.event().EndsOn)
	}
	return s.loc.DateRange(s.slots[0].Day, s.slots[len(s.slots)-1].Day)
}

func (s *signSheet) language() string {
	if l, ok := i18n.Parse(s.f.event().Lang); ok {
		return l.Name()
	}
	return s.f.event().Lang
}
