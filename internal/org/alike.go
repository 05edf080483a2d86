package org

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// AlikePersons lists known persons who may be the one that somebody types: with the same e-mail address or number, or of the same
// name in any spelling and script, unless a birth or an identity card tells them apart. The one with the input's own id is left out:
// the form that made it is sent again.
func (s *Service) AlikePersons(ctx context.Context, actor access.Actor, in PersonInput) ([]PersonRow, error) {
	if err := access.Can(actor, access.PersonCreate, access.Resource{}); err != nil {
		return nil, err
	}
	c := Candidate{FamilyName: in.FamilyName, GivenName: in.GivenName, CIN: in.CIN, Email: in.Email, BirthDate: in.BirthDate, BirthYear: in.BirthYear, OrganisationID: in.OrganisationID}
	c.Phone, _ = ParsePhone(in.Phone)
	x, err := possiblePersons(ctx, s.db, []Candidate{c})
	if err != nil {
		return nil, err
	}
	ids := x.alike(c, in.ID)
	if len(ids) == 0 {
		return nil, nil
	}
	var rows []PersonRow
	err = s.personQuery().Where("p.id IN (?)", bun.List(ids)).OrderExpr(byName).Limit(pickLimit).Scan(ctx, &rows)
	return rows, db.Translate(err)
}

func (x personIndex) alike(c Candidate, but uuid.UUID) []uuid.UUID {
	var ids []uuid.UUID
	add := func(list []Person, known, sure bool) {
		for i := range list {
			p := &list[i]
			if known && p.ID != but && (sure || !contradicts(c, *p) && SameName(c.FamilyName, c.GivenName, p.FamilyName, p.GivenName)) {
				ids = append(ids, p.ID)
			}
		}
	}
	add(x.byCIN[c.CIN], c.CIN != "", true)
	add(x.byEmail[c.Email], c.Email != "", true)
	add(x.byPhone[c.Phone], c.Phone != "", true)
	add(x.byName[NameKey(c.FamilyName, c.GivenName)], true, false)
	return ids
}
