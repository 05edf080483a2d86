package app_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"shelter/internal/access"
)

// TestABadgeThroughThePages: the holder takes it along, decides what it tells, and what it tells is what the public check tells;
// whoever checks finds key, issuer and status without an account.
func TestABadgeThroughThePages(t *testing.T) {
	t.Parallel()
	e := newEstate(t, access.Trainee)
	own := e.browser
	own.contains(own.get("/certificates", 200), "Aucune attestation pour l&#39;instant")
	e.db.Exec(`UPDATE certificate.certificate SET person_id = $1, holder = 'Salma Zaouali' WHERE id = $2`, e.own["person"], e.own["certificate"])
	e.db.Exec(`UPDATE org.person SET email = 'salma@exemple.test' WHERE id = $1`, e.own["person"])
	code := e.one(`SELECT code FROM certificate.certificate WHERE id = $1`, e.own["certificate"])
	at := "/certificates/" + e.own["certificate"]
	own.contains(own.get("/certificates", 200), at+"/badge.svg", "Une empreinte de mon adresse", "/v/"+code)

	visitor := e.house.browser()
	payload := func() string {
		t.Helper()
		r := own.get(at+"/badge.jwt", 200)
		if !strings.Contains(r.Header.Get("Content-Disposition"), ".jwt") || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") {
			t.Errorf("headers %v", r.Header)
		}
		text, err := base64.RawURLEncoding.DecodeString(strings.Split(r.body, ".")[1])
		e.must(err)
		return string(text)
	}
	shown := func(inBadge, inCheck bool) {
		t.Helper()
		if strings.Contains(payload(), "Zaouali") != inBadge || strings.Contains(visitor.get("/v/"+code, 200).body, "Zaouali") != inCheck {
			t.Errorf("named in the badge or the check otherwise than %v %v: %s", inBadge, inCheck, payload())
		}
	}
	shown(false, false)
	own.post(at, 303, "disclosed", "hash")
	shown(false, false)
	own.post(at, 303, "disclosed", "name")
	shown(true, true)
	own.post(at, 422, "disclosed", "everything")
	own.post(at, 303, "disclosed", "none")
	shown(false, false)
	own.contains(own.get(at+"/badge.svg?lang=ar", 200), "openbadges:credential verify=", `direction="rtl"`)

	var c struct {
		Issuer           struct{ ID string }
		CredentialStatus struct{ StatusListCredential string }
	}
	e.must(json.Unmarshal([]byte(payload()), &c))
	path := func(url string) string { return strings.TrimPrefix(url, e.Config.PublicURL) }
	r := visitor.get(path(c.CredentialStatus.StatusListCredential), 200)
	if strings.Count(r.body, ".") != 2 || r.Header.Get("Content-Type") != "application/vc+jwt" || r.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("the list: %v", r.Header)
	}
	visitor.contains(visitor.get(path(c.Issuer.ID), 200), "Ministère des Affaires sociales", "assertionMethod")
	visitor.contains(visitor.get("/badges/keys", 200), `"kty":"EC"`)
	visitor.contains(visitor.get("/badges/keys/"+e.own["kid"], 200), `"kid":"`+e.Config.PublicURL+"/badges/keys/"+e.own["kid"])
	for _, p := range []string{"/badges/keys/none", "/badges/status/99", "/badges/status/x"} {
		visitor.get(p, 404)
	}
	for _, role := range []access.Role{access.Trainee, access.Trainer, access.Manager, access.Observer, access.Admin} {
		b := e.signedIn(e.person("Autre "+string(role), role))
		b.get(at+"/badge.jwt", 404)
		b.get(at+"/badge.svg", 404)
		b.post(at, 404, "disclosed", "name")
	}
	shown(false, false)
}
