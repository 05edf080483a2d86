package format

import (
	"bytes"
	"strings"
	"testing"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

func sentence(t *testing.T, b *i18n.Bundle, key string, args errs.Args) {
	t.Helper()
	for _, l := range i18n.Langs() {
		if s := b.For(l).Map(key, args); s == "" || strings.Contains(s, "no value") || strings.Contains(s, "⟦") {
			t.Errorf("%s in %s: %q", key, l, s)
		}
	}
}

// What is reported is a whole sentence in each language, with everything that it needs.
func TestProblemsAreSentences(t *testing.T) {
	t.Parallel()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		f  Format
		in string
	}{
		{MoodleXML, moodleSample}, {MoodleXML, "<a/>"}, {MoodleXML, "<!DOCTYPE a>"}, {MoodleXML, "<a"}, {QTI, "<a/>"}, {QTI, "PK\x03\x04"},
		{QTI, `<assessmentItem/>`}, {GIFT, "a{=b*#c =%50%d ~}\n\nb{=c ~%10%d}\n\nc{=x*#y =%50%z}\n\nd{=a->b#x =c->d}\n\ne\n\nf{\n\ng{#x}\n\n::h{T}"},
		{Aiken, "a\nA. b\nB. c\nANSWER: Z\nd\nA. e\nC. f\nANSWER: A\ng"}, {GIFT, ""}, {"x", "y"},
	} {
		res, err := Parse(c.f, strings.NewReader(c.in), Options{})
		if err != nil {
			sentence(t, b, errs.As(err).Key, errs.As(err).Args)
		}
		for _, p := range append(res.Skipped, res.Warnings...) {
			sentence(t, b, p.Key, p.Args)
		}
	}
	odd := []Question{
		{Type: Open, Stem: fr("a"), Rubric: fr("b")}, {Type: ShortText, Stem: fr("a"), Accept: []string{"a->b"}}, {Type: "x", Stem: fr("a")},
		{Code: "A", Type: Single, Stem: Text{i18n.FR: "ANSWER: a", i18n.AR: "ب"}, Options: []Option{{Text: fr("a"), Correct: true}, {Text: fr("b")}}},
		{Code: "A", Type: Single, Stem: fr("a\nb"), Options: []Option{{Text: fr("a"), Correct: true, Feedback: fr("x")}, {Text: Text{i18n.AR: "ب"}}}},
		{Code: "A", Type: Single, Stem: Text{i18n.FR: "a\nb", i18n.EN: "c"}, Options: []Option{{Text: fr("a"), Correct: true, Feedback: fr("x")}, {Text: fr("b")}}},
	}
	seen := map[string]bool{}
	for _, f := range Formats() {
		problems, err := Write(f, &bytes.Buffer{}, odd, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			seen[p.Key] = true
			sentence(t, b, p.Key, p.Args)
		}
	}
	for _, k := range []string{"examformat_rubric_lost", "examformat_gift_arrow", "examformat_type", "examformat_aiken_stem", "examformat_aiken_language",
		"examformat_aiken_type", "examformat_qti_type", "examformat_languages_lost", "examformat_feedback_lost", "examformat_lines_lost",
		"examformat_details_lost"} {
		if !seen[k] {
			t.Errorf("%s was not reported", k)
		}
	}
}
