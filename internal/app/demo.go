package app

import (
	"shelter/internal/demo"
)

// DemoServices builds the services anew with a clock that is set, for invented data of the past.
func (a *App) DemoServices(clock *demo.Clock) (demo.Services, error) {
	b, err := New(a.DB, Options{Config: a.Config, Log: a.Log, Now: clock.Now, Bundle: a.Bundle, Cases: a.CasesDB})
	if err != nil {
		return demo.Services{}, err
	}
	return demo.Services{DB: a.DB, Clock: clock, Org: b.Org, Auth: b.Auth, Workshop: b.Workshop, Exam: b.Exam, Bank: b.Bank, Course: b.Course,
		Certificate: b.Certificate, Survey: b.Survey, Programme: b.Programme}, nil
}
