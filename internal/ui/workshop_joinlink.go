package ui

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/workshop/joinlink"
	"shelter/web/form"
	"shelter/web/kit"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// WorkshopLinks is where links for asking for a place are made, shared and revoked.
func (u *UI) WorkshopLinks(x *Ctx) error { return u.linksPage(x, http.StatusOK, linkForm{}, nil) }

type linkForm struct {
	Key  string `form:"key" binding:"required,uuid"`
	Day  string `form:"day" binding:"required,datetime=2006-01-02"`
	Most string `form:"most" binding:"required,number"`
	Auto ticked `form:"auto"`
}

// WorkshopLinkMake makes a link.
func (u *UI) WorkshopLinkMake(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	var f linkForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		in := joinlink.LinkInput{Key: uuid.MustParse(f.Key), Auto: bool(f.Auto)}
		in.Day, _ = time.Parse(time.DateOnly, f.Day) // checked by the form's rules
		in.Most, _ = strconv.Atoi(f.Most)
		if err = u.Joinlink.Make(x.Request.Context(), x.Actor, id, in); err == nil {
			x.Flash("done_joinlink_made")
			return x.SeeOther(workshopPath(id, "/links"))
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.linksPage(x, http.StatusUnprocessableEntity, f, fields)
}

// WorkshopLinkRevoke ends a link.
func (u *UI) WorkshopLinkRevoke(x *Ctx) error {
	id, link, err := x.twoIDs("id", "join")
	if err != nil {
		return err
	}
	if err := u.Joinlink.Revoke(x.Request.Context(), x.Actor, id, link); err != nil {
		return err
	}
	x.Flash("done_joinlink_revoked")
	return x.SeeOther(workshopPath(id, "/links"))
}

func (u *UI) askAddress(token string) string { return u.Config.PublicURL + "/ask/" + token }

func (u *UI) linksPage(x *Ctx, status int, f linkForm, fields []errs.Field) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	b, err := u.Joinlink.Links(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	p := webworkshop.LinksPage{Page: x.eventPage(b.Head, x.Loc.T("joinlink_title")), Board: b, QR: map[uuid.UUID]string{}, Address: u.askAddress, Form: x.Form(fields),
		Values: webworkshop.LinkValues{Key: f.Key, Day: f.Day, Most: f.Most}}
	p.Scripts, p.Width = []string{"share"}, layout.Reading
	if f.Auto {
		p.Values.Auto = "on"
	}
	if p.Values.Key == "" {
		day := b.Event.StartsOn.AddDate(0, 0, -1)
		p.Values = webworkshop.LinkValues{Key: uuid.NewString(), Day: day.Format(time.DateOnly), Most: strconv.Itoa(max(30, 2*b.Event.Capacity))}
	}
	for i := range b.Links {
		if l := &b.Links[i]; b.Takes && l.Open(b.Now) {
			if p.QR[l.ID], err = qrSVG(u.askAddress(l.Token)); err != nil {
				return err
			}
		}
	}
	return x.Render(status, webworkshop.Links(p))
}

// WorkshopLinkPrint is a link on paper.
func (u *UI) WorkshopLinkPrint(x *Ctx) error {
	id, link, err := x.twoIDs("id", "join")
	if err != nil {
		return err
	}
	b, err := u.Joinlink.Links(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	l := b.Link(link)
	if l == nil {
		return errs.NewNotFound("joinlink: link")
	}
	if !b.Takes || !l.Open(b.Now) {
		return errs.NewConflict("joinlink_error_closed")
	}
	x.PrintLang()
	names, err := u.governorateNames(x)
	if err != nil {
		return err
	}
	page, sheet, err := x.paper(b.Head, x.Loc.T("joinlink_poster_title"), layout.Portrait, "/links")
	if err != nil {
		return err
	}
	p := webworkshop.PosterPage{Page: page, Paper: sheet, Event: &b.Event, Governorate: names[b.Event.Governorate], Address: u.askAddress(l.Token),
		Until: x.Loc.Date(l.ExpiresAt.In(b.Event.Zone()).Add(-time.Second))}
	if p.QR, err = qrSVG(p.Address); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webworkshop.Poster(p))
}

// AskForPlace is the form behind a link; ?done=1 thanks.
func (u *UI) AskForPlace(x *Ctx) error {
	if x.Query("done") != "" {
		return u.asked(x, http.StatusOK, true)
	}
	return u.askPage(x, http.StatusOK, askForm{}, nil, "")
}

type askForm struct {
	Key          string `form:"key" binding:"required,uuid"`
	FamilyName   string `form:"family_name" binding:"max=200"`
	GivenName    string `form:"given_name" binding:"max=200"`
	Sex          string `form:"sex"`
	BirthYear    string `form:"birth_year" binding:"omitempty,number,max=4"`
	Phone        string `form:"phone" binding:"max=200"`
	Email        string `form:"email" binding:"max=200"`
	Organisation string `form:"organisation" binding:"max=200"`
	Governorate  string `form:"governorate" binding:"max=10"`
	Consent      ticked `form:"consent"`
}

// AskForPlacePut keeps what somebody asks. Each try is slower than the one before from the same address; the link's own limits hold too.
func (u *UI) AskForPlacePut(x *Ctx) error {
	var f askForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	if err := u.Auth.Doubt(ctx, "ask", x.ClientIP()); err != nil {
		return err
	}
	if len(fields) == 0 {
		in := joinlink.Input{Key: uuid.MustParse(f.Key), FamilyName: f.FamilyName, GivenName: f.GivenName, Sex: f.Sex, Phone: f.Phone, Email: f.Email, Organisation: f.Organisation,
			Governorate: f.Governorate, Lang: x.Loc.Lang(), Consent: bool(f.Consent)}
		in.BirthYear, _ = strconv.Atoi(f.BirthYear) // none: required
		err := u.Joinlink.Ask(ctx, x.Param("token"), in)
		e := errs.As(err)
		switch {
		case err == nil:
			return x.SeeOther("/ask/" + x.Param("token") + "?done=1")
		case e.Kind == errs.NotFound:
			return u.asked(x, http.StatusNotFound, false)
		case e.Kind == errs.Throttled:
			return u.askPage(x, http.StatusTooManyRequests, f, nil, x.Message(e))
		case len(e.Fields) == 0:
			return err
		}
		fields = e.Fields
	}
	return u.askPage(x, http.StatusUnprocessableEntity, f, fields, "")
}

// askPage shows the form again with what was typed; behind a link that opens nothing, the one answer to all of those.
func (u *UI) askPage(x *Ctx, status int, f askForm, fields []errs.Field, message string) error {
	ctx := x.Request.Context()
	d, err := u.Joinlink.Door(ctx, x.Param("token"))
	if errs.Is(err, errs.NotFound) {
		if err := u.Auth.Doubt(ctx, "ask", x.ClientIP()); err != nil {
			return err
		}
		return u.asked(x, http.StatusNotFound, false)
	}
	if err != nil {
		return err
	}
	p := webworkshop.AskPage{Page: x.Page(d.Event.PrintTitle(x.Loc.Lang())), Event: &d.Event, Token: x.Param("token"), Form: x.Form(fields), Message: message,
		Values: webworkshop.AskValues{Key: f.Key, FamilyName: f.FamilyName, GivenName: f.GivenName, Sex: f.Sex, BirthYear: f.BirthYear, Phone: f.Phone, Email: f.Email,
			Organisation: f.Organisation, Governorate: f.Governorate}}
	p.Width = layout.Reading
	if f.Consent {
		p.Values.Consent = "on"
	}
	if _, err := uuid.Parse(p.Values.Key); err != nil {
		p.Values.Key = uuid.NewString()
	}
	if p.Governorates, err = u.Org.Governorates(ctx); err != nil {
		return err
	}
	for _, g := range p.Governorates {
		if g.Code == d.Event.Governorate {
			p.Governorate = g.Name(x.Loc.Lang())
		}
	}
	x.Header("Cache-Control", "no-store")
	return x.Render(status, webworkshop.AskFor(p))
}

func (u *UI) asked(x *Ctx, status int, done bool) error {
	title := "joinlink_closed"
	if done {
		title = "joinlink_thanks"
	}
	p := webworkshop.AskedPage{Page: x.Page(x.Loc.T(title)), Done: done}
	p.Width = layout.Reading
	return x.Render(status, webworkshop.AskedFor(p))
}

// WorkshopRequest chooses somebody who asked by link, or refuses with a reason.
func (u *UI) WorkshopRequest(x *Ctx) error {
	id, request, err := x.twoIDs("id", "asker")
	if err != nil {
		return err
	}
	d := joinlink.Decision{Choose: x.PostForm("decision") == "choose", Reason: x.PostForm("reason")}
	if who := x.PostForm("person"); who != "new" {
		if d.Person, err = uuid.Parse(who); err != nil && d.Choose {
			return u.selectionPage(x, http.StatusUnprocessableEntity, webworkshop.RefusedDecision{On: request, Reason: d.Reason, Message: x.Loc.T("joinlink_who_needed")})
		}
	}
	d.Structure, _ = uuid.Parse(x.PostForm("structure")) // none
	state, err := u.Joinlink.Decide(x.Request.Context(), x.Actor, id, request, d)
	return u.decided(x, id, webworkshop.RefusedDecision{On: request, Reason: d.Reason}, d.Choose, state, err, "done_joinlink_refused")
}

// requests adds what was asked by link to the page of the selection.
func (u *UI) requests(x *Ctx, p *webworkshop.SelectionPage, id uuid.UUID) (err error) {
	ctx := x.Request.Context()
	if p.Requests.Askers, err = u.Joinlink.Requests(ctx, x.Actor, id); err != nil {
		return err
	}
	p.Actions = append(p.Actions, kit.Action{Label: x.Loc.T("joinlink_title"), Href: workshopPath(id, "/links"), Icon: "link"})
	choices, err := u.Org.OrganisationChoices(ctx)
	for i := range choices {
		o := form.Option{Value: choices[i].ID.String(), Label: choices[i].Name}
		p.Requests.Structures = append(p.Requests.Structures, o)
	}
	return err
}
