package app

import (
	"strings"

	"shelter/internal/ui"
)

// UI gives the pages their services.
func (a *App) UI() *ui.UI {
	return &ui.UI{HasCases: a.Casework != nil, Auth: a.Auth, Sessions: ui.NewSessions(a.Auth, strings.HasPrefix(a.Config.PublicURL, "https://")), Org: a.Org,
		Workshop: a.Workshop, Certificate: a.Certificate, Badge: a.Badge, Awareness: a.Awareness, Selfcheck: a.Selfcheck, Joinlink: a.Joinlink, Paper: a.Paper, Exam: a.Exam, Bank: a.Bank, Course: a.Course, Author: a.Author, Report: a.Report, Survey: a.Survey, Programme: a.Programme, Figures: a.Figures, Ingest: a.Ingest, Bundle: a.Bundle, Config: a.Config, Log: a.Log, Now: a.Now}
}
