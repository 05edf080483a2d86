package format

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shelter/internal/i18n"
)

// drawText draws a clean text of letters that mean something to one of the formats.
func drawText(t *rapid.T, what string, lines bool) string {
	alphabet := []rune(`ab éÀ،؟مرحبا~=#{}:\%[]<>&"'.-/ 0١$_|*;!`)
	if lines {
		alphabet = append(alphabet, '\n', '\n', '\u00a0')
	}
	pieces := []string{"->", "[html]", "[plain]", "%50%", "####", "::", "//", "&amp;", "<b>", "{mlang ar}", "TRUE", "ANSWER: A", "]]>", "..",
		"<script>alert(1)</script>", `\n`, "A. ", "é"}
	s := rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(1, 6).Draw(t, "pieces") {
			if rapid.IntRange(0, 3).Draw(t, "kind") == 0 {
				b.WriteString(rapid.SampledFrom(pieces).Draw(t, "piece"))
			} else {
				b.WriteString(rapid.StringOfN(rapid.SampledFrom(alphabet), 1, 8, -1).Draw(t, "letters"))
			}
		}
		return b.String()
	}).Filter(func(s string) bool { return Clean(s) != "" }).Draw(t, what)
	return Clean(s)
}

// drawWords draws a text that holds nothing but words.
func drawWords(t *rapid.T, what string) string {
	return rapid.StringMatching(`[a-zé]{1,6}( [a-zé0-9]{1,5}){0,2}`).Draw(t, what)
}

func drawLangText(t *rapid.T, what string) Text {
	langs := rapid.SampledFrom([][]i18n.Lang{{i18n.FR}, {i18n.FR}, {i18n.AR}, {i18n.EN}, {i18n.FR, i18n.AR}, {i18n.FR, i18n.AR, i18n.EN}}).
		Draw(t, what+" languages")
	out := Text{}
	for _, l := range langs {
		out[l] = drawText(t, what, true)
	}
	return out
}

func maybe(t *rapid.T, what string) Text {
	if rapid.Bool().Draw(t, what+"?") {
		return drawLangText(t, what)
	}
	return nil
}

func drawOptions(t *rapid.T, feedback bool) []Option {
	n := rapid.IntRange(2, 6).Draw(t, "options")
	out := make([]Option, n)
	for i := range out {
		out[i] = Option{ID: optionID(i), Text: drawLangText(t, "option")}
		if feedback {
			out[i].Feedback = maybe(t, "option feedback")
		}
	}
	return out
}

func drawFloat(t *rapid.T, what string) float64 {
	f := rapid.Float64Range(-1e6, 1e6).Draw(t, what)
	return math.Round(f*1e6) / 1e6
}

// drawQuestion draws a question of one of the types, with everything that the question bank knows.
func drawQuestion(t *rapid.T, types ...Type) Question {
	q := Question{Type: rapid.SampledFrom(types).Draw(t, "type"), Stem: drawLangText(t, "stem"), Feedback: maybe(t, "feedback")}
	if rapid.Bool().Draw(t, "coded") {
		q.Code = rapid.SampledFrom([]string{"D-001", "x", "Q 7", "أ-1", "a]b", "[z", "[tag:z"}).Draw(t, "code")
		q.Objective, q.Bloom = "D1", "apply"
		q.Difficulty = rapid.IntRange(1, 3).Draw(t, "difficulty")
		q.Category = rapid.SampledFrom([]string{"", "top/أ", "$course$/a=b"}).Draw(t, "category")
		q.Tags = rapid.SampledFrom([][]string{nil, {"pilote"}, {"a]b", "x y"}}).Draw(t, "tags")
	}
	switch q.Type {
	case Single, Multiple, Likert:
		q.Options = drawOptions(t, true)
		drawKey(t, &q)
	case TrueFalse:
		right := rapid.Bool().Draw(t, "true")
		q.Options = []Option{{ID: "a", Correct: right, Feedback: maybe(t, "fa")}, {ID: "b", Correct: !right, Feedback: maybe(t, "fb")}}
	case Ordering:
		q.Options = drawOptions(t, false)
	case Matching:
		for range rapid.IntRange(2, 5).Draw(t, "pairs") {
			q.Pairs = append(q.Pairs, Pair{drawLangText(t, "left"), drawLangText(t, "right")})
		}
		if rapid.Bool().Draw(t, "extra?") {
			q.Extra = []Text{drawLangText(t, "extra")}
		}
	case ShortText:
		for range rapid.IntRange(1, 3).Draw(t, "accepted") {
			q.Accept = append(q.Accept, strings.ReplaceAll(drawText(t, "accept", false), "*", "x"))
		}
	case Numeric:
		q.Value, q.Tolerance = drawFloat(t, "value"), math.Abs(drawFloat(t, "tolerance"))
	case Open:
		q.Rubric = maybe(t, "rubric")
	}
	return q
}

func drawKey(t *rapid.T, q *Question) {
	switch q.Type {
	case Single:
		q.Options[rapid.IntRange(0, len(q.Options)-1).Draw(t, "key")].Correct = true
	case Multiple:
		q.Options[rapid.IntRange(0, len(q.Options)-1).Draw(t, "key")].Correct = true
		for i := range q.Options {
			if rapid.Bool().Draw(t, "right") {
				q.Options[i].Correct = true
			}
		}
	}
}

// again writes questions and reads them back. Lines are forgotten: they say nothing about a question.
func again(t interface{ Fatalf(string, ...any) }, f Format, qs []Question, o Options) ([]Question, []Problem, Result) {
	var b bytes.Buffer
	problems, err := Write(f, &b, qs, o)
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	res, err := Parse(f, bytes.NewReader(b.Bytes()), o)
	if err != nil {
		t.Fatalf("read back: %v\n%s", err, b.String())
	}
	for i := range res.Questions {
		res.Questions[i].Line = 0
	}
	return res.Questions, problems, res
}

// roundTrip fails unless what is written reads back equal, with no problem on either way.
func roundTrip(t *rapid.T, f Format, qs []Question, o Options) {
	got, problems, res := again(t, f, qs, o)
	if len(problems) > 0 || len(res.Skipped) > 0 || len(res.Warnings) > 0 {
		t.Fatalf("problems %v, skipped %v, warnings %v\n%#v", problems, res.Skipped, res.Warnings, qs)
	}
	if len(got) != len(qs) {
		t.Fatalf("%d questions came back, not %d", len(got), len(qs))
	}
	for i := range qs {
		if !reflect.DeepEqual(got[i], qs[i]) {
			var b bytes.Buffer
			_, _ = Write(f, &b, qs[i:i+1], o)
			t.Fatalf("question %d\n got %#v\nwant %#v\n%s", i, got[i], qs[i], b.String())
		}
	}
}

func drawAll(t *rapid.T, types ...Type) []Question {
	var qs []Question
	for range rapid.IntRange(1, 4).Draw(t, "questions") {
		qs = append(qs, drawQuestion(t, types...))
	}
	return qs
}

func drawOpts(t *rapid.T) Options {
	return Options{Lang: rapid.SampledFrom([]i18n.Lang{"", i18n.FR, i18n.AR, i18n.EN}).Draw(t, "lang"), QTI3: rapid.Bool().Draw(t, "qti 3")}
}

func TestGIFTRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		qs := drawAll(t, Single, Multiple, TrueFalse, Matching, Ordering, ShortText, Numeric, Open, Likert)
		for i := range qs {
			qs[i].Rubric = nil // GIFT has no place for it; Write says so
			for j, a := range qs[i].Accept {
				qs[i].Accept[j] = strings.ReplaceAll(a, ">", "-")
			}
			for j, p := range qs[i].Pairs { // nor for an arrow in the left side of a pair
				for l, s := range p.Left {
					qs[i].Pairs[j].Left[l] = strings.ReplaceAll(s, ">", "-")
				}
			}
		}
		roundTrip(t, GIFT, qs, drawOpts(t))
	})
}

func TestMoodleRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		roundTrip(t, MoodleXML, drawAll(t, Single, Multiple, TrueFalse, Matching, Ordering, ShortText, Numeric, Open, Likert), drawOpts(t))
	})
}

func TestQTIRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		roundTrip(t, QTI, drawAll(t, Single, Multiple, TrueFalse, Likert), drawOpts(t))
	})
}

func TestAikenRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var qs []Question
		for range rapid.IntRange(1, 4).Draw(t, "questions") {
			q := Question{Type: Single, Stem: Text{i18n.FR: drawWords(t, "stem")}}
			for i := range rapid.IntRange(2, 26).Draw(t, "options") {
				q.Options = append(q.Options, Option{ID: optionID(i), Text: Text{i18n.FR: cleanLine(drawText(t, "option", false))}})
			}
			drawKey(t, &q)
			qs = append(qs, q)
		}
		roundTrip(t, Aiken, qs, Options{})
	})
}

// Whatever a question holds, writing it either keeps it all or says what it does not.
func TestLossIsSaid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(Formats()).Draw(t, "format")
		q := drawQuestion(t, Single, Multiple, TrueFalse, Matching, Ordering, ShortText, Numeric, Open, Likert)
		var b bytes.Buffer
		problems, err := Write(f, &b, []Question{q}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		res, err := Parse(f, bytes.NewReader(b.Bytes()), Options{})
		same := err == nil && len(res.Questions) == 1
		if same {
			res.Questions[0].Line = 0
			same = reflect.DeepEqual(res.Questions[0], q)
		}
		if !same && len(problems) == 0 {
			t.Fatalf("%s changed %#v into %#v without a word\n%s", f, q, res, b.String())
		}
	})
}

// Writing leaves the questions as they were given.
func TestWriteChangesNothing(t *testing.T) {
	t.Parallel()
	q := Question{Type: Likert, Stem: Text{i18n.FR: " a  b ", i18n.EN: ""}, Options: []Option{{Correct: true, Text: Text{i18n.FR: "x "}},
		{Text: Text{i18n.FR: "y"}}}, Tags: []string{" t "}}
	before := q.clone()
	for _, f := range Formats() {
		if _, err := Write(f, &bytes.Buffer{}, []Question{q}, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	if !reflect.DeepEqual(q, before) {
		t.Errorf("%#v", q)
	}
}

func TestCleanSettles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		once := Clean(s)
		if Clean(once) != once {
			t.Fatalf("%q, then %q", once, Clean(once))
		}
	})
}

func TestEveryProblemHasAKey(t *testing.T) {
	t.Parallel()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	keys := b.Keys(i18n.FR)
	for _, k := range sourceKeys(t) {
		if !keys[k] {
			t.Errorf("no sentence for %s", k)
		}
	}
	for k := range keys {
		if strings.HasPrefix(k, "examformat_") && !slices.Contains(sourceKeys(t), k) {
			t.Errorf("%s is not used", k)
		}
	}
}
