package ui

import (
	"log/slog"
	"net/http"
	"net/url"
	"strconv"

	"github.com/gin-gonic/gin"

	"shelter/internal/errs"
)

// statusOf is the one place where kinds of errors become HTTP statuses.
func statusOf(k errs.Kind) int {
	switch k {
	case errs.NotFound, errs.Forbidden:
		return http.StatusNotFound
	case errs.Invalid:
		return http.StatusUnprocessableEntity
	case errs.Conflict:
		return http.StatusConflict
	case errs.Unavailable:
		return http.StatusServiceUnavailable
	case errs.Throttled:
		return http.StatusTooManyRequests
	case errs.NeedsMFA:
		return http.StatusForbidden
	case errs.Internal:
	}
	return http.StatusInternalServerError
}

// fail logs an error once and shows it as a page, a part of a page or JSON.
func (x *Ctx) fail(err error) {
	e := errs.As(err)
	x.logFailure(e, err)
	if x.Writer.Written() {
		return
	}
	status := statusOf(e.Kind)
	if e.Kind == errs.Throttled {
		if n, ok := e.Args["n"].(int); ok {
			x.Header("Retry-After", strconv.Itoa(n*60))
		}
	}
	switch {
	case e.Kind == errs.NeedsMFA && !x.WantsJSON():
		_ = x.SeeOther("/account/verify?next=" + url.QueryEscape(x.Request.URL.RequestURI()))
	case x.WantsJSON():
		x.JSON(status, x.errorJSON(e))
	default:
		if rerr := x.Render(status, x.errorPage(status, e)); rerr != nil {
			x.UI.Log.Error("error page", "err", rerr)
			x.String(status, x.Message(e))
		}
	}
}

func (x *Ctx) logFailure(e *errs.Error, err error) {
	level := slog.LevelInfo
	if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		level = slog.LevelError
	}
	x.UI.Log.Log(x.Request.Context(), level, "request refused", "kind", e.Kind.String(), "route", x.FullPath(),
		"method", x.Request.Method, "err", err.Error())
}

// Message gives the sentence of an error in the reader's language.
func (x *Ctx) Message(e *errs.Error) string {
	key := e.Key
	if key == "" {
		key = "error_internal"
	}
	return x.Loc.Map(key, e.Args)
}

func (x *Ctx) errorJSON(e *errs.Error) gin.H {
	fields := gin.H{}
	for _, f := range e.Fields {
		fields[f.Name] = x.Loc.Map(f.Key, f.Args)
	}
	return gin.H{"error": gin.H{"kind": e.Kind.String(), "message": x.Message(e), "fields": fields}}
}
