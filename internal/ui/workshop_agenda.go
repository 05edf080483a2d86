package ui

import (
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/web/form"
	webworkshop "shelter/web/workshop"
)

type itemForm struct {
	Key     string `form:"key" binding:"required,uuid"`
	Slot    string `form:"slot" binding:"required,uuid"`
	New     ticked `form:"new"`
	Kind    string `form:"kind" binding:"required,max=20"`
	Title   string `form:"title" binding:"required,max=200"`
	TitleAR string `form:"title_ar" binding:"max=200"`
	Minutes string `form:"minutes" binding:"required,number,max=3"`
	Trainer string `form:"trainer" binding:"omitempty,uuid"`
	Lesson  string `form:"lesson" binding:"max=140"`
	Note    string `form:"note" binding:"max=200"`
	Seen    string `form:"seen" binding:"max=20"`
}

func (f itemForm) input() workshop.ItemInput {
	in := workshop.ItemInput{Kind: workshop.ItemKind(f.Kind), Title: f.Title, TitleAR: f.TitleAR, Minutes: whole(f.Minutes), Lesson: f.Lesson, Note: f.Note, Seen: workshop.Seen(f.Seen)}
	in.ID, _ = uuid.Parse(f.Key) // checked by the form's rules
	in.Slot, _ = uuid.Parse(f.Slot)
	in.Trainer, _ = uuid.Parse(f.Trainer)
	return in
}

// editing is the form that was sent: that of the new item of a half-day, or of the item.
func (f itemForm) editing() uuid.UUID {
	id, _ := uuid.Parse(f.Key)
	if f.New {
		id, _ = uuid.Parse(f.Slot)
	}
	return id
}

// WorkshopAgenda shows the agenda with its forms.
func (u *UI) WorkshopAgenda(x *Ctx) error {
	return u.agendaPage(x, http.StatusOK, itemForm{}, nil)
}

// WorkshopAgendaPut adds an item or changes it.
func (u *UI) WorkshopAgendaPut(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f itemForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		if err = u.Workshop.PutItem(x.Request.Context(), x.Actor, id, f.input()); err == nil {
			x.Flash("done_plan_item")
			return x.SeeOther(workshopPath(id, "/agenda#item-"+f.Key))
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	f.Seen = stillSeen(f.Seen, fields)
	return u.agendaPage(x, http.StatusUnprocessableEntity, f, fields)
}

// WorkshopAgendaMove puts an item at another place.
func (u *UI) WorkshopAgendaMove(x *Ctx) error {
	id, item, err := x.twoIDs("id", "item")
	if err != nil {
		return err
	}
	slot, _ := uuid.Parse(x.PostForm("slot")) // none: no such half-day
	if err := u.Workshop.MoveItem(x.Request.Context(), x.Actor, id, item, slot, whole(x.PostForm("to"))); err != nil {
		return err
	}
	return x.SeeOther(workshopPath(id, "/agenda#item-"+item.String()))
}

// WorkshopAgendaRemove takes an item out.
func (u *UI) WorkshopAgendaRemove(x *Ctx) error {
	id, item, err := x.twoIDs("id", "item")
	if err != nil {
		return err
	}
	if err := u.Workshop.RemoveItem(x.Request.Context(), x.Actor, id, item); err != nil {
		return err
	}
	x.Flash("done_plan_item_removed")
	return x.SeeOther(workshopPath(id, "/agenda"))
}

func (u *UI) agendaPage(x *Ctx, status int, f itemForm, fields []errs.Field) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	a, err := u.Workshop.Agenda(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	rights := rightsOn(x.Actor, a.Resource())
	p := webworkshop.AgendaPage{Page: x.eventPage(a.Head, x.Loc.T("plan_agenda")), Agenda: a, CanPlan: rights.Edit && a.Event.State.CanPlan(), Form: x.Form(fields),
		Editing: f.editing(), NewKey: func() string { return uuid.Must(uuid.NewV7()).String() },
		Values: webworkshop.ItemValues{Key: f.Key, Kind: f.Kind, Title: f.Title, TitleAR: f.TitleAR, Minutes: f.Minutes, Trainer: f.Trainer, Lesson: f.Lesson, Note: f.Note, Seen: f.Seen}}
	if p.Lessons, err = u.lessonOptions(x); err != nil {
		return err
	}
	return x.Render(status, webworkshop.AgendaEditor(p))
}

// lessonOptions are the lessons of all courses, for the items that teach one.
func (u *UI) lessonOptions(x *Ctx) ([]form.Option, error) {
	courses, err := u.Course.List(x.Request.Context(), x.Actor)
	if err != nil {
		return nil, err
	}
	var list []form.Option
	for _, c := range courses {
		for _, l := range c.Lessons {
			text, _ := l.In(x.Loc.Lang())
			list = append(list, form.Option{Value: c.Code + "/" + l.Slug, Label: text.Title, Group: c.Title.In(x.Loc.Lang())})
		}
	}
	return list, nil
}
