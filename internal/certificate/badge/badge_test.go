package badge_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/certificate"
	"shelter/internal/certificate/badge"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
	"shelter/internal/vault"
	"shelter/internal/workshop"
)

const site = "https://shelter.example"

var (
	system = access.System("test")
	start  = time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)
)

type house struct {
	*badge.Service
	t       *testing.T
	ctx     context.Context
	db      *dbtest.DB
	certs   *certificate.Service
	trainer access.Actor
	event   uuid.UUID
	holders []access.Actor
	given   []certificate.Certificate
}

// newHouse has a workshop of a day that two people finished and hold certificates of; the second has no e-mail address.
func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, ctx: context.Background(), db: dbtest.New(t)}
	now := func() time.Time { return start.AddDate(0, 0, 2) }
	people := org.New(h.db.App(), now)
	shops := workshop.New(h.db.App(), people, now)
	h.certs = certificate.New(h.db.App(), certificate.Sources{Workshops: shops}, now)
	v, err := vault.New(make([]byte, 32))
	h.must(err)
	b, err := i18n.New()
	h.must(err)
	h.Service = badge.New(h.db.App(), badge.Options{Vault: v, Bundle: b, PublicURL: site, Now: now})
	person := func(in org.PersonInput, role access.Role) access.Actor {
		p, err := people.CreatePerson(h.ctx, system, in)
		h.must(err)
		return access.Actor{PersonID: p.ID, Grants: []access.Grant{{Role: role, Scope: access.Global}}}
	}
	h.trainer = person(org.PersonInput{FamilyName: "Formatrice"}, access.Trainer)
	h.holders = []access.Actor{person(org.PersonInput{FamilyName: "Trabelsi", GivenName: "Amel", Email: "amel@example.tn"}, access.Trainee),
		person(org.PersonInput{FamilyName: "Ben Salah", GivenName: "Sami"}, access.Trainee)}
	ev, err := shops.Create(h.ctx, h.trainer, workshop.CreateInput{Details: workshop.Details{Title: "Détection <1>", TitleAR: "الرصد"}, Start: start, Days: 1})
	h.must(err)
	h.event = ev.ID
	list, err := shops.EnrolMany(h.ctx, h.trainer, ev.ID, []uuid.UUID{h.holders[0].PersonID, h.holders[1].PersonID}, workshop.EnrolOptions{})
	h.must(err)
	for _, s := range []workshop.State{workshop.Confirmed, workshop.Running} {
		h.must(shops.SetState(h.ctx, h.trainer, ev.ID, s, ""))
	}
	view, err := shops.View(h.ctx, h.trainer, access.WorkshopView, ev.ID)
	h.must(err)
	var marks []workshop.MarkInput
	for _, r := range list {
		for _, slot := range view.Slots {
			marks = append(marks, workshop.MarkInput{Key: uuid.Must(uuid.NewV7()), SlotID: slot.ID, EnrolmentID: r.EnrolmentID, Status: workshop.Present})
		}
	}
	_, err = shops.MarkBatch(h.ctx, h.trainer, ev.ID, workshop.Batch{Marks: marks})
	h.must(err)
	h.given, err = h.certs.Issue(h.ctx, h.trainer, certificate.Subject{Event: ev.ID}, nil)
	h.must(err)
	if h.given[0].PersonID != h.holders[0].PersonID {
		slices.Reverse(h.given)
	}
	return h
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// part reads one part of a compact JWS.
func (h *house) part(jwt string, i int, into any) {
	h.t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[i])
	h.must(err)
	h.must(json.Unmarshal(raw, into))
}

type header struct{ Alg, Kid, Typ string }

// verify checks a signature with the standard library alone, with the key that the header's address leads to.
func (h *house) verify(jwt string) (head header, ok bool) {
	h.t.Helper()
	h.part(jwt, 0, &head)
	kid, found := strings.CutPrefix(head.Kid, site+"/badges/keys/")
	if !found || head.Alg != "ES256" {
		h.t.Fatalf("header %+v", head)
	}
	data, err := h.Key(h.ctx, kid)
	h.must(err)
	var k struct{ Kty, Crv, X, Y, D, Kid string }
	h.must(json.Unmarshal(data, &k))
	if k.Kty != "EC" || k.Crv != "P-256" || k.D != "" || k.Kid != head.Kid {
		h.t.Fatalf("key %s", data)
	}
	point := []byte{4}
	for _, c := range []string{k.X, k.Y} {
		b, err := base64.RawURLEncoding.DecodeString(c)
		h.must(err)
		point = append(point, b...)
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	h.must(err)
	cut := strings.LastIndexByte(jwt, '.')
	sum := sha256.Sum256([]byte(jwt[:cut]))
	sig, err := base64.RawURLEncoding.DecodeString(jwt[cut+1:])
	h.must(err)
	return head, len(sig) == 64 && ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:]))
}

func (h *house) badge(i int, l i18n.Lang) string {
	h.t.Helper()
	f, err := h.Credential(h.ctx, h.holders[i], h.given[i].ID, l)
	h.must(err)
	return string(f.Data)
}

// claims are what a checker reads.
type claims struct {
	Context           []string `json:"@context"`
	ID, JTI, ISS, SUB string
	NBF               int64
	Type              []string
	Name              string
	ValidFrom         time.Time
	Issuer            struct{ ID, Name string }
	CredentialSubject struct {
		ID         string
		Identifier []struct {
			Hashed                           bool
			IdentityHash, IdentityType, Salt string
		}
		Achievement struct {
			Name     string
			Criteria struct{ Narrative string }
		}
	}
	CredentialStatus struct{ Type, StatusListIndex, StatusListCredential string }
}

func TestABadgeIsSignedAndSaysWhatTheCertificateSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	jwt := h.badge(0, i18n.FR)
	head, ok := h.verify(jwt)
	if !ok || head.Typ != "JWT" {
		t.Fatalf("does not verify: %+v", head)
	}
	var c claims
	h.part(jwt, 1, &c)
	if c.ISS != c.Issuer.ID || c.JTI != c.ID || c.SUB != c.CredentialSubject.ID || c.NBF != c.ValidFrom.Unix() {
		t.Errorf("the claims differ from the credential: %+v", c)
	}
	if c.Context[0] != "https://www.w3.org/ns/credentials/v2" || c.Type[0] != "VerifiableCredential" || c.Type[1] != "OpenBadgeCredential" || c.ID != site+"/v/"+h.given[0].Code {
		t.Errorf("credential %+v", c)
	}
	if c.Name != "Détection <1>" || !strings.Contains(c.CredentialSubject.Achievement.Criteria.Narrative, "2 sur 2") {
		t.Errorf("achievement %+v", c.CredentialSubject.Achievement)
	}
	var ar claims
	h.part(h.badge(0, i18n.AR), 1, &ar)
	if ar.Name != "الرصد" || ar.SUB != c.SUB || ar.CredentialStatus != c.CredentialStatus {
		t.Errorf("in Arabic: %+v", ar)
	}
	for i := range jwt { // whatever is changed of what was signed, or of the signature
		if i%37 == 0 && i > strings.IndexByte(jwt, '.') && jwt[i] != '.' {
			other := byte('A')
			if jwt[i] == other {
				other = 'B'
			}
			if _, ok := h.verify(jwt[:i] + string(other) + jwt[i+1:]); ok {
				t.Fatalf("verifies with character %d changed", i)
			}
		}
	}
}

func TestABadgeShowsWhatItsHolderAgreedTo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	whole := func(i int) string {
		raw, err := base64.RawURLEncoding.DecodeString(strings.Split(h.badge(i, i18n.FR), ".")[1])
		h.must(err)
		return string(raw)
	}
	must := func(text string, without ...string) {
		t.Helper()
		for _, s := range append(without, h.holders[0].PersonID.String(), h.holders[1].PersonID.String(), h.given[0].EnrolmentID.String(), "amel@example.tn") {
			if strings.Contains(text, s) {
				t.Errorf("%q in %s", s, text)
			}
		}
	}
	must(whole(0), "Trabelsi", "identityHash")
	check, err := h.certs.Verify(h.ctx, h.given[0].Code)
	h.must(err)
	if check.Holder != "" {
		t.Error("the public check names who did not agree")
	}
	h.must(h.SetDisclosure(h.ctx, h.holders[0], h.given[0].ID, badge.Hashed))
	must(whole(0), "Trabelsi")
	var c claims
	h.part(h.badge(0, i18n.FR), 1, &c)
	id := c.CredentialSubject.Identifier
	if len(id) != 1 || !id[0].Hashed || id[0].IdentityType != "emailAddress" || id[0].IdentityHash != badge.HashedIdentity("amel@example.tn", id[0].Salt) || len(id[0].Salt) < 16 {
		t.Errorf("identities %+v", id)
	}
	h.must(h.SetDisclosure(h.ctx, h.holders[0], h.given[0].ID, badge.Named))
	if text := whole(0); !strings.Contains(text, "Amel Trabelsi") {
		t.Errorf("no name in %s", text)
	}
	must(whole(0))
	if check, err = h.certs.Verify(h.ctx, h.given[0].Code); err != nil || check.Holder != "Amel Trabelsi" {
		t.Errorf("the public check: %+v %v", check, err)
	}
	h.must(h.SetDisclosure(h.ctx, h.holders[0], h.given[0].ID, badge.Nothing))
	must(whole(0), "Trabelsi", "identityHash")

	e := errs.As(h.SetDisclosure(h.ctx, h.holders[1], h.given[1].ID, badge.Hashed))
	if e == nil || len(e.Fields) != 1 || e.Fields[0].Key != "badge_error_no_email" {
		t.Errorf("a digest of no address: %v", e)
	}
	h.must(h.SetDisclosure(h.ctx, h.holders[1], h.given[1].ID, badge.Named))
	if text := whole(1); !strings.Contains(text, "Sami Ben Salah") || strings.Contains(text, "emailAddress") {
		t.Errorf("the second: %s", text)
	}
	var n int
	h.must(h.db.Owner().NewRaw("SELECT count(*) FROM audit.entry WHERE action = 'badge.disclosure'").Scan(h.ctx, &n))
	if n != 4 {
		t.Errorf("%d audit entries", n)
	}
}

func TestOnlyTheHolderHasABadge(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	manager := access.Actor{PersonID: uuid.New(), Grants: []access.Grant{{Role: access.Manager, Scope: access.Global}}}
	for _, a := range []access.Actor{h.trainer, h.holders[1], manager, {}} {
		if _, err := h.Credential(h.ctx, a, h.given[0].ID, i18n.FR); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the credential: %v", err)
		}
		if _, err := h.Image(h.ctx, a, h.given[0].ID, i18n.FR); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the image: %v", err)
		}
		if err := h.SetDisclosure(h.ctx, a, h.given[0].ID, badge.Named); !errs.Is(err, errs.Forbidden) {
			t.Errorf("the choice: %v", err)
		}
		if _, err := h.Rotate(h.ctx, a); err == nil {
			t.Error("rotates")
		}
	}
	if _, err := h.Credential(h.ctx, h.holders[0], uuid.New(), i18n.FR); !errs.Is(err, errs.NotFound) {
		t.Errorf("none: %v", err)
	}
	list, err := h.Own(h.ctx, h.holders[1])
	h.must(err)
	if len(list) != 1 || list[0].Number != h.given[1].Number {
		t.Errorf("own: %+v", list)
	}
}

func TestRotationKeepsWhatWasSigned(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	before := h.badge(0, i18n.FR)
	old, _ := h.verify(before)
	done, err := h.Rotate(h.ctx, system)
	h.must(err)
	after := h.badge(0, i18n.FR)
	fresh, ok := h.verify(after)
	if !ok || fresh.Kid == old.Kid || done.Key != fresh.Kid || done.Retired != old.Kid {
		t.Errorf("rotated %+v, signs with %s", done, fresh.Kid)
	}
	if _, ok := h.verify(before); !ok {
		t.Error("what was signed before no longer verifies")
	}
	data, err := h.Keys(h.ctx)
	h.must(err)
	if strings.Count(string(data), `"kty":"EC"`) != 2 || strings.Contains(string(data), `"d":`) {
		t.Errorf("keys %s", data)
	}
	var private, current int
	h.must(h.db.Owner().NewRaw("SELECT count(sealed), count(*) FILTER (WHERE retired_at IS NULL) FROM certificate.badge_key").Scan(h.ctx, &private, &current))
	if private != 1 || current != 1 {
		t.Errorf("%d private halves, %d current keys", private, current)
	}
	if data, err = h.Issuer(h.ctx, i18n.FR); err != nil || strings.Count(string(data), "JsonWebKey") != 2 {
		t.Errorf("issuer %s %v", data, err)
	}
}

func TestRevocationIsInTheList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.StatusList(h.ctx, 1); !errs.Is(err, errs.NotFound) {
		t.Errorf("a list of nothing: %v", err)
	}
	var c [2]claims
	for i := range c {
		h.part(h.badge(i, i18n.FR), 1, &c[i])
	}
	revoked := func(i int) bool {
		jwt, err := h.StatusList(h.ctx, 1)
		h.must(err)
		if head, ok := h.verify(jwt); !ok || head.Typ != "vc+jwt" {
			t.Fatalf("the list does not verify: %+v", head)
		}
		var l struct {
			ID, Issuer        string
			CredentialSubject struct{ EncodedList, StatusPurpose string }
		}
		h.part(jwt, 1, &l)
		if l.ID != c[i].CredentialStatus.StatusListCredential || l.Issuer != c[i].ISS || l.CredentialSubject.StatusPurpose != "revocation" {
			t.Fatalf("list %+v", l)
		}
		place, ok := new(big.Int).SetString(c[i].CredentialStatus.StatusListIndex, 10)
		if !ok {
			t.Fatal(c[i].CredentialStatus)
		}
		p := int(place.Int64())
		return unpacked(t, l.CredentialSubject.EncodedList)[p/8]>>(7-p%8)&1 == 1
	}
	if revoked(0) || revoked(1) {
		t.Error("revoked from the start")
	}
	h.must(h.certs.Revoke(h.ctx, h.trainer, certificate.Subject{Event: h.event}, h.given[0].ID, "erreur"))
	if !revoked(0) || revoked(1) {
		t.Error("the revocation is not in the list, or too much is")
	}
	if _, err := h.Credential(h.ctx, h.holders[0], h.given[0].ID, i18n.FR); !errs.Is(err, errs.NotFound) {
		t.Errorf("a badge of a revoked certificate: %v", err)
	}
	again, err := h.certs.Issue(h.ctx, h.trainer, certificate.Subject{Event: h.event}, nil)
	h.must(err)
	h.given[0] = again[0]
	var fresh claims
	h.part(h.badge(0, i18n.FR), 1, &fresh)
	if fresh.SUB == c[0].SUB || fresh.CredentialStatus == c[0].CredentialStatus {
		t.Error("the new certificate's badge can be joined to the old one's")
	}
}

func TestTheImageHoldsTheCredential(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	f, err := h.Image(h.ctx, h.holders[0], h.given[0].ID, i18n.AR)
	h.must(err)
	if _, ok := h.verify(baked(t, f.Data)); !ok || f.MIME != "image/svg+xml" || !strings.HasSuffix(f.Name, ".svg") || strings.Contains(string(f.Data), "Trabelsi") {
		t.Errorf("image %s", f.Data)
	}
}
