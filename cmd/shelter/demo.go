package main

import (
	"fmt"
	"strings"
	"time"

	"shelter/internal/app"
	"shelter/internal/demo"
)

type demoCmd struct {
	JSON  bool `name:"json" help:"One JSON document on standard output."`
	Force bool `help:"Add to a database that is not empty."`
	Scale int  `help:"Number of people, with workshops to match; for measurements."`
}

type demoResult struct {
	URL string `json:"url"`
	demo.Result
}

// Run fills the database with invented data and prints the accounts.
func (c demoCmd) Run(r *run) error {
	if c.Scale < 0 {
		return usageError{"--scale"}
	}
	return r.with(func(a *app.Running) error {
		if err := a.LoadCourses(r.ctx); err != nil {
			return err
		}
		s, err := a.DemoServices(demo.NewClock(time.Now()))
		if err != nil {
			return err
		}
		var done demo.Result
		err = a.Filling(r.ctx, func() error {
			done, err = demo.Fill(r.ctx, s, demo.Options{People: c.Scale, Now: time.Now().UTC(), Force: c.Force})
			if err != nil {
				return err
			}
			return a.FillCases(r.ctx, done, time.Now().UTC())
		})
		if err != nil {
			return err
		}
		if err := a.Figures.Refill(r.ctx); err != nil { // a large filling's dashboard opens at once
			return err
		}
		return r.result(c.JSON, demoResult{URL: a.Config.PublicURL, Result: done}, c.text(r, a.Config.PublicURL, done))
	})
}

func (c demoCmd) text(r *run, url string, done demo.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", url)
	for _, a := range done.Accounts {
		fmt.Fprintf(&b, "%-20s %-32s %s", a.Role, a.Login, a.Password)
		if a.TOTPSecret != "" {
			fmt.Fprintf(&b, "  TOTP %s", a.TOTPSecret)
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	for _, w := range done.Workshops {
		fmt.Fprintf(&b, "%-12s %-10s %s\n", w.Code, w.State, w.Title)
	}
	fmt.Fprintf(&b, "\n%s\n", r.loc.T("demo_reminder"))
	return b.String()
}
