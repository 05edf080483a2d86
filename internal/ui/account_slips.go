package ui

import (
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/auth"
	"shelter/internal/workshop"
	webaccount "shelter/web/account"
	"shelter/web/layout"
)

// slipsPerPage fit on a page of A4, two beside each other.
const slipsPerPage = 8

// Slips asks for whom sign-in slips of a workshop are printed.
func (u *UI) Slips(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	v, err := u.Workshop.View(x.Request.Context(), x.Actor, access.SlipPrint, id)
	if err != nil {
		return err
	}
	p := webaccount.SlipsPage{Page: x.reading("account_slips_title", ""), Action: "/workshops/" + id.String() + "/slips", Key: uuid.NewString(), Count: len(v.Enrolled())}
	p.Crumbs = x.workshopCrumbs(id, v.Event.Title)
	return x.Render(http.StatusOK, webaccount.Slips(p))
}

// SlipsPrint makes the slips of a workshop's people and shows them as a sheet. The form's key makes a repeat print the same.
func (u *UI) SlipsPrint(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	v, err := u.Workshop.View(x.Request.Context(), x.Actor, access.SlipPrint, id)
	if err != nil {
		return err
	}
	batch, err := uuid.Parse(x.PostForm("key"))
	if err != nil {
		batch = uuid.New()
	}
	r := auth.SlipRequest{Batch: batch, Workshop: v.Resource(), Renew: x.PostForm("renew") != ""}
	for _, p := range v.Enrolled() {
		r.People = append(r.People, p.PersonID)
	}
	slips, err := u.Auth.PrintSlips(x.Request.Context(), x.Actor, r)
	if err != nil {
		return err
	}
	page, err := u.printedSlips(x, v, slips)
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, webaccount.Printed(page))
}

func (u *UI) printedSlips(x *Ctx, v *workshop.View, slips []auth.Slip) (webaccount.PrintedSlips, error) {
	address := u.Config.PublicURL + "/signin"
	p := webaccount.PrintedSlips{Page: x.Page(x.Loc.T("account_slips_title")), Workshop: v.Event.Title, Address: address,
		Sheet: layout.Sheet{Format: layout.Portrait, Back: "/workshops/" + v.Event.ID.String(), Code: v.Event.Code}}
	var sheet []webaccount.PrintedSlip
	for _, s := range slips {
		if s.PIN == "" {
			p.Without = append(p.Without, webaccount.Left{Name: s.Person.Name(), Why: x.Loc.T(s.Why)})
			continue
		}
		svg, err := qrSVG(address + "?login=" + url.QueryEscape(s.Person.Code))
		if err != nil {
			return p, err
		}
		sheet = append(sheet, webaccount.PrintedSlip{Name: s.Person.Name(), Code: s.Person.Code, PIN: s.PIN, QR: svg, Expires: s.Expires})
		if len(sheet) == slipsPerPage {
			p.Pages, sheet = append(p.Pages, sheet), nil
		}
	}
	if len(sheet) > 0 {
		p.Pages = append(p.Pages, sheet)
	}
	return p, nil
}
