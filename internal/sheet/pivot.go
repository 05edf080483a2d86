package sheet

import (
	"strings"

	"github.com/xuri/excelize/v2"
)

// Pivot is a pivot table over rows that a stream writes later. The program that opens the file fills it.
type Pivot struct {
	Name   string // of the data in the workbook: letters, digits and low lines, and not the name of a cell
	Title  string // of the pivot table
	Source string // the sheet of the rows
	Target string // the sheet on which the pivot table stands
	Row    int    // its upper corner there
	Col    int
	Heads  []string            // of all columns of the rows, in their order
	Values map[string][]string // the texts that may stand in the columns named below
	Rows   []string            // columns of the source, by heading
	Cols   []string
	Pages  []string // filters
	Sums   []PivotSum
}

// PivotSum is a figure: the sum of a column under a name of its own.
type PivotSum struct{ Column, Name string }

// Reserve makes sheets in the order of their names, before any is written, so that one can stand on another.
func (w *Workbook) Reserve(names ...string) {
	for _, name := range names {
		name = SheetName(name)
		if len(w.sheets) == 0 && len(w.reserved) == 0 {
			w.fail("reserve", w.f.SetSheetName("Sheet1", name))
		} else {
			_, err := w.f.NewSheet(name)
			w.fail("reserve", err)
		}
		w.reserved[name] = true
	}
}

// Pivot prepares a pivot table between two reserved sheets, neither of which is begun. PivotData says where its rows are in the end.
func (w *Workbook) Pivot(p Pivot) {
	source, target := SheetName(p.Source), SheetName(p.Target)
	rows := 1
	for i, head := range p.Heads { // what is written here gives way to what the stream writes
		w.fail("pivot", w.f.SetCellValue(source, Ref(1, i+1), head))
		for j, text := range p.Values[head] {
			w.fail("pivot", w.f.SetCellValue(source, Ref(j+2, i+1), text))
			rows = max(rows, j+2)
		}
	}
	for i, head := range p.Heads {
		texts := p.Values[head]
		for r := 2 + len(texts); len(texts) > 0 && r <= rows; r++ {
			w.fail("pivot", w.f.SetCellValue(source, Ref(r, i+1), texts[0]))
		}
	}
	small := Range{FirstRow: 1, FirstCol: 1, LastRow: max(rows, 2), LastCol: len(p.Heads)}
	w.fail("pivot", w.f.SetDefinedName(&excelize.DefinedName{Name: p.Name, RefersTo: source + strings.TrimPrefix(AbsRef("", small), "''")})) // excelize takes no quotes here
	fields := func(names []string) []excelize.PivotTableField {
		var list []excelize.PivotTableField
		for _, n := range names {
			list = append(list, excelize.PivotTableField{Data: n, DefaultSubtotal: true})
		}
		return list
	}
	o := &excelize.PivotTableOptions{
		DataRange: p.Name, PivotTableRange: target + "!" + Ref(p.Row, p.Col) + ":" + Ref(p.Row+30, p.Col+8), Name: p.Title,
		Rows: fields(p.Rows), Columns: fields(p.Cols), Filter: fields(p.Pages), RowGrandTotals: true, ColGrandTotals: true, ShowDrill: true,
		ShowRowHeaders: true, ShowColHeaders: true, ShowLastColumn: true, PivotTableStyleName: "PivotStyleLight16", CompactData: false,
	}
	for _, s := range p.Sums {
		o.Data = append(o.Data, excelize.PivotTableField{Data: s.Column, Name: s.Name, Subtotal: "Sum", NumFmt: 3})
	}
	w.fail("pivot", w.f.AddPivotTable(o))
	w.fail("pivot", w.f.DeleteDefinedName(&excelize.DefinedName{Name: p.Name}))
}

// PivotData says where the rows of a pivot table are: with their heads, after they were written.
func (w *Workbook) PivotData(name, source string, r Range) { w.Name(name, SheetName(source), r) }
