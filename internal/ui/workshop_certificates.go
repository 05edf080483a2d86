package ui

import (
	"net/http"

	"shelter/internal/certificate"
	"shelter/internal/errs"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// WorkshopCertificates says who has earned a certificate.
func (u *UI) WorkshopCertificates(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	b, err := u.Certificate.Board(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	return x.Render(http.StatusOK, webworkshop.Certificates(webworkshop.CertificatesPage{Page: x.eventPage(b.Head, x.Loc.T("workshop_certificates")), Board: b,
		CanIssue: b.Event.State.CanCertify()}))
}

// WorkshopIssue issues a certificate to everybody who has earned one and has none.
func (u *UI) WorkshopIssue(x *Ctx) error {
	id, err := x.ID("id")
	if err != nil {
		return err
	}
	if _, err := u.Certificate.Issue(x.Request.Context(), x.Actor, id, nil); err != nil {
		return err
	}
	x.Flash("done_workshop_issued")
	return x.SeeOther(workshopPath(id, "/certificates"))
}

// WorkshopRevoke takes a certificate back.
func (u *UI) WorkshopRevoke(x *Ctx) error {
	id, cert, err := x.twoIDs("id", "certificate")
	if err != nil {
		return err
	}
	if err := u.Certificate.Revoke(x.Request.Context(), x.Actor, id, cert, x.PostForm("reason")); err != nil {
		return err
	}
	x.Flash("done_workshop_revoked")
	return x.SeeOther(workshopPath(id, "/certificates"))
}

// CertificateVerify is the public check of a certificate, by the code in its QR code or typed.
func (u *UI) CertificateVerify(x *Ctx) error {
	code := x.Param("code")
	if code == "" {
		code = x.Query("code")
	}
	p := webworkshop.VerifyPage{Page: x.Page(x.Loc.T("workshop_verify")), Code: code, Asked: code != "", Form: x.Form(nil)}
	p.Width = layout.Reading
	status := http.StatusOK
	if p.Asked {
		check, err := u.Certificate.Verify(x.Request.Context(), code)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		if err != nil {
			status = http.StatusNotFound
		} else {
			p.Check, p.Code = check, ""
		}
	}
	return x.Render(status, webworkshop.Verify(p))
}

func (u *UI) certificateCards(list []certificate.Certificate) ([]webworkshop.CertificateCard, error) {
	cards := make([]webworkshop.CertificateCard, len(list))
	for i, c := range list {
		qr, err := qrSVG(u.Config.PublicURL + "/v/" + c.Code)
		if err != nil {
			return nil, err
		}
		cards[i] = webworkshop.CertificateCard{Certificate: c, QR: qr, Address: u.Config.PublicURL + "/v"}
	}
	return cards, nil
}
