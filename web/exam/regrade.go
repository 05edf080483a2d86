package exam

import (
	"math"
	"strconv"
	"strings"

	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// RegradingPage lists the questions of a workshop's tests with how each is marked.
type RegradingPage struct {
	layout.Page

	Regrading exam.Regrading
}

func (p RegradingPage) base() string {
	return place(p.Regrading.Workshop) + "/regrade"
}

func phases(loc *i18n.Localizer, list []exam.Phase) string {
	names := make([]string, len(list))
	for i, ph := range list {
		names[i] = loc.T("exam_phase_" + string(ph))
	}
	return strings.Join(names, " · ")
}

func ruleTone(r exam.Rule) kit.Tone {
	switch {
	case r.Neutral:
		return kit.Off
	case r != exam.Rule{}:
		return kit.Info
	}
	return kit.Plain
}

func ruleIcon(r exam.Rule) string {
	switch {
	case r.Neutral:
		return "circle-x"
	case r != exam.Rule{}:
		return "info"
	}
	return "check"
}

// ruleName says how a question is marked, or was.
func ruleName(loc *i18n.Localizer, r exam.Rule, version int) string {
	switch {
	case r.Neutral:
		return loc.T("regrade_rule_neutral")
	case r != exam.Rule{}:
		return loc.T("regrade_rule_version", "n", strconv.Itoa(version))
	}
	return loc.T("regrade_rule_asked")
}

func nowName(loc *i18n.Localizer, q exam.RegradeQuestion) string {
	if v := q.Now(); v != nil {
		return ruleName(loc, q.Rule, v.Version)
	}
	return ruleName(loc, q.Rule, 0)
}

func (p RegradingPage) when(r exam.PastRegrade) string {
	at := r.At.In(tunis())
	who := r.PersonName
	if who == "" {
		return p.Loc.Date(at) + " " + p.Loc.Time(at)
	}
	return p.Loc.Date(at) + " " + p.Loc.Time(at) + " · " + who
}

// changeName is whose points changed.
func changeName(loc *i18n.Localizer, c exam.PointsChange) string {
	if c.Name == "" {
		return loc.T("exam_anonymous_row", "i", strconv.Itoa(c.Number))
	}
	return c.Name
}

// pointsOf writes points with their maximum and the share.
func pointsOf(loc *i18n.Localizer, score, most float64) string {
	if most <= 0 {
		return undefined
	}
	return isolated(loc, plainNumber(loc, score)+" / "+plainNumber(loc, most)+" ("+loc.Percent(score/most)+")")
}

// plainNumber writes a number with at most two decimals, and none that say nothing.
func plainNumber(loc *i18n.Localizer, f float64) string {
	hundredths := int64(math.Round(f * 100))
	switch {
	case hundredths%100 == 0:
		return loc.Decimal(f, 0)
	case hundredths%10 == 0:
		return loc.Decimal(f, 1)
	}
	return loc.Decimal(f, 2)
}

// RegradePage is one question with what can count for it; with Preview what that would change.
type RegradePage struct {
	layout.Page

	Workshop exam.Workshop
	Question exam.RegradeQuestion
	Rule     string // as chosen; empty: nothing yet
	Reason   string
	Key      string
	Notice   string // a key of the catalogue: why the preview is shown again
	Preview  *exam.RegradePreview
	Form     *form.Set
}

func (p RegradePage) base() string { return place(p.Workshop) + "/regrade" }

func (p RegradePage) path() string { return p.base() + "/" + p.Question.VersionID.String() }

// options are the rules that can be chosen: all but the one in force.
func (p RegradePage) options() []form.Option {
	var list []form.Option
	add := func(r exam.Rule, label, hint string) {
		if r != p.Question.Rule {
			list = append(list, form.Option{Value: r.String(), Label: label, Hint: hint})
		}
	}
	for _, v := range p.Question.Newer {
		hint := p.Loc.T("regrade_key_is", "key", p.key(v.Question))
		if v.AuthorName != "" {
			hint = p.Loc.Date(v.CreatedAt.In(tunis())) + " · " + v.AuthorName + " · " + hint
		}
		add(exam.Rule{Key: v.ID}, p.Loc.T("regrade_by_version", "n", strconv.Itoa(v.Version)), hint)
	}
	add(exam.Rule{Neutral: true}, p.Loc.T("regrade_neutral"), p.Loc.T("regrade_neutral_hint"))
	add(exam.Rule{}, p.Loc.T("regrade_back"), p.Loc.T("regrade_key_is", "key", p.key(p.Question.Asked)))
	return list
}

// key says in one line what is right.
func (p RegradePage) key(q exam.Question) string {
	b, l := q.Body, p.Loc.Lang()
	var parts []string
	switch q.Type {
	case exam.Single, exam.Multiple, exam.TrueFalse, exam.Ordering:
		for _, o := range b.Options {
			if o.Correct || q.Type == exam.Ordering {
				parts = append(parts, bidi(optionText(o, l)))
			}
		}
	case exam.Matching:
		for _, pair := range b.Pairs {
			parts = append(parts, bidi(pair.Left.In(l))+" = "+bidi(pair.Right.In(l)))
		}
	case exam.Numeric:
		n := strconv.FormatFloat(b.Value, 'f', -1, 64)
		if b.Tolerance > 0 {
			n += " ± " + strconv.FormatFloat(b.Tolerance, 'f', -1, 64)
		}
		return isolated(p.Loc, n)
	case exam.ShortText:
		for _, lang := range i18n.Langs() {
			for _, s := range b.Accept[lang] {
				parts = append(parts, bidi(s))
			}
		}
	case exam.OpenAnswer:
		return p.Loc.T("regrade_rubric")
	case exam.Likert:
	}
	if len(parts) == 0 {
		return undefined
	}
	return strings.Join(parts, " ; ")
}

func optionText(o exam.Option, l i18n.Lang) string {
	if t := o.Text.In(l); t != "" {
		return t
	}
	return strings.ToUpper(o.ID)
}

// bidi keeps a text of one script together in a line of another.
func bidi(s string) string { return "\u2068" + s + "\u2069" }

func (p RegradePage) changeCols() []kit.Col {
	return []kit.Col{{Label: p.Loc.T("exam_board_person")}, {Label: p.Loc.T("regrade_col_test")}, {Label: p.Loc.T("regrade_col_before")}, {Label: p.Loc.T("regrade_col_after")}}
}

func (p RegradePage) phaseCols() []kit.Col {
	keys := []string{"regrade_col_test", "regrade_col_n", "regrade_col_up", "regrade_col_down", "regrade_col_mean"}
	list := make([]kit.Col, 0, len(keys)+1)
	for i, k := range keys {
		list = append(list, kit.Col{Label: p.Loc.T(k), Number: i > 0 && k != "regrade_col_mean"})
	}
	if p.Question.Objective != "" {
		list = append(list, kit.Col{Label: p.masteryLabel()})
	}
	return list
}

func (p RegradePage) masteryLabel() string {
	return p.Loc.T("regrade_col_mastery", "objective", p.Question.Objective)
}

func (p RegradePage) mastery(c exam.PhaseChange) string {
	s := p.arrow(p.Loc.Number(c.Mastered[0]), p.Loc.Number(c.Mastered[1]))
	if c.Gained+c.Lost > 0 {
		s += " (" + isolated(p.Loc, "+"+p.Loc.Number(c.Gained)) + " " + isolated(p.Loc, "−"+p.Loc.Number(c.Lost)) + ")"
	}
	return s
}

// arrow writes what was and what would be, in the direction of reading.
func (p RegradePage) arrow(was, is string) string {
	if p.Loc.Lang().Dir() == "rtl" {
		return was + " ← " + is
	}
	return was + " → " + is
}

func (p RegradePage) means(v [2]stats.Value) string {
	said := func(v stats.Value) string {
		if !v.OK {
			return undefined
		}
		return isolated(p.Loc, p.Loc.Decimal(v.V, 1)+" %")
	}
	return p.arrow(said(v[0]), said(v[1]))
}

func (p RegradePage) gains(v [2]stats.Value) string {
	said := func(v stats.Value) string {
		if !v.OK {
			return undefined
		}
		return signed(p.Loc, v.V)
	}
	return p.arrow(said(v[0]), said(v[1]))
}

func (p RegradePage) chosenName() string {
	r := p.Preview.Rule
	for _, v := range p.Question.Newer {
		if v.ID == r.Key {
			return ruleName(p.Loc, r, v.Version)
		}
	}
	return ruleName(p.Loc, r, 0)
}

func (p RegradePage) stem() string { return p.Question.Asked.Body.Stem.In(p.Loc.Lang()) }
