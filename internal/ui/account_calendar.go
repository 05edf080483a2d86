package ui

import (
	"net/http"
	"strings"

	"shelter/internal/i18n"
	"shelter/internal/ical"
	webaccount "shelter/web/account"
	"shelter/web/layout"
)

// AccountCalendar shows the address under which one's calendar program finds one's half-days.
func (u *UI) AccountCalendar(x *Ctx) error {
	f, err := u.Workshop.Feed(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webaccount.CalendarPage{Page: x.Page(x.Loc.T("feed_title"))}
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("account_title"), Href: "/account"}}
	p.Width, p.Scripts = layout.Reading, []string{"account"}
	if f != nil {
		p.Address, p.Neutral = u.Config.PublicURL+"/cal/"+f.Token+".ics", f.Neutral
	}
	return x.Render(http.StatusOK, webaccount.Calendar(p))
}

// AccountCalendarSet makes the address anew, or ends it.
func (u *UI) AccountCalendarSet(x *Ctx) error {
	on := x.PostForm("end") == ""
	if err := u.Workshop.SetFeed(x.Request.Context(), x.Actor, on, x.PostForm("neutral") != ""); err != nil {
		return err
	}
	if on {
		x.Flash("done_feed_on")
	} else {
		x.Flash("done_feed_off")
	}
	return x.SeeOther("/account/calendar")
}

// CalendarFeed is what a calendar program fetches. public: the token is the person's secret.
func (u *UI) CalendarFeed(x *Ctx) error {
	token := strings.TrimSuffix(x.Param("token"), ".ics")
	data, err := u.Workshop.FeedCalendar(x.Request.Context(), token, x.Loc.T("layout_brand"), func(l i18n.Lang) string { return u.Bundle.For(l).T("invite_neutral") })
	if err != nil {
		return err
	}
	x.Header("Content-Disposition", `inline; filename="shelter.ics"`)
	x.sendTagged(ical.MIME(ical.Publish), data)
	return nil
}
