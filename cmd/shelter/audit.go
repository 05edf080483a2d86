package main

import (
	"strings"

	"shelter/internal/app"
	"shelter/internal/errs"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check that nothing in the log was changed, removed, swapped, added or cut off."`
}

type auditVerifyCmd struct {
	Head string `type:"existingfile" help:"File with signed ends that were kept elsewhere; without it those of the data folder."`
	JSON bool   `name:"json" help:"One JSON document on standard output."`
}

// Run checks the log; what waits to be sealed is sealed first.
func (c auditVerifyCmd) Run(r *run) error {
	return r.with(func(a *app.Running) error {
		if a.Casework == nil {
			return errs.NewInvalid("app_cases_url_missing")
		}
		heads, err := a.Heads(c.Head)
		if err != nil {
			return err
		}
		if err := a.SealCases(r.ctx); err != nil {
			return err
		}
		v, err := a.Casework.VerifyAudit(r.ctx, heads)
		if err != nil {
			return err
		}
		text := r.loc.T("case_audit_ok", "n", r.loc.Number(int(v.Entries)))
		if !v.OK {
			text = r.loc.T("case_audit_bad", "n", r.loc.Number(int(v.Entries))) + "\n" + strings.Join(v.Problems, "\n")
		}
		if err := r.result(c.JSON, v, text); err != nil {
			return err
		}
		if !v.OK {
			return errRefused
		}
		return nil
	})
}
