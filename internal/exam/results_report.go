package exam

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/exam/stats"
)

// MasteryShare is the share of an objective's points from which it counts as mastered.
const MasteryShare = 0.7

// TeachAgain is the mean, in percent of an objective's points, below which it should be taught again.
const TeachAgain = 60

// Report is the analysis of a workshop's two tests.
type Report struct {
	Results

	Compare    stats.PrePost // in percentage points, complete pairs only
	Tests      []TestReport  // those that somebody has submitted, pre before post
	Objectives []ObjectiveChange
	Changes    []ItemPairChange // questions that both tests asked
	Waiting    int              // open answers that nobody has marked; they do not count until then
}

// Test gives the report of a phase, or nil when nobody has submitted it.
func (r *Report) Test(ph Phase) *TestReport {
	for i := range r.Tests {
		if r.Tests[i].Phase == ph {
			return &r.Tests[i]
		}
	}
	return nil
}

// Last is the report of the test given last, or nil.
func (r *Report) Last() *TestReport {
	if len(r.Tests) == 0 {
		return nil
	}
	return &r.Tests[len(r.Tests)-1]
}

// TestReport is the analysis of one test.
type TestReport struct {
	Phase      Phase
	N          int // submitted attempts
	Analysis   stats.Analysis
	Items      []ItemReport
	Bins       []stats.Bin // of the shares of the maximum, in percent
	Objectives []stats.ObjectiveMastery
}

// ItemReport is the analysis of one question.
type ItemReport struct {
	ReportItem
	stats.ItemStats

	Options  []OptionReport // of choice questions
	Findings []Finding
}

// OptionReport is one option with how it was chosen.
type OptionReport struct {
	Text Text
	stats.OptionStats
}

// ReportItem is a question as it was asked, with the key in force in this workshop.
type ReportItem struct {
	Item

	VersionID    uuid.UUID // as asked
	QuestionID   uuid.UUID
	Corrected    bool      // marked by another key than the one it was asked with
	KeyVersionID uuid.UUID // whose key that is
	Full         bool      // taken out: everybody has its points
}

// ObjectiveChange is how an objective was reached before and after, by the people who took both tests.
type ObjectiveChange struct {
	Objective string
	N         int
	Pre, Post stats.Value // mean percent of the objective's points
}

// ItemPairChange is how the answers to one question changed between the tests.
type ItemPairChange struct {
	ReportItem
	stats.ItemChange
}

// Weakest lists the objectives of the last test whose mean is below TeachAgain, the weakest first.
func (r *Report) Weakest() []stats.ObjectiveMastery {
	t := r.Last()
	if t == nil {
		return nil
	}
	var list []stats.ObjectiveMastery
	for _, o := range t.Objectives {
		if o.Mean.OK && o.Mean.V < TeachAgain {
			list = append(list, o)
		}
	}
	slices.SortStableFunc(list, func(a, b stats.ObjectiveMastery) int { return cmp.Compare(a.Mean.V, b.Mean.V) })
	return list
}

// Doubtful lists the questions of a test that have a finding about the question itself.
func (t *TestReport) Doubtful() []ItemReport {
	var list []ItemReport
	for _, it := range t.Items {
		if slices.ContainsFunc(it.Findings, Finding.Repair) {
			list = append(list, it)
		}
	}
	return list
}

// Report analyses the two tests of a workshop: the tests as wholes, their questions, the objectives and the change.
func (s *Service) Report(ctx context.Context, actor access.Actor, eventID uuid.UUID) (Report, error) {
	res, err := s.Results(ctx, actor, eventID)
	if err != nil || res.Pairing == nil {
		return Report{Results: res}, err
	}
	r := Report{Results: res, Compare: res.Compare()}
	d, err := readMarks(ctx, s.db, res.Pairing)
	if err != nil {
		return r, err
	}
	for _, ph := range []Phase{Pre, Post} {
		if t := d.test(ph); t.N > 0 {
			r.Tests = append(r.Tests, t)
		}
	}
	r.Objectives, r.Changes = d.objectives(), d.changes()
	r.Waiting = d.waiting()
	r.addPeople(d)
	return r, nil
}

// addPeople gives each person the shares by objective of the last test, and how many of their answers wait to be marked.
func (r *Report) addPeople(d *marks) {
	t := r.Last()
	if t == nil {
		return
	}
	pre, post, objectives := d.bySubject(Pre), d.bySubject(Post), d.names()
	last := post
	if t.Phase == Pre {
		last = pre
	}
	for i := range r.Scores {
		s := &r.Scores[i]
		if a := last[s.subject]; a != nil {
			s.Objectives = d.shares(a, objectives)
		}
		for _, a := range []*markRow{pre[s.subject], post[s.subject]} {
			if a != nil {
				s.Waiting += waitingIn(a.Result)
			}
		}
	}
}
