package ui

import (
	"context"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/certificate/badge"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	webcertificate "shelter/web/certificate"
	"shelter/web/layout"
)

// CertificatesOwn shows the reader's own certificates, and what each tells whoever checks it.
func (u *UI) CertificatesOwn(x *Ctx) error {
	list, err := u.Badge.Own(x.Request.Context(), x.Actor)
	if err != nil {
		return err
	}
	p := webcertificate.OwnPage{Page: x.Page(x.Loc.T("badge_title")), List: list, Address: u.Config.PublicURL + "/v", Form: x.Form(nil)}
	p.Lead, p.Width = x.Loc.T("badge_lead"), layout.Reading
	p.Crumbs = []layout.Crumb{{Label: x.Loc.T("record_title_own"), Href: "/record"}}
	return x.Render(http.StatusOK, webcertificate.Own(p))
}

// CertificateDisclose keeps what a certificate tells of its holder.
func (u *UI) CertificateDisclose(x *Ctx) error {
	id, err := x.ID("certificate")
	if err != nil {
		return err
	}
	if err := u.Badge.SetDisclosure(x.Request.Context(), x.Actor, id, badge.Disclosure(x.PostForm("disclosed"))); err != nil {
		return err
	}
	x.Flash("done_badge_disclosed")
	return x.SeeOther("/certificates")
}

// badgeMaker makes a badge of an own certificate in a language.
type badgeMaker func(context.Context, access.Actor, uuid.UUID, i18n.Lang) (*badge.File, error)

// CertificateBadge hands out the signed badge of an own certificate.
func (u *UI) CertificateBadge(x *Ctx) error { return x.badgeFile(u.Badge.Credential) }

// CertificateBadgeImage hands out the same as an image that holds it.
func (u *UI) CertificateBadgeImage(x *Ctx) error { return x.badgeFile(u.Badge.Image) }

// BadgeIssuer says who issues badges. public: a badge leads here.
func (u *UI) BadgeIssuer(x *Ctx) error {
	data, err := u.Badge.Issuer(x.Request.Context(), x.Loc.Lang())
	if err != nil {
		return err
	}
	return x.published(gin.MIMEJSON, data)
}

// BadgeKeys gives the keys that badges are checked with. public: checkers ask for them.
func (u *UI) BadgeKeys(x *Ctx) error {
	data, err := u.Badge.Keys(x.Request.Context())
	if err != nil {
		return err
	}
	return x.published("application/jwk-set+json", data)
}

// BadgeKey gives one of them, to which a badge leads. public: checkers ask for it.
func (u *UI) BadgeKey(x *Ctx) error {
	data, err := u.Badge.Key(x.Request.Context(), x.Param("kid"))
	if err != nil {
		return err
	}
	return x.published("application/jwk+json", data)
}

// BadgeStatus gives a list of revocations. public: checkers ask for it, and it names nobody.
func (u *UI) BadgeStatus(x *Ctx) error {
	n, err := strconv.Atoi(x.Param("list"))
	if err != nil {
		return errs.NewNotFound("badge: list").Because(err)
	}
	jwt, err := u.Badge.StatusList(x.Request.Context(), n)
	if err != nil {
		return err
	}
	return x.published("application/vc+jwt", []byte(jwt))
}

// published sends what anybody may read, a page of another site too.
func (x *Ctx) published(mime string, data []byte) error {
	x.Header("Access-Control-Allow-Origin", "*")
	x.Header("Cross-Origin-Resource-Policy", "cross-origin")
	x.Header("Cache-Control", "public, max-age=300")
	x.Header("Vary", "Cookie, Accept-Language")
	x.Data(http.StatusOK, mime, data)
	return nil
}

// badgeFile makes a badge in the reader's language, or in ?lang=fr|ar|en.
func (x *Ctx) badgeFile(produce badgeMaker) error {
	id, err := x.ID("certificate")
	if err != nil {
		return err
	}
	x.PrintLang()
	f, err := produce(x.Request.Context(), x.Actor, id, x.Loc.Lang())
	if err != nil {
		return err
	}
	x.Header("Content-Disposition", `attachment; filename="`+f.Name+`"`)
	x.Data(http.StatusOK, f.MIME, f.Data)
	return nil
}
