package format

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// tidy numbers the options and drops what is empty.
func (q *Question) tidy() {
	for i := range q.Options {
		q.Options[i].ID = optionID(i)
		q.Options[i].Correct = q.Options[i].Correct && q.Type != Likert
		q.Options[i].Text, q.Options[i].Feedback = q.Options[i].Text.tidy(), q.Options[i].Feedback.tidy()
	}
	for i := range q.Pairs {
		q.Pairs[i].Left, q.Pairs[i].Right = q.Pairs[i].Left.tidy(), q.Pairs[i].Right.tidy()
	}
	for i := range q.Extra {
		q.Extra[i] = q.Extra[i].tidy()
	}
	for i := range q.Accept {
		q.Accept[i] = cleanLine(q.Accept[i])
	}
	q.Stem, q.Feedback, q.Rubric = q.Stem.tidy(), q.Feedback.tidy(), q.Rubric.tidy()
	q.Code, q.Category = cleanName(q.Code), cleanLine(q.Category)
	q.Objective, q.Bloom = cleanName(q.Objective), cleanName(q.Bloom)
	for i := range q.Tags {
		q.Tags[i] = cleanName(q.Tags[i])
	}
	q.Tags = slices.DeleteFunc(q.Tags, func(s string) bool { return s == "" })
}

// cleanName is cleanLine for a code or a tag; the backslash, which GIFT cannot keep at its end, becomes a slash.
func cleanName(s string) string { return strings.ReplaceAll(cleanLine(s), `\`, "/") }

// clone copies a question, texts included.
func (q Question) clone() Question {
	q.Options, q.Pairs, q.Extra = slices.Clone(q.Options), slices.Clone(q.Pairs), slices.Clone(q.Extra)
	q.Accept, q.Tags = slices.Clone(q.Accept), slices.Clone(q.Tags)
	for i, o := range q.Options {
		q.Options[i].Text, q.Options[i].Feedback = maps.Clone(o.Text), maps.Clone(o.Feedback)
	}
	for i, p := range q.Pairs {
		q.Pairs[i] = Pair{Left: maps.Clone(p.Left), Right: maps.Clone(p.Right)}
	}
	for i, e := range q.Extra {
		q.Extra[i] = maps.Clone(e)
	}
	q.Stem, q.Feedback, q.Rubric = maps.Clone(q.Stem), maps.Clone(q.Feedback), maps.Clone(q.Rubric)
	return q
}

func optionID(i int) string {
	if i < 26 {
		return string(rune('a' + i))
	}
	return "o" + strconv.Itoa(i+1)
}

func (t Text) tidy() Text {
	for l, s := range t {
		if s = Clean(s); s == "" {
			delete(t, l)
		} else {
			t[l] = s
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// check gives the key of what a question lacks, "" for a whole one.
func (q *Question) check() string {
	for _, t := range q.texts() {
		for _, s := range t {
			if len(s) > maxText && len([]rune(s)) > maxText {
				return "examformat_text_too_long"
			}
		}
	}
	if len(q.Stem) == 0 {
		return "examformat_no_stem"
	}
	switch q.Type {
	case Single, Multiple, Likert, Ordering:
		return q.checkOptions()
	case TrueFalse:
		if len(q.Options) != 2 || q.Options[0].Correct == q.Options[1].Correct {
			return "examformat_key"
		}
	case Matching:
		return q.checkPairs()
	case ShortText:
		if len(q.Accept) == 0 || slices.Contains(q.Accept, "") {
			return "examformat_no_answer"
		}
	case Numeric:
		if !finite(q.Value) || !finite(q.Tolerance) || q.Tolerance < 0 {
			return "examformat_number"
		}
	case Open:
	default:
		return "examformat_type"
	}
	return ""
}

func (q *Question) checkOptions() string {
	right := 0
	for _, o := range q.Options {
		if len(o.Text) == 0 {
			return "examformat_empty_option"
		}
		if o.Correct {
			right++
		}
	}
	switch n := len(q.Options); {
	case n < 2 || n > maxOptions:
		return "examformat_options"
	case q.Type == Single && right > 1:
		return "examformat_two_right"
	case (q.Type == Single || q.Type == Multiple) && right == 0:
		return "examformat_key"
	}
	return ""
}

func (q *Question) checkPairs() string {
	if len(q.Pairs) < 2 || len(q.Pairs) > maxOptions {
		return "examformat_pairs"
	}
	for _, p := range q.Pairs {
		if len(p.Left) == 0 || len(p.Right) == 0 {
			return "examformat_pairs"
		}
	}
	return ""
}

// texts lists every text of a question.
func (q *Question) texts() []Text {
	list := []Text{q.Stem, q.Feedback, q.Rubric}
	for _, o := range q.Options {
		list = append(list, o.Text, o.Feedback)
	}
	for _, p := range q.Pairs {
		list = append(list, p.Left, p.Right)
	}
	return append(list, q.Extra...)
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// tagsOf writes what the formats have no field for as tags; takeTags reads them back.
func (q *Question) tagsOf() []string {
	var tags []string
	add := func(name, value string) {
		if value != "" {
			tags = append(tags, name+":"+value)
		}
	}
	add("objective", q.Objective)
	add("bloom", q.Bloom)
	if q.Difficulty != 0 {
		add("difficulty", strconv.Itoa(q.Difficulty))
	}
	if q.Type == Likert {
		add("type", string(Likert))
	}
	return append(tags, q.Tags...)
}

func (q *Question) takeTags(tags []string) {
	for _, t := range tags {
		name, value, _ := strings.Cut(cleanLine(t), ":")
		switch n, err := strconv.Atoi(value); {
		case name == "objective" && value != "":
			q.Objective = cleanLine(value)
		case name == "bloom" && value != "":
			q.Bloom = cleanLine(value)
		case name == "difficulty" && err == nil && n >= 1 && n <= 3:
			q.Difficulty = n
		case t == "type:likert" && (q.Type == Single || q.Type == Multiple):
			q.Type = Likert
		case cleanLine(t) != "":
			q.Tags = append(q.Tags, cleanLine(t))
		}
	}
}

// codeLike tells whether another system's name for a question can serve as its code: one short word.
func codeLike(s string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == ""
}

// nameOf is the name written for a question: its code, or a number that no reader takes for a code.
func (q *Question) nameOf(i int) string {
	if q.Code != "" {
		return q.Code
	}
	return "Question " + strconv.Itoa(i+1)
}

// formatNumber writes a number so that it reads back the same.
func formatNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
