package ui

import (
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/internal/workshop/selfcheck"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// WorkshopSelf leads to the self check-in of the half-day that matters now.
func (u *UI) WorkshopSelf(x *Ctx) error {
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
	return x.SeeOther(workshopPath(id, "/selfcheck/"+h.Slots[i].ID.String()))
}

// WorkshopSelfSlot is where the trainer opens and closes a half-day's self check-in and sees who used it.
func (u *UI) WorkshopSelfSlot(x *Ctx) error { return u.selfPage(x, http.StatusOK, "") }

func (u *UI) selfPage(x *Ctx, status int, refused string) error {
	b, err := u.selfBoard(x)
	if err != nil {
		return err
	}
	page := x.eventPage(b.Head, x.Loc.T("selfcheck_title"))
	return x.Render(status, webworkshop.Self(webworkshop.SelfPage{Page: page, Board: b, Address: u.selfAddress(), Refused: refused}))
}

func (u *UI) selfAddress() string { return u.Config.PublicURL + "/c" }

func (u *UI) selfBoard(x *Ctx) (*selfcheck.Board, error) {
	id, slot, err := x.twoIDs("id", "slot")
	if err != nil {
		return nil, err
	}
	return u.Selfcheck.Board(x.Request.Context(), x.Actor, id, slot)
}

// WorkshopSelfSwitch opens or closes it.
func (u *UI) WorkshopSelfSwitch(x *Ctx) error {
	id, slot, err := x.twoIDs("id", "slot")
	if err != nil {
		return err
	}
	do := u.Selfcheck.Open
	switch x.PostForm("do") {
	case "open":
	case "close":
		do = u.Selfcheck.Close
	default:
		return errs.NewInvalid("error_bad_request")
	}
	err = do(x.Request.Context(), x.Actor, id, slot)
	if errs.Is(err, errs.Conflict) {
		return u.selfPage(x, http.StatusConflict, x.Message(errs.As(err)))
	}
	if err != nil {
		return err
	}
	return x.SeeOther(workshopPath(id, "/selfcheck/"+slot.String()))
}

// WorkshopSelfWall shows the code to the room.
func (u *UI) WorkshopSelfWall(x *Ctx) error {
	b, err := u.selfBoard(x)
	if err != nil {
		return err
	}
	p := webworkshop.SelfWall{Page: x.Page(b.Event.TitleIn(x.Loc.Lang())), Board: b, Address: u.selfAddress(), Now: u.Now()}
	if b.Open {
		if p.QR, err = qrSVG(u.selfAddress() + "/" + b.Code); err != nil {
			return err
		}
	}
	x.Header("Cache-Control", "no-store")
	return x.Render(http.StatusOK, webworkshop.Wall(p))
}

// SelfJoin asks a phone for the code on the wall.
func (u *UI) SelfJoin(x *Ctx) error {
	if typed := x.Query("code"); typed != "" {
		if c, ok := selfcheck.Parse(typed); ok {
			return x.SeeOther("/c/" + c)
		}
		return x.SeeOther("/c/" + url.PathEscape(typed))
	}
	return u.selfAsk(x, http.StatusOK, "", "")
}

func (u *UI) selfAsk(x *Ctx, status int, typed, wrong string) error {
	p := webworkshop.SelfAsk{Page: x.Page(x.Loc.T("selfcheck_join")), Code: typed, Wrong: wrong}
	p.Width = layout.Reading
	return x.Render(status, webworkshop.Ask(p))
}

// SelfRoom opens the list of names to who holds the code of this half-minute.
func (u *UI) SelfRoom(x *Ctx) error {
	x.Header("Cache-Control", "no-store")
	r, err := u.Selfcheck.Room(x.Request.Context(), x.Param("code"))
	if err != nil {
		return u.selfRefused(x, x.Param("code"), err)
	}
	x.givePhone()
	return u.selfNames(x, http.StatusOK, webworkshop.SelfNames{Room: r})
}

// selfRefused says in the reader's words what is wrong with a code; one that was never good takes longer and longer.
func (u *UI) selfRefused(x *Ctx, typed string, err error) error {
	e := errs.As(err)
	switch {
	case e.Kind != errs.Invalid && e.Kind != errs.Conflict:
		return err
	case e.Key == "selfcheck_error_unknown":
		if err := u.Auth.Doubt(x.Request.Context(), "selfcheck", x.ClientIP()); err != nil {
			return err
		}
	}
	return u.selfAsk(x, statusOf(e.Kind), typed, x.Message(e))
}

func (u *UI) selfNames(x *Ctx, status int, p webworkshop.SelfNames) error {
	p.Page = x.Page(p.Room.Event.PrintTitle(x.Loc.Lang()))
	p.Scripts, p.Width = []string{"names"}, layout.Reading
	return x.Render(status, webworkshop.Names(p))
}

type selfForm struct {
	Ticket    string `form:"ticket" binding:"required,max=200"`
	Enrolment string `form:"enrolment" binding:"omitempty,uuid"`
	Part      string `form:"part" binding:"max=80"`
}

// SelfCheckIn takes the name chosen on a phone; without one it narrows the list down to the names that have what was typed.
func (u *UI) SelfCheckIn(x *Ctx) error {
	x.Header("Cache-Control", "no-store")
	var f selfForm
	fields, err := x.Bind(&f)
	if err != nil || len(fields) > 0 {
		return u.selfAsk(x, http.StatusUnprocessableEntity, "", x.Loc.T("selfcheck_error_unknown"))
	}
	ctx := x.Request.Context()
	id, err := uuid.Parse(f.Enrolment)
	if err != nil {
		r, err := u.Selfcheck.Again(ctx, f.Ticket)
		if err != nil {
			return u.selfRefused(x, "", err)
		}
		status := http.StatusOK
		if f.Part == "" {
			status = http.StatusUnprocessableEntity
		}
		return u.selfNames(x, status, webworkshop.SelfNames{Room: r, Part: f.Part, Asked: true})
	}
	done, err := u.Selfcheck.CheckIn(ctx, selfcheck.CheckInInput{Ticket: f.Ticket, EnrolmentID: id, Device: x.phone()})
	if err != nil {
		return u.selfRefused(x, "", err)
	}
	p := webworkshop.SelfDone{Page: x.Page(x.Loc.T("selfcheck_done")), Done: done}
	p.Width = layout.Reading
	return x.Render(http.StatusOK, webworkshop.CheckedIn(p))
}

const (
	phoneCookie    = "shelter_phone"
	phoneCookieAge = 24 * 3600 // seconds
)

// givePhone lets a browser be told from others for a day, so that one phone does not check in a whole table. It names nobody.
func (x *Ctx) givePhone() {
	if x.phone() == "" {
		http.SetCookie(x.Writer, &http.Cookie{Name: phoneCookie, Value: uuid.NewString(), Path: "/c", HttpOnly: true, Secure: x.Secure(), SameSite: http.SameSiteLaxMode, MaxAge: phoneCookieAge})
	}
}

func (x *Ctx) phone() string {
	kept, err := x.Cookie(phoneCookie)
	if err != nil {
		return ""
	}
	id, err := uuid.Parse(kept)
	if err != nil {
		return ""
	}
	return "self-" + id.String()
}
