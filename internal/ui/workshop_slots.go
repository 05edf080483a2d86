package ui

import (
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	webworkshop "shelter/web/workshop"
)

type slotForm struct {
	Day     string `form:"day" binding:"required,datetime=2006-01-02"`
	Half    string `form:"half" binding:"required,oneof=am pm"`
	Start   string `form:"start" binding:"required,hour"`
	End     string `form:"end" binding:"required,hour"`
	Minutes string `form:"minutes" binding:"required,number,max=3"`
	Topic   string `form:"topic" binding:"max=200"`
	Trainer string `form:"trainer" binding:"omitempty,uuid"`
	Seen    string `form:"seen" binding:"max=20"`
}

func (f slotForm) input() workshop.SlotInput {
	day, _ := time.Parse(time.DateOnly, f.Day) // checked by the form's rules
	trainer, _ := uuid.Parse(f.Trainer)
	return workshop.SlotInput{Day: day, Half: workshop.Half(f.Half), Hours: hoursOf(f.Start, f.End, f.Minutes), Topic: f.Topic, Trainer: trainer, Seen: workshop.Seen(f.Seen)}
}

// WorkshopSlots shows the half-days of an event, each with its form.
func (u *UI) WorkshopSlots(x *Ctx) error {
	return u.slotsPage(x, http.StatusOK, uuid.Nil, slotForm{}, nil, "")
}

// WorkshopSlotAdd plans one more half-day.
func (u *UI) WorkshopSlotAdd(x *Ctx) error {
	return u.changeSlot(x, uuid.Nil, func(event uuid.UUID, in workshop.SlotInput) error {
		return u.Workshop.AddSlot(x.Request.Context(), x.Actor, event, in)
	})
}

// WorkshopSlotUpdate changes a half-day.
func (u *UI) WorkshopSlotUpdate(x *Ctx) error {
	slot, err := x.ID("slot")
	if err != nil {
		return err
	}
	return u.changeSlot(x, slot, func(event uuid.UUID, in workshop.SlotInput) error {
		return u.Workshop.UpdateSlot(x.Request.Context(), x.Actor, event, slot, in)
	})
}

// WorkshopSlotRemove takes a half-day out of the plan.
func (u *UI) WorkshopSlotRemove(x *Ctx) error {
	id, slot, err := x.twoIDs("id", "slot")
	if err != nil {
		return err
	}
	if err := u.Workshop.RemoveSlot(x.Request.Context(), x.Actor, id, slot); err != nil {
		return u.slotRefused(x, slot, slotForm{}, err)
	}
	x.Flash("done_workshop_slot_removed")
	return x.SeeOther(workshopPath(id, "/slots"))
}

type shiftForm struct {
	First string `form:"first" binding:"required,datetime=2006-01-02"`
}

// WorkshopShift puts the event off with all its half-days, or brings it forward.
func (u *UI) WorkshopShift(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f shiftForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		first, _ := time.Parse(time.DateOnly, f.First) // checked by the form's rules
		if err = u.Workshop.Shift(x.Request.Context(), x.Actor, id, first); err == nil {
			x.Flash("done_workshop_shifted")
			return x.SeeOther(workshopPath(id, "/slots"))
		}
		return u.slotRefused(x, id, slotForm{Day: f.First}, err)
	}
	return u.slotsPage(x, http.StatusUnprocessableEntity, id, slotForm{Day: f.First}, fields, "")
}

// stillSeen is what a form that is shown again has seen: nothing, where somebody else has changed its record meanwhile; the form then shows
// the record as it is now, and sent again it replaces that.
func stillSeen(seen string, wrong []errs.Field) string {
	if slices.ContainsFunc(wrong, workshop.Changed) {
		return ""
	}
	return seen
}

// slotRefused shows the half-days again with what was typed and why it is not kept.
func (u *UI) slotRefused(x *Ctx, editing uuid.UUID, f slotForm, err error) error {
	switch e := errs.As(err); {
	case len(e.Fields) > 0:
		f.Seen = stillSeen(f.Seen, e.Fields)
		return u.slotsPage(x, http.StatusUnprocessableEntity, editing, f, e.Fields, "")
	case e.Kind == errs.Conflict:
		return u.slotsPage(x, http.StatusConflict, editing, f, nil, x.Message(e))
	}
	return err
}

func (u *UI) changeSlot(x *Ctx, slot uuid.UUID, do func(event uuid.UUID, in workshop.SlotInput) error) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f slotForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		if err = do(id, f.input()); err == nil {
			x.Flash("done_workshop_slot_saved")
			return x.SeeOther(workshopPath(id, "/slots"))
		}
		return u.slotRefused(x, slot, f, err)
	}
	return u.slotsPage(x, http.StatusUnprocessableEntity, slot, f, fields, "")
}

func (u *UI) slotsPage(x *Ctx, status int, editing uuid.UUID, f slotForm, fields []errs.Field, message string) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.WorkshopEdit, id)
	if err != nil {
		return err
	}
	values := webworkshop.SlotValues{Day: f.Day, Half: f.Half, Start: f.Start, End: f.End, Minutes: f.Minutes, Topic: f.Topic, Trainer: f.Trainer, Seen: f.Seen}
	return x.Render(status, webworkshop.Slots(webworkshop.SlotsPage{Page: x.eventPage(h, x.Loc.T("workshop_slots")), Head: h, CanPlan: h.Event.State.CanPlan(),
		Editing: editing, Values: values, Form: x.Form(fields), Message: message}))
}

// twoIDs reads two uuids from the path.
func (x *Ctx) twoIDs(a, b string) (first, second uuid.UUID, err error) {
	if first, err = x.ID(a); err != nil {
		return first, second, err
	}
	second, err = x.ID(b)
	return first, second, err
}
