package cases

import (
	"math"
	"strconv"

	"shelter/internal/casework"
	"shelter/internal/casework/suppress"
	"shelter/web/form"
	"shelter/web/kit"
)

// TeamPage is how a team works.
type TeamPage struct {
	Frame
	*casework.Team

	Names Names
	Form  *form.Set
	Typed func(name string) string
	Wrong string // why the register was not given
}

func (p TeamPage) share(s casework.Share) string {
	if !s.Defined() {
		return p.Loc.T("case_team_undefined")
	}
	return p.Loc.Percent(s.Value())
}

func (p TeamPage) of(s casework.Share) string {
	return p.Loc.T("case_team_of", "n", p.Loc.Number(s.N), "of", p.Loc.Number(s.Of))
}

func (p TeamPage) days(s *casework.Side) string {
	d, ok := s.Median()
	if !ok {
		return p.Loc.T("case_team_undefined")
	}
	if d == math.Trunc(d) {
		return p.Loc.Number(int(d))
	}
	return p.Loc.Decimal(d, 1)
}

// recent are the quarters from the first in which anything happened.
func (p TeamPage) recent() []casework.Quarter {
	for i := range p.Quarters {
		if q := &p.Quarters[i]; q.Reported+q.Closed+q.Provided+q.Unmet+q.Referrals > 0 {
			return p.Quarters[i:]
		}
	}
	return p.Quarters[len(p.Quarters)-1:]
}

func (p TeamPage) figures() []kit.Figure {
	l := p.Loc
	list := []kit.Figure{
		{Label: l.T("case_team_goals"), Value: p.share(p.Goals), Note: p.of(p.Goals)}, {Label: l.T("case_team_needs"), Value: p.share(p.Needs), Note: p.of(p.Needs)},
		{Label: l.T("case_team_days"), Value: p.days(&p.FirstDays), Note: p.of(casework.Share{N: len(p.FirstDays.Days), Of: p.Files})},
	}
	if p.Asks {
		list = append(list, kit.Figure{Label: l.T("case_team_held"), Value: p.share(p.FilesHeld), Note: p.of(p.FilesHeld)}, kit.Figure{Label: l.T("case_team_services_held"), Value: p.share(p.ServicesHeld), Note: p.of(p.ServicesHeld)})
	}
	return list
}

func (p TeamPage) standing(m *casework.Member) (kit.Tone, string) {
	l := p.Loc
	switch {
	case m.Ending(p.Today):
		return kit.Warn, l.T("case_team_ending", "day", l.Date(m.Until))
	case m.Held:
		return kit.Good, l.T("case_team_until", "day", l.Date(m.Until))
	case !m.Until.IsZero():
		return kit.Bad, l.T("case_team_ended", "day", l.Date(m.Until))
	}
	return kit.Bad, l.T("case_team_never")
}

// compared is one line of the comparison: its name, the value and number before, and after. A value of fewer than five is not given.
type compared struct{ name, before, nBefore, after, nAfter string }

func (p TeamPage) few(n int, value string) (shown, number string) {
	if n > 0 && n < suppress.Threshold {
		return p.Loc.T("case_team_few"), p.Loc.T("case_donor_hidden")
	}
	return value, p.Loc.Number(n)
}

func (p TeamPage) rate(s *casework.Side) string {
	if s.Quarters < 0.5 {
		return p.Loc.T("case_team_undefined")
	}
	return p.Loc.Decimal(float64(s.Referrals)/s.Quarters, 1)
}

func (p TeamPage) comparison() []compared {
	line := func(key string, of func(s *casework.Side) (int, string)) compared {
		c := compared{name: p.Loc.T(key)}
		n, v := of(&p.Before)
		c.before, c.nBefore = p.few(n, v)
		n, v = of(&p.After)
		c.after, c.nAfter = p.few(n, v)
		return c
	}
	return []compared{
		line("case_team_days", func(s *casework.Side) (int, string) { return len(s.Days), p.days(s) }),
		line("case_team_needs", func(s *casework.Side) (int, string) { return s.Needs.Of, p.share(s.Needs) }),
		line("case_team_referrals", func(s *casework.Side) (int, string) { return s.Referrals, p.rate(s) }),
	}
}

func (p TeamPage) quarter(q *casework.Quarter) string { return p.Loc.Quarter(q.From) }

func number(n int) string { return strconv.Itoa(n) }

func (p TeamPage) f(name, key string) form.Field { return p.Form.Field(name, key, p.Typed(name)) }
