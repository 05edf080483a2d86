package cases

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/programme"
	"shelter/web/form"
	"shelter/web/layout"
)

// HousePage is a shelter on a day; House is nil where the reader has none.
type HousePage struct {
	Frame

	House   *casework.House
	Owners  []form.Option
	Names   Names
	Key     string
	Failed  string // the form that was refused: "room", "admit", "incident", or a stay
	Message string
	Wrong   *form.Set
	Plain   *form.Set
	Typed   func(name string) string
	Chosen  []string
	Opened  []programme.OpenedBeds // by works that were accepted
}

// opened says what a work opened.
func (p HousePage) opened(o programme.OpenedBeds) string {
	return p.Loc.N("case_beds_opened_line", o.Beds, "title", o.Title, "day", p.Loc.Date(o.AcceptedOn))
}

func (p HousePage) f(formID, name, key, usual string) form.Field {
	set, value := p.Plain, usual
	if p.Failed == formID {
		set, value = p.Wrong, p.Typed(name)
	}
	f := set.Field(name, key, value)
	f.Part = formID + "-"
	return f
}

func (p HousePage) owner() string { return p.House.OwnerID.String() }

func (p HousePage) day() string { return p.House.Day.Format(time.DateOnly) }

func (p HousePage) summary() string {
	return p.Loc.T("case_house_summary", "taken", p.Loc.Number(p.House.Taken()), "beds", p.Loc.Number(p.House.InUse()), "day", p.Loc.Date(p.House.Day))
}

func (p HousePage) bed(b *casework.Bed) string {
	return p.Loc.T("case_bed_name", "room", b.Room, "n", p.Loc.Number(b.N))
}

// later is the one of two days that is set.
func later(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

func (p HousePage) restDays(r casework.Rest) string {
	if r.UntilOn.IsZero() {
		return p.Loc.T("case_bed_rest_since", "day", p.Loc.Date(r.FromOn))
	}
	return p.Loc.DateRange(r.FromOn, r.UntilOn.AddDate(0, 0, -1))
}

func (p HousePage) free() []form.Option {
	var list []form.Option
	for i := range p.House.Beds {
		if b := &p.House.Beds[i]; b.Free() {
			list = append(list, form.Option{Value: b.ID.String(), Label: p.bed(b)})
		}
	}
	return list
}

func (p HousePage) guests() []form.Option {
	list := make([]form.Option, len(p.House.Guests))
	for i, g := range p.House.Guests {
		list[i] = form.Option{Value: g.ID.String(), Label: g.Code}
	}
	return list
}

// residents are those who live there on the day: by code where the file is the reader's, else by bed.
func (p HousePage) residents() []form.Option {
	var list []form.Option
	for i := range p.House.Beds {
		b := &p.House.Beds[i]
		if b.StayID == uuid.Nil {
			continue
		}
		label := p.bed(b)
		if b.Code != "" {
			label = b.Code + " · " + label
		}
		list = append(list, form.Option{Value: b.CaseID.String(), Label: label})
	}
	return list
}

func (p HousePage) persons(i *casework.Incident) string {
	text := p.Loc.N("case_persons", i.Persons)
	if len(i.Codes) > 0 {
		text += " · " + strings.Join(i.Codes, p.Loc.T("case_comma"))
	}
	return text
}

// OccupancyPage gives the nights by shelter and month.
type OccupancyPage struct {
	layout.Page

	List []casework.Nights
	Orgs map[uuid.UUID]string
}

func (p OccupancyPage) taken(n casework.Nights) string {
	if n.Hidden {
		return p.Loc.T("case_donor_hidden")
	}
	return p.Loc.Number(n.Taken)
}

func (p OccupancyPage) rate(n casework.Nights) string {
	if n.Hidden || n.Available == 0 {
		return "–"
	}
	return p.Loc.Percent(float64(n.Taken) / float64(n.Available))
}
