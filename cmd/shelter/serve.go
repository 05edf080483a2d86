package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"shelter/internal/app"
	"shelter/internal/server"
)

// open reaches the database and builds the services for one command.
func (r *run) open() (*app.Running, error) {
	return app.Open(r.ctx, app.Options{Config: r.cfg, Log: r.log, Bundle: r.bundle})
}

// with runs fn on opened services and gives everything back afterwards.
func (r *run) with(fn func(a *app.Running) error) error {
	a, err := r.open()
	if err != nil {
		return err
	}
	return errors.Join(fn(a), a.Close(context.WithoutCancel(r.ctx)))
}

type serveCmd struct{}

// Run serves until the process is told to stop.
func (serveCmd) Run(r *run) error {
	ln, err := net.Listen("tcp", r.cfg.Addr)
	if err != nil {
		return fmt.Errorf("SHELTER_ADDR: %w", err)
	}
	defer func() { _ = ln.Close() }()
	return r.with(func(a *app.Running) error { return r.serve(a, ln) })
}

func (r *run) serve(a *app.Running, ln net.Listener) error {
	u := a.UI()
	handler, err := server.New(u, server.Options{Config: a.Config, Log: a.Log, Ready: a.Ready, Cases: a.Cases(u)})
	if err != nil {
		return err
	}
	if err := a.LoadCourses(r.ctx); err != nil {
		return err
	}
	stopJobs, err := a.StartJobs(r.ctx, a.Database.URLs.App)
	if err != nil {
		return err
	}
	if err := r.greet(a); err != nil {
		return err
	}
	err = server.Serve(r.ctx, ln, a.Config, handler, a.Log)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), 10*time.Second)
	defer cancel()
	return errors.Join(err, stopJobs(ctx))
}

// greet says on the terminal where the site is and, while there is no administrator, how to make the first one.
func (r *run) greet(a *app.Running) error {
	fmt.Fprintf(r.out, "\n  Shelter: %s\n", a.Config.PublicURL)
	link, needed, err := a.Auth.SetupLink(r.ctx)
	if err != nil {
		return err
	}
	if needed {
		fmt.Fprintf(r.out, "  %s\n  %s\n", r.loc.T("cli_first_admin"), link)
	} else {
		fmt.Fprintf(r.out, "  %s %s/signin\n", r.loc.T("cli_sign_in_at"), a.Config.PublicURL)
	}
	fmt.Fprintf(r.out, "  %s\n\n", r.loc.T("cli_stop_hint"))
	return nil
}

type migrateCmd struct{}

// Run brings the database up to date as its owner.
func (migrateCmd) Run(r *run) error {
	d, err := app.Reach(r.ctx, r.cfg, r.log)
	if err != nil {
		return err
	}
	if r.cfg.External() {
		err = d.Migrate(r.ctx)
	}
	if err == nil {
		fmt.Fprintln(r.errOut, r.loc.T("cli_migrated"))
	}
	return errors.Join(err, d.Close(context.WithoutCancel(r.ctx)))
}
