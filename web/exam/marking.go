package exam

import (
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/exam"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// MarkingPage lists the open questions with what there is to mark.
type MarkingPage struct {
	layout.Page

	Marking exam.Marking
}

func (p MarkingPage) path(q exam.MarkingQuestion) string {
	return place(p.Marking.Workshop) + "/marking/" + q.VersionID.String()
}

func (p MarkingPage) state(q exam.MarkingQuestion) kit.Tone {
	if q.Waiting() == 0 {
		return kit.Good
	}
	return kit.Warn
}

func (p MarkingPage) agreementCols() []kit.Col {
	return []kit.Col{{Label: p.Loc.T("marking_criterion")}, {Label: p.Loc.T("marking_twice"), Number: true}, {Label: p.Loc.T("marking_same"), Number: true}, {Label: p.Loc.T("marking_kappa")}}
}

// kappa is the agreement beyond chance with its standard error, or how many answers it would take.
func (p MarkingPage) kappa(a exam.CriterionAgreement) string {
	switch {
	case a.N < a.Least:
		return p.Loc.T("marking_too_few", "n", p.Loc.Number(a.Least))
	case !a.Kappa.OK:
		return undefined
	case a.SE.OK:
		return isolated(p.Loc, p.Loc.Decimal(a.Kappa.V, 2)+" ± "+p.Loc.Decimal(a.SE.V, 2))
	}
	return isolated(p.Loc, p.Loc.Decimal(a.Kappa.V, 2))
}

func (p MarkingPage) same(a exam.CriterionAgreement) string {
	if !a.Observed.OK {
		return undefined
	}
	return p.Loc.Percent(a.Observed.V)
}

func (p MarkingPage) criterion(c exam.Criterion) string {
	if len(c.Text) == 0 {
		return p.Loc.T("mark_whole")
	}
	return c.Text.In(p.Loc.Lang())
}

// MarkPage is one answer to be marked.
type MarkPage struct {
	layout.Page

	Sheet  exam.MarkSheet
	Form   *form.Set
	Key    string
	Levels []int // as typed, or of the mark that is corrected
	Note   string
}

func (p MarkPage) path() string {
	return place(p.Sheet.Workshop) + "/marking/" + p.Sheet.Question.VersionID.String()
}

// action keeps the answer in the address, so that a refused correction shows the same answer again.
func (p MarkPage) action() string {
	if p.Sheet.Own != nil {
		return p.path() + "?answer=" + p.Sheet.Attempt.String()
	}
	return p.path()
}

func (p MarkPage) lead() string {
	switch {
	case p.Sheet.Own != nil:
		return p.Loc.T("mark_again")
	case len(p.Sheet.Others) > 0:
		return p.Loc.T("mark_third")
	}
	return p.Loc.N("mark_left_n", p.Sheet.Question.Mine)
}

func (p MarkPage) field(i int, c exam.Criterion) form.Field {
	f := p.Form.Field(exam.LevelField(i), "mark_whole", "")
	if len(c.Text) > 0 {
		f.Label = c.Text.In(p.Loc.Lang())
	}
	if i < len(p.Levels) && p.Levels[i] >= 0 {
		f.Value = strconv.Itoa(p.Levels[i])
	}
	return f
}

func (p MarkPage) options(c exam.Criterion) []form.Option {
	list := make([]form.Option, len(c.Levels))
	for i, l := range c.Levels {
		list[i] = form.Option{Value: strconv.Itoa(i), Label: p.levelText(c, i), Hint: p.Loc.N("mark_points_n", int(l.Points))}
		if l.Points != float64(int(l.Points)) {
			list[i].Hint = p.Loc.T("mark_points", "n", p.Loc.Decimal(l.Points, 1))
		}
	}
	return list
}

func (p MarkPage) levelText(c exam.Criterion, i int) string {
	if i < 0 || i >= len(c.Levels) {
		return undefined
	}
	if t := c.Levels[i].Text.In(p.Loc.Lang()); t != "" {
		return t
	}
	return p.Loc.Percent(c.Levels[i].Points / c.Most())
}

// reading is what one of the two who differ chose on a criterion.
func (p MarkPage) reading(m exam.Mark, criterion int, c exam.Criterion) string {
	if criterion >= len(m.Levels) {
		return undefined
	}
	return p.levelText(c, m.Levels[criterion])
}

func (p MarkPage) readingName(i int) string { return p.Loc.T("mark_reading", "n", strconv.Itoa(i+1)) }

func (p MarkPage) otherCols() []kit.Col {
	list := []kit.Col{{Label: p.Loc.T("marking_criterion")}}
	for i := range p.Sheet.Others {
		list = append(list, kit.Col{Label: p.readingName(i)})
	}
	return list
}

func (p MarkPage) criterion(c exam.Criterion) string { return MarkingPage{Page: p.Page}.criterion(c) }

// begin is the beginning of an answer, for a list.
func begin(text string) string {
	const most = 90
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

var noAttempt uuid.UUID

func (p MarkPage) question() QuestionView {
	return QuestionView{Loc: p.Loc, Item: p.Sheet.Question.Item, Number: 1, Of: 1}
}
