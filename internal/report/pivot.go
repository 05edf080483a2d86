package report

import (
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// pivotData names the rows of the pivot table, whatever the language.
const pivotData = "PresencesCroisees"

// pivotRow is where the pivot table stands on its sheet, below the filters.
const pivotRow = 10

// pivotPlan makes the sheet of the flat rows and that of the pivot table, which stands on them, before either is written.
func (b *book) pivotPlan(cols []flatColumn) {
	head := func(c flatColumn) string { return b.t("col_" + string(c)) }
	p := sheet.Pivot{Name: pivotData, Title: "Croisement", Source: b.t("sheet_flat"), Target: b.t("sheet_pivot"), Row: pivotRow, Col: 1, Values: b.pivotValues(head),
		Rows: []string{head(colGov)}, Cols: []string{head(colSex)}, Pages: []string{head(colType), head(colAge), head(colHalf), head(colStatus)},
		Sums: []sheet.PivotSum{{Column: head(colAttended), Name: b.t("pivot_attended")}}}
	for _, c := range cols {
		p.Heads = append(p.Heads, head(c))
	}
	b.Reserve(p.Source, p.Target)
	b.Workbook.Pivot(p)
}

// pivotValues are the texts by which the pivot table can group and filter.
func (b *book) pivotValues(head func(flatColumn) string) map[string][]string {
	v := map[string][]string{}
	for _, sex := range []string{"f", "m", ""} {
		v[head(colSex)] = append(v[head(colSex)], b.sex(sex))
	}
	for _, g := range b.f.governorates {
		v[head(colGov)] = append(v[head(colGov)], g.Name(b.loc.Lang()))
	}
	v[head(colGov)] = append(v[head(colGov)], b.unknown())
	for _, k := range append(org.Kinds(), "") {
		v[head(colType)] = append(v[head(colType)], b.kind(string(k)))
	}
	for _, a := range org.AgeBands() {
		v[head(colAge)] = append(v[head(colAge)], b.age(a))
	}
	for _, h := range []workshop.Half{workshop.AM, workshop.PM} {
		v[head(colHalf)] = append(v[head(colHalf)], b.half(h))
	}
	for _, st := range workshop.Statuses() {
		v[head(colStatus)] = append(v[head(colStatus)], b.status(st))
	}
	return v
}

// pivotSheet says of what event, or of what days, the pivot table counts what; the program that opens the file fills it.
func (b *book) pivotSheet(last, cols int, page *sheet.Page, about string) {
	b.PivotData(pivotData, b.t("sheet_flat"), sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: last, LastCol: cols})
	s := b.AddSheet(b.t("sheet_pivot"), sheet.SheetOptions{RightToLeft: b.rtl(), Widths: []float64{26, 16, 16, 16, 16}, Page: page, TabColor: "7A4E9B"})
	b.heading(s, b.t("sheet_pivot"), about, 5)
	s.RowWith(sheet.RowOptions{Height: 30}, sheet.V(b.t("pivot_note"), b.st.note))
	s.Merge(sheet.Range{FirstRow: 3, FirstCol: 1, LastRow: 3, LastCol: 5})
	s.PrintArea(sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: pivotRow + 40, LastCol: 6})
}
