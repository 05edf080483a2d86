package ui

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/ingest"
	"shelter/internal/report"
	"shelter/internal/sheet"
	webingest "shelter/web/ingest"
)

func importPath(event uuid.UUID, rest string) string { return workshopPath(event, "/import"+rest) }

// ImportForm asks for the list to import.
func (u *UI) ImportForm(x *Ctx) error { return u.importForm(x, http.StatusOK, nil) }

func (u *UI) importForm(x *Ctx, status int, fields []errs.Field) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	h, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.ParticipantEdit, id)
	if err != nil {
		return err
	}
	p := webingest.UploadPage{Page: x.eventPage(h, x.Loc.T("import_title")), Event: &h.Event, Form: x.Form(fields)}
	return x.Render(status, webingest.Upload(p))
}

// ImportUpload keeps the list and leads to its preview. A file that cannot be read is refused beside its field.
func (u *UI) ImportUpload(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if _, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.ParticipantEdit, id); err != nil {
		return err // before the body is read
	}
	f, err := x.listFile()
	var up uuid.UUID
	if err == nil {
		up, err = u.Ingest.Upload(x.Request.Context(), x.Actor, id, f)
	}
	if e := errs.As(err); err != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict) {
		return u.importForm(x, statusOf(e.Kind), []errs.Field{{Name: "file", Key: e.Key, Args: e.Args}})
	}
	if err != nil {
		return err
	}
	return x.SeeOther(importPath(id, "/"+up.String()))
}

// listFile reads the file of the form. What the limit of the body cuts off is too large, and so is what no list can be.
func (x *Ctx) listFile() (ingest.File, error) {
	limit := sheet.DefaultLimits().Bytes
	large := errs.NewInvalid("sheet_too_large").With("max", limit>>20)
	head, err := x.FormFile("file")
	var cut *http.MaxBytesError
	switch {
	case errors.As(err, &cut):
		return ingest.File{}, large.Because(err)
	case err != nil:
		return ingest.File{}, errs.NewInvalid("import_file_missing").Because(err)
	case head.Size > limit:
		return ingest.File{}, large
	}
	f, err := head.Open()
	if err != nil {
		return ingest.File{}, errs.Wrap(err, "import: open the file sent")
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	key, _ := uuid.Parse(x.PostForm("key")) // a browser without scripts sends none
	return ingest.File{Key: key, Name: head.Filename, Data: data}, errs.Wrap(err, "import: read the file sent")
}

// ImportTemplate gives the empty list.
func (u *UI) ImportTemplate(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if _, err := u.Workshop.Head(x.Request.Context(), x.Actor, access.ParticipantEdit, id); err != nil {
		return err
	}
	loc := x.Loc
	if l, ok := i18n.Parse(x.Query("lang")); ok {
		loc = u.Bundle.For(l)
	}
	data, err := ingest.Template(loc)
	if err != nil {
		return err
	}
	return x.sendWorkbook(loc.T("import_template_name")+".xlsx", data)
}

// sendWorkbook sends a small workbook as a download.
func (x *Ctx) sendWorkbook(name string, data []byte) error {
	x.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	x.Header("Content-Length", strconv.Itoa(len(data)))
	x.Data(http.StatusOK, report.MIME, data)
	return nil
}
