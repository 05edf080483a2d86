// Package server is the edge: the gin engine, its middleware, the whole route table, and serving over HTTP or HTTPS with a
// clean stop.
//
// Invariants: every route stands in a table with its access; a page may load nothing from another host (Content-Security-
// Policy); a request from another site changes nothing (CrossOriginProtection).
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"
	"golang.org/x/crypto/acme/autocert"

	"shelter/internal/caseui"
	"shelter/internal/config"
	"shelter/internal/ui"
)

// Health tells whether the server can do its work; the error is logged and not shown.
type Health func(ctx context.Context) error

// Options are what the engine needs besides the pages.
type Options struct {
	Config config.Config
	Log    *slog.Logger
	Ready  Health
	Cases  *caseui.Site // nil: the site has no case side
}

// Routes gives the whole route table.
func Routes(u *ui.UI, cases *caseui.Site) []Route {
	var all []Route
	for _, part := range []func(*ui.UI) []Route{homeRoutes, accountRoutes, peopleRoutes, workshopRoutes, certificateRoutes, planningRoutes, importRoutes, examRoutes, bankRoutes, reportRoutes, courseRoutes, authorRoutes, surveyRoutes, programmeRoutes} {
		all = append(all, part(u)...)
	}
	return slices.Concat(all, caseRoutes(cases), caseFileRoutes(cases))
}

// New makes the handler of the whole site.
func New(u *ui.UI, o Options) (http.Handler, error) {
	gin.SetMode(gin.ReleaseMode)
	if err := ui.RegisterValidations(); err != nil {
		return nil, err
	}
	e := gin.New()
	e.HandleMethodNotAllowed = false
	if err := e.SetTrustedProxies(proxies(o.Config)); err != nil {
		return nil, fmt.Errorf("SHELTER_TRUSTED_PROXY: %w", err)
	}
	m := newMetrics()
	e.Use(m.middleware, recoverPanics(u), securityHeaders(o.Config), refuseOtherSites(u), refuseBadText(u))
	operations(e, m, o)
	e.GET("/assets/*path", gin.WrapH(assetsHandler()))
	e.Use(Session(u))
	mount(e, u, Routes(u, o.Cases))
	if o.Config.Dev {
		mount(e, u, devRoutes(u))
	}
	e.NoRoute(limitBody(0), u.Wrap(u.NotFound))
	return compress(e)
}

// compress gzips pages for those who accept it, fast level: the CPU is worth more than the last per cent.
func compress(h http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1400), gzhttp.CompressionLevel(3),
		gzhttp.ContentTypes([]string{"text/html", "text/plain", "application/json", "image/svg+xml"}))
	if err != nil {
		return nil, err
	}
	return wrap(h), nil
}

func proxies(c config.Config) []string {
	if c.TrustedProxy == "" {
		return nil
	}
	return []string{c.TrustedProxy}
}

// Serve answers on the listener until ctx ends, then lets the requests under way finish for at most ten seconds.
func Serve(ctx context.Context, ln net.Listener, c config.Config, h http.Handler, log *slog.Logger) error {
	site := &rest{next: h}
	go site.watch(ctx, restSpan, releaseMemory)
	srv := &http.Server{
		Handler:           site,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       2 * time.Minute, // a slow phone may need long for a file
		WriteTimeout:      5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	done := make(chan error, 1)
	go func() { done <- serve(srv, ln, c) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil {
		_ = srv.Close()
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func serve(srv *http.Server, ln net.Listener, c config.Config) error {
	switch {
	case c.TLSDomain != "":
		m := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(c.TLSDomain), Cache: autocert.DirCache(c.Data + "/tls")}
		srv.TLSConfig = m.TLSConfig()
		return srv.ServeTLS(ln, "", "")
	case c.TLSCert != "":
		return srv.ServeTLS(ln, c.TLSCert, c.TLSKey)
	}
	return srv.Serve(ln)
}
