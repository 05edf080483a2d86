package course

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Response is what a person answered; which field counts follows from the question's type.
type Response struct {
	Choice []string          `json:"c,omitempty"` // single, true_false, multiple: option ids; ordering: ids in order
	Match  map[string]string `json:"m,omitempty"` // matching: pair id -> id of the pair whose right side was chosen
	Text   string            `json:"t,omitempty"` // short_text, numeric
}

// Empty tells whether nothing was answered.
func (r Response) Empty() bool { return len(r.Choice) == 0 && len(r.Match) == 0 && r.Text == "" }

// maxAnswer is how long a typed answer may be, in characters.
const maxAnswer = 200

// fits refuses a response that no page of ours can have sent, and one that answers nothing.
func (q *Question) fits(r Response) error {
	if r.Empty() {
		return errs.NewInvalid("course_answer_missing")
	}
	if utf8.RuneCountInString(r.Text) > maxAnswer || len(r.Choice) > len(q.Options) || len(r.Match) > len(q.Pairs) {
		return errs.NewInvalid("error_bad_request")
	}
	for _, id := range r.Choice {
		if q.option(id) == nil {
			return errs.NewInvalid("error_bad_request")
		}
	}
	for left, right := range r.Match {
		if !q.hasPair(left) || !q.hasPair(right) {
			return errs.NewInvalid("error_bad_request")
		}
	}
	return nil
}

func (q *Question) option(id string) *Option {
	if i := slices.IndexFunc(q.Options, func(o Option) bool { return o.ID == id }); i >= 0 {
		return &q.Options[i]
	}
	return nil
}

func (q *Question) hasPair(id string) bool {
	return slices.ContainsFunc(q.Pairs, func(p Pair) bool { return p.ID == id })
}

// isRight: shares come out of divisions.
func isRight(share float64) bool { return share > 0.999 }

// Feedback is what a learner is told about an answer. It names no right option that was not chosen.
type Feedback struct {
	Right   bool             `json:"correct"`
	Partly  bool             `json:"partly"`  // something in it is right
	Missing bool             `json:"missing"` // nothing chosen is wrong, but something is missing
	Options []OptionFeedback `json:"options"` // of what was chosen
	Text    string           `json:"text"`    // about the question as a whole; may be empty
}

// OptionFeedback is about one chosen option, or one line of a matching or ordering question.
type OptionFeedback struct {
	ID    string `json:"id"`
	Right bool   `json:"correct"`
	Text  string `json:"text"` // may be empty
}

// Tell says what is right and wrong about a response, in a language.
func (q *Question) Tell(r Response, share float64, l i18n.Lang) Feedback {
	f := Feedback{Right: isRight(share), Partly: share > 0, Text: q.Feedback.In(l)}
	switch q.Type {
	case Single, Multiple, TrueFalse:
		f.Missing = !f.Right
		for _, id := range r.Choice {
			if o := q.option(id); o != nil {
				f.Options = append(f.Options, OptionFeedback{ID: id, Right: o.Correct, Text: o.Feedback.In(l)})
				f.Missing = f.Missing && o.Correct
			}
		}
	case Matching:
		for _, p := range q.Pairs {
			if chosen := r.Match[p.ID]; chosen != "" {
				f.Options = append(f.Options, OptionFeedback{ID: p.ID, Right: chosen == p.ID})
			}
		}
	case Ordering:
		for i, o := range q.Options {
			f.Options = append(f.Options, OptionFeedback{ID: o.ID, Right: i < len(r.Choice) && r.Choice[i] == o.ID})
		}
	case ShortText, Numeric:
	}
	return f
}

// Rank is the place, from 1, that an ordering response gives to a line; "" when it has none.
func (r Response) Rank(id string) string {
	if i := slices.Index(r.Choice, id); i >= 0 {
		return strconv.Itoa(i + 1)
	}
	return ""
}
