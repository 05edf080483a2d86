package ui

import (
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"
	"shelter/internal/workshop"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

type workshopForm struct {
	Key           string   `form:"key" binding:"omitempty,uuid"`
	Version       string   `form:"version" binding:"omitempty,number"`
	Kind          string   `form:"kind" binding:"required,oneof=workshop tot study_visit meeting"`
	Title         string   `form:"title" binding:"required,max=200"`
	TitleAR       string   `form:"title_ar" binding:"max=200"`
	NeutralTitle  string   `form:"neutral_title" binding:"max=200"`
	Topics        string   `form:"topics" binding:"max=2000"`
	Lang          string   `form:"lang" binding:"required,oneof=fr ar en"`
	Venue         string   `form:"venue" binding:"max=200"`
	Room          string   `form:"room" binding:"max=200"`
	Governorate   string   `form:"governorate" binding:"max=5"`
	TimeZone      string   `form:"time_zone" binding:"required,max=64"`
	Capacity      string   `form:"capacity" binding:"omitempty,number,max=6"`
	Threshold     string   `form:"threshold" binding:"required,number,max=3"`
	PassMark      string   `form:"pass_mark" binding:"omitempty,number,max=3"`
	LateAfter     string   `form:"late_after" binding:"required,number,max=3"`
	CheckinBefore string   `form:"checkin_before" binding:"required,number,max=3"`
	Project       string   `form:"project" binding:"max=200"`
	GrantRef      string   `form:"grant_ref" binding:"max=200"`
	Lead          string   `form:"lead" binding:"omitempty,uuid"`
	Trainers      []string `form:"trainers" binding:"max=20,dive,uuid"`
}

type newWorkshopForm struct {
	workshopForm

	Start     string   `form:"start" binding:"required,datetime=2006-01-02"`
	Days      string   `form:"days" binding:"required,number,max=2"`
	Halves    []string `form:"halves" binding:"required,dive,oneof=am pm"`
	AMStart   string   `form:"am_start" binding:"required,hour"`
	AMEnd     string   `form:"am_end" binding:"required,hour"`
	AMMinutes string   `form:"am_minutes" binding:"required,number,max=3"`
	PMStart   string   `form:"pm_start" binding:"required,hour"`
	PMEnd     string   `form:"pm_end" binding:"required,hour"`
	PMMinutes string   `form:"pm_minutes" binding:"required,number,max=3"`
}

// WorkshopNew shows the form of a new event with what most have.
func (u *UI) WorkshopNew(x *Ctx) error {
	if err := access.Can(x.Actor, access.WorkshopCreate, access.Resource{}); err != nil {
		return err
	}
	h := workshop.DefaultHours()
	v := webworkshop.EditValues{Key: uuid.Must(uuid.NewV7()).String(), Kind: string(workshop.Workshop), Lang: string(x.Loc.Lang()), TimeZone: "Africa/Tunis", Days: "2",
		Threshold: "80", LateAfter: strconv.Itoa(workshop.DefaultLateAfter), CheckinBefore: strconv.Itoa(workshop.DefaultCheckinBefore), Halves: []string{"am", "pm"},
		AMStart: wall(h[workshop.AM].Start), AMEnd: wall(h[workshop.AM].End), AMMinutes: strconv.Itoa(h[workshop.AM].Minutes),
		PMStart: wall(h[workshop.PM].Start), PMEnd: wall(h[workshop.PM].End), PMMinutes: strconv.Itoa(h[workshop.PM].Minutes)}
	if x.Actor.Has(access.Trainer) {
		v.Trainers = []string{x.Actor.PersonID.String()}
	}
	return u.workshopForm(x, http.StatusOK, uuid.Nil, v, nil, "")
}

// WorkshopCreate makes an event with its half-days.
func (u *UI) WorkshopCreate(x *Ctx) error {
	var f newWorkshopForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		ev, err := u.Workshop.Create(x.Request.Context(), x.Actor, f.input())
		if err == nil {
			x.Flash("done_workshop_created")
			return x.SeeOther(workshopPath(ev.ID, ""))
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.workshopForm(x, http.StatusUnprocessableEntity, uuid.Nil, f.values(), fields, "")
}

// WorkshopEdit shows the form of an event.
func (u *UI) WorkshopEdit(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.WorkshopEdit, id)
	if err != nil {
		return err
	}
	return u.workshopForm(x, http.StatusOK, id, valuesOf(h), nil, "")
}

// WorkshopUpdate changes an event.
func (u *UI) WorkshopUpdate(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f workshopForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		seen, _ := strconv.ParseInt(f.Version, 10, 64) // absent: not compared
		err = u.Workshop.Update(x.Request.Context(), x.Actor, id, seen, f.details(), f.trainers())
		if err == nil {
			x.Flash("done_workshop_saved")
			return x.SeeOther(workshopPath(id, ""))
		}
		if errs.Is(err, errs.Conflict) {
			return u.workshopChanged(x, id, f.values(), errs.As(err))
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.workshopForm(x, http.StatusUnprocessableEntity, id, f.values(), fields, "")
}

// workshopChanged shows what was typed again when it cannot be kept. Where somebody else changed the event meanwhile, sending it once more
// puts it over theirs: the page says so, and leads to how the event stands now.
func (u *UI) workshopChanged(x *Ctx, id uuid.UUID, v webworkshop.EditValues, e *errs.Error) error {
	if e.Key != "error_conflict" {
		return u.workshopForm(x, http.StatusConflict, id, v, nil, x.Message(e))
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.WorkshopEdit, id)
	if err != nil {
		return err
	}
	v.Version = strconv.FormatInt(h.Event.Version, 10)
	return u.workshopForm(x, http.StatusConflict, id, v, nil, x.Loc.T("workshop_error_changed"))
}

func (u *UI) workshopForm(x *Ctx, status int, id uuid.UUID, v webworkshop.EditValues, fields []errs.Field, message string) error {
	ctx := x.Request.Context()
	govs, err := u.Org.Governorates(ctx)
	if err != nil {
		return err
	}
	trainers, err := u.Workshop.TrainerChoices(ctx, x.Actor, id)
	if err != nil {
		return err
	}
	page := x.Page(x.Loc.T("workshop_new"))
	page.Crumbs = []layout.Crumb{{Label: x.Loc.T("nav_workshops"), Href: "/workshops"}}
	if id != uuid.Nil {
		page.Title = x.Loc.T("workshop_edit")
		page.Crumbs = x.workshopCrumbs(id, v.Title)
	}
	page.Width = layout.Reading
	return x.Render(status, webworkshop.Edit(webworkshop.EditPage{Page: page, ID: id, Values: v, Form: x.Form(fields), Governorates: govs, Trainers: personRows(trainers), Message: message}))
}

func personRows(list []workshop.Trainer) []org.PersonRow {
	rows := make([]org.PersonRow, len(list))
	for i, t := range list {
		rows[i] = org.PersonRow{ID: t.PersonID, FamilyName: t.FamilyName, GivenName: t.GivenName}
	}
	return rows
}

// whole reads a number that the form's rules have checked; empty is 0.
func whole(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func (f workshopForm) details() workshop.Details {
	return workshop.Details{Kind: workshop.Kind(f.Kind), Title: f.Title, TitleAR: f.TitleAR, NeutralTitle: f.NeutralTitle, Topics: f.Topics, Lang: f.Lang,
		Venue: f.Venue, Room: f.Room, Governorate: f.Governorate, TimeZone: f.TimeZone, Capacity: whole(f.Capacity), Threshold: share(f.Threshold), PassMark: float64(whole(f.PassMark)) / 100,
		LateAfter: minutes(f.LateAfter), CheckinBefore: minutes(f.CheckinBefore), Project: f.Project, GrantRef: f.GrantRef}
}

// share reads a percentage; 0 is kept out of the service's default.
func share(percent string) float64 {
	if n := whole(percent); n > 0 {
		return float64(n) / 100
	}
	return -1
}

// minutes keeps a typed 0 apart from "not said".
func minutes(s string) int {
	if n := whole(s); n > 0 {
		return n
	}
	return -1
}

// trainers gives the persons who run the event, the lead first; never nil, so that an empty choice empties the list.
func (f workshopForm) trainers() []uuid.UUID {
	ids := []uuid.UUID{}
	for _, s := range append([]string{f.Lead}, f.Trainers...) {
		if id, err := uuid.Parse(s); err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (f newWorkshopForm) input() workshop.CreateInput {
	start, _ := time.Parse(time.DateOnly, f.Start) // checked by the form's rules
	key, _ := uuid.Parse(f.Key)
	hours := map[workshop.Half]workshop.Hours{}
	if slices.Contains(f.Halves, "am") {
		hours[workshop.AM] = hoursOf(f.AMStart, f.AMEnd, f.AMMinutes)
	}
	if slices.Contains(f.Halves, "pm") {
		hours[workshop.PM] = hoursOf(f.PMStart, f.PMEnd, f.PMMinutes)
	}
	return workshop.CreateInput{Details: f.details(), Key: key, Start: start, Days: whole(f.Days), Hours: hours, Trainers: f.trainers()}
}

// hoursOf reads the times of a half-day; an end at 00:00 is the midnight that ends the day.
func hoursOf(start, end, minutes string) workshop.Hours {
	h := workshop.Hours{Start: sinceMidnight(start), End: sinceMidnight(end), Minutes: whole(minutes)}
	if h.End == 0 {
		h.End = 24 * 60
	}
	return h
}

// sinceMidnight reads "09:30" as minutes; the form's rules have checked it.
func sinceMidnight(s string) int {
	h, m, _ := strings.Cut(s, ":")
	return whole(h)*60 + whole(m)
}

// wall writes minutes since midnight as "09:30".
func wall(minutes int) string {
	return time.Date(2000, 1, 1, minutes/60, minutes%60, 0, 0, time.UTC).Format("15:04")
}

func (f workshopForm) values() webworkshop.EditValues {
	v := webworkshop.EditValues{Key: f.Key, Version: f.Version, Kind: f.Kind, Title: f.Title, TitleAR: f.TitleAR, NeutralTitle: f.NeutralTitle, Topics: f.Topics,
		Lang: f.Lang, Venue: f.Venue, Room: f.Room, Governorate: f.Governorate, TimeZone: f.TimeZone, Capacity: f.Capacity, Threshold: f.Threshold, PassMark: f.PassMark,
		LateAfter: f.LateAfter, CheckinBefore: f.CheckinBefore, Project: f.Project, GrantRef: f.GrantRef}
	for _, id := range f.trainers() {
		v.Trainers = append(v.Trainers, id.String())
	}
	return v
}

func (f newWorkshopForm) values() webworkshop.EditValues {
	v := f.workshopForm.values()
	v.Start, v.Days, v.Halves = f.Start, f.Days, f.Halves
	v.AMStart, v.AMEnd, v.AMMinutes, v.PMStart, v.PMEnd, v.PMMinutes = f.AMStart, f.AMEnd, f.AMMinutes, f.PMStart, f.PMEnd, f.PMMinutes
	return v
}

func valuesOf(h *workshop.Head) webworkshop.EditValues {
	ev := &h.Event
	v := webworkshop.EditValues{Version: strconv.FormatInt(ev.Version, 10), Kind: string(ev.Kind), Title: ev.Title, TitleAR: ev.TitleAR, NeutralTitle: ev.NeutralTitle,
		Topics: ev.Topics, Lang: ev.Lang, Venue: ev.Venue, Room: ev.Room, Governorate: ev.Governorate, TimeZone: ev.TimeZone,
		Threshold: strconv.Itoa(int(math.Round(ev.Threshold * 100))), LateAfter: strconv.Itoa(ev.LateAfter), CheckinBefore: strconv.Itoa(ev.CheckinBefore),
		Project: ev.Project, GrantRef: ev.GrantRef}
	if ev.Capacity > 0 {
		v.Capacity = strconv.Itoa(ev.Capacity)
	}
	if ev.PassMark > 0 {
		v.PassMark = strconv.Itoa(int(math.Round(ev.PassMark * 100)))
	}
	for _, id := range h.TrainerIDs() {
		v.Trainers = append(v.Trainers, id.String())
	}
	return v
}
