// Package layout holds the frames of pages: Base for everyday pages, Bare for the projector and for forms that stand alone,
// Print for sheets of paper. A page struct embeds Page and its component is wrapped in one of them.
//
// Invariants: <html> carries language and direction; one h1 per page; no inline script or style; the language switch keeps
// the page.
package layout

import (
	"encoding/json"
	"sync"

	"github.com/a-h/templ"

	"shelter/internal/i18n"
	"shelter/web"
	"shelter/web/kit"
)

// Page is what every page needs to be drawn. The zero value of a field leaves its part out; Loc must be set.
type Page struct {
	Loc     *i18n.Localizer
	Title   string // the document's title and, unless NoHead, the page's heading
	Lead    string // a sentence below the heading; may be empty
	Path    string // path and query of this page, for the language switch
	Nav     []NavItem
	Actor   string       // name of the person; empty for a visitor
	Account string       // id of the person, for what scripts keep on the device; empty for a visitor
	Crumbs  []Crumb      // from the first page to the one above this
	Flash   []Flash      // messages of the last action
	Main    *kit.Action  // the one main action of the page
	Actions []kit.Action // other actions, quieter
	Scripts []string     // script modules beside core, by name: "table", "roll"
	Width   Width
	NoHead  bool   // the page draws its own h1
	Exit    string // address of the quick-exit button; empty leaves it out
	Back    string // of a refused form: the page that it stood on; empty leaves the way back out
	Theme   string // "light" or "dark" forces one, for the style guide; empty follows the device
}

// Width is how wide the page's column is.
type Width string

// The widths.
const (
	Wide    Width = ""        // tables and dashboards
	Reading Width = "reading" // text and forms
)

// NavItem is a place of the main menu. Items are those that the reader's roles open.
type NavItem struct {
	Label   string
	Short   string // for the bar at a phone's foot; empty uses Label
	Href    string
	Icon    string
	Current bool
}

// Crumb is a page above this one.
type Crumb struct{ Label, Href string }

// Flash is a message of the last action.
type Flash struct {
	Tone kit.Tone
	Text string
}

// navBar is the count of places that a phone's bar holds before "more".
const navBar = 4

func (n NavItem) short() string {
	if n.Short != "" {
		return n.Short
	}
	return n.Label
}

// title is the document's title.
func (p Page) title() string {
	brand := p.Loc.T("layout_brand")
	if p.Title == "" {
		return brand
	}
	return p.Title + " – " + brand
}

func (p Page) script(name string) string { return web.URL(name + ".js") }

// font is the file that the first lines of the page need.
func (p Page) font() string {
	if p.Loc.Lang() == i18n.AR {
		return web.URL("plex-arabic-400.woff2")
	}
	return web.URL("plex-base-400.woff2")
}

// wordKeys are the catalogue keys whose sentences the scripts show; the script knows them without the prefix.
var wordKeys = [...]string{
	"error_network", "error_server", "error_signed_out", "unsaved", "loading", "close", "kept_waiting", "kept_sending",
}

// htmxConfig keeps htmx within the strict policy from its first moment: it adds no style and evaluates nothing.
const htmxConfig = `{"includeIndicatorStyles":false,"allowEval":false,"allowScriptTags":false,"selfRequestsOnly":true}`

// wordsOf keeps those sentences as JSON, a text for each language.
var wordsOf sync.Map

// words are the scripts' sentences as JSON.
func (p Page) words() string {
	lang := p.Loc.Lang()
	if kept, ok := wordsOf.Load(lang); ok {
		return kept.(string) //nolint:forcetypeassert // only this function stores
	}
	m := make(map[string]string, len(wordKeys))
	for _, k := range wordKeys {
		m[k] = p.Loc.T("layout_js_" + k)
	}
	data, err := json.Marshal(m)
	if err != nil { // a map of strings always marshals
		return "{}"
	}
	wordsOf.Store(lang, string(data))
	return string(data)
}

func (p Page) htmlAttributes() templ.Attributes {
	a := templ.Attributes{"lang": string(p.Loc.Lang()), "dir": p.Loc.Lang().Dir()}
	if p.Theme != "" {
		a["data-theme"] = p.Theme
	}
	return a
}

// mainAction is the page's main action in its weight.
func (p Page) mainAction() kit.Action {
	a := *p.Main
	a.Weight = kit.Main
	return a
}

// Format is the paper of a printed page.
type Format string

// The formats.
const (
	Portrait  Format = "portrait"
	Landscape Format = "landscape"
)

// Sheet describes a printed page.
type Sheet struct {
	Format  Format
	Back    string // address of the page that it was opened from
	Leads   string // what that page is for, where nobody came from it; empty: back
	Owner   string // the ministry, as it stands on the letterhead
	Project string // the project and its reference
	Code    string // the document's code; may be empty
	Logos   []Logo // above the head, from its start; may be empty
	Choose  bool   // offer the other languages, to readers who did not come from a list of them
}

// Logo is a logo in the head of a sheet of paper.
type Logo struct {
	Src, Name     string
	Width, Height int  // pixels
	Choose        bool // offer the other languages, to readers who did not come from a list of them
}
