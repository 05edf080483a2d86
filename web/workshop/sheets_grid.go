package workshop

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/i18n"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// BoxesPage is the grid in which the signatures of a sheet are typed; paper.ts moves from box to box and sends each line.
type BoxesPage struct {
	layout.Page

	File  *paper.File
	Sheet *paper.Sheet // nil: everybody, and all half-days
}

// slots are the half-days of the sheet, in order of time.
func (p BoxesPage) slots() []*workshop.Slot {
	var list []*workshop.Slot
	for i := range p.File.Slots {
		if p.Sheet == nil || slices.Contains(p.Sheet.Slots, p.File.Slots[i].ID) {
			list = append(list, &p.File.Slots[i])
		}
	}
	return list
}

// boxLine is a line of the paper.
type boxLine struct {
	Number int
	Person *workshop.Participant
}

// lines are those of the sheet as it was printed; of people who are still enrolled.
func (p BoxesPage) lines() []boxLine {
	var list []boxLine
	if p.Sheet == nil {
		for i, one := range p.File.Enrolled() {
			list = append(list, boxLine{i + 1, one})
		}
		return list
	}
	for i, id := range p.Sheet.People {
		for _, one := range p.File.Enrolled() {
			if one.EnrolmentID == id {
				list = append(list, boxLine{p.Sheet.FirstNo + i, one})
			}
		}
	}
	return list
}

func (p BoxesPage) base() string { return base(p.File.Event.ID) + "/sheets" }

// queue is the outbox of one event's paper.
func (p BoxesPage) queue() string {
	q := "boxes-" + p.File.Event.ID.String()
	if p.Sheet != nil { // its columns are others
		q += "-" + p.Sheet.ID.String()
	}
	return q
}

// form names the half-days of the columns, so that a line that was kept on the device finds them later.
func (p BoxesPage) form() string {
	var ids []string
	for _, s := range p.slots() {
		ids = append(ids, s.ID.String())
	}
	return strings.Join(ids, ",")
}

// questions tell the script how each column is typed: s for a signature, blank for an empty box.
func (p BoxesPage) questions() string {
	type question struct {
		At   int    `json:"at"`
		Kind string `json:"kind"`
		Keys string `json:"keys"`
		Most int    `json:"most"`
	}
	list := make([]question, len(p.slots()))
	for i := range list {
		list[i] = question{At: i + 1, Kind: "one", Keys: "s", Most: 1}
	}
	b, err := json.Marshal(list)
	if err != nil { // numbers and letters always marshal
		return "[]"
	}
	return string(b)
}

func (p BoxesPage) says() string {
	words := map[string]string{}
	for _, k := range []string{"phone", "server", "refused", "gaps"} {
		words[k] = p.Loc.T("paper_says_" + k)
	}
	b, err := json.Marshal(words)
	if err != nil {
		return "{}"
	}
	return string(b)
}

// typed is what a box holds; ok is false when it was not typed.
func (p BoxesPage) typed(slot uuid.UUID, person *workshop.Participant) (string, bool) {
	e := p.File.Entry(slot, person.EnrolmentID)
	switch {
	case e == nil || e.Signature == nil:
		return "", false
	case e.Signature.Signed:
		return string(paper.Signed), true
	}
	return "", true
}

func (p BoxesPage) label(person *workshop.Participant, s *workshop.Slot) string {
	return p.Loc.T("sheets_box", "name", person.Name(), "slot", shortSlot(p.Loc, s))
}

// tabs lead between everybody and the sheets that have lines.
func (p BoxesPage) tabs() []kit.Tab {
	list := []kit.Tab{{Label: p.Loc.T("sheets_everybody"), Href: p.base() + "/boxes", Current: p.Sheet == nil}}
	for i := range p.File.Tray.Sheets {
		if s := &p.File.Tray.Sheets[i]; len(s.People) > 0 && p.File.Tray.Came(s.ID) {
			list = append(list, kit.Tab{Label: s.Code, Href: p.base() + "/boxes?sheet=" + s.ID.String(), Current: p.Sheet != nil && p.Sheet.ID == s.ID})
		}
	}
	return list
}

// DiffersPage lists what differs between paper, roll-call and self check-in, for a decision.
type DiffersPage struct {
	layout.Page

	File   *paper.File
	Key    string
	Form   *form.Set
	At     string // slot and enrolment of the form that was refused
	Status string // as chosen
	Reason string // as typed
}

func (p DiffersPage) base() string { return base(p.File.Event.ID) + "/sheets" }

func spot(e *paper.Entry) string { return e.Slot.ID.String() + "." + e.Person.EnrolmentID.String() }

func (p DiffersPage) says(e *paper.Entry) string {
	return p.Loc.T("sheets_differs_" + string(e.Differs))
}

// facts are what each source says of a half-day.
func facts(loc *i18n.Localizer, base string, zone *time.Location, e *paper.Entry) []kit.Term {
	list := []kit.Term{{Term: loc.T("sheets_says_roll"), Value: rollSays(loc, zone, e)}}
	sign := loc.T("sheets_not_typed")
	if e.Signature != nil {
		sign = loc.T("sheets_typed_empty")
		if e.Signature.Signed {
			sign = loc.T("sheets_typed_signed")
		}
	}
	self := loc.T("sheets_self_no")
	if e.Self {
		self = loc.T("sheets_self_yes")
	}
	return append(list, kit.Term{Term: loc.T("sheets_says_paper"), Value: sign}, onScreen(loc, zone, e), kit.Term{Term: loc.T("selfcheck_title"), Value: self},
		kit.Term{Term: loc.T("sheets_says_scans"), Part: scanLinks(loc, base, e.Pages)})
}

func rollSays(loc *i18n.Localizer, zone *time.Location, e *paper.Entry) string {
	parts := []string{loc.T("workshop_status_" + string(e.Cell.Status))}
	if !e.At.IsZero() {
		parts = append(parts, loc.T("workshop_source_"+string(e.Cell.Source)))
		if e.By != "" {
			parts = append(parts, isolated(e.By))
		}
		parts = append(parts, loc.DateTime(e.At.In(zone)))
	}
	if e.Cell.Reason != "" {
		parts = append(parts, isolated(e.Cell.Reason))
	}
	return strings.Join(parts, " · ")
}

func (p DiffersPage) statuses(e *paper.Entry) []form.Option {
	var list []form.Option
	for _, s := range workshop.Statuses() {
		if s != workshop.Unmarked {
			o := form.Option{Value: string(s), Label: p.Loc.T("workshop_status_" + string(s))}
			if s == e.Cell.Status {
				o.Hint = p.Loc.T("sheets_as_marked")
			}
			list = append(list, o)
		}
	}
	return list
}

func (p DiffersPage) status(e *paper.Entry) form.Field {
	f := form.Field{Name: "status", Label: p.Loc.T("sheets_decide"), Required: true}
	if p.Form.Wrong() && p.At == spot(e) {
		f = p.Form.Field("status", "sheets_decide", p.Status)
	}
	return f
}

func (p DiffersPage) reason(e *paper.Entry) form.Field {
	f := form.Field{Name: "reason", Label: p.Loc.T("sheets_decide_why"), Hint: p.Loc.T("sheets_decide_why_hint"), MaxLength: 300, Required: true}
	if p.Form.Wrong() && p.At == spot(e) {
		f = p.Form.Field("reason", "sheets_decide_why", p.Reason)
	}
	return f
}

// EvidencePage is the people and the evidence behind a figure of attendance.
type EvidencePage struct {
	layout.Page

	File   *paper.File
	Slot   *workshop.Slot // nil: all half-days
	Status string         // a status, "attended", or empty for all
}

// entries are those that the figure counts: people who are enrolled; or else those who left after they had been marked, whom reports and
// workbooks still count.
func (p EvidencePage) entries(enrolled bool) []*paper.Entry {
	var list []*paper.Entry
	for i := range p.File.Entries {
		e := &p.File.Entries[i]
		if (p.Slot == nil || e.Slot.ID == p.Slot.ID) && (e.Person.State == workshop.Enrolled) == enrolled && p.counts(e.Cell.Status) {
			list = append(list, e)
		}
	}
	return list
}

func (p EvidencePage) counts(s workshop.Status) bool {
	switch p.Status {
	case "":
		return true
	case "attended":
		return s.Attended()
	}
	return string(s) == p.Status
}

func (p EvidencePage) figure() string {
	what := p.Loc.T("sheets_all_states")
	switch p.Status {
	case "":
	case "attended":
		what = p.Loc.T("workshop_fig_attended")
	default:
		what = p.Loc.T("workshop_status_" + p.Status)
	}
	return strconv.Itoa(len(p.entries(true))) + " · " + what
}

func (p EvidencePage) tabs() []kit.Tab {
	query := ""
	if p.Status != "" {
		query = "&status=" + p.Status
	}
	list := []kit.Tab{{Label: p.Loc.T("sheets_all_slots"), Href: base(p.File.Event.ID) + "/evidence?" + strings.TrimPrefix(query, "&"), Current: p.Slot == nil}}
	for i := range p.File.Slots {
		s := &p.File.Slots[i]
		list = append(list, kit.Tab{Label: shortSlot(p.Loc, s), Href: base(p.File.Event.ID) + "/evidence?slot=" + s.ID.String() + query, Current: p.Slot != nil && p.Slot.ID == s.ID})
	}
	return list
}
