package org

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// RoleGrant is one role of a person within one scope.
type RoleGrant struct {
	bun.BaseModel `bun:"table:org.role_grant,alias:g"`

	ID        uuid.UUID `bun:",pk"`
	PersonID  uuid.UUID
	Role      access.Role
	Scope     access.ScopeKind
	ScopeID   uuid.UUID `bun:",nullzero"`
	GrantedBy uuid.UUID `bun:",nullzero"`
	GrantedAt time.Time
	RevokedAt time.Time `bun:",nullzero"`

	SuspendedAt time.Time `bun:",nullzero"` // a case role after its account's secret was replaced; without effect
}

// GrantView is a live grant with the name of its scope.
type GrantView struct {
	RoleGrant `bun:",extend"`

	ScopeName string // an organisation's name or a workshop's code; empty for a global grant
}

// GrantInput asks for a role.
type GrantInput struct {
	Role    access.Role
	Scope   access.ScopeKind
	ScopeID uuid.UUID
}

// scopesOf says which scopes a role can have; the first is the form's proposal.
var scopesOf = map[access.Role][]access.ScopeKind{
	access.Trainee:           {access.Global},
	access.FocalPoint:        {access.Organisation},
	access.Trainer:           {access.Global, access.Workshop},
	access.Manager:           {access.Global},
	access.Observer:          {access.Global},
	access.Admin:             {access.Global},
	access.CaseWorker:        {access.Shelter, access.Organisation},
	access.CaseSupervisor:    {access.Shelter, access.Organisation},
	access.ProtectionOfficer: {access.Global},
}

// ScopesOf lists the scopes that a role can have.
func ScopesOf(r access.Role) []access.ScopeKind { return scopesOf[r] }

// GrantRole gives a role. A repeat changes nothing. A case role is asked for: it has no effect before a protection officer has
// approved it.
func (s *Service) GrantRole(ctx context.Context, actor access.Actor, personID uuid.UUID, in GrantInput) error {
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		return s.GrantRoleTx(ctx, tx, actor, personID, in)
	})
}

// GrantRoleTx gives a role within a transaction, or asks for it when it is a case role. The system (command line, invented data)
// can no more than ask either.
func (s *Service) GrantRoleTx(ctx context.Context, idb bun.IDB, actor access.Actor, personID uuid.UUID, in GrantInput) error {
	if err := access.Can(actor, access.RoleGrant, access.Resource{PersonID: personID}); err != nil {
		return err
	}
	if err := checkGrant(ctx, idb, in); err != nil {
		return err
	}
	if _, err := personByID(ctx, idb, personID); err != nil {
		return err
	}
	if in.Role.CaseRole() {
		return s.askTx(ctx, idb, actor, personID, in)
	}
	g := RoleGrant{ID: uuid.Must(uuid.NewV7()), PersonID: personID, Role: in.Role, Scope: in.Scope, ScopeID: in.ScopeID,
		GrantedBy: actor.PersonID, GrantedAt: s.now().UTC()}
	res, err := idb.NewInsert().Model(&g).On("CONFLICT (person_id, role, scope, scope_id) WHERE revoked_at IS NULL DO NOTHING").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	return s.record(ctx, idb, actor, "role.grant", "person", personID.String(),
		map[string]any{"role": in.Role, "scope": in.Scope, "scope_id": in.ScopeID})
}

func checkGrant(ctx context.Context, idb bun.IDB, in GrantInput) error {
	var c checker
	switch {
	case !in.Role.Valid():
		c.wrong("role", "error_choice", nil)
	case !hasScope(in.Role, in.Scope):
		c.wrong("scope", "people_error_scope", nil)
	case (in.Scope == access.Global) != (in.ScopeID == uuid.Nil):
		c.wrong("scope_id", "error_required", nil)
	}
	if err := errs.InvalidFields(c.fields); err != nil || in.Scope == access.Global {
		return err
	}
	return checkScope(ctx, idb, in)
}

func hasScope(r access.Role, k access.ScopeKind) bool {
	for _, x := range scopesOf[r] {
		if x == k {
			return true
		}
	}
	return false
}

// scopeTables says where the things that a grant can be limited to are kept.
var scopeTables = map[access.ScopeKind]string{
	access.Organisation: "SELECT EXISTS (SELECT 1 FROM org.organisation WHERE id = ?)",
	access.Shelter:      "SELECT EXISTS (SELECT 1 FROM org.organisation WHERE id = ? AND shelter)",
	access.Workshop:     "SELECT EXISTS (SELECT 1 FROM workshop.event WHERE id = ?)",
}

func checkScope(ctx context.Context, idb bun.IDB, in GrantInput) error {
	var there bool
	if err := idb.NewRaw(scopeTables[in.Scope], in.ScopeID).Scan(ctx, &there); err != nil {
		return db.Translate(err)
	}
	if !there {
		return errs.InvalidFields([]errs.Field{{Name: "scope_id", Key: "error_choice"}})
	}
	return nil
}

// RevokeRole takes a role away; the next request of the person is decided without it. The last administrator stays.
func (s *Service) RevokeRole(ctx context.Context, actor access.Actor, grantID uuid.UUID) error {
	if err := access.Can(actor, access.RoleGrant, access.Resource{}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var g RoleGrant
		if err := tx.NewSelect().Model(&g).Where("g.id = ? AND g.revoked_at IS NULL", grantID).Scan(ctx); err != nil {
			return db.Translate(err)
		}
		if err := s.keepOne(ctx, tx, &g); err != nil {
			return err
		}
		res, err := tx.NewUpdate().Model(&g).Set("revoked_at = ?", s.now().UTC()).WherePK().Where("revoked_at IS NULL").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return nil
		}
		return s.record(ctx, tx, actor, "role.revoke", "person", g.PersonID.String(), map[string]any{"role": g.Role, "scope": g.Scope})
	})
}

// keepOne refuses to take the last administrator's role, or the last protection officer's: nobody could approve another.
func (s *Service) keepOne(ctx context.Context, tx bun.Tx, g *RoleGrant) error {
	if g.Role == access.Admin {
		return s.KeepOneAdminTx(ctx, tx, g.PersonID)
	}
	if g.Role != access.ProtectionOfficer {
		return nil
	}
	var others []uuid.UUID
	err := tx.NewRaw("SELECT person_id FROM org.role_grant WHERE role = ? AND revoked_at IS NULL AND suspended_at IS NULL AND id <> ? ORDER BY id FOR UPDATE", g.Role, g.ID).Scan(ctx, &others)
	if err != nil || len(others) > 0 {
		return db.Translate(err)
	}
	return errs.NewConflict("people_error_last_officer")
}

// KeepOneAdminTx refuses what would leave no administrator besides this person. It locks the administrators' grants, so that
// two who remove each other at once do not both succeed.
// public: a guard inside the caller's transaction.
func (s *Service) KeepOneAdminTx(ctx context.Context, idb bun.IDB, leaving uuid.UUID) error {
	var admins []uuid.UUID
	err := idb.NewRaw(`SELECT g.person_id FROM org.role_grant g
		WHERE g.role = 'admin' AND g.revoked_at IS NULL
		  AND NOT EXISTS (SELECT 1 FROM auth.account a WHERE a.person_id = g.person_id AND a.blocked_at IS NOT NULL)
		ORDER BY g.id FOR UPDATE OF g`).Scan(ctx, &admins)
	if err != nil {
		return db.Translate(err)
	}
	for _, id := range admins {
		if id != leaving {
			return nil
		}
	}
	return errs.NewConflict("people_error_last_admin")
}

// Grants lists the live grants of a person.
func (s *Service) Grants(ctx context.Context, actor access.Actor, personID uuid.UUID) ([]GrantView, error) {
	p, err := personByID(ctx, s.db, personID)
	if err != nil {
		return nil, err
	}
	if err := access.Can(actor, access.PersonView, p.Resource()); err != nil {
		return nil, err
	}
	var list []GrantView
	err = s.db.NewSelect().Model(&list).ColumnExpr("g.*").
		ColumnExpr("COALESCE((SELECT o.name FROM org.organisation o WHERE o.id = g.scope_id), (SELECT e.code FROM workshop.event e WHERE e.id = g.scope_id), '') AS scope_name").
		Where("g.person_id = ? AND g.revoked_at IS NULL", personID).Order("g.granted_at", "g.id").Scan(ctx)
	return list, db.Translate(err)
}

// RolesTx gives the roles that a person holds.
// public: used inside the decisions of other packages.
func (s *Service) RolesTx(ctx context.Context, idb bun.IDB, personID uuid.UUID) ([]access.Role, error) {
	var roles []access.Role
	err := idb.NewSelect().Table("org.role_grant").ColumnExpr("DISTINCT role").
		Where("person_id = ? AND revoked_at IS NULL", personID).Order("role").Scan(ctx, &roles)
	return roles, db.Translate(err)
}

// MayManageAccountTx says whether the actor may hold the keys of a person's account (contact for reset links, invitation,
// blocking): an administrator anybody's, a manager those of trainees, focal points, trainers and observers, everybody their
// own. Without this rule a manager could make a reset link for an administrator and become one.
func (s *Service) MayManageAccountTx(ctx context.Context, idb bun.IDB, actor access.Actor, personID uuid.UUID) error {
	if actor.System != "" || (actor.SignedIn() && actor.PersonID == personID) || actor.Has(access.Admin) {
		return nil
	}
	roles, err := s.RolesTx(ctx, idb, personID)
	if err != nil {
		return err
	}
	for _, r := range roles {
		if r.CaseRole() || r == access.Admin || r == access.Manager {
			return errs.NewInvalid("people_error_privileged")
		}
	}
	return nil
}

// AdminExistsTx tells whether anybody is administrator.
// public: asked by the first start and the set-up page, before there is any account.
func (s *Service) AdminExistsTx(ctx context.Context, idb bun.IDB) (bool, error) {
	var there bool
	err := idb.NewRaw("SELECT EXISTS (SELECT 1 FROM org.role_grant WHERE role = 'admin' AND revoked_at IS NULL)").Scan(ctx, &there)
	return there, db.Translate(err)
}
