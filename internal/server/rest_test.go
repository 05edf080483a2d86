package server

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestMemoryGoesBackOnlyWhenNobodyAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var released atomic.Int64
		r := &rest{next: http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
			if q.URL.Path == "/export" {
				time.Sleep(100 * time.Second)
			}
		})}
		go r.watch(t.Context(), 20*time.Second, func() { released.Add(1) })
		ask := func(path string) {
			r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		}
		expect := func(when string, want int64) {
			t.Helper()
			synctest.Wait()
			if got := released.Load(); got != want {
				t.Fatalf("%s: memory was given back %d times, want %d", when, got, want)
			}
		}

		for range 5 {
			time.Sleep(19 * time.Second)
			ask("/")
		}
		expect("a page every 19 s", 0)
		ask("/export")
		expect("an export of 100 s under way", 0)
		time.Sleep(41 * time.Second)
		expect("41 s after the last request", 1)
		for range 55 {
			time.Sleep(10 * time.Second)
			ask("/readyz")
		}
		expect("probes are not people, and the rest was noticed once", 1)
		time.Sleep(61 * time.Second)
		expect("ten minutes of rest", 2)
	})
}
