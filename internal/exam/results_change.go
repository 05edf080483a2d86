package exam

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/exam/stats"
)

// pairs lists the attempts of the people who took both tests, in the order of the subjects.
func (d *marks) pairs() (list [][2]*markRow) {
	post := d.bySubject(Post)
	for i := range d.attempts {
		a := &d.attempts[i]
		if b := post[a.Subject]; a.Phase == Pre && b != nil {
			list = append(list, [2]*markRow{a, b})
		}
	}
	return list
}

// objectives compares the means by objective, each over the people whose two tests both have questions on it.
func (d *marks) objectives() []ObjectiveChange {
	pairs := d.pairs()
	var list []ObjectiveChange
	for _, o := range d.names() {
		var pre, post []float64
		for _, p := range pairs {
			g1, m1 := d.sum(*p[0], o)
			g2, m2 := d.sum(*p[1], o)
			if m1 > 0 && m2 > 0 {
				pre, post = append(pre, 100*g1/m1), append(post, 100*g2/m2)
			}
		}
		list = append(list, ObjectiveChange{Objective: o, N: len(pre), Pre: stats.Mean(pre), Post: stats.Mean(post)})
	}
	slices.SortStableFunc(list, func(a, b ObjectiveChange) int { return strings.Compare(a.Objective, b.Objective) })
	return list
}

// right tells whether an attempt has all the points of a question, and whether it holds the question.
func (d *marks) right(a *markRow, question uuid.UUID) (right, held bool) {
	for i, it := range d.forms[a.FormID] {
		if it.QuestionID == question && i < len(a.Result) && a.Result[i].OK && it.Type.Scored() {
			return a.Result[i].V >= it.Points-0.005, true
		}
	}
	return false, false
}

// changes tests the questions that the same people were asked before and after. Parallel forms share none; then there is none.
func (d *marks) changes() []ItemPairChange {
	pairs := d.pairs()
	items, _ := d.asked(d.attempts)
	var list []ItemPairChange
	var tests []stats.ItemPair
	seen := map[uuid.UUID]bool{}
	for _, it := range items {
		if seen[it.QuestionID] {
			continue
		}
		seen[it.QuestionID] = true
		t := stats.ItemPair{ID: it.Code}
		for _, p := range pairs {
			before, b := d.right(p[0], it.QuestionID)
			after, a := d.right(p[1], it.QuestionID)
			if a && b {
				t.Pre, t.Post = append(t.Pre, before), append(t.Post, after)
			}
		}
		if len(t.Pre) > 0 {
			list, tests = append(list, ItemPairChange{ReportItem: it}), append(tests, t)
		}
	}
	for i, c := range stats.ItemChanges(tests) {
		list[i].ItemChange = c
	}
	return list
}
