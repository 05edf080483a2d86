package format

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shelter/internal/errs"
)

// answers reads what is between the braces; the key says why it cannot be read, "" when it can.
func (g *giftReader) answers(s []sym) string {
	if i := index(s, "####"); i >= 0 {
		g.q.Feedback = g.of(s[i+4:])
		s = trim(s[:i])
	}
	switch word := strings.ToUpper(cleanLine(text(head(s)))); {
	case len(s) == 0:
		g.q.Type = Open
	case !s[0].lit && s[0].r == '#':
		return g.numeric(trim(s[1:]))
	case !s[0].lit && s[0].r == '>':
		return g.ordering(s)
	case index(s, "~") >= 0:
		return g.choices(s)
	case index(s, "=") >= 0 && index(s, "->") >= 0:
		return g.matching(s)
	case index(s, "=") < 0 && slices.Contains([]string{"T", "TRUE", "F", "FALSE"}, word):
		g.trueFalse(s, word[0] == 'T')
	case index(s, "=") == 0:
		g.short(s)
	default:
		return "examformat_gift_answers"
	}
	return ""
}

// head is what stands before the feedback.
func head(s []sym) []sym {
	if i := index(s, "#"); i >= 0 {
		return s[:i]
	}
	return s
}

// giftAnswer is one answer after = or ~.
type giftAnswer struct {
	right    bool // written with =
	share    float64
	said     bool // the share is written
	body     []sym
	feedback []sym
	has      bool // feedback is there
}

var giftShare = regexp.MustCompile(`^%(-?[0-9]{1,3}(?:\.[0-9]*)?)%`)

// split cuts answers at = and ~.
func split(s []sym) []giftAnswer {
	var list []giftAnswer
	for i := 0; i < len(s); {
		j := i + 1
		for j < len(s) && (s[j].lit || s[j].r != '=' && s[j].r != '~') {
			j++
		}
		if !s[i].lit && (s[i].r == '=' || s[i].r == '~') {
			list = append(list, oneAnswer(s[i].r == '=', trim(s[i+1:j])))
		}
		i = j
	}
	return list
}

func oneAnswer(right bool, s []sym) giftAnswer {
	a := giftAnswer{right: right}
	if right {
		a.share = 100
	}
	if len(s) > 0 && !s[0].lit {
		if m := giftShare.FindString(text(s)); m != "" {
			if f, err := strconv.ParseFloat(strings.Trim(m, "%"), 64); err == nil {
				a.share, a.said = f, true
				s = trim(s[len(m):])
			}
		}
	}
	a.body = s
	if i := index(s, "#"); i >= 0 {
		a.body, a.feedback, a.has = trim(s[:i]), trim(s[i+1:]), true
	}
	return a
}

func (g *giftReader) choices(s []sym) string {
	list := split(s)
	g.q.Type = Multiple
	var shares []float64
	for _, a := range list {
		if a.right {
			g.q.Type = Single
		}
		o := Option{Text: g.of(a.body)}
		if a.has {
			o.Feedback = g.of(a.feedback)
		}
		g.q.Options = append(g.q.Options, o)
		shares = append(shares, a.share)
	}
	g.rd.markRight(g.q, shares)
	return ""
}

func (g *giftReader) trueFalse(s []sym, right bool) {
	g.q.Type = TrueFalse
	g.q.Options = []Option{{Correct: right}, {Correct: !right}}
	// Feedback comes as: when wrong, then when right.
	wrongAt, rightAt := 1, 0
	if !right {
		wrongAt, rightAt = 0, 1
	}
	if i := index(s, "#"); i >= 0 {
		rest := s[i+1:]
		if j := index(rest, "#"); j >= 0 {
			g.q.Options[rightAt].Feedback = g.of(rest[j+1:])
			rest = rest[:j]
		}
		g.q.Options[wrongAt].Feedback = g.of(rest)
	}
}

func (g *giftReader) short(s []sym) {
	g.q.Type = ShortText
	for _, a := range split(s) {
		g.rd.acceptOne(g.q, cleanLine(text(a.body)), a.share, a.has && len(a.feedback) > 0)
	}
}

func (g *giftReader) matching(s []sym) string {
	g.q.Type = Matching
	for _, a := range split(s) {
		body := a.body
		i := index(body, "->")
		if i < 0 {
			return "examformat_pairs"
		}
		left, right := g.of(body[:i]).tidy(), g.of(body[i+2:])
		if len(left) == 0 {
			g.q.Extra = append(g.q.Extra, right)
		} else {
			g.q.Pairs = append(g.q.Pairs, Pair{left, right})
		}
		if a.has && len(a.feedback) > 0 {
			g.rd.warn(g.q, "examformat_answer_feedback", nil)
		}
	}
	return ""
}

func (g *giftReader) numeric(s []sym) string {
	g.q.Type, g.q.Value = Numeric, math.NaN()
	list := split(s)
	if len(list) == 0 {
		list = []giftAnswer{oneAnswer(true, s)}
	}
	for _, a := range list {
		body := cleanLine(text(a.body))
		value, tol := body, "0"
		if lo, hi, ok := strings.Cut(body, ".."); ok {
			l, err1 := number(lo)
			h, err2 := number(hi)
			if err1 != nil || err2 != nil || h < l {
				return "examformat_number"
			}
			value, tol = formatNumber((l+h)/2), formatNumber((h-l)/2)
		} else if i := index(a.body, ":"); i >= 0 {
			value, tol = text(a.body[:i]), text(a.body[i+1:])
		}
		g.rd.numberOne(g.q, value, tol, a.share, a.has && len(a.feedback) > 0)
	}
	return ""
}

// number reads a decimal number, with the digits of Arabic too.
func number(s string) (float64, error) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r == '٫':
			return '.'
		case r == '−':
			return '-'
		}
		return r
	}, cleanLine(s))
	if s != "" && strings.Trim(s, "0123456789+-.eE") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.ParseFloat(s, 64)
}

// numberOne takes a numeric answer; a question keeps one, others are warnings. "*" catches what is left and has no number.
func (rd *reader) numberOne(q *Question, value, tolerance string, share float64, feedback bool) {
	v, err := number(value)
	tol, err2 := number(tolerance)
	switch {
	case strings.TrimSpace(value) == "*" || share < 99.99 || !math.IsNaN(q.Value):
		rd.warn(q, "examformat_partial", errs.Args{"answer": clip(value)})
	case err != nil || err2 != nil: // stays not a number: the question is refused
	default:
		q.Value, q.Tolerance = v, math.Abs(tol)
	}
	if feedback {
		rd.warn(q, "examformat_answer_feedback", nil)
	}
}

// ordering reads what Moodle's ordering question writes: a line of settings after >, then the items in order, one per line.
func (g *giftReader) ordering(s []sym) string {
	g.q.Type = Ordering
	lines := strings.Split(text(literalBreaks(s)), "\n")
	for _, l := range lines[1:] {
		if l = strings.TrimSpace(l); l != "" {
			g.q.Options = append(g.q.Options, Option{Text: g.of(plainSyms(strings.ReplaceAll(l, softBreak, "\n")))})
		}
	}
	return ""
}

// softBreak stands for an escaped line break while lines are cut: a sign that Clean never leaves in a text.
const softBreak = "\x00"

func literalBreaks(s []sym) []sym {
	out := slices.Clone(s)
	for i, c := range out {
		if c.lit && c.r == '\n' {
			out[i].r = rune(softBreak[0])
		}
	}
	return out
}

func plainSyms(s string) []sym {
	var out []sym
	for _, r := range s {
		out = append(out, sym{r: r})
	}
	return out
}
