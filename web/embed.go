// Package web holds what the browser gets: the templ pages of each capability in its sub-packages, and here the built style
// sheets, scripts, fonts and icons, embedded in the binary and served with their content hash in the name.
//
// Invariants: nothing is fetched from another host; a file with a hash never changes, so browsers keep it for a year; the
// program builds and runs without built assets (pages are then plain HTML), and Built says so.
package web

import (
	"embed"
	"encoding/json"
	"io/fs"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// Prefix is the path under which the assets are served.
const Prefix = "/assets/"

// Entry is one built file.
type Entry struct {
	File  string   `json:"file"`            // the name in dist, with its hash
	Type  string   `json:"type"`            // the media type to serve it with
	Pre   []string `json:"pre,omitempty"`   // the encodings that lie beside it: "br", "gzip"
	Needs []string `json:"needs,omitempty"` // of a script: the logical names of the scripts that it loads
}

// Manifest names the built file of each logical name, such as "app.css".
type Manifest struct {
	Build   string           `json:"build"` // a hash over all files: the version of the whole front end
	Entries map[string]Entry `json:"entries"`
}

// manifest is read once from the embedded files, which cannot change while the program runs.
var manifest = sync.OnceValue(func() Manifest { return readManifest(dist) })

func readManifest(files fs.FS) Manifest {
	m := Manifest{Entries: map[string]Entry{}}
	data, err := fs.ReadFile(files, "dist/manifest.json")
	if err != nil {
		return m
	}
	if json.Unmarshal(data, &m) != nil || m.Entries == nil {
		return Manifest{Entries: map[string]Entry{}}
	}
	return m
}

// URL gives the address of an asset by its logical name: "app.css" becomes "/assets/app-3F9K2.css". Without built assets it
// gives the bare name, which the handler answers with a message.
func URL(name string) string {
	if e, ok := manifest().Entries[name]; ok {
		return Prefix + e.File
	}
	return Prefix + name
}

// Built tells whether the assets were built into this binary; the remedy is `make assets`.
func Built() bool { return len(manifest().Entries) > 0 }

// Build is the version of the front end, for the service worker and the about page; "" without built assets.
func Build() string { return manifest().Build }
