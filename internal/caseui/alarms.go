package caseui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/layout"
)

// Alarms shows the protection officer who opened many files in little time, what was refused to whom, and the threshold.
func (s *Site) Alarms(x *ui.Ctx) error { return s.alarms(x, http.StatusOK, "", errs.Error{}) }

func (s *Site) alarms(x *ui.Ctx, status int, failed string, refused errs.Error) error {
	g, err := s.Work.Guard(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	var who []uuid.UUID
	for i := range g.Alarms {
		who = append(who, g.Alarms[i].PersonID, g.Alarms[i].SeenBy)
	}
	for i := range g.Denied {
		who = append(who, g.Denied[i].ActorID)
	}
	n, err := s.names(x, who...)
	if err != nil {
		return err
	}
	p := webcases.AlarmsPage{Frame: s.frame(x, x.Loc.T("case_alarms")), Guard: g, Names: n, Reader: x.Actor.PersonID, Failed: failed, Wrong: x.Form(refused.Fields), Plain: x.Form(nil), Typed: x.PostForm}
	if failed != "" && len(refused.Fields) == 0 {
		p.Message = x.Message(&refused)
	}
	p.Crumbs, p.Width = crumbs(x), layout.Reading
	return x.Render(status, webcases.Alarms(p))
}

// Threshold changes from when on an alarm is raised.
func (s *Site) Threshold(x *ui.Ctx) error {
	files, _ := strconv.Atoi(text(x, "files")) // no number: refused as out of range
	minutes, _ := strconv.Atoi(text(x, "minutes"))
	return s.guarded(x, "threshold", s.Work.SetThreshold(x.Request.Context(), x.Actor, casework.Threshold{Files: files, Minutes: minutes}))
}

// AlarmAnswer keeps what was found behind an alarm.
func (s *Site) AlarmAnswer(x *ui.Ctx) error {
	alarm, err := x.ID("alarm")
	if err != nil {
		return err
	}
	return s.guarded(x, alarm.String(), s.Work.AnswerAlarm(x.Request.Context(), x.Actor, alarm, text(x, "note")))
}

func (s *Site) guarded(x *ui.Ctx, formID string, err error) error {
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		return s.alarms(x, statusOf(e.Kind), formID, *e)
	}
	if err != nil {
		return err
	}
	x.Flash("done_case_saved")
	return x.SeeOther("/cases/alarms")
}
