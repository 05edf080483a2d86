package bank

import (
	"strings"
	"unicode"

	"shelter/internal/exam"
	"shelter/internal/exam/format"
	"shelter/internal/i18n"
)

// Lost says what of a question no format of another system can hold.
type Lost struct {
	Code string
	Key  string // of the catalogue
}

// ToFormat gives a question as the formats of other systems know it, with what is lost on the way.
func ToFormat(q exam.Question) (format.Question, []Lost) {
	b := q.Body
	out := format.Question{Code: q.Code, Type: format.Type(q.Type), Stem: format.Text(b.Stem), Value: b.Value, Tolerance: b.Tolerance,
		Feedback: format.Text(b.Feedback), Category: q.Course, Objective: q.Objective, Bloom: q.Bloom, Difficulty: q.Difficulty}
	if q.Topic != "" {
		out.Tags = []string{"topic:" + q.Topic}
	}
	for _, o := range b.Options {
		f := format.Option{ID: o.ID, Correct: o.Correct, Text: format.Text(o.Text), Feedback: format.Text(o.Feedback)}
		if q.Type == exam.TrueFalse { // the words are each system's own
			f.Text = nil
		}
		out.Options = append(out.Options, f)
	}
	if q.Type == exam.TrueFalse && falseFirst(b.Options) {
		out.Options[0], out.Options[1] = out.Options[1], out.Options[0]
	}
	for _, p := range b.Pairs {
		out.Pairs = append(out.Pairs, format.Pair{Left: format.Text(p.Left), Right: format.Text(p.Right)})
	}
	for _, o := range b.Extra {
		out.Extra = append(out.Extra, format.Text(o.Text))
	}
	for _, l := range i18n.Langs() {
		for _, s := range b.Accept[l] {
			if !contains(out.Accept, s) {
				out.Accept = append(out.Accept, s)
			}
		}
	}
	if q.Type == exam.OpenAnswer {
		out.Rubric = format.Text(b.Model)
	}
	return out, lostBy(q)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// falseFirst tells whether the option that says "false" stands first, as in some older questions.
func falseFirst(options []exam.Option) bool {
	return len(options) == 2 && strings.EqualFold(options[0].Text[i18n.FR], "faux")
}

func lostBy(q exam.Question) []Lost {
	var lost []Lost
	add := func(is bool, key string) {
		if is {
			lost = append(lost, Lost{Code: q.Code, Key: key})
		}
	}
	add(q.Body.Vignette != nil, "bank_lost_vignette")
	add(q.Body.Picture != nil, "bank_lost_picture")
	add(len(q.Body.Rubric) > 0, "bank_lost_rubric")
	add(q.Body.Forgive != nil, "bank_lost_forgive")
	return lost
}

// FromFormat gives a question of a file as the bank knows it. What a file does not say is set to the middle: difficulty 2,
// understanding.
func (s *Service) FromFormat(f format.Question) exam.Question {
	q := exam.Question{Code: bankCode(f.Code), Objective: f.Objective, Type: exam.Type(f.Type), Difficulty: f.Difficulty, Bloom: f.Bloom}
	if q.Difficulty == 0 {
		q.Difficulty = 2
	}
	if !contains(exam.Blooms(), q.Bloom) {
		q.Bloom = "understand"
	}
	for _, t := range f.Tags {
		if topic, ok := strings.CutPrefix(t, "topic:"); ok {
			q.Topic = topic
		}
	}
	place(&q, f.Category)
	b := &q.Body
	b.Stem, b.Feedback, b.Value, b.Tolerance = exam.Text(f.Stem), exam.Text(f.Feedback), f.Value, f.Tolerance
	s.options(&q, f)
	for _, p := range f.Pairs {
		b.Pairs = append(b.Pairs, exam.Pair{Left: exam.Text(p.Left), Right: exam.Text(p.Right)})
	}
	for _, t := range f.Extra {
		b.Extra = append(b.Extra, exam.Option{Text: exam.Text(t)})
	}
	if len(f.Accept) > 0 {
		b.Accept = acceptByLang(f)
	}
	if q.Type == exam.OpenAnswer {
		b.Model = exam.Text(f.Rubric)
	}
	Tidy(&q)
	return q
}

// place reads a category: one word is a course's code; of a path, as other systems have them, the last part is the topic.
func place(q *exam.Question, category string) {
	if !strings.ContainsAny(category, "/$ ") {
		q.Course = category
		return
	}
	if q.Topic == "" {
		q.Topic = format.Clean(category[strings.LastIndex(category, "/")+1:])
	}
}

// otherTags counts the tags that the bank has no field for.
func otherTags(tags []string) int {
	n := 0
	for _, t := range tags {
		if !strings.HasPrefix(t, "topic:") {
			n++
		}
	}
	return n
}

func (s *Service) options(q *exam.Question, f format.Question) {
	if q.Type == exam.TrueFalse && len(f.Options) == 2 {
		q.Body.Options = s.TrueFalse(f.Options[0].Correct)
		for i := range f.Options {
			q.Body.Options[i].Feedback = exam.Text(f.Options[i].Feedback)
		}
		return
	}
	for _, o := range f.Options {
		q.Body.Options = append(q.Body.Options, exam.Option{Correct: o.Correct, Text: exam.Text(o.Text), Feedback: exam.Text(o.Feedback)})
	}
}

// bankCode keeps another system's name for a question when it is a code.
func bankCode(s string) string {
	if reCode.MatchString(s) {
		return s
	}
	return ""
}

// acceptByLang sorts accepted answers by their letters: the formats keep one list for all languages.
func acceptByLang(f format.Question) map[i18n.Lang][]string {
	base := i18n.FR
	for _, l := range []i18n.Lang{i18n.FR, i18n.EN} {
		if f.Stem[l] != "" {
			base = l
			break
		}
	}
	m := map[i18n.Lang][]string{}
	for _, s := range f.Accept {
		l := base
		if strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r) }) >= 0 {
			l = i18n.AR
		}
		m[l] = append(m[l], s)
	}
	return m
}
