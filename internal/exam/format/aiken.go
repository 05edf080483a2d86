package format

import (
	"regexp"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// The lines of Aiken's format (docs.moodle.org, "Aiken format"): the question on one line, options "A. text" or "A) text", then
// "ANSWER: A".
var (
	aikenOption = regexp.MustCompile(`^([A-Za-z])[.)]\s+(.*)$`)
	aikenAnswer = regexp.MustCompile(`(?i)^ANSWER\s*:\s*([A-Za-z])\s*$`)
	aikenKey    = regexp.MustCompile(`(?i)^ANSWER\s*:`)
)

// aikenReader reads line by line; stem and options fill until the answer comes.
type aikenReader struct {
	rd      *reader
	stem    []string
	options []string
	line    int    // of the stem
	bad     string // what is wrong with the question so far
}

func (rd *reader) aiken(data []byte) {
	a := &aikenReader{rd: rd}
	s := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "\r", "\n")
	for i, l := range strings.Split(s, "\n") {
		if l = cleanLine(l); l != "" {
			a.take(i+1, l)
		}
	}
	if len(a.stem)+len(a.options) > 0 {
		rd.skip(a.line, "examformat_aiken_unfinished", nil)
	}
}

func (a *aikenReader) take(line int, l string) {
	if len(a.stem)+len(a.options) == 0 {
		a.line = line
	}
	m := aikenOption.FindStringSubmatch(l)
	switch {
	case aikenKey.MatchString(l):
		a.answer(l)
	case m != nil && len(a.stem) > 0:
		if want := string(rune('A' + len(a.options))); !strings.EqualFold(m[1], want) && a.bad == "" {
			a.bad = "examformat_aiken_order"
		}
		a.options = append(a.options, m[2])
	case len(a.options) > 0: // a new question begins although the last has no answer
		a.rd.skip(a.line, "examformat_aiken_unfinished", nil)
		*a = aikenReader{rd: a.rd, line: line, stem: []string{l}}
	default:
		a.stem = append(a.stem, l)
	}
}

// answer ends a question.
func (a *aikenReader) answer(l string) {
	q := Question{Type: Single, Line: a.line}
	stem := strings.Join(a.stem, "\n")
	base := a.rd.opts.base(stem)
	q.Stem = Text{base: stem}
	m := aikenAnswer.FindStringSubmatch(l)
	key := -1
	if m != nil {
		key = int(strings.ToUpper(m[1])[0] - 'A')
	}
	for i, o := range a.options {
		q.Options = append(q.Options, Option{Text: Text{base: Clean(o)}, Correct: i == key})
	}
	switch {
	case a.bad != "":
		a.rd.skip(a.line, a.bad, nil)
	case m == nil || key >= len(a.options):
		a.rd.skip(a.line, "examformat_aiken_answer", errs.Args{"answer": clip(l)})
	default:
		a.rd.keep(q)
	}
	*a = aikenReader{rd: a.rd}
}

// aiken writes the single choices that fit; the format has one language and no feedback.
func (wr *writer) aiken(qs []Question) {
	for _, q := range qs {
		l, ok := wr.aikenLang(&q)
		if !ok {
			continue
		}
		var b strings.Builder
		b.WriteString(oneLine(q.Stem[l]) + "\n")
		key := ""
		for i, o := range q.Options {
			letter := string(rune('A' + i))
			b.WriteString(letter + ". " + oneLine(o.Text[l]) + "\n")
			if o.Correct {
				key = letter
			}
		}
		wr.WriteString(b.String() + "ANSWER: " + key + "\n\n")
		wr.aikenLoss(&q)
	}
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

// aikenLang gives the language to write; not ok when the question does not fit.
func (wr *writer) aikenLang(q *Question) (i18n.Lang, bool) {
	if q.Type != Single || len(q.Options) > 26 {
		wr.problem(*q, "examformat_aiken_type", errs.Args{"type": string(q.Type)})
		return "", false
	}
	l := wr.opts.lang()
	if q.Stem[l] == "" {
		l = q.Stem.order()[0]
	}
	stem := oneLine(q.Stem[l])
	if aikenKey.MatchString(stem) {
		wr.problem(*q, "examformat_aiken_stem", nil)
		return "", false
	}
	for _, o := range q.Options {
		if o.Text[l] == "" {
			wr.problem(*q, "examformat_aiken_language", errs.Args{"lang": string(l)})
			return "", false
		}
	}
	return l, true
}

// aikenLoss says what the format could not keep.
func (wr *writer) aikenLoss(q *Question) {
	langs, feedback, lines := false, len(q.Feedback) > 0, false
	for _, t := range q.texts() {
		langs = langs || len(t) > 1
		for _, s := range t {
			lines = lines || strings.Contains(s, "\n")
		}
	}
	for _, o := range q.Options {
		feedback = feedback || len(o.Feedback) > 0
	}
	if langs {
		wr.problem(*q, "examformat_languages_lost", nil)
	}
	if feedback {
		wr.problem(*q, "examformat_feedback_lost", nil)
	}
	if lines {
		wr.problem(*q, "examformat_lines_lost", nil)
	}
	if q.Code != "" || q.Category != "" || len(q.tagsOf()) > 0 {
		wr.problem(*q, "examformat_details_lost", nil)
	}
}
