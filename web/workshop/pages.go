// Package workshop holds the pages of workshops: list, form, overview, half-days, participants, roll-call, badge check-in,
// certificates, and the sheets of paper.
package workshop

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// base is the address of an event.
func base(id uuid.UUID) string { return "/workshops/" + id.String() }

// ListPage is the list of events.
type ListPage struct {
	layout.Page

	List      workshop.Page
	Filter    workshop.Filter
	From, To  string // as typed
	CanCreate bool
	Form      *form.Set
	PageURL   func(page int) string
}

func (p ListPage) active() bool {
	return p.Filter.State != "" || p.From != "" || p.To != "" || p.Filter.Query != ""
}

func (p ListPage) stateOptions() []form.Option {
	var list []form.Option
	for _, s := range workshop.States() {
		list = append(list, form.Option{Value: string(s), Label: p.Loc.T("workshop_state_" + string(s))})
	}
	return list
}

// EditPage creates an event or changes it.
type EditPage struct {
	layout.Page

	ID           uuid.UUID // zero for a new one
	Values       EditValues
	Form         *form.Set
	Governorates []org.Governorate
	Trainers     []org.PersonRow // who may run it: chosen and offered
	Message      string          // a refusal that belongs to no field
}

// EditValues are what was typed, or what is stored.
type EditValues struct {
	Key, Version                                         string
	Kind, Title, TitleAR, NeutralTitle, Topics           string
	Lang, Venue, Room, Governorate, TimeZone             string
	Start, Days, Capacity, Threshold, PassMark           string
	LateAfter, CheckinBefore, Project, GrantRef          string
	AMStart, AMEnd, AMMinutes, PMStart, PMEnd, PMMinutes string
	Halves                                               []string // "am", "pm"
	Trainers                                             []string // person ids, the lead first
}

func (p EditPage) isNew() bool { return p.ID == uuid.Nil }

func (p EditPage) action() string {
	if p.isNew() {
		return "/workshops"
	}
	return base(p.ID) + "/edit"
}

func (p EditPage) cancel() string {
	if p.isNew() {
		return "/workshops"
	}
	return base(p.ID)
}

func (p EditPage) kinds() []form.Option {
	var list []form.Option
	for _, k := range workshop.Kinds() {
		list = append(list, form.Option{Value: string(k), Label: p.Loc.T("workshop_kind_" + string(k))})
	}
	return list
}

func (p EditPage) langs() []form.Option {
	var list []form.Option
	for _, l := range i18n.Langs() {
		list = append(list, form.Option{Value: string(l), Label: l.Name()})
	}
	return list
}

func (p EditPage) halves() []form.Option {
	return []form.Option{{Value: "am", Label: p.Loc.T("workshop_half_am")}, {Value: "pm", Label: p.Loc.T("workshop_half_pm")}}
}

func governorateOptions(loc *i18n.Localizer, list []org.Governorate) []form.Option {
	options := make([]form.Option, len(list))
	for i, g := range list {
		options[i] = form.Option{Value: g.Code, Label: g.Name(loc.Lang())}
	}
	return options
}

func (p EditPage) trainerOptions() []form.Option {
	options := make([]form.Option, len(p.Trainers))
	for i, t := range p.Trainers {
		options[i] = form.Option{Value: t.ID.String(), Label: strings.TrimSpace(t.FamilyName + " " + t.GivenName), Hint: t.Organisation}
	}
	return options
}

// Rights are what the reader may do with an event.
type Rights struct {
	Edit, Participants, Mark, Export, Tests, Results, Certify, Slips bool
}

// Class names the rights for the cache of rendered pages.
func (r Rights) Class() string {
	var b strings.Builder
	for _, on := range []bool{r.Edit, r.Participants, r.Mark, r.Export, r.Tests, r.Results, r.Certify, r.Slips} {
		if on {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	return b.String()
}

// ShowPage is an event's overview. Its body is rendered apart, because it is kept between requests.
type ShowPage struct {
	layout.Page

	Body    string      // rendered by ShowBody
	Message string      // why a change of the state was refused
	Mend    *kit.Action // where that is mended
}

// Overview is what the body of the overview shows.
type Overview struct {
	Loc         *i18n.Localizer
	View        *workshop.View
	Current     int // the half-day that matters now, or -1
	Rights      Rights
	Governorate string
	Outdated    workshop.Outdated // who was told of the event before it changed
	Changed     int               // since the list was frozen for logistics
}

func (o Overview) base() string { return base(o.View.Event.ID) }

// shownPeople bounds the participants on the overview; the rest is a page away.
const shownPeople = 60

func (o Overview) people() []workshop.Participant {
	if len(o.View.People) > shownPeople {
		return o.View.People[:shownPeople]
	}
	return o.View.People
}

// moves are the states that can follow; what carries attendance can no longer be cancelled.
func (o Overview) moves() []workshop.State {
	var list []workshop.State
	for _, s := range o.View.Event.State.Next() {
		if s != workshop.Cancelled || !o.View.Marked() {
			list = append(list, s)
		}
	}
	return list
}

func (o Overview) next() *workshop.Slot {
	if o.Current < 0 {
		return nil
	}
	return &o.View.Slots[o.Current]
}

func (o Overview) tiles() []kit.Tile {
	var tiles []kit.Tile
	if o.Rights.Mark && len(o.View.Slots) > 0 {
		tiles = append(tiles, kit.Tile{Label: o.Loc.T("workshop_tile_roll"), Text: slotName(o.Loc, o.View.Event.Zone(), o.next()), Icon: "list-checks",
			Href: o.base() + "/rollcall/" + o.next().ID.String(), Tone: kit.Good},
			kit.Tile{Label: o.Loc.T("selfcheck_title"), Text: o.Loc.T("selfcheck_tile_text"), Icon: "smartphone", Href: o.base() + "/selfcheck"})
	}
	if o.Rights.Tests {
		tiles = append(tiles, kit.Tile{Label: o.Loc.T("workshop_tile_tests"), Text: o.Loc.T("workshop_tile_tests_text"), Icon: "clipboard-list", Href: o.base() + "/tests", Tone: kit.Info},
			kit.Tile{Label: o.Loc.T("workshop_tile_projector"), Text: o.Loc.T("workshop_tile_projector_text"), Icon: "projector", Href: o.base() + "/projector"})
	}
	if o.Rights.Results {
		tiles = append(tiles, kit.Tile{Label: o.Loc.T("workshop_tile_results"), Text: o.Loc.T("workshop_tile_results_text"), Icon: "chart-column", Href: o.base() + "/results", Tone: kit.Warn})
	}
	return tiles
}

func (o Overview) figures() []kit.Figure {
	ev := &o.View.Event
	list := []kit.Figure{{Value: o.Loc.Number(o.View.Count(workshop.Enrolled)), Label: o.Loc.T("workshop_fig_enrolled"), Href: o.base() + "/participants"}}
	if ev.Capacity > 0 {
		list[0].Note = o.Loc.T("workshop_of_places", "n", o.Loc.Number(ev.Capacity))
	}
	if n := o.View.Count(workshop.Waiting); n > 0 {
		list = append(list, kit.Figure{Value: o.Loc.Number(n), Label: o.Loc.T("workshop_enrolment_waiting"), Href: o.base() + "/selection"})
	}
	list = append(list, kit.Figure{Value: o.Loc.Number(len(o.View.Slots)), Label: o.Loc.T("workshop_fig_slots"), Href: o.base() + "/slots"})
	if o.Current >= 0 {
		t := o.View.Totals(o.Current)
		list = append(list, kit.Figure{Value: o.Loc.Number(t.Attended), Label: o.Loc.T("workshop_fig_attended"),
			Note: slotName(o.Loc, ev.Zone(), o.next()), Href: o.base() + "/evidence?slot=" + o.next().ID.String() + "&status=attended"})
	}
	if n := o.View.Conflicts(); n > 0 {
		list = append(list, kit.Figure{Value: o.Loc.Number(n), Label: o.Loc.T("workshop_fig_conflicts"), Tone: kit.Warn, Href: o.base() + "/sheets/differences"})
	}
	return list
}

// PeoplePage is the list of participants.
type PeoplePage struct {
	layout.Page

	View          *workshop.View
	CanEdit       bool
	Query         string
	Found         []org.PersonRow // search results
	Values        PersonValues
	Form          *form.Set
	Organisations []form.Option
	Governorates  []org.Governorate
	From, To      int // the slice of people shown
	Pager         kit.Pager
	Message       string
}

// PersonValues are the form of a new person.
type PersonValues struct {
	Key, FamilyName, GivenName, Sex, BirthYear, Phone, Email, Organisation, JobTitle, Governorate string
	WalkIn                                                                                        bool
	Alike                                                                                         []org.PersonRow // known persons who may be this one
}

func (p PeoplePage) enrolled(id uuid.UUID) bool {
	for i := range p.View.People {
		if p.View.People[i].PersonID == id && p.View.People[i].State != workshop.Withdrawn && p.View.People[i].State != workshop.Declined {
			return true
		}
	}
	return false
}

func (p PeoplePage) sexes() []form.Option {
	return []form.Option{{Value: "f", Label: p.Loc.T("workshop_sex_f")}, {Value: "m", Label: p.Loc.T("workshop_sex_m")}}
}

func (p PeoplePage) full() bool {
	return p.View.Event.Capacity > 0 && p.View.Count(workshop.Enrolled) >= p.View.Event.Capacity
}

// slotName names a half-day in a line: "lun. 14 déc. 2026, matin".
func slotName(loc *i18n.Localizer, _ *time.Location, s *workshop.Slot) string {
	return loc.T("workshop_slot_name", "day", loc.Date(s.Day), "half", loc.T("workshop_half_"+string(s.Half)))
}

// hours are a half-day's hours in the event's zone: "09:00–12:30".
func hours(zone *time.Location, s *workshop.Slot) string {
	return s.StartsAt.In(zone).Format("15:04") + "–" + s.EndsAt.In(zone).Format("15:04")
}

func stateTone(s workshop.State) kit.Tone {
	switch s {
	case workshop.Running:
		return kit.Good
	case workshop.Open, workshop.Confirmed:
		return kit.Info
	case workshop.Cancelled:
		return kit.Bad
	}
	return kit.Off
}

func enrolTone(s workshop.EnrolState) kit.Tone {
	switch s {
	case workshop.Enrolled:
		return kit.Good
	case workshop.Waiting, workshop.Invited:
		return kit.Warn
	case workshop.Offered:
		return kit.Info
	}
	return kit.Off
}

// statusTone and statusIcon say an attendance status beside its word.
func statusTone(s workshop.Status) kit.Tone {
	switch s {
	case workshop.Present:
		return kit.Good
	case workshop.Late, workshop.LeftEarly:
		return kit.Warn
	case workshop.Excused:
		return kit.Info
	case workshop.Absent:
		return kit.Bad
	}
	return kit.Off
}

func statusIcon(s workshop.Status) string {
	switch s {
	case workshop.Present:
		return "check"
	case workshop.Late:
		return "clock"
	case workshop.LeftEarly:
		return "door-open"
	case workshop.Excused:
		return "shield-check"
	case workshop.Absent:
		return "x"
	}
	return "circle-dashed"
}

// place joins venue, room and governorate.
func place(parts ...string) string {
	var kept []string
	for _, s := range parts {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " · ")
}

func langs() []i18n.Lang { return i18n.Langs() }
