package org

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// PersonFilter says which persons a list shows.
type PersonFilter struct {
	Query          string // name in any script, code, number or e-mail address; every word must match
	OrganisationID uuid.UUID
	Kind           Kind
	Governorate    string
	Role           access.Role
	Page           int // from 1
}

// PersonsPerPage is the length of a page of the list.
const PersonsPerPage = 50

// PersonRow is a line of the list.
type PersonRow struct {
	ID             uuid.UUID
	Code           string
	FamilyName     string
	GivenName      string
	Sex            string
	BirthDate      time.Time
	BirthYear      int
	Phone          string
	Email          string
	JobTitle       string
	Organisation   string
	OrganisationAR string `bun:"organisation_ar"`
	Kind           Kind
	Governorate    string
}

// PersonPage is one page of the list.
type PersonPage struct {
	Rows  []PersonRow
	Total int
	Page  int
	Pages int
}

// Persons lists the persons within the actor's scope, by name.
func (s *Service) Persons(ctx context.Context, actor access.Actor, f PersonFilter) (PersonPage, error) {
	if err := access.Can(actor, access.PersonList, access.Resource{}); err != nil {
		return PersonPage{}, err
	}
	total, err := s.countPersons(ctx, actor, f)
	if err != nil {
		return PersonPage{}, err
	}
	page := PersonPage{Total: total, Pages: max(1, (total+PersonsPerPage-1)/PersonsPerPage)}
	if page.Page = max(f.Page, 1); page.Page > page.Pages { // past the end: the list became shorter
		page.Page = 1
	}
	err = filterPersons(scopePersons(s.personQuery(), actor), f).OrderExpr(byName).
		Limit(PersonsPerPage).Offset(int64(page.Page-1)*PersonsPerPage).Scan(ctx, &page.Rows)
	return page, db.Translate(err)
}

// byName is the order of every list of persons; an index gives it.
const byName = "lower(p.family_name), lower(p.given_name), p.id"

// countPersons counts apart from the page: a page comes from the index, and counting need not sort.
func (s *Service) countPersons(ctx context.Context, actor access.Actor, f PersonFilter) (int, error) {
	q := s.db.NewSelect().TableExpr("org.person AS p")
	if f.Kind != "" {
		q = q.Join("LEFT JOIN org.organisation AS o ON o.id = p.organisation_id")
	}
	n, err := filterPersons(scopePersons(q, actor), f).Count(ctx)
	return int(n), db.Translate(err)
}

// pickLimit is how many persons a choice offers at most.
const pickLimit = 12

// PickPersons finds persons for a choice field, for whoever may fill a list of participants. An empty or one-letter query
// finds nobody: it is a search, not a register.
func (s *Service) PickPersons(ctx context.Context, actor access.Actor, query string) ([]PersonRow, error) {
	if err := access.Can(actor, access.PersonCreate, access.Resource{}); err != nil {
		return nil, err
	}
	if len([]rune(strings.TrimSpace(query))) < 2 {
		return nil, nil
	}
	var rows []PersonRow
	err := filterPersons(s.personQuery(), PersonFilter{Query: query}).
		OrderExpr(byName).Limit(pickLimit).Scan(ctx, &rows)
	return rows, db.Translate(err)
}

// PersonsByID lists the named persons who are within the actor's scope, for printed slips and the like.
func (s *Service) PersonsByID(ctx context.Context, actor access.Actor, ids []uuid.UUID) ([]PersonRow, error) {
	if err := access.Can(actor, access.PersonList, access.Resource{}); err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []PersonRow
	err := scopePersons(s.personQuery(), actor).Where("p.id IN (?)", bun.List(ids)).
		OrderExpr(byName).Scan(ctx, &rows)
	return rows, db.Translate(err)
}

func (s *Service) personQuery() *bun.SelectQuery {
	return s.db.NewSelect().TableExpr("org.person AS p").Join("LEFT JOIN org.organisation AS o ON o.id = p.organisation_id").
		Column("p.id", "p.code", "p.family_name", "p.given_name", "p.sex", "p.birth_date", "p.birth_year", "p.phone", "p.email", "p.job_title", "p.governorate").
		ColumnExpr("o.name AS organisation, o.name_ar AS organisation_ar, o.kind")
}

// scopePersons keeps the rows that the actor may see: all for managers and administrators, the organisation's for a focal
// point.
func scopePersons(q *bun.SelectQuery, actor access.Actor) *bun.SelectQuery {
	if actor.System != "" || actor.Has(access.Manager, access.Admin) || actor.HasGlobal(access.FocalPoint) {
		return q
	}
	ids := actor.ScopedIDs(access.FocalPoint, access.Organisation)
	if len(ids) == 0 {
		return q.Where("FALSE")
	}
	return q.Where("p.organisation_id IN (?)", bun.List(ids))
}

func filterPersons(q *bun.SelectQuery, f PersonFilter) *bun.SelectQuery {
	if f.OrganisationID != uuid.Nil {
		q = q.Where("p.organisation_id = ?", f.OrganisationID)
	}
	if f.Kind != "" {
		q = q.Where("o.kind = ?", f.Kind)
	}
	if f.Governorate != "" {
		q = q.Where("p.governorate = ?", f.Governorate)
	}
	if f.Role != "" {
		q = q.Where("EXISTS (SELECT 1 FROM org.role_grant g WHERE g.person_id = p.id AND g.role = ? AND g.revoked_at IS NULL)", f.Role)
	}
	return searchPersons(q, f.Query)
}

// searchPersons keeps the rows in which every word is found: a code, part of a number or an address, part of the name as
// written, or part of the name in another spelling or script.
func searchPersons(q *bun.SelectQuery, query string) *bun.SelectQuery {
	query = tidy(query)
	if query == "" {
		return q
	}
	if code, ok := ParseCode(query); ok {
		return q.Where("p.code = ?", code)
	}
	if phone, ok := ParsePhone(query); ok {
		return q.Where("p.phone = ? OR p.cin = ?", phone, strings.ReplaceAll(westernDigits(query), " ", ""))
	}
	for _, word := range strings.Fields(query) {
		pattern := "%" + likeEscaper.Replace(westernDigits(word)) + "%"
		q = q.WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
			q = q.Where("(p.family_name || ' ' || p.given_name || ' ' || p.code) ILIKE ?", pattern).
				WhereOr("p.email LIKE ?", strings.ToLower(pattern)).WhereOr("p.phone LIKE ?", pattern)
			if key := NameKey(word, ""); len([]rune(key)) > 1 { // one consonant says nothing
				key = likeEscaper.Replace(key)
				q = q.WhereOr("p.name_key LIKE ? OR p.name_key LIKE ?", key+"%", "% "+key+"%")
			}
			return q
		})
	}
	return q
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// FindPersonTx gives the person of a code, an e-mail address or a number, for the command line; NotFound when there is none,
// Conflict when several share it.
func (s *Service) FindPersonTx(ctx context.Context, idb bun.IDB, actor access.Actor, login string) (Person, error) {
	if err := access.Can(actor, access.PersonEdit, access.Resource{}); err != nil {
		return Person{}, err
	}
	column, value := LoginColumn(login)
	if column == "" {
		return Person{}, errs.NewNotFound("person")
	}
	var list []Person
	if err := idb.NewSelect().Model(&list).Where("p.? = ?", bun.Ident(column), value).Limit(2).Scan(ctx); err != nil {
		return Person{}, db.Translate(err)
	}
	switch len(list) {
	case 0:
		return Person{}, errs.NewNotFound("person")
	case 1:
		return list[0], nil
	}
	return Person{}, errs.NewConflict("people_error_several")
}

// LoginColumn says what an identifier typed at sign-in is, and gives its stored form: "email", "phone" or "code", or "" when
// it is none of them.
func LoginColumn(login string) (column, value string) {
	if v, ok := ParseEmail(login); ok {
		return "email", v
	}
	if v, ok := ParseCode(login); ok {
		return "code", v
	}
	if v, ok := ParsePhone(login); ok {
		return "phone", v
	}
	return "", ""
}
