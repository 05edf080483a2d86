package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// built is a small set of assets, as the build writes them.
func built() *assets {
	files := fstest.MapFS{
		"app-1a2b.css":    {Data: []byte("body{color:red}")},
		"app-1a2b.css.br": {Data: []byte("BR")},
		"app-1a2b.css.gz": {Data: []byte("GZIP")},
		"plex-9z.woff2":   {Data: []byte("FONT")},
		"manifest.json":   {Data: []byte("{}")},
	}
	return newAssets(files, Manifest{Entries: map[string]Entry{
		"app.css":    {File: "app-1a2b.css", Type: "text/css; charset=utf-8", Pre: []string{"br", "gzip"}},
		"plex.woff2": {File: "plex-9z.woff2", Type: "font/woff2"},
	}})
}

func ask(h http.Handler, method, path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, http.NoBody)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAssetsNegotiateTheEncoding(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ accept, body, coding string }{
		{"gzip, deflate, br", "BR", "br"},
		{"gzip", "GZIP", "gzip"},
		{"br;q=0, gzip;q=0.5", "GZIP", "gzip"},
		{"", "body{color:red}", ""},
		{"identity", "body{color:red}", ""},
		{"brotli, xgzip", "body{color:red}", ""},
	} {
		w := ask(built(), http.MethodGet, "/assets/app-1a2b.css", "Accept-Encoding", c.accept)
		if w.Code != http.StatusOK || w.Body.String() != c.body || w.Header().Get("Content-Encoding") != c.coding {
			t.Errorf("accept %q: status %d, coding %q, body %q", c.accept, w.Code, w.Header().Get("Content-Encoding"), w.Body)
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("accept %q: Vary is %q", c.accept, w.Header().Get("Vary"))
		}
	}
}

func TestAssetsAreKeptForAYear(t *testing.T) {
	t.Parallel()
	w := ask(built(), http.MethodGet, "/assets/plex-9z.woff2")
	if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
		t.Errorf("Cache-Control is %q", got)
	}
	if got := w.Header().Get("Content-Type"); got != "font/woff2" {
		t.Errorf("Content-Type is %q", got)
	}
	again := ask(built(), http.MethodGet, "/assets/plex-9z.woff2", "If-None-Match", w.Header().Get("ETag"))
	if again.Code != http.StatusNotModified {
		t.Errorf("asked again: status %d", again.Code)
	}
}

func TestAssetsSendNothingElse(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/assets/manifest.json", "/assets/app-1a2b.css.br", "/assets/../embed.go", "/assets/", "/assets/none.css"} {
		w := ask(built(), http.MethodGet, path)
		if w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: status %d, Cache-Control %q", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
	if w := ask(built(), http.MethodPost, "/assets/app-1a2b.css"); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d", w.Code)
	}
}

func TestAssetsRangesAreOfThePlainFile(t *testing.T) {
	t.Parallel()
	w := ask(built(), http.MethodGet, "/assets/app-1a2b.css", "Accept-Encoding", "br", "Range", "bytes=0-3")
	if w.Code != http.StatusPartialContent || w.Body.String() != "body" || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("status %d, body %q, coding %q", w.Code, w.Body, w.Header().Get("Content-Encoding"))
	}
}

func TestAssetsThatWereNotBuiltSaySo(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"empty":   {},
		"damaged": {"dist/manifest.json": {Data: []byte(`{"entries":`)}},
		"null":    {"dist/manifest.json": {Data: []byte(`{"entries":null}`)}},
	} {
		m := readManifest(files)
		if len(m.Entries) != 0 || m.Entries == nil {
			t.Fatalf("%s: entries %v", name, m.Entries)
		}
		w := ask(newAssets(files, m), http.MethodGet, "/assets/app.css")
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "make assets") {
			t.Errorf("%s: status %d, body %q", name, w.Code, w.Body)
		}
	}
}

// TestBuiltAssets looks at the real ones: what every page asks for is there, and small enough for a poor connection.
func TestBuiltAssets(t *testing.T) {
	t.Parallel()
	if !Built() {
		t.Fatal("assets were not built: run make assets")
	}
	h := Assets()
	for _, c := range []struct {
		name string
		most int // bytes on the wire, compressed by gzip
	}{
		{"app.css", 40 << 10}, {"core.js", 8 << 10}, {"table.js", 4 << 10}, {"scan.js", 4 << 10}, {"icons.svg", 12 << 10}, {"mark.svg", 1 << 10},
		{"plex-base-400.woff2", 20 << 10}, {"plex-base-600.woff2", 20 << 10}, {"plex-arabic-400.woff2", 20 << 10}, {"plex-arabic-600.woff2", 20 << 10},
	} {
		w := ask(h, http.MethodGet, URL(c.name), "Accept-Encoding", "gzip")
		if w.Code != http.StatusOK || w.Body.Len() == 0 || w.Body.Len() > c.most {
			t.Errorf("%s: status %d, %d bytes (at most %d)", c.name, w.Code, w.Body.Len(), c.most)
		}
	}
	if Build() == "" {
		t.Error("the build has no version")
	}
}
