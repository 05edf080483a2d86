package exam

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/exam"
	"shelter/internal/exam/stats"
	"shelter/internal/i18n"
	"shelter/web/form"
	"shelter/web/kit"
)

// QuestionView is one question as a participant sees it, on a test and in the editor's preview.
type QuestionView struct {
	Loc    *i18n.Localizer
	Item   exam.Item
	Number int // its place for this person, from 1
	Of     int
	Answer exam.Response
	Share  stats.Value // of the points; undefined while a person has to mark the answer
	Sample bool        // nobody answered: there is no verdict
	Part   string      // keeps names and ids apart where a page shows a question several times
}

func (v QuestionView) name() string { return v.Part + "q" + strconv.Itoa(v.Item.Position) }

func (v QuestionView) text(t exam.Text) string { return t.In(v.Loc.Lang()) }

func (v QuestionView) chose(id string) bool { return slices.Contains(v.Answer.Choice, id) }

func (v QuestionView) rank(id string) string {
	if i := slices.Index(v.Answer.Choice, id); i >= 0 {
		return strconv.Itoa(i + 1)
	}
	return ""
}

func (v QuestionView) ranks() []form.Option {
	list := make([]form.Option, len(v.Item.Body.Options))
	for i := range list {
		list[i] = form.Option{Value: strconv.Itoa(i + 1), Label: strconv.Itoa(i + 1)}
	}
	return list
}

func (v QuestionView) lines() []exam.Option { return v.Item.Lines() }

func (v QuestionView) rights() []form.Option {
	var list []form.Option
	for _, o := range v.Item.Rights() {
		list = append(list, form.Option{Value: o.ID, Label: v.text(o.Text)})
	}
	return list
}

func (v QuestionView) hint() string {
	return map[exam.Type]string{exam.Single: "exam_choose_one", exam.TrueFalse: "exam_choose_one", exam.Multiple: "exam_choose_many", exam.Matching: "exam_match_hint",
		exam.Ordering: "exam_order_hint", exam.Numeric: "exam_number_hint", exam.OpenAnswer: "exam_open_hint", exam.Likert: "exam_likert_hint"}[v.Item.Type]
}

// PictureURL is the address of a picture of the bank.
func PictureURL(id uuid.UUID) string { return "/q/" + id.String() }

// maxOpen is how many letters an open answer may have: with Arabic letters of two bytes it stays below what one answer may weigh.
const maxOpen = 3500

// view is a question of a test that is being taken.
func (p TakePage) view(i int) QuestionView {
	it := p.Taking.Items[i]
	return QuestionView{Loc: p.Loc, Item: it, Number: i + 1, Of: len(p.Taking.Items), Answer: p.answer(it.Position), Share: p.Taking.Shares[it.Position]}
}

func lines(text string) []string {
	var list []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			list = append(list, l)
		}
	}
	return list
}

// pairTerms are the pairs that belong together.
func (v QuestionView) pairTerms() []kit.Term {
	list := make([]kit.Term, len(v.Item.Body.Pairs))
	for i, p := range v.Item.Body.Pairs {
		list[i] = kit.Term{Term: v.text(p.Left), Value: v.text(p.Right)}
	}
	return list
}

// textTerms are a typed answer and what would have been right.
func (v QuestionView) textTerms() []kit.Term {
	list := []kit.Term{{Term: v.Loc.T("exam_your_answer"), Part: kit.Name(orDash(v.Answer.Text))}}
	b := v.Item.Body
	switch v.Item.Type {
	case exam.Numeric:
		right := strconv.FormatFloat(b.Value, 'f', -1, 64)
		if b.Tolerance > 0 {
			right += " ± " + strconv.FormatFloat(b.Tolerance, 'f', -1, 64)
		}
		list = append(list, kit.Term{Term: v.Loc.T("exam_accepted"), Part: kit.Code(right)})
	case exam.ShortText:
		for _, l := range i18n.Langs() {
			if len(b.Accept[l]) > 0 {
				list = append(list, kit.Term{Term: v.Loc.T("exam_accepted"), Part: kit.Name(strings.Join(b.Accept[l], " · "))})
			}
		}
	case exam.OpenAnswer:
		if len(b.Model) > 0 {
			list = append(list, kit.Term{Term: v.Loc.T("exam_model"), Part: Paragraphs(v.text(b.Model))})
		}
	default:
	}
	return list
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
