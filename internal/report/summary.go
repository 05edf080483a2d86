package report

import (
	"fmt"
	"strings"

	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// measures are the columns of the flat rows that the synthesis adds up, in the order of figures.
var measures = [...]flatColumn{listed: colListed, present: colPresent, participations: colAttended, completed: colCompleted}

// sexes are the values of a person's sex, the unknown one last.
var sexes = [...]string{"f", "m", ""}

// Width of the synthesis: a label, and for each measure the sexes and their sum.
const (
	perMeasure  = len(sexes) + 1
	summaryCols = 1 + len(measures)*perMeasure
)

// labelWidth is that of the labels, in characters.
const labelWidth = 36

// dimension is one breakdown of the synthesis: its rows and how the flat rows are counted into them.
type dimension struct {
	key    string // of the heading
	column flatColumn
	free   bool     // the words are free text: compared as they are, since COUNTIFS reads * ? and = in them
	values []string // ids
	label  func(id string) string
	of     func(*row) string
}

// summary writes the synthesis.
type summary struct {
	*book

	s *sheet.Writer
}

// summarySheet counts people and participations by formulas on the flat rows, each with its figure stored.
func (b *book) summarySheet() {
	widths := []float64{labelWidth}
	for range summaryCols - 1 {
		widths = append(widths, 8.3)
	}
	s := b.AddSheet(b.t("sheet_summary"), sheet.SheetOptions{RightToLeft: b.rtl(), HideGrid: true, Widths: widths, Page: b.page(true), TabColor: accentColor})
	m := &summary{book: b, s: s}
	b.begin(s, "sheet_summary", summaryCols)
	m.note("summary_note", 28)
	m.keyFigures()
	m.halfDays()
	for _, d := range b.dimensions() {
		m.dimension(d)
	}
}

func (m *summary) note(key string, height float64) {
	m.s.RowWith(sheet.RowOptions{Height: height}, sheet.V(m.t(key), m.st.note))
	m.s.Merge(sheet.Range{FirstRow: m.s.Last(), FirstCol: 1, LastRow: m.s.Last(), LastCol: summaryCols})
}

func (m *summary) section(text string) {
	m.s.Skip(1)
	m.s.RowWith(sheet.RowOptions{Height: 22}, sheet.V(text, m.st.section))
}

// keyFigures are the totals, and the rule of completion.
func (m *summary) keyFigures() {
	n, rows, f := m.f.total(), len(m.f.rows), m.f
	m.section(m.t("key_figures"))
	m.figure("key_planned", sheet.V(len(f.report.Slots), m.st.integer))
	m.figure("key_listed", m.sum(colListed, n[listed]))
	m.figure("key_present", m.sum(colPresent, n[present]))
	m.figure("key_participations", m.sum(colAttended, n[participations]))
	m.figure("key_possible", m.counted("COUNT("+m.column(colDate)+")", rows))
	ratio := sheet.Value{Formula: fmt.Sprintf("IF(B%d=0,%s,B%d/B%d)", m.s.Last(), quote(undefined), m.s.Last()-1, m.s.Last()), Style: m.st.share, V: undefined}
	if rows > 0 {
		ratio.V = float64(n[participations]) / float64(rows)
	}
	m.figure("key_rate", ratio)
	m.figure("key_hours", sheet.Value{Formula: "SUM(" + m.column(colMinutes) + ")/60", V: float64(f.minutes()) / 60, Style: m.st.decimal})
	m.figure("key_completed", m.sum(colCompleted, n[completed]))
	for _, st := range []workshop.Status{workshop.Excused, workshop.Absent, workshop.Unmarked} {
		m.figure("key_"+string(st), m.counted("COUNTIFS("+m.column(colStatus)+","+quote(m.status(st))+")", f.byStatus(st)))
	}
}

// figure writes one key figure with its meaning beside it.
func (m *summary) figure(key string, v sheet.Value) {
	about := m.t(key+"_is", "needed", m.f.needed, "planned", len(m.f.report.Slots), "share", m.loc.Percent(m.f.event().Threshold))
	row := m.s.Last() + 1
	m.s.RowWith(sheet.RowOptions{Height: 16}, sheet.V(m.t(key), m.st.label), v, sheet.V(about, m.st.aside))
	m.s.Merge(sheet.Range{FirstRow: row, FirstCol: 3, LastRow: row, LastCol: summaryCols})
}

func (m *summary) sum(c flatColumn, stored int) sheet.Value {
	return m.counted("SUM("+m.column(c)+")", stored)
}

func (m *summary) counted(formula string, stored int) sheet.Value {
	return sheet.Value{Formula: formula, V: stored, Style: m.st.integer}
}

// halfDays counts the statuses of each half-day.
func (m *summary) halfDays() {
	m.section(m.t("by_half_day"))
	heads := []sheet.Value{sheet.V(m.t("col_date")+" · "+m.t("col_half"), m.st.head)}
	for _, st := range workshop.Statuses() {
		heads = append(heads, sheet.V(m.status(st), m.st.head))
	}
	heads = append(heads, sheet.V(m.t("col_attended"), m.st.head))
	m.s.RowWith(sheet.RowOptions{Height: 38}, heads...)
	first := m.s.Last() + 1
	for i := range m.f.report.Slots {
		m.halfDay(&m.f.report.Slots[i])
	}
	m.totalRow(first, len(heads)-1, func(col int) int { return m.statusTotal(col) })
}

func (m *summary) halfDay(slot *workshop.Slot) {
	n := m.f.bySlot(slot)
	where := m.onSlot(slot)
	values := []sheet.Value{sheet.V(m.loc.Date(slot.Day)+" · "+m.half(slot.Half), m.st.label)}
	here := 0
	for _, st := range workshop.Statuses() {
		values = append(values, m.counted("COUNTIFS("+where+","+m.column(colStatus)+","+quote(m.status(st))+")", n[st]))
		if st.Attended() {
			here += n[st]
		}
	}
	values = append(values, m.counted("COUNTIFS("+where+","+m.column(colAttended)+",1)", here))
	m.s.RowWith(sheet.RowOptions{Height: 16}, values...)
}

// onSlot is the condition for the rows of one half-day.
func (b *book) onSlot(slot *workshop.Slot) string {
	return fmt.Sprintf("%s,DATE(%d,%d,%d),%s,%s", b.column(colDate), slot.Day.Year(), slot.Day.Month(), slot.Day.Day(), b.column(colHalf), quote(b.half(slot.Half)))
}

func (m *summary) statusTotal(col int) int {
	if st := workshop.Statuses(); col < len(st) {
		return m.f.byStatus(st[col])
	}
	return m.f.total()[participations]
}

// totalRow adds up the n columns of the rows from first to the last one written.
func (m *summary) totalRow(first, n int, stored func(col int) int) {
	last := m.s.Last()
	values := []sheet.Value{sheet.V(m.t("total"), m.st.total)}
	for col := range n {
		formula := "0"
		if last >= first {
			l := sheet.Letter(col + 2)
			formula = fmt.Sprintf("SUM(%s%d:%s%d)", l, first, l, last)
		}
		values = append(values, sheet.Value{Formula: formula, V: stored(col), Style: m.st.totalInt})
	}
	m.s.RowWith(sheet.RowOptions{Height: 17}, values...)
}

// dimensions are the breakdowns. Governorates and organisations list those that occur.
func (b *book) dimensions() []dimension {
	var ages, kinds []string
	for _, a := range org.AgeBands() {
		ages = append(ages, string(a))
	}
	for _, k := range org.Kinds() {
		kinds = append(kinds, string(k))
	}
	orgOf := func(r *row) string { return strings.ToLower(organisationOf(r, b.loc.Lang())) }
	spelling := map[string]string{}
	var orgs []string
	for _, name := range b.f.organisations(b.loc.Lang()) {
		key := strings.ToLower(name)
		orgs, spelling[key] = append(orgs, key), name
	}
	return []dimension{
		{key: "by_age", column: colAge, values: ages, label: func(id string) string { return b.age(org.AgeBand(id)) }, of: func(r *row) string { return string(r.age) }},
		{key: "by_type", column: colType, values: append(kinds, ""), label: b.kind, of: kindOf},
		{key: "by_governorate", column: colGov, values: append(b.governoratesSeen(), ""), label: b.governorate, of: b.governorateOf},
		{key: "by_organisation", column: colOrg, free: true, values: append(orgs, ""), of: orgOf, label: func(id string) string {
			if id == "" {
				return b.unknown()
			}
			return spelling[id]
		}},
	}
}

func kindOf(r *row) string {
	if k := r.Person.OrganisationKind; org.Kind(k).Valid() {
		return k
	}
	return ""
}

func (b *book) governorateOf(r *row) string {
	for _, g := range b.f.governorates {
		if g.Code == r.Person.Governorate {
			return g.Code
		}
	}
	return ""
}

func (b *book) governoratesSeen() []string {
	seen := b.f.cross(b.governorateOf)
	var codes []string
	for _, g := range b.f.governorates {
		if seen[g.Code] != nil {
			codes = append(codes, g.Code)
		}
	}
	return codes
}

// dimension writes one breakdown by sex and measure.
func (m *summary) dimension(d dimension) {
	m.section(m.t(d.key))
	m.dimensionHead(d)
	heads := m.s.Last()
	first := heads + 1
	n := m.f.cross(d.of)
	for _, id := range d.values {
		values := []sheet.Value{sheet.V(d.label(id), m.st.label)}
		row := m.s.Last() + 1
		for i, measure := range measures {
			values = append(values, m.cells(d, n, id, i, measure, row, heads)...)
		}
		m.s.RowWith(sheet.RowOptions{Height: labelHeight(d.label(id))}, values...)
	}
	m.totalRow(first, summaryCols-1, func(col int) int { return m.columnTotal(n, d.values, col) })
}

// labelHeight gives a row the height that its label needs, in points.
func labelHeight(label string) float64 {
	const size, least = 10, 16
	return max(least, points(lineHeight(size)*float64(linesOf(label, labelWidth*digitWidth/72*25.4, size))+0.8))
}

func (m *summary) dimensionHead(d dimension) {
	over, under := []sheet.Value{sheet.V(m.t("col_"+string(d.column)), m.st.head)}, []sheet.Value{sheet.V(nil, m.st.head)}
	row := m.s.Last() + 1
	for i, c := range measures {
		over = append(over, sheet.V(m.t("measure_"+string(c)), m.st.head))
		for range perMeasure - 1 {
			over = append(over, sheet.V(nil, m.st.head))
		}
		for _, sex := range sexes {
			under = append(under, sheet.V(m.sex(sex), m.st.head))
		}
		under = append(under, sheet.V(m.t("total"), m.st.head))
		m.s.Merge(sheet.Range{FirstRow: row, FirstCol: 2 + i*perMeasure, LastRow: row, LastCol: 1 + (i+1)*perMeasure})
	}
	m.s.Merge(sheet.Range{FirstRow: row, FirstCol: 1, LastRow: row + 1, LastCol: 1})
	m.s.RowWith(sheet.RowOptions{Height: 18}, over...)
	m.s.RowWith(sheet.RowOptions{Height: 26}, under...)
}

// cells are one measure of one row: a formula for each sex, and their sum.
func (m *summary) cells(d dimension, n cross, id string, i int, measure flatColumn, row, heads int) []sheet.Value {
	from := 2 + i*perMeasure
	values := make([]sheet.Value, 0, perMeasure)
	sum := 0
	for j, sex := range sexes {
		stored := n.at(id, sex)[i]
		sum += stored
		values = append(values, m.counted(m.crossFormula(d, measure, row, heads, from+j), stored))
	}
	total := fmt.Sprintf("SUM(%s:%s)", sheet.Ref(row, from), sheet.Ref(row, from+len(sexes)-1))
	return append(values, sheet.Value{Formula: total, V: sum, Style: m.st.totalInt})
}

// crossFormula counts the flat rows of the word in column A and the sex above.
func (m *summary) crossFormula(d dimension, measure flatColumn, row, heads, col int) string {
	word, sex := fmt.Sprintf("$A%d", row), fmt.Sprintf("%s$%d", sheet.Letter(col), heads)
	if d.free {
		return fmt.Sprintf("SUMPRODUCT((%s=%s)*(%s=%s)*(%s=1))", m.column(d.column), word, m.column(colSex), sex, m.column(measure))
	}
	return fmt.Sprintf("COUNTIFS(%s,%s,%s,%s,%s,1)", m.column(d.column), word, m.column(colSex), sex, m.column(measure))
}

func (m *summary) columnTotal(n cross, values []string, col int) int {
	measure, j := col/perMeasure, col%perMeasure
	sum := 0
	for _, id := range values {
		for k, sex := range sexes {
			if j == k || j == len(sexes) {
				sum += n.at(id, sex)[measure]
			}
		}
	}
	return sum
}
