package report

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// The columns of the travel-allowance list that identify people and can be left out by choice.
const (
	AllowNames        = "names"
	AllowOrganisation = "organisation"
	AllowFunction     = "function"
	AllowPhone        = "phone"
)

// AllowanceColumns lists them in their order.
func AllowanceColumns() []string {
	return []string{AllowNames, AllowOrganisation, AllowFunction, AllowPhone}
}

// Allowance is the list by which travel allowances are paid: who was there on how many days. Rates and amounts are for whoever pays:
// they are filled in by hand or in the workbook.
type Allowance struct {
	Head  *workshop.Head
	Title string
	Where string   // the governorate's name
	Keep  []string // columns that identify people and are on the list
	Rows  []AllowanceRow
	Left  string // in words: what was left out by choice

	f *facts
}

// AllowanceRow is one person who attended at least one half-day.
type AllowanceRow struct {
	Number                                             int
	Code, Family, Given, Organisation, Function, Phone string
	Governorate                                        string
	Days, HalfDays                                     int
}

// Has tells whether a column is on the list.
func (a *Allowance) Has(column string) bool { return slices.Contains(a.Keep, column) }

// Allowance makes the list. It asks for access.AttendanceExport on the event; what is left out by choice is not read into it.
func (s *Service) Allowance(ctx context.Context, actor access.Actor, event uuid.UUID, o Options, keep []string) (*Allowance, error) {
	f, err := s.facts(ctx, actor, event, o)
	if err != nil {
		return nil, err
	}
	b := &book{f: f, o: o, loc: s.bundle.For(o.Lang)}
	a := &Allowance{Head: f.report.Head, Title: b.title(true), f: f}
	a.Where = b.knownPlace()
	var left []string
	for _, c := range AllowanceColumns() {
		if slices.Contains(keep, c) {
			a.Keep = append(a.Keep, c)
		} else {
			left = append(left, b.t("allow_"+c))
		}
	}
	a.Left = b.t("allow_all_kept")
	if len(left) > 0 {
		a.Left = b.t("allow_left_out", "columns", strings.Join(left, b.comma()))
	}
	for i := range f.report.People {
		if p := &f.report.People[i]; p.Counts() {
			if days, halves := daysOf(f.report, p); halves > 0 {
				a.Rows = append(a.Rows, a.row(b, p, days, halves))
			}
		}
	}
	return a, nil
}

// daysOf counts the days and half-days that a person attended.
func daysOf(r *workshop.Report, p *workshop.Participant) (days, halves int) {
	seen := map[string]bool{}
	for i := range p.Cells {
		if p.Cells[i].Status.Attended() {
			seen[r.Slots[i].Day.Format("2006-01-02")] = true
			halves++
		}
	}
	return len(seen), halves
}

func (a *Allowance) row(b *book, p *workshop.Participant, days, halves int) AllowanceRow {
	r := AllowanceRow{Number: len(a.Rows) + 1, Code: p.PersonCode, Governorate: b.knownGovernorate(p), Days: days, HalfDays: halves}
	if a.Has(AllowNames) {
		r.Family, r.Given = p.FamilyName, p.GivenName
	}
	if a.Has(AllowOrganisation) {
		r.Organisation = p.OrganisationIn(b.loc.Lang())
	}
	if a.Has(AllowFunction) {
		r.Function = p.JobTitle
	}
	if a.Has(AllowPhone) {
		r.Phone = p.Phone
	}
	return r
}

// AllowanceBook makes the list as a workbook in which the rate and the transport are typed and the amounts follow by formula. The
// caller closes the file.
func (s *Service) AllowanceBook(ctx context.Context, actor access.Actor, event uuid.UUID, o Options, keep []string) (*File, error) {
	a, err := s.Allowance(ctx, actor, event, o, keep)
	if err != nil {
		return nil, err
	}
	loc := s.bundle.For(o.Lang)
	b := &book{Workbook: sheet.NewWorkbook(), f: a.f, o: o, loc: loc}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: a.f.event().Code, Subject: b.t("sheet_allow"), Creator: "Shelter", Language: string(loc.Lang()), Created: a.f.at})
	b.allowanceSheet(a)
	if err := b.Err(); err != nil {
		_ = b.Close()
		return nil, errs.Wrap(err, "report: allowance "+a.f.event().Code)
	}
	return s.release(ctx, actor, b.Workbook, export{event: a.f.event(), action: "allowance.export", stem: "deplacements", title: b.t("file_allow"), rows: len(a.Rows),
		detail: map[string]any{"columns": a.Keep}}, o)
}

// allowColumn is a column of the workbook.
type allowColumn struct {
	heading string
	width   float64
	cell    func(r *AllowanceRow, line int) sheet.Value
}

// allowanceSheet writes the list, A4 landscape, with a box to sign for each person.
func (b *book) allowanceSheet(a *Allowance) {
	cols := b.allowColumns(a)
	widths, heads := make([]float64, len(cols)), make([]sheet.Value, len(cols))
	for i, c := range cols {
		widths[i], heads[i] = c.width, sheet.V(c.heading, b.st.head)
	}
	s := b.AddSheet(b.t("sheet_allow"), sheet.SheetOptions{RightToLeft: b.rtl(), HideGrid: true, Widths: widths, Page: b.page(true), TabColor: accentColor})
	b.logoLine(s, widths)
	b.begin(s, "sheet_allow", len(cols))
	b.paragraph(s, a.Left+" "+b.t("allow_how"), len(cols), 30)
	s.RowWith(sheet.RowOptions{Height: 34}, heads...)
	first := s.Last() + 1
	for i := range a.Rows {
		line := s.Last() + 1
		values := make([]sheet.Value, len(cols))
		for j, c := range cols {
			values[j] = c.cell(&a.Rows[i], line)
		}
		s.RowWith(sheet.RowOptions{Height: 27}, values...)
	}
	b.allowTotals(s, a, cols, first)
	s.PrintTitles(first-1, first-1)
}

// allowTotals adds the columns of days and money up; what is typed has no sum yet.
func (b *book) allowTotals(s *sheet.Writer, a *Allowance, cols []allowColumn, first int) {
	last := s.Last()
	if last < first {
		return
	}
	days, halves := 0, 0
	for i := range a.Rows {
		days, halves = days+a.Rows[i].Days, halves+a.Rows[i].HalfDays
	}
	values := make([]sheet.Value, len(cols))
	values[0] = sheet.V(b.t("total"), b.st.total)
	money := b.look(sheet.Style{Border: sheet.Box(sheet.Thin, lineColor), Align: "center", Format: "0.000", Fill: bandFill, Bold: true})
	from := len(cols) - allowMoneyCols
	for k, v := range []sheet.Value{{V: days, Style: b.st.totalInt}, {V: halves, Style: b.st.totalInt}, {}, {V: 0, Style: money}, {V: 0, Style: money}, {V: 0, Style: money}} {
		if v.V == nil {
			continue
		}
		l := sheet.Letter(from + k + 1)
		v.Formula = fmt.Sprintf("SUM(%s%d:%s%d)", l, first, l, last)
		values[from+k] = v
	}
	s.RowWith(sheet.RowOptions{Height: 20}, values...)
}

// allowMoneyCols are days, half-days, rate, amount, transport, total, signature.
const allowMoneyCols = 7

func (b *book) allowColumns(a *Allowance) []allowColumn {
	text := func(of func(r *AllowanceRow) string) func(*AllowanceRow, int) sheet.Value {
		return func(r *AllowanceRow, _ int) sheet.Value { return sheet.V(of(r), b.st.label) }
	}
	cols := []allowColumn{{b.t("sign_number"), 5, func(r *AllowanceRow, _ int) sheet.Value { return sheet.V(r.Number, b.st.integer) }},
		{b.t("col_person"), 10, text(func(r *AllowanceRow) string { return r.Code })}}
	if a.Has(AllowNames) {
		cols = append(cols, allowColumn{b.t("sign_family"), 17, text(func(r *AllowanceRow) string { return r.Family })},
			allowColumn{b.t("sign_given"), 15, text(func(r *AllowanceRow) string { return r.Given })})
	}
	if a.Has(AllowOrganisation) {
		cols = append(cols, allowColumn{b.t("sign_organisation"), 26, text(func(r *AllowanceRow) string { return r.Organisation })})
	}
	if a.Has(AllowFunction) {
		cols = append(cols, allowColumn{b.t("sign_function"), 18, text(func(r *AllowanceRow) string { return r.Function })})
	}
	if a.Has(AllowPhone) {
		cols = append(cols, allowColumn{b.t("people_phone"), 15, text(func(r *AllowanceRow) string { return r.Phone })})
	}
	cols = append(cols, allowColumn{b.t("sign_governorate"), 14, text(func(r *AllowanceRow) string { return r.Governorate })})
	return append(cols, b.allowMoney(len(cols)+1)...)
}

// allowMoney are the columns of days and money; from is the place of the first. What is typed has no value yet.
func (b *book) allowMoney(from int) []allowColumn {
	days, rate, transport := sheet.Letter(from), sheet.Letter(from+2), sheet.Letter(from+4)
	amount := sheet.Letter(from + 3)
	typed := b.look(sheet.Style{Border: sheet.Box(sheet.Thin, lineColor), Align: "center", Format: "0.000", Unlocked: true})
	money := b.look(sheet.Style{Border: sheet.Box(sheet.Thin, lineColor), Align: "center", Format: "0.000", Fill: bandFill})
	blank := func(*AllowanceRow, int) sheet.Value { return sheet.V(nil, typed) }
	return []allowColumn{
		{b.t("allow_days"), 8, func(r *AllowanceRow, _ int) sheet.Value { return sheet.V(r.Days, b.st.integer) }},
		{b.t("allow_half_days"), 9, func(r *AllowanceRow, _ int) sheet.Value { return sheet.V(r.HalfDays, b.st.integer) }},
		{b.t("allow_rate"), 11, blank},
		{b.t("allow_amount"), 11, func(_ *AllowanceRow, line int) sheet.Value {
			return sheet.Value{Formula: fmt.Sprintf("%s%d*%s%d", days, line, rate, line), V: 0, Style: money}
		}},
		{b.t("allow_transport"), 11, blank},
		{b.t("allow_total"), 11, func(_ *AllowanceRow, line int) sheet.Value {
			return sheet.Value{Formula: fmt.Sprintf("%s%d+%s%d", amount, line, transport, line), V: 0, Style: money}
		}},
		{b.t("allow_signature"), 22, func(*AllowanceRow, int) sheet.Value { return sheet.V(nil, typed) }},
	}
}
