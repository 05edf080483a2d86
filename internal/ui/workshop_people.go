package ui

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/web/form"
	"shelter/web/kit"
	webworkshop "shelter/web/workshop"
)

// peoplePerPage is the length of a page of participants.
const peoplePerPage = 100

// WorkshopPeople lists the participants, and finds people to add.
func (u *UI) WorkshopPeople(x *Ctx) error {
	key := uuid.Must(uuid.NewV7()).String()
	return u.peoplePage(x, http.StatusOK, webworkshop.PersonValues{Key: key}, nil, "")
}

// WorkshopEnrol puts a known person on the list; when it is full, on the waiting list, as the button says.
func (u *UI) WorkshopEnrol(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	person, err := uuid.Parse(x.PostForm("person"))
	if err != nil {
		return errs.NewInvalid("error_bad_request")
	}
	walkIn := ticked(x.PostForm("walk_in") == "on")
	done, err := u.Workshop.EnrolMany(x.Request.Context(), x.Actor, id, []uuid.UUID{person}, personForm{WalkIn: walkIn}.options())
	if err != nil {
		return err
	}
	x.flashEnrolled(done[0])
	return x.SeeOther(workshopPath(id, "/participants"))
}

func (x *Ctx) flashEnrolled(r workshop.EnrolResult) {
	if r.State == workshop.Waiting {
		x.Flash("done_workshop_waiting")
		return
	}
	x.Flash("done_workshop_enrolled")
}

type personForm struct {
	Key          string `form:"key" binding:"omitempty,uuid"`
	FamilyName   string `form:"family_name" binding:"required,max=80"`
	GivenName    string `form:"given_name" binding:"max=80"`
	Sex          string `form:"sex" binding:"omitempty,oneof=f m"`
	BirthYear    string `form:"birth_year" binding:"omitempty,number,len=4"`
	Phone        string `form:"phone" binding:"omitempty,phone"`
	Email        string `form:"email" binding:"omitempty,email"`
	Organisation string `form:"organisation" binding:"omitempty,uuid"`
	JobTitle     string `form:"job_title" binding:"max=120"`
	Governorate  string `form:"governorate" binding:"max=5"`
	WalkIn       ticked `form:"walk_in"`
	Ask          ticked `form:"ask"`  // the page asks about people who are alike; a script that sends the form decides for itself
	Sure         ticked `form:"sure"` // it is none of them
}

func (f personForm) input(lang string) org.PersonInput {
	key, _ := uuid.Parse(f.Key)
	organisation, _ := uuid.Parse(f.Organisation)
	in := org.PersonInput{ID: key, FamilyName: f.FamilyName, GivenName: f.GivenName, Sex: f.Sex, BirthYear: whole(f.BirthYear), Phone: f.Phone, Email: f.Email,
		OrganisationID: organisation, JobTitle: f.JobTitle, Governorate: f.Governorate}
	in.Lang, _ = i18n.Parse(lang)
	return in
}

func (f personForm) values() webworkshop.PersonValues {
	return webworkshop.PersonValues{Key: f.Key, FamilyName: f.FamilyName, GivenName: f.GivenName, Sex: f.Sex, BirthYear: f.BirthYear, Phone: f.Phone, Email: f.Email,
		Organisation: f.Organisation, JobTitle: f.JobTitle, Governorate: f.Governorate, WalkIn: bool(f.WalkIn)}
}

// options: somebody who stands in the room is enrolled even when the list is full.
func (f personForm) options() workshop.EnrolOptions {
	if f.WalkIn {
		return workshop.EnrolOptions{Source: "walk_in", WalkIn: true, Full: workshop.ExceedFull}
	}
	return workshop.EnrolOptions{Full: workshop.WaitFull}
}

// WorkshopEnrolNew registers a person and enrols them.
func (u *UI) WorkshopEnrolNew(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f personForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.ParticipantEdit, id)
		if err != nil {
			return err
		}
		in, values := f.input(h.Event.Lang), f.values()
		if f.Ask && !f.Sure {
			if values.Alike, err = u.Org.AlikePersons(x.Request.Context(), x.Actor, in); err != nil {
				return err
			}
		}
		if len(values.Alike) > 0 {
			return u.peoplePage(x, http.StatusConflict, values, nil, "")
		}
		done, err := u.Workshop.EnrolNew(x.Request.Context(), x.Actor, id, in, f.options())
		if err == nil {
			x.flashEnrolled(done)
			return x.SeeOther(workshopPath(id, "/participants"))
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.peoplePage(x, http.StatusUnprocessableEntity, f.values(), fields, "")
}

// WorkshopEnrolment changes where a person stands with the event.
func (u *UI) WorkshopEnrolment(x *Ctx) error {
	id, enrolment, err := x.twoIDs("id", "enrolment")
	if err != nil {
		return err
	}
	m := workshop.Move{To: workshop.EnrolState(x.PostForm("state")), Reason: x.PostForm("reason"), Override: x.PostForm("override")}
	back := x.PostForm("back") == "selection"
	if m.To == workshop.Declined && strings.TrimSpace(m.Reason) == "" { // noted in somebody's name, a refusal has their reason
		return u.peoplePage(x, http.StatusUnprocessableEntity, webworkshop.PersonValues{}, nil, x.Loc.T("answer_note_needed"))
	}
	err = u.Workshop.MoveEnrolment(x.Request.Context(), x.Actor, id, enrolment, m)
	if e := errs.As(err); err != nil && e.Kind == errs.Conflict { // full, or closed: said on the page itself
		if back {
			return u.selectionPage(x, http.StatusConflict, webworkshop.RefusedDecision{On: enrolment, Reason: m.Override, Message: x.Message(e)})
		}
		return u.peoplePage(x, http.StatusConflict, webworkshop.PersonValues{}, nil, x.Message(e))
	}
	if err != nil {
		return err
	}
	x.Flash("done_workshop_enrolment")
	if back {
		return x.SeeOther(workshopPath(id, "/selection"))
	}
	return x.SeeOther(workshopPath(id, "/participants"))
}

func (u *UI) peoplePage(x *Ctx, status int, values webworkshop.PersonValues, fields []errs.Field, message string) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	v, err := u.Workshop.View(ctx, x.Actor, access.WorkshopView, id)
	if err != nil {
		return err
	}
	p := webworkshop.PeoplePage{Page: x.eventPage(v.Head, x.Loc.T("workshop_participants")), View: v, Query: x.Query("q"), Values: values, Form: x.Form(fields), Message: message}
	p.CanEdit = v.Event.State.CanEnrol() && access.Can(x.Actor, access.ParticipantEdit, v.Resource()) == nil
	p.Scripts = []string{"table"}
	if access.Can(x.Actor, access.ParticipantEdit, v.Resource()) == nil {
		p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("enrol_event_title"), Icon: "book-open", Href: workshopPath(id, "/courses")})
	}
	if p.CanEdit {
		if err := u.peopleChoices(x, &p); err != nil {
			return err
		}
	}
	slicePeople(x, &p)
	return x.Render(status, webworkshop.People(p))
}

// peopleChoices fills what the two forms offer.
func (u *UI) peopleChoices(x *Ctx, p *webworkshop.PeoplePage) (err error) {
	ctx := x.Request.Context()
	if p.Governorates, err = u.Org.Governorates(ctx); err != nil {
		return err
	}
	orgs, err := u.Org.OrganisationChoices(ctx)
	if err != nil {
		return err
	}
	for _, o := range orgs {
		p.Organisations = append(p.Organisations, form.Option{Value: o.ID.String(), Label: o.NameIn(x.Loc.Lang())})
	}
	if strings.TrimSpace(p.Query) != "" {
		p.Found, err = u.Org.PickPersons(ctx, x.Actor, p.Query)
	}
	return err
}

func slicePeople(x *Ctx, p *webworkshop.PeoplePage) {
	total := len(p.View.People)
	pages := max(1, (total+peoplePerPage-1)/peoplePerPage)
	n, _ := strconv.Atoi(x.Query("page")) // anything else is the first page
	n = min(max(n, 1), pages)
	p.From, p.To = (n-1)*peoplePerPage, min(n*peoplePerPage, total)
	p.Pager = kit.Pager{Page: n, Pages: pages, Total: total, URL: kit.PageURL(x.Request.URL.Path, x.Request.URL.Query())}
}
