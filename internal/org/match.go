package org

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Candidate is what a list says of a person who may be known already. Values are in stored form (see ParsePhone, ParseEmail,
// ParseCIN); what is not known is empty.
type Candidate struct {
	FamilyName     string
	GivenName      string
	CIN            string
	Phone          string
	Email          string
	BirthDate      time.Time
	BirthYear      int
	OrganisationID uuid.UUID
}

// Evidence says why a person was recognised.
type Evidence string

// The kinds of evidence, strongest first.
const (
	ByCIN   Evidence = "cin"
	ByEmail Evidence = "email"
	ByPhone Evidence = "phone"
	ByName  Evidence = "name" // the name, and birth or organisation
)

// Match is a person of the database whom a candidate is, or may be.
type Match struct {
	Person  Person
	By      Evidence
	Certain bool // false: a person must look; the candidate counts as new until then
}

// Found tells whether there is a match at all.
func (m Match) Found() bool { return m.By != "" }

// FindMatchTx looks for one candidate among the known persons.
func (s *Service) FindMatchTx(ctx context.Context, idb bun.IDB, actor access.Actor, c Candidate) (Match, error) {
	ms, err := s.FindMatchesTx(ctx, idb, actor, []Candidate{c})
	if err != nil {
		return Match{}, err
	}
	return ms[0], nil
}

// FindMatchesTx looks for many candidates in one statement; the result has a Match per candidate, in order.
func (s *Service) FindMatchesTx(ctx context.Context, idb bun.IDB, actor access.Actor, cs []Candidate) ([]Match, error) {
	if err := access.Can(actor, access.PersonCreate, access.Resource{}); err != nil {
		return nil, err
	}
	known, err := possiblePersons(ctx, idb, cs)
	if err != nil {
		return nil, err
	}
	out := make([]Match, len(cs))
	for i, c := range cs {
		out[i] = known.best(c)
	}
	return out, nil
}

// personIndex finds persons by each kind of evidence.
type personIndex struct {
	byCIN, byEmail, byPhone, byName map[string][]Person
}

func possiblePersons(ctx context.Context, idb bun.IDB, cs []Candidate) (personIndex, error) {
	var cins, emails, phones, keys []string
	for _, c := range cs {
		cins, emails, phones = appendSet(cins, c.CIN), appendSet(emails, c.Email), appendSet(phones, c.Phone)
		keys = appendSet(keys, NameKey(c.FamilyName, c.GivenName))
	}
	var list []Person
	q := idb.NewSelect().Model(&list).Where("FALSE").Order("p.created_at", "p.id")
	for _, w := range []struct {
		expr   string
		values []string
	}{{"p.cin IN (?)", cins}, {"p.email IN (?)", emails}, {"p.phone IN (?)", phones}, {"p.name_key IN (?)", keys}} {
		if len(w.values) > 0 {
			q = q.WhereOr(w.expr, bun.List(w.values))
		}
	}
	if err := q.Scan(ctx); err != nil {
		return personIndex{}, db.Translate(err)
	}
	return indexPersons(list), nil
}

func appendSet(list []string, v string) []string {
	if v == "" {
		return list
	}
	return append(list, v)
}

func indexPersons(list []Person) personIndex {
	x := personIndex{map[string][]Person{}, map[string][]Person{}, map[string][]Person{}, map[string][]Person{}}
	for _, p := range list {
		x.byCIN[p.CIN] = append(x.byCIN[p.CIN], p)
		x.byEmail[p.Email] = append(x.byEmail[p.Email], p)
		x.byPhone[p.Phone] = append(x.byPhone[p.Phone], p)
		x.byName[p.NameKey] = append(x.byName[p.NameKey], p)
	}
	return x
}

// best gives the strongest certain match, else the strongest possible one.
//
// The same CIN is certain. The same e-mail or number is certain with the same name (offices share both), possible otherwise.
// The same name is certain with a second evidence: the birth date, or the birth year and the organisation; it is possible
// with the organisation alone, and nothing by itself.
func (x personIndex) best(c Candidate) Match {
	key := NameKey(c.FamilyName, c.GivenName)
	var possible Match
	for _, step := range []struct {
		by      Evidence
		value   string
		persons []Person
	}{{ByCIN, c.CIN, x.byCIN[c.CIN]}, {ByEmail, c.Email, x.byEmail[c.Email]}, {ByPhone, c.Phone, x.byPhone[c.Phone]}, {ByName, key, x.byName[key]}} {
		if step.value == "" {
			continue
		}
		for _, p := range step.persons {
			certain, maybe := weigh(step.by, c, p)
			if certain {
				return Match{Person: p, By: step.by, Certain: true}
			}
			if maybe && !possible.Found() {
				possible = Match{Person: p, By: step.by}
			}
		}
	}
	return possible
}

func weigh(by Evidence, c Candidate, p Person) (certain, possible bool) {
	if by == ByCIN {
		return true, true
	}
	if contradicts(c, p) {
		return false, false
	}
	sameName := SameName(c.FamilyName, c.GivenName, p.FamilyName, p.GivenName)
	if by == ByEmail || by == ByPhone {
		return sameName, true
	}
	if !sameName {
		return false, false
	}
	sameOrg := c.OrganisationID != uuid.Nil && c.OrganisationID == p.OrganisationID
	switch birth := sameBirth(c, p); {
	case birth == exactDay:
		return true, true
	case birth == sameYear && sameOrg:
		return true, true
	default:
		return false, sameOrg || birth == sameYear
	}
}

// contradicts: two identity card numbers, or two birth dates, are two persons.
func contradicts(c Candidate, p Person) bool {
	if c.CIN != "" && p.CIN != "" && c.CIN != p.CIN {
		return true
	}
	return sameBirth(c, p) == differs
}

type birthMatch uint8

const (
	unknownBirth birthMatch = iota
	differs
	sameYear
	exactDay
)

func sameBirth(c Candidate, p Person) birthMatch {
	cy, py := yearOf(c.BirthDate, c.BirthYear), yearOf(p.BirthDate, p.BirthYear)
	switch {
	case cy == 0 || py == 0:
		return unknownBirth
	case !c.BirthDate.IsZero() && !p.BirthDate.IsZero():
		if c.BirthDate.Format(time.DateOnly) == p.BirthDate.Format(time.DateOnly) {
			return exactDay
		}
		return differs
	case cy == py:
		return sameYear
	}
	return differs
}

func yearOf(date time.Time, year int) int {
	if !date.IsZero() {
		return date.Year()
	}
	return year
}
