package cases

import (
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
)

// AlarmsPage is what the protection officer watches over.
type AlarmsPage struct {
	Frame
	casework.Guard

	Names   Names
	Reader  uuid.UUID
	Failed  string // the form that was refused: "threshold", or an alarm
	Message string
	Wrong   *form.Set
	Plain   *form.Set
	Typed   func(name string) string
}

func (p AlarmsPage) f(formID, name, key, usual string) form.Field {
	set, value := p.Plain, usual
	if p.Failed == formID {
		set, value = p.Wrong, p.Typed(name)
	}
	f := set.Field(name, key, value)
	f.Part = formID + "-"
	return f
}

func (p AlarmsPage) number(name, key string, n int) form.Field {
	return p.f("threshold", name, key, strconv.Itoa(n)).Short()
}

func (p AlarmsPage) said(a *casework.Alarm) string {
	return p.Loc.T("case_alarm_said", "files", p.Loc.N("case_count", a.Files), "minutes", p.Loc.N("case_minutes", a.Minutes))
}

func (p AlarmsPage) terms(a *casework.Alarm) []kit.Term {
	l := p.Loc
	list := []kit.Term{{Term: l.T("case_alarm_what"), Value: p.said(a)}, {Term: l.T("case_trace_when"), Value: l.DateTime(a.At.In(i18n.Tunis()))}}
	if a.SeenAt.IsZero() {
		return list
	}
	return append(list, kit.Term{Term: l.T("case_alarm_seen"), Value: p.Names.person(a.SeenBy) + " · " + l.DateTime(a.SeenAt.In(i18n.Tunis()))}, kit.Term{Term: l.T("case_opening_note"), Part: kit.Name(a.Remark)})
}
