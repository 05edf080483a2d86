package casework

import (
	"io"
	"time"

	"shelter/internal/casework/suppress"
	"shelter/internal/i18n"
	"shelter/internal/sheet"
)

// WriteDonor writes figures as a workbook in a language: what they count, the tables, and how small numbers were hidden. It
// holds the published figures and nothing that they were made of.
func WriteDonor(to io.Writer, f *Figures, loc *i18n.Localizer, at time.Time) error {
	w := sheet.NewWorkbook()
	defer func() { _ = w.Close() }()
	b := donorBook{w: w, f: f, loc: loc, head: w.Style(sheet.Style{Bold: true, Size: 14}), strong: w.Style(sheet.Style{Bold: true, Fill: "E4F0F0", Border: sheet.Box(1, "76827F")}), wrap: w.Style(sheet.Style{Wrap: true, VAlign: "top"})}
	b.cell = w.Style(sheet.Style{Border: sheet.Box(1, "DDE2DF")})
	w.Properties(sheet.Properties{Title: loc.T("case_donor_title"), Creator: loc.T("layout_brand"), Language: string(loc.Lang()), Created: at})
	b.s = w.AddSheet(loc.T("case_donor_sheet"), sheet.SheetOptions{RightToLeft: loc.Lang() == i18n.AR, HideGrid: true, Widths: []float64{58, 16}, Page: &sheet.Page{FitWidth: 1}})
	b.summary(at)
	for i := range f.Tables {
		b.table(&f.Tables[i])
	}
	b.notes()
	if err := w.Err(); err != nil {
		return err
	}
	_, err := w.WriteTo(to)
	return err
}

type donorBook struct {
	w                        *sheet.Workbook
	s                        *sheet.Writer
	f                        *Figures
	loc                      *i18n.Localizer
	head, strong, cell, wrap sheet.StyleID
}

func (b *donorBook) summary(at time.Time) {
	l := b.loc
	b.s.Row(sheet.V(l.T("case_donor_title"), b.head))
	b.s.Row(sheet.V(l.T("case_donor_period", "period", l.DateRange(b.f.From, b.f.To)), 0))
	b.s.Row(sheet.V(l.T("case_donor_source", "day", l.Date(at)), 0))
	if b.f.Demo {
		b.s.Row(sheet.V(l.T("case_donor_demo"), b.strong))
	}
	b.s.Skip(1)
	b.s.Row(sheet.V(l.T("case_donor_assisted"), b.strong), b.number(b.f.Total, b.strong))
	b.s.Row(sheet.V(l.T("case_donor_reached"), b.strong), sheet.V(b.f.Reached, b.strong))
	b.s.Row(sheet.V(l.T("case_donor_target"), b.cell), sheet.V(DonorTarget, b.cell))
	b.s.Row(sheet.V(l.T("case_donor_share"), b.cell), sheet.V(l.Percent(float64(b.f.Reached)/DonorTarget), b.cell))
}

func (b *donorBook) table(t *FiguresTable) {
	b.s.Skip(1)
	b.s.Row(sheet.V(b.loc.T("case_donor_by_"+t.Kind), b.strong), sheet.V(b.loc.T("case_donor_n"), b.strong))
	for _, c := range t.Cells {
		b.s.Row(sheet.V(Word(b.loc, t.List(), c.Name), b.cell), b.number(c, b.cell))
	}
	b.s.Row(sheet.V(b.loc.T("case_donor_total"), b.strong), b.number(t.Total, b.strong))
}

// number writes a count, or the one sign of everything hidden.
func (b *donorBook) number(c suppress.Cell, style sheet.StyleID) sheet.Value {
	if c.Hidden {
		return sheet.V(b.loc.T("case_donor_hidden"), style)
	}
	return sheet.V(c.N, style)
}

func (b *donorBook) notes() {
	b.s.Skip(1)
	for _, key := range []string{"case_donor_note_unit", "case_donor_note_hidden", "case_donor_note_reached", "case_donor_note_period"} {
		b.s.RowWith(sheet.RowOptions{Height: 48}, sheet.V(b.loc.T(key, "n", b.loc.Number(suppress.Threshold)), b.wrap))
	}
}
