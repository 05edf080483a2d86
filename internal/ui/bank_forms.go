package ui

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/exam/bank"
	webbank "shelter/web/bank"
	"shelter/web/kit"
	"shelter/web/layout"
)

// BankForms lists the test forms.
func (u *UI) BankForms(x *Ctx) error {
	list, err := u.Bank.Forms(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webbank.FormsPage{Page: x.bankPage(x.Loc.T("bank_tab_forms")), List: list}
	p.Lead = x.Loc.T("bank_forms_lead")
	p.Scripts = []string{"table"}
	p.Main = &kit.Action{Label: x.Loc.T("bank_form_new"), Href: "/bank/forms/new", Icon: "plus"}
	return x.Render(http.StatusOK, webbank.Forms(p))
}

// BankForm shows one test form.
func (u *UI) BankForm(x *Ctx) error { return u.bankForm(x, http.StatusOK, nil, nil) }

func (u *UI) bankForm(x *Ctx, status int, typed *exam.Settings, fields []errs.Field) error {
	id, err := x.ID("form")
	if err != nil {
		return err
	}
	f, err := u.Bank.Form(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	list, err := u.Bank.Forms(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	if typed != nil {
		f.Settings = *typed
	}
	p := webbank.FormPage{Page: x.bankPage(f.Title.In(x.Loc.Lang()), layout.Crumb{Label: x.Loc.T("bank_tab_forms"), Href: "/bank/forms"}), Made: f, Siblings: map[string]uuid.UUID{}, Form: x.Form(fields)}
	for _, other := range list {
		p.Siblings[other.Code] = other.ID
	}
	return x.Render(status, webbank.ShowForm(p))
}

// BankFormNew asks what a test form is to hold.
func (u *UI) BankFormNew(x *Ctx) error {
	p := webbank.NewFormPage{Drawn: x.Query("how") != "list", Codes: strings.Join(x.QueryArray("q"), "\n"), Form: x.Form(nil)}
	p.Input.Parallel = true
	return u.bankFormNew(x, http.StatusOK, p)
}

func (u *UI) bankFormNew(x *Ctx, status int, p webbank.NewFormPage) error {
	var err error
	if p.Stocks, err = u.Bank.Stocks(x.Request.Context(), x.Actor); err != nil {
		return err
	}
	p.Page = x.bankPage(x.Loc.T("bank_form_new"), layout.Crumb{Label: x.Loc.T("bank_tab_forms"), Href: "/bank/forms"})
	p.Path = "/bank/forms/new"
	if !p.Drawn {
		p.Path += "?how=list"
	}
	return x.Render(status, webbank.NewForm(p))
}

// settings reads how a form is to be given.
func (x *Ctx) settings() exam.Settings {
	return exam.Settings{ShuffleQuestions: x.PostForm("shuffle_questions") == "on", ShuffleOptions: x.PostForm("shuffle_options") == "on",
		Minutes: typedMinutes(x.PostForm("minutes")), Review: exam.ReviewRule(x.PostForm("review"))}
}

// typedMinutes reads a number of minutes; nothing is none. What is not a number becomes one that the services refuse.
func typedMinutes(s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// BankFormMake makes a test form, or two parallel ones.
func (u *UI) BankFormMake(x *Ctx) error {
	trimForm(x)
	p := webbank.NewFormPage{Drawn: x.PostForm("how") != "list", Codes: x.PostForm("codes"), Key: x.PostForm("key"), Counts: map[string]string{}}
	key, _ := uuid.Parse(p.Key)
	p.Input = bank.FormInput{Key: key, Title: x.three("title"), Settings: x.settings(), Parallel: x.PostForm("parallel") == "on"}
	stocks, err := u.Bank.Stocks(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	if p.Drawn {
		p.Input.Blueprint = x.blueprint(stocks, p.Counts)
	} else {
		p.Input.Codes = bank.Codes(p.Codes)
	}
	id, err := u.Bank.MakeForm(x.Request.Context(), x.Actor, p.Input)
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		p.Form = x.Form(e.Fields)
		return u.bankFormNew(x, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	x.Flash("done_bank_form")
	return x.SeeOther("/bank/forms/" + id.String())
}

// blueprint reads how many questions of which line are wanted.
func (x *Ctx) blueprint(stocks []bank.Stock, typed map[string]string) []bank.Line {
	var lines []bank.Line
	for _, st := range stocks {
		for d := range 4 {
			l := bank.Line{Course: st.Course, Objective: st.Objective, Difficulty: d}
			typed[l.Name()] = x.PostForm(l.Name())
			if l.N = whole(typed[l.Name()]); l.N > 0 {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// BankFormSettings changes how a form is given: a new version with the same questions.
func (u *UI) BankFormSettings(x *Ctx) error {
	id, err := x.ID("form")
	if err != nil {
		return err
	}
	trimForm(x)
	key, _ := uuid.Parse(x.PostForm("key"))
	s := x.settings()
	made, err := u.Bank.SaveSettings(x.Request.Context(), x.Actor, id, key, s)
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.bankForm(x, http.StatusUnprocessableEntity, &s, e.Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_bank_saved")
	return x.SeeOther("/bank/forms/" + made.String())
}

// BankFormRetire takes a form out of the trainers' choice, or brings it back.
func (u *UI) BankFormRetire(x *Ctx) error {
	id, err := x.ID("form")
	if err != nil {
		return err
	}
	if err := u.Bank.Retire(x.Request.Context(), x.Actor, id, x.PostForm("retired") == "yes"); err != nil {
		return err
	}
	return x.SeeOther("/bank/forms/" + id.String())
}

// ExamExtra shows who has extra time.
func (u *UI) ExamExtra(x *Ctx) error { return u.examExtra(x, http.StatusOK, nil, nil) }

func (u *UI) examExtra(x *Ctx, status int, typed map[uuid.UUID]int, fields []errs.Field) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	w, people, err := u.Exam.ExtraTime(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	for i := range people {
		if m, ok := typed[people[i].EnrolmentID]; ok {
			people[i].Minutes = m
		}
	}
	page := x.Page(x.Loc.T("bank_extra_title"))
	page.Lead = x.Loc.T("bank_extra_lead")
	page.Crumbs = append(x.workshopCrumbs(w.ID, w.TitleIn(x.Loc.Lang())), layout.Crumb{Label: x.Loc.T("exam_board_title"), Href: "/workshops/" + id.String() + "/tests"})
	page.Path = "/workshops/" + id.String() + "/tests/extra-time"
	page.Width = layout.Reading
	return x.Render(status, webbank.Extra(webbank.ExtraPage{Page: page, Event: id, People: people, Form: x.Form(fields)}))
}

// ExamExtraSave keeps the minutes.
func (u *UI) ExamExtraSave(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	trimForm(x)
	_, people, err := u.Exam.ExtraTime(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	minutes := map[uuid.UUID]int{}
	for _, e := range people {
		if m := typedMinutes(x.PostForm("m_" + e.EnrolmentID.String())); m != e.Minutes {
			minutes[e.EnrolmentID] = m
		}
	}
	if len(minutes) > 0 {
		err = u.Exam.SetExtraTime(x.Request.Context(), x.Actor, id, minutes)
	}
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.examExtra(x, http.StatusUnprocessableEntity, minutes, e.Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_bank_saved")
	return x.SeeOther("/workshops/" + id.String() + "/tests")
}
