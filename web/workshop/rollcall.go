package workshop

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"shelter/internal/i18n"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// RollPage is the roll-call of one half-day.
type RollPage struct {
	layout.Page

	View    *workshop.View
	Slot    *workshop.Slot
	Index   int
	Rows    []RollRow
	Totals  workshop.Totals
	CanMark bool
	Key     string // of the form, for browsers without scripts
}

// RollRow is one person of the roll-call.
type RollRow struct {
	ID           string // the enrolment's
	Name         string
	Organisation string
	Cell         workshop.Cell
	Arrived      string // wall clock
	Left         string
	Signed       SignedRow
	Lost         bool // the threshold is out of reach, as things stood when the page was made
}

// NewRollPage lays out a half-day of an event.
func NewRollPage(p layout.Page, v *workshop.View, index int, key string, signed paper.OnScreen) RollPage {
	page := RollPage{Page: p, View: v, Slot: &v.Slots[index], Index: index, Totals: v.Totals(index), CanMark: v.Event.State.CanMark(), Key: key}
	zone := v.Event.Zone()
	for _, person := range v.Enrolled() {
		c := person.Cells[index]
		page.Rows = append(page.Rows, RollRow{ID: person.EnrolmentID.String(), Name: person.Name(), Organisation: person.OrganisationIn(p.Loc.Lang()), Cell: c,
			Arrived: clock(c.ArrivedAt, zone), Left: clock(c.LeftAt, zone), Lost: v.Lost(person),
			Signed: NewSignedRow(signed.Of(v.Slots[index].ID, person.EnrolmentID), zone)})
	}
	return page
}

// clock writes a time of the day on an event's wall clock, or nothing.
func clock(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("15:04")
}

func (p RollPage) url() string {
	return base(p.View.Event.ID) + "/rollcall/" + p.Slot.ID.String()
}

func (p RollPage) history(enrolment string) string { return p.url() + "/" + enrolment + "/history" }

// queue is the outbox of one event: all its half-days send through it in the order of marking.
func (p RollPage) queue() string { return "roll-" + p.View.Event.ID.String() }

func (p RollPage) attributes() templ.Attributes {
	words, err := json.Marshal(p.words())
	if err != nil { // a map of strings always marshals
		words = []byte("{}")
	}
	return templ.Attributes{
		"data-rollcall": true, "data-queue": p.queue(), "data-marks": base(p.View.Event.ID) + "/marks", "data-state": p.url() + "/state",
		"data-slot": p.Slot.ID.String(), "data-zone": p.View.Event.TimeZone, "data-version": strconv.FormatInt(p.View.Event.Version, 10),
		"data-begins": p.Slot.StartsAt.Format(time.RFC3339), "data-ends": p.Slot.EndsAt.Format(time.RFC3339), "data-can-mark": strconv.FormatBool(p.CanMark),
		"data-signatures": base(p.View.Event.ID) + "/signatures", "data-sign-from": p.signFrom().Format(time.RFC3339),
		"data-says": string(words), "data-owner": p.Account, "data-event": p.View.Event.Code + " " + p.View.Event.TitleIn(p.Loc.Lang()), "data-half": shortSlot(p.Loc, p.Slot),
	}
}

func (r RollRow) attributes() templ.Attributes {
	return templ.Attributes{"data-status": string(r.Cell.Status), "data-seq": strconv.FormatInt(r.Cell.Seq, 10), "data-arrived": r.Arrived, "data-left": r.Left,
		"data-reason": r.Cell.Reason, "data-name": r.Name}
}

// times says when the person came and went, and why they are excused.
func (p RollPage) times(r RollRow) string {
	var parts []string
	if r.Arrived != "" {
		parts = append(parts, strings.ReplaceAll(p.Loc.T("workshop_js_arrived_at"), "%", r.Arrived))
	}
	if r.Left != "" {
		parts = append(parts, strings.ReplaceAll(p.Loc.T("workshop_js_left_at"), "%", r.Left))
	}
	if r.Cell.Reason != "" {
		parts = append(parts, r.Cell.Reason)
	}
	return strings.Join(parts, " · ")
}

func (p RollPage) tabs() []kit.Tab { return rollTabs(p.Loc, p.View, p.Index, "rollcall") }

// shortSlot names a half-day on a tab: "lun. 14 déc., matin" without the year, which the page's lead has.
func shortSlot(loc *i18n.Localizer, s *workshop.Slot) string {
	day := strings.TrimSuffix(loc.Date(s.Day), " "+strconv.Itoa(s.Day.Year()))
	return loc.T("workshop_slot_name", "day", day, "half", loc.T("workshop_half_"+string(s.Half)))
}

type keyHelp struct {
	keys []string
	says string
}

func (p RollPage) keys() []keyHelp {
	return []keyHelp{
		{[]string{"↓", "↑", "j", "k"}, "layout_keys_next"},
		{[]string{"p"}, "workshop_status_present"}, {[]string{"l"}, "workshop_status_late"}, {[]string{"e"}, "workshop_status_left_early"},
		{[]string{"x"}, "workshop_status_excused"}, {[]string{"a"}, "workshop_status_absent"}, {[]string{"u"}, "workshop_status_unmarked"},
		{[]string{"z"}, "workshop_undo"}, {[]string{"Enter"}, "workshop_person_dialog"},
	}
}

// HistoryPage is the story of one person's half-day.
type HistoryPage struct {
	layout.Page

	History *workshop.History
	Signed  []paper.Screen // on screen, the newest first
	Key     string         // of the form that takes a signature back
	Reason  string         // as typed
	Form    *form.Set
}

func (p HistoryPage) moments() []kit.Moment {
	zone := p.History.Event.Zone()
	list := make([]kit.Moment, len(p.History.Entries))
	for i := range p.History.Entries {
		e := &p.History.Entries[i]
		m := kit.Moment{When: p.Loc.DateTime(e.MarkedAt.In(zone)), Tone: statusTone(e.Status), Icon: statusIcon(e.Status),
			Title: p.Loc.T("workshop_history_move", "from", p.Loc.T("workshop_status_"+string(e.From)), "to", p.Loc.T("workshop_status_"+string(e.Status)))}
		parts := []string{p.Loc.T("workshop_source_" + string(e.Source))}
		if e.Actor != "" {
			parts = append(parts, e.Actor)
		}
		if !e.ArrivedAt.IsZero() {
			parts = append(parts, strings.ReplaceAll(p.Loc.T("workshop_js_arrived_at"), "%", clock(e.ArrivedAt, zone)))
		}
		if !e.LeftAt.IsZero() {
			parts = append(parts, strings.ReplaceAll(p.Loc.T("workshop_js_left_at"), "%", clock(e.LeftAt, zone)))
		}
		if e.Reason != "" {
			parts = append(parts, e.Reason)
		}
		switch {
		case e.Source == workshop.Self && e.Outcome == workshop.Superseded:
			parts = append(parts, p.Loc.T("selfcheck_history_kept"))
		case e.Outcome == workshop.Superseded:
			parts = append(parts, p.Loc.T("workshop_history_superseded"))
		}
		m.Text = strings.Join(parts, " · ")
		list[i] = m
	}
	return list
}

// ScanPage is the check-in at the door.
type ScanPage struct {
	layout.Page

	View  *workshop.View
	Index int    // the half-day
	Badge string // typed or from the address
	Last  *ScanResult
	Key   string
}

// ScanResult is the answer that the door's screen shows.
type ScanResult struct {
	Outcome workshop.CheckinOutcome
	Tone    kit.Tone
	Title   string
	Name    string
	Text    string
}

// Message puts the answer to a badge into words.
func Message(loc *i18n.Localizer, ev *workshop.Event, c *workshop.Checkin) ScanResult {
	r := ScanResult{Outcome: c.Outcome, Tone: scanTone(c), Title: loc.T("workshop_scan_" + string(c.Outcome))}
	zone := ev.Zone()
	if c.Person != nil {
		r.Name = c.Person.Name()
		r.Text = c.Person.OrganisationIn(loc.Lang())
	}
	switch {
	case c.Outcome == workshop.TooEarly:
		r.Text = loc.T("workshop_scan_opens", "time", loc.DateTime(c.Opens.In(zone)))
	case c.Cell != nil && c.Cell.Status.Attended():
		r.Text = place(loc.T("workshop_status_"+string(c.Cell.Status)), clock(c.Cell.ArrivedAt, zone), r.Text)
	}
	return r
}

func scanTone(c *workshop.Checkin) kit.Tone {
	switch c.Outcome {
	case workshop.CheckedIn:
		if c.Cell != nil && c.Cell.Status == workshop.Late {
			return kit.Warn
		}
		return kit.Good
	case workshop.AlreadyIn, workshop.TooEarly, workshop.TooLate:
		return kit.Warn
	}
	return kit.Bad
}

// list is what the phone needs to go on without network: who is on the list, by token and by code.
func (p ScanPage) list() string {
	type person struct {
		ID    string `json:"id"`
		Name  string `json:"name"`
		Token string `json:"token"`
		Code  string `json:"code"`
		In    bool   `json:"in"`
		Seq   int64  `json:"seq"`
	}
	list := []person{}
	for _, e := range p.View.Enrolled() {
		one := person{ID: e.EnrolmentID.String(), Name: e.Name(), Token: e.BadgeToken, Code: e.BadgeCode}
		if p.Index >= 0 {
			one.In, one.Seq = e.Cells[p.Index].Status.Attended(), e.Cells[p.Index].Seq
		}
		list = append(list, one)
	}
	data, err := json.Marshal(list)
	if err != nil { // plain strings always marshal
		return "[]"
	}
	return string(data)
}

func (p ScanPage) attributes() templ.Attributes {
	ev := &p.View.Event
	a := templ.Attributes{"data-checkin": base(ev.ID) + "/checkin", "data-queue": "roll-" + ev.ID.String(), "data-marks": base(ev.ID) + "/marks",
		"data-zone": ev.TimeZone, "data-list": p.list(), "data-owner": p.Account, "data-event": ev.Code + " " + ev.TitleIn(p.Loc.Lang())}
	if p.Index >= 0 {
		s := &p.View.Slots[p.Index]
		from, to := s.Window(ev.CheckinBefore)
		a["data-half"] = shortSlot(p.Loc, s)
		a["data-slot"], a["data-opens"], a["data-ends"] = s.ID.String(), from.Format(time.RFC3339), to.Format(time.RFC3339)
		a["data-late"] = s.StartsAt.Add(time.Duration(ev.LateAfter) * time.Minute).Format(time.RFC3339)
	}
	words := map[string]string{"kept": p.Loc.T("workshop_scan_kept"), "already": p.Loc.T("workshop_scan_already"), "unknown": p.Loc.T("workshop_scan_unknown"),
		"early": p.Loc.T("workshop_scan_early"), "over": p.Loc.T("workshop_scan_over")}
	if data, err := json.Marshal(words); err == nil {
		a["data-says"] = string(data)
	}
	return a
}

func (p ScanPage) counts() (in, all int) {
	if p.Index < 0 {
		return 0, len(p.View.Enrolled())
	}
	t := p.View.Totals(p.Index)
	return t.Attended, t.People
}
