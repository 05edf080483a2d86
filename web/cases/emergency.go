package cases

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
)

// EmergencyPage is the form of an emergency opening.
type EmergencyPage struct {
	Frame

	Message string
	Form    *form.Set
	Typed   func(name string) string
}

func (p EmergencyPage) minutes() []form.Option {
	list := make([]form.Option, len(casework.OpeningMinutes))
	for i, n := range casework.OpeningMinutes {
		list[i] = form.Option{Value: strconv.Itoa(n), Label: p.Loc.N("case_minutes", n)}
	}
	return list
}

func (p EmergencyPage) chosen() string {
	if v := p.Typed("minutes"); v != "" {
		return v
	}
	return "30"
}

// OpeningsPage lists the emergency openings.
type OpeningsPage struct {
	Frame

	List    []casework.OpeningLine
	Now     time.Time
	Names   Names
	Failed  uuid.UUID // the review that was refused
	Message string
	Wrong   *form.Set
	Plain   *form.Set
	Typed   func(name string) string
}

func (p OpeningsPage) f(id uuid.UUID, name, key string) form.Field {
	set, value := p.Plain, ""
	if p.Failed == id {
		set, value = p.Wrong, p.Typed(name)
	}
	f := set.Field(name, key, value)
	f.Part = id.String() + "-"
	return f
}

func (p OpeningsPage) title(o *casework.OpeningLine) string {
	if o.Code == "" {
		return p.Loc.T("case_glass_on")
	}
	return o.Code
}

func (p OpeningsPage) terms(o *casework.OpeningLine) []kit.Term {
	l := p.Loc
	at := func(t time.Time) string { return l.DateTime(t.In(i18n.Tunis())) }
	list := []kit.Term{{Term: l.T("case_opening_who"), Part: kit.Name(p.Names.person(o.PersonID))}, {Term: l.T("case_owner"), Part: kit.Name(p.Names.org(o.OwnerID))},
		{Term: l.T("case_opening_from"), Value: at(o.OpenedAt)}, {Term: l.T("case_opening_to"), Value: at(o.ExpiresAt)}, {Term: l.T("case_opening_reason"), Part: kit.Name(o.Why)}}
	if o.ReviewedAt.IsZero() {
		return list
	}
	return append(list, kit.Term{Term: l.T("case_opening_reviewed"), Value: p.Names.person(o.ReviewedBy) + " · " + at(o.ReviewedAt)}, kit.Term{Term: l.T("case_opening_note"), Part: kit.Name(o.Remark)})
}

func (p OpeningsPage) state(o *casework.OpeningLine) (kit.Tone, string) {
	switch {
	case o.Verdict == "justified":
		return kit.Good, p.Loc.T("case_verdict_justified")
	case o.Verdict != "":
		return kit.Bad, p.Loc.T("case_verdict_unjustified")
	case o.Late(p.Now):
		return kit.Bad, p.Loc.T("case_opening_late")
	case o.Live(p.Now):
		return kit.Warn, p.Loc.T("case_opening_live")
	}
	return kit.Warn, p.Loc.T("case_opening_waits")
}

func (p OpeningsPage) verdicts() []form.Option {
	list := make([]form.Option, len(casework.Verdicts))
	for i, v := range casework.Verdicts {
		list[i] = form.Option{Value: v, Label: p.Loc.T("case_verdict_" + v)}
	}
	return list
}
