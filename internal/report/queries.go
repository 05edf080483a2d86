package report

import (
	"context"
	"database/sql"
	"time"

	"shelter/internal/db"
	"shelter/internal/programme"
)

// query is one documented way to compute a figure; its explanation is the catalogue's entry programme_query_ and its name. Both
// days are included.
type query struct {
	name     string
	unit     programme.Unit
	persons  bool // counts persons whose small numbers observers do not see
	telling  bool // the notes of its evidence say something of few people: not for the donor
	value    func(ctx context.Context, s *Programme, from, to time.Time) (Figure, error)
	evidence func(ctx context.Context, s *Programme, from, to time.Time) ([]Evidence, error)
}

const victimsAssisted = "victims_assisted"

var training = []string{"workshop", "tot"}

// queries lists what can be computed. The people of an event count when its last day lies in the days asked for and it was not
// cancelled; somebody attended who has one half-day marked present, late or left early, and completed who reached the event's own
// share of its planned half-days.
var queries = []query{
	people("participations", count{kinds: training}),
	people("persons_reached", count{kinds: training, unique: true}),
	people("persons_trained", count{kinds: training, unique: true, completed: true}),
	people("shelter_staff_trained", count{kinds: training, unique: true, completed: true, shelter: true}),
	people("trainers_trained", count{kinds: []string{"tot"}, unique: true, completed: true}),
	people("visit_delegates", count{kinds: []string{"study_visit"}, unique: true}),
	scalar("workshops_held", programme.Count, heldSQL, heldEvidenceSQL),
	ofPersons(scalar("certificates", programme.Count, certificatesSQL, certificatesEvidenceSQL)),
	mean("learning_gain", gainSQL, gainEvidenceSQL),
	mean("post_score", postSQL, gainEvidenceSQL),
	scalar("works_accepted", programme.Percent, worksSQL, worksEvidenceSQL),
	scalar("shelters_ready", programme.Count, sheltersSQL, worksEvidenceSQL),
	scalar("readiness", programme.Percent, readinessSQL, readinessEvidenceSQL),
	telling(scalar("awareness_actions", programme.Count, actionsSQL, actionsEvidenceSQL)),
	awarenessReach("awareness_reach", "audience <> 'potential_victims'"),
	awarenessReach("awareness_reach_victims", "audience = 'potential_victims'"),
	mean("awareness_knowledge", knowledgeSQL, actionsEvidenceSQL),
	scalar("milestones_done", programme.Percent, milestonesSQL, milestonesEvidenceSQL),
	{name: victimsAssisted, unit: programme.Count, value: assisted, evidence: noEvidence},
}

// Queries names the documented queries with their units, in the order of forms.
func Queries() []struct {
	Name string
	Unit programme.Unit
} {
	var list []struct {
		Name string
		Unit programme.Unit
	}
	for _, q := range queries {
		list = append(list, struct {
			Name string
			Unit programme.Unit
		}{q.name, q.unit})
	}
	return list
}

func queryNamed(name string) (query, bool) {
	for _, q := range queries {
		if q.name == name {
			return q, true
		}
	}
	return query{}, false
}

// QueryFits tells whether an indicator of a unit can be computed by the query of that name; no name is a figure that is entered.
func QueryFits(name string, unit programme.Unit) bool {
	q, ok := queryNamed(name)
	return name == "" || ok && q.unit == unit
}

// scalar is a query of one figure, NULL when there is nothing to measure. Both statements take the two days.
func scalar(name string, unit programme.Unit, valueSQL, evidenceSQL string) query {
	return query{name: name, unit: unit,
		value: func(ctx context.Context, s *Programme, from, to time.Time) (Figure, error) {
			var v sql.NullFloat64
			err := s.db.QueryRowContext(ctx, "WITH d AS (SELECT ?::date AS a, ?::date AS b) "+valueSQL, from, to).Scan(&v)
			if err != nil || !v.Valid {
				return Figure{}, db.Translate(err)
			}
			return Figure{Value: &v.Float64}, nil
		},
		evidence: func(ctx context.Context, s *Programme, from, to time.Time) ([]Evidence, error) {
			return s.evidenceRows(ctx, "WITH d AS (SELECT ?::date AS a, ?::date AS b) "+evidenceSQL, from, to)
		}}
}

func (s *Programme) evidenceRows(ctx context.Context, statement string, args ...any) ([]Evidence, error) {
	rows, err := s.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	var list []Evidence
	for rows.Next() {
		var e Evidence
		if err := rows.Scan(&e.Code, &e.Title, &e.Person, &e.On, &e.Note, &e.Href); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, e)
	}
	return list, db.Translate(rows.Err())
}

// mean is a query of a share whose statement gives beside it how many persons it stands on: the mean of a few is nearly a person's
// own score.
func mean(name, valueSQL, evidenceSQL string) query {
	q := telling(scalar(name, programme.Percent, valueSQL, evidenceSQL))
	q.value = func(ctx context.Context, s *Programme, from, to time.Time) (Figure, error) {
		var v sql.NullFloat64
		var f Figure
		err := s.db.QueryRowContext(ctx, "WITH d AS (SELECT ?::date AS a, ?::date AS b) "+valueSQL, from, to).Scan(&v, &f.Of)
		if v.Valid {
			f.Value = &v.Float64
		}
		return f, db.Translate(err)
	}
	return q
}

func ofPersons(q query) query {
	q.persons = true
	return q
}

func telling(q query) query {
	q.telling = true
	return q
}

// noEvidence: nobody opens a case from here.
func noEvidence(context.Context, *Programme, time.Time, time.Time) ([]Evidence, error) {
	return nil, nil
}

const (
	attendedSQL = `status IN ('present', 'late', 'left_early')`

	heldSQL = `SELECT nullif(count(*), 0) FROM workshop.event e, d WHERE e.kind IN ('workshop', 'tot') AND e.state <> 'cancelled' AND e.ends_on BETWEEN d.a AND d.b
		AND EXISTS (SELECT 1 FROM workshop.attendance t WHERE t.event_id = e.id AND t.` + attendedSQL + `)`
	heldEvidenceSQL = `SELECT e.code, e.title, '', e.ends_on::timestamptz, e.venue, '/workshops/' || e.id FROM workshop.event e, d
		WHERE e.kind IN ('workshop', 'tot') AND e.state <> 'cancelled' AND e.ends_on BETWEEN d.a AND d.b
		AND EXISTS (SELECT 1 FROM workshop.attendance t WHERE t.event_id = e.id AND t.` + attendedSQL + `) ORDER BY e.ends_on, e.code`

	certificatesSQL = `SELECT CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE c.revoked_at IS NULL) END FROM certificate.certificate c, d
		WHERE c.issued_at >= d.a AND c.issued_at < d.b + 1`
	certificatesEvidenceSQL = `SELECT c.number, c.title, c.holder, c.issued_at, '', coalesce('/workshops/' || c.event_id, '/courses/' || c.course || '/certificates') FROM certificate.certificate c, d
		WHERE c.issued_at >= d.a AND c.issued_at < d.b + 1 AND c.revoked_at IS NULL ORDER BY c.number LIMIT 5000`

	// pairsSQL has one row per event and pair: the scores before and after in percent, of those who took both.
	pairsSQL = `, pair AS (SELECT p.event_id, 100 * a.score / a.max_score AS pre, 100 * b.score / b.max_score AS post
		FROM exam.pairing p JOIN workshop.event e ON e.id = p.event_id AND e.state <> 'cancelled' JOIN d ON e.ends_on BETWEEN d.a AND d.b
		JOIN exam.sitting sa ON sa.pairing_id = p.id AND sa.phase = 'pre' JOIN exam.sitting sb ON sb.pairing_id = p.id AND sb.phase = 'post'
		JOIN exam.attempt a ON a.sitting_id = sa.id AND a.voided_at IS NULL AND a.max_score > 0
		JOIN exam.attempt b ON b.sitting_id = sb.id AND b.voided_at IS NULL AND b.max_score > 0 AND b.subject = a.subject) `
	// the class's normalised gain (Hake 1998): what was won of what could be won, over all pairs
	gainSQL         = pairsSQL + `SELECT CASE WHEN avg(pre) < 100 THEN round(100 * (avg(post) - avg(pre)) / (100 - avg(pre)), 1) END, count(*) FROM pair`
	postSQL         = pairsSQL + `SELECT round(avg(post), 1), count(*) FROM pair`
	gainEvidenceSQL = pairsSQL + `SELECT e.code, e.title, '', e.ends_on::timestamptz, count(*) || ' × ' || round(avg(pre)) || ' → ' || round(avg(post)), '/workshops/' || e.id || '/results'
		FROM pair JOIN workshop.event e ON e.id = pair.event_id GROUP BY e.id ORDER BY e.ends_on, e.code`

	// the state on the last day, whatever the first
	worksSQL         = `SELECT round(100.0 * count(*) FILTER (WHERE w.accepted_on <= d.b) / nullif(count(*), 0), 1) FROM programme.fitout_work w, d WHERE w.removed_at IS NULL`
	worksEvidenceSQL = `SELECT '', w.title, '', w.accepted_on::timestamptz, o.name, '/programme/r/works/' || w.id FROM programme.fitout_work w JOIN org.organisation o ON o.id = w.shelter_id, d
		WHERE w.removed_at IS NULL AND w.accepted_on <= d.b ORDER BY w.accepted_on, w.position`
	sheltersSQL = `SELECT CASE WHEN count(*) > 0 THEN count(*) FILTER (WHERE ready) END FROM
		(SELECT bool_and(coalesce(w.accepted_on <= d.b, false)) AS ready FROM programme.fitout_work w, d WHERE w.removed_at IS NULL GROUP BY w.shelter_id) x`
	readinessSQL = `SELECT round(100 * avg(CASE after WHEN 'yes' THEN 1.0 WHEN 'partly' THEN 0.5 ELSE 0 END), 1) FROM programme.readiness, d
		WHERE removed_at IS NULL AND after_on <= d.b`
	readinessEvidenceSQL = `SELECT '', r.title, '', r.after_on::timestamptz, o.name, '/programme/r/readiness/' || r.id FROM programme.readiness r JOIN org.organisation o ON o.id = r.shelter_id, d
		WHERE r.removed_at IS NULL AND r.after_on <= d.b ORDER BY r.after_on, r.position`

	actionsSQL         = `SELECT nullif(count(*), 0) FROM programme.awareness w, d WHERE w.removed_at IS NULL AND w.held_on BETWEEN d.a AND d.b`
	actionsEvidenceSQL = `SELECT '', w.title, '', w.held_on::timestamptz, (w.reach_f + w.reach_m + w.reach_unknown)::text, '/programme/r/awareness/' || w.id
		FROM programme.awareness w, d WHERE w.removed_at IS NULL AND w.held_on BETWEEN d.a AND d.b ORDER BY w.held_on, w.position`
	knowledgeSQL = `SELECT round(100.0 * sum(known_post) / nullif(sum(survey_post), 0), 1), coalesce(sum(survey_post), 0) FROM programme.awareness w, d
		WHERE w.removed_at IS NULL AND w.survey_post IS NOT NULL AND w.held_on BETWEEN d.a AND d.b`

	milestonesSQL         = `SELECT round(100.0 * count(*) FILTER (WHERE m.done_on <= d.b) / nullif(count(*), 0), 1) FROM programme.milestone m, d WHERE m.removed_at IS NULL`
	milestonesEvidenceSQL = `SELECT '', m.title, '', m.done_on::timestamptz, m.evidence, '/programme/r/milestones/' || m.id FROM programme.milestone m, d
		WHERE m.removed_at IS NULL AND m.done_on <= d.b ORDER BY m.done_on, m.position`
)

// awarenessReach counts heads of actions, by sex and governorate.
func awarenessReach(name, where string) query {
	q := ofPersons(scalar(name, programme.Count, `SELECT sum(w.reach_f + w.reach_m + w.reach_unknown) FROM programme.awareness w, d
		WHERE w.removed_at IS NULL AND w.held_on BETWEEN d.a AND d.b AND `+where,
		`SELECT '', w.title, '', w.held_on::timestamptz, (w.reach_f + w.reach_m + w.reach_unknown)::text, '/programme/r/awareness/' || w.id
		FROM programme.awareness w, d WHERE w.removed_at IS NULL AND w.held_on BETWEEN d.a AND d.b AND `+where+` ORDER BY w.held_on, w.position`))
	q.telling = true
	total := q.value
	q.value = func(ctx context.Context, s *Programme, from, to time.Time) (Figure, error) {
		f, err := total(ctx, s, from, to)
		if err != nil || f.Value == nil {
			return f, err
		}
		f.Parts, err = s.parts(ctx, `WITH w AS (SELECT * FROM programme.awareness WHERE removed_at IS NULL AND held_on BETWEEN ?::date AND ?::date AND `+where+`)
			SELECT 'sex', 'f', sum(reach_f) FROM w UNION ALL SELECT 'sex', 'm', sum(reach_m) FROM w UNION ALL SELECT 'sex', 'unknown', sum(reach_unknown) FROM w
			UNION ALL SELECT 'age', 'minors', sum(reach_minors) FROM w UNION ALL SELECT 'age', 'adults', sum(reach_f + reach_m + reach_unknown - reach_minors) FROM w
			UNION ALL (SELECT 'governorate', coalesce(governorate, 'unknown'), sum(reach_f + reach_m + reach_unknown) FROM w GROUP BY 2 ORDER BY 2)`, from, to)
		return f, err
	}
	return q
}

func (s *Programme) parts(ctx context.Context, statement string, args ...any) ([]Part, error) {
	rows, err := s.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	var list []Part
	for rows.Next() {
		var p Part
		if err := rows.Scan(&p.Dimension, &p.Key, &p.N); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, p)
	}
	return list, db.Translate(rows.Err())
}
