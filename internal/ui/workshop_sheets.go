package ui

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop/paper"
	"shelter/web/kit"
	webworkshop "shelter/web/workshop"
)

// WorkshopSheets is the tray of an event's paper: what was printed, what came back, and which sheet each page shows.
func (u *UI) WorkshopSheets(x *Ctx) error {
	return u.sheetsPage(x, http.StatusOK, webworkshop.SheetsPage{Form: x.Form(nil)})
}

func (u *UI) sheetsPage(x *Ctx, status int, p webworkshop.SheetsPage) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if p.Tray, err = u.Paper.Tray(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	p.Page = x.eventPage(p.Tray.Head, x.Loc.T("sheets_title"))
	p.Page.Path = workshopPath(id, "/sheets")
	p.Actions = []kit.Action{{Label: x.Loc.T("workshop_paper_signatures"), Href: workshopPath(id, "/print/signatures"), Icon: "printer"}}
	return x.Render(status, webworkshop.Sheets(p))
}

// WorkshopScanUpload keeps scans; one file that cannot be used does not hold up the others, and is named.
func (u *UI) WorkshopScanUpload(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if _, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.AttendanceMark, id); err != nil {
		return err // before the body is read
	}
	files, err := x.scans()
	if err != nil {
		return u.scanRefused(x, "", err)
	}
	for _, f := range files {
		data, err := readScan(f)
		if err == nil {
			_, err = u.Paper.Upload(x.Request.Context(), x.Actor, id, f.Filename, data)
		}
		if err != nil {
			return u.scanRefused(x, f.Filename, err)
		}
	}
	x.Flash("done_sheets_sent")
	return x.SeeOther(workshopPath(id, "/sheets"))
}

// scanRefused shows the tray again and says which file is not there and why.
func (u *UI) scanRefused(x *Ctx, name string, err error) error {
	e := errs.As(err)
	if e.Kind != errs.Invalid && e.Kind != errs.Unavailable {
		return err
	}
	return u.sheetsPage(x, statusOf(e.Kind), webworkshop.SheetsPage{Form: x.Form([]errs.Field{{Name: "file", Key: e.Key, Args: e.Args}}), Refused: name})
}

// scans are the files of the form. What the limit of the body cuts off is too large.
func (x *Ctx) scans() ([]*multipart.FileHeader, error) {
	form, err := x.MultipartForm()
	var cut *http.MaxBytesError
	switch {
	case errors.As(err, &cut):
		return nil, errs.NewInvalid("sheets_error_large").With("max", paper.MaxScan>>20).Because(err)
	case err != nil:
		return nil, errs.NewInvalid("sheets_error_missing").Because(err)
	}
	files := form.File["file"]
	switch {
	case len(files) == 0 || files[0].Size == 0:
		return nil, errs.NewInvalid("sheets_error_missing")
	case len(files) > paper.MaxFiles:
		return nil, errs.NewInvalid("sheets_error_many").With("max", paper.MaxFiles)
	}
	return files, nil
}

func readScan(head *multipart.FileHeader) ([]byte, error) {
	f, err := head.Open()
	if err != nil {
		return nil, errs.Wrap(err, "sheets: open the file sent")
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, paper.MaxScan+1))
	return data, errs.Wrap(err, "sheets: read the file sent")
}

type scanForm struct {
	Page   int    `form:"page"`
	Sheet  string `form:"sheet" binding:"omitempty,uuid"`
	Reason string `form:"reason"`
}

// WorkshopScanChange gives a page its sheet, or takes a file away with a reason.
func (u *UI) WorkshopScanChange(x *Ctx) error {
	id, scan, err := x.twoIDs("id", "scan")
	if err != nil {
		return err
	}
	var f scanForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	p := webworkshop.SheetsPage{Scan: scan, At: f.Page, Sheet: f.Sheet, Reason: f.Reason}
	done := "done_sheets_matched"
	if len(fields) == 0 {
		if x.PostForm("do") == "remove" {
			err, done = u.Paper.Remove(x.Request.Context(), x.Actor, id, scan, f.Reason), "done_sheets_removed"
			p.At = 0
		} else {
			sheet, _ := uuid.Parse(f.Sheet) // empty: none
			err = u.Paper.Match(x.Request.Context(), x.Actor, id, paper.MatchInput{Scan: scan, Page: f.Page, Sheet: sheet})
		}
		if err == nil {
			x.Flash(done)
			return x.SeeOther(workshopPath(id, "/sheets"))
		}
		e := errs.As(err)
		if len(e.Fields) == 0 {
			return err
		}
		fields = e.Fields
	}
	p.Form = x.Form(fields)
	return u.sheetsPage(x, http.StatusUnprocessableEntity, p)
}

// WorkshopScanFile hands a scan out: a picture that we wrote ourselves is shown, a PDF is only ever saved.
func (u *UI) WorkshopScanFile(x *Ctx) error {
	id, scan, err := x.twoIDs("id", "scan")
	if err != nil {
		return err
	}
	sc, err := u.Paper.File(x.Request.Context(), x.Actor, id, scan)
	if err != nil {
		return err
	}
	how, name := "attachment", sc.Name
	if sc.MIME == "image/jpeg" {
		how, name = "inline", strings.TrimSuffix(name, ".png")
	}
	x.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	x.Header("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": name}))
	x.Header("Content-Length", strconv.Itoa(len(sc.Data)))
	x.Header("X-Content-Type-Options", "nosniff")
	x.Data(http.StatusOK, sc.MIME, sc.Data)
	return nil
}
