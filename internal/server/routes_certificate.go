package server

import "shelter/internal/ui"

// certificateRoutes: the check of a certificate and what checks badges are public and name nobody who did not agree; the paper of a
// certificate, and what its holder decides about it, opens to the holder, and to whoever has the address that was sent to the holder.
func certificateRoutes(u *ui.UI) []Route {
	list := []Route{
		post("/courses/:code/certificates/rule", SignedIn, u.CertificateRule),
		get("/v", Public, u.CertificateVerify),
		get("/v/:code", Public, u.CertificateVerify),
		get("/certificates", SignedIn, u.CertificatesOwn),
		post("/certificates/:certificate", SignedIn, u.CertificateDisclose),
		get("/certificates/:certificate/print", SignedIn, u.CertificateOwnPaper),
		get("/certificates/:certificate/paper/:key", Public, u.CertificatePaper),
		get("/certificates/:certificate/holder/:key", Public, u.CertificateHolder),
		post("/certificates/:certificate/holder/:key", Public, u.CertificateHolderChoice),
		get("/certificates/:certificate/holder/:key/badge.jwt", Public, u.CertificateHolderBadge),
		get("/certificates/:certificate/holder/:key/badge.svg", Public, u.CertificateHolderBadge),
		get("/certificates/:certificate/badge.jwt", SignedIn, u.CertificateBadge),
		get("/certificates/:certificate/badge.svg", SignedIn, u.CertificateBadgeImage),
		get("/badges/issuer", Public, u.BadgeIssuer),
		get("/badges/keys", Public, u.BadgeKeys),
		get("/badges/keys/:kid", Public, u.BadgeKey),
		get("/badges/status/:list", Public, u.BadgeStatus),
	}
	for _, of := range []string{"/workshops/:id", "/courses/:code"} {
		list = append(list,
			get(of+"/certificates", SignedIn, u.CertificateBoard),
			post(of+"/certificates", SignedIn, u.CertificateIssue),
			post(of+"/certificates/mail", SignedIn, u.CertificateMail),
			post(of+"/certificates/:certificate/mail", SignedIn, u.CertificateMail),
			post(of+"/certificates/:certificate/revoke", SignedIn, u.CertificateRevoke),
			post(of+"/certificates/:certificate/reissue", SignedIn, u.CertificateReissue),
			get(of+"/print/certificates", SignedIn, u.CertificateSheets))
	}
	return list
}
