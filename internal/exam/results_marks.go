package exam

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/exam/stats"
)

// marks are all that the analysis of a pair of tests needs, read in three statements.
type marks struct {
	forms    map[uuid.UUID][]ReportItem
	attempts []markRow
	answers  map[uuid.UUID]map[int]Response
}

// markRow is one submitted attempt.
type markRow struct {
	ID          uuid.UUID
	FormID      uuid.UUID
	Phase       Phase
	Subject     string
	EnrolmentID uuid.UUID
	Score       float64
	MaxScore    float64
	Result      []stats.Value `bun:"type:jsonb"`
}

func readMarks(ctx context.Context, idb bun.IDB, p *Pairing) (*marks, error) {
	d := &marks{forms: map[uuid.UUID][]ReportItem{}}
	err := idb.NewSelect().TableExpr("exam.attempt AS a").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		ColumnExpr("a.id, "+attemptForm+" AS form_id, s.phase, a.subject, "+attemptPlace+" AS enrolment_id, a.score, a.max_score, a.result").
		Where("s.pairing_id = ? AND a.submitted_at IS NOT NULL AND a.voided_at IS NULL", p.ID).OrderExpr("a.subject").Scan(ctx, &d.attempts)
	if err != nil {
		return nil, fmt.Errorf("exam: marks: %w", db.Translate(err))
	}
	for _, a := range d.attempts {
		if d.forms[a.FormID] == nil {
			if d.forms[a.FormID], err = inForce(ctx, idb, p.ID, a.FormID); err != nil {
				return nil, err
			}
		}
	}
	d.answers, err = answersOf(ctx, idb, p.ID)
	return d, err
}

// attemptForm is the form of attempt a in sitting s.
const attemptForm = "coalesce(a.form_id, s.form_id)"

// attemptPlace is where the person of attempt a stands on the list: see Participant.
const attemptPlace = "coalesce(a.enrolment_id, a.person_id)"

// answersOf reads the answers in force of every submitted attempt of a pair.
func answersOf(ctx context.Context, idb bun.IDB, pairing uuid.UUID) (map[uuid.UUID]map[int]Response, error) {
	var rows []struct {
		AttemptID uuid.UUID
		Position  int
		Response  Response `bun:"type:jsonb"`
	}
	err := idb.NewSelect().TableExpr("exam.answer AS e").Join("JOIN exam.attempt AS a ON a.id = e.attempt_id").Join("JOIN exam.sitting AS s ON s.id = a.sitting_id").
		DistinctOn("e.attempt_id, e.position").Column("e.attempt_id", "e.position", "e.response").
		Where("s.pairing_id = ? AND NOT e.late AND a.submitted_at IS NOT NULL AND a.voided_at IS NULL", pairing).
		OrderExpr("e.attempt_id, e.position, e.client_seq DESC, e.server_at DESC").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("exam: answers: %w", db.Translate(err))
	}
	m := map[uuid.UUID]map[int]Response{}
	for _, r := range rows {
		if m[r.AttemptID] == nil {
			m[r.AttemptID] = map[int]Response{}
		}
		m[r.AttemptID][r.Position] = r.Response
	}
	return m, nil
}

// of lists the attempts of a phase.
func (d *marks) of(ph Phase) []markRow {
	var list []markRow
	for _, a := range d.attempts {
		if a.Phase == ph {
			list = append(list, a)
		}
	}
	return list
}

// asked lists the scored questions that attempts hold, each once, and where each stands in each form.
func (d *marks) asked(attempts []markRow) (list []ReportItem, at map[uuid.UUID][]int) {
	index, at := map[uuid.UUID]int{}, map[uuid.UUID][]int{}
	for _, a := range attempts {
		if at[a.FormID] != nil {
			continue
		}
		places := make([]int, len(d.forms[a.FormID]))
		for i, it := range d.forms[a.FormID] {
			places[i] = -1
			if !it.Type.Scored() {
				continue
			}
			j, ok := index[it.VersionID]
			if !ok {
				j = len(list)
				index[it.VersionID] = j
				list = append(list, it)
			}
			places[i] = j
		}
		at[a.FormID] = places
	}
	return list, at
}

// test analyses one test.
func (d *marks) test(ph Phase) TestReport {
	attempts := d.of(ph)
	items, at := d.asked(attempts)
	m := d.matrix(items, at, attempts)
	t := TestReport{Phase: ph, N: len(attempts), Analysis: stats.Analyse(m), Objectives: stats.Mastery(m, MasteryShare)}
	shares := make([]float64, 0, len(attempts))
	for _, a := range attempts {
		if got, most := d.sum(a, ""); most > 0 {
			shares = append(shares, 100*got/most)
		}
	}
	t.Bins = stats.Distribution(shares, 100, 10)
	totals := m.Totals()
	for i, it := range items {
		r := ItemReport{ReportItem: it, ItemStats: t.Analysis.Items[i]}
		r.Options = d.options(it, i, at, attempts, totals)
		r.findings()
		t.Items = append(t.Items, r)
	}
	return t
}

// matrix enters the points of attempts; a question of another form is one that the attempt does not hold.
func (d *marks) matrix(items []ReportItem, at map[uuid.UUID][]int, attempts []markRow) *stats.Matrix {
	heads := make([]stats.Item, len(items))
	for i, it := range items {
		heads[i] = stats.Item{ID: it.Code, Max: it.Points, HasMax: true, Objective: it.Objective}
	}
	m := stats.NewMatrix(heads, len(attempts))
	for a, row := range attempts {
		held := make([]bool, len(items))
		for i, j := range at[row.FormID] {
			if j < 0 || i >= len(row.Result) || !row.Result[i].OK { // what waits to be marked is as if it had not been asked
				continue
			}
			held[j] = true
			it := d.forms[row.FormID][i]
			if r, ok := d.answers[row.ID][it.Position]; ok && !r.Empty() || row.Result[i].V > 0 {
				_ = m.Set(a, j, row.Result[i].V) // a stored mark is a number
			}
		}
		for j, h := range held {
			if !h {
				m.Exclude(a, j)
			}
		}
	}
	return m
}

// options makes the distractor table of a choice question over the attempts that hold it.
func (d *marks) options(it ReportItem, item int, at map[uuid.UUID][]int, attempts []markRow, totals []float64) []OptionReport {
	if it.Type != Single && it.Type != Multiple && it.Type != TrueFalse {
		return nil
	}
	keys, place := make([]stats.OptionKey, len(it.Body.Options)), map[string]int{}
	for i, o := range it.Body.Options {
		keys[i], place[o.ID] = stats.OptionKey{ID: o.ID, Correct: o.Correct}, i
	}
	var chosen [][]int
	var sums, own []float64
	for a, row := range attempts {
		for i, j := range at[row.FormID] {
			if j != item || i >= len(row.Result) {
				continue
			}
			var ticked []int
			for _, id := range d.answers[row.ID][d.forms[row.FormID][i].Position].Choice {
				if k, ok := place[id]; ok {
					ticked = append(ticked, k)
				}
			}
			chosen, sums, own = append(chosen, ticked), append(sums, totals[a]), append(own, row.Result[i].V)
		}
	}
	table, _ := stats.Distractors(keys, chosen, sums, own)
	list := make([]OptionReport, len(table))
	for i, o := range table {
		list[i] = OptionReport{Text: it.Body.Options[i].Text, OptionStats: o}
	}
	return list
}

// waiting counts the open answers that nobody has marked.
func (d *marks) waiting() int {
	n := 0
	for _, a := range d.attempts {
		n += waitingIn(a.Result)
	}
	return n
}

// sum adds up the points of an attempt on an objective, or on everything.
func (d *marks) sum(a markRow, objective string) (got, most float64) {
	for i, it := range d.forms[a.FormID] {
		if i < len(a.Result) && a.Result[i].OK && it.Type.Scored() && (objective == "" || it.Objective == objective) {
			got += a.Result[i].V
			most += it.Points
		}
	}
	return got, most
}

// bySubject finds the attempts of a phase by whose they are.
func (d *marks) bySubject(ph Phase) map[string]*markRow {
	m := map[string]*markRow{}
	for i := range d.attempts {
		if d.attempts[i].Phase == ph {
			m[d.attempts[i].Subject] = &d.attempts[i]
		}
	}
	return m
}

// names lists the objectives in the order of the questions.
func (d *marks) names() []string {
	var list []string
	seen := map[string]bool{"": true}
	for _, a := range d.attempts {
		for _, it := range d.forms[a.FormID] {
			if !seen[it.Objective] && it.Type.Scored() {
				seen[it.Objective] = true
				list = append(list, it.Objective)
			}
		}
	}
	return list
}

// shares are an attempt's shares of the points by objective, 0 to 1.
func (d *marks) shares(a *markRow, objectives []string) map[string]float64 {
	m := map[string]float64{}
	for _, o := range objectives {
		if got, most := d.sum(*a, o); most > 0 {
			m[o] = got / most
		}
	}
	return m
}
