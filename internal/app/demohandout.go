package app

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/demo"
	"shelter/internal/i18n"
)

// handOut makes an invented hand-out of names that was approved and fetched, and one that waits: by the desk, with codes of the second
// factors of days gone by.
func (d *caseDemo) handOut(ctx context.Context, a *App, made demo.Result) error {
	s, err := a.DemoServices(d.clock)
	if err != nil {
		return err
	}
	desk := casework.NewDesk(d.work, s.Org, s.Auth)
	secrets := map[access.Role]string{}
	officer := access.Actor{MFA: true, Grants: []access.Grant{{Role: access.ProtectionOfficer, Scope: access.Global}}}
	for _, acc := range made.Accounts {
		secrets[acc.Role] = acc.TOTPSecret
		if acc.Role == access.ProtectionOfficer {
			officer.PersonID = acc.PersonID()
		}
	}
	code := func(role access.Role) string {
		d.clock.Set(d.clock.Now().Add(time.Minute)) // a code counts once
		text, _ := totp.GenerateCode(secrets[role], d.clock.Now())
		return text
	}
	d.clock.Set(d.now.AddDate(0, 0, -3))
	l, err := d.work.List(ctx, d.supervisor, casework.Filter{})
	if err != nil || len(l.Rows) < 2 {
		return err
	}
	for i, aim := range []string{"court", "police"} {
		in := casework.HandoutInput{Key: uuid.New(), Codes: l.Rows[i].Code, Aim: aim, Basis: "law", Mode: "phrase", Factor: code(access.CaseSupervisor),
			Text: casework.HandoutText{Recipient: "Bureau fictif n° " + l.Rows[i].Code[2:4], Reason: "Audience fictive", Law: "Réquisition fictive 12/2026"}}
		if err := desk.HandOut(ctx, d.supervisor, in); err != nil {
			return fmt.Errorf("demo: hand-out: %w", err)
		}
		if i > 0 {
			return d.erase(ctx, desk, officer, code)
		}
		if err := d.fetch(ctx, desk, officer, code, a.Bundle.For(i18n.FR)); err != nil {
			return fmt.Errorf("demo: hand-out: %w", err)
		}
	}
	return nil
}

func (d *caseDemo) fetch(ctx context.Context, desk *casework.Desk, officer access.Actor, code func(access.Role) string, loc *i18n.Localizer) error {
	list, _, err := d.work.Handouts(ctx, d.supervisor)
	if err != nil || len(list) == 0 {
		return err
	}
	if _, err := desk.DecideHandout(ctx, officer, casework.HandoutDecision{ID: list[0].ID, Approve: true, Note: "Réquisition fictive vue", Factor: code(access.ProtectionOfficer)}); err != nil {
		return err
	}
	_, err = desk.FetchHandout(ctx, d.supervisor, list[0].ID, code(access.CaseSupervisor), loc)
	return err
}
