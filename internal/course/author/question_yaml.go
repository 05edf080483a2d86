package author

import (
	"fmt"
	"strconv"
	"strings"

	"shelter/internal/course"
	"shelter/internal/i18n"
)

// yamlQuestion writes a question as an item of its file's list.
func yamlQuestion(q *course.Question) string {
	var b strings.Builder
	fmt.Fprintf(&b, "- code: %s\n  type: %s\n  objective: %s\n  difficulty: %d\n  bloom: %s\n  stem:%s", q.Code, q.Type, quote(q.Objective), q.Difficulty, quote(q.Bloom), yamlText(plain(q.Stem), "    "))
	switch q.Type {
	case course.Matching:
		yamlPairs(&b, q.Pairs)
	case course.ShortText:
		yamlAccept(&b, q.Accept)
	case course.Numeric:
		yamlValue(&b, q)
	case course.Single, course.Multiple, course.TrueFalse, course.Ordering:
		yamlOptions(&b, q.Options)
	}
	if t := plain(q.Feedback); len(t) > 0 {
		b.WriteString("\n  feedback:" + yamlText(t, "    "))
	}
	return b.String() + "\n"
}

func yamlOptions(b *strings.Builder, options []course.Option) {
	b.WriteString("\n  options:")
	if len(options) == 0 {
		b.WriteString(" []")
	}
	for _, o := range options {
		b.WriteString("\n    - id: " + o.ID)
		if o.Correct {
			b.WriteString("\n      correct: " + strconv.FormatBool(true))
		}
		b.WriteString("\n      text:" + yamlText(plain(o.Text), "        "))
		if t := plain(o.Feedback); len(t) > 0 {
			b.WriteString("\n      feedback:" + yamlText(t, "        "))
		}
	}
}

func yamlPairs(b *strings.Builder, pairs []course.Pair) {
	b.WriteString("\n  pairs:")
	if len(pairs) == 0 {
		b.WriteString(" []")
	}
	for _, p := range pairs {
		b.WriteString("\n    - id: " + p.ID + "\n      left:" + yamlText(plain(p.Left), "        ") + "\n      right:" + yamlText(plain(p.Right), "        "))
	}
}

func yamlAccept(b *strings.Builder, accept map[i18n.Lang][]string) {
	b.WriteString("\n  accept:")
	begun := false
	for _, l := range i18n.Langs() {
		if len(accept[l]) == 0 {
			continue
		}
		words := make([]string, len(accept[l]))
		for i, s := range accept[l] {
			words[i] = quote(s)
		}
		b.WriteString("\n    " + string(l) + ": [" + strings.Join(words, ", ") + "]")
		begun = true
	}
	if !begun {
		b.WriteString(" {}")
	}
}

func yamlValue(b *strings.Builder, q *course.Question) {
	if q.Value != nil {
		b.WriteString("\n  value: " + decimal(*q.Value))
	}
	b.WriteString("\n  tolerance: " + decimal(q.Tolerance))
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
