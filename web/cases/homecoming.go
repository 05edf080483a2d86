package cases

import (
	"strconv"
	"strings"

	"shelter/internal/casework"
	"shelter/web/form"
	"shelter/web/kit"
)

// home gives what the form of the return holds: what was typed, or what is kept.
func (p FilePage) home() casework.Homecoming {
	if p.View.Homecoming != nil {
		return *p.View.Homecoming
	}
	return casework.Homecoming{State: "prepared"}
}

func (p FilePage) begun() bool {
	return p.View.Homecoming != nil && p.View.Homecoming.State == "begun"
}

func (p FilePage) homeTerms() []kit.Term {
	m, l := p.home(), p.Loc
	list := []kit.Term{{Term: l.T("case_home_kind"), Value: Word(l, "homekind", m.Kind)}, {Term: l.T("case_home_begun_on"), Value: dateOr(l, m.BegunOn)}}
	for _, t := range []struct{ key, text string }{{"risk_text", m.Text.Risk}, {"documents_text", m.Text.Documents}, {"travel", m.Text.Travel}, {"economic", m.Text.Economic}, {"social", m.Text.Social}, {"psychosocial", m.Text.Psychosocial}} {
		if t.text != "" {
			list = append(list, kit.Term{Term: l.T("case_home_" + t.key), Part: kit.Name(t.text)})
		}
	}
	return list
}

func answers(p FilePage) []form.Option {
	list := make([]form.Option, 5)
	for i := range list {
		list[i] = form.Option{Value: strconv.Itoa(i), Label: p.Loc.T("case_answer_" + strconv.Itoa(i))}
	}
	return list
}

func followUpID(u *casework.Revisit) string { return "followup-" + u.ID.String() }

func (p FilePage) followUpTone(u *casework.Revisit) (kit.Tone, string) {
	switch {
	case u.State == "due" && u.DueOn.Before(p.Today):
		return kit.Bad, p.Loc.T("case_late", "day", p.Loc.Date(u.DueOn))
	case u.State == "due":
		return kit.Off, p.Loc.T("case_followup_due", "day", p.Loc.Date(u.DueOn))
	case u.State == "not_reached":
		return kit.Warn, p.Loc.T("case_followup_not_reached", "day", p.Loc.Date(u.DoneOn))
	}
	switch u.Band() {
	case "support":
		return kit.Bad, p.Loc.T("case_followup_support")
	case "partly":
		return kit.Warn, p.Loc.T("case_followup_partly")
	case "settled":
		return kit.Good, p.Loc.T("case_followup_settled")
	}
	return kit.Off, p.Loc.T("case_followup_noscore")
}

func (p FilePage) followUpTerms(u *casework.Revisit) []kit.Term {
	l := p.Loc
	if u.State == "due" {
		return nil
	}
	list := []kit.Term{{Term: l.T("case_followup_on"), Value: dateOr(l, u.DoneOn)}}
	if u.State == "done" {
		list = append(list, kit.Term{Term: l.T("case_followup_score"), Value: p.scoreOf(u)})
		for _, part := range casework.FollowUpParts {
			text := l.T("case_followup_noscore")
			if v, ok := u.Sheet.PartScore(part); ok {
				text = l.Decimal(v, 0)
			}
			list = append(list, kit.Term{Term: l.T("case_home_" + part), Value: text})
		}
	}
	if u.Sheet.Note != "" {
		list = append(list, kit.Term{Term: l.T("case_followup_note"), Part: kit.Name(u.Sheet.Note)})
	}
	return list
}

func (p FilePage) scoreOf(u *casework.Revisit) string {
	if u.Score == nil || u.Low == nil || u.High == nil {
		return p.Loc.T("case_followup_noscore")
	}
	return p.Loc.T("case_followup_of", "score", p.Loc.Number(*u.Score), "low", p.Loc.Number(*u.Low), "high", p.Loc.Number(*u.High))
}

func monthsText(months []int) string {
	text := make([]string, len(months))
	for i, m := range months {
		text[i] = strconv.Itoa(m)
	}
	return strings.Join(text, ", ")
}
