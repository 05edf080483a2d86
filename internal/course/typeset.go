package course

import (
	"regexp"

	"shelter/internal/i18n"
)

const (
	noBreak = "\u00a0"
	narrow  = "\u202f" // a narrow blank that does not break
)

var (
	reGuillemet = regexp.MustCompile(`(«) `)
	reHigh      = regexp.MustCompile(`([^\s|]) ([;?!])`)
	reColon     = regexp.MustCompile(`([^\s|]) ([:»])`)
	reUnit      = regexp.MustCompile(`(\d) (%)`)
	reNumero    = regexp.MustCompile(`(n°|art\.|p\.) (\d)`)
	reGroup     = regexp.MustCompile(`(\d) (\d{3})\b`)
)

// typeset makes the blanks that authors type with the space bar keep a line together: in numbers and before their unit, and
// in French before ; ? ! : and inside « ».
func typeset(s string, l i18n.Lang) string {
	for range 2 { // neighbours share a character, which a first pass has used up
		s = reGroup.ReplaceAllString(s, "${1}"+narrow+"${2}")
		s = reUnit.ReplaceAllString(s, "${1}"+noBreak+"${2}")
		if l == i18n.FR {
			s = reHigh.ReplaceAllString(s, "${1}"+narrow+"${2}")
			s = reColon.ReplaceAllString(s, "${1}"+noBreak+"${2}")
		}
	}
	if l == i18n.FR {
		s = reNumero.ReplaceAllString(reGuillemet.ReplaceAllString(s, "${1}"+noBreak), "${1}"+noBreak+"${2}")
	}
	return s
}

func (t Text) typeset() {
	for l, s := range t {
		t[l] = typeset(s, l)
	}
}

// typeset goes over every text of the course that is not Markdown.
func (c *Course) typeset() {
	texts := []Text{c.Title, c.Summary}
	for _, o := range c.Objectives {
		texts = append(texts, o.Text)
	}
	for _, m := range c.Competencies {
		texts = append(texts, m.Title)
	}
	for _, t := range c.Glossary {
		texts = append(texts, t.Term, t.Definition)
	}
	for _, q := range c.Bank {
		texts = append(texts, q.texts()...)
	}
	for _, t := range texts {
		t.typeset()
	}
}

// texts are all texts that a question shows.
func (q *Question) texts() []Text {
	list := []Text{q.Stem, q.Feedback}
	for _, o := range q.Options {
		list = append(list, o.Text, o.Feedback)
	}
	for _, p := range q.Pairs {
		list = append(list, p.Left, p.Right)
	}
	return list
}

func (t *LessonText) typeset(l i18n.Lang) {
	t.Title = typeset(t.Title, l)
	for _, list := range [][]string{t.Objectives, t.Sources} {
		for i := range list {
			list[i] = typeset(list[i], l)
		}
	}
}
