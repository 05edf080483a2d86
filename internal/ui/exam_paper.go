package ui

import (
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	webexam "shelter/web/exam"
	"shelter/web/kit"
	"shelter/web/layout"
)

// paperTest reads the paper sheets of the test of the address.
func (x *Ctx) paperTest() (exam.PaperTest, error) {
	id, err := x.ID("id")
	if err != nil {
		return exam.PaperTest{}, err
	}
	phase := exam.Phase(x.Param("phase"))
	if !phase.Valid() {
		return exam.PaperTest{}, errs.NewNotFound("exam phase")
	}
	return x.UI.Exam.Paper(x.Request.Context(), x.Actor, id, phase)
}

func paperPath(t exam.PaperTest) string {
	return "/workshops/" + t.Workshop.ID.String() + "/paper/" + string(t.Phase)
}

func (x *Ctx) paperPage(t exam.PaperTest, title string) layout.Page {
	page := x.Page(title)
	page.Crumbs = append(x.workshopCrumbs(t.Workshop.ID, t.Workshop.TitleIn(x.Loc.Lang())), layout.Crumb{Label: x.Loc.T("exam_board_title"), Href: "/workshops/" + t.Workshop.ID.String() + "/tests"})
	return page
}

// ExamPaper shows where the paper sheets of a test stand, and what differs between the two typings.
func (u *UI) ExamPaper(x *Ctx) error { return u.examPaper(x, http.StatusOK, nil, "", nil) }

func (u *UI) examPaper(x *Ctx, status int, fields []errs.Field, subject string, typed map[string]string) error {
	t, err := x.paperTest()
	if err != nil {
		return err
	}
	page := x.paperPage(t, x.Loc.T("paper_title_"+string(t.Phase)))
	page.Lead = x.Loc.T("paper_lead")
	page.Path = paperPath(t)
	page.Actions = []kit.Action{{Label: x.Loc.T("paper_print"), Icon: "printer", Href: "/workshops/" + t.Workshop.ID.String() + "/print/test/" + string(t.Phase)}}
	return x.Render(status, webexam.Paper(webexam.PaperPage{Page: page, Test: t, Form: x.Form(fields), Subject: subject, Typed: typed}))
}

// ExamPaperGrid is the grid in which sheets are typed: ?pass=1|2, and in a crossed pair ?form=.
func (u *UI) ExamPaperGrid(x *Ctx) error {
	t, err := x.paperTest()
	if err != nil {
		return err
	}
	pass := exam.First
	if x.Query("pass") == "2" {
		pass = exam.Second
	}
	form, _ := uuid.Parse(x.Query("form")) // none or an unknown one: the first
	page := x.paperPage(t, x.Loc.T("paper_grid_"+strconv.Itoa(int(pass)), "test", x.Loc.T("exam_phase_"+string(t.Phase))))
	page.Crumbs = append(page.Crumbs, layout.Crumb{Label: x.Loc.T("paper_title_" + string(t.Phase)), Href: paperPath(t)})
	page.Scripts = []string{"paper"}
	return x.Render(http.StatusOK, webexam.PaperGrid(webexam.PaperGridPage{Page: page, Test: t, Pass: pass, Paper: t.Form(form)}))
}

// paperJSON is one sheet as the grid's script sends it.
type paperJSON struct {
	Key       uuid.UUID  `json:"key"`
	Pass      exam.Pass  `json:"pass"`
	Form      uuid.UUID  `json:"form"`
	Enrolment uuid.UUID  `json:"enrolment"`
	Code      string     `json:"code" binding:"max=200"`
	Subject   string     `json:"subject" binding:"max=200"`
	Cells     exam.Cells `json:"cells"`
	Device    uuid.UUID  `json:"device"`
	Turn      int64      `json:"turn"`
}

// ExamPaperSave keeps the state of one sheet and acknowledges it by its key.
func (u *UI) ExamPaperSave(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	phase := exam.Phase(x.Param("phase"))
	if !phase.Valid() {
		return errs.NewNotFound("exam phase")
	}
	var b paperJSON
	if fields, err := x.BindJSON(&b); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	ack, err := u.Exam.SavePaper(x.Request.Context(), x.Actor, id, phase, exam.PaperInput{Key: b.Key, Pass: b.Pass, Form: b.Form, EnrolmentID: b.Enrolment,
		PersonalCode: b.Code, Subject: b.Subject, Cells: b.Cells, Device: b.Device, Turn: b.Turn})
	if err != nil {
		return err
	}
	x.JSON(http.StatusOK, ack)
	return nil
}

// ExamPaperSettle keeps what stands on a sheet where the two typings differ.
func (u *UI) ExamPaperSettle(x *Ctx) error {
	t, err := x.paperTest()
	if err != nil {
		return err
	}
	trimForm(x)
	in := exam.SettleInput{Subject: x.PostForm("subject"), Cells: exam.Cells{}}
	in.Key, _ = uuid.Parse(x.PostForm("key"))
	typed := map[string]string{}
	for _, sh := range t.Sheets {
		if sh.Subject != in.Subject {
			continue
		}
		for _, d := range sh.Differences {
			name := exam.CellField(d.Position)
			typed[name], typed[name+"_other"] = x.PostForm(name), x.PostForm(name+"_other")
			if cell, ok := settled(d, typed[name], typed[name+"_other"]); ok {
				in.Cells[d.Position] = cell
			}
		}
	}
	err = u.Exam.SettlePaper(x.Request.Context(), x.Actor, t.Workshop.ID, t.Phase, in)
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.examPaper(x, http.StatusUnprocessableEntity, e.Fields, in.Subject, typed)
	}
	if err != nil {
		return err
	}
	x.Flash("done_paper_settled")
	return x.SeeOther(paperPath(t))
}

// settled is the answer that was chosen: that of the first typing, of the second, or another one.
func settled(d exam.PaperDifference, choice, other string) (string, bool) {
	switch choice {
	case "1":
		return d.First, true
	case "2":
		return d.Second, true
	case "blank":
		return "", true
	case "other":
		return other, other != ""
	}
	return "", false
}

// ExamPaperCount takes sheets into the results.
func (u *UI) ExamPaperCount(x *Ctx) error {
	t, err := x.paperTest()
	if err != nil {
		return err
	}
	_, err = u.Exam.CountPaper(x.Request.Context(), x.Actor, t.Workshop.ID, t.Phase, x.PostForm("once") == "yes", x.Loc.Lang())
	if err != nil {
		return err
	}
	x.Flash("done_paper_counted")
	return x.SeeOther(paperPath(t))
}

// ExamPaperBack takes a sheet out of the results.
func (u *UI) ExamPaperBack(x *Ctx) error {
	t, err := x.paperTest()
	if err != nil {
		return err
	}
	if err := u.Exam.TakeBackPaper(x.Request.Context(), x.Actor, t.Workshop.ID, t.Phase, x.PostForm("subject")); err != nil {
		return err
	}
	x.Flash("done_paper_back")
	return x.SeeOther(paperPath(t))
}

// ExamPaperPrint is the test on paper, with a box for each answer: ?form= of a crossed pair, ?lang=ar.
func (u *UI) ExamPaperPrint(x *Ctx) error {
	t, err := x.paperTest()
	if err != nil {
		return err
	}
	x.PrintLang()
	form, _ := uuid.Parse(x.Query("form"))
	page := x.Page(x.Loc.T("exam_phase_" + string(t.Phase)))
	sheet := layout.Sheet{Format: layout.Portrait, Back: paperPath(t), Owner: x.Loc.T("workshop_paper_owner"), Project: t.Workshop.TitleIn(x.Loc.Lang()), Code: t.Workshop.Code}
	return x.Render(http.StatusOK, webexam.PaperPrint(webexam.PaperPrintPage{Page: page, Sheet: sheet, Test: t, Paper: t.Form(form)}))
}
