package report

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/sheet"
	"shelter/internal/workshop"
)

// listTable is the name of the table of participants in formulas.
const listTable = "Participants"

// Participants makes the list of an event's people in all states with their status of each half-day, as one table: the matrix
// by half-day. It asks for access.AttendanceExport on the event. The caller closes the file.
func (s *Service) Participants(ctx context.Context, actor access.Actor, event uuid.UUID, o Options) (*File, error) {
	f, err := s.facts(ctx, actor, event, o)
	if err != nil {
		return nil, err
	}
	loc := s.bundle.For(o.Lang)
	w, err := participantsBook(f, o, loc)
	if err != nil {
		return nil, errs.Wrap(err, "report: participants "+f.event().Code)
	}
	return s.release(ctx, actor, w, export{
		event: f.event(), action: "participants.export", stem: "participants", title: loc.T("report_file_participants"), rows: len(f.report.People),
		detail: map[string]any{"contacts": o.Contacts},
	}, o)
}

func participantsBook(f *facts, o Options, loc *i18n.Localizer) (*sheet.Workbook, error) {
	b := &book{Workbook: sheet.NewWorkbook(), f: f, o: o, loc: loc}
	b.st = b.newStyles()
	b.Properties(sheet.Properties{Title: f.event().Code, Subject: loc.T("report_sheet_people"), Creator: "Shelter", Language: string(loc.Lang()), Created: f.at})
	b.peopleSheet()
	if err := b.Err(); err != nil {
		_ = b.Close()
		return nil, err
	}
	return b.Workbook, nil
}

// listColumn is one column of the list of participants.
type listColumn struct {
	heading string
	width   float64
	value   func(p *workshop.Participant) any
}

func (b *book) peopleSheet() {
	cols := b.listColumns()
	widths, heads := make([]float64, len(cols)), make([]sheet.Value, len(cols))
	for i, c := range cols {
		widths[i], heads[i] = c.width, sheet.V(c.heading, b.st.head)
	}
	page := b.page(true)
	page.RepeatFirst = 1
	s := b.AddSheet(b.t("sheet_people"), sheet.SheetOptions{RightToLeft: b.rtl(), FreezeRows: 1, FreezeCols: 4, Widths: widths, Page: page, TabColor: accentColor})
	s.RowWith(sheet.RowOptions{Height: 36}, heads...)
	values := make([]sheet.Value, len(cols))
	for i := range b.f.report.People {
		for j, c := range cols {
			values[j] = b.listCell(c.value(&b.f.report.People[i]))
		}
		s.Row(values...)
	}
	s.Table(listTable, sheet.Range{FirstRow: 1, FirstCol: 1, LastRow: max(2, s.Last()), LastCol: len(cols)}, "TableStyleLight1")
}

func (b *book) listCell(v any) sheet.Value {
	if s, ok := v.(string); ok {
		if s == "" {
			return sheet.Value{}
		}
		return sheet.V(s, b.st.text)
	}
	return sheet.V(v, b.st.quiet)
}

func (b *book) listColumns() []listColumn {
	cols := []listColumn{
		{b.t("sign_number"), 6, func(p *workshop.Participant) any { return p.Number }},
		{b.t("col_person"), 11, func(p *workshop.Participant) any { return p.PersonCode }},
		{b.t("sign_family"), 20, func(p *workshop.Participant) any { return p.FamilyName }},
		{b.t("sign_given"), 18, func(p *workshop.Participant) any { return p.GivenName }},
		{b.t("col_sex"), 11, func(p *workshop.Participant) any { return b.sex(p.Sex) }},
		{b.t("col_age"), 15, func(p *workshop.Participant) any { return b.age(b.ageOf(p)) }},
		{b.t("col_organisation"), 32, func(p *workshop.Participant) any {
			return strings.Join(strings.Fields(p.OrganisationIn(b.loc.Lang())), " ")
		}},
		{b.t("col_type"), 22, func(p *workshop.Participant) any { return b.kind(p.OrganisationKind) }},
		{b.t("sign_function"), 24, func(p *workshop.Participant) any { return p.JobTitle }},
		{b.t("col_governorate"), 15, func(p *workshop.Participant) any { return b.governorate(p.Governorate) }},
		{b.t("people_state"), 16, func(p *workshop.Participant) any { return b.t("state_" + string(p.State)) }},
	}
	if b.o.Contacts {
		cols = append(cols, listColumn{b.t("people_phone"), 18, func(p *workshop.Participant) any { return p.Phone }},
			listColumn{b.t("people_email"), 26, func(p *workshop.Participant) any { return p.Email }})
	}
	return append(cols, b.halfDayColumns()...)
}

func (b *book) ageOf(p *workshop.Participant) org.AgeBand {
	return org.AgeBandAt(b.f.event().StartsOn, p.BirthDate, p.BirthYear)
}

// halfDayColumns are the statuses of each half-day and what they come to. Who is not expected has none.
func (b *book) halfDayColumns() []listColumn {
	var cols []listColumn
	for j := range b.f.report.Slots {
		sl := &b.f.report.Slots[j]
		cols = append(cols, listColumn{b.loc.DateShort(sl.Day) + " " + b.half(sl.Half), 15, func(p *workshop.Participant) any {
			if !p.Counts() {
				return ""
			}
			return b.status(p.Cells[j].Status)
		}})
	}
	return append(cols,
		listColumn{b.t("people_half_days"), 12, func(p *workshop.Participant) any { n, _ := p.Attended(); return n }},
		listColumn{b.t("col_minutes"), 12, func(p *workshop.Participant) any { _, m := p.Attended(); return m }},
		listColumn{b.t("col_completed"), 12, func(p *workshop.Participant) any {
			if b.f.completed(p) {
				return 1
			}
			return 0
		}})
}
