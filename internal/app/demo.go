package app

import (
	"context"

	"shelter/internal/db"
	"shelter/internal/demo"
)

// fillingLock is held while invented data of the past is filled in: the tasks of the clock, which would end offers and surveys of
// that past before it is complete, pass over their turn meanwhile.
const fillingLock = 7_401_602_031

// Filling runs a filling of invented data; the tasks of every server of the database rest until it ends.
func (a *App) Filling(ctx context.Context, fill func() error) error {
	return a.locked(ctx, fillingLock, fill)
}

// unlessFilling runs a task of the clock when nobody is filling in invented data.
func (a *App) unlessFilling(task func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := a.DB.Pool().Acquire(ctx)
		if err != nil {
			return db.Translate(err)
		}
		defer conn.Release()
		var free bool
		if err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock_shared($1)", int64(fillingLock)).Scan(&free); err != nil || !free {
			return db.Translate(err)
		}
		defer func() {
			_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_shared($1)", int64(fillingLock))
		}()
		return task(ctx)
	}
}

// DemoServices builds the services anew with a clock that is set, for invented data of the past.
func (a *App) DemoServices(clock *demo.Clock) (demo.Services, error) {
	b, err := New(a.DB, Options{Config: a.Config, Log: a.Log, Now: clock.Now, Bundle: a.Bundle, Cases: a.CasesDB})
	if err != nil {
		return demo.Services{}, err
	}
	return demo.Services{DB: a.DB, Clock: clock, Org: b.Org, Auth: b.Auth, Workshop: b.Workshop, Exam: b.Exam, Bank: b.Bank, Course: b.Course, Author: b.Author,
		Certificate: b.Certificate, Badge: b.Badge, Survey: b.Survey, Selfcheck: b.Selfcheck, Paper: b.Paper, Joinlink: b.Joinlink, Programme: b.Programme}, nil
}
