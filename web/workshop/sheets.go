package workshop

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/workshop/paper"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// SheetsPage is the tray of an event's paper.
type SheetsPage struct {
	layout.Page

	Tray    *paper.Tray
	Form    *form.Set
	Refused string    // name of the file that was not taken
	Scan    uuid.UUID // whose form was refused
	At      int       // its page; 0: the form that takes the file away
	Sheet   string    // as chosen
	Reason  string    // as typed
}

func (p SheetsPage) url() string { return base(p.Tray.Event.ID) + "/sheets" }

// pages are the pages of a scan.
func (p SheetsPage) pages(scan uuid.UUID) []paper.Page {
	var list []paper.Page
	for _, one := range p.Tray.Pages {
		if one.ScanID == scan {
			list = append(list, one)
		}
	}
	return list
}

// sheetName says what a sheet is: its code, its half-days, the lines.
func (p SheetsPage) sheetName(s *paper.Sheet) string {
	var days []string
	for i := range p.Tray.Slots {
		if slices.Contains(s.Slots, p.Tray.Slots[i].ID) {
			days = append(days, shortSlot(p.Loc, &p.Tray.Slots[i]))
		}
	}
	if len(days) > 2 {
		days = []string{days[0], "…", days[len(days)-1]}
	}
	return isolated(s.Code) + " · " + strings.Join(days, " ") + " · " + p.lines(s)
}

func (p SheetsPage) lines(s *paper.Sheet) string {
	if len(s.People) == 0 {
		return p.Loc.T("sheets_blank_lines")
	}
	return p.Loc.T("sheets_lines", "from", strconv.Itoa(s.FirstNo), "to", strconv.Itoa(s.FirstNo+len(s.People)-1))
}

func isolated(s string) string { return "\u2068" + s + "\u2069" }

// options are the sheets, the newest first.
func (p SheetsPage) options() []form.Option {
	var list []form.Option
	for i := len(p.Tray.Sheets) - 1; i >= 0; i-- {
		s := &p.Tray.Sheets[i]
		list = append(list, form.Option{Value: s.ID.String(), Label: p.sheetName(s)})
	}
	return list
}

func (p SheetsPage) said(one paper.Page) (kit.Tone, string) {
	switch one.How {
	case paper.ByCode:
		return kit.Good, p.Loc.T("sheets_by_code")
	case paper.ByHand:
		return kit.Info, p.Loc.T("sheets_by_hand", "name", p.Tray.Names[one.MatchedBy])
	}
	if one.ReadCode != "" {
		return kit.Warn, p.Loc.T("sheets_other_code", "code", one.ReadCode)
	}
	return kit.Warn, p.Loc.T("sheets_unread")
}

func (p SheetsPage) matched(one paper.Page) string {
	if s := p.Tray.Sheet(one.SheetID); s != nil {
		return p.sheetName(s)
	}
	return p.Loc.T("sheets_none_chosen")
}

// choice is the field that gives a page its sheet.
func (p SheetsPage) choice(one paper.Page) form.Field {
	f := form.Field{Name: "sheet", Label: p.Loc.T("sheets_choose", "n", strconv.Itoa(one.No))}
	if one.SheetID != uuid.Nil {
		f.Value = one.SheetID.String()
	}
	if p.Form.Wrong() && p.Scan == one.ScanID && p.At == one.No {
		f = p.Form.Optional("sheet", "sheets_sheet", p.Sheet)
	}
	return f
}

func (p SheetsPage) why(scan uuid.UUID) form.Field {
	f := form.Field{Name: "reason", Label: p.Loc.T("sheets_remove_why"), MaxLength: 300, Required: true}
	if p.Form.Wrong() && p.Scan == scan && p.At == 0 {
		f = p.Form.Field("reason", "sheets_remove_why", p.Reason)
	}
	return f
}

// refusal is why a file was not taken, beside the field, with its name.
func (p SheetsPage) file() form.Field {
	f := form.Field{Name: "file", Label: p.Loc.T("sheets_file"), Hint: p.Loc.T("sheets_file_hint", "mb", strconv.Itoa(paper.MaxScan>>20), "n", strconv.Itoa(paper.MaxFiles)), Required: true}
	if p.Scan == uuid.Nil && p.Form.Wrong() {
		f = p.Form.Field("file", "sheets_file", "")
		f.Hint = p.Loc.T("sheets_file_hint", "mb", strconv.Itoa(paper.MaxScan>>20), "n", strconv.Itoa(paper.MaxFiles))
		if p.Refused != "" {
			f.Error = isolated(p.Refused) + " : " + f.Error
		}
	}
	f.Attrs = map[string]any{"multiple": true}
	return f
}

func (p SheetsPage) sentBy(sc *paper.Scan) string {
	return p.Loc.T("sheets_sent", "when", p.Loc.DateTime(sc.SentAt.In(p.Tray.Event.Zone())), "name", isolated(p.Tray.Names[sc.SentBy]))
}

func (p SheetsPage) removedBy(sc *paper.Scan) string {
	return p.Loc.T("sheets_removed", "when", p.Loc.DateTime(sc.RemovedAt.In(p.Tray.Event.Zone())), "name", isolated(p.Tray.Names[sc.RemovedBy]), "reason", isolated(sc.Reason))
}

func (p SheetsPage) figures() []kit.Figure {
	open := 0
	for _, one := range p.Tray.Pages {
		if one.How == "" {
			open++
		}
	}
	list := []kit.Figure{{Value: p.Loc.Number(len(p.Tray.Sheets)), Label: p.Loc.T("sheets_fig_printed")}, {Value: p.Loc.Number(len(p.Tray.Pages)), Label: p.Loc.T("sheets_fig_pages")}}
	if open > 0 {
		list = append(list, kit.Figure{Value: p.Loc.Number(open), Label: p.Loc.T("sheets_fig_open"), Tone: kit.Warn})
	}
	return list
}
