package bank

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
)

// Limits of a question.
const (
	maxText    = 20000 // letters of one text
	MaxOptions = 20    // answers, pairs, criteria
	MaxLevels  = 8     // levels of a criterion
)

// reCode is what a code may look like: letters and digits of any script, points, dashes.
var reCode = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$`)

// Tidy brings a question into the form in which it is stored: clean texts, no empty language, no empty line at the end, ids by
// position where there are none. What was typed half stays, so that Check can say so.
func Tidy(q *exam.Question) {
	q.Code, q.Objective, q.Topic = strings.TrimSpace(q.Code), strings.TrimSpace(q.Objective), format.Clean(q.Topic)
	b := &q.Body
	for _, t := range b.Texts() {
		cleanText(t)
	}
	b.Options = withIDs(b.Options)
	b.Extra = withIDs(b.Extra)
	for i := range b.Extra { // ids of their own: they must never look like a pair
		b.Extra[i].ID = "x" + strconv.Itoa(i+1)
	}
	b.Pairs = withPairIDs(b.Pairs)
	if q.Type == exam.Likert || q.Type == exam.Ordering {
		for i := range b.Options {
			b.Options[i].Correct = false
		}
	}
	b.Rubric = tidyRubric(b.Rubric)
	tidyAccept(b)
	if b.Picture != nil && len(b.Picture.Alt) == 0 {
		b.Picture.Alt = nil
	}
	b.Stem, b.Feedback, b.Model = orNil(b.Stem), orNil(b.Feedback), orNil(b.Model)
	strip(q)
}

// strip takes away what the type does not have, so that changing the type in the editor leaves nothing behind.
func strip(q *exam.Question) {
	b := &q.Body
	keep := func(ok bool, drop func()) {
		if !ok {
			drop()
		}
	}
	t := q.Type
	keep(t == exam.Single || t == exam.Multiple || t == exam.TrueFalse || t == exam.Ordering || t == exam.Likert, func() { b.Options = nil })
	keep(t == exam.Matching, func() { b.Pairs, b.Extra = nil, nil })
	keep(t == exam.ShortText, func() { b.Accept, b.Forgive = nil, nil })
	keep(t == exam.Numeric, func() { b.Value, b.Tolerance = 0, 0 })
	keep(t == exam.OpenAnswer, func() { b.Rubric, b.Model, b.Double = nil, nil, false })
}

func cleanText(t exam.Text) {
	for l, s := range t {
		if s = format.Clean(s); s == "" {
			delete(t, l)
		} else {
			t[l] = s
		}
	}
}

func orNil(t exam.Text) exam.Text {
	if len(t) == 0 {
		return nil
	}
	return t
}

func withIDs(list []exam.Option) []exam.Option {
	var kept []exam.Option
	used := map[string]bool{}
	for _, o := range list {
		used[o.ID] = true
	}
	for _, o := range list {
		if len(o.Text) == 0 && len(o.Feedback) == 0 && !o.Correct {
			continue
		}
		o.Text, o.Feedback = orNil(o.Text), orNil(o.Feedback)
		if o.ID == "" {
			o.ID = freeID(used)
		}
		kept = append(kept, o)
	}
	return kept
}

func withPairIDs(list []exam.Pair) []exam.Pair {
	var kept []exam.Pair
	used := map[string]bool{}
	for _, p := range list {
		used[p.ID] = true
	}
	for _, p := range list {
		if len(p.Left) == 0 && len(p.Right) == 0 {
			continue
		}
		if p.ID == "" {
			p.ID = freeID(used)
		}
		kept = append(kept, p)
	}
	return kept
}

// freeID gives the first id of a, b, c ... that is not used: an option keeps its id through all versions.
func freeID(used map[string]bool) string {
	for i := 0; ; i++ {
		id := "o" + strconv.Itoa(i+1)
		if i < 26 {
			id = string(rune('a' + i))
		}
		if !used[id] {
			used[id] = true
			return id
		}
	}
}

func tidyRubric(list []exam.Criterion) []exam.Criterion {
	var kept []exam.Criterion
	for _, c := range list {
		var levels []exam.Level
		for _, l := range c.Levels {
			if len(l.Text) > 0 || l.Points != 0 {
				l.Text = orNil(l.Text)
				levels = append(levels, l)
			}
		}
		if c.Levels = levels; len(c.Text) == 0 && len(levels) == 0 {
			continue
		}
		c.ID = "k" + strconv.Itoa(len(kept)+1)
		kept = append(kept, c)
	}
	return kept
}

func tidyAccept(b *exam.Body) {
	for l, list := range b.Accept {
		var kept []string
		for _, s := range list {
			if s = format.Clean(s); s != "" {
				kept = append(kept, s)
			}
		}
		if b.Accept[l] = kept; len(kept) == 0 {
			delete(b.Accept, l)
		}
	}
	if len(b.Accept) == 0 {
		b.Accept = nil
	}
}

// Check says what is wrong with a tidied question, by the names of the editor's inputs.
func Check(q exam.Question) []errs.Field {
	var c checker
	if q.Code != "" && !reCode.MatchString(q.Code) {
		c.add("code", "bank_error_code")
	}
	if !q.Type.Valid() {
		c.add("type", "error_choice")
	}
	if q.Difficulty < 1 || q.Difficulty > 3 {
		c.add("difficulty", "error_choice")
	}
	if len(q.Body.Stem) == 0 {
		c.add("stem_fr", "bank_error_stem")
	}
	for _, t := range q.Body.Texts() {
		for _, s := range t {
			if len([]rune(s)) > maxText {
				c.add("stem_fr", "examformat_text_too_long")
			}
		}
	}
	if p := q.Body.Picture; p != nil && len(p.Alt) == 0 {
		c.add("alt_fr", "bank_error_alt")
	}
	c.answers(q)
	return c.fields
}

type checker struct{ fields []errs.Field }

func (c *checker) add(name, key string) {
	for _, f := range c.fields {
		if f.Name == name {
			return
		}
	}
	c.fields = append(c.fields, errs.Field{Name: name, Key: key})
}

func (c *checker) answers(q exam.Question) {
	b := q.Body
	switch q.Type {
	case exam.Single, exam.Multiple, exam.TrueFalse, exam.Ordering, exam.Likert:
		c.options(q)
	case exam.Matching:
		if len(b.Pairs) < 2 || len(b.Pairs) > MaxOptions {
			c.add("p0_left_fr", "bank_error_pairs")
		}
		for i, p := range b.Pairs {
			if len(p.Left) == 0 || len(p.Right) == 0 {
				c.add("p"+strconv.Itoa(i)+"_left_fr", "bank_error_pair")
			}
		}
	case exam.ShortText:
		if len(b.Accept) == 0 {
			c.add("accept_fr", "bank_error_accept")
		}
	case exam.Numeric:
		if math.IsNaN(b.Value) || math.IsInf(b.Value, 0) {
			c.add("value", "error_number")
		}
		if math.IsNaN(b.Tolerance) || math.IsInf(b.Tolerance, 0) || b.Tolerance < 0 {
			c.add("tolerance", "error_number")
		}
	case exam.OpenAnswer:
		c.rubric(b.Rubric)
	}
}

func (c *checker) options(q exam.Question) {
	right, n := 0, len(q.Body.Options)
	for i, o := range q.Body.Options {
		if len(o.Text) == 0 {
			c.add("o"+strconv.Itoa(i)+"_text_fr", "bank_error_option")
		}
		if o.Correct {
			right++
		}
	}
	switch {
	case q.Type == exam.TrueFalse && n != 2:
		c.add("o0_text_fr", "bank_error_true_false")
	case n < 2 || n > MaxOptions:
		c.add("o0_text_fr", "bank_error_options")
	case (q.Type == exam.Single || q.Type == exam.TrueFalse) && right != 1:
		c.add("key", "bank_error_one_key")
	case q.Type == exam.Multiple && (right == 0 || right == n):
		c.add("key", "bank_error_some_keys") // without a wrong answer, ticking everything would be right
	}
}

func (c *checker) rubric(list []exam.Criterion) {
	for i, k := range list {
		name := "k" + strconv.Itoa(i)
		if len(k.Text) == 0 {
			c.add(name+"_text_fr", "bank_error_criterion")
		}
		if len(k.Levels) < 2 || len(k.Levels) > MaxLevels || k.Most() <= 0 {
			c.add(name+"_l0_points", "bank_error_levels")
		}
	}
	if len(list) > MaxOptions {
		c.add("k0_text_fr", "bank_error_levels")
	}
}

// TrueFalse gives the two options of a true/false question in every language of the catalogues.
func (s *Service) TrueFalse(right bool) []exam.Option {
	words := func(key string) exam.Text {
		t := exam.Text{}
		for _, l := range i18n.Langs() {
			t[l] = s.bundle.For(l).T(key)
		}
		return t
	}
	return []exam.Option{{ID: "a", Correct: right, Text: words("bank_true")}, {ID: "b", Correct: !right, Text: words("bank_false")}}
}
