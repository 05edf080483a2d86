package ui

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// WorkshopScan is the check-in at the door.
func (u *UI) WorkshopScan(x *Ctx) error {
	slot, _ := uuid.Parse(x.Query("slot")) // none: the half-day that matters now
	return u.scanPage(x, http.StatusOK, slot, x.Query("badge"), nil)
}

func (u *UI) scanPage(x *Ctx, status int, slot uuid.UUID, badge string, last *webworkshop.ScanResult) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	v, err := u.Workshop.View(x.Request.Context(), x.Actor, access.AttendanceMark, id)
	if err != nil {
		return err
	}
	i := v.Index(slot)
	if i < 0 {
		i = workshop.Current(v.Slots, u.Now(), v.Event.CheckinBefore)
	}
	page := x.eventPage(v.Head, x.Loc.T("workshop_scan"))
	page.Scripts, page.Width = []string{"checkin", "scan"}, layout.Reading
	return x.Render(status, webworkshop.Scan(webworkshop.ScanPage{Page: page, View: v, Index: i, Badge: badge, Last: last, Key: uuid.Must(uuid.NewV7()).String()}))
}

type checkinForm struct {
	Badge  string `form:"badge" json:"badge" binding:"required,max=300"`
	Slot   string `form:"slot" json:"slot" binding:"omitempty,uuid"`
	Key    string `form:"key" json:"key" binding:"omitempty,uuid"`
	Device string `form:"-" json:"device" binding:"max=64"`
}

func (f checkinForm) input() workshop.CheckinInput {
	slot, _ := uuid.Parse(f.Slot)
	key, _ := uuid.Parse(f.Key)
	return workshop.CheckinInput{Badge: f.Badge, SlotID: slot, Key: key, Device: f.Device}
}

// WorkshopScanForm checks in the typed code of a browser without scripts.
func (u *UI) WorkshopScanForm(x *Ctx) error {
	var f checkinForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	slot, _ := uuid.Parse(f.Slot)
	if len(fields) > 0 {
		r := webworkshop.ScanResult{Tone: "bad", Title: x.Loc.T("workshop_scan_unknown")}
		return u.scanPage(x, http.StatusUnprocessableEntity, slot, f.Badge, &r)
	}
	_, r, err := u.checkIn(x, f)
	if err != nil {
		return err
	}
	badge := ""
	if r.Outcome == workshop.UnknownBadge {
		badge = f.Badge // to be corrected
	}
	return u.scanPage(x, http.StatusOK, slot, badge, &r)
}

// WorkshopCheckin checks in a badge for the scanning script: the answer in words, with the count of the half-day.
func (u *UI) WorkshopCheckin(x *Ctx) error {
	var f checkinForm
	if fields, err := x.BindJSON(&f); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	c, r, err := u.checkIn(x, f)
	if err != nil {
		return err
	}
	out := gin.H{"outcome": r.Outcome, "tone": r.Tone, "title": r.Title, "name": r.Name, "text": r.Text}
	if c.Person != nil {
		out["enrolment"] = c.Person.EnrolmentID
	}
	if c.Cell != nil {
		out["seq"] = c.Cell.Seq
	}
	x.JSON(http.StatusOK, out)
	return nil
}

func (u *UI) checkIn(x *Ctx, f checkinForm) (*workshop.Checkin, webworkshop.ScanResult, error) {
	id, err := x.ID("id")
	if err != nil {
		return nil, webworkshop.ScanResult{}, err
	}
	c, err := u.Workshop.CheckIn(x.Request.Context(), x.Actor, id, f.input())
	if err != nil {
		return nil, webworkshop.ScanResult{}, err
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.AttendanceMark, id)
	if err != nil {
		return nil, webworkshop.ScanResult{}, err
	}
	return c, webworkshop.Message(x.Loc, &h.Event, c), nil
}

// WorkshopBadge is the address in a badge's QR code: it leads a trainer to the check-in of that workshop, and shows everybody
// else the same page, whether the badge exists or not.
func (u *UI) WorkshopBadge(x *Ctx) error {
	if x.Actor.SignedIn() {
		id, err := u.Workshop.BadgeEvent(x.Request.Context(), x.Actor, x.Param("token"))
		if err == nil {
			return x.SeeOther(workshopPath(id, "/scan?badge="+x.Param("token")))
		}
		if !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.Forbidden) {
			return err
		}
	}
	page := x.Page(x.Loc.T("workshop_badge"))
	page.Width = layout.Reading
	return x.Render(http.StatusOK, webworkshop.Badge(webworkshop.BadgePage{Page: page}))
}
