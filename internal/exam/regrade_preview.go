package exam

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/exam/match"
	"shelter/internal/exam/stats"
)

// RegradePreview is what a rule would change.
type RegradePreview struct {
	Question RegradeQuestion
	Rule     Rule
	Changes  []PointsChange // attempts whose points change
	Phases   []PhaseChange  // tests that ask the question and that somebody has handed in
	Paired   int            // people who took both tests
	Gain     [2]stats.Value // their mean gain in percentage points, before and after
	Stamp    string         // of the changes: what is shown is what is applied
}

// PhaseChange is what a rule would change in one test.
type PhaseChange struct {
	Phase    Phase
	N        int            // handed in
	Up, Down int            // whose points grow, or shrink
	Mean     [2]stats.Value // percent of the points, before and after
	Mastered [2]int         // who have mastered the question's objective, before and after
	Gained   int            // who master it only after
	Lost     int            // who master it only before
}

// regrading is all that a regrade looks at.
type regrading struct {
	*marks

	rules     map[uuid.UUID]keyRule
	given     map[markPlace][]Mark
	questions []RegradeQuestion
	people    map[uuid.UUID]Participant // by enrolment
	numbers   map[string]int            // by subject
}

func (s *Service) readRegrade(ctx context.Context, idb bun.IDB, p *Pairing) (*regrading, error) {
	g := &regrading{people: map[uuid.UUID]Participant{}, numbers: map[string]int{}}
	var err error
	if g.marks, err = readMarks(ctx, idb, p); err != nil {
		return nil, err
	}
	if g.rules, err = keyRules(ctx, idb, p.ID); err != nil {
		return nil, err
	}
	if g.given, err = pairMarks(ctx, idb, p.ID); err != nil {
		return nil, err
	}
	for _, a := range g.attempts { // in the order of the subjects
		if g.numbers[a.Subject] == 0 {
			g.numbers[a.Subject] = len(g.numbers) + 1
		}
	}
	if !p.Anonymous {
		list, err := s.participants(ctx, idb, p)
		if err != nil {
			return nil, err
		}
		for _, who := range list {
			g.people[who.EnrolmentID] = who
		}
	}
	return g, g.ask(ctx, idb, p)
}

// ask lists the questions of both tests, of forms that nobody has handed in too.
func (g *regrading) ask(ctx context.Context, idb bun.IDB, p *Pairing) error {
	phases := map[uuid.UUID][]Phase{}
	for _, st := range p.Sittings {
		phases[st.FormID] = append(phases[st.FormID], st.Phase)
	}
	for _, a := range g.attempts {
		if !slices.Contains(phases[a.FormID], a.Phase) {
			phases[a.FormID] = append(phases[a.FormID], a.Phase)
		}
	}
	at := map[uuid.UUID]int{}
	for _, form := range slices.SortedFunc(maps.Keys(phases), func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) }) {
		asked, err := askedItems(ctx, idb, form)
		if err != nil {
			return err
		}
		for _, it := range asked {
			if it.Type.Scored() {
				g.add(at, it, phases[form])
			}
		}
	}
	for _, a := range g.attempts {
		for _, it := range g.forms[a.FormID] {
			if i, ok := at[it.VersionID]; ok {
				g.questions[i].Held++
			}
		}
	}
	slices.SortStableFunc(g.questions, func(a, b RegradeQuestion) int { return cmp.Compare(a.Code, b.Code) })
	return g.newer(ctx, idb)
}

func (g *regrading) add(at map[uuid.UUID]int, it ReportItem, phases []Phase) {
	i, ok := at[it.VersionID]
	if !ok {
		i = len(g.questions)
		at[it.VersionID] = i
		q := RegradeQuestion{ReportItem: it, Asked: it.Question}
		if r, ok := g.rules[it.VersionID]; ok {
			r.apply(&q.ReportItem)
			q.Rule = Rule{Key: r.KeyVersionID, Neutral: r.Neutral}
		}
		g.questions = append(g.questions, q)
	}
	for _, ph := range []Phase{Pre, Post} {
		if slices.Contains(phases, ph) && !slices.Contains(g.questions[i].Phases, ph) {
			g.questions[i].Phases = append(g.questions[i].Phases, ph)
		}
	}
}

// newer reads the versions whose key can count.
func (g *regrading) newer(ctx context.Context, idb bun.IDB) error {
	ids := make([]string, len(g.questions))
	for i, q := range g.questions {
		ids[i] = q.VersionID.String()
	}
	var rows []struct {
		Asked uuid.UUID
		versionRow
	}
	err := idb.NewSelect().TableExpr("exam.question_version AS a").Join("JOIN exam.question_version AS v ON v.question_id = a.question_id AND v.version > a.version").
		ColumnExpr("a.id AS asked, v.id, v.version, v.type, v.difficulty, v.bloom, v.body, v.author_name, v.created_at").
		Where("a.id = ANY(?::uuid[])", pgdialect.Array(ids)).OrderExpr("v.version").Scan(ctx, &rows)
	if err != nil {
		return fmt.Errorf("exam: newer versions: %w", db.Translate(err))
	}
	for _, r := range rows {
		i := slices.IndexFunc(g.questions, func(q RegradeQuestion) bool { return q.VersionID == r.Asked })
		q := &g.questions[i]
		v := KeyVersion{ID: r.ID, Version: r.Version, AuthorName: r.AuthorName, CreatedAt: r.CreatedAt,
			Question: Question{Code: q.Code, Objective: q.Objective, Type: r.Type, Difficulty: r.Difficulty, Bloom: r.Bloom, Body: r.Body}}
		if fits(q.Asked, v.Question) {
			q.Newer = append(q.Newer, v)
		}
	}
	return nil
}

// preview computes what a rule would change.
func (g *regrading) preview(version uuid.UUID, rule Rule) (RegradePreview, error) {
	i := slices.IndexFunc(g.questions, func(q RegradeQuestion) bool { return q.VersionID == version })
	if i < 0 {
		return RegradePreview{}, errs.NewNotFound("exam question " + version.String())
	}
	v := RegradePreview{Question: g.questions[i], Rule: rule}
	switch {
	case rule == v.Question.Rule:
		return v, errs.InvalidFields([]errs.Field{{Name: "rule", Key: "regrade_same"}})
	case rule.Key != uuid.Nil && (rule.Neutral || v.Question.version(rule.Key) == nil):
		return v, errs.InvalidFields([]errs.Field{{Name: "rule", Key: "error_choice"}})
	}
	after := g.under(v.Question, rule)
	g.compare(&v, after)
	v.Stamp = stamp(v)
	return v, nil
}

// under gives the marks as they would be with the rule.
func (g *regrading) under(q RegradeQuestion, rule Rule) *marks {
	after := &marks{forms: map[uuid.UUID][]ReportItem{}, answers: g.answers, attempts: slices.Clone(g.attempts)}
	r := keyRule{VersionID: q.VersionID, KeyVersionID: rule.Key, Neutral: rule.Neutral}
	if v := q.version(rule.Key); v != nil {
		r.Body = &v.Body
	}
	for form, items := range g.forms {
		list := slices.Clone(items)
		for i := range list {
			if list[i].VersionID == q.VersionID {
				list[i].Body, list[i].Corrected, list[i].KeyVersionID = q.Asked.Body, false, uuid.Nil
				r.apply(&list[i])
			}
		}
		after.forms[form] = list
	}
	for i := range after.attempts {
		a := &after.attempts[i]
		p := after.grade(*a, g.given)
		a.Score, a.MaxScore, a.Result = p.score, p.max, p.points
	}
	return after
}

// grade marks an attempt by the keys of its form.
func (d *marks) grade(a markRow, given map[markPlace][]Mark) graded {
	marks := map[int][]Mark{}
	for _, it := range d.forms[a.FormID] {
		marks[it.Position] = given[markPlace{a.ID, it.Position}]
	}
	return gradeAll(d.forms[a.FormID], d.answers[a.ID], marks)
}

// compare fills in the people and the totals.
func (g *regrading) compare(v *RegradePreview, after *marks) {
	for i, old := range g.attempts {
		now := after.attempts[i]
		p := graded{points: now.Result, score: now.Score, max: now.MaxScore}
		if (&Attempt{Score: &old.Score, MaxScore: &old.MaxScore, Result: old.Result}).same(p) {
			continue
		}
		v.Changes = append(v.Changes, PointsChange{Participant: g.people[old.EnrolmentID], Number: g.numbers[old.Subject], Phase: old.Phase,
			Old: old.Score, OldMax: old.MaxScore, New: now.Score, NewMax: now.MaxScore, attempt: old.ID, oldResult: old.Result, points: p})
	}
	sortChanges(v.Changes)
	for _, ph := range v.Question.Phases {
		if c := g.phase(after, ph, v.Question.Objective); c.N > 0 {
			v.Phases = append(v.Phases, c)
		}
	}
	v.Paired = len(g.pairs())
	v.Gain = [2]stats.Value{g.gain(), after.gain()}
}

func sortChanges(list []PointsChange) {
	slices.SortStableFunc(list, func(a, b PointsChange) int {
		return cmp.Or(strings.Compare(match.Fold(a.Name, match.Default), match.Fold(b.Name, match.Default)), cmp.Compare(a.Number, b.Number), -strings.Compare(string(a.Phase), string(b.Phase)))
	})
}

// phase compares one test before and after.
func (g *regrading) phase(after *marks, ph Phase, objective string) PhaseChange {
	c := PhaseChange{Phase: ph}
	var before, now []float64
	for i, old := range g.attempts {
		if old.Phase != ph {
			continue
		}
		c.N++
		a, b := share(old), share(after.attempts[i])
		if a.OK && b.OK {
			before, now = append(before, 100*a.V), append(now, 100*b.V)
			c.Up += int(one(b.V > a.V+1e-9))
			c.Down += int(one(b.V < a.V-1e-9))
		}
		was, is := g.masters(old, objective), after.masters(after.attempts[i], objective)
		c.Mastered[0] += int(one(was))
		c.Mastered[1] += int(one(is))
		c.Gained += int(one(is && !was))
		c.Lost += int(one(was && !is))
	}
	c.Mean = [2]stats.Value{stats.Mean(before), stats.Mean(now)}
	return c
}

func share(a markRow) stats.Value {
	if a.MaxScore <= 0 {
		return stats.Value{}
	}
	return stats.Of(a.Score / a.MaxScore)
}

// masters tells whether an attempt has the share of the objective's points that counts as mastery.
func (d *marks) masters(a markRow, objective string) bool {
	got, most := d.sum(a, objective)
	return objective != "" && most > 0 && got/most >= MasteryShare-1e-9
}

// gain is the mean gain of those who took both tests, in percentage points.
func (d *marks) gain() stats.Value {
	var list []float64
	for _, p := range d.pairs() {
		if a, b := share(*p[0]), share(*p[1]); a.OK && b.OK {
			list = append(list, 100*(b.V-a.V))
		}
	}
	return stats.Mean(list)
}

// stamp says what was shown.
func stamp(v RegradePreview) string {
	list := make([]string, 0, len(v.Changes)+1)
	for _, c := range v.Changes {
		list = append(list, fmt.Sprint(c.attempt, cents(c.Old), cents(c.OldMax), cents(c.New), cents(c.NewMax)))
	}
	slices.Sort(list)
	return digest(append(list, v.Question.VersionID.String(), v.Question.Rule.String(), v.Rule.String()))
}

func cents(points float64) int64 { return int64(math.Round(points * 100)) }

// pastRegrades reads what was done, newest first, with the people whose points it changed.
func pastRegrades(ctx context.Context, idb bun.IDB, g *regrading, pairing uuid.UUID) ([]PastRegrade, error) {
	var rows []struct {
		regradeRow
		Code    string
		Version int
	}
	err := idb.NewSelect().TableExpr("exam.regrade AS r").Join("JOIN exam.question_version AS v ON v.id = r.version_id").Join("JOIN exam.question AS q ON q.id = v.question_id").
		Join("LEFT JOIN exam.question_version AS k ON k.id = r.key_version_id").
		ColumnExpr("r.id, r.key_version_id, r.neutral, r.reason, r.person_name, r.at, q.code, coalesce(k.version, 0) AS version").Where("r.pairing_id = ?", pairing).OrderExpr("r.seq DESC").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("exam: regrades: %w", db.Translate(err))
	}
	changed, err := g.changed(ctx, idb, pairing)
	list := make([]PastRegrade, len(rows))
	for i, r := range rows {
		list[i] = PastRegrade{ID: r.ID, Code: r.Code, Rule: Rule{Key: r.KeyVersionID, Neutral: r.Neutral}, Version: r.Version, Reason: r.Reason, PersonName: r.PersonName, At: r.At,
			Changes: changed[r.ID]}
	}
	return list, err
}

func (g *regrading) changed(ctx context.Context, idb bun.IDB, pairing uuid.UUID) (map[uuid.UUID][]PointsChange, error) {
	var rows []struct {
		regradedRow
		Phase       Phase
		Subject     string
		EnrolmentID uuid.UUID
	}
	err := idb.NewSelect().TableExpr("exam.regraded AS d").Join("JOIN exam.regrade AS r ON r.id = d.regrade_id").
		Join("JOIN exam.attempt AS a ON a.id = d.attempt_id").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		ColumnExpr("d.regrade_id, d.attempt_id, d.old_score, d.old_max, d.new_score, d.new_max, s.phase, a.subject, "+attemptPlace+" AS enrolment_id").Where("r.pairing_id = ?", pairing).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("exam: regraded attempts: %w", db.Translate(err))
	}
	m := map[uuid.UUID][]PointsChange{}
	for _, r := range rows {
		m[r.RegradeID] = append(m[r.RegradeID], PointsChange{Participant: g.people[r.EnrolmentID], Number: g.numbers[r.Subject], Phase: r.Phase,
			Old: r.OldScore, OldMax: r.OldMax, New: r.NewScore, NewMax: r.NewMax, attempt: r.AttemptID})
	}
	for _, list := range m {
		sortChanges(list)
	}
	return m, nil
}
