package caseui

import (
	"bytes"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/report"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
)

// Team shows how the reader's team works.
func (s *Site) Team(x *ui.Ctx) error { return s.team(x, http.StatusOK, errs.Error{}) }

func (s *Site) team(x *ui.Ctx, status int, refused errs.Error) error {
	t, err := s.Work.Team(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	who := make([]uuid.UUID, len(t.Members))
	for i := range t.Members {
		who[i] = t.Members[i].ID
	}
	n, err := s.names(x, who...)
	if err != nil {
		return err
	}
	p := webcases.TeamPage{Frame: s.frame(x, x.Loc.T("case_team")), Team: t, Names: n, Form: x.Form(refused.Fields), Typed: x.PostForm}
	if status != http.StatusOK && len(refused.Fields) == 0 {
		p.Wrong = x.Message(&refused)
	}
	p.Crumbs, p.Lead = crumbs(x), x.Loc.T("case_team_lead")
	return x.Render(status, webcases.Team(p))
}

// Register hands the register of the team's files out, for a fresh code.
func (s *Site) Register(x *ui.Ctx) error {
	n, err := s.names(x)
	if err != nil {
		return err
	}
	var file bytes.Buffer // whole before a byte of it is sent
	loc := x.Loc
	if l, ok := i18n.Parse(text(x, "lang")); ok {
		loc = s.UI.Bundle.For(l)
	}
	name := func(list map[uuid.UUID]string) func(uuid.UUID) string {
		return func(id uuid.UUID) string { return list[id] }
	}
	err = s.Desk.Register(x.Request.Context(), x.Actor, text(x, "code"), &file, loc, casework.RegisterNames{Org: name(n.Orgs), Person: name(n.People)})
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Throttled) {
		return s.team(x, refusedStatus(e.Kind), *e)
	}
	if err != nil {
		return err
	}
	x.Header("Content-Disposition", `attachment; filename="registre-`+i18n.Day(s.UI.Now()).Format(time.DateOnly)+`.xlsx"`)
	x.Header("Content-Length", strconv.Itoa(file.Len()))
	x.Data(http.StatusOK, report.MIME, file.Bytes())
	return nil
}
