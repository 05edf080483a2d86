package report

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun/dialect/pgdialect"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/exam"
	"shelter/internal/i18n"
	"shelter/internal/survey"
)

// Training is how far training has reached, what was learned, and what should be taught again.
type Training struct {
	Coverage   []Coverage
	Gains      []OpenWorkshop // with five pairs or more, the oldest first
	Refreshers []Refresher    // none for readers who may not see details
	AsOf       time.Time      // zero: of now; else of then, and newer figures are being computed
}

// Coverage is how many of an organisation's people completed a training.
type Coverage struct {
	OrganisationID uuid.UUID
	Name, NameAR   string
	Shelter        bool
	Known          Number // persons that the system knows of the organisation
	Trained        Number // of them, those who completed a training
}

// Refresher is a proposal: a topic that should be taught again, for whom, and why.
type Refresher struct {
	Objective      string    // code of the course's objective; empty for a proposal from a survey
	OrganisationID uuid.UUID // whose people; none: everybody who took the tests
	Organisation   string
	OrganisationAR string
	Workshop       string  // code and title of the event of a survey
	Persons        int     // on whom it stands
	Percent        float64 // of the objective's points, or of the answers that ask for more training
}

// Names of what a proposal stands on.
const (
	refresherMonths = 12 // tests and surveys of the last year
	// WantShare is the share of answers to a follow-up survey, in percent, from which their wish for more training becomes a proposal.
	WantShare = 30
)

// coverageSQL counts, by organisation, the people who belong to it and those of them who completed a training.
func coverageSQL() string {
	return count{kinds: training, unique: true, completed: true}.sql() + ` SELECT o.id, o.name, coalesce(o.name_ar, ''), o.shelter, count(x.id), count(who.person_id)
	FROM org.organisation o JOIN org.person x ON x.organisation_id = o.id LEFT JOIN who ON who.person_id = x.id
	WHERE o.archived_at IS NULL GROUP BY o.id ORDER BY o.shelter DESC, count(who.person_id)::float8 / count(x.id), o.name`
}

// Training reads coverage and gains; whoever may see details also gets the proposals. As on the dashboard, what takes long to
// compute may be shown as it was a while ago.
func (s *Programme) Training(ctx context.Context, actor access.Actor, lang i18n.Lang) (*Training, error) {
	if err := access.Can(actor, access.ProgrammeView, access.Resource{}); err != nil {
		return nil, err
	}
	state, at, err := s.glance(ctx)
	if err != nil {
		return nil, err
	}
	all, ok := s.shelf.trainingOf(state)
	if !ok {
		begun := time.Now() //nolint:forbidigo // how long it takes, not when
		if all, err = s.training(ctx); err != nil {
			return nil, err
		}
		s.shelf.putTraining(state, all, time.Since(begun))
	}
	t := all.to(lang, access.Can(actor, access.ProgrammeDetail, access.Resource{}) == nil)
	t.AsOf = at
	return t, nil
}

// training reads everything, for every language and reader.
func (s *Programme) training(ctx context.Context) (*Training, error) {
	t := &Training{}
	var err error
	if t.Coverage, err = s.coverage(ctx); err != nil {
		return nil, err
	}
	if t.Gains, err = s.gains(ctx); err != nil {
		return nil, err
	}
	t.Refreshers, err = s.refreshers(ctx)
	return t, err
}

// to is what a reader sees.
func (t *Training) to(lang i18n.Lang, detail bool) *Training {
	out := &Training{Coverage: slices.Clone(t.Coverage), Gains: t.Gains}
	if detail {
		out.Refreshers = slices.Clone(t.Refreshers)
	}
	for i := range out.Coverage {
		c := &out.Coverage[i]
		if lang == i18n.AR {
			c.Name = cmp.Or(c.NameAR, c.Name)
		}
		if !detail {
			c.hide()
		}
	}
	for i := range out.Refreshers {
		if r := &out.Refreshers[i]; lang == i18n.AR {
			r.Organisation = cmp.Or(r.OrganisationAR, r.Organisation)
		}
	}
	return out
}

// hide takes small numbers away, and with them those that would give them away: all trained but a few, or few that are known.
func (c *Coverage) hide() {
	known, trained := int(*c.Known.Value), int(*c.Trained.Value)
	c.Known = told(known)
	if small := func(n int) bool { return n > 0 && n < SmallNumber }; small(trained) || small(known-trained) {
		c.Trained = Number{Below: true}
	}
}

func (s *Programme) coverage(ctx context.Context) ([]Coverage, error) {
	rows, err := s.db.QueryContext(ctx, coverageSQL(), pgdialect.Array(training), first, i18n.Day(s.now()))
	if err != nil {
		return nil, db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	var list []Coverage
	for rows.Next() {
		var c Coverage
		var known, trained float64
		if err := rows.Scan(&c.OrganisationID, &c.Name, &c.NameAR, &c.Shelter, &known, &trained); err != nil {
			return nil, db.Translate(err)
		}
		c.Known.Value, c.Trained.Value = &known, &trained
		list = append(list, c)
	}
	return list, db.Translate(rows.Err())
}

func (s *Programme) gains(ctx context.Context) ([]OpenWorkshop, error) {
	all, err := s.workshops(ctx, which{from: first, to: last, tested: true, limit: manyWorkshops})
	list := slices.DeleteFunc(all, func(w OpenWorkshop) bool { return w.PreMean.Value == nil || w.PostMean.Value == nil })
	slices.SortStableFunc(list, func(a, b OpenWorkshop) int { return cmp.Compare(a.EndsOn, b.EndsOn) })
	return list, err
}

// weakSQL has the mean share of the points of each objective in the last tests of a year's workshops, over everybody and by
// organisation, each person once, where it is below what should be taught again and stands on enough persons. A question that was
// declared neutral counts as it was marked: full for everybody.
const weakSQL = `WITH got AS (SELECT coalesce(n.person_id::text, p.id::text || a.subject) AS who, n.organisation_id, q.objective,
		sum((r.v #>> '{}')::numeric) / sum(fi.points) AS share
	FROM exam.attempt a JOIN exam.sitting s ON s.id = a.sitting_id AND s.phase = 'post' JOIN exam.pairing p ON p.id = s.pairing_id
	JOIN workshop.event e ON e.id = p.event_id AND e.state <> 'cancelled' AND e.ends_on >= ?::date
	LEFT JOIN workshop.enrolment n ON n.id = a.enrolment_id
	CROSS JOIN LATERAL jsonb_array_elements(a.result) WITH ORDINALITY AS r(v, i)
	JOIN LATERAL (SELECT version_id, points, row_number() OVER (ORDER BY position) AS i FROM exam.form_item WHERE form_id = coalesce(a.form_id, s.form_id)) fi ON fi.i = r.i
	JOIN exam.question_version v ON v.id = fi.version_id AND v.type <> 'likert' JOIN exam.question q ON q.id = v.question_id AND q.objective <> ''
	WHERE a.submitted_at IS NOT NULL AND a.voided_at IS NULL AND jsonb_typeof(r.v) = 'number'
	GROUP BY 1, 2, 3, a.id),
	one AS (SELECT who, organisation_id, objective, avg(share) AS share FROM got GROUP BY 1, 2, 3),
	mean AS (SELECT objective, organisation_id, grouping(organisation_id) = 1 AS whole, count(DISTINCT who) AS n, 100 * avg(share) AS percent
		FROM one GROUP BY GROUPING SETS ((objective), (objective, organisation_id)))
	SELECT m.objective, o.id, coalesce(o.name, ''), coalesce(o.name_ar, ''), m.n, round(m.percent, 1)::float8 FROM mean m LEFT JOIN org.organisation o ON o.id = m.organisation_id
	WHERE m.n >= ? AND m.percent < ? AND (m.whole OR o.id IS NOT NULL) ORDER BY m.whole DESC, m.percent, m.objective, o.name`

// wantSQL has the follow-up surveys of a year in which enough of the answers to "what do you lack most" ask for more training. The
// question is known by its third option, in French.
const wantSQL = `SELECT e.code || ' · ' || e.title, sum(t.n)::int, round(100.0 * sum(t.n) FILTER (WHERE q.o -> 'options' -> t.choice ->> 'fr' = ?) / sum(t.n), 1)::float8
	FROM survey.survey v JOIN workshop.event e ON e.id = v.event_id CROSS JOIN LATERAL jsonb_array_elements(v.questions) AS q(o)
	JOIN survey.tally t ON t.survey_id = v.id AND t.question = q.o ->> 'id'
	WHERE v.wave IN ('m3', 'm6') AND v.state = 'closed' AND coalesce(v.closed_on, v.closes_on) >= ?::date AND q.o ->> 'kind' = 'choice'
		AND EXISTS (SELECT 1 FROM jsonb_array_elements(q.o -> 'options') x WHERE x ->> 'fr' = ?)
	GROUP BY e.id, v.id, q.o ->> 'id' HAVING sum(t.n) >= ? AND 100.0 * sum(t.n) FILTER (WHERE q.o -> 'options' -> t.choice ->> 'fr' = ?) / sum(t.n) >= ? ORDER BY 3 DESC`

func (s *Programme) refreshers(ctx context.Context) ([]Refresher, error) {
	since := i18n.Day(s.now()).AddDate(0, -refresherMonths, 0).Format(time.DateOnly)
	list, err := s.proposals(ctx, weakSQL, func(rows *sql.Rows, r *Refresher) error {
		var id uuid.NullUUID
		err := rows.Scan(&r.Objective, &id, &r.Organisation, &r.OrganisationAR, &r.Persons, &r.Percent)
		r.OrganisationID = id.UUID
		return err
	}, since, SmallNumber, exam.TeachAgain)
	if err != nil {
		return nil, err
	}
	more := s.bundle.For(i18n.FR).T(survey.WantsTraining)
	wanted, err := s.proposals(ctx, wantSQL, func(rows *sql.Rows, r *Refresher) error {
		return rows.Scan(&r.Workshop, &r.Persons, &r.Percent)
	}, more, since, more, survey.MinAnswers, more, WantShare)
	return append(list, wanted...), err
}

func (s *Programme) proposals(ctx context.Context, statement string, scan func(*sql.Rows, *Refresher) error, args ...any) ([]Refresher, error) {
	rows, err := s.db.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, db.Translate(err)
	}
	defer func() { _ = rows.Close() }()
	var list []Refresher
	for rows.Next() {
		var r Refresher
		if err := scan(rows, &r); err != nil {
			return nil, db.Translate(err)
		}
		list = append(list, r)
	}
	return list, db.Translate(rows.Err())
}
