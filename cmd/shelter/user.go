package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/auth"
	"shelter/internal/errs"
	"shelter/internal/org"
)

type userCmd struct {
	Add userAddCmd `cmd:"" help:"Make an account, or give a role to somebody, and print a one-time link."`
}

type userAddCmd struct {
	Role         string `required:"" help:"Role id, as trainer or manager."`
	Login        string `required:"" help:"E-mail address or telephone number."`
	Name         string `help:"Family name, given name."`
	Organisation string `help:"Organisation, shelter or service in which the role holds, as it is registered; needed for focal_point, case_worker and case_supervisor."`
	JSON         bool   `name:"json" help:"One JSON document on standard output."`
}

type userAdded struct {
	Login string `json:"login"`
	Role  string `json:"role"`
	Code  string `json:"code"`
	Link  string `json:"link"`
	Waits bool   `json:"waits"` // a case role: without effect until a protection officer has approved it
}

// Run finds or makes the person, gives the role, and prints the link with which they choose a password.
func (c userAddCmd) Run(r *run) error {
	role := access.Role(c.Role)
	if !role.Valid() {
		return usageError{"--role: " + c.Role}
	}
	return r.with(func(a *app.Running) error {
		var done userAdded
		var roles []access.Role
		err := a.DB.InTx(r.ctx, func(ctx context.Context, tx bun.Tx) error {
			p, link, err := c.add(ctx, tx, a, role)
			done = userAdded{Login: c.Login, Role: c.Role, Code: p.Code, Link: link.URL}
			if err == nil {
				roles, err = a.Org.RolesTx(ctx, tx, p.ID)
				done.Waits = role.CaseRole() && !slices.Contains(roles, role)
			}
			return err
		})
		if err != nil {
			return err
		}
		return r.result(c.JSON, done, fmt.Sprintf("%s (%s): %s", done.Login, done.Code, done.Link)+c.waits(r, roles))
	})
}

// waits says what is without effect until somebody else approves.
func (c userAddCmd) waits(r *run, held []access.Role) string {
	text := ""
	if access.Role(c.Role).CaseRole() && !slices.Contains(held, access.Role(c.Role)) {
		text = "\n" + r.loc.T("approval_cli_waits", "role", r.loc.T("role_"+c.Role))
	}
	if slices.ContainsFunc(held, access.Role.CaseRole) {
		text += "\n" + r.loc.T("approval_cli_suspended")
	}
	return text
}

func (c userAddCmd) add(ctx context.Context, tx bun.Tx, a *app.Running, role access.Role) (org.Person, auth.Link, error) {
	system := access.System("cli")
	p, err := a.Org.FindPersonTx(ctx, tx, system, c.Login)
	if errs.Is(err, errs.NotFound) {
		p, err = a.Org.CreatePersonTx(ctx, tx, system, c.person())
	}
	if err != nil {
		return p, auth.Link{}, err
	}
	grant, err := c.grant(ctx, tx, a, role)
	if err != nil {
		return p, auth.Link{}, err
	}
	if err := a.Org.GrantRoleTx(ctx, tx, system, p.ID, grant); err != nil {
		return p, auth.Link{}, err
	}
	link, err := a.Auth.InviteTx(ctx, tx, system, p.ID)
	return p, link, err
}

// grant is the role within its scope: everywhere, or in the organisation that was named, as its shelter when it is one.
func (c userAddCmd) grant(ctx context.Context, tx bun.Tx, a *app.Running, role access.Role) (org.GrantInput, error) {
	in := org.GrantInput{Role: role, Scope: access.Global}
	if c.Organisation == "" {
		return in, nil
	}
	o, err := a.Org.FindOrganisationTx(ctx, tx, access.System("cli"), c.Organisation)
	if err != nil {
		return in, err
	}
	in.ScopeID = o.ID
	in.Scope = access.Organisation
	if o.Shelter && role.CaseRole() {
		in.Scope = access.Shelter
	}
	return in, nil
}

// person is the new person: the login is a contact, and stands in for a name that was not given.
func (c userAddCmd) person() org.PersonInput {
	family, given, _ := strings.Cut(c.Name, ",")
	in := org.PersonInput{FamilyName: strings.TrimSpace(family), GivenName: strings.TrimSpace(given)}
	if in.FamilyName == "" && in.GivenName == "" {
		in.FamilyName, _, _ = strings.Cut(c.Login, "@")
	}
	if strings.Contains(c.Login, "@") {
		in.Email = c.Login
	} else {
		in.Phone = c.Login
	}
	return in
}
