// Package access says who may do what: a pure table of roles, actions and scopes, and Can, which reads it. It asks nothing
// of a database: the caller brings the actor with its grants and the resource with its owners.
//
// Invariants: an action without a row is forbidden to everybody; a grant counts only within its scope; a row that asks for a
// second factor is refused with errs.NeedsMFA to an actor that would be allowed otherwise.
package access

import (
	"github.com/google/uuid"

	"shelter/internal/errs"
)

// Role is a role of PRODUCT.md; the text is the stable id that scripts and the database use.
type Role string

// The roles. A visitor has no account and no role.
const (
	Trainee           Role = "trainee"
	FocalPoint        Role = "focal_point"
	Trainer           Role = "trainer"
	Manager           Role = "manager"
	CaseWorker        Role = "case_worker"
	CaseSupervisor    Role = "case_supervisor"
	ProtectionOfficer Role = "protection_officer"
	Observer          Role = "observer"
	Admin             Role = "admin"
)

// Roles lists every role in the order in which pages show them.
func Roles() []Role {
	return []Role{Trainee, FocalPoint, Trainer, Manager, CaseWorker, CaseSupervisor, ProtectionOfficer, Observer, Admin}
}

// Valid tells whether the role exists.
func (r Role) Valid() bool {
	for _, x := range Roles() {
		if x == r {
			return true
		}
	}
	return false
}

// CaseRole tells whether the role opens the case side, which needs a second factor.
func (r Role) CaseRole() bool {
	return r == CaseWorker || r == CaseSupervisor || r == ProtectionOfficer
}

// ScopeKind is what a grant is limited to.
type ScopeKind string

// The kinds of scope. Global has no id.
const (
	Global       ScopeKind = "global"
	Organisation ScopeKind = "organisation"
	Shelter      ScopeKind = "shelter"
	Workshop     ScopeKind = "workshop"
)

// Grant is one role of a person within one scope.
type Grant struct {
	Role  Role
	Scope ScopeKind
	ID    uuid.UUID // zero when Scope is Global
}

// Actor is whoever acts: a person with grants, the system (jobs, command line), or a visitor (zero value).
type Actor struct {
	PersonID       uuid.UUID // zero for a visitor and for the system
	OrganisationID uuid.UUID
	Name           string
	Grants         []Grant
	MFA            bool   // a second factor was given in this session
	System         string // non-empty for jobs and the command line, for instance "cli"
}

// System makes the actor of a job or a command; the audit names it. It may do everything on the training side and nothing
// on the case side.
func System(name string) Actor { return Actor{System: name} }

// SignedIn tells whether the actor is a person with an account.
func (a Actor) SignedIn() bool { return a.PersonID != uuid.Nil }

// Has tells whether the actor holds the role in any scope; for menus, never for decisions.
func (a Actor) Has(roles ...Role) bool {
	for _, g := range a.Grants {
		for _, r := range roles {
			if g.Role == r {
				return true
			}
		}
	}
	return false
}

// ScopedIDs gives the ids of one kind of scope in which the actor holds the role.
func (a Actor) ScopedIDs(r Role, k ScopeKind) []uuid.UUID {
	var ids []uuid.UUID
	for _, g := range a.Grants {
		if g.Role == r && g.Scope == k {
			ids = append(ids, g.ID)
		}
	}
	return ids
}

// HasGlobal tells whether the actor holds the role without limit of scope.
func (a Actor) HasGlobal(r Role) bool {
	for _, g := range a.Grants {
		if g.Role == r && g.Scope == Global {
			return true
		}
	}
	return false
}

// Resource is what an action touches, as far as scopes are concerned. Zero fields match no scoped grant.
type Resource struct {
	PersonID       uuid.UUID   // the person whom the data are about
	OrganisationID uuid.UUID   // the organisation that owns them
	WorkshopID     uuid.UUID   // the workshop they belong to
	ShelterID      uuid.UUID   // the shelter they belong to
	Trainers       []uuid.UUID // persons who run the workshop
	WorkerID       uuid.UUID   // who follows the case now
	OpenedBy       uuid.UUID   // the actor, when an emergency opening of the case is in force
}

// Can says whether the actor may do the action on the resource: nil, or a Forbidden or NeedsMFA error.
func Can(a Actor, act Action, r Resource) error {
	if a.System != "" {
		return canSystem(act)
	}
	switch decide(table[act], a, r) {
	case allowed:
		return nil
	case allowedWithMFA:
		return errs.New(errs.NeedsMFA, "error_needs_mfa")
	default:
		return errs.NewForbidden("access " + string(act))
	}
}

type decision uint8

const (
	refused decision = iota
	allowedWithMFA
	allowed
)

// decide reads the rows of one action.
func decide(rows []Rule, a Actor, r Resource) decision {
	d := refused
	for _, rule := range rows {
		switch {
		case !rule.matches(a, r):
		case rule.MFA && !a.MFA:
			d = allowedWithMFA
		default:
			return allowed
		}
	}
	return d
}

func canSystem(act Action) error {
	for _, rule := range table[act] {
		if !rule.Role.CaseRole() {
			return nil
		}
	}
	return errs.NewForbidden("access " + string(act))
}
