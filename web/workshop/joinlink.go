package workshop

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/internal/workshop/joinlink"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// LinksPage is where links for asking for a place are made, shared, printed and revoked.
type LinksPage struct {
	layout.Page

	Board   *joinlink.Board
	QR      map[uuid.UUID]string // SVG, of the links that are open
	Address func(token string) string
	Values  LinkValues
	Form    *form.Set
}

// LinkValues are the form of a link.
type LinkValues struct{ Key, Day, Most, Auto string }

func (p LinksPage) base() string { return base(p.Board.Event.ID) + "/links" }

func (p LinksPage) lastDay(l *joinlink.Link) string {
	return p.Loc.Date(l.ExpiresAt.In(p.Board.Event.Zone()).Add(-time.Second))
}

func (p LinksPage) standing(l *joinlink.Link) (kit.Tone, string) {
	switch {
	case !l.RevokedAt.IsZero():
		return kit.Off, p.Loc.T("joinlink_revoked")
	case !p.Board.Now.Before(l.ExpiresAt):
		return kit.Off, p.Loc.T("joinlink_over")
	case l.Asked >= l.Most:
		return kit.Off, p.Loc.T("joinlink_used")
	case !p.Board.Takes:
		return kit.Off, p.Loc.T("joinlink_list_closed")
	}
	return kit.Good, p.Loc.T("joinlink_open_until", "day", p.lastDay(l))
}

func (p LinksPage) open(l *joinlink.Link) bool { return p.Board.Takes && l.Open(p.Board.Now) }

// shareText is what is passed on: the neutral title, dates, place and address.
func (p LinksPage) shareText(l *joinlink.Link) string {
	ev := &p.Board.Event
	return place(ev.PrintTitle(p.Loc.Lang()), p.Loc.DateRange(ev.StartsOn, ev.EndsOn), ev.Venue) + "\n" + p.Address(l.Token)
}

// PosterPage is a link on paper.
type PosterPage struct {
	layout.Page

	Paper       layout.Sheet
	Event       *workshop.Event
	Governorate string
	QR          string // SVG
	Address     string
	Until       string
}

// AskPage is the form of somebody who asks for a place.
type AskPage struct {
	layout.Page

	Event        *workshop.Event
	Governorate  string // of the event, by name
	Token        string
	Values       AskValues
	Governorates []org.Governorate
	Form         *form.Set
	Message      string
}

// AskValues are what was typed.
type AskValues struct {
	Key, FamilyName, GivenName, Sex, BirthYear, Phone, Email, Organisation, Governorate, Consent string
}

func (p AskPage) sexes() []form.Option {
	return []form.Option{{Value: "f", Label: p.Loc.T("workshop_sex_f")}, {Value: "m", Label: p.Loc.T("workshop_sex_m")}}
}

// AskedPage thanks, or says that a link opens nothing.
type AskedPage struct {
	layout.Page

	Done bool
}

// Requests are what was asked by link, on the page of the selection.
type Requests struct {
	Askers     []joinlink.Asker
	Structures []form.Option
}

func (r Requests) open() int {
	n := 0
	for i := range r.Askers {
		if r.Askers[i].State == joinlink.Asked && r.Askers[i].ForgottenAt.IsZero() {
			n++
		}
	}
	return n
}

func (p SelectionPage) contact(a *joinlink.Asker) string {
	var parts []string
	for _, s := range []string{org.FormatPhone(a.Phone), a.Email} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

func (p SelectionPage) asked(a *joinlink.Asker) (kit.Tone, string) {
	switch {
	case a.State == joinlink.Chosen && a.Place != "":
		return enrolTone(a.Place), p.Loc.T("workshop_enrolment_" + string(a.Place))
	case a.State == joinlink.Asked:
		return kit.Info, p.Loc.T("joinlink_state_asked")
	}
	return kit.Off, p.Loc.T("nomination_state_refused")
}

// who are the persons that an asker may be: the one who was recognised, or somebody new.
func (p SelectionPage) who(a *joinlink.Asker) form.Field {
	f := form.Field{Name: "person", Part: part(a.ID), Label: p.Loc.T("joinlink_who"), Required: true, Value: "new"}
	if a.Match.Certain {
		f.Value = a.Match.Person.ID.String()
	}
	if a.Match.Found() && !a.Match.Certain {
		f.Value = "" // somebody has to look
	}
	return f
}

func (p SelectionPage) persons(a *joinlink.Asker) []form.Option {
	m := &a.Match
	name := strings.TrimSpace(m.Person.FamilyName + " " + m.Person.GivenName)
	return []form.Option{{Value: m.Person.ID.String(), Label: p.Loc.T("joinlink_known", "name", isolated(name), "code", m.Person.Code), Hint: p.Loc.T("joinlink_known_by_" + string(m.By))},
		{Value: "new", Label: p.Loc.T("joinlink_new")}}
}

func (p SelectionPage) structure(a *joinlink.Asker) form.Field {
	f := form.Field{Name: "structure", Part: part(a.ID), Label: p.Loc.T("joinlink_structure"), Hint: p.Loc.T("joinlink_structure_hint", "typed", isolated(a.Organisation)), Mark: p.Loc.T("layout_optional")}
	if a.Structure != uuid.Nil {
		f.Value = a.Structure.String()
	}
	return f
}
