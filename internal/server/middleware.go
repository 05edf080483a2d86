package server

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"shelter/internal/access"
	"shelter/internal/config"
	"shelter/internal/errs"
	"shelter/internal/ui"
)

// policy lets a page load from this host only, and run no inline script or style.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// scanPolicy is the policy of the one page whose bar-code reader is WebAssembly.
var scanPolicy = strings.Replace(policy, "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", 1)

func securityHeaders(c config.Config) gin.HandlerFunc {
	hsts := strings.HasPrefix(c.PublicURL, "https://")
	return func(g *gin.Context) {
		h := g.Writer.Header()
		h.Set("Content-Security-Policy", policyFor(g.Request.URL.Path))
		h.Set("X-Content-Type-Options", "nosniff")
		// "no-referrer" would send "Origin: null" with a form on plain HTTP, where refuseOtherSites has nothing else to go by.
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		if hsts {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		g.Next()
	}
}

func policyFor(path string) string {
	if strings.HasSuffix(path, "/scan") {
		return scanPolicy
	}
	return policy
}

// refuseOtherSites refuses a change that another site's page asks for (net/http.CrossOriginProtection).
func refuseOtherSites(u *ui.UI) gin.HandlerFunc {
	guard := http.NewCrossOriginProtection()
	return func(g *gin.Context) {
		if err := guard.Check(g.Request); err != nil {
			u.Wrap(func(*ui.Ctx) error { return errs.New(errs.Invalid, "error_cross_origin").Because(err) })(g)
			g.Abort()
			return
		}
		g.Next()
	}
}

// refuseBadText refuses an address with text that no database keeps: a zero byte, or bytes that are not UTF-8. No link of ours
// and no form field makes one.
func refuseBadText(u *ui.UI) gin.HandlerFunc {
	return func(g *gin.Context) {
		if keepable(g.Request.URL) {
			g.Next()
			return
		}
		u.Wrap(func(*ui.Ctx) error { return errs.NewInvalid("error_bad_request") })(g)
		g.Abort()
	}
}

func keepable(u *url.URL) bool {
	text := u.Path
	if strings.Contains(u.RawQuery, "%") || !utf8.ValidString(u.RawQuery) {
		query, err := url.QueryUnescape(u.RawQuery)
		if err != nil {
			return false
		}
		text += query
	}
	return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
}

// refuseBadForm refuses a form with such text, where the way to the form's fields is. A form that cannot be read is left to its page.
func refuseBadForm(u *ui.UI) gin.HandlerFunc {
	return func(g *gin.Context) {
		if g.ContentType() == "application/x-www-form-urlencoded" && g.Request.ParseForm() == nil {
			for _, values := range g.Request.PostForm {
				if slices.ContainsFunc(values, func(v string) bool { return strings.IndexByte(v, 0) >= 0 || !utf8.ValidString(v) }) {
					u.Wrap(func(*ui.Ctx) error { return errs.NewInvalid("error_bad_request") })(g)
					g.Abort()
					return
				}
			}
		}
		g.Next()
	}
}

func recoverPanics(u *ui.UI) gin.HandlerFunc {
	return func(g *gin.Context) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { //nolint:errorlint // the sentinel is compared as net/http does
				panic(p)
			}
			u.Log.Error("panic", "route", g.FullPath(), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			u.Wrap(func(*ui.Ctx) error { return errs.New(errs.Internal, "error_internal") })(g)
			g.Abort()
		}()
		g.Next()
	}
}

func limitBody(limit int64) gin.HandlerFunc {
	if limit == 0 {
		limit = defaultBody
	}
	return func(g *gin.Context) {
		g.Request.Body = http.MaxBytesReader(g.Writer, g.Request.Body, limit)
		g.Next()
	}
}

// requireSignIn sends a visitor to the sign-in page and back afterwards; a script gets the refusal as JSON.
func requireSignIn(u *ui.UI) gin.HandlerFunc {
	return func(g *gin.Context) {
		if a, ok := g.Get(ui.ActorKey); ok {
			if actor, ok := a.(access.Actor); ok && actor.SignedIn() {
				g.Next()
				return
			}
		}
		u.Wrap(func(x *ui.Ctx) error {
			if x.WantsJSON() {
				x.JSON(http.StatusUnauthorized, gin.H{"error": gin.H{"kind": "signed_out", "message": x.Loc.T("signin_needed")}})
				return nil
			}
			return x.SeeOther("/signin?next=" + url.QueryEscape(nextOf(x)))
		})(g)
		g.Abort()
	}
}

// nextOf is where to go after signing in: the page itself, or the page that a form stood on.
func nextOf(x *ui.Ctx) string {
	if x.Request.Method == http.MethodGet {
		return x.Request.URL.RequestURI()
	}
	return "/"
}
