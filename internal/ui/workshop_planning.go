package ui

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// WorkshopPlanning shows clashes, quotas and the form of a copy.
func (u *UI) WorkshopPlanning(x *Ctx) error {
	return u.planningPage(x, http.StatusOK, nil, webworkshop.CopyValues{}, nil)
}

// WorkshopQuotas replaces the quotas.
func (u *UI) WorkshopQuotas(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	govs, err := u.Org.Governorates(x.Request.Context())
	if err != nil {
		return err
	}
	list, typed, wrong := quotasOf(x, govs)
	if len(wrong) == 0 {
		err = u.Workshop.SetQuotas(x.Request.Context(), x.Actor, id, workshop.Seen(x.PostForm("seen")), list)
		if err == nil {
			x.Flash("done_plan_quotas")
			return x.SeeOther(workshopPath(id, "/planning"))
		}
		if wrong = errs.As(err).Fields; len(wrong) == 0 {
			return err
		}
	}
	typed["seen"] = stillSeen(x.PostForm("seen"), wrong)
	return u.planningPage(x, http.StatusUnprocessableEntity, typed, webworkshop.CopyValues{}, wrong)
}

// quotasOf reads the numbers typed; an empty field is no quota, 0 keeps everybody of that kind out.
func quotasOf(x *Ctx, govs []org.Governorate) (list []workshop.Quota, typed map[string]string, wrong []errs.Field) {
	typed = map[string]string{}
	read := func(k workshop.QuotaKind, value string) {
		name := workshop.QuotaField(k, value)
		text := x.PostForm(name)
		if typed[name] = text; text == "" {
			return
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			wrong = append(wrong, errs.Field{Name: name, Key: "error_number"})
			return
		}
		list = append(list, workshop.Quota{Kind: k, Value: value, Places: n})
	}
	for _, k := range org.Kinds() {
		read(workshop.ByOrganisationKind, string(k))
	}
	for _, g := range govs {
		read(workshop.ByGovernorate, g.Code)
	}
	for _, sex := range []string{"f", "m"} {
		read(workshop.BySex, sex)
	}
	return list, typed, wrong
}

type copyForm struct {
	Key   string `form:"key" binding:"omitempty,uuid"`
	Title string `form:"title" binding:"required,max=200"`
	Start string `form:"start" binding:"required,datetime=2006-01-02"`
}

// WorkshopCopy makes a draft like the event on other days.
func (u *UI) WorkshopCopy(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f copyForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		start, _ := time.Parse(time.DateOnly, f.Start) // checked by the form's rules
		key, _ := uuid.Parse(f.Key)
		ev, err := u.Workshop.Copy(x.Request.Context(), x.Actor, id, workshop.CopyInput{Key: key, Title: f.Title, Start: start})
		if err == nil {
			x.Flash("done_plan_copied")
			return x.SeeOther(workshopPath(ev.ID, "/planning"))
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.planningPage(x, http.StatusUnprocessableEntity, nil, webworkshop.CopyValues{Key: f.Key, Title: f.Title, Start: f.Start}, fields)
}

func (u *UI) planningPage(x *Ctx, status int, quotas map[string]string, c webworkshop.CopyValues, fields []errs.Field) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	h, err := u.Workshop.Head(ctx, x.Actor, access.WorkshopEdit, id)
	if err != nil {
		return err
	}
	p := webworkshop.PlanningPage{Page: x.eventPage(h, x.Loc.T("plan_title")), Head: h, CanEdit: h.Event.State.CanPlan(), Quotas: quotas, Copy: c, Form: x.Form(fields)}
	p.Signing = webworkshop.SigningCard{Show: access.Can(x.Actor, access.SigningAllow, h.Resource()) == nil, Allowed: h.Event.ScreenSigning,
		Closed: h.Event.State == workshop.Closed || h.Event.State == workshop.Cancelled}
	if p.Clashes, err = u.Workshop.Clashes(ctx, x.Actor, id); err != nil {
		return err
	}
	if p.Governorates, err = u.Org.Governorates(ctx); err != nil {
		return err
	}
	stored, err := u.Workshop.Quotas(ctx, x.Actor, id)
	if err != nil {
		return err
	}
	p.Seen = cmp.Or(workshop.Seen(quotas["seen"]), workshop.SeenQuotas(stored))
	if quotas == nil {
		p.Quotas = quotaValues(stored)
	}
	if c == (webworkshop.CopyValues{}) {
		p.Copy = webworkshop.CopyValues{Key: uuid.Must(uuid.NewV7()).String(), Title: h.Event.Title}
	}
	return x.Render(status, webworkshop.Planning(p))
}

func quotaValues(list []workshop.Quota) map[string]string {
	values := map[string]string{}
	for _, q := range list {
		values[workshop.QuotaField(q.Kind, q.Value)] = strconv.Itoa(q.Places)
	}
	return values
}

// WorkshopProgramme is the programme on paper, with the delegation of a study visit.
func (u *UI) WorkshopProgramme(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	a, err := u.Workshop.Agenda(ctx, x.Actor, id)
	if err != nil {
		return err
	}
	x.PrintLang()
	names, err := u.governorateNames(x)
	if err != nil {
		return err
	}
	page, sheet, err := x.paper(a.Head, x.Loc.T("plan_paper"), layout.Portrait, "")
	if err != nil {
		return err
	}
	p := webworkshop.ProgrammePage{Page: page, Paper: sheet, Agenda: a, Governorate: names[a.Event.Governorate]}
	if a.Event.Kind == workshop.StudyVisit {
		v, err := u.Workshop.View(ctx, x.Actor, access.WorkshopView, id)
		if err != nil {
			return err
		}
		p.Delegation = v.Enrolled()
	}
	return x.Render(http.StatusOK, webworkshop.Programme(p))
}
