package format

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// moodle reads Moodle's XML: <quiz> of <question type="...">, texts in <text> with a format, marks as percentages in fraction
// (docs.moodle.org, "Moodle XML format").
func (rd *reader) moodle(data []byte) error {
	root, err := parseXML(data)
	if err != nil {
		return err
	}
	if root.name != "quiz" {
		return errs.NewInvalid("examformat_not_moodle").With("line", root.line).With("tag", root.name)
	}
	category := ""
	for _, n := range root.all("question") {
		if n.attr["type"] == "category" {
			category = cleanLine(n.child("category").child("text").words())
			continue
		}
		rd.moodleQuestion(n, category)
	}
	return nil
}

var moodleTypes = map[string]Type{
	"multichoice": Single, "truefalse": TrueFalse, "shortanswer": ShortText, "numerical": Numeric, "matching": Matching,
	"ordering": Ordering, "essay": Open,
}

func (rd *reader) moodleQuestion(n *node, category string) {
	kind := n.attr["type"]
	typ, ok := moodleTypes[kind]
	if !ok {
		rd.skip(n.line, "examformat_kind", errs.Args{"kind": clip(kind)})
		return
	}
	q := Question{Type: typ, Line: n.line, Category: category}
	if typ == Single && strings.TrimSpace(n.child("single").words()) == "false" {
		q.Type = Multiple
	}
	q.Code = cleanLine(n.child("idnumber").words())
	if name := cleanLine(n.child("name").child("text").words()); q.Code == "" && codeLike(name) {
		q.Code = name
	}
	stem := n.child("questiontext")
	m := moodleText{rd, &q, rd.opts.lang()}
	if stem.attr["format"] == "plain_text" || stem.attr["format"] == "markdown" {
		m.base = rd.opts.base(stem.child("text").words())
	} else {
		m.base = rd.opts.baseOfHTML(stem.child("text").words())
	}
	q.Stem, q.Feedback = m.read(stem, m.picture(stem)), m.of(n.child("generalfeedback"))
	m.body(n)
	var tags []string
	for _, t := range n.child("tags").all("tag") {
		tags = append(tags, t.child("text").words())
	}
	q.takeTags(tags)
	if files := len(n.find("file")); files > 1 || files > 0 && (q.Picture == nil || q.Picture.Name == "") {
		rd.warn(&q, "examformat_media", errs.Args{"tag": "file"})
	}
	rd.keep(q)
}

// moodleText reads the texts of one question.
type moodleText struct {
	rd   *reader
	q    *Question
	base i18n.Lang
}

// of reads an element that has <text> and a format: HTML unless it says plain text.
func (m moodleText) of(n *node) Text { return m.read(n, n.child("text").words()) }

func (m moodleText) read(n *node, s string) Text {
	if n.attr["format"] == "plain_text" || n.attr["format"] == "markdown" {
		return Text{m.base: Clean(s)}
	}
	return m.rd.textOfHTML(m.q, s, m.base)
}

func (m moodleText) body(n *node) {
	answers := n.all("answer")
	switch m.q.Type {
	case Single, Multiple:
		m.choices(answers)
	case TrueFalse:
		m.trueFalse(answers)
	case ShortText:
		m.accept(answers)
	case Numeric:
		m.numeric(answers)
		if n.has("units") {
			m.rd.warn(m.q, "examformat_units", nil)
		}
	case Matching:
		m.pairs(n.all("subquestion"))
	case Ordering:
		for _, a := range answers {
			m.q.Options = append(m.q.Options, Option{Text: m.of(a)})
		}
	case Open:
		m.q.Rubric = m.of(n.child("graderinfo"))
	}
}

// fraction is an answer's share of the marks in percent.
func fraction(n *node) float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(n.attr["fraction"]), 64)
	if err != nil || !finite(f) {
		return 0
	}
	return f
}

func (m moodleText) choices(answers []*node) {
	var shares []float64
	for _, a := range answers {
		o := Option{Text: m.of(a), Feedback: m.of(a.child("feedback"))}
		shares = append(shares, fraction(a))
		m.q.Options = append(m.q.Options, o)
	}
	m.rd.markRight(m.q, shares)
}

// markRight decides from the shares of the marks which options are right: in a single choice those with all of them, in a multiple
// one those with a positive share. What the bank's own marking does not keep is a warning.
func (rd *reader) markRight(q *Question, shares []float64) {
	var plus, minus []float64
	for i, f := range shares {
		q.Options[i].Correct = q.Type == Multiple && f > 0 || f >= 99.99
		switch {
		case f > 0:
			plus = append(plus, f)
		case f < 0:
			minus = append(minus, f)
		}
	}
	uneven := q.Type == Single && (len(plus) > 1 || len(minus) > 0) || q.Type == Multiple && (!even(plus) || !even(minus))
	if uneven {
		rd.warn(q, "examformat_weights", nil)
	}
}

func even(shares []float64) bool {
	return len(shares) == 0 || slices.Max(shares)-slices.Min(shares) < 0.01
}

func (m moodleText) trueFalse(answers []*node) {
	m.q.Options = make([]Option, 2)
	for _, a := range answers {
		i := 0
		if strings.EqualFold(strings.TrimSpace(a.child("text").words()), "false") {
			i = 1
		}
		m.q.Options[i] = Option{Correct: fraction(a) > 0, Feedback: m.of(a.child("feedback"))}
	}
}

func (m moodleText) accept(answers []*node) {
	for _, a := range answers {
		s := Clean(a.child("text").words())
		m.rd.acceptOne(m.q, s, fraction(a), len(m.of(a.child("feedback")).tidy()) > 0)
	}
}

// acceptOne takes an accepted answer; answers with part of the marks, patterns and feedback on single answers are warnings.
func (rd *reader) acceptOne(q *Question, s string, share float64, feedback bool) {
	switch {
	case s == "":
	case s == "*" || share < 99.99:
		rd.warn(q, "examformat_partial", errs.Args{"answer": clip(s)})
	default:
		q.Accept = append(q.Accept, s)
		if strings.Contains(strings.ReplaceAll(s, `\*`, ""), "*") {
			rd.warn(q, "examformat_pattern", errs.Args{"answer": clip(s)})
		}
	}
	if feedback {
		rd.warn(q, "examformat_answer_feedback", nil)
	}
}

func (m moodleText) numeric(answers []*node) {
	m.q.Value = math.NaN()
	for _, a := range answers {
		s := strings.TrimSpace(a.child("text").words())
		tol := strings.TrimSpace(a.child("tolerance").words())
		if tol == "" {
			tol = "0"
		}
		m.rd.numberOne(m.q, s, tol, fraction(a), len(m.of(a.child("feedback")).tidy()) > 0)
	}
}

func (m moodleText) pairs(subs []*node) {
	for _, s := range subs {
		left := m.of(s).tidy()
		right := m.rd.textOfHTML(m.q, s.child("answer").child("text").words(), m.base)
		if len(left) == 0 {
			m.q.Extra = append(m.q.Extra, right)
			continue
		}
		m.q.Pairs = append(m.q.Pairs, Pair{Left: left, Right: right})
	}
}

// clip keeps a message short whatever a file holds.
func clip(s string) string {
	s = cleanLine(s)
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
