package workshop

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
)

// Candidate is somebody who was proposed for an event, or has a place in it, with what a fair choice looks at.
type Candidate struct {
	Sex              string
	Governorate      string
	OrganisationKind string
	Organisation     string
	Trainings        int // events of before at which the person attended a half-day
	Proposed         bool
	Selected         bool // has a place, an offered one too
}

// CoverageBy is what a coverage is counted by.
type CoverageBy string

// The ways of counting. Together counts each combination of sex, governorate, organisation and training.
const (
	CoverSex          CoverageBy = "sex"
	CoverGovernorate  CoverageBy = "governorate"
	CoverKind         CoverageBy = "organisation_kind"
	CoverOrganisation CoverageBy = "organisation"
	CoverTrainings    CoverageBy = "trainings"
	CoverTogether     CoverageBy = "together"
)

// CoverageWays lists them in the order in which pages show them.
func CoverageWays() []CoverageBy {
	return []CoverageBy{CoverSex, CoverGovernorate, CoverKind, CoverOrganisation, CoverTrainings, CoverTogether}
}

// mostTrainings is the last group of trainings: two and more.
const mostTrainings = 2

// Group is what people of one group have in common; fields that the way of counting does not look at are empty.
type Group struct {
	Sex, Governorate, Kind, Organisation, Trainings string
}

// Covered is one group of a coverage.
type Covered struct {
	Group

	Proposed int
	Selected int
	Quota    int // most places; -1: none is set
}

func (by CoverageBy) of(c *Candidate) Group {
	trainings := strconv.Itoa(min(c.Trainings, mostTrainings))
	switch by {
	case CoverSex:
		return Group{Sex: cmp.Or(c.Sex, "-")}
	case CoverGovernorate:
		return Group{Governorate: cmp.Or(c.Governorate, "-")}
	case CoverKind:
		return Group{Kind: cmp.Or(c.OrganisationKind, "-")}
	case CoverOrganisation:
		return Group{Organisation: cmp.Or(c.Organisation, "-")}
	case CoverTrainings:
		return Group{Trainings: trainings}
	case CoverTogether:
	}
	return Group{Sex: cmp.Or(c.Sex, "-"), Governorate: cmp.Or(c.Governorate, "-"), Organisation: cmp.Or(c.Organisation, "-"), Trainings: trainings}
}

// quota is the quota of a group; -1 when there is none.
func (by CoverageBy) quota(g Group, uses []Use) int {
	kinds := map[CoverageBy]QuotaKind{CoverSex: BySex, CoverGovernorate: ByGovernorate, CoverKind: ByOrganisationKind}
	values := map[CoverageBy]string{CoverSex: g.Sex, CoverGovernorate: g.Governorate, CoverKind: g.Kind}
	for i := range uses {
		if kind, ok := kinds[by]; ok && uses[i].Kind == kind && uses[i].Value == values[by] {
			return uses[i].Places
		}
	}
	return -1
}

// Coverage counts candidates by group: those with most places first. A group that has a quota is there even when nobody is in it.
func Coverage(list []Candidate, uses []Use, by CoverageBy) []Covered {
	at := map[Group]*Covered{}
	group := func(g Group) *Covered {
		if at[g] == nil {
			at[g] = &Covered{Group: g, Quota: by.quota(g, uses)}
		}
		return at[g]
	}
	for i := range list {
		c := group(by.of(&list[i]))
		if list[i].Proposed {
			c.Proposed++
		}
		if list[i].Selected {
			c.Selected++
		}
	}
	for i := range uses {
		v := uses[i].Value
		switch {
		case by == CoverSex && uses[i].Kind == BySex:
			group(Group{Sex: v})
		case by == CoverGovernorate && uses[i].Kind == ByGovernorate:
			group(Group{Governorate: v})
		case by == CoverKind && uses[i].Kind == ByOrganisationKind:
			group(Group{Kind: v})
		}
	}
	out := make([]Covered, 0, len(at))
	for _, c := range at {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Covered) int {
		return cmp.Or(cmp.Compare(b.Selected, a.Selected), cmp.Compare(b.Proposed, a.Proposed), cmp.Compare(a.key(), b.key()))
	})
	return out
}

func (g Group) key() string { return g.Sex + g.Governorate + g.Kind + g.Organisation + g.Trainings }

// candidates are the people of an event's list who have a place or had one proposed.
func candidates(ctx context.Context, idb bun.IDB, event uuid.UUID) (list []Candidate, err error) {
	err = idb.NewRaw(`SELECT p.sex, coalesce(nullif(e.governorate, ''), p.governorate, o.governorate, '') AS governorate, coalesce(nullif(e.organisation_kind, ''), o.kind, '') AS organisation_kind,
			coalesce(nullif(e.organisation, ''), o.name, '') AS organisation, m.id IS NOT NULL AS proposed, coalesce(e.state IN ('enrolled', 'offered'), false) AS selected,
			(SELECT count(DISTINCT x.event_id) FROM workshop.enrolment AS x JOIN workshop.attendance AS a ON a.enrolment_id = x.id AND a.status IN ('present', 'late', 'left_early')
				WHERE x.person_id = p.id AND x.event_id <> ?0) AS trainings
		FROM (SELECT * FROM workshop.enrolment WHERE event_id = ?0) AS e
		FULL JOIN (SELECT * FROM workshop.nomination WHERE event_id = ?0 AND state <> 'withdrawn') AS m ON m.person_id = e.person_id
		JOIN org.person AS p ON p.id = coalesce(e.person_id, m.person_id) LEFT JOIN org.organisation AS o ON o.id = coalesce(m.organisation_id, p.organisation_id)
		WHERE m.id IS NOT NULL OR e.state IN ('enrolled', 'offered')`, event).Scan(ctx, &list)
	return list, db.Translate(err)
}
