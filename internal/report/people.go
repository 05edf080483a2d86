package report

import (
	"context"
	"time"

	"github.com/uptrace/bun/dialect/pgdialect"

	"shelter/internal/db"
	"shelter/internal/programme"
)

// count says which people of events are counted.
type count struct {
	kinds     []string
	unique    bool // each person once, with what was known at the newest event
	completed bool // only those who reached the event's share of half-days
	shelter   bool // only staff of shelters
}

// peopleSQL has one row per person counted. Sex and birth are the person's, organisation and governorate those of the day of
// enrolment; the age is that on the event's first day (a birth year alone gives the age reached in that year), and one that is not
// plausible (under 10, over 110) is unknown, as everywhere in the system.
func (c count) sql() string {
	q := `WITH ev AS (SELECT id, threshold, starts_on, ends_on, code, title FROM workshop.event
		WHERE kind = ANY(?) AND state <> 'cancelled' AND ends_on BETWEEN ?::date AND ?::date),
	planned AS (SELECT s.event_id, count(*) AS n FROM workshop.slot s JOIN ev ON ev.id = s.event_id GROUP BY 1),
	att AS (SELECT t.enrolment_id, count(*) AS n FROM workshop.attendance t JOIN ev ON ev.id = t.event_id WHERE t.` + attendedSQL + ` GROUP BY 1),
	took AS (SELECT n.person_id, n.organisation, n.organisation_kind, n.governorate, n.organisation_id, ev.id AS event_id, ev.code, ev.title, ev.starts_on, ev.ends_on,
		att.n AS attended, planned.n AS planned FROM att JOIN workshop.enrolment n ON n.id = att.enrolment_id JOIN ev ON ev.id = n.event_id
		JOIN planned ON planned.event_id = ev.id`
	if c.completed {
		q += ` AND att.n >= ceil(planned.n * ev.threshold)`
	}
	if c.shelter {
		q += ` JOIN org.organisation o ON o.id = n.organisation_id AND o.shelter`
	}
	if c.unique {
		return q + `), who AS (SELECT DISTINCT ON (person_id) * FROM took ORDER BY person_id, ends_on DESC, code DESC)`
	}
	return q + `), who AS (SELECT * FROM took)`
}

const peopleParts = `, p AS (SELECT CASE WHEN x.sex = '' THEN 'unknown' ELSE x.sex END AS sex, who.organisation_kind AS kind, who.governorate,
		CASE WHEN x.birth_date IS NOT NULL THEN date_part('year', age(who.starts_on, x.birth_date)) ELSE date_part('year', who.starts_on) - x.birth_year END AS years
	FROM who JOIN org.person x ON x.id = who.person_id),
	q AS (SELECT sex, CASE WHEN kind = '' THEN 'unknown' ELSE kind END AS kind, coalesce(governorate, 'unknown') AS governorate,
		CASE WHEN years IS NULL OR years < 10 OR years > 110 THEN 'unknown' WHEN years < 25 THEN 'under_25' WHEN years < 35 THEN '25_34'
			WHEN years < 45 THEN '35_44' WHEN years < 55 THEN '45_54' ELSE '55_over' END AS age FROM p)
	SELECT CASE WHEN grouping(sex) = 0 THEN 'sex' WHEN grouping(age) = 0 THEN 'age' WHEN grouping(kind) = 0 THEN 'kind' WHEN grouping(governorate) = 0 THEN 'governorate' ELSE '' END,
		coalesce(sex, age, kind, governorate, ''), count(*) FROM q GROUP BY GROUPING SETS ((sex), (age), (kind), (governorate), ()) ORDER BY 1, 2`

func people(name string, c count) query {
	return query{name: name, unit: programme.Count, persons: true,
		value: func(ctx context.Context, s *Programme, from, to time.Time) (Figure, error) {
			parts, err := s.parts(ctx, c.sql()+peopleParts, pgdialect.Array(c.kinds), from, to)
			if err != nil {
				return Figure{}, err
			}
			var f Figure
			for _, p := range parts {
				if p.Dimension != "" {
					f.Parts = append(f.Parts, p)
					continue
				}
				v := float64(p.N)
				f.Value = &v
			}
			return f, s.measuredOnly(ctx, c, &f, from, to)
		},
		evidence: func(ctx context.Context, s *Programme, from, to time.Time) ([]Evidence, error) {
			return s.evidenceRows(ctx, c.sql()+` SELECT who.code, who.title, trim(x.family_name || ' ' || x.given_name) || ' (' || x.code || ')', who.ends_on::timestamptz,
				who.attended || '/' || who.planned || CASE WHEN who.organisation <> '' THEN ' · ' || who.organisation ELSE '' END, '/workshops/' || who.event_id
				FROM who JOIN org.person x ON x.id = who.person_id ORDER BY who.ends_on, who.code, lower(x.family_name), lower(x.given_name) LIMIT 5000`,
				pgdialect.Array(c.kinds), from, to)
		}}
}

// measuredOnly takes a 0 back when nothing was marked at any event of the days: nobody measured then.
func (s *Programme) measuredOnly(ctx context.Context, c count, f *Figure, from, to time.Time) error {
	if f.Value != nil && *f.Value > 0 {
		return nil
	}
	var marked bool
	err := s.db.NewRaw(`SELECT EXISTS (SELECT 1 FROM workshop.event e JOIN workshop.attendance t ON t.event_id = e.id AND t.status <> 'unmarked'
		WHERE e.kind = ANY(?) AND e.state <> 'cancelled' AND e.ends_on BETWEEN ?::date AND ?::date)`, pgdialect.Array(c.kinds), from, to).Scan(ctx, &marked)
	if err == nil && !marked {
		f.Value = nil
	}
	return db.Translate(err)
}
