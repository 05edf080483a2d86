package badge

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// listPlaces is how many bits a list of revocations has: the least that Bitstring Status List 1.0 allows, so that who asks for
// the list does not tell which badge is being checked.
const listPlaces = 131072

// bits is a list of revocations, one bit a place, the first in the highest bit of the first byte.
type bits []byte

func newBits() bits { return make(bits, listPlaces/8) }

func (b bits) set(place int) { b[place/8] |= 0x80 >> (place % 8) }

// encoded is the list as the specification writes it: packed by gzip, base64url behind the letter u of multibase.
func (b bits) encoded() (string, error) {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	if _, err := w.Write(b); err != nil {
		return "", errs.Wrap(err, "badge: list")
	}
	if err := w.Close(); err != nil {
		return "", errs.Wrap(err, "badge: list")
	}
	return "u" + base64.RawURLEncoding.EncodeToString(buf.Bytes()), nil
}

type statusList struct {
	Context []string    `json:"@context"`
	ID      string      `json:"id"`
	Type    []string    `json:"type"`
	Issuer  string      `json:"issuer"`
	From    time.Time   `json:"validFrom"`
	Subject listSubject `json:"credentialSubject"`
}

type listSubject struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Purpose string `json:"statusPurpose"`
	List    string `json:"encodedList"`
}

func (s *Service) listURL(n int) string { return s.publicURL + "/badges/status/" + strconv.Itoa(n) }

// StatusList signs a list of revocations as it stands: a verifiable credential that says for each place whether it was revoked.
// public: it tells of places only, and every checker of a badge asks for it.
func (s *Service) StatusList(ctx context.Context, n int) (string, error) {
	var jwt string
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		b, err := readBits(ctx, tx, n)
		if err != nil {
			return err
		}
		l := statusList{Context: []string{contextVC}, ID: s.listURL(n), Type: []string{"VerifiableCredential", "BitstringStatusListCredential"}, Issuer: s.issuerURL(),
			From: s.now().UTC().Truncate(time.Minute), Subject: listSubject{ID: s.listURL(n) + "#list", Type: "BitstringStatusList", Purpose: "revocation"}}
		if l.Subject.List, err = b.encoded(); err != nil {
			return err
		}
		k, err := s.current(ctx, tx)
		if err != nil {
			return err
		}
		jwt, err = k.sign(l, "vc+jwt")
		return err
	})
	return jwt, err
}

func readBits(ctx context.Context, idb bun.IDB, n int) (bits, error) {
	var places []struct {
		Place   int
		Revoked bool
	}
	err := idb.NewSelect().TableExpr("certificate.badge AS b").Join("JOIN certificate.certificate AS c ON c.id = b.certificate_id").
		ColumnExpr("b.place, c.revoked_at IS NOT NULL AS revoked").Where("b.list = ?", n).Scan(ctx, &places)
	if err != nil {
		return nil, db.Translate(err)
	}
	if len(places) == 0 {
		return nil, errs.NewNotFound("badge: list " + strconv.Itoa(n))
	}
	b := newBits()
	for _, p := range places {
		if p.Revoked {
			b.set(p.Place)
		}
	}
	return b, nil
}

// issuerDocument is who issues, with the keys that speak for them.
type issuerDocument struct {
	Context []string `json:"@context"`
	profile
	Methods []method `json:"verificationMethod"`
	Asserts []string `json:"assertionMethod"`
}

type method struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Controller string          `json:"controller"`
	Key        json.RawMessage `json:"publicKeyJwk"`
}

// Issuer publishes who issues the badges.
// public: a badge leads here.
func (s *Service) Issuer(ctx context.Context, l i18n.Lang) ([]byte, error) {
	var rows []keyRow
	if err := s.db.NewSelect().Model(&rows).Column("kid", "public").OrderExpr("made_at DESC, kid").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	doc := issuerDocument{Context: []string{"https://www.w3.org/ns/cid/v1", contextOB}, profile: s.profile(l), Methods: []method{}, Asserts: []string{}}
	for i := range rows {
		url := s.keyURL(rows[i].KID)
		doc.Methods = append(doc.Methods, method{ID: url, Type: "JsonWebKey", Controller: doc.ID, Key: rows[i].Public})
		doc.Asserts = append(doc.Asserts, url)
	}
	return json.Marshal(doc)
}
