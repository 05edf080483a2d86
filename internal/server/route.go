package server

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"shelter/internal/ui"
)

// Access says whether a route asks for a signed-in person before its handler decides further.
type Access uint8

// The two kinds of routes.
const (
	SignedIn Access = iota // a visitor is sent to the sign-in page
	Public                 // anyone; the handler says why
)

// Body limits of requests, in bytes.
const (
	defaultBody = 1 << 20
	uploadBody  = 25 << 20
)

// Route is one row of the route table.
type Route struct {
	Method  string
	Path    string
	Access  Access
	Handler ui.Handler
	MaxBody int64 // bytes; 0: 1 MiB
}

func get(path string, a Access, h ui.Handler) Route {
	return Route{Method: http.MethodGet, Path: path, Access: a, Handler: h}
}

func post(path string, a Access, h ui.Handler) Route {
	return Route{Method: http.MethodPost, Path: path, Access: a, Handler: h}
}

func upload(path string, a Access, h ui.Handler) Route {
	return Route{Method: http.MethodPost, Path: path, Access: a, Handler: h, MaxBody: uploadBody}
}

// mount registers the rows.
func mount(e *gin.Engine, u *ui.UI, routes []Route) {
	for _, r := range routes {
		chain := gin.HandlersChain{limitBody(r.MaxBody), refuseBadForm(u)}
		if r.Access == SignedIn {
			chain = append(chain, requireSignIn(u))
		}
		e.Handle(r.Method, r.Path, append(chain, u.Wrap(r.Handler))...)
	}
}
