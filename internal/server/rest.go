package server

import (
	"context"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"
)

// When memory goes back to the system: after a span of so long without a request, and again while the rest lasts, since jobs run
// meanwhile.
const (
	restSpan  = 20 * time.Second
	restAgain = 10 * time.Minute
)

// rest wraps the whole site and gives memory back when nobody asks for anything: the server often shares a small machine with
// its database, and most hours of the week nobody is there.
type rest struct {
	next   http.Handler
	active atomic.Int64 // requests under way
	served atomic.Int64 // requests answered since the start
}

func (r *rest) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if probe(q.URL.Path) {
		r.next.ServeHTTP(w, q)
		return
	}
	r.active.Add(1)
	defer func() {
		r.active.Add(-1)
		r.served.Add(1)
	}()
	r.next.ServeHTTP(w, q)
}

// watch calls release after each span without a request, the first time, and then every restAgain while the rest lasts. It ends
// with ctx.
func (r *rest) watch(ctx context.Context, span time.Duration, release func()) {
	look := time.NewTicker(span)
	defer look.Stop()
	var seen int64 = -1
	var released time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
		quiet := r.active.Load() == 0 && r.served.Load() == seen
		if seen = r.served.Load(); !quiet {
			released = time.Time{}
		} else if time.Since(released) >= restAgain {
			release()
			released = time.Now()
		}
	}
}

// probe tells whether a machine asks, which it does day and night.
func probe(path string) bool {
	return path == "/livez" || path == "/readyz" || strings.HasPrefix(path, "/metrics")
}

// releaseMemory gives back what the garbage collector keeps for later, and the pages of the program's file that are mapped.
func releaseMemory() {
	debug.FreeOSMemory()
	releaseProgram()
}
