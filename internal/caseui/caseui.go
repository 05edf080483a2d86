// Package caseui holds the pages of the case side. They stand in the same frame as the others, on routes of their own that
// the training site does not know.
//
// Invariants: every route goes through Guard, which asks for a second factor, and the session's ends after a pause; no page is kept by a
// browser; each carries the name of its reader and the time as a watermark; what may not be seen is "not found".
package caseui

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/ui"
	webcases "shelter/web/cases"
	"shelter/web/form"
	"shelter/web/layout"
)

// Site holds what the handlers call.
type Site struct {
	UI   *ui.UI
	Work *casework.Service
	Desk *casework.Desk
}

// Guard lets a request through to a handler when its reader has a case role and a second factor; auth ends that one after a
// pause.
func (s *Site) Guard(h ui.Handler) ui.Handler {
	return func(x *ui.Ctx) error {
		x.Header("Cache-Control", "no-store")
		x.Header("Cross-Origin-Embedder-Policy", "require-corp")
		if err := access.Can(x.Actor, access.CaseEnter, access.Resource{}); err != nil {
			return err
		}
		return h(x)
	}
}

// Lock ends the second factor at once, for whoever leaves the desk.
func (s *Site) Lock(x *ui.Ctx) error {
	if err := s.UI.Auth.Lapse(x.Request.Context(), x.Actor, x.Session()); err != nil {
		return err
	}
	return x.SeeOther("/account/verify?next=/cases")
}

// frame begins a page of the case side.
func (s *Site) frame(x *ui.Ctx, title string) webcases.Frame {
	p := x.Page(title)
	p.Scripts = []string{"table", "cases"}
	return webcases.Frame{Page: p, Mark: x.Actor.Name + " · " + x.Loc.DateTime(s.UI.Now().In(i18n.Tunis()))}
}

// reviews tells whether the reader decides as a protection officer.
func (s *Site) reviews(x *ui.Ctx) bool {
	return access.Can(x.Actor, access.CaseReview, access.Resource{}) == nil
}

func crumbs(x *ui.Ctx) []layout.Crumb {
	return []layout.Crumb{{Label: x.Loc.T("nav_cases"), Href: "/cases"}}
}

// names are those of organisations and staff, which live on the training side; the case side knows their ids.
func (s *Site) names(x *ui.Ctx, also ...uuid.UUID) (webcases.Names, error) {
	n := webcases.Names{People: map[uuid.UUID]string{}, Orgs: map[uuid.UUID]string{}}
	staff, err := s.UI.Org.CaseStaff(x.Request.Context(), x.Actor, also)
	if err != nil {
		return n, err
	}
	n.Staff = staff
	for i := range staff {
		n.People[staff[i].ID] = staff[i].Name()
	}
	orgs, err := s.UI.Org.OrganisationChoices(x.Request.Context())
	if err != nil {
		return n, err
	}
	n.List = orgs
	for i := range orgs {
		n.Orgs[orgs[i].ID] = orgs[i].NameIn(x.Loc.Lang())
	}
	return n, nil
}

// ownerOptions are the shelters and organisations for which the reader may open a file.
func ownerOptions(a access.Actor, n webcases.Names, lang i18n.Lang) []form.Option {
	var list []form.Option
	for _, id := range casework.Owners(a) {
		for i := range n.List {
			if n.List[i].ID == id {
				list = append(list, form.Option{Value: id.String(), Label: n.List[i].NameIn(lang)})
			}
		}
	}
	return list
}

// workersOf are those to whom a file of a keeper can be given.
func workersOf(staff []org.Staff, owner uuid.UUID) []form.Option {
	var list []form.Option
	for i := range staff {
		if slices.Contains(staff[i].Scopes, owner) {
			list = append(list, form.Option{Value: staff[i].ID.String(), Label: staff[i].Name()})
		}
	}
	return list
}

// Reading single values of a form: blanks off, and what is no id or no day is the zero value, which the service refuses where
// it needs one.
func text(x *ui.Ctx, name string) string { return strings.TrimSpace(x.PostForm(name)) }

func id(x *ui.Ctx, name string) uuid.UUID {
	v, err := uuid.Parse(text(x, name))
	if err != nil {
		return uuid.Nil
	}
	return v
}

// key is the form's client-made key; one is made for a browser that sent none.
func key(x *ui.Ctx) uuid.UUID {
	if k := id(x, "key"); k != uuid.Nil {
		return k
	}
	return uuid.New()
}

func day(x *ui.Ctx, name string) time.Time {
	t, err := time.Parse(time.DateOnly, text(x, name))
	if err != nil {
		return time.Time{}
	}
	return t
}

// statusOf is the status of a form that is shown again.
func statusOf(k errs.Kind) int {
	if k == errs.Conflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}
