package org

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Staff is somebody of the case side: a name, and where they follow files.
type Staff struct {
	ID         uuid.UUID
	FamilyName string
	GivenName  string
	Scopes     []uuid.UUID `bun:",array"` // shelters and organisations in which the person follows or supervises files at present
}

// Name gives the name as it is read.
func (p Staff) Name() string { return strings.TrimSpace(p.GivenName + " " + p.FamilyName) }

// CaseStaff lists those who hold a case role, and those among "also" who once did something on a file. Names of staff are
// what this gives, and to the case side alone.
func (s *Service) CaseStaff(ctx context.Context, actor access.Actor, also []uuid.UUID) ([]Staff, error) {
	if err := access.Can(actor, access.CaseEnter, access.Resource{}); err != nil {
		return nil, err
	}
	if len(also) == 0 {
		also = []uuid.UUID{uuid.Nil}
	}
	var list []Staff
	err := s.db.NewRaw(`SELECT p.id, p.family_name, p.given_name,
			coalesce(array_agg(g.scope_id) FILTER (WHERE g.scope_id IS NOT NULL), '{}') AS scopes
		FROM org.person p LEFT JOIN org.role_grant g ON g.person_id = p.id AND g.revoked_at IS NULL AND g.suspended_at IS NULL AND g.role IN ('case_worker', 'case_supervisor', 'protection_officer')
		WHERE g.id IS NOT NULL OR p.id IN (?) GROUP BY p.id ORDER BY lower(p.family_name), lower(p.given_name), p.id`, bun.List(also)).Scan(ctx, &list)
	return list, db.Translate(err)
}

// CaseGuardsTx gives those who are told of something on the case side, where they have an address: the protection officers, the
// supervisors of a shelter or organisation, and one person more.
// public: a step of the case side's own acts.
func (s *Service) CaseGuardsTx(ctx context.Context, tx bun.Tx, owner, also uuid.UUID) ([]Person, error) {
	var list []Person
	err := tx.NewSelect().Model(&list).Where(`p.email <> '' AND (p.id = ? OR EXISTS (SELECT 1 FROM org.role_grant g WHERE g.person_id = p.id
		AND g.revoked_at IS NULL AND g.suspended_at IS NULL AND (g.role = 'protection_officer' OR (g.role = 'case_supervisor' AND g.scope_id = ?))))`, also, owner).
		Order("p.id").Scan(ctx)
	return list, db.Translate(err)
}
