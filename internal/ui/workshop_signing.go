package ui

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop/paper"
	webworkshop "shelter/web/workshop"
)

// signJSON is a signature as the pad's script sends it: strokes, or else a name.
type signJSON struct {
	Key       uuid.UUID `json:"key"`
	Slot      uuid.UUID `json:"slot"`
	Enrolment uuid.UUID `json:"enrolment"`
	Strokes   string    `json:"strokes" binding:"max=12000"`
	Name      string    `json:"name" binding:"max=400"`
	Device    string    `json:"device" binding:"max=64"`
	At        time.Time `json:"at"`
	SentAt    time.Time `json:"sent_at"`
}

// WorkshopSign keeps a signature from a device's outbox. What is refused is answered in words and not sent again, so that nothing of it
// stays on the device.
func (u *UI) WorkshopSign(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var b signJSON
	if fields, err := x.BindJSON(&b); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	sg, err := u.Paper.Sign(x.Request.Context(), x.Actor, id, paper.SignInput{Key: b.Key, SlotID: b.Slot, EnrolmentID: b.Enrolment, Strokes: b.Strokes, Name: b.Name,
		Device: b.Device, ClientAt: b.At, SentAt: b.SentAt})
	if e := errs.As(err); err != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		x.JSON(http.StatusOK, gin.H{"error": x.Message(e)})
		return nil
	}
	if err != nil {
		return err
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.AttendanceMark, id)
	if err != nil {
		return err
	}
	x.JSON(http.StatusOK, gin.H{"signed": signedJSON(sg, h.Event.Zone())})
	return nil
}

func signedJSON(sg *paper.Screen, zone *time.Location) gin.H {
	return gin.H{"enrolment": sg.EnrolmentID, "kind": sg.Kind, "at": wallClock(sg.SignedAt, zone)}
}

type signBackForm struct {
	Key    string `form:"key" binding:"required,uuid"`
	Reason string `form:"reason"`
}

// WorkshopSignatureBack takes a signature on screen back, with a reason.
func (u *UI) WorkshopSignatureBack(x *Ctx) error {
	id, slot, err := x.twoIDs("id", "slot")
	if err != nil {
		return err
	}
	enrolment, err := x.ID("enrolment")
	if err != nil {
		return err
	}
	var f signBackForm
	if fields, err := x.Bind(&f); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	err = u.Paper.TakeBack(x.Request.Context(), x.Actor, id, paper.TakeBackInput{Key: uuid.MustParse(f.Key), SlotID: slot, EnrolmentID: enrolment, Reason: f.Reason})
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.historyPage(x, http.StatusUnprocessableEntity, webworkshop.HistoryPage{Key: f.Key, Reason: f.Reason, Form: x.Form(e.Fields)})
	}
	if err != nil {
		return err
	}
	x.Flash("done_signing_back")
	return x.SeeOther(workshopPath(id, "/rollcall/"+slot.String()+"/"+enrolment.String()+"/history"))
}

// WorkshopSigningAllow says whether the donor of an event accepts signatures on screen.
func (u *UI) WorkshopSigningAllow(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	yes := x.PostForm("allow") == "yes"
	if !yes && x.PostForm("allow") != "no" {
		return errs.NewInvalid("error_bad_request")
	}
	if err := u.Paper.Allow(x.Request.Context(), x.Actor, id, yes); err != nil {
		return err
	}
	x.Flash("done_signing_saved")
	return x.SeeOther(workshopPath(id, "/planning"))
}
