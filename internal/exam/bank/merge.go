package bank

import (
	"reflect"

	"shelter/internal/exam"
)

// keepFeedback keeps the feedback on the lines of an ordering question: no format of others has a place for it.
func keepFeedback(q *exam.Question, old exam.Question) {
	if q.Type != exam.Ordering {
		return
	}
	for i := range q.Body.Options {
		for _, o := range old.Body.Options {
			if o.ID == q.Body.Options[i].ID && len(q.Body.Options[i].Feedback) == 0 {
				q.Body.Options[i].Feedback = o.Feedback
			}
		}
	}
}

// keepIDs gives an answer that stands in both the id that it had: answers given earlier refer to it.
func keepIDs(q *exam.Question, old exam.Question) {
	used := map[string]bool{}
	for i := range q.Body.Options {
		q.Body.Options[i].ID = knownOption(used, old, q.Body.Options[i].Text)
	}
	for i := range q.Body.Pairs {
		q.Body.Pairs[i].ID = knownPair(used, old, q.Body.Pairs[i].Left)
	}
	for i, o := range old.Body.Options { // an answer that was reworded keeps its place and its id
		if i < len(q.Body.Options) && q.Body.Options[i].ID == "" && !used[o.ID] {
			q.Body.Options[i].ID, used[o.ID] = o.ID, true
		}
	}
	fresh := freshIDs(used, old)
	for i := range q.Body.Options {
		if q.Body.Options[i].ID == "" {
			q.Body.Options[i].ID = freeID(fresh)
		}
	}
	for i := range q.Body.Pairs {
		if q.Body.Pairs[i].ID == "" {
			q.Body.Pairs[i].ID = freeID(fresh)
		}
	}
}

// knownOption is the id of the option with the same text that no other took, or "".
func knownOption(used map[string]bool, old exam.Question, text exam.Text) string {
	for _, o := range old.Body.Options {
		if !used[o.ID] && reflect.DeepEqual(o.Text, text) {
			used[o.ID] = true
			return o.ID
		}
	}
	return ""
}

// knownPair does the same for the left side of a pair.
func knownPair(used map[string]bool, old exam.Question, left exam.Text) string {
	for _, p := range old.Body.Pairs {
		if !used[p.ID] && reflect.DeepEqual(p.Left, left) {
			used[p.ID] = true
			return p.ID
		}
	}
	return ""
}

// freshIDs are the ids that an answer that was not there before must not take.
func freshIDs(used map[string]bool, old exam.Question) map[string]bool {
	for _, o := range old.Body.Options {
		used[o.ID] = true
	}
	for _, p := range old.Body.Pairs {
		used[p.ID] = true
	}
	return used
}

// carry keeps what a format cannot say: situation, picture, rubric, the matcher's switches, the words for true and false.
func carry(q *exam.Question, old exam.Question) {
	q.Body.Vignette, q.Body.Picture = old.Body.Vignette, old.Body.Picture
	if q.Course == "" {
		q.Course = old.Course
	}
	if q.Type != old.Type {
		return
	}
	q.Body.Rubric, q.Body.Forgive = old.Body.Rubric, old.Body.Forgive
	if q.Type == exam.TrueFalse && len(q.Body.Options) == 2 && len(old.Body.Options) == 2 && !falseFirst(old.Body.Options) {
		for i := range q.Body.Options {
			q.Body.Options[i].Text = old.Body.Options[i].Text
		}
	}
}
