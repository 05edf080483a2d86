package ui

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/exam"
	webexam "shelter/web/exam"
)

// ExamBoard shows the trainer the two tests and who is done.
func (u *UI) ExamBoard(x *Ctx) error {
	return u.examBoard(x, http.StatusOK, pairingForm{}, nil)
}

func (u *UI) examBoard(x *Ctx, status int, f pairingForm, fields []errs.Field) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	b, err := u.Exam.Board(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	forms, err := u.Exam.Forms(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	title := "exam_board_title"
	if b.Workshop.Course != "" {
		title = "exam_board_course"
	}
	page := x.Page(x.Loc.T(title))
	page.Crumbs = x.examCrumbs(b.Workshop)
	page.Scripts = []string{"countdown"}
	return x.Render(status, webexam.Board(webexam.BoardPage{Page: page, Board: b, Forms: forms, PreForm: f.Pre, PostForm: f.Post,
		Anonymous: bool(f.Anonymous), Crossed: bool(f.Crossed), Minutes: f.minutes, Form: x.Form(fields)}))
}

type pairingForm struct {
	Pre       string `form:"pre_form" binding:"required,uuid"`
	Post      string `form:"post_form" binding:"required,uuid"`
	Anonymous ticked `form:"anonymous"`
	Crossed   ticked `form:"crossed"`
	minutes   string // of the other form of the page
}

// ExamPair keeps the trainer's choice of forms.
func (u *UI) ExamPair(x *Ctx) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	var f pairingForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		in := exam.PairingInput{PreForm: uuid.MustParse(f.Pre), PostForm: uuid.MustParse(f.Post), Anonymous: bool(f.Anonymous), Crossed: bool(f.Crossed)}
		err = u.Exam.Pair(x.Request.Context(), x.Actor, id, in)
		if err == nil {
			return x.SeeOther(x.examBase() + "/tests")
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.examBoard(x, http.StatusUnprocessableEntity, f, fields)
}

// ExamOpen opens one of the two tests.
func (u *UI) ExamOpen(x *Ctx) error { return x.examPhase(u.Exam.Open) }

// ExamClose closes it.
func (u *UI) ExamClose(x *Ctx) error { return x.examPhase(u.Exam.Close) }

// ExamMinutes gives everybody in the room minutes more.
func (u *UI) ExamMinutes(x *Ctx) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	trimForm(x)
	typed := x.PostForm("minutes")
	key, _ := uuid.Parse(x.PostForm("key"))
	err = u.Exam.GiveMinutes(x.Request.Context(), x.Actor, id, key, typedMinutes(typed))
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.examBoard(x, http.StatusUnprocessableEntity, pairingForm{minutes: typed}, e.Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_minutes")
	return x.SeeOther(x.examBase() + "/tests")
}

// ExamVoid frees a name chosen by mistake.
func (u *UI) ExamVoid(x *Ctx) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	attempt, err := x.ID("attempt")
	if err != nil {
		return err
	}
	if err := u.Exam.Void(x.Request.Context(), x.Actor, id, attempt); err != nil {
		return err
	}
	return x.SeeOther(x.examBase() + "/tests")
}

// ExamProjector shows the room code, readable from the last row.
func (u *UI) ExamProjector(x *Ctx) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	b, err := u.Exam.Board(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	if b.Pairing == nil {
		return errs.NewNotFound("exam pairing")
	}
	page := x.Page(b.Workshop.TitleIn(x.Loc.Lang()))
	page.Scripts = []string{"countdown"}
	address := u.Config.PublicURL + "/r/" + b.Pairing.RoomCode
	qr, err := qrSVG(address)
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, webexam.Projector(webexam.ProjectorPage{Page: page, Board: b, Address: u.Config.PublicURL + "/join", QR: qr}))
}

// examPhase opens or closes a test and goes back to the board.
func (x *Ctx) examPhase(do func(ctx context.Context, actor access.Actor, eventID uuid.UUID, phase exam.Phase) error) error {
	id, err := x.examID()
	if err != nil {
		return err
	}
	phase := exam.Phase(x.Param("phase"))
	if !phase.Valid() {
		return errs.NewNotFound("exam phase")
	}
	if err := do(x.Request.Context(), x.Actor, id, phase); err != nil {
		return err
	}
	return x.SeeOther(x.examBase() + "/tests")
}
