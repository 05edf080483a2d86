package ui

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/i18n"
	"shelter/internal/workshop"
	"shelter/internal/workshop/paper"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// PrintLang lets a sheet be printed in another language than the reader's: ?lang=ar.
func (x *Ctx) PrintLang() {
	if l, ok := i18n.Parse(x.Query("lang")); ok {
		x.Loc = x.UI.Bundle.For(l)
	}
}

// paper begins a printed page of an event.
func (x *Ctx) paper(h *workshop.Head, title string, f layout.Format, back string) (layout.Page, layout.Sheet, error) {
	ev := &h.Event
	project := ev.Project
	if ev.GrantRef != "" {
		project = strings.TrimPrefix(project+" · "+ev.GrantRef, " · ")
	}
	logos, err := x.UI.paperLogos(x)
	return x.Page(title), layout.Sheet{Format: f, Back: workshopPath(ev.ID, back), Owner: x.Loc.T("workshop_paper_owner"), Project: project, Code: ev.Code, Logos: logos}, err
}

// WorkshopSignatures is the signature sheet on paper; the parameter day takes one day only.
func (u *UI) WorkshopSignatures(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	r, err := u.Workshop.AttendanceRows(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	x.PrintLang()
	names, err := u.governorateNames(x)
	if err != nil {
		return err
	}
	page, sheet, err := x.paper(r.Head, x.Loc.T("workshop_sheet"), layout.Landscape, "")
	if err != nil {
		return err
	}
	rows := webworkshop.SignRows(x.Loc, r.View, func(code string) string { return names[code] })
	p := webworkshop.SignaturePage{Page: page, Paper: sheet, Event: &r.Event, Trainers: r.Trainers, Governorate: names[r.Event.Governorate],
		Sheets: webworkshop.SignSheets(slotsOfDay(r.Slots, x.Query("day")), rows, len(sheet.Logos) > 0)}
	if p.Signed, err = u.Paper.Printed(x.Request.Context(), x.Actor, id); err != nil {
		return err
	}
	if err := u.registerSheets(x, id, p.Sheets); err != nil {
		return err
	}
	return x.Render(http.StatusOK, webworkshop.Signatures(p))
}

// registerSheets gives the sheets their codes, by which their scans find back.
func (u *UI) registerSheets(x *Ctx, id uuid.UUID, sheets []webworkshop.SignSheet) error {
	lists := make([]paper.List, len(sheets))
	for i := range sheets {
		lists[i] = sheets[i].List()
	}
	codes, err := u.Paper.Register(x.Request.Context(), x.Actor, id, lists)
	if err != nil {
		return err
	}
	for i := range sheets {
		sheets[i].Code = codes[i]
		if sheets[i].Barcode, err = code128SVG(codes[i]); err != nil {
			return err
		}
	}
	return nil
}

// slotsOfDay keeps the half-days of one day, as 2026-12-14; all of them without a day.
func slotsOfDay(slots []workshop.Slot, day string) []workshop.Slot {
	if day == "" {
		return slots
	}
	var list []workshop.Slot
	for _, s := range slots {
		if s.Day.Format("2006-01-02") == day {
			list = append(list, s)
		}
	}
	return list
}

func (u *UI) governorateNames(x *Ctx) (map[string]string, error) {
	list, err := u.Org.Governorates(x.Request.Context())
	if err != nil {
		return nil, err
	}
	names := make(map[string]string, len(list))
	for _, g := range list {
		names[g.Code] = g.Name(x.Loc.Lang())
	}
	return names, nil
}

// WorkshopBadges is the badges on paper.
func (u *UI) WorkshopBadges(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	v, err := u.Workshop.View(x.Request.Context(), x.Actor, access.AttendanceExport, id)
	if err != nil {
		return err
	}
	x.PrintLang()
	var cards []webworkshop.BadgeCard
	for _, p := range v.Enrolled() {
		qr, err := qrSVG(u.Config.PublicURL + "/b/" + p.BadgeToken)
		if err != nil {
			return err
		}
		cards = append(cards, webworkshop.BadgeCard{Given: p.GivenName, Family: p.FamilyName, Organisation: p.OrganisationIn(x.Loc.Lang()), Code: p.BadgeCode, QR: qr})
	}
	page, sheet, err := x.paper(v.Head, x.Loc.T("workshop_badges"), layout.Portrait, "")
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, webworkshop.Badges(webworkshop.BadgesPage{Page: page, Paper: sheet, Event: &v.Event, Pages: webworkshop.BadgePages(cards)}))
}
