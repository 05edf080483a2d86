package ui

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	webbank "shelter/web/bank"
	"shelter/web/layout"
)

// BankNew asks for the type of a new question, and then for the question.
func (u *UI) BankNew(x *Ctx) error {
	if err := u.Bank.May(x.Actor); err != nil { // before anything is shown
		return err
	}
	t := exam.Type(x.Query("type"))
	if !t.Valid() {
		p := x.bankPage(x.Loc.T("bank_new"))
		p.Lead = x.Loc.T("bank_new_lead")
		return x.Render(http.StatusOK, webbank.Types(p))
	}
	q := exam.Question{Type: t, Difficulty: 2, Bloom: "understand", Course: x.Query("course"), Objective: x.Query("objective")}
	if t == exam.TrueFalse {
		q.Body.Options = u.Bank.TrueFalse(true)
	}
	return u.bankEditor(x, http.StatusOK, webbank.EditPage{Question: q, Form: x.Form(nil)})
}

// BankEdit opens the editor.
func (u *UI) BankEdit(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	r, err := u.Bank.Get(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	return u.bankEditor(x, http.StatusOK, webbank.EditPage{ID: id, Base: r.VersionID, Question: r.Question, Form: x.Form(nil),
		Value: plainNumber(r.Body.Value), Tolerance: plainNumber(r.Body.Tolerance)})
}

func plainNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// bankEditor fills in what every state of the editor shows.
func (u *UI) bankEditor(x *Ctx, status int, p webbank.EditPage) error {
	list, err := u.Bank.List(x.Request.Context(), x.Actor, bank.Filter{})
	if err != nil {
		return err
	}
	if p.Vignettes, err = u.Bank.Vignettes(x.Request.Context(), x.Actor); err != nil {
		return err
	}
	p.Objectives, p.Courses = list.Objectives, list.Courses
	title, crumbs := x.Loc.T("bank_new_of", "type", x.Loc.T("bank_type_"+string(p.Question.Type))), []layout.Crumb{}
	if p.ID != uuid.Nil {
		title = x.Loc.T("bank_edit_of", "code", p.Question.Code)
		crumbs = append(crumbs, layout.Crumb{Label: p.Question.Code, Href: "/bank/" + p.ID.String()})
	}
	p.Page = x.bankPage(title, crumbs...)
	if p.ID == uuid.Nil {
		p.Path = "/bank/new?type=" + string(p.Question.Type)
	} else {
		p.Path = "/bank/" + p.ID.String() + "/edit"
	}
	return x.Render(status, webbank.Edit(p))
}

// BankCreate saves a new question.
func (u *UI) BankCreate(x *Ctx) error { return u.bankSave(x, uuid.Nil) }

// BankSave saves a changed question.
func (u *UI) BankSave(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	return u.bankSave(x, id)
}

func (u *UI) bankSave(x *Ctx, id uuid.UUID) error {
	p, err := u.typed(x, id)
	if err != nil {
		return err
	}
	do := x.PostForm("do")
	if err := u.takePicture(x, &p); err != nil {
		return err
	}
	switch {
	case p.Form.Wrong():
		return u.bankEditor(x, http.StatusUnprocessableEntity, p)
	case do == "more" || strings.HasPrefix(do, "up"):
		return u.bankEditor(x, http.StatusOK, p)
	case do == "preview":
		return u.bankPreview(x, p)
	}
	return u.bankStore(x, p)
}

// bankPreview shows what was typed as participants would see it, without saving it.
func (u *UI) bankPreview(x *Ctx, p webbank.EditPage) error {
	q := p.Question
	bank.Tidy(&q)
	if err := u.Bank.Freeze(x.Request.Context(), x.Actor, &q); err != nil {
		return err
	}
	var err error
	if p.Twins, err = u.Bank.Similar(x.Request.Context(), x.Actor, p.ID, q); err != nil {
		return err
	}
	p.Question, p.Phones = q, webbank.Phones(u.locs(), q, "v-")
	if fields := bank.Check(q); len(fields) > 0 {
		p.Form = x.Form(fields)
	}
	return u.bankEditor(x, http.StatusOK, p)
}

func (u *UI) bankStore(x *Ctx, p webbank.EditPage) error {
	key, _ := uuid.Parse(p.Key)
	in := bank.Input{Key: key, Base: p.Base, Question: p.Question}
	id := p.ID
	var err error
	if p.ID == uuid.Nil {
		id, err = u.Bank.Create(x.Request.Context(), x.Actor, in)
	} else {
		_, err = u.Bank.Revise(x.Request.Context(), x.Actor, p.ID, in)
	}
	e := errs.As(err)
	switch {
	case err == nil:
		x.Flash("done_bank_saved")
		return x.SeeOther("/bank/" + id.String())
	case e.Kind == errs.Invalid:
		bank.Tidy(&p.Question)
		p.Form = x.Form(e.Fields)
	case e.Kind == errs.Conflict:
		p.Message = x.Message(e)
	default:
		return err
	}
	return u.bankEditor(x, statusOf(e.Kind), p)
}

// takePicture keeps a picture that was sent along; a picture that cannot be used is said beside its field.
func (u *UI) takePicture(x *Ctx, p *webbank.EditPage) error {
	head, err := x.FormFile("picture")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) || err == nil && head.Size == 0 {
		return nil
	}
	if err != nil {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	f, err := head.Open()
	if err != nil {
		return errs.Wrap(err, "bank: open the picture sent")
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, bank.MaxPicture+1))
	if err != nil {
		return errs.Wrap(err, "bank: read the picture sent")
	}
	pic, err := u.Bank.AddPicture(x.Request.Context(), x.Actor, data)
	if e := errs.As(err); err != nil && e.Kind == errs.Invalid {
		p.Form = x.Form([]errs.Field{{Name: "picture", Key: e.Key, Args: e.Args}})
		return nil
	}
	if err != nil {
		return err
	}
	pic.Alt = x.three("alt")
	p.Question.Body.Picture = pic
	return nil
}

type statusForm struct {
	Base   string `form:"base" binding:"required,uuid"`
	Status string `form:"status" binding:"required,oneof=draft reviewed retired"`
	Note   string `form:"note" binding:"max=500"`
}

// BankStatus reviews a question, retires it or takes it back.
func (u *UI) BankStatus(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f statusForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if err := errs.InvalidFields(fields); err != nil {
		if denied := u.Bank.May(x.Actor); denied != nil {
			return denied
		}
		return err
	}
	err = u.Bank.SetStatus(x.Request.Context(), x.Actor, id, uuid.MustParse(f.Base), exam.Status(f.Status), f.Note)
	if e := errs.As(err); err != nil && e.Kind == errs.Conflict {
		return u.bankShow(x, http.StatusConflict, e)
	}
	if err != nil {
		return err
	}
	x.Flash("done_bank_status")
	return x.SeeOther("/bank/" + id.String())
}
