package org

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// The kinds of approvals: a case role that was asked for, and a password or second factor that somebody else replaced, by which
// the case roles of the account are suspended.
const (
	ApprovalRole   = "role"
	ApprovalSecret = "secret"
)

// Approval is what waits for somebody's decision.
type Approval struct {
	bun.BaseModel `bun:"table:org.approval,alias:a"`

	ID       uuid.UUID `bun:",pk"` // the grant has it too, once it is approved
	Kind     string
	PersonID uuid.UUID
	Role     access.Role      `bun:",nullzero"`
	Scope    access.ScopeKind `bun:",nullzero"`
	ScopeID  uuid.UUID        `bun:",nullzero"`
	Makers   []uuid.UUID      `bun:",array"` // who asked, or replaced the secret; nobody: the system
	AskedAt  time.Time

	DecidedBy uuid.UUID `bun:",nullzero"`
	DecidedAt time.Time `bun:",nullzero"`
	Decision  string    `bun:",nullzero"`
	Reason    string
}

// Concerns tells whether somebody is the one it is about, or one who asked for it.
func (a *Approval) Concerns(person uuid.UUID) bool {
	for _, id := range append([]uuid.UUID{a.PersonID}, a.Makers...) {
		if id == person {
			return true
		}
	}
	return false
}

// Fingerprint tells what was shown from what stands there when the decision is made: who, which role where, asked by whom and when.
func (a *Approval) Fingerprint() string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s %s %s %s %s %v %d", a.Kind, a.PersonID, a.Role, a.Scope, a.ScopeID, a.Makers, a.AskedAt.UnixMicro()) // a hash never fails
	return hex.EncodeToString(h.Sum(nil))
}

// ApprovalView is a waiting approval with the names that its page shows.
type ApprovalView struct {
	Approval `bun:",extend"`

	FamilyName, GivenName, Code string
	ScopeName                   string
	MakerNames                  []string      `bun:",array"`
	Roles                       []access.Role `bun:",array"` // those that are suspended, for a secret
	PasswordAt, SecondAt        bun.NullTime  // since when the account has them
}

// Name gives the name as it is read.
func (v *ApprovalView) Name() string {
	return Person{FamilyName: v.FamilyName, GivenName: v.GivenName}.Name()
}

// askTx asks for a case role. A repeat changes nothing, nor does asking for what is held.
func (s *Service) askTx(ctx context.Context, idb bun.IDB, actor access.Actor, personID uuid.UUID, in GrantInput) error {
	var held bool
	err := idb.NewRaw("SELECT EXISTS (SELECT 1 FROM org.role_grant WHERE person_id = ? AND role = ? AND scope = ? AND scope_id IS NOT DISTINCT FROM ?::uuid AND revoked_at IS NULL)",
		personID, in.Role, in.Scope, nullUUID(in.ScopeID)).Scan(ctx, &held)
	if err != nil || held {
		return db.Translate(err)
	}
	a := Approval{ID: uuid.Must(uuid.NewV7()), Kind: ApprovalRole, PersonID: personID, Role: in.Role, Scope: in.Scope, ScopeID: in.ScopeID, Makers: []uuid.UUID{}, AskedAt: s.now().UTC().Truncate(time.Microsecond)}
	if actor.SignedIn() {
		a.Makers = append(a.Makers, actor.PersonID)
	}
	res, err := idb.NewInsert().Model(&a).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	return s.record(ctx, idb, actor, "role.ask", "person", personID.String(), map[string]any{"role": in.Role, "scope": in.Scope, "scope_id": in.ScopeID})
}

func nullUUID(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}

// OfficerFounded tells whether there has ever been a protection officer: from then on one of them approves, and no administrator.
// public: asked by the pages and by the decisions of the case side.
func (s *Service) OfficerFounded(ctx context.Context, idb bun.IDB) (bool, error) {
	var founded bool
	err := idb.NewRaw("SELECT EXISTS (SELECT 1 FROM org.approval WHERE role = 'protection_officer' AND decision = 'approved')").Scan(ctx, &founded)
	return founded, db.Translate(err)
}

// approvable narrows to what the actor may be asked about: an officer everything, an administrator the first officer.
func (s *Service) approvable(ctx context.Context, q *bun.SelectQuery, actor access.Actor) (*bun.SelectQuery, error) {
	if actor.HasGlobal(access.ProtectionOfficer) {
		return q, nil
	}
	founded, err := s.OfficerFounded(ctx, s.db)
	if founded || !actor.Has(access.Admin) {
		return q.Where("false"), err
	}
	return q.Where("a.role = ?", access.ProtectionOfficer), err
}

// MayApprove says whether the actor may decide at all: a protection officer, or an administrator about the first one.
func MayApprove(actor access.Actor) error {
	if actor.HasGlobal(access.ProtectionOfficer) || !actor.SignedIn() {
		return access.Can(actor, access.CaseApprove, access.Resource{})
	}
	return access.Can(actor, access.OfficerFound, access.Resource{})
}

// Approvals lists what waits for the actor's decision, the oldest first.
func (s *Service) Approvals(ctx context.Context, actor access.Actor) ([]ApprovalView, error) {
	if err := MayApprove(actor); err != nil {
		return nil, err
	}
	var list []ApprovalView
	q, err := s.approvable(ctx, s.approvalViews(&list), actor)
	if err != nil {
		return nil, err
	}
	return list, db.Translate(q.Order("a.asked_at", "a.id").Scan(ctx))
}

func (s *Service) approvalViews(list *[]ApprovalView) *bun.SelectQuery {
	return s.db.NewSelect().Model(list).ColumnExpr("a.*, p.family_name, p.given_name, p.code, c.password_at, c.totp_at AS second_at").
		ColumnExpr("coalesce((SELECT o.name FROM org.organisation o WHERE o.id = a.scope_id), '') AS scope_name").
		ColumnExpr("ARRAY(SELECT trim(m.given_name || ' ' || m.family_name) FROM org.person m WHERE m.id = ANY (a.makers)) AS maker_names").
		ColumnExpr("ARRAY(SELECT g.role FROM org.role_grant g WHERE g.person_id = a.person_id AND g.suspended_at IS NOT NULL AND g.revoked_at IS NULL AND a.kind = 'secret') AS roles").
		Join("JOIN org.person p ON p.id = a.person_id").Join("LEFT JOIN auth.account c ON c.person_id = p.id").Where("a.decided_at IS NULL")
}

// PersonApprovals lists what waits about one person, for whoever gives roles.
func (s *Service) PersonApprovals(ctx context.Context, actor access.Actor, personID uuid.UUID) ([]ApprovalView, error) {
	if err := access.Can(actor, access.RoleGrant, access.Resource{PersonID: personID}); err != nil {
		return nil, err
	}
	var list []ApprovalView
	err := s.approvalViews(&list).Where("a.person_id = ?", personID).Order("a.asked_at", "a.id").Scan(ctx)
	return list, db.Translate(err)
}

// ApprovalsWaiting counts what waits for the actor and neither concerns nor comes from them.
// public: a number of one's own work; it is 0 for everybody who decides nothing.
func (s *Service) ApprovalsWaiting(ctx context.Context, actor access.Actor) (int, error) {
	if !actor.Has(access.ProtectionOfficer, access.Admin) {
		return 0, nil
	}
	q, err := s.approvable(ctx, s.db.NewSelect().TableExpr("org.approval AS a"), actor)
	if err != nil {
		return 0, err
	}
	n, err := q.Where("a.decided_at IS NULL AND a.person_id <> ? AND NOT ? = ANY (a.makers)", actor.PersonID, actor.PersonID).Count(ctx)
	return int(n), db.Translate(err)
}

// WaitingApproval gives one that waits for the actor's decision; NotFound for any other.
func (s *Service) WaitingApproval(ctx context.Context, actor access.Actor, id uuid.UUID) (Approval, error) {
	if err := MayApprove(actor); err != nil {
		return Approval{}, err
	}
	var a Approval
	q, err := s.approvable(ctx, s.db.NewSelect().Model(&a), actor)
	if err != nil {
		return Approval{}, err
	}
	return a, db.Translate(q.Where("a.id = ? AND a.decided_at IS NULL", id).Scan(ctx))
}

// Decide writes a decision down and lets it take effect on the training side. The case side has approved before: the database
// refuses a case role without that.
func (s *Service) Decide(ctx context.Context, actor access.Actor, a Approval, approve bool, reason string) error {
	if err := MayApprove(actor); err != nil {
		return err
	}
	a.Decision, a.Reason, a.DecidedBy, a.DecidedAt = "refused", reason, actor.PersonID, s.now().UTC()
	if approve {
		a.Decision, a.Reason = "approved", ""
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewUpdate().Model(&a).Column("decision", "reason", "decided_by", "decided_at").WherePK().
			Where("a.decided_at IS NULL AND a.asked_at = ?", a.AskedAt).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NewConflict("approval_error_changed")
		}
		if err := s.effect(ctx, tx, &a); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "approval."+a.Decision, "person", a.PersonID.String(), map[string]any{"approval": a.ID, "kind": a.Kind, "role": a.Role})
	})
}

func (s *Service) effect(ctx context.Context, tx bun.Tx, a *Approval) (err error) {
	switch {
	case a.Kind == ApprovalRole && a.Decision == "approved":
		g := RoleGrant{ID: a.ID, PersonID: a.PersonID, Role: a.Role, Scope: a.Scope, ScopeID: a.ScopeID, GrantedBy: a.DecidedBy, GrantedAt: a.DecidedAt}
		_, err = tx.NewInsert().Model(&g).Exec(ctx)
	case a.Kind == ApprovalSecret && a.Decision == "approved":
		_, err = tx.NewRaw("UPDATE org.role_grant SET suspended_at = NULL WHERE person_id = ? AND suspended_at IS NOT NULL AND revoked_at IS NULL", a.PersonID).Exec(ctx)
	case a.Kind == ApprovalSecret: // whoever has the account now is not the person: the roles end
		_, err = tx.NewRaw("UPDATE org.role_grant SET revoked_at = ? WHERE person_id = ? AND suspended_at IS NOT NULL AND revoked_at IS NULL", a.DecidedAt, a.PersonID).Exec(ctx)
	}
	return db.Translate(err)
}

// NoticeApprovalsTx takes the approvals of which nobody was told yet as told, and gives those who decide about them.
// public: a task of the queue.
func (s *Service) NoticeApprovalsTx(ctx context.Context, tx bun.Tx) ([]Person, error) {
	res, err := tx.NewRaw("UPDATE org.approval SET noticed_at = ? WHERE noticed_at IS NULL AND decided_at IS NULL", s.now().UTC()).Exec(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil, nil
	}
	role := access.ProtectionOfficer
	if founded, err := s.OfficerFounded(ctx, tx); err != nil {
		return nil, err
	} else if !founded {
		role = access.Admin
	}
	var list []Person
	err = tx.NewSelect().Model(&list).Where("p.email <> '' AND EXISTS (SELECT 1 FROM org.role_grant g WHERE g.person_id = p.id AND g.role = ? AND g.revoked_at IS NULL AND g.suspended_at IS NULL)", role).Scan(ctx)
	return list, db.Translate(err)
}
