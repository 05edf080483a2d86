package workshop

import (
	"cmp"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/layout"
)

// SlotsPage edits the half-days.
type SlotsPage struct {
	layout.Page

	Head    *workshop.Head
	CanPlan bool
	Editing uuid.UUID // the half-day whose form was refused; zero with Form set: the new one; the event's id: the form that moves all
	Values  SlotValues
	Form    *form.Set
	Message string // a refusal that belongs to no field
}

// SlotValues are a half-day's form.
type SlotValues struct {
	Day, Half, Start, End, Minutes, Topic, Trainer, Seen string
}

// ValuesOf fills the form of a half-day.
func ValuesOf(s *workshop.Slot, loc *time.Location) SlotValues {
	v := SlotValues{Day: s.Day.Format(time.DateOnly), Half: string(s.Half), Start: s.StartsAt.In(loc).Format("15:04"), End: s.EndsAt.In(loc).Format("15:04"),
		Minutes: strconv.Itoa(s.Minutes), Topic: s.Topic, Seen: string(s.Seen())}
	if s.TrainerID != uuid.Nil {
		v.Trainer = s.TrainerID.String()
	}
	return v
}

// values gives what a half-day's form shows: what was typed when it was refused, else what is stored.
func (p SlotsPage) values(s *workshop.Slot) SlotValues {
	if p.refused() && p.Editing == s.ID && p.Values.Day != "" {
		v := p.Values
		v.Seen = cmp.Or(v.Seen, string(s.Seen()))
		return v
	}
	return ValuesOf(s, p.Head.Event.Zone())
}

func (p SlotsPage) refused() bool { return p.Form.Wrong() || p.Message != "" }

// first is the day that the form which moves all half-days shows.
func (p SlotsPage) first() string {
	if p.refused() && p.Editing == p.Head.Event.ID {
		return p.Values.Day
	}
	return p.Head.Event.StartsOn.Format(time.DateOnly)
}

// fields gives the fields of one half-day's form: errors show in the form that was refused only.
func (p SlotsPage) fields(id uuid.UUID) *form.Set {
	if p.Form.Wrong() && p.Editing == id {
		return p.Form
	}
	return form.New(p.Loc, nil)
}

func (p SlotsPage) trainers() []form.Option {
	var list []form.Option
	for _, t := range p.Head.Trainers {
		list = append(list, form.Option{Value: t.PersonID.String(), Label: t.Name()})
	}
	return list
}

func (p SlotsPage) halfOptions() []form.Option {
	return []form.Option{{Value: "am", Label: p.Loc.T("workshop_half_am")}, {Value: "pm", Label: p.Loc.T("workshop_half_pm")}}
}
