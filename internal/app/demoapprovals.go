package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/casework/custody"
	"shelter/internal/demo"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// approver is somebody of the invented staff who approves with codes of their second factor.
type approver struct {
	actor  access.Actor
	secret string
	shares []string // for the first officer
}

// approveDemo has the invented staff's case roles approved, by the service that everybody's pass through: the administrator approves
// the first protection officer, with a second factor that is taken away afterwards, and the officer the others.
func (a *App) approveDemo(ctx context.Context, keys *custody.Keys, work *casework.Service, clock *demo.Clock, made demo.Result) error {
	s, err := a.DemoServices(clock)
	if err != nil {
		return err
	}
	clock.Set(clock.Now().AddDate(0, -8, 1)) // long before now: a code used up in the future would shut its owner out until then
	desk := casework.NewDesk(work, s.Org, s.Auth)
	admin, officer := approver{}, approver{}
	for _, acc := range made.Accounts {
		switch acc.Role { //nolint:exhaustive // the others approve nothing
		case access.Admin:
			admin.actor = access.Actor{PersonID: acc.PersonID(), MFA: true, Grants: []access.Grant{{Role: access.Admin, Scope: access.Global}}}
		case access.ProtectionOfficer:
			officer = approver{actor: access.Actor{PersonID: acc.PersonID(), MFA: true, Grants: []access.Grant{{Role: access.ProtectionOfficer, Scope: access.Global}}}, secret: acc.TOTPSecret}
		}
	}
	if founded, err := s.Org.OfficerFounded(ctx, a.DB); err != nil || founded { // filled before: its officer approves
		return err
	}
	shares, err := keys.MakeRecovery(false)
	if errs.Is(err, errs.Conflict) { // somebody holds shares: theirs stay good, and the invented roles wait
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(filepath.Join(a.Config.Data, KeyFolder, custody.RecoveryFile)) }() // made for this alone, and held by nobody
	admin.shares = shares[:2]
	err = a.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		admin.secret, err = s.Auth.SeedTOTPTx(ctx, tx, access.System("demo"), admin.actor.PersonID)
		return err
	})
	if err != nil {
		return err
	}
	for _, who := range []approver{admin, officer} {
		if err := who.approveAll(ctx, desk, clock, made); err != nil {
			return fmt.Errorf("demo: approvals: %w", err)
		}
	}
	return s.Auth.ResetTOTP(ctx, access.System("demo"), admin.actor.PersonID)
}

func (who approver) approveAll(ctx context.Context, desk *casework.Desk, clock *demo.Clock, made demo.Result) error {
	list, err := desk.List(ctx, who.actor)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Kind != org.ApprovalRole || !invited(made, list[i].PersonID) {
			continue
		}
		clock.Set(clock.Now().Add(time.Minute)) // a code counts once
		code, err := totp.GenerateCode(who.secret, clock.Now())
		if err == nil {
			err = desk.Decide(ctx, who.actor, casework.Decision{ID: list[i].ID, Seen: list[i].Fingerprint(), Approve: true, Code: code, Shares: who.shares})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func invited(made demo.Result, person uuid.UUID) bool {
	for _, acc := range made.Accounts {
		if acc.PersonID() == person {
			return true
		}
	}
	return false
}
