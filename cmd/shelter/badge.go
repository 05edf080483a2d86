package main

import (
	"shelter/internal/access"
	"shelter/internal/app"
)

type badgeCmd struct {
	Rotate badgeRotateCmd `cmd:"" help:"Sign with a new key from now on; what was signed stays valid."`
}

type badgeRotateCmd struct {
	JSON bool `name:"json" help:"One JSON document on standard output."`
}

// Run retires the key that signs badges and makes another.
func (c badgeRotateCmd) Run(r *run) error {
	return r.with(func(a *app.Running) error {
		done, err := a.Badge.Rotate(r.ctx, access.System("cli"))
		if err != nil {
			return err
		}
		return r.result(c.JSON, done, r.loc.T("badge_rotated", "key", done.Key))
	})
}
