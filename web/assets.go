package web

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// served is one file that the handler may send.
type served struct {
	media string
	pre   []string
}

// assets sends the embedded files of a manifest only.
type assets struct {
	files fs.FS
	by    map[string]served
}

// Assets makes the handler of Prefix: it sends the files of the manifest, compressed when the browser accepts it and a
// compressed copy was built, and lets browsers keep them for a year.
func Assets() http.Handler {
	sub, err := fs.Sub(dist, "dist")
	if err != nil { // cannot happen: the folder is embedded
		sub = dist
	}
	return newAssets(sub, manifest())
}

func newAssets(files fs.FS, m Manifest) *assets {
	a := &assets{files: files, by: make(map[string]served, len(m.Entries))}
	for _, e := range m.Entries {
		a.by[e.File] = served{media: e.Type, pre: e.Pre}
	}
	return a
}

// ServeHTTP answers GET and HEAD.
func (a *assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), Prefix)
	s, ok := a.by[name]
	if !ok {
		a.missing(w)
		return
	}
	a.send(w, r, name, s)
}

// missing says why there is nothing, so that a developer who forgot the build sees it at once.
func (a *assets) missing(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	if len(a.by) == 0 {
		http.Error(w, "assets were not built into this binary: run make assets", http.StatusNotFound)
		return
	}
	http.Error(w, "no such asset", http.StatusNotFound)
}

func (a *assets) send(w http.ResponseWriter, r *http.Request, name string, s served) {
	file, coding := name, ""
	for _, c := range s.pre {
		if r.Header.Get("Range") == "" && accepts(r.Header.Get("Accept-Encoding"), c) {
			file, coding = name+suffix(c), c
			break
		}
	}
	data, err := fs.ReadFile(a.files, file)
	if err != nil {
		a.missing(w)
		return
	}
	h := w.Header()
	h.Set("Content-Type", s.media)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	if len(s.pre) > 0 {
		h.Set("Vary", "Accept-Encoding")
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
		h.Set("Content-Length", strconv.Itoa(len(data))) // ServeContent leaves it out for encoded content
	}
	h.Set("ETag", `"`+file+`"`) // the name holds the hash of the content
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
}

func suffix(coding string) string {
	if coding == "br" {
		return ".br"
	}
	return ".gz"
}

// accepts reads an Accept-Encoding header: the coding is named and not with weight zero.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) != coding {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
		if !found {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}
