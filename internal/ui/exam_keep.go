package ui

import (
	"net/http"
	"strconv"

	"shelter/internal/errs"
	"shelter/internal/vault"
	"shelter/web"
)

// ExamWorker is the service worker of the pages of tests. It stands under their path, because a worker serves its own folder,
// and fetches the built script, whose name changes with its content.
func (u *UI) ExamWorker(x *Ctx) error {
	x.Header("Cache-Control", "no-cache")
	x.Data(http.StatusOK, "text/javascript; charset=utf-8", []byte("importScripts("+strconv.Quote(web.URL("sw-exam.js"))+");\n"))
	return nil
}

// ExamKeep takes what a phone had sealed because it could not send it, of a test or of a course; whoever opens the site there
// brings it along.
func (u *UI) ExamKeep(x *Ctx) error {
	var b vault.Box
	if fields, err := x.BindJSON(&b); err != nil || len(fields) > 0 {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	var answer any
	answer, err := u.Exam.Keep(x.Request.Context(), b)
	if errs.Is(err, errs.Invalid) { // the pass is not of a test
		answer, err = u.Course.Keep(x.Request.Context(), b)
	}
	if err != nil {
		return err
	}
	x.JSON(http.StatusOK, answer)
	return nil
}
