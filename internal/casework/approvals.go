package casework

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/auth"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// Desk does what needs a fresh second factor: approvals and emergency openings. It lets a case role take effect. Nobody alone opens a case: an administrator asks, a protection officer approves with a
// fresh second factor, and the policies of the case tables look at what was approved (cases.warrant) and at nothing else. The
// first officer has no other to approve them: a second administrator does, with two of the three holders of recovery shares beside them.
type Desk struct {
	work *Service
	org  *org.Service
	auth *auth.Service
}

// NewDesk makes it.
func NewDesk(work *Service, o *org.Service, a *auth.Service) *Desk {
	return &Desk{work: work, org: o, auth: a}
}

// Decision is what somebody decides about one approval.
type Decision struct {
	ID      uuid.UUID
	Seen    string // the fingerprint of what the page showed: what changed meanwhile is looked at again
	Approve bool
	Reason  string   // of a refusal
	Code    string   // a fresh code of the second factor
	Shares  []string // two recovery shares, for the first protection officer alone
}

// List gives what waits for the actor.
func (d *Desk) List(ctx context.Context, actor access.Actor) ([]org.ApprovalView, error) {
	return d.org.Approvals(ctx, actor)
}

// Decide approves or refuses. The warrant is written first, on the case side; what follows on the training side is refused by the
// database without it. Whoever repeats a decision that was cut off in between completes it.
func (d *Desk) Decide(ctx context.Context, actor access.Actor, in Decision) error {
	a, err := d.org.WaitingApproval(ctx, actor, in.ID) // asks access
	if err != nil {
		return err
	}
	switch {
	case a.Concerns(actor.PersonID):
		return errs.NewConflict("approval_error_own")
	case a.Fingerprint() != in.Seen:
		return errs.NewConflict("approval_error_changed")
	}
	var c checker
	if !in.Approve {
		c.needed("reason", in.Reason)
	}
	if strings.TrimSpace(in.Code) == "" {
		c.wrong("code", "error_required")
	}
	if err := c.err(); err != nil {
		return err
	}
	if in.Approve && founding(actor) {
		if err := d.work.o.Keys.ProveRecovery(in.shares()); err != nil {
			return err
		}
	}
	if err := d.auth.ProveCode(ctx, actor, in.Code); err != nil {
		return err
	}
	if err := d.work.warrant(ctx, actor, &a, in.Approve); err != nil {
		return err
	}
	return d.org.Decide(ctx, actor, a, in.Approve, strings.TrimSpace(in.Reason))
}

// founding tells whether somebody decides who is no officer: about the first one.
func founding(actor access.Actor) bool { return !actor.HasGlobal(access.ProtectionOfficer) }

func (in *Decision) shares() (list []string) {
	for _, s := range in.Shares {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// warrant writes the decision on the case side, with its entry in the audit.
func (s *Service) warrant(ctx context.Context, actor access.Actor, a *org.Approval, approve bool) error {
	return s.in(ctx, actor, nil, func(ctx context.Context, tx bun.Tx) error {
		var err error
		switch {
		case approve && a.Kind == org.ApprovalRole:
			err = s.give(ctx, tx, actor, a)
		case approve:
			_, err = tx.NewRaw("UPDATE cases.warrant SET suspended_at = NULL, resumed_by = ? WHERE person_id = ? AND ended_at IS NULL AND suspended_at <= ?",
				actor.PersonID, a.PersonID, a.AskedAt).Exec(ctx)
		}
		if err != nil {
			return db.Translate(err)
		}
		action := "approval.refuse"
		if approve {
			action = "approval.approve"
		}
		return s.record(ctx, tx, actor, action, "", uuid.Nil, map[string]any{"approval": a.ID, "kind": a.Kind, "person": a.PersonID, "role": a.Role, "scope_id": a.ScopeID, "by_shares": approve && founding(actor)})
	})
}

func (s *Service) give(ctx context.Context, tx bun.Tx, actor access.Actor, a *org.Approval) error {
	var there bool
	if err := tx.NewRaw("SELECT cases.warranted(?)", a.ID).Scan(ctx, &there); err != nil || there {
		return err
	}
	var scope any
	if a.ScopeID != uuid.Nil {
		scope = a.ScopeID
	}
	makers := make([]string, len(a.Makers))
	for i, m := range a.Makers {
		makers[i] = m.String()
	}
	_, err := tx.NewRaw(`INSERT INTO cases.warrant (id, person_id, role, scope_id, makers, approved_by, approved_at, founding)
		VALUES (?, ?, ?, ?::uuid, coalesce(string_to_array(nullif(?, ''), ',')::uuid[], '{}'), ?, ?, ?)`,
		a.ID, a.PersonID, a.Role, scope, strings.Join(makers, ","), actor.PersonID, s.now(), founding(actor)).Exec(ctx)
	return err
}
