package ui

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/certificate"
	"shelter/internal/certificate/badge"
	"shelter/internal/errs"
	webcertificate "shelter/web/certificate"
	"shelter/web/layout"
	webworkshop "shelter/web/workshop"
)

// certified is the event, or the course, whose certificates the address names.
func (x *Ctx) certified() (certificate.Subject, error) {
	if code := x.Param("code"); code != "" {
		return certificate.Subject{Course: code}, nil
	}
	id, err := x.ID("id")
	return certificate.Subject{Event: id}, err
}

// CertificateBoard says who has earned a certificate.
func (u *UI) CertificateBoard(x *Ctx) error { return u.certificateBoard(x, http.StatusOK, nil, nil) }

func (u *UI) certificateBoard(x *Ctx, status int, typed *webcertificate.RuleValues, wrong []errs.Field) error {
	of, err := x.certified()
	if err != nil {
		return err
	}
	b, err := u.Certificate.Board(x.Request.Context(), x.Actor, of)
	if err != nil {
		return err
	}
	p := webcertificate.BoardPage{Board: b, Base: x.examBase(), Form: x.Form(wrong), Server: u.Config.SMTPURL != "",
		Address: func(c *certificate.Certificate) string { return u.Certificate.PaperURL(c.ID) }}
	if b.Head != nil {
		p.Page = x.eventPage(b.Head, x.Loc.T("workshop_certificates"))
	} else {
		p.Page = x.Page(x.Loc.T("workshop_certificates"))
		title := b.Of.Title.In(x.Loc.Lang())
		p.Lead, p.Crumbs = title, []layout.Crumb{{Label: x.Loc.T("nav_courses"), Href: "/courses"}, {Label: title, Href: p.Base}}
		p.Values = ruleValues(&b.Rule)
	}
	if typed != nil {
		p.Values = *typed
	}
	p.Query, p.Listing = x.Request.URL.Query(), x.certificateListing()
	p.Listed = b.List(p.Listing)
	p.Path, p.Scripts = p.Base+"/certificates", []string{"table", "account", "share"}
	for i := range b.Candidates {
		if c := &b.Candidates[i]; c.Issued() {
			w := u.Certificate.Words(c.Current, c.GivenName, x.Loc.Lang())
			p.Words = &w
			break
		}
	}
	return x.Render(status, webcertificate.Board(p))
}

func ruleValues(r *certificate.Rule) webcertificate.RuleValues {
	v := webcertificate.RuleValues{Given: ticked(r.Given).value(), ByItself: ticked(r.ByItself).value()}
	if r.PassMark > 0 {
		v.PassMark = strconv.Itoa(int(math.Round(r.PassMark * 100)))
	}
	return v
}

// certificateListing is what the address says of whom to list: q, standing, place, page.
func (x *Ctx) certificateListing() certificate.Listing {
	l := certificate.Listing{Query: strings.TrimSpace(x.Query("q")), Page: whole(x.Query("page"))}
	l.Place, _ = uuid.Parse(x.Query("place")) // none: everybody
	if st := certificate.Standing(x.Query("standing")); slices.Contains(certificate.Standings(), st) {
		l.Standing = st
	}
	return l
}

// CertificateIssue issues a certificate to everybody who has earned one and has none.
func (u *UI) CertificateIssue(x *Ctx) error {
	of, err := x.certified()
	if err != nil {
		return err
	}
	if _, err := u.Certificate.Issue(x.Request.Context(), x.Actor, of, nil); err != nil {
		return err
	}
	x.Flash("done_workshop_issued")
	return x.SeeOther(x.examBase() + "/certificates")
}

type certificateRuleForm struct {
	Given    ticked `form:"given"`
	ByItself ticked `form:"by_itself"`
	PassMark string `form:"pass_mark" binding:"omitempty,number,max=3"`
}

// CertificateRule decides about the certificates of a course.
func (u *UI) CertificateRule(x *Ctx) error {
	var f certificateRuleForm
	fields, err := x.Bind(&f)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		err = u.Certificate.SetRule(x.Request.Context(), x.Actor, certificate.Rule{Course: x.Param("code"), Given: bool(f.Given), ByItself: bool(f.ByItself),
			PassMark: float64(whole(f.PassMark)) / 100})
		if err == nil {
			x.Flash("done_certificate_rule")
			return x.SeeOther(x.examBase() + "/certificates")
		}
		if fields = errs.As(err).Fields; len(fields) == 0 {
			return err
		}
	}
	return u.certificateBoard(x, http.StatusUnprocessableEntity, &webcertificate.RuleValues{Given: f.Given.value(), ByItself: f.ByItself.value(), PassMark: f.PassMark}, fields)
}

// CertificateMail writes to those who were not written to yet, or to one holder again.
func (u *UI) CertificateMail(x *Ctx) error {
	of, err := x.certified()
	if err != nil {
		return err
	}
	one := uuid.Nil
	if x.Param("certificate") != "" {
		if one, err = x.ID("certificate"); err != nil {
			return err
		}
	}
	if _, err := u.Certificate.Mail(x.Request.Context(), x.Actor, of, one); err != nil {
		return err
	}
	x.Flash("done_certificate_mail")
	return x.SeeOther(x.examBase() + "/certificates")
}

// CertificateRevoke takes a certificate back.
func (u *UI) CertificateRevoke(x *Ctx) error {
	return u.certificateEnd(x, "done_workshop_revoked", func(of certificate.Subject, id uuid.UUID, reason string) error {
		return u.Certificate.Revoke(x.Request.Context(), x.Actor, of, id, reason)
	})
}

// CertificateReissue takes a certificate back that has a mistake and issues another one.
func (u *UI) CertificateReissue(x *Ctx) error {
	return u.certificateEnd(x, "done_certificate_reissued", func(of certificate.Subject, id uuid.UUID, reason string) error {
		_, err := u.Certificate.Reissue(x.Request.Context(), x.Actor, of, id, reason)
		return err
	})
}

func (u *UI) certificateEnd(x *Ctx, done string, end func(certificate.Subject, uuid.UUID, string) error) error {
	of, err := x.certified()
	if err != nil {
		return err
	}
	id, err := x.ID("certificate")
	if err != nil {
		return err
	}
	if err := end(of, id, x.PostForm("reason")); err != nil {
		return err
	}
	x.Flash(done)
	return x.SeeOther(x.examBase() + "/certificates")
}

// CertificateVerify is the public check of a certificate, by the code in its QR code or typed.
func (u *UI) CertificateVerify(x *Ctx) error {
	code := cmp.Or(x.Param("code"), x.Query("code"))
	p := webcertificate.VerifyPage{Page: x.Page(x.Loc.T("workshop_verify")), Code: code, Asked: code != "", Form: x.Form(nil)}
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
			p.Check, p.Code, p.Expired = check, "", check.Expired(u.Now())
		}
	}
	return x.Render(status, webcertificate.Verify(p))
}

// CertificateSheets is the valid certificates of an event or a course on paper, or one person's with the parameter place.
func (u *UI) CertificateSheets(x *Ctx) error {
	of, err := x.certified()
	if err != nil {
		return err
	}
	papers, err := u.Certificate.Print(x.Request.Context(), x.Actor, of, x.certificateListing())
	if err != nil {
		return err
	}
	return u.certificatePapers(x, papers, layout.Sheet{Back: x.examBase() + "/certificates"})
}

// CertificateOwnPaper is one's own certificate on paper.
func (u *UI) CertificateOwnPaper(x *Ctx) error {
	id, err := x.ID("certificate")
	if err != nil {
		return err
	}
	papers, err := u.Certificate.OwnPaper(x.Request.Context(), x.Actor, id)
	if err != nil {
		return err
	}
	return u.certificatePapers(x, papers, layout.Sheet{Back: "/certificates", Choose: true})
}

// CertificatePaper is a certificate on paper for whoever has the address that its holder was sent. It slows down who tries others.
func (u *UI) CertificatePaper(x *Ctx) error {
	_, papers, err := u.certificateHolder(x)
	if err != nil {
		return err
	}
	c := &papers.List[0]
	if !c.Valid() {
		return x.SeeOther("/v/" + c.Code)
	}
	return u.certificatePapers(x, papers, layout.Sheet{Back: holderPath(x, c), Leads: "certificate_holder_more", Choose: true})
}

// certificateHolder is whoever has the address that the holder was sent. Those who try others are slowed down.
func (u *UI) certificateHolder(x *Ctx) (access.Actor, *certificate.Papers, error) {
	id, err := x.ID("certificate")
	if err != nil {
		return access.Actor{}, nil, err
	}
	ctx := x.Request.Context()
	holder, papers, err := u.Certificate.HolderByKey(ctx, id, x.Param("key"))
	if errs.Is(err, errs.NotFound) {
		if slow := u.Auth.Doubt(ctx, "certificate", x.ClientIP()); slow != nil {
			err = slow
		}
	}
	x.Header("Cache-Control", "no-store")
	return holder, papers, err
}

func holderPath(x *Ctx, c *certificate.Certificate) string {
	return "/certificates/" + c.ID.String() + "/holder/" + x.Param("key")
}

// CertificateHolder is where a holder without an account decides what the certificate shows, and takes its badge along.
func (u *UI) CertificateHolder(x *Ctx) error { return u.holderPage(x, http.StatusOK, nil) }

func (u *UI) holderPage(x *Ctx, status int, wrong []errs.Field) error {
	holder, papers, err := u.certificateHolder(x)
	if err != nil {
		return err
	}
	c := &papers.List[0]
	if !c.Valid() {
		return x.SeeOther("/v/" + c.Code)
	}
	h, err := u.Badge.One(x.Request.Context(), holder, c.ID)
	if err != nil {
		return err
	}
	p := webcertificate.OwnPage{Page: x.Page(x.Loc.T("certificate_holder_title")), List: []badge.Held{*h}, Address: u.Config.PublicURL + "/v", Key: x.Param("key"), Form: x.Form(wrong)}
	p.Lead, p.Width = x.Loc.T("certificate_holder_lead"), layout.Reading
	return x.Render(status, webcertificate.Holder(p))
}

// CertificateHolderChoice keeps what a holder without an account decided.
func (u *UI) CertificateHolderChoice(x *Ctx) error {
	holder, papers, err := u.certificateHolder(x)
	if err != nil {
		return err
	}
	c := &papers.List[0]
	err = u.Badge.SetDisclosure(x.Request.Context(), holder, c.ID, badge.Disclosure(x.PostForm("disclosed")))
	if e := errs.As(err); err != nil && len(e.Fields) > 0 {
		return u.holderPage(x, http.StatusUnprocessableEntity, e.Fields)
	}
	if err != nil {
		return err
	}
	x.Flash("done_badge_disclosed")
	return x.SeeOther(holderPath(x, c))
}

// CertificateHolderBadge hands out the signed badge to a holder without an account, as a file or as an image.
func (u *UI) CertificateHolderBadge(x *Ctx) error {
	holder, _, err := u.certificateHolder(x)
	if err != nil {
		return err
	}
	x.Actor = holder // for the file alone
	if strings.HasSuffix(x.Request.URL.Path, ".svg") {
		return x.badgeFile(u.Badge.Image)
	}
	return x.badgeFile(u.Badge.Credential)
}

func (u *UI) certificatePapers(x *Ctx, papers *certificate.Papers, sheet layout.Sheet) error {
	x.PrintLang()
	var err error
	p := webworkshop.CertificatePage{Page: x.Page(x.Loc.T("workshop_certificates")), Paper: layout.Sheet{Format: layout.Landscape, Owner: x.Loc.T("workshop_paper_owner")}}
	if h := papers.Head; h != nil {
		p.Trainers = h.Trainers
		p.Page, p.Paper, err = x.paper(h, p.Title, layout.Landscape, "")
	} else {
		p.Paper.Logos, err = u.paperLogos(x)
	}
	if err != nil {
		return err
	}
	p.Paper.Back, p.Paper.Choose = sheet.Back, sheet.Choose
	if sheet.Leads != "" {
		p.Paper.Leads = x.Loc.T(sheet.Leads)
	}
	for _, c := range papers.List {
		qr, err := qrSVG(u.Config.PublicURL + "/v/" + c.Code)
		if err != nil {
			return err
		}
		p.Cards = append(p.Cards, webworkshop.CertificateCard{Certificate: c, QR: qr, Address: u.Config.PublicURL + "/v"})
	}
	return x.Render(http.StatusOK, webworkshop.CertificateSheets(p))
}
