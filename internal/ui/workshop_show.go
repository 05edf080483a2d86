package ui

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/workshop"
	"shelter/web/kit"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// WorkshopShow is an event's overview. Its body is kept by version, so that one light statement answers for it.
func (u *UI) WorkshopShow(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	ctx := x.Request.Context()
	h, err := u.Workshop.Head(ctx, x.Actor, access.WorkshopView, id)
	if err != nil {
		return err
	}
	rights := rightsOn(x.Actor, h.Resource())
	key := fragmentKey{id: h.Event.ID, version: h.Event.Version, lang: x.Loc.Lang(), class: rights.Class(), current: workshop.Current(h.Slots, u.Now(), h.Event.CheckinBefore)}
	whole := key
	whole.frame = x.frame()
	if page, ok := u.fragments.get(whole); ok && whole.frame != "" {
		return x.send(http.StatusOK, page)
	}
	body, err := u.overview(ctx, x, key, rights)
	if err != nil {
		return err
	}
	show := webworkshop.Show(webworkshop.ShowPage{Page: x.showPage(h, rights), Body: body})
	if whole.frame == "" {
		return x.Render(http.StatusOK, show)
	}
	var b bytes.Buffer
	if err := show.Render(ctx, &b); err != nil {
		return errs.Wrap(err, "render workshop")
	}
	u.fragments.put(whole, b.Bytes())
	return x.send(http.StatusOK, b.Bytes())
}

func (x *Ctx) showPage(h *workshop.Head, rights webworkshop.Rights) layout.Page {
	page := x.eventPage(h, "")
	page.Title, page.Crumbs = h.Event.TitleIn(x.Loc.Lang()), page.Crumbs[:1]
	if rights.Participants {
		page.Main = &kit.Action{Label: x.Loc.T("workshop_scan"), Href: workshopPath(h.Event.ID, "/scan"), Icon: "scan-line"}
	}
	if rights.Edit {
		page.Actions = []kit.Action{{Label: x.Loc.T("workshop_edit"), Href: workshopPath(h.Event.ID, "/edit"), Icon: "pencil"}}
	}
	return page
}

// stateRefused shows the event again with why it did not change its state, and where that is mended.
func (u *UI) stateRefused(x *Ctx, id uuid.UUID, status int, e *errs.Error) error {
	ctx := x.Request.Context()
	h, err := u.Workshop.Head(ctx, x.Actor, access.WorkshopEdit, id)
	if err != nil {
		return err
	}
	rights := rightsOn(x.Actor, h.Resource())
	key := fragmentKey{id: id, version: h.Event.Version, lang: x.Loc.Lang(), class: rights.Class(), current: workshop.Current(h.Slots, u.Now(), h.Event.CheckinBefore)}
	p := webworkshop.ShowPage{Page: x.showPage(h, rights), Message: x.Message(e)}
	if p.Body, err = u.overview(ctx, x, key, rights); err != nil {
		return err
	}
	if len(e.Fields) > 0 {
		p.Message = x.Loc.Map(e.Fields[0].Key, e.Fields[0].Args)
	}
	for refusal, mend := range map[string]kit.Action{
		"workshop_error_state_no_slots":   {Label: x.Loc.T("workshop_slots"), Href: workshopPath(id, "/slots")},
		"workshop_error_state_no_trainer": {Label: x.Loc.T("workshop_edit"), Href: workshopPath(id, "/edit#f-lead")},
		"workshop_error_state_no_people":  {Label: x.Loc.T("workshop_participants"), Href: workshopPath(id, "/participants")},
	} {
		if e.Key == refusal {
			p.Mend = &mend
		}
	}
	return x.Render(status, webworkshop.Show(p))
}

// overview is the page's body. A version that is newer than the key's is kept under its own.
func (u *UI) overview(ctx context.Context, x *Ctx, key fragmentKey, rights webworkshop.Rights) (string, error) {
	if body, ok := u.fragments.get(key); ok {
		return string(body), nil
	}
	v, err := u.Workshop.View(ctx, x.Actor, access.WorkshopView, key.id)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	o := webworkshop.Overview{Loc: x.Loc, View: v, Current: workshop.Current(v.Slots, u.Now(), v.Event.CheckinBefore), Rights: rights}
	if err := u.warn(ctx, x.Actor, key.id, &o); err != nil {
		return "", err
	}
	if err := webworkshop.ShowBody(o).Render(ctx, &b); err != nil {
		return "", errs.Wrap(err, "render workshop")
	}
	key.version, key.current = v.Event.Version, o.Current
	u.fragments.put(key, b.Bytes())
	return b.String(), nil
}

// warn adds what whoever edits the participants should know: who was told something else, what changed since the bookings.
func (u *UI) warn(ctx context.Context, a access.Actor, id uuid.UUID, o *webworkshop.Overview) error {
	if !o.Rights.Participants {
		return nil
	}
	var err error
	if o.Outdated, err = u.Workshop.Outdated(ctx, a, id); err != nil {
		return err
	}
	o.Changed, err = u.Workshop.Changed(ctx, a, o.View)
	return err
}

// rightsOn asks the access table what the reader may do with an event.
func rightsOn(a access.Actor, r access.Resource) webworkshop.Rights {
	can := func(act access.Action) bool { return access.Can(a, act, r) == nil }
	return webworkshop.Rights{Edit: can(access.WorkshopEdit), Participants: can(access.ParticipantEdit), Mark: can(access.AttendanceMark),
		Export: can(access.AttendanceExport), Tests: can(access.TestRun), Results: can(access.TestResults), Certify: can(access.CertificateIssue),
		Slips: can(access.SlipPrint)}
}

func workshopPath(id uuid.UUID, rest string) string { return "/workshops/" + id.String() + rest }

// eventPage begins a page of an event: title of the page, the event in the lead and the crumbs.
func (x *Ctx) eventPage(h *workshop.Head, title string) layout.Page {
	p := x.Page(title)
	ev := &h.Event
	p.Crumbs = x.workshopCrumbs(ev.ID, ev.TitleIn(x.Loc.Lang()))
	p.Lead = isolate(ev.Code) + " · " + isolate(x.Loc.DateRange(ev.StartsOn, ev.EndsOn))
	if ev.Venue != "" {
		p.Lead += " · " + isolate(ev.Venue)
	}
	if ev.TimeZone != "Africa/Tunis" {
		p.Lead += " · " + isolate(x.Loc.T("workshop_zone_local", "zone", ev.TimeZone))
	}
	return p
}

// isolate keeps a part of a line in its own direction, where the line is plain text (Unicode FSI and PDI).
func isolate(s string) string { return "\u2068" + s + "\u2069" }

// WorkshopState moves an event through its states.
func (u *UI) WorkshopState(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	to := workshop.State(x.PostForm("state"))
	if !to.Valid() {
		return errs.NewInvalid("error_bad_request")
	}
	err = u.Workshop.SetState(x.Request.Context(), x.Actor, id, to, strings.TrimSpace(x.PostForm("reason")))
	switch e := errs.As(err); {
	case err == nil:
	case e.Kind == errs.Conflict:
		return u.stateRefused(x, id, http.StatusConflict, e)
	case len(e.Fields) > 0:
		return u.stateRefused(x, id, http.StatusUnprocessableEntity, e)
	default:
		return err
	}
	x.Flash("done_workshop_state")
	return x.SeeOther(workshopPath(id, ""))
}

// WorkshopProjector leads to what the whole room should see: the code of the test.
func (u *UI) WorkshopProjector(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	b, err := u.Exam.Board(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	if b.Pairing == nil { // the tests are not set up yet: that comes first
		return x.SeeOther(workshopPath(id, "/tests"))
	}
	return x.SeeOther(workshopPath(id, "/tests/projector"))
}
