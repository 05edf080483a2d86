package ui

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop"
	webworkshop "shelter/web/workshop"
)

type practiceForm struct {
	Key         string `form:"key" binding:"required,uuid"`
	Title       string `form:"title" binding:"required,max=200"`
	SeenAt      string `form:"seen_at" binding:"max=200"`
	Description string `form:"description" binding:"max=2000"`
	Owner       string `form:"owner" binding:"omitempty,uuid"`
	DueOn       string `form:"due_on" binding:"omitempty,datetime=2006-01-02"`
	State       string `form:"state" binding:"required,max=20"`
	FollowUp    string `form:"follow_up" binding:"max=2000"`
	Seen        string `form:"seen" binding:"max=20"`
}

func (f practiceForm) input() workshop.PracticeInput {
	in := workshop.PracticeInput{Title: f.Title, SeenAt: f.SeenAt, Description: f.Description, State: workshop.PracticeState(f.State), FollowUp: f.FollowUp, Seen: workshop.Seen(f.Seen)}
	in.ID, _ = uuid.Parse(f.Key) // checked by the form's rules
	in.Owner, _ = uuid.Parse(f.Owner)
	in.DueOn, _ = time.Parse(time.DateOnly, f.DueOn)
	return in
}

// WorkshopPractices lists the good practices seen, and follows them up.
func (u *UI) WorkshopPractices(x *Ctx) error {
	return u.practicesPage(x, http.StatusOK, practiceForm{}, nil)
}

// WorkshopPracticePut notes a good practice or changes it.
func (u *UI) WorkshopPracticePut(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f practiceForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		if err = u.Workshop.PutPractice(x.Request.Context(), x.Actor, id, f.input()); err == nil {
			x.Flash("done_plan_practice")
			return x.SeeOther(workshopPath(id, "/practices"))
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	f.Seen = stillSeen(f.Seen, fields)
	return u.practicesPage(x, http.StatusUnprocessableEntity, f, fields)
}

func (u *UI) practicesPage(x *Ctx, status int, f practiceForm, fields []errs.Field) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	v, list, err := u.Workshop.Practices(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	editing, _ := uuid.Parse(f.Key)
	known := false
	for i := range list {
		known = known || list[i].ID == editing
	}
	if !known {
		editing = uuid.Nil // the form of one more
	}
	p := webworkshop.PracticesPage{Page: x.eventPage(v.Head, x.Loc.T("plan_practices")), View: v, List: list, CanEdit: rightsOn(x.Actor, v.Resource()).Edit, Editing: editing,
		Form: x.Form(fields), NewKey: uuid.Must(uuid.NewV7()).String(), Today: u.Now(),
		Values: webworkshop.PracticeValues{Key: f.Key, Title: f.Title, SeenAt: f.SeenAt, Description: f.Description, Owner: f.Owner, DueOn: f.DueOn, State: f.State, FollowUp: f.FollowUp, Seen: f.Seen}}
	return x.Render(status, webworkshop.Practices(p))
}
