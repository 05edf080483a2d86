package ui

import (
	"net/http"

	webworkshop "shelter/web/workshop"
)

// WorkshopLogistics shows what was frozen for rooms, meals and transport, and what changed since.
func (u *UI) WorkshopLogistics(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	l, err := u.Workshop.Logistics(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	names, err := u.governorateNames(x)
	if err != nil {
		return err
	}
	p := webworkshop.LogisticsPage{Page: x.eventPage(l.Head, x.Loc.T("freeze_title")), Logistics: l, Governorate: func(code string) string { return names[code] }}
	return x.Render(http.StatusOK, webworkshop.Logistics(p))
}

// WorkshopFreeze keeps the list and the half-days as they stand.
func (u *UI) WorkshopFreeze(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if err := u.Workshop.FreezeNow(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	x.Flash("done_freeze")
	return x.SeeOther(workshopPath(id, "/logistics"))
}
