package ui

import (
	"net/http"

	"shelter/internal/access"
	webhome "shelter/web/home"
)

// nextShown is how many workshops the first page lists.
const nextShown = 8

// Home is the first page: for a visitor what needs no account, for a person what comes next.
func (u *UI) Home(x *Ctx) error {
	if !x.Actor.SignedIn() {
		p := webhome.VisitorPage{Page: x.Page(x.Loc.T("home_visitor_title")), Hotline: u.Config.HotlineNumber}
		p.Lead, p.Exit = x.Loc.T("home_visitor_lead"), u.Config.ExitURL
		return x.Render(http.StatusOK, webhome.Visitor(p))
	}
	p, err := u.homeOf(x)
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, webhome.Show(p))
}

func (u *UI) homeOf(x *Ctx) (webhome.Page, error) {
	p := webhome.Page{Page: x.Page(x.Loc.T("home_hello", "name", x.Actor.Name)),
		Running: x.Actor.Has(access.Trainer), Manages: x.Actor.Has(access.Manager), Admin: x.Actor.Has(access.Admin)}
	var err error
	p.Counts = u.HasCases && x.Actor.Has(access.Manager)
	p.Approves = u.HasCases && x.Actor.Has(access.ProtectionOfficer)
	if u.HasCases {
		if p.Approvals, err = u.Org.ApprovalsWaiting(x.Request.Context(), x.Actor); err != nil {
			return p, err
		}
	}
	if p.Mine, err = u.Workshop.Mine(x.Request.Context(), x.Actor, x.Actor.PersonID); err != nil {
		return p, err
	}
	if !p.Running && !p.Manages {
		return p, nil
	}
	if p.Today, err = u.Workshop.Today(x.Request.Context(), x.Actor); err != nil {
		return p, err
	}
	p.Next, err = u.Workshop.Next(x.Request.Context(), x.Actor, nextShown)
	return p, err
}
