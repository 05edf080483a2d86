package ui

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
)

// Page begins the page of the reader: language, menu, name, and the message of the last action.
func (x *Ctx) Page(title string) layout.Page {
	p := layout.Page{Loc: x.Loc, Title: title, Path: x.Request.URL.RequestURI(), Nav: x.nav(), Actor: x.Actor.Name, Flash: x.takeFlash()}
	if x.Actor.SignedIn() {
		p.Account = x.Actor.PersonID.String()
	}
	return p
}

// frame names all that the frame of a page without query takes from its reader: name, roles and language of the menu. It is empty
// when the page has a message to tell or a query, and is then like no other.
func (x *Ctx) frame() string {
	if _, err := x.Cookie(flashCookie); err == nil || x.Request.URL.RawQuery != "" || !x.Actor.SignedIn() {
		return ""
	}
	var b strings.Builder
	b.WriteString(x.Actor.Name)
	for _, g := range x.Actor.Grants {
		b.WriteByte(0)
		b.WriteString(string(g.Role))
	}
	return b.String()
}

// place is one entry of the menu and the roles that it opens to; no role: everybody who is signed in.
type place struct {
	key, href, icon string
	roles           []access.Role
}

var places = [...]place{
	{key: "nav_home", href: "/", icon: "house"},
	{key: "nav_workshops", href: "/workshops", icon: "calendar-days", roles: []access.Role{access.Manager, access.Trainer}},
	{key: "nav_courses", href: "/courses", icon: "book-open"},
	{key: "nav_cases", href: "/cases", icon: "shield-check", roles: []access.Role{access.CaseWorker, access.CaseSupervisor, access.ProtectionOfficer}},
	{key: "nav_nominations", href: "/nominations", icon: "user-check", roles: []access.Role{access.FocalPoint}},
	{key: "nav_competencies", href: "/competencies", icon: "award", roles: []access.Role{access.Manager, access.Admin, access.FocalPoint}},
	{key: "nav_bank", href: "/bank", icon: "library", roles: []access.Role{access.Manager, access.Trainer}},
	{key: "nav_programme", href: "/programme", icon: "target", roles: []access.Role{access.Manager, access.Observer}},
	{key: "nav_people", href: "/people", icon: "users", roles: []access.Role{access.Manager, access.Admin, access.FocalPoint}},
	{key: "nav_organisations", href: "/organisations", icon: "building-2", roles: []access.Role{access.Manager, access.Admin}},
}

func (x *Ctx) nav() []layout.NavItem {
	if !x.Actor.SignedIn() {
		return nil
	}
	items := make([]layout.NavItem, 0, len(places))
	for _, p := range places {
		if len(p.roles) == 0 || x.Actor.Has(p.roles...) {
			item := layout.NavItem{Label: x.Loc.T(p.key), Href: p.href, Icon: p.icon, Current: x.at(p.href)}
			if x.Loc.Has(p.key + "_short") {
				item.Short = x.Loc.T(p.key + "_short")
			}
			items = append(items, item)
		}
	}
	return items
}

func (x *Ctx) at(href string) bool {
	path := x.Request.URL.Path
	return path == href || (href != "/" && strings.HasPrefix(path, href+"/"))
}

// Form makes the fields of a form with what is wrong in each.
func (x *Ctx) Form(wrong []errs.Field) *form.Set { return form.New(x.Loc, wrong) }

const flashCookie = "shelter_flash"

// Flash leaves a message, by its catalogue key, for the page that comes next.
func (x *Ctx) Flash(key string) {
	http.SetCookie(x.Writer, &http.Cookie{Name: flashCookie, Value: key, Path: "/", MaxAge: 60, HttpOnly: true, Secure: x.Secure(), SameSite: http.SameSiteLaxMode})
}

// takeFlash reads the message once. Its key comes from a cookie, so only keys of the catalogue's done_ family count.
func (x *Ctx) takeFlash() []layout.Flash {
	key, err := x.Cookie(flashCookie)
	if err != nil || key == "" {
		return nil
	}
	http.SetCookie(x.Writer, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: x.Secure(), SameSite: http.SameSiteLaxMode})
	if !strings.HasPrefix(key, "done_") || !x.Loc.Has(key) {
		return nil
	}
	return []layout.Flash{{Tone: kit.Good, Text: x.Loc.T(key)}}
}

// Secure tells whether people reach the site over HTTPS.
func (x *Ctx) Secure() bool { return strings.HasPrefix(x.UI.Config.PublicURL, "https://") }

func (x *Ctx) errorPage(status int, e *errs.Error) templ.Component {
	title := x.Loc.T("error_title")
	if status == http.StatusNotFound {
		title = x.Loc.T("error_title_not_found")
	}
	p := x.Page(title)
	p.Width = layout.Reading
	lines := make([]string, 0, len(e.Fields))
	for _, f := range e.Fields {
		lines = append(lines, x.Loc.Map(f.Key, f.Args))
	}
	p.Back = x.refusedFrom(status)
	return layout.Failure(p, x.Message(e), lines)
}

// refusedFrom is the page on which a refused form stood, for the way back; empty when the browser does not say, or says another site.
func (x *Ctx) refusedFrom(status int) string {
	from, err := url.Parse(x.GetHeader("Referer"))
	if x.Request.Method != http.MethodPost || status == http.StatusNotFound || err != nil || from.Host == "" || from.Host != x.Request.Host {
		return ""
	}
	return "/" + strings.TrimLeft(from.RequestURI(), "/")
}

// NotFound answers what no route knows.
func (u *UI) NotFound(*Ctx) error { return errs.NewNotFound("route") }

// workshopCrumbs lead from a page of a workshop back to it.
func (x *Ctx) workshopCrumbs(id uuid.UUID, title string) []layout.Crumb {
	return []layout.Crumb{{Label: x.Loc.T("nav_workshops"), Href: "/workshops"}, {Label: title, Href: "/workshops/" + id.String()}}
}
