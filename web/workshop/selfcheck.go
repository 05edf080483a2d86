package workshop

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"shelter/internal/workshop/selfcheck"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// SelfPage is where the trainer opens and closes the self check-in of a half-day.
type SelfPage struct {
	layout.Page

	Board   *selfcheck.Board
	Address string // what people type
	Refused string // why it could not be opened
}

func (p SelfPage) url() string {
	return base(p.Board.Event.ID) + "/selfcheck/" + p.Board.Slot.ID.String()
}

func (p SelfPage) tabs() []kit.Tab {
	tabs := make([]kit.Tab, len(p.Board.Slots))
	for i := range p.Board.Slots {
		s := &p.Board.Slots[i]
		tabs[i] = kit.Tab{Label: shortSlot(p.Loc, s), Href: base(p.Board.Event.ID) + "/selfcheck/" + s.ID.String(), Current: s.ID == p.Board.Slot.ID}
	}
	return tabs
}

func (p SelfPage) window() string {
	zone := p.Board.Event.Zone()
	return p.Loc.T("selfcheck_window", "from", clock(p.Board.Opens, zone), "to", clock(p.Board.Ends, zone))
}

func (p SelfPage) figures() []kit.Figure {
	n := 0
	for _, l := range p.Board.Lines {
		if l.Conflict {
			n++
		}
	}
	roll := base(p.Board.Event.ID) + "/rollcall/" + p.Board.Slot.ID.String()
	list := []kit.Figure{{Value: p.Loc.Number(len(p.Board.Lines)), Label: p.Loc.T("selfcheck_fig_self"), Note: p.Loc.T("selfcheck_of", "n", p.Loc.Number(p.Board.People))},
		{Value: p.Loc.Number(p.Board.Missing), Label: p.Loc.T("selfcheck_fig_missing"), Href: roll}}
	if n > 0 {
		list = append(list, kit.Figure{Value: p.Loc.Number(n), Label: p.Loc.T("selfcheck_fig_conflicts"), Tone: kit.Warn, Href: roll})
	}
	return list
}

func (p SelfPage) history(l selfcheck.Line) string {
	return base(p.Board.Event.ID) + "/rollcall/" + p.Board.Slot.ID.String() + "/" + l.EnrolmentID.String() + "/history"
}

// SelfWall shows the code to the room.
type SelfWall struct {
	layout.Page

	Board   *selfcheck.Board
	Address string
	QR      string // SVG
	Now     time.Time
}

// code is the code in two groups, as people read it aloud.
func (p SelfWall) code() []string {
	c := p.Board.Code
	return []string{c[:len(c)/2], c[len(c)/2:]}
}

// seconds are how long the code still stands.
func (p SelfWall) seconds() int { return max(int(p.Board.Changes.Sub(p.Now)/time.Second), 0) }

// SelfAsk asks a phone for the code on the wall.
type SelfAsk struct {
	layout.Page

	Code  string // as typed
	Wrong string // what is wrong with it
}

// SelfNames is the list of names on a phone.
type SelfNames struct {
	layout.Page

	Room  *selfcheck.Room
	Part  string // of a name, typed
	Asked bool   // no name was chosen
}

// manyNames is from how many names on the list can be narrowed down.
const manyNames = 8

// people are the names that have the typed part; all of them when none has.
func (p SelfNames) people() (list []selfcheck.Person, none bool) {
	part := plain(p.Part)
	for _, one := range p.Room.People {
		if strings.Contains(plain(one.Name()), part) {
			list = append(list, one)
		}
	}
	if len(list) == 0 {
		return p.Room.People, part != ""
	}
	return list, false
}

// message says why the list is shown again.
func (p SelfNames) message() string {
	_, none := p.people()
	switch {
	case !p.Asked:
		return ""
	case none:
		return p.Loc.T("selfcheck_part_none")
	case p.Part != "":
		return p.Loc.T("selfcheck_part_found")
	}
	return p.Loc.T("selfcheck_choose_first")
}

func (p SelfNames) options() []form.Option {
	people, _ := p.people()
	list := make([]form.Option, len(people))
	for i, one := range people {
		list[i] = form.Option{Value: one.EnrolmentID.String(), Label: one.Name(), Hint: one.Organisation}
	}
	return list
}

// plain is a name without accents, vowel signs and case.
func plain(s string) string {
	t := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	out, _, err := transform.String(t, strings.TrimSpace(s))
	if err != nil {
		out = s
	}
	return strings.ToLower(out)
}

// SelfDone says that a check-in is noted.
type SelfDone struct {
	layout.Page

	Done *selfcheck.Done
}
