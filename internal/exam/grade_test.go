package exam_test

import (
	"testing"

	"pgregory.net/rapid"

	"shelter/internal/exam"
	"shelter/internal/i18n"
)

func options(correct ...bool) []exam.Option {
	list := make([]exam.Option, len(correct))
	for i, c := range correct {
		list[i] = exam.Option{ID: string(rune('a' + i)), Correct: c}
	}
	return list
}

func TestGrade(t *testing.T) {
	t.Parallel()
	single := exam.Question{Type: exam.Single, Body: exam.Body{Options: options(false, true)}}
	multiple := exam.Question{Type: exam.Multiple, Body: exam.Body{Options: options(true, true, false, false)}}
	matching := exam.Question{Type: exam.Matching, Body: exam.Body{Pairs: []exam.Pair{{ID: "1"}, {ID: "2"}}}}
	ordering := exam.Question{Type: exam.Ordering, Body: exam.Body{Options: options(false, false, false)}}
	numeric := exam.Question{Type: exam.Numeric, Body: exam.Body{Value: 12.5, Tolerance: 0.1}}
	short := exam.Question{Type: exam.ShortText, Body: exam.Body{Accept: map[i18n.Lang][]string{i18n.FR: {"Égalité"}, i18n.AR: {"الإحالة"}}}}
	for name, c := range map[string]struct {
		q    exam.Question
		r    exam.Response
		want float64
	}{
		"right":                     {single, exam.Response{Choice: []string{"b"}}, 1},
		"wrong":                     {single, exam.Response{Choice: []string{"a"}}, 0},
		"two where one is asked":    {single, exam.Response{Choice: []string{"a", "b"}}, 0},
		"nothing":                   {single, exam.Response{}, 0},
		"both right ones":           {multiple, exam.Response{Choice: []string{"a", "b"}}, 1},
		"one right one":             {multiple, exam.Response{Choice: []string{"a"}}, 0.5},
		"one right, one wrong":      {multiple, exam.Response{Choice: []string{"a", "c"}}, 0},
		"all right, one wrong":      {multiple, exam.Response{Choice: []string{"a", "b", "c"}}, 0.5},
		"everything ticked":         {multiple, exam.Response{Choice: []string{"a", "b", "c", "d"}}, 0},
		"one pair of two":           {matching, exam.Response{Match: map[string]string{"1": "1"}}, 0.5},
		"one side for both":         {matching, exam.Response{Match: map[string]string{"1": "2", "2": "2"}}, 0},
		"in order":                  {ordering, exam.Response{Choice: []string{"a", "b", "c"}}, 1},
		"two swapped":               {ordering, exam.Response{Choice: []string{"b", "a", "c"}}, 1.0 / 3},
		"too few places":            {ordering, exam.Response{Choice: []string{"a", "b"}}, 0},
		"decimal comma":             {numeric, exam.Response{Text: "12,55"}, 1},
		"Arabic digits":             {numeric, exam.Response{Text: "١٢٫٥"}, 1},
		"outside the tolerance":     {numeric, exam.Response{Text: "12.7"}, 0},
		"no number":                 {numeric, exam.Response{Text: "douze"}, 0},
		"accents and case":          {short, exam.Response{Text: "egalite"}, 1},
		"hamza":                     {short, exam.Response{Text: "الاحالة"}, 1},
		"another word":              {short, exam.Response{Text: "équité"}, 0},
		"a type without marking":    {exam.Question{Type: "likert"}, exam.Response{Text: "5"}, 0},
		"no right option to choose": {exam.Question{Type: exam.Multiple, Body: exam.Body{Options: options(false, false)}}, exam.Response{Choice: []string{"a"}}, 0},
	} {
		if got := exam.Grade(c.q, c.r); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// TestMultipleRewardsKnowledgeOnly: whatever the key, ticking everything and ticking nothing earn nothing when there is a
// wrong option; the exact key earns everything; every share lies from 0 to 1.
func TestMultipleRewardsKnowledgeOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		key := rapid.SliceOfN(rapid.Bool(), 2, 8).Draw(rt, "key")
		q := exam.Question{Type: exam.Multiple, Body: exam.Body{Options: options(key...)}}
		var all, right, some []string
		wrong := 0
		for i, correct := range key {
			id := string(rune('a' + i))
			all = append(all, id)
			if correct {
				right = append(right, id)
			} else {
				wrong++
			}
			if rapid.Bool().Draw(rt, id) {
				some = append(some, id)
			}
		}
		if wrong > 0 && exam.Grade(q, exam.Response{Choice: all}) != 0 {
			rt.Fatal("ticking everything earns points")
		}
		if len(right) > 0 && exam.Grade(q, exam.Response{Choice: right}) != 1 {
			rt.Fatal("the exact key does not earn everything")
		}
		if g := exam.Grade(q, exam.Response{Choice: some}); g < 0 || g > 1 {
			rt.Fatalf("share %v", g)
		}
	})
}
