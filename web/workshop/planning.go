package workshop

import (
	"cmp"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// PlanningPage is what surrounds the half-days of an event: warnings, quotas, the copy.
type PlanningPage struct {
	layout.Page

	Head         *workshop.Head
	Clashes      []workshop.Clash
	CanEdit      bool
	Quotas       map[string]string // typed or stored, by the input's name
	Seen         workshop.Seen     // the quotas that the form shows
	Governorates []org.Governorate
	Copy         CopyValues
	Signing      SigningCard
	Form         *form.Set
}

// CopyValues are the form of a copy.
type CopyValues struct{ Key, Title, Start string }

func (p PlanningPage) base() string { return base(p.Head.Event.ID) }

// quota is the field of one quota.
func (p PlanningPage) quota(k workshop.QuotaKind, value, label string) form.Field {
	name := workshop.QuotaField(k, value)
	f := p.Form.Optional(name, "plan_quota", p.Quotas[name])
	f.Label, f.Mark = label, ""
	return f
}

// kept counts the governorates that have a quota, for the heading of the folded list.
func (p PlanningPage) kept() int {
	n := 0
	for _, g := range p.Governorates {
		if p.Quotas[workshop.QuotaField(workshop.ByGovernorate, g.Code)] != "" {
			n++
		}
	}
	return n
}

func organisationKinds() []org.Kind { return org.Kinds() }

// AgendaPage edits the agenda of an event.
type AgendaPage struct {
	layout.Page

	Agenda  *workshop.Agenda
	CanPlan bool
	Editing uuid.UUID // the item, or the half-day of the new item, whose form was refused
	Values  ItemValues
	Form    *form.Set
	Lessons []form.Option
	NewKey  func() string
}

// ItemValues are an item's form.
type ItemValues struct {
	Key, Kind, Title, TitleAR, Minutes, Trainer, Lesson, Note, Seen string
}

func (p AgendaPage) base() string { return base(p.Agenda.Event.ID) }

func (p AgendaPage) fields(id uuid.UUID) *form.Set {
	if p.Form.Wrong() && p.Editing == id {
		return p.Form
	}
	return form.New(p.Loc, nil)
}

// named keeps ids apart, except in the form that was refused.
func (p AgendaPage) named(f form.Field, id uuid.UUID) form.Field {
	if !p.Form.Wrong() || p.Editing != id {
		f.Part = id.String() + "-"
	}
	return f
}

// values gives what an item's form shows; it is nil for a new one of the half-day.
func (p AgendaPage) values(id uuid.UUID, it *workshop.TimedItem) ItemValues {
	if p.Form.Wrong() && p.Editing == id {
		v := p.Values
		if it != nil {
			v.Seen = cmp.Or(v.Seen, string(it.Seen()))
		}
		return v
	}
	if it == nil {
		return ItemValues{Key: p.NewKey(), Kind: "session", Minutes: "45"}
	}
	v := ItemValues{Key: it.ID.String(), Kind: string(it.Kind), Title: it.Title, TitleAR: it.TitleAR, Minutes: strconv.Itoa(it.Minutes), Lesson: it.Lesson, Note: it.Note, Seen: string(it.Seen())}
	if it.TrainerID != uuid.Nil {
		v.Trainer = it.TrainerID.String()
	}
	return v
}

func (p AgendaPage) kinds() []form.Option {
	var list []form.Option
	for _, k := range workshop.ItemKinds() {
		list = append(list, form.Option{Value: string(k), Label: p.Loc.T("plan_item_kind_" + string(k))})
	}
	return list
}

func (p AgendaPage) trainers() []form.Option {
	var list []form.Option
	for _, t := range p.Agenda.Trainers {
		list = append(list, form.Option{Value: t.PersonID.String(), Label: t.Name()})
	}
	return list
}

// lesson is the title of a lesson that an item is linked to.
func (p AgendaPage) lesson(code string) string {
	for _, o := range p.Lessons {
		if o.Value == code {
			return o.Label
		}
	}
	return code
}

// trainerName names the trainer of an item; empty when nobody in particular gives it.
func trainerName(list []workshop.Trainer, id uuid.UUID) string {
	for _, t := range list {
		if t.PersonID == id {
			return t.Name()
		}
	}
	return ""
}

// times are an item's hours in the event's zone.
func times(zone *time.Location, it *workshop.TimedItem) string {
	return it.StartsAt.In(zone).Format("15:04") + "–" + it.EndsAt.In(zone).Format("15:04")
}

// PracticesPage is the good practices of an event.
type PracticesPage struct {
	layout.Page

	View    *workshop.View
	List    []workshop.Practice
	CanEdit bool
	Editing uuid.UUID
	Values  PracticeValues
	Form    *form.Set
	NewKey  string
	Today   time.Time
}

// PracticeValues are a practice's form.
type PracticeValues struct {
	Key, Title, SeenAt, Description, Owner, DueOn, State, FollowUp, Seen string
}

func (p PracticesPage) fields(id uuid.UUID) *form.Set {
	if p.Form.Wrong() && p.Editing == id {
		return p.Form
	}
	return form.New(p.Loc, nil)
}

func (p PracticesPage) named(f form.Field, id uuid.UUID) form.Field {
	if !p.Form.Wrong() || p.Editing != id {
		f.Part = id.String() + "-"
	}
	return f
}

func (p PracticesPage) values(id uuid.UUID, it *workshop.Practice) PracticeValues {
	if p.Form.Wrong() && p.Editing == id {
		v := p.Values
		if it != nil {
			v.Seen = cmp.Or(v.Seen, string(it.Seen()))
		}
		return v
	}
	if it == nil {
		return PracticeValues{Key: p.NewKey, State: "noted"}
	}
	v := PracticeValues{Key: it.ID.String(), Title: it.Title, SeenAt: it.SeenAt, Description: it.Description, State: string(it.State), FollowUp: it.FollowUp, Seen: string(it.Seen())}
	if it.OwnerID != uuid.Nil {
		v.Owner = it.OwnerID.String()
	}
	if !it.DueOn.IsZero() {
		v.DueOn = it.DueOn.Format(time.DateOnly)
	}
	return v
}

// owners are the people who can follow a practice up: the delegation and those who run the event.
func (p PracticesPage) owners() []form.Option {
	var list []form.Option
	for _, t := range p.View.Trainers {
		list = append(list, form.Option{Value: t.PersonID.String(), Label: t.Name()})
	}
	for _, e := range p.View.Enrolled() {
		list = append(list, form.Option{Value: e.PersonID.String(), Label: e.Name(), Hint: e.OrganisationIn(p.Loc.Lang())})
	}
	return list
}

func (p PracticesPage) owner(id uuid.UUID) string {
	for _, o := range p.owners() {
		if o.Value == id.String() {
			return o.Label
		}
	}
	return ""
}

func (p PracticesPage) states() []form.Option {
	var list []form.Option
	for _, s := range workshop.PracticeStates() {
		list = append(list, form.Option{Value: string(s), Label: p.Loc.T("plan_practice_" + string(s))})
	}
	return list
}

func (p PracticesPage) overdue(it *workshop.Practice) bool {
	return it.Open() && !it.DueOn.IsZero() && it.DueOn.Before(p.Today)
}

// ProgrammePage is the printed programme of an event.
type ProgrammePage struct {
	layout.Page

	Paper       layout.Sheet
	Agenda      *workshop.Agenda
	Delegation  []*workshop.Participant // on a study visit
	Governorate string
}

// days groups the half-days by day.
func (p ProgrammePage) days() [][]workshop.AgendaSlot { return daysOf(p.Agenda.Halves) }

func daysOf(halves []workshop.AgendaSlot) [][]workshop.AgendaSlot {
	var days [][]workshop.AgendaSlot
	for i := range halves {
		n := len(days)
		if n > 0 && days[n-1][0].Slot.Day.Equal(halves[i].Slot.Day) {
			days[n-1] = append(days[n-1], halves[i])
		} else {
			days = append(days, []workshop.AgendaSlot{halves[i]})
		}
	}
	return days
}

// CalendarPage shows half-days by month, week or as a list.
type CalendarPage struct {
	layout.Page

	View       string // month, week, list
	Day        time.Time
	From, To   time.Time
	Today      time.Time
	Entries    []workshop.CalendarEntry
	Prev, Next time.Time
	Period     string // in words
}

func (p CalendarPage) url(view string, day time.Time) string {
	return "/workshops/calendar?view=" + view + "&day=" + day.Format(time.DateOnly)
}

// calendarDay is a day of the grid.
type calendarDay struct {
	Day     time.Time
	Entries []*workshop.CalendarEntry
	Outside bool // of the month shown
	Today   bool
}

// weeks lays the days out from Monday to Sunday.
func (p CalendarPage) weeks() [][]calendarDay {
	var weeks [][]calendarDay
	for day := p.From; !day.After(p.To); day = day.AddDate(0, 0, 1) {
		if len(weeks) == 0 || len(weeks[len(weeks)-1]) == 7 {
			weeks = append(weeks, nil)
		}
		d := calendarDay{Day: day, Outside: p.View == "month" && day.Month() != p.Day.Month(), Today: day.Equal(p.Today), Entries: p.on(day)}
		weeks[len(weeks)-1] = append(weeks[len(weeks)-1], d)
	}
	return weeks
}

func (p CalendarPage) on(day time.Time) []*workshop.CalendarEntry {
	var list []*workshop.CalendarEntry
	for i := range p.Entries {
		if p.Entries[i].Day.Equal(day) {
			list = append(list, &p.Entries[i])
		}
	}
	return list
}

// busy lists the days that have something, for the list.
func (p CalendarPage) busy() []calendarDay {
	var days []calendarDay
	for day := p.From; !day.After(p.To); day = day.AddDate(0, 0, 1) {
		if list := p.on(day); len(list) > 0 {
			days = append(days, calendarDay{Day: day, Entries: list, Today: day.Equal(p.Today)})
		}
	}
	return days
}

// weekday is the short name of a day of the week: the date's first word.
func weekday(loc *i18n.Localizer, day time.Time) string {
	return loc.Weekday(day)
}

func entryHours(c *workshop.CalendarEntry) string {
	return c.StartsAt.In(c.Zone()).Format("15:04") + "–" + c.EndsAt.In(c.Zone()).Format("15:04")
}

type formID = uuid.UUID

// itemID names the form of an item, or of the new item of a half-day.
func itemID(h *workshop.AgendaSlot, it *workshop.TimedItem) formID {
	if it == nil {
		return h.Slot.ID
	}
	return it.ID
}

func movePairs(h *workshop.AgendaSlot, to int) []kit.Pair {
	return []kit.Pair{{Name: "slot", Value: h.Slot.ID.String()}, {Name: "to", Value: strconv.Itoa(to)}}
}

// moveAction is a button that shows an arrow; what it moves is read out.
func moveAction(p AgendaPage, it *workshop.TimedItem, iconName, key string) kit.Action {
	return kit.Action{Icon: iconName, Weight: kit.Quiet, Attrs: templ.Attributes{"aria-label": p.Loc.T(key, "title", it.TitleIn(p.Loc.Lang())), "title": p.Loc.T(key + "_short")}}
}
