package caseui

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/form"
	"shelter/web/layout"
)

// House shows the rooms and beds of a shelter on a day, and its register of incidents.
func (s *Site) House(x *ui.Ctx) error {
	owner, err := uuid.Parse(x.Query("owner"))
	if err != nil {
		owner = uuid.Nil
	}
	day, _ := time.Parse(time.DateOnly, x.Query("day")) // none or no day: today
	return s.house(x, http.StatusOK, owner, day, "", errs.Error{})
}

func (s *Site) house(x *ui.Ctx, status int, owner uuid.UUID, day time.Time, failed string, refused errs.Error) error {
	houses, err := s.Work.Houses(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	n, err := s.names(x)
	if err != nil {
		return err
	}
	p := webcases.HousePage{Frame: s.frame(x, x.Loc.T("case_house")), Names: n, Key: uuid.NewString(), Failed: failed, Wrong: x.Form(refused.Fields), Plain: x.Form(nil), Typed: x.PostForm, Chosen: x.PostFormArray("cases")}
	for _, id := range houses {
		p.Owners = append(p.Owners, form.Option{Value: id.String(), Label: n.Orgs[id]})
	}
	p.Crumbs = crumbs(x)
	if failed != "" && len(refused.Fields) == 0 {
		p.Message = x.Message(&refused)
	}
	if owner == uuid.Nil && len(houses) > 0 {
		owner = houses[0]
	}
	if owner != uuid.Nil {
		if !slices.Contains(houses, owner) {
			return errs.NewNotFound("house")
		}
		if p.House, err = s.Work.House(x.Request.Context(), x.Actor, owner, day); err != nil {
			return err
		}
		p.Lead = n.Orgs[owner]
		if p.Opened, err = s.UI.Programme.OpenedBeds(x.Request.Context(), owner); err != nil {
			return err
		}
	}
	return x.Render(status, webcases.House(p))
}

// housed goes back to the shelter, or shows the form that was refused again.
func (s *Site) housed(x *ui.Ctx, formID string, err error) error {
	owner := id(x, "owner")
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		return s.house(x, statusOf(e.Kind), owner, time.Time{}, formID, *e)
	}
	if err != nil {
		return err
	}
	x.Flash("done_case_saved")
	return x.SeeOther("/cases/house?owner=" + owner.String())
}

// RoomAdd furnishes a room.
func (s *Site) RoomAdd(x *ui.Ctx) error {
	beds, _ := strconv.Atoi(text(x, "beds")) // no number: refused as out of range
	return s.housed(x, "room", s.Work.AddRoom(x.Request.Context(), x.Actor, casework.RoomInput{Key: key(x), OwnerID: id(x, "owner"), Name: text(x, "name"), Beds: beds}))
}

// BedRest takes a bed out of use, or puts it back.
func (s *Site) BedRest(x *ui.Ctx) error {
	bed, err := x.ID("bed")
	if err != nil {
		return err
	}
	if text(x, "do") == "back" {
		return s.housed(x, "back-"+bed.String(), s.Work.UseBed(x.Request.Context(), x.Actor, bed, day(x, "on")))
	}
	return s.housed(x, "rest-"+bed.String(), s.Work.RestBed(x.Request.Context(), x.Actor, casework.RestInput{Key: key(x), BedID: bed, FromOn: day(x, "on"), Reason: text(x, "reason")}))
}

// Admit gives somebody a bed.
func (s *Site) Admit(x *ui.Ctx) error {
	if len(casework.Owners(x.Actor)) == 0 {
		return errs.NewForbidden("admit")
	}
	return s.housed(x, "admit", s.Work.Admit(x.Request.Context(), x.Actor, casework.StayInput{Key: key(x), CaseID: id(x, "case"), BedID: id(x, "bed"), FromOn: day(x, "from_on")}))
}

// Leave ends a stay.
func (s *Site) Leave(x *ui.Ctx) error {
	stay, err := x.ID("stay")
	if err != nil {
		return err
	}
	if len(casework.Owners(x.Actor)) == 0 {
		return errs.NewForbidden("leave")
	}
	return s.housed(x, stay.String(), s.Work.Leave(x.Request.Context(), x.Actor, stay, day(x, "on"), text(x, "reason")))
}

// IncidentAdd writes an incident into the register.
func (s *Site) IncidentAdd(x *ui.Ctx) error {
	in := casework.IncidentInput{Key: key(x), OwnerID: id(x, "owner"), OnDay: day(x, "on_day"), Kind: text(x, "kind"), Text: casework.IncidentText{What: text(x, "what"), Measures: text(x, "measures")}}
	for _, v := range x.PostFormArray("cases") {
		c, err := uuid.Parse(v)
		if err != nil {
			return errs.InvalidFields([]errs.Field{{Name: "cases", Key: "error_choice"}})
		}
		in.Cases = append(in.Cases, c)
	}
	return s.housed(x, "incident", s.Work.AddIncident(x.Request.Context(), x.Actor, in))
}

// Occupancy gives the nights of each shelter by month: figures alone, for those who may see figures.
func (s *Site) Occupancy(x *ui.Ctx) error {
	list, err := s.Work.Occupancy(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	orgs, err := s.UI.Org.OrganisationChoices(x.Request.Context())
	if err != nil {
		return err
	}
	p := webcases.OccupancyPage{Page: x.Page(x.Loc.T("case_occupancy")), List: list, Orgs: map[uuid.UUID]string{}}
	for i := range orgs {
		p.Orgs[orgs[i].ID] = orgs[i].NameIn(x.Loc.Lang())
	}
	p.Lead, p.Width = x.Loc.T("case_occupancy_lead"), layout.Reading
	return x.Render(http.StatusOK, webcases.Occupancy(p))
}
