package ui

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// attendanceFile reads all that is known of an event's attendance.
func (u *UI) attendanceFile(x *Ctx) (*paper.File, error) {
	id, err := x.ID("id")
	if err != nil {
		return nil, err
	}
	return u.Paper.Attendance(x.Request.Context(), x.Actor, id)
}

// sheetsCrumbs lead from a page of the tray back to it.
func (x *Ctx) sheetsCrumbs(p *layout.Page, id uuid.UUID) {
	p.Crumbs = append(p.Crumbs, layout.Crumb{Label: x.Loc.T("sheets_title"), Href: workshopPath(id, "/sheets")})
}

// WorkshopBoxes is the grid in which signatures are typed: ?sheet= takes the lines of one sheet.
func (u *UI) WorkshopBoxes(x *Ctx) error {
	f, err := u.attendanceFile(x)
	if err != nil {
		return err
	}
	p := webworkshop.BoxesPage{Page: x.eventPage(f.Head, x.Loc.T("sheets_boxes")), File: f}
	x.sheetsCrumbs(&p.Page, f.Event.ID)
	p.Scripts = []string{"paper"}
	if id, err := uuid.Parse(x.Query("sheet")); err == nil {
		p.Sheet = f.Tray.Sheet(id) // an unknown one: everybody
	}
	return x.Render(http.StatusOK, webworkshop.Boxes(p))
}

// boxesJSON is one line as the grid's script sends it: form names the half-days of the columns, cells are counted from 1.
type boxesJSON struct {
	Form      string         `json:"form" binding:"max=2000"`
	Enrolment uuid.UUID      `json:"enrolment"`
	Cells     map[int]string `json:"cells"`
	Device    uuid.UUID      `json:"device"`
	Turn      int64          `json:"turn"`
}

func (b boxesJSON) line() (paper.Line, bool) {
	l := paper.Line{EnrolmentID: b.Enrolment, Device: b.Device, Turn: b.Turn, Boxes: map[uuid.UUID]paper.Typed{}}
	for i, text := range strings.Split(b.Form, ",") {
		slot, err := uuid.Parse(text)
		if err != nil {
			return l, false
		}
		v, typed := b.Cells[i+1]
		switch {
		case !typed:
			l.Boxes[slot] = paper.Untyped
		case v == "":
			l.Boxes[slot] = paper.Empty
		default:
			l.Boxes[slot] = paper.Typed(v)
		}
	}
	return l, true
}

// WorkshopBoxesSave keeps one line of the paper and acknowledges it.
func (u *UI) WorkshopBoxesSave(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var b boxesJSON
	fields, err := x.BindJSON(&b)
	l, ok := b.line()
	if err != nil || len(fields) > 0 || !ok {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	if err := u.Paper.Type(x.Request.Context(), x.Actor, id, []paper.Line{l}); err != nil {
		return err
	}
	x.JSON(http.StatusOK, gin.H{})
	return nil
}

// WorkshopDiffers lists what differs between paper, roll-call and self check-in.
func (u *UI) WorkshopDiffers(x *Ctx) error {
	return u.differsPage(x, http.StatusOK, webworkshop.DiffersPage{Form: x.Form(nil)})
}

func (u *UI) differsPage(x *Ctx, status int, p webworkshop.DiffersPage) error {
	f, err := u.attendanceFile(x)
	if err != nil {
		return err
	}
	p.Page, p.File = x.eventPage(f.Head, x.Loc.T("sheets_differences")), f
	x.sheetsCrumbs(&p.Page, f.Event.ID)
	p.Width = layout.Reading
	if p.Key == "" {
		p.Key = uuid.Must(uuid.NewV7()).String()
	}
	return x.Render(status, webworkshop.Differs(p))
}

type decideForm struct {
	Key       string `form:"key" binding:"required,uuid"`
	Slot      string `form:"slot" binding:"required,uuid"`
	Enrolment string `form:"enrolment" binding:"required,uuid"`
	Seen      string `form:"seen" binding:"omitempty,number"`
	Status    string `form:"status"`
	Reason    string `form:"reason"`
}

// WorkshopSettle makes an attendance mark of a decision.
func (u *UI) WorkshopSettle(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f decideForm
	if fields, err := x.Bind(&f); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	seen, _ := strconv.ParseInt(f.Seen, 10, 64) // none: nothing was marked
	form := uuid.MustParse(f.Key)
	d := paper.Decision{SlotID: uuid.MustParse(f.Slot), EnrolmentID: uuid.MustParse(f.Enrolment), Status: workshop.Status(f.Status), Reason: f.Reason, SeenSeq: seen}
	d.Key = uuid.NewSHA1(form, append(d.SlotID[:], d.EnrolmentID[:]...)) // one form key on the page, one mark a form
	err = u.Paper.Decide(x.Request.Context(), x.Actor, id, d)
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.differsPage(x, http.StatusUnprocessableEntity, webworkshop.DiffersPage{Form: x.Form(e.Fields), At: f.Slot + "." + f.Enrolment, Status: f.Status, Reason: f.Reason, Key: f.Key})
	}
	if err != nil {
		return err
	}
	x.Flash("done_sheets_decided")
	return x.SeeOther(workshopPath(id, "/sheets/differences"))
}

// WorkshopEvidence is the people and the evidence behind a figure: ?slot= and ?status=, which may be "attended".
func (u *UI) WorkshopEvidence(x *Ctx) error {
	f, err := u.attendanceFile(x)
	if err != nil {
		return err
	}
	p := webworkshop.EvidencePage{Page: x.eventPage(f.Head, x.Loc.T("sheets_evidence")), File: f, Status: x.Query("status")}
	if p.Status != "attended" && !workshop.Status(p.Status).Valid() {
		p.Status = ""
	}
	if slot, err := uuid.Parse(x.Query("slot")); err == nil {
		p.Slot = f.Slot(slot)
	}
	return x.Render(http.StatusOK, webworkshop.Evidence(p))
}
