package format

import (
	"bytes"
	"math"
	"strconv"

	"shelter/internal/i18n"
)

// moodle writes Moodle's XML. Languages are written for Moodle's multi-language filter.
func (wr *writer) moodle(qs []Question) {
	wr.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<quiz>\n")
	category := ""
	for i := range qs {
		q := &qs[i]
		if q.Category != category {
			category = q.Category
			wr.moodleCategory(category)
		}
		m := moodleWriter{wr: wr, q: q}
		m.base, _ = wr.opts.baseOf(q.Stem)
		m.write(q.nameOf(i))
	}
	wr.WriteString("</quiz>\n")
}

func (wr *writer) moodleCategory(name string) {
	wr.WriteString(`<question type="category"><category><text>` + xmlText(name) + "</text></category></question>\n")
}

// moodleWriter writes one question.
type moodleWriter struct {
	wr   *writer
	q    *Question
	base i18n.Lang
}

var moodleKinds = map[Type]string{
	Single: "multichoice", Multiple: "multichoice", Likert: "multichoice", TrueFalse: "truefalse", ShortText: "shortanswer",
	Numeric: "numerical", Matching: "matching", Ordering: "ordering", Open: "essay",
}

func (m moodleWriter) write(name string) {
	b := &m.wr.Buffer
	b.WriteString(`<question type="` + moodleKinds[m.q.Type] + `">` + "\n")
	b.WriteString("<name>")
	writeNode(b, "text", name)
	b.WriteString("</name>\n")
	m.stem()
	m.text("generalfeedback", m.q.Feedback)
	writeNode(b, "defaultgrade", "1")
	b.WriteString("\n")
	if m.q.Code != "" {
		writeNode(b, "idnumber", m.q.Code)
		b.WriteString("\n")
	}
	m.body()
	m.tags()
	b.WriteString("</question>\n")
}

// stem says its language when it is not the one that a reader supposes.
func (m moodleWriter) stem() {
	if _, ok := m.wr.opts.baseOf(m.q.Stem); ok {
		m.text("questiontext", m.q.Stem)
		return
	}
	m.html("questiontext", htmlOf(m.q.Stem, "", "lang"))
}

func (m moodleWriter) text(name string, t Text, attrs ...string) {
	m.html(name, htmlOf(t, m.base, "lang"), attrs...)
}

func (m moodleWriter) html(name, s string, attrs ...string) {
	m.open(name, s, attrs...)
	m.wr.WriteString("</" + name + ">\n")
}

func (m moodleWriter) open(name, s string, attrs ...string) {
	b := &m.wr.Buffer
	b.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		b.WriteString(" " + attrs[i] + `="` + attrs[i+1] + `"`)
	}
	b.WriteString(` format="html">`)
	writeNode(b, "text", s)
}

// answer writes an answer with its share of the marks and its feedback.
func (m moodleWriter) answer(inner string, share string, feedback Text) {
	m.open("answer", inner, "fraction", share)
	m.text("feedback", feedback)
	m.wr.WriteString("</answer>\n")
}

// shares are what right and wrong options earn, in percent: the bank's rule for multiple choices is the share of right options
// ticked minus the share of wrong ones.
func (q *Question) shares() (right, wrong float64) {
	n := 0
	for _, o := range q.Options {
		if o.Correct {
			n++
		}
	}
	if q.Type != Multiple || n == 0 {
		return 100, 0
	}
	right = 100 / float64(n)
	if n < len(q.Options) {
		wrong = -100 / float64(len(q.Options)-n)
	}
	return right, wrong
}

// percent writes a share with the five decimals that Moodle knows.
func percent(f float64) string {
	return strconv.FormatFloat(math.Round(f*1e5)/1e5, 'f', -1, 64)
}

func (m moodleWriter) body() {
	q, b := m.q, &m.wr.Buffer
	switch q.Type {
	case Single, Multiple, Likert:
		writeNode(b, "single", strconv.FormatBool(q.Type != Multiple))
		writeNode(b, "shuffleanswers", strconv.FormatBool(q.Type != Likert))
		writeNode(b, "answernumbering", "abc")
		b.WriteString("\n")
		m.choices()
	case TrueFalse:
		for i, name := range []string{"true", "false"} {
			m.answer(name, map[bool]string{true: "100", false: "0"}[q.Options[i].Correct], q.Options[i].Feedback)
		}
	case ShortText:
		writeNode(b, "usecase", "0")
		for _, a := range q.Accept {
			writeAnswer(b, a, "")
		}
	case Numeric:
		writeAnswer(b, formatNumber(q.Value), formatNumber(q.Tolerance))
	case Matching:
		m.pairs()
	case Ordering:
		for _, o := range q.Options {
			m.html("answer", htmlOf(o.Text, m.base, "lang"), "fraction", "100")
			if len(o.Feedback) > 0 {
				m.wr.problem(*q, "examformat_answer_feedback", nil)
			}
		}
	case Open:
		m.text("graderinfo", q.Rubric)
	}
}

// writeAnswer writes an answer that is plain text and earns everything.
func writeAnswer(b *bytes.Buffer, text, tolerance string) {
	b.WriteString(`<answer fraction="100" format="plain_text">`)
	writeNode(b, "text", text)
	if tolerance != "" {
		writeNode(b, "tolerance", tolerance)
	}
	b.WriteString("</answer>\n")
}

func (m moodleWriter) choices() {
	right, wrong := m.q.shares()
	for _, o := range m.q.Options {
		share := wrong
		if o.Correct {
			share = right
		}
		m.answer(htmlOf(o.Text, m.base, "lang"), percent(share), o.Feedback)
	}
}

func (m moodleWriter) pairs() {
	writeNode(&m.wr.Buffer, "shuffleanswers", "true")
	for _, p := range m.q.Pairs {
		m.pair(p.Left, p.Right)
	}
	for _, e := range m.q.Extra {
		m.pair(nil, e)
	}
}

func (m moodleWriter) pair(left, right Text) {
	m.open("subquestion", htmlOf(left, m.base, "lang"))
	m.wr.WriteString("<answer>")
	writeNode(&m.wr.Buffer, "text", htmlOf(right, m.base, "lang"))
	m.wr.WriteString("</answer></subquestion>\n")
}

func (m moodleWriter) tags() {
	tags := m.q.tagsOf()
	if len(tags) == 0 {
		return
	}
	m.wr.WriteString("<tags>")
	for _, t := range tags {
		m.wr.WriteString("<tag>")
		writeNode(&m.wr.Buffer, "text", t)
		m.wr.WriteString("</tag>")
	}
	m.wr.WriteString("</tags>\n")
}
