// Package ui holds the handlers of the pages: each parses the request, calls one service method and shows a page or
// redirects. Services decide what is allowed; the one wrapper here turns their errors into pages.
//
// Invariants: a handler never writes a status for an error itself; the language and the actor travel in Ctx; what must not
// be seen looks exactly like what does not exist.
package ui

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"

	"github.com/a-h/templ"
	"github.com/gin-gonic/gin"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// Ctx is one request: gin's context, who asks, and in which language.
type Ctx struct {
	*gin.Context

	UI    *UI
	Actor access.Actor
	Loc   *i18n.Localizer
}

// Handler answers a request or says why not.
type Handler func(x *Ctx) error

// Keys under which the server's middleware leaves what it found out about the request.
const (
	ActorKey = "shelter.actor" // access.Actor
	LangKey  = "shelter.lang"  // i18n.Lang

	LessonKey = "shelter.lesson" // int64: the reader's revision in the course (course.RevisionColumn); left out for who has not begun it
)

// Wrap makes a gin handler of ours.
func (u *UI) Wrap(h Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		x := u.newCtx(c)
		if err := h(x); err != nil {
			x.fail(err)
		}
	}
}

func (u *UI) newCtx(c *gin.Context) *Ctx {
	x := &Ctx{Context: c, UI: u, Loc: u.Bundle.For(i18n.FR)}
	if a, ok := c.Get(ActorKey); ok {
		x.Actor, _ = a.(access.Actor)
	}
	if l, ok := c.Get(LangKey); ok {
		if lang, ok := l.(i18n.Lang); ok {
			x.Loc = u.Bundle.For(lang)
		}
	}
	return x
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes a whole page, or nothing and an error: never half a page.
func (x *Ctx) Render(status int, page templ.Component) error {
	buf, _ := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer buffers.Put(buf)
	if err := page.Render(x.Request.Context(), buf); err != nil {
		return errs.Wrap(err, "render "+x.FullPath())
	}
	return x.send(status, buf.Bytes())
}

// send writes a page that is in words already.
func (x *Ctx) send(status int, page []byte) error {
	h := x.Writer.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(page)))
	h.Add("Vary", "Cookie, Accept-Language, HX-Request")
	x.Writer.WriteHeader(status)
	_, err := x.Writer.Write(page)
	return ignoreGone(err)
}

// ignoreGone: a reader who went away is no failure of ours.
func ignoreGone(error) error { return nil }

// SeeOther sends the reader to a page after a change.
func (x *Ctx) SeeOther(path string) error {
	if x.HTMX() {
		x.Header("HX-Redirect", path)
		x.Status(http.StatusNoContent)
		x.Writer.WriteHeaderNow()
		return nil
	}
	x.Redirect(http.StatusSeeOther, path)
	return nil
}

// HTMX tells whether htmx asks for a part of a page.
func (x *Ctx) HTMX() bool { return x.GetHeader("HX-Request") == "true" }

// WantsJSON tells whether a script asks.
func (x *Ctx) WantsJSON() bool {
	return x.NegotiateFormat(gin.MIMEHTML, gin.MIMEJSON) == gin.MIMEJSON || x.ContentType() == gin.MIMEJSON
}
