package format

import (
	"strings"

	"shelter/internal/i18n"
)

// gift writes GIFT as Moodle reads it. Code, objective, Bloom level and difficulty go into the comment above a question; several
// languages are written as HTML for Moodle's multi-language filter.
func (wr *writer) gift(qs []Question) {
	category := ""
	for i := range qs {
		q := &qs[i]
		if q.Category != category {
			category = q.Category
			wr.WriteString("$CATEGORY: " + category + "\n\n")
		}
		g := newGIFTWriter(wr, q)
		if !g.fits() {
			continue
		}
		g.comment()
		wr.WriteString("::" + giftEscape(q.nameOf(i)) + "::" + g.stem() + "{")
		g.answers()
		if len(q.Feedback) > 0 {
			wr.WriteString("####" + g.text(q.Feedback))
		}
		wr.WriteString("}\n\n")
	}
}

// giftWriter writes one question.
type giftWriter struct {
	wr   *writer
	q    *Question
	base i18n.Lang
	html bool // all texts are HTML, because one of them has to name its languages
}

func newGIFTWriter(wr *writer, q *Question) giftWriter {
	g := giftWriter{wr: wr, q: q}
	base, ok := wr.opts.baseOf(q.Stem)
	g.base, g.html = base, !ok
	for _, t := range q.texts() {
		if _, plain := t.plainOnly(base); !plain {
			g.html = true
		}
	}
	return g
}

// fits reports what GIFT has no way to write, since -> cannot be escaped.
func (g giftWriter) fits() bool {
	q := g.q
	bad := false
	for _, p := range q.Pairs {
		bad = bad || strings.Contains(g.text(p.Left), "->")
	}
	for _, a := range q.Accept {
		bad = bad || strings.Contains(a, "->")
	}
	if bad {
		g.wr.problem(*q, "examformat_gift_arrow", nil)
		return false
	}
	if len(q.Rubric) > 0 {
		g.wr.problem(*q, "examformat_rubric_lost", nil)
	}
	if q.Type == Ordering {
		for _, o := range q.Options {
			if len(o.Feedback) > 0 {
				g.wr.problem(*q, "examformat_answer_feedback", nil)
			}
		}
	}
	return true
}

func (g giftWriter) comment() {
	var parts []string
	escape := func(s string) string { return strings.ReplaceAll(s, "]", `\]`) }
	if g.q.Code != "" {
		parts = append(parts, "[id:"+escape(g.q.Code)+"]")
	}
	for _, t := range g.q.tagsOf() {
		parts = append(parts, "[tag:"+escape(t)+"]")
	}
	if len(parts) > 0 {
		g.wr.WriteString("// " + strings.Join(parts, " ") + "\n")
	}
}

func (g giftWriter) stem() string {
	if !g.html {
		return "[plain]" + giftEscape(g.q.Stem[g.base])
	}
	if _, ok := g.wr.opts.baseOf(g.q.Stem); ok {
		return "[html]" + giftEscape(htmlOf(g.q.Stem, g.base, "lang"))
	}
	return "[html]" + giftEscape(htmlOf(g.q.Stem, "", "lang"))
}

// text writes a text in the stem's markup. One that would be read as naming its own, as a share of the marks or, alone on its
// line, as a comment, names its markup.
func (g giftWriter) text(t Text) string {
	if g.html {
		return g.guard(giftEscape(htmlOf(t, g.base, "lang")), "[html]")
	}
	return g.guard(giftEscape(t[g.base]), "[plain]")
}

func (g giftWriter) guard(s, markup string) string {
	if strings.HasPrefix(s, "[") || strings.HasPrefix(s, "%") || strings.HasPrefix(s, "//") {
		return markup + s
	}
	return s
}

var giftEscapes = strings.NewReplacer(`\`, `\\`, "#", `\#`, "=", `\=`, "~", `\~`, "{", `\{`, "}", `\}`, ":", `\:`, "\n", `\n`)

func giftEscape(s string) string { return giftEscapes.Replace(s) }

func (g giftWriter) answers() {
	q, wr := g.q, g.wr
	switch q.Type {
	case Single, Multiple, Likert:
		g.choices()
	case TrueFalse:
		g.trueFalse()
	case ShortText:
		for _, a := range q.Accept {
			wr.WriteString("\n\t=%100%" + giftEscape(a))
		}
	case Numeric:
		wr.WriteString("#" + formatNumber(q.Value) + ":" + formatNumber(q.Tolerance))
	case Matching:
		for _, p := range q.Pairs {
			wr.WriteString("\n\t=" + g.text(p.Left) + " -> " + g.text(p.Right))
		}
		for _, e := range q.Extra {
			wr.WriteString("\n\t= -> " + g.text(e))
		}
	case Ordering:
		wr.WriteString(">ALL VERTICAL ABSOLUTE_POSITION SHOW")
		for _, o := range q.Options {
			wr.WriteString("\n" + g.text(o.Text))
		}
		wr.WriteString("\n")
	}
}

func (g giftWriter) choices() {
	right, wrong := g.q.shares()
	for _, o := range g.q.Options {
		mark := "~"
		switch {
		case g.q.Type == Single && o.Correct:
			mark = "="
		case g.q.Type == Multiple && o.Correct:
			mark = "~%" + percent(right) + "%"
		case g.q.Type == Multiple && wrong != 0:
			mark = "~%" + percent(wrong) + "%"
		}
		g.wr.WriteString("\n\t" + mark + g.text(o.Text))
		if len(o.Feedback) > 0 {
			g.wr.WriteString("#" + g.text(o.Feedback))
		}
	}
}

func (g giftWriter) trueFalse() {
	right, wrong, word := g.q.Options[0], g.q.Options[1], "TRUE"
	if wrong.Correct {
		right, wrong, word = wrong, right, "FALSE"
	}
	g.wr.WriteString(word)
	if len(right.Feedback)+len(wrong.Feedback) > 0 {
		g.wr.WriteString("#" + g.text(wrong.Feedback))
	}
	if len(right.Feedback) > 0 {
		g.wr.WriteString("#" + g.text(right.Feedback))
	}
}
