package bank

import (
	"strconv"
	"strings"

	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	"shelter/internal/i18n"
)

// Piece is a run of words that stayed, came or went.
type Piece struct {
	Text string
	Kind byte // ' ' stayed, '+' came, '-' went
}

// Change is one field of a question that differs between two versions.
type Change struct {
	Label  string
	Lang   i18n.Lang // empty where the field has no language
	Pieces []Piece
}

// changes lists what differs from the version before; of the first version, nothing.
func changes(l *i18n.Localizer, before, after exam.Question) []Change {
	a, b := fields(l, before), fields(l, after)
	var list []Change
	old := map[string]string{}
	for _, f := range a {
		old[f.key()] = f.text
	}
	seen := map[string]bool{}
	for _, f := range b {
		seen[f.key()] = true
		if was := old[f.key()]; was != f.text {
			list = append(list, Change{Label: f.label, Lang: f.lang, Pieces: words(was, f.text)})
		}
	}
	for _, f := range a {
		if !seen[f.key()] && f.text != "" {
			list = append(list, Change{Label: f.label, Lang: f.lang, Pieces: words(f.text, "")})
		}
	}
	return list
}

type field struct {
	label string
	lang  i18n.Lang
	text  string
}

func (f field) key() string { return f.label + "/" + string(f.lang) }

// fields lists everything that a question says, each with its label.
func fields(l *i18n.Localizer, q exam.Question) []field {
	b := q.Body
	var list []field
	one := func(label, text string) { list = append(list, field{label: label, text: text}) }
	three := func(label string, t exam.Text) {
		for _, lang := range i18n.Langs() {
			list = append(list, field{label: label, lang: lang, text: t[lang]})
		}
	}
	one(l.T("bank_col_objective"), q.Objective)
	one(l.T("bank_col_topic"), q.Topic)
	one(l.T("bank_col_difficulty"), l.T("bank_difficulty_"+strconv.Itoa(q.Difficulty)))
	one(l.T("bank_col_bloom"), l.T("bank_bloom_"+q.Bloom))
	if b.Vignette != nil {
		three(l.T("bank_vignette"), b.Vignette.Text)
	}
	three(l.T("bank_stem"), b.Stem)
	for _, o := range b.Options {
		name := l.T("bank_answer", "letter", strings.ToUpper(o.ID))
		right := ""
		if o.Correct {
			right = l.T("bank_right")
		}
		one(name+" · "+l.T("bank_right"), right)
		three(name, o.Text)
		three(name+" · "+l.T("bank_option_feedback"), o.Feedback)
	}
	list = append(list, otherFields(l, q)...)
	three(l.T("bank_feedback"), b.Feedback)
	return list
}

func otherFields(l *i18n.Localizer, q exam.Question) []field {
	b := q.Body
	var list []field
	three := func(label string, t exam.Text) {
		for _, lang := range i18n.Langs() {
			list = append(list, field{label: label, lang: lang, text: t[lang]})
		}
	}
	for i, p := range b.Pairs {
		three(l.T("bank_pair", "n", strconv.Itoa(i+1))+" · "+l.T("bank_left"), p.Left)
		three(l.T("bank_pair", "n", strconv.Itoa(i+1))+" · "+l.T("bank_pair_right"), p.Right)
	}
	for i, o := range b.Extra {
		three(l.T("bank_extra_one")+" "+strconv.Itoa(i+1), o.Text)
	}
	for _, lang := range i18n.Langs() {
		list = append(list, field{label: l.T("bank_accept"), lang: lang, text: strings.Join(b.Accept[lang], "\n")})
	}
	switch q.Type {
	case exam.Numeric:
		list = append(list, field{label: l.T("bank_value"), text: points(b.Value)}, field{label: l.T("bank_tolerance"), text: points(b.Tolerance)})
	case exam.ShortText:
		list = append(list, field{label: l.T("bank_forgive"), text: strings.Join(b.Tolerant().Names(), " ")})
	default:
	}
	three(l.T("bank_model"), b.Model)
	for i, c := range b.Rubric {
		name := l.T("bank_criterion_n", "n", strconv.Itoa(i+1))
		three(name, c.Text)
		for j, lv := range c.Levels {
			three(name+" · "+l.T("bank_level")+" "+strconv.Itoa(j+1), lv.Text)
			list = append(list, field{label: name + " · " + l.T("bank_points") + " " + strconv.Itoa(j+1), text: levelPoints(lv)})
		}
	}
	if b.Picture != nil {
		list = append(list, field{label: l.T("bank_picture"), text: b.Picture.ID.String()})
		three(l.T("bank_alt"), b.Picture.Alt)
	}
	return list
}

// maxDiff is from how many words on two texts are shown whole instead of word by word.
const maxDiff = 600

// words compares two texts word by word, by their longest common subsequence.
func words(a, b string) []Piece {
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) > maxDiff || len(y) > maxDiff {
		return []Piece{{a, '-'}, {b, '+'}}
	}
	lcs := make([][]int, len(x)+1)
	for i := range lcs {
		lcs[i] = make([]int, len(y)+1)
	}
	for i := len(x) - 1; i >= 0; i-- {
		for j := len(y) - 1; j >= 0; j-- {
			if x[i] == y[j] {
				lcs[i][j] = lcs[i+1][j+1] + 1
			} else {
				lcs[i][j] = max(lcs[i+1][j], lcs[i][j+1])
			}
		}
	}
	var out []Piece
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && j < len(y) && x[i] == y[j]:
			out = push(out, x[i], ' ')
			i, j = i+1, j+1
		case j == len(y) || i < len(x) && lcs[i+1][j] >= lcs[i][j+1]:
			out = push(out, x[i], '-')
			i++
		default:
			out = push(out, y[j], '+')
			j++
		}
	}
	return out
}

func push(list []Piece, word string, kind byte) []Piece {
	if n := len(list); n > 0 && list[n-1].Kind == kind {
		list[n-1].Text += " " + word
		return list
	}
	return append(list, Piece{word, kind})
}

// before gives the version before the i-th of the list, which is newest first.
func before(list []bank.Past, i int) (exam.Question, bool) {
	if i+1 < len(list) {
		return list[i+1].Question, true
	}
	return exam.Question{}, false
}
