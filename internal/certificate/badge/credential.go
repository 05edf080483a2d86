package badge

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/i18n"
	"shelter/internal/workshop"
)

// The contexts of the two specifications: Verifiable Credentials 2.0 and Open Badges 3.0. They are names, never fetched.
const (
	contextVC = "https://www.w3.org/ns/credentials/v2"
	contextOB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
)

// credential is an OpenBadgeCredential with the claims that its signed form repeats.
type credential struct {
	Context []string   `json:"@context"`
	ID      string     `json:"id"`
	Type    []string   `json:"type"`
	Name    string     `json:"name"`
	Issuer  profile    `json:"issuer"`
	From    time.Time  `json:"validFrom"`
	Until   *time.Time `json:"validUntil,omitempty"`
	Subject subject    `json:"credentialSubject"`
	Status  status     `json:"credentialStatus"`

	ISS string `json:"iss"`
	JTI string `json:"jti"`
	NBF int64  `json:"nbf"`
	EXP int64  `json:"exp,omitempty"`
	SUB string `json:"sub"`
}

type profile struct {
	ID   string   `json:"id"`
	Type []string `json:"type"`
	Name string   `json:"name"`
	URL  string   `json:"url"`
}

type subject struct {
	ID          string      `json:"id"`
	Type        []string    `json:"type"`
	Identifier  []identity  `json:"identifier,omitempty"`
	Starts      time.Time   `json:"activityStartDate"`
	Ends        time.Time   `json:"activityEndDate"`
	License     string      `json:"licenseNumber"`
	Narrative   string      `json:"narrative"`
	Achievement achievement `json:"achievement"`
}

type identity struct {
	Type         string `json:"type"`
	Hashed       bool   `json:"hashed"`
	IdentityHash string `json:"identityHash"`
	IdentityType string `json:"identityType"`
	Salt         string `json:"salt,omitempty"`
}

type achievement struct {
	ID              string   `json:"id"`
	Type            []string `json:"type"`
	AchievementType string   `json:"achievementType"`
	Name            string   `json:"name"`
	Description     string   `json:"description"`
	Criteria        criteria `json:"criteria"`
}

type criteria struct {
	Narrative string `json:"narrative"`
}

type status struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Purpose    string `json:"statusPurpose"`
	Index      string `json:"statusListIndex"`
	Credential string `json:"statusListCredential"`
}

// credential says in a language what a certificate says, and of its holder what the holder agreed to.
func (s *Service) credential(h *Held, r *row, l i18n.Lang) credential {
	loc, from := s.bundle.For(l), h.IssuedAt.UTC().Truncate(time.Second)
	c := credential{Context: []string{contextVC, contextOB}, ID: s.publicURL + "/v/" + h.Code, Type: []string{"VerifiableCredential", "OpenBadgeCredential"},
		Name: h.TitleIn(l), Issuer: s.profile(l), From: from, NBF: from.Unix()}
	c.Subject = subject{ID: "urn:uuid:" + s.pseudonym(h.ID).String(), Type: []string{"AchievementSubject"}, Identifier: s.identities(h, r.Disclosed),
		Starts: h.StartsOn.UTC(), Ends: h.EndsOn.UTC(), License: h.Number,
		Narrative: narrative(loc, h),
		Achievement: achievement{ID: "urn:uuid:" + achieved(h).String(), Type: []string{"Achievement"}, AchievementType: "CertificateOfCompletion", Name: h.TitleIn(l),
			Description: loc.T(titleKey(h)) + " · " + loc.DateRange(h.StartsOn, h.EndsOn), Criteria: criteria{Narrative: ruleText(loc, h)}}}
	if !h.ValidUntil.IsZero() {
		until := h.ValidUntil.UTC()
		c.Until, c.EXP = &until, until.Unix()
	}
	list := s.listURL(r.List)
	c.Status = status{ID: list + "#" + strconv.Itoa(r.Place), Type: "BitstringStatusListEntry", Purpose: "revocation", Index: strconv.Itoa(r.Place), Credential: list}
	c.ISS, c.JTI, c.SUB = c.Issuer.ID, c.ID, c.Subject.ID
	return c
}

// achieved names what was achieved: the event, or the version of the course that was finished.
func achieved(h *Held) uuid.UUID {
	if h.Course != "" {
		return h.VersionID
	}
	return h.EventID
}

func titleKey(h *Held) string {
	if h.Course != "" {
		return "certificate_title_course"
	}
	return "workshop_certificate_title"
}

func narrative(loc *i18n.Localizer, h *Held) string {
	key := "badge_narrative"
	if h.Course != "" {
		key = "badge_narrative_course"
	}
	return loc.T(key, "attended", strconv.Itoa(h.Attended), "planned", strconv.Itoa(h.Planned), "time", loc.T("workshop_duration", "h", strconv.Itoa(h.Minutes/60), "m", fmt.Sprintf("%02d", h.Minutes%60)))
}

// ruleText is the rule that was fulfilled. The mark that was reached is nobody's business.
func ruleText(loc *i18n.Localizer, h *Held) string {
	text := loc.T("certificate_rule_course")
	if h.Course == "" {
		text = loc.T("workshop_rule_text", "share", loc.Percent(h.Threshold), "needed", strconv.Itoa(workshop.Needed(h.Threshold, h.Planned)), "planned", strconv.Itoa(h.Planned))
	}
	if h.PassMark > 0 {
		text += " " + loc.T("certificate_rule_test", "mark", loc.Percent(h.PassMark))
	}
	return text
}

func (s *Service) profile(l i18n.Lang) profile {
	return profile{ID: s.issuerURL(), Type: []string{"Profile"}, Name: s.bundle.For(l).T("badge_owner"), URL: s.publicURL}
}

func (s *Service) issuerURL() string { return s.publicURL + "/badges/issuer" }

// pseudonym stands for the holder: the same for a certificate each time, another for each certificate, and nobody can compute
// it who has no key file.
func (s *Service) pseudonym(certificate uuid.UUID) uuid.UUID {
	id := uuid.UUID(s.vault.MAC("badge holder", certificate.String())[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // version 8, of one's own making
	return id
}

func (s *Service) identities(h *Held, d Disclosure) []identity {
	var list []identity
	if d == Named {
		list = append(list, identity{Type: "IdentityObject", IdentityHash: h.Holder, IdentityType: "name"})
	}
	if d != Nothing && h.Email != "" {
		salt := base64.RawURLEncoding.EncodeToString(s.vault.MAC("badge salt", h.ID.String())[:12])
		list = append(list, identity{Type: "IdentityObject", Hashed: true, IdentityHash: hashed(h.Email, salt), IdentityType: "emailAddress", Salt: salt})
	}
	return list
}

// hashed is the specification's IdentityHash: the digest of the identity with the salt behind it.
func hashed(identity, salt string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(identity) + salt))
	return "sha256$" + hex.EncodeToString(sum[:])
}
