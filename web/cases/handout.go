package cases

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
)

// HandoutsPage is the register of names that were handed out, with what waits and the form that asks.
type HandoutsPage struct {
	Frame

	List    []casework.Handout
	Now     time.Time
	Names   Names
	Reader  uuid.UUID
	Reviews bool
	Key     string
	Phrase  string // shown this once
	Failed  string // the form that was refused: "ask", or a request and what was to be done with it
	Message string
	Wrong   *form.Set
	Plain   *form.Set
	Typed   func(name string) string
}

func (p HandoutsPage) f(formID, name, key string) form.Field {
	set, value := p.Plain, ""
	if p.Failed == formID {
		set, value = p.Wrong, p.Typed(name)
	}
	f := set.Field(name, key, value)
	f.Part = formID + "-"
	return f
}

func (p HandoutsPage) key() string {
	if k := p.Typed("key"); p.Failed == "ask" && k != "" {
		return k
	}
	return p.Key
}

func (p HandoutsPage) decides(h *casework.Handout) bool {
	return p.Reviews && h.Decision == "" && h.AskedBy != p.Reader
}

func (p HandoutsPage) fetches(h *casework.Handout) bool {
	return h.AskedBy == p.Reader && h.State(p.Now) == "approved"
}

func (p HandoutsPage) tone(h *casework.Handout) kit.Tone {
	switch h.State(p.Now) {
	case "waits":
		return kit.Warn
	case "approved", "fetched":
		return kit.Good
	case "refused":
		return kit.Bad
	}
	return kit.Off
}

func (p HandoutsPage) terms(h *casework.Handout) []kit.Term {
	l := p.Loc
	at := func(t time.Time) string { return l.DateTime(t.In(i18n.Tunis())) }
	list := []kit.Term{
		{Term: l.T("case_handout_cases"), Part: kit.Code(strings.Join(h.Codes, " "))},
		{Term: l.T("case_handout_aim"), Value: Word(l, "handoutaim", h.Aim)},
		{Term: l.T("case_handout_basis"), Value: Word(l, "handoutbasis", h.Basis)},
	}
	if h.Basis == "law" {
		list = append(list, kit.Term{Term: l.T("case_handout_law"), Part: kit.Name(h.Text.Law)})
	}
	list = append(list, kit.Term{Term: l.T("case_handout_reason"), Part: kit.Name(h.Text.Reason)}, kit.Term{Term: l.T("case_handout_mode"), Value: Word(l, "handoutmode", h.Mode)},
		kit.Term{Term: l.T("case_handout_asked"), Value: p.Names.person(h.AskedBy) + " · " + at(h.AskedAt)})
	if h.Decision != "" {
		list = append(list, kit.Term{Term: l.T("case_handout_decided"), Value: p.Names.person(h.DecidedBy) + " · " + at(h.DecidedAt)}, kit.Term{Term: l.T("case_opening_note"), Part: kit.Name(h.Remark)})
	}
	switch h.State(p.Now) {
	case "approved":
		list = append(list, kit.Term{Term: l.T("case_handout_until"), Value: at(h.ExpiresAt)})
	case "fetched":
		list = append(list, kit.Term{Term: l.T("case_handout_fetched"), Value: at(h.FetchedAt)})
	}
	return list
}
