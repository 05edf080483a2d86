package ui

import (
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	webexam "shelter/web/exam"
)

// ExamJoin asks for the room code.
func (u *UI) ExamJoin(x *Ctx) error {
	code := x.Query("code")
	if code == "" {
		return x.Render(http.StatusOK, webexam.Join(webexam.JoinPage{Page: x.Page(x.Loc.T("exam_join_title")), Form: x.Form(nil)}))
	}
	room, err := u.Exam.Room(x.Request.Context(), code)
	if errs.Is(err, errs.Invalid) {
		p := webexam.JoinPage{Page: x.Page(x.Loc.T("exam_join_title")), Code: code, Form: x.Form(errs.As(err).Fields)}
		return x.Render(http.StatusUnprocessableEntity, webexam.Join(p))
	}
	if err != nil {
		return err
	}
	return x.SeeOther("/r/" + url.PathEscape(room.Code))
}

// ExamRoom shows what somebody with the room code does next: wait, choose a name, or make a personal code.
func (u *UI) ExamRoom(x *Ctx) error {
	return u.examRoom(x, http.StatusOK, webexam.RoomPage{Form: x.Form(nil)})
}

func (u *UI) examRoom(x *Ctx, status int, p webexam.RoomPage) error {
	room, err := u.Exam.Room(x.Request.Context(), x.Param("code"))
	if errs.Is(err, errs.Invalid) { // an unknown code in the path is a page that does not exist
		return errs.NewNotFound("exam room")
	}
	if err != nil {
		return err
	}
	x.giveBeginKey()
	p.Page, p.Room = x.Page(room.Workshop.TitleIn(x.Loc.Lang())), room
	p.Scripts = []string{"names"}
	return x.Render(status, webexam.Room(p))
}

type joinForm struct {
	Enrolment    string `form:"enrolment" binding:"omitempty,uuid"`
	PersonalCode string `form:"personal_code" binding:"max=60"`
	ResumeCode   string `form:"resume_code" binding:"max=12"`
}

// ExamBegin begins a test or goes on with it on another device.
func (u *UI) ExamBegin(x *Ctx) error {
	var f joinForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	p := webexam.RoomPage{Enrolment: f.Enrolment, PersonalCode: f.PersonalCode, Form: x.Form(fields)}
	if len(fields) > 0 {
		return u.examRoom(x, http.StatusUnprocessableEntity, p)
	}
	enrolment, _ := uuid.Parse(f.Enrolment) // empty stays zero: the service says what is missing
	ticket, err := u.Exam.Join(x.Request.Context(), exam.JoinInput{RoomCode: x.Param("code"), EnrolmentID: enrolment,
		PersonalCode: f.PersonalCode, ResumeCode: f.ResumeCode, Key: x.beginKey(), Lang: x.Loc.Lang()})
	if err != nil {
		return u.examRefused(x, p, err)
	}
	x.setAttemptCookie(ticket)
	return x.SeeOther("/t/" + ticket.AttemptID.String())
}

// examRefused shows the room again with what is wrong and, when the test has begun elsewhere, the field for the resume code.
func (u *UI) examRefused(x *Ctx, p webexam.RoomPage, err error) error {
	e := errs.As(err)
	switch {
	case e.Kind == errs.Invalid && len(e.Fields) > 0:
		p.Form = x.Form(e.Fields)
		p.AskResume = e.Fields[0].Name == "resume_code"
	case e.Kind == errs.Conflict:
		p.Message, p.AskResume = x.Message(e), e.Key == "exam_already_started"
	default:
		return err
	}
	return u.examRoom(x, statusOf(e.Kind), p)
}

// beginKey is what ties a repeated beginning to the first: the browser's own key of this beginning, which is there before any
// script. A browser that refuses cookies has none; it could not take the test either.
func (x *Ctx) beginKey() uuid.UUID {
	kept, err := x.Cookie(beginCookie)
	if err != nil {
		return uuid.Nil
	}
	key, _ := uuid.Parse(kept)
	return key
}

// giveBeginKey gives the browser its key with the form; leaveBeginKey takes it back with the first answer, so that the next
// person at the same phone begins anew. Not with the test's page: who taps "begin" once more while that page is on its slow
// way would be taken for another phone.
func (x *Ctx) giveBeginKey() {
	if _, err := x.Cookie(beginCookie); err != nil {
		x.setBeginCookie(uuid.NewString(), beginCookieAge)
	}
}

func (x *Ctx) leaveBeginKey() {
	if _, err := x.Cookie(beginCookie); err == nil {
		x.setBeginCookie("", -1)
	}
}

func (x *Ctx) setBeginCookie(value string, age int) {
	http.SetCookie(x.Writer, &http.Cookie{Name: beginCookie, Value: value, Path: "/", HttpOnly: true, Secure: x.Secure(), SameSite: http.SameSiteLaxMode, MaxAge: age})
}

const (
	beginCookie    = "shelter_begin"
	beginCookieAge = 3600 // seconds
)

// setAttemptCookie keeps the attempt's secret on the device, for its own paths only.
func (x *Ctx) setAttemptCookie(t exam.Ticket) {
	http.SetCookie(x.Writer, &http.Cookie{Name: attemptCookie, Value: t.Token, Path: "/t/" + t.AttemptID.String(), HttpOnly: true,
		Secure: x.Secure(), SameSite: http.SameSiteLaxMode, MaxAge: attemptCookieAge})
}

const (
	attemptCookie    = "shelter_test"
	attemptCookieAge = 14 * 24 * 3600 // seconds: answers that were kept on a phone may be sent this much later
)

// attempt reads the attempt's id from the path and its secret from the cookie.
func (x *Ctx) attempt() (uuid.UUID, string, error) {
	id, err := x.ID("attempt")
	if err != nil {
		return id, "", err
	}
	token, err := x.Cookie(attemptCookie)
	if err != nil {
		return id, "", errs.NewNotFound("exam attempt cookie")
	}
	return id, token, nil
}
