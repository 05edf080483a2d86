package workshop

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"shelter/internal/i18n"
	"shelter/internal/workshop/paper"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// SignedRow is what a row of the roll-call knows of a signature on screen.
type SignedRow struct {
	Kind string // "drawn" or "typed"; empty: none
	Time string // wall clock
}

// NewSignedRow tells when and how somebody signed; nil: not at all.
func NewSignedRow(sg *paper.Screen, zone *time.Location) SignedRow {
	if sg == nil {
		return SignedRow{}
	}
	return SignedRow{Kind: string(sg.Kind), Time: clock(sg.SignedAt, zone)}
}

func (r SignedRow) says(loc *i18n.Localizer) string {
	switch r.Kind {
	case "":
		return ""
	case string(paper.TypedName):
		return loc.T("signing_typed_at", "time", r.Time)
	}
	return loc.T("signing_signed_at", "time", r.Time)
}

// screenSays puts a signature on screen, or its withdrawal, into one line.
func screenSays(loc *i18n.Localizer, zone *time.Location, sg *paper.Screen) string {
	at := loc.DateTime(sg.SignedAt.In(zone))
	switch sg.Kind {
	case paper.TypedName:
		return loc.T("signing_says_typed", "name", isolated(sg.Name), "at", at)
	case paper.TakenBack:
		return loc.T("signing_says_withdrawn", "reason", isolated(sg.Reason), "at", at)
	}
	return loc.T("signing_says_drawn", "at", at)
}

func padBox() string {
	return "0 0 " + strconv.Itoa(paper.PadWidth) + " " + strconv.Itoa(paper.PadHeight)
}

// signWords are what the script of the pad says.
func (p RollPage) signWords() map[string]string {
	m := map[string]string{}
	for _, k := range []string{"signed_at", "typed_at", "empty", "refused", "again", "early"} {
		m["sign_"+k] = p.Loc.T("signing_js_" + k)
	}
	return m
}

// signFrom is when the half-day can be signed: as its check-in opens.
func (p RollPage) signFrom() time.Time {
	from, _ := p.Slot.Window(p.View.Event.CheckinBefore)
	return from
}

// SigningCard lets a manager say whether people may sign on screen.
type SigningCard struct {
	Show    bool // to a manager
	Allowed bool
	Closed  bool
}

// signed tells of a signature, and whose roll-call it was.
func (p HistoryPage) signed(sg *paper.Screen) string {
	says := screenSays(p.Loc, p.History.Event.Zone(), sg)
	if sg.By != "" {
		says += " · " + isolated(sg.By)
	}
	return says
}

// canTakeBack: there is a signature in force, and attendance can still be changed.
func (p HistoryPage) canTakeBack() bool {
	return len(p.Signed) > 0 && p.Signed[0].Kind != paper.TakenBack && p.History.Event.State.CanMark()
}

func (p HistoryPage) takeBackURL() string {
	return base(p.History.Event.ID) + "/rollcall/" + p.History.Slot.ID.String() + "/" + p.History.Person.EnrolmentID.String() + "/signature"
}

func (p HistoryPage) reason() form.Field {
	f := form.Field{Name: "reason", Part: "back-", Label: p.Loc.T("signing_back_why"), MaxLength: 300, Required: true}
	if p.Form.Wrong() {
		f = p.Form.Field("reason", "signing_back_why", p.Reason)
	}
	return f
}

// signAttributes are those of the button that opens the pad for a person.
func signAttributes(p layout.Page, name string) templ.Attributes {
	return templ.Attributes{"data-roll-sign": true, "hidden": true, "aria-label": p.Loc.T("signing_do_for", "name", name), "title": p.Loc.T("signing_do")}
}

// onScreen is how the evidence names a signature on screen.
func onScreen(loc *i18n.Localizer, zone *time.Location, e *paper.Entry) kit.Term {
	if e.Screen == nil {
		return kit.Term{Term: loc.T("signing_title"), Value: loc.T("signing_none")}
	}
	return kit.Term{Term: loc.T("signing_title"), Part: screenSign(loc, zone, e.Screen)}
}
