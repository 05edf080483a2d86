package cases

import (
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// RetentionPage is the page of terms, locks and ends.
type RetentionPage struct {
	Frame
	casework.Retention

	Failed bool
	Wrong  *form.Set
	Typed  func(name string) string
}

// term is the field of a category; empty: to be set.
func (p RetentionPage) term(t casework.Term) form.Field {
	value := ""
	if t.Months > 0 {
		value = strconv.Itoa(t.Months)
	}
	if p.Failed {
		value = p.Typed(t.Category)
	}
	f := p.Wrong.Field(t.Category, "case_retention_months", value)
	f.Label, f.Required = Word(p.Loc, "retain", t.Category), false
	f.Mark = p.Loc.T("case_retention_months_mark")
	return f.Short()
}

func erasureTone(state string) kit.Tone {
	switch state {
	case "locked":
		return kit.Warn
	case "released":
		return kit.Good
	}
	return kit.Off
}

// retainName says what is locked; of one document, also what kind it is.
func retainName(l *i18n.Localizer, e *casework.Erasure) string {
	name := Word(l, "retain", e.Scope)
	if e.Kind != "" {
		name += " · " + Word(l, "papertype", e.Kind)
	}
	return name
}

// ErasurePage is one lock or end.
type ErasurePage struct {
	Frame
	*casework.Erasure

	CanErase bool
	Reviews  bool
	Names    Names
	Reader   uuid.UUID
	Today    string
	Failed   string
	Message  string
	Wrong    *form.Set
	Plain    *form.Set
	Typed    func(name string) string
	Paper    layout.Sheet
}

func (p ErasurePage) base() string { return "/cases/erasures/" + p.Erasure.ID.String() }

func (p ErasurePage) f(formID, name, key, usual string) form.Field {
	set, value := p.Plain, usual
	if p.Failed == formID {
		set, value = p.Wrong, p.Typed(name)
	}
	f := set.Field(name, key, value)
	f.Part = formID + "-"
	return f
}

func (p ErasurePage) ground() string {
	if p.Ground == "schedule" {
		return p.Loc.T("case_ground_after", "n", p.Loc.N("case_months", p.Months))
	}
	return Word(p.Loc, "ground", p.Ground)
}

func (p ErasurePage) lockedBy() string {
	if p.LockedBy == uuid.Nil {
		return p.Loc.T("case_ground_schedule")
	}
	return p.Names.person(p.LockedBy)
}

func (p ErasurePage) terms() []kit.Term {
	l := p.Loc
	list := []kit.Term{{Term: l.T("case_retain_what"), Value: retainName(l, p.Erasure)}, {Term: l.T("case_ground"), Value: p.ground()}, {Term: l.T("case_owner"), Value: p.Names.org(p.OwnerID)},
		{Term: l.T("case_locked"), Value: moment(l, p.LockedAt) + " · " + p.lockedBy()}}
	if p.State == "released" {
		list = append(list, kit.Term{Term: l.T("case_released"), Value: moment(l, p.ReleasedAt) + " · " + p.Names.person(p.ReleasedBy)}, kit.Term{Term: l.T("case_release_reason"), Part: kit.Name(p.Text.Reason)},
			kit.Term{Term: l.T("case_until_on"), Value: dateOr(l, p.UntilOn)})
	}
	return append(list, p.minutes()...)
}

// minutes are what is known of the destruction, for the page and the certificate.
func (p ErasurePage) minutes() []kit.Term {
	l := p.Loc
	if p.MinutesBy == uuid.Nil {
		return nil
	}
	list := []kit.Term{{Term: l.T("case_minutes_on"), Value: dateOr(l, p.MinutesOn)}, {Term: l.T("case_minutes_number"), Part: kit.Name(p.Text.Number)}, {Term: l.T("case_minutes_bailiff"), Part: kit.Name(p.Text.Bailiff)},
		{Term: l.T("case_minutes_expert"), Part: kit.Name(p.Text.Expert)}, {Term: l.T("case_minutes_by"), Value: moment(l, p.MinutesAt) + " · " + p.Names.person(p.MinutesBy)}}
	if p.State == "erased" {
		list = append(list, kit.Term{Term: l.T("case_erased_at"), Value: moment(l, p.ErasedAt) + " · " + p.Names.person(p.ErasedBy)}, kit.Term{Term: l.T("case_erased_documents"), Value: l.Number(p.Documents)})
	}
	return list
}
