package ui

import (
	"mime"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/programme"
	webprogramme "shelter/web/programme"
)

// ProgrammeDocumentAdd attaches a file to a record. What is wrong with it is said on the record's page, and the caption stays.
func (u *UI) ProgrammeDocumentAdd(x *Ctx) error {
	if err := access.Can(x.Actor, access.ProgrammeEdit, access.Resource{}); err != nil {
		return err // before the body is read
	}
	r, err := x.register()
	if err != nil {
		return err
	}
	id, err := x.ID("record")
	if err != nil {
		return err
	}
	file, err := x.fileOf("file", programme.MaxDocument, "sheets_error_large")
	if err == nil {
		in := programme.DocumentInput{Name: file.Name, Caption: x.PostForm("caption"), Data: file.Data}
		if in.Key, err = uuid.Parse(x.PostForm("key")); err != nil {
			return errs.NewInvalid("error_bad_request").Because(err)
		}
		err = u.Programme.Attach(x.Request.Context(), x.Actor, r, id, in)
	}
	e := errs.As(err)
	if e != nil && e.Kind == errs.Invalid {
		fields := e.Fields
		if len(fields) == 0 {
			fields = []errs.Field{{Name: "file", Key: e.Key, Args: e.Args}}
		}
		return u.filedPage(x, http.StatusUnprocessableEntity, x.PostForm("caption"), fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_document")
	return x.SeeOther("/programme/r/" + r.Name + "/" + id.String() + "#documents")
}

// filedPage shows a record with what is wrong about a file.
func (u *UI) filedPage(x *Ctx, status int, caption string, wrong []errs.Field) error {
	r, err := x.register()
	if err != nil {
		return err
	}
	id, err := x.ID("record")
	if err != nil {
		return err
	}
	rec, err := u.Programme.Record(x.Request.Context(), x.Actor, r, id)
	if err != nil {
		return err
	}
	p, err := u.recordView(x, rec.Values, nil)
	if err != nil {
		return err
	}
	p.DocumentForm, p.Caption = x.Form(wrong), caption
	return x.Render(status, webprogramme.Record(p))
}

// ProgrammeDocument hands a file out: a photograph that we drew anew is shown, a PDF is only ever saved.
func (u *UI) ProgrammeDocument(x *Ctx) error {
	id, err := x.ID("paper")
	if err != nil {
		return err
	}
	d, err := u.Programme.Document(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	how := "attachment"
	if d.Photo() {
		how = "inline"
	}
	x.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	x.Header("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": d.Name}))
	x.Header("Content-Length", strconv.Itoa(len(d.Data)))
	x.Header("X-Content-Type-Options", "nosniff")
	x.Data(http.StatusOK, d.MIME, d.Data)
	return nil
}

// ProgrammeDocumentRemove takes a file away from its record.
func (u *UI) ProgrammeDocumentRemove(x *Ctx) error {
	id, err := x.ID("paper")
	if err != nil {
		return err
	}
	d, err := u.Programme.RemoveDocument(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	x.Flash("done_document_removed")
	return x.SeeOther("/programme/r/" + d.Register + "/" + d.RecordID.String() + "#documents")
}
