package caseui

import (
	"errors"
	"io"
	"net/http"

	"github.com/google/uuid"

	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/ui"
)

// Documents lists the documents of a file.
func (s *Site) Documents(x *ui.Ctx) error {
	return s.tab(x, "documents", refusal{status: http.StatusOK})
}

// DocumentAdd keeps a document. It is read into memory and never onto a disk: the limit of the body is below that of memory.
func (s *Site) DocumentAdd(x *ui.Ctx) error {
	name, data, cut, err := sent(x, casework.MaxPaper)
	if err != nil {
		return err
	}
	in := casework.AttachInput{Key: key(x), Kind: text(x, "kind"), ConsentID: id(x, "consent"), Name: name, Data: data, Cut: cut}
	return s.act(x, "documents", "attach", "done_case_saved", func(file uuid.UUID) error {
		return s.Work.Attach(x.Request.Context(), x.Actor, file, in)
	})
}

// sent reads the file of a form. None is no error here: the service says so to whoever may send one, and cut that it was too long.
func sent(x *ui.Ctx, most int64) (name string, data []byte, cut bool, err error) {
	head, err := x.FormFile("file")
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return "", nil, true, nil
	case err != nil:
		return "", nil, false, nil //nolint:nilerr // no file, or no form that could hold one
	}
	f, err := head.Open()
	if err != nil {
		return "", nil, false, errs.Wrap(err, "caseui: open the file sent")
	}
	defer func() { _ = f.Close() }()
	data, err = io.ReadAll(io.LimitReader(f, most+1))
	return head.Filename, data, false, errs.Wrap(err, "caseui: read the file sent")
}

// DocumentSettle locks a document, puts it back, or has it locked to be erased.
func (s *Site) DocumentSettle(x *ui.Ctx) error {
	document, err := x.ID("document")
	if err != nil {
		return err
	}
	return s.act(x, "documents", "paper-"+document.String(), "done_case_saved", func(file uuid.UUID) (err error) {
		switch text(x, "do") {
		case "back":
			return s.Work.BackAttachment(x.Request.Context(), x.Actor, file, document)
		case "erase":
			_, err = s.Work.EndAttachment(x.Request.Context(), x.Actor, file, document)
			return err
		default:
			return s.Work.LockAttachment(x.Request.Context(), x.Actor, file, document, text(x, "reason"))
		}
	})
}

// DocumentFile hands a document out, for a fresh code; it is only ever saved, never shown within the site.
func (s *Site) DocumentFile(x *ui.Ctx) error {
	document, err := x.ID("document")
	if err != nil {
		return err
	}
	file, err := x.ID("case")
	if err != nil {
		return err
	}
	a, err := s.Desk.FetchAttachment(x.Request.Context(), x.Actor, file, document, text(x, "code"))
	if e := errs.As(err); e != nil && (e.Kind == errs.Invalid || e.Kind == errs.Conflict || e.Kind == errs.Throttled) {
		r := refusal{form: "fetch-" + document.String(), wrong: e.Fields, status: refusedStatus(e.Kind)}
		if len(e.Fields) == 0 {
			r.message = x.Message(e)
		}
		return s.tab(x, "documents", r)
	}
	if err != nil {
		return err
	}
	return saved(x, a)
}
