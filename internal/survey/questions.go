package survey

import (
	"strconv"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Limits of a survey: more is not answered on a phone.
const (
	maxQuestions = 20
	maxOptions   = 8
	maxText      = 300 // characters
)

// usual makes the questions that a wave begins with, out of the catalogues: survey_q_WAVE_N, whose kind stands in usualKinds.
func usual(b *i18n.Bundle, w Wave) []Question {
	var list []Question
	for i, k := range usualKinds[w] {
		key := "survey_q_" + string(w) + "_" + strconv.Itoa(i+1)
		q := Question{ID: "q" + strconv.Itoa(i+1), Kind: k, Text: texts(b, key)}
		for o := 1; k == Choice && b.For(i18n.FR).Has(key+"_"+strconv.Itoa(o)); o++ {
			q.Options = append(q.Options, texts(b, key+"_"+strconv.Itoa(o)))
		}
		list = append(list, q)
	}
	return list
}

// WantsTraining is the catalogue's key of the option by which people say in a usual follow-up that they lack more training.
const WantsTraining = "survey_q_m3_4_3"

// usualKinds are the kinds of the usual questions. At the end: reaction (Kirkpatrick, level 1); later: use on the job and
// what helped or hindered it (level 3).
var usualKinds = map[Wave][]Kind{
	End:         {Likert, Likert, Likert, Likert, Choice, Choice, Open, Open},
	ThreeMonths: {Choice, Likert, Likert, Choice, Open, Open},
	SixMonths:   {Choice, Likert, Likert, Choice, Open, Open},
}

func texts(b *i18n.Bundle, key string) Text {
	t := Text{}
	for _, l := range i18n.Langs() {
		t[l] = b.For(l).T(key)
	}
	return t
}

// check says what is wrong with questions, field by field as the editor names them: q-3-fr is the French text of the third.
func check(questions []Question) []errs.Field {
	if len(questions) == 0 {
		return []errs.Field{{Name: "questions", Key: "survey_no_questions"}}
	}
	if len(questions) > maxQuestions {
		return []errs.Field{{Name: "questions", Key: "survey_too_many", Args: errs.Args{"max": maxQuestions}}}
	}
	var wrong []errs.Field
	ids := map[string]bool{}
	for i := range questions {
		wrong = append(wrong, checkQuestion(&questions[i], "q-"+strconv.Itoa(i+1))...)
		if questions[i].ID == "" || ids[questions[i].ID] {
			wrong = append(wrong, errs.Field{Name: "questions", Key: "error_bad_request"})
		}
		ids[questions[i].ID] = true
	}
	return wrong
}

func checkQuestion(q *Question, name string) []errs.Field {
	var wrong []errs.Field
	for _, l := range []i18n.Lang{i18n.FR, i18n.AR} { // the two languages of the people who answer; English may be missing
		if q.Text[l] == "" {
			wrong = append(wrong, errs.Field{Name: name + "-" + string(l), Key: "error_required"})
		}
	}
	for l, t := range q.Text {
		if len([]rune(t)) > maxText {
			wrong = append(wrong, errs.Field{Name: name + "-" + string(l), Key: "error_too_long", Args: errs.Args{"max": maxText}})
		}
	}
	switch q.Kind {
	case Likert, Open:
	case Choice:
		wrong = append(wrong, checkOptions(q, name)...)
	default:
		wrong = append(wrong, errs.Field{Name: name + "-kind", Key: "error_choice"})
	}
	return wrong
}

func checkOptions(q *Question, name string) []errs.Field {
	if len(q.Options) < 2 || len(q.Options) > maxOptions {
		return []errs.Field{{Name: name + "-options-fr", Key: "survey_options_count", Args: errs.Args{"max": maxOptions}}}
	}
	for _, o := range q.Options {
		for _, l := range []i18n.Lang{i18n.FR, i18n.AR} {
			if o[l] == "" || len([]rune(o[l])) > maxText {
				return []errs.Field{{Name: name + "-options-" + string(l), Key: "survey_options_pairs"}}
			}
		}
	}
	return nil
}

// Labels are the answers to a closed question in the reader's language; none for an open one.
func (q Question) Labels(loc *i18n.Localizer) []string {
	list := make([]string, q.choices())
	for i := range list {
		if q.Kind == Likert {
			list[i] = loc.T("survey_step_" + strconv.Itoa(i+1))
			continue
		}
		list[i] = q.Options[i].In(loc.Lang())
	}
	return list
}
