package ui

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/web/kit"
	webworkshop "shelter/web/workshop"
)

// WorkshopRoll leads to the half-day that matters now.
func (u *UI) WorkshopRoll(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.AttendanceMark, id)
	if err != nil {
		return err
	}
	i := workshop.Current(h.Slots, u.Now(), h.Event.CheckinBefore)
	if i < 0 {
		return x.SeeOther(workshopPath(id, "/slots"))
	}
	return x.SeeOther(workshopPath(id, "/rollcall/"+h.Slots[i].ID.String()))
}

// WorkshopRollSlot is the roll-call of one half-day.
func (u *UI) WorkshopRollSlot(x *Ctx) error {
	v, i, err := u.rollView(x)
	if err != nil {
		return err
	}
	signed, _, err := u.Paper.SignedNow(x.Request.Context(), x.Actor, v.Head, v.Slots[i].ID)
	if err != nil {
		return err
	}
	page := x.eventPage(v.Head, x.Loc.T("workshop_roll"))
	page.Scripts = []string{"rollcall"}
	page.Actions = []kit.Action{{Label: x.Loc.T("selfcheck_title"), Href: workshopPath(v.Event.ID, "/selfcheck/"+v.Slots[i].ID.String()), Icon: "smartphone"},
		{Label: x.Loc.T("workshop_scan"), Href: workshopPath(v.Event.ID, "/scan?slot="+v.Slots[i].ID.String()), Icon: "scan-line"},
		{Label: x.Loc.T("workshop_people_add"), Href: workshopPath(v.Event.ID, "/participants"), Icon: "user-plus"}}
	return x.Render(http.StatusOK, webworkshop.Roll(webworkshop.NewRollPage(page, v, i, uuid.Must(uuid.NewV7()).String(), signed)))
}

// rollView reads the event and the place of the half-day of the address.
func (u *UI) rollView(x *Ctx) (*workshop.View, int, error) {
	id, slot, err := x.twoIDs("id", "slot")
	if err != nil {
		return nil, 0, err
	}
	v, err := u.Workshop.View(x.Request.Context(), x.Actor, access.AttendanceMark, id)
	if err != nil {
		return nil, 0, err
	}
	i := v.Index(slot)
	if i < 0 {
		return nil, 0, errs.NewNotFound("workshop: slot")
	}
	return v, i, nil
}

// WorkshopRollSave takes the whole roll-call as a form, for browsers without scripts: only what differs becomes a mark.
func (u *UI) WorkshopRollSave(x *Ctx) error {
	v, i, err := u.rollView(x)
	if err != nil {
		return err
	}
	form, err := uuid.Parse(x.PostForm("key"))
	if err != nil {
		return errs.NewInvalid("error_bad_request")
	}
	b := workshop.Batch{Device: "form-" + form.String()}
	for _, p := range v.Enrolled() {
		st := workshop.Status(x.PostForm("state-" + p.EnrolmentID.String()))
		if st != "" && st != p.Cells[i].Status {
			b.Marks = append(b.Marks, workshop.MarkInput{Key: uuid.NewSHA1(form, p.EnrolmentID[:]), SlotID: v.Slots[i].ID, EnrolmentID: p.EnrolmentID, Status: st, SeenSeq: p.Cells[i].Seq})
		}
	}
	if err := u.markForm(x, v.Event.ID, b); err != nil {
		return err
	}
	x.Flash("done_workshop_roll")
	return x.SeeOther(workshopPath(v.Event.ID, "/rollcall/"+v.Slots[i].ID.String()))
}

// markForm sends a form's marks; the first that is refused is the answer.
func (u *UI) markForm(x *Ctx, event uuid.UUID, b workshop.Batch) error {
	for len(b.Marks) > 0 {
		part := b
		part.Marks = b.Marks[:min(len(b.Marks), workshop.MaxBatch)]
		b.Marks = b.Marks[len(part.Marks):]
		answers, err := u.Workshop.MarkBatch(x.Request.Context(), x.Actor, event, part)
		if err != nil {
			return err
		}
		for _, a := range answers {
			if a.Err != nil {
				return a.Err
			}
		}
	}
	return nil
}

// markJSON is one mark as a device sends it.
type markJSON struct {
	Key       uuid.UUID       `json:"key"`
	Slot      uuid.UUID       `json:"slot"`
	Enrolment uuid.UUID       `json:"enrolment"`
	Status    workshop.Status `json:"status"`
	Arrived   string          `json:"arrived"`
	Left      string          `json:"left"`
	Reason    string          `json:"reason"`
	Source    workshop.Source `json:"source"`
	Seen      int64           `json:"seen"`
	At        time.Time       `json:"at"`
}

type batchJSON struct {
	Device string     `json:"device" binding:"max=64"`
	SentAt time.Time  `json:"sent_at"`
	Marks  []markJSON `json:"marks" binding:"required,min=1,max=500"`
}

func (b batchJSON) batch() workshop.Batch {
	out := workshop.Batch{Device: b.Device, SentAt: b.SentAt}
	for _, m := range b.Marks {
		out.Marks = append(out.Marks, workshop.MarkInput{Key: m.Key, SlotID: m.Slot, EnrolmentID: m.Enrolment, Status: m.Status, Arrived: m.Arrived, Left: m.Left,
			Reason: m.Reason, Source: m.Source, SeenSeq: m.Seen, ClientAt: m.At})
	}
	return out
}

// WorkshopMarks takes marks from a device's outbox as JSON and acknowledges each on its own.
func (u *UI) WorkshopMarks(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var b batchJSON
	if fields, err := x.BindJSON(&b); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	answers, err := u.Workshop.MarkBatch(x.Request.Context(), x.Actor, id, b.batch())
	if err != nil {
		return err
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.AttendanceMark, id)
	if err != nil {
		return err
	}
	out := make([]gin.H, len(answers))
	for i, a := range answers {
		out[i] = gin.H{"key": a.Key, "outcome": a.Outcome, "repeat": a.Repeat}
		if a.Err != nil {
			out[i]["error"] = x.Message(a.Err)
		}
		if a.Cell != nil {
			c := workshop.CellOf(a.Cell)
			out[i]["cell"] = cellJSON(a.Cell.EnrolmentID, &c, h.Event.Zone())
		}
	}
	x.JSON(http.StatusOK, gin.H{"answers": out, "version": h.Event.Version})
	return nil
}

func cellJSON(enrolment uuid.UUID, c *workshop.Cell, zone *time.Location) gin.H {
	return gin.H{"enrolment": enrolment, "status": c.Status, "seq": c.Seq, "arrived": wallClock(c.ArrivedAt, zone), "left": wallClock(c.LeftAt, zone),
		"reason": c.Reason, "minutes": c.Minutes, "conflict": c.Conflict, "source": c.Source}
}

func wallClock(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("15:04")
}

// WorkshopRollState gives a half-day's attendance as JSON, for the other devices in the room; 304 when nothing changed.
func (u *UI) WorkshopRollState(x *Ctx) error {
	id, slot, err := x.twoIDs("id", "slot")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	h, err := u.Workshop.Head(ctx, x.Actor, access.AttendanceMark, id)
	if err != nil {
		return err
	}
	signed, last, err := u.Paper.SignedNow(ctx, x.Actor, h, slot)
	if err != nil {
		return err
	}
	etag := `"` + strconv.FormatInt(h.Event.Version, 10) + "." + strconv.FormatInt(last, 10) + `"`
	x.Header("ETag", etag)
	if x.GetHeader("If-None-Match") == etag {
		x.Status(http.StatusNotModified)
		x.Writer.WriteHeaderNow()
		return nil
	}
	v, err := u.Workshop.View(ctx, x.Actor, access.AttendanceMark, id)
	if err != nil {
		return err
	}
	i := v.Index(slot)
	if i < 0 {
		return errs.NewNotFound("workshop: slot")
	}
	cells, signatures := []gin.H{}, []gin.H{}
	for _, p := range v.Enrolled() {
		cells = append(cells, cellJSON(p.EnrolmentID, &p.Cells[i], v.Event.Zone()))
		if sg := signed.Of(slot, p.EnrolmentID); sg != nil {
			signatures = append(signatures, signedJSON(sg, v.Event.Zone()))
		}
	}
	x.JSON(http.StatusOK, gin.H{"version": v.Event.Version, "cells": cells, "signed": signatures})
	return nil
}

// WorkshopHistory tells the story of one person's half-day.
func (u *UI) WorkshopHistory(x *Ctx) error {
	return u.historyPage(x, http.StatusOK, webworkshop.HistoryPage{Form: x.Form(nil)})
}

func (u *UI) historyPage(x *Ctx, status int, p webworkshop.HistoryPage) error {
	id, slot, err := x.twoIDs("id", "slot")
	if err != nil {
		return err
	}
	enrolment, err := x.ID("enrolment")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	if p.History, err = u.Workshop.History(ctx, x.Actor, id, slot, enrolment); err != nil {
		return err
	}
	if p.Signed, err = u.Paper.Story(ctx, x.Actor, id, slot, enrolment); err != nil {
		return err
	}
	if p.Key == "" {
		p.Key = uuid.Must(uuid.NewV7()).String()
	}
	p.Page = x.eventPage(p.History.Head, p.History.Person.Name())
	return x.Render(status, webworkshop.History(p))
}
