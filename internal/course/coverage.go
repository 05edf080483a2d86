package course

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/i18n"
)

// CoverageRow is an organisation and how its people hold the competencies of the house.
type CoverageRow struct {
	OrganisationID uuid.UUID
	Name           string
	NameAR         string `bun:"name_ar"`
	Shelter        bool
	People         int                             // registered with the organisation
	Counts         map[string]map[HoldingState]int `bun:"-"` // by competency
	Holders        []Holder                        `bun:"-"` // those who hold or held one
}

// NameIn is the organisation's name in a language.
func (r *CoverageRow) NameIn(l i18n.Lang) string {
	if l == i18n.AR && r.NameAR != "" {
		return r.NameAR
	}
	return r.Name
}

// Holder is a person's competency.
type Holder struct {
	Holding

	Name, Code string
	State      HoldingState
}

// Coverage is who holds what, by organisation.
type Coverage struct {
	Competencies []Competency // of the newest versions
	Rows         []*CoverageRow
}

// coverageSQL counts people by organisation; ?orgs limits it unless ?all.
const coverageSQL = `
SELECT o.id AS organisation_id, o.name, o.name_ar, o.shelter, (SELECT count(*) FROM org.person p WHERE p.organisation_id = o.id) AS people
FROM org.organisation o WHERE (?all OR o.id IN (?orgs)) AND o.archived_at IS NULL ORDER BY o.shelter DESC, o.name`

const holdersSQL = `
SELECT a.person_id, a.course, a.version_id, a.completed_at, p.organisation_id, trim(p.family_name || ' ' || p.given_name) AS name, p.code
FROM course.award a JOIN org.person p ON p.id = a.person_id JOIN org.organisation o ON o.id = p.organisation_id
WHERE (?all OR o.id IN (?orgs)) AND o.archived_at IS NULL`

type holderRow struct {
	awardRow

	OrganisationID uuid.UUID
	Name, Code     string
}

// reach says whose organisations the actor sees.
type reach struct {
	All  bool
	Orgs bun.ListValues
}

func reachOf(actor access.Actor) reach {
	orgs := append(actor.ScopedIDs(access.FocalPoint, access.Organisation), uuid.Nil) // an empty list is no SQL
	return reach{All: actor.System != "" || actor.Has(access.Manager, access.Admin), Orgs: bun.List(orgs)}
}

// Coverage gives who holds which competency and until when, by organisation, shelters first: managers and administrators see
// all, focal points their own organisations.
func (s *Service) Coverage(ctx context.Context, actor access.Actor) (*Coverage, error) {
	if err := access.Can(actor, access.PersonList, access.Resource{}); err != nil {
		return nil, err
	}
	c, byOrg, err := s.coverageOrgs(ctx, actor)
	if err != nil {
		return nil, err
	}
	var rows []holderRow
	if err := s.db.NewRaw(holdersSQL, reachOf(actor)).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("course: holders: %w", db.Translate(err))
	}
	awards, who := make([]awardRow, len(rows)), make(map[uuid.UUID]holderRow, len(rows))
	for i, r := range rows {
		awards[i], who[r.PersonID] = r.awardRow, r
	}
	list, err := s.holdings(ctx, s.db, awards)
	if err != nil {
		return nil, err
	}
	now := s.now()
	for _, h := range latest(list) {
		p := who[h.PersonID]
		if row := byOrg[p.OrganisationID]; row != nil {
			row.add(Holder{Holding: h, Name: p.Name, Code: p.Code, State: h.State(now)})
		}
	}
	return c, nil
}

func (r *CoverageRow) add(h Holder) {
	r.Holders = append(r.Holders, h)
	if r.Counts[h.Competency.Code] == nil {
		r.Counts[h.Competency.Code] = map[HoldingState]int{}
	}
	r.Counts[h.Competency.Code][h.State]++
}

func (s *Service) coverageOrgs(ctx context.Context, actor access.Actor) (*Coverage, map[uuid.UUID]*CoverageRow, error) {
	newest, err := s.standings(ctx, uuid.Nil, "", "") // as a newcomer has them
	if err != nil {
		return nil, nil, err
	}
	c, byOrg := &Coverage{}, map[uuid.UUID]*CoverageRow{}
	for _, r := range newest {
		v, err := s.version(ctx, s.db, r.id, r.code)
		if err != nil {
			return nil, nil, err
		}
		c.Competencies = append(c.Competencies, v.Competencies...)
	}
	slices.SortFunc(c.Competencies, func(a, b Competency) int { return cmp.Compare(a.Code, b.Code) })
	if err := s.db.NewRaw(coverageSQL, reachOf(actor)).Scan(ctx, &c.Rows); err != nil {
		return nil, nil, fmt.Errorf("course: coverage: %w", db.Translate(err))
	}
	for _, o := range c.Rows {
		o.Counts, byOrg[o.OrganisationID] = map[string]map[HoldingState]int{}, o
	}
	return c, byOrg, nil
}
