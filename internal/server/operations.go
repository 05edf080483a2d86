package server

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"shelter/web"
)

// metrics counts requests by route pattern, never by address: an address can hold an id.
type metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "shelter_http_request_seconds", Help: "Time to answer, by route and status.",
		Buckets: []float64{.001, .003, .01, .03, .1, .3, 1, 3, 10},
	}, []string{"route", "method", "status"})}
	m.registry.MustRegister(m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) middleware(g *gin.Context) {
	start := time.Now()
	g.Next()
	m.seconds.WithLabelValues(g.FullPath(), g.Request.Method, strconv.Itoa(g.Writer.Status())).Observe(time.Since(start).Seconds())
}

// operations mounts what machines ask: alive, ready, metrics.
func operations(e *gin.Engine, m *metrics, o Options) {
	e.GET("/livez", func(g *gin.Context) { g.String(http.StatusOK, "ok\n") })
	e.GET("/readyz", func(g *gin.Context) {
		ctx, cancel := context.WithTimeout(g.Request.Context(), 2*time.Second)
		defer cancel()
		if err := o.Ready(ctx); err != nil {
			o.Log.Error("not ready", "err", err)
			g.String(http.StatusServiceUnavailable, "not ready\n")
			return
		}
		g.String(http.StatusOK, "ready\n")
	})
	e.GET("/metrics", fromHere, gin.WrapH(promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})))
}

// fromHere lets only programs of this machine through: figures of use are nobody else's business. A request that a proxy
// passed on comes from elsewhere.
func fromHere(g *gin.Context) {
	host, _, err := net.SplitHostPort(g.Request.RemoteAddr)
	if err != nil || !net.ParseIP(host).IsLoopback() || g.GetHeader("X-Forwarded-For") != "" || g.GetHeader("Forwarded") != "" {
		g.AbortWithStatus(http.StatusNotFound)
	}
}

func assetsHandler() http.Handler { return web.Assets() }
