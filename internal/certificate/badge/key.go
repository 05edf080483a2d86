package badge

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// keyRow is a signing key: P-256, because the checkers of Open Badges take ES256 and RS256 and not all take Ed25519.
type keyRow struct {
	bun.BaseModel `bun:"table:certificate.badge_key,alias:badge_key"`

	KID       string          `bun:"kid,pk"`
	Public    json.RawMessage `bun:"type:jsonb"`
	Sealed    []byte          `bun:",nullzero"`
	MadeAt    time.Time
	RetiredAt time.Time `bun:",nullzero"`
}

// signer is the current key, open.
type signer struct {
	key *ecdsa.PrivateKey
	url string // where its public half is found; stands in the header of what it signs
}

func sealedFor(kid string) string { return "badge key:" + kid }

func (s *Service) keyURL(kid string) string { return s.publicURL + "/badges/keys/" + kid }

// current opens the key that signs now, and makes the first one.
func (s *Service) current(ctx context.Context, idb bun.IDB) (*signer, error) {
	k := new(keyRow)
	read := func() error {
		return db.Translate(idb.NewSelect().Model(k).Where("retired_at IS NULL").Scan(ctx))
	}
	err := read()
	if errs.Is(err, errs.NotFound) {
		if err = s.makeKey(ctx, idb); err == nil {
			err = read()
		}
	}
	if err != nil {
		return nil, errs.Wrap(err, "badge: key")
	}
	der, err := s.vault.Open(k.Sealed, sealedFor(k.KID))
	if err != nil {
		return nil, errs.Wrap(err, "badge: key "+k.KID)
	}
	key, err := x509.ParseECPrivateKey(der)
	return &signer{key: key, url: s.keyURL(k.KID)}, errs.Wrap(err, "badge: key "+k.KID)
}

// makeKey makes a key that signs from now on; two at once end with one.
func (s *Service) makeKey(ctx context.Context, idb bun.IDB) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), s.random)
	if err != nil {
		return errs.Wrap(err, "badge: key")
	}
	public := jose.JSONWebKey{Key: &key.PublicKey, Algorithm: string(jose.ES256), Use: "sig"}
	sum, err := public.Thumbprint(crypto.SHA256)
	if err != nil {
		return errs.Wrap(err, "badge: key")
	}
	k := &keyRow{KID: base64.RawURLEncoding.EncodeToString(sum), MadeAt: s.now()}
	if k.Public, err = json.Marshal(public); err != nil {
		return errs.Wrap(err, "badge: key")
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return errs.Wrap(err, "badge: key")
	}
	k.Sealed = s.vault.Seal(der, sealedFor(k.KID))
	_, err = idb.NewInsert().Model(k).On("CONFLICT DO NOTHING").Exec(ctx)
	return db.Translate(err)
}

// Rotated says what a rotation did.
type Rotated struct {
	Key     string `json:"key"`     // address of the key that signs from now on
	Retired string `json:"retired"` // address of the one before; empty when there was none
}

// Rotate retires the signing key and makes a new one. What was signed stays valid: the public half remains, the private half is
// erased.
func (s *Service) Rotate(ctx context.Context, actor access.Actor) (Rotated, error) {
	var done Rotated
	if err := access.Can(actor, access.BadgeRotate, access.Resource{}); err != nil {
		return done, err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var old []string
		err := tx.NewRaw("UPDATE certificate.badge_key SET retired_at = ?, sealed = NULL WHERE retired_at IS NULL RETURNING kid", s.now()).Scan(ctx, &old)
		if err != nil {
			return db.Translate(err)
		}
		k, err := s.current(ctx, tx)
		if err != nil {
			return err
		}
		if done.Key = k.url; len(old) > 0 {
			done.Retired = s.keyURL(old[0])
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: "badge.rotate", Kind: "badge_key", ID: k.url, Detail: map[string]any{"retired": old}})
	})
	return done, err
}

// Keys publishes the public halves of all keys, the retired ones too.
// public: whoever holds a badge checks it with them.
func (s *Service) Keys(ctx context.Context) ([]byte, error) {
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	var rows []keyRow
	if err := s.db.NewSelect().Model(&rows).Column("kid", "public").OrderExpr("made_at DESC, kid").Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	for i := range rows {
		k, err := s.published(&rows[i])
		if err != nil {
			return nil, err
		}
		set.Keys = append(set.Keys, k)
	}
	return json.Marshal(set)
}

// Key publishes the public half of one key.
// public: whoever holds a badge checks it with it.
func (s *Service) Key(ctx context.Context, kid string) ([]byte, error) {
	r := new(keyRow)
	if err := s.db.NewSelect().Model(r).Column("kid", "public").Where("kid = ?", kid).Scan(ctx); err != nil {
		return nil, errs.Wrap(db.Translate(err), "badge: key")
	}
	k, err := s.published(r)
	if err != nil {
		return nil, err
	}
	return json.Marshal(k)
}

// published names a key by its address, as the headers of signatures do.
func (s *Service) published(r *keyRow) (jose.JSONWebKey, error) {
	var k jose.JSONWebKey
	if err := json.Unmarshal(r.Public, &k); err != nil {
		return k, fmt.Errorf("badge: key %s: %w", r.KID, err)
	}
	if !k.IsPublic() {
		return k, errors.New("badge: key " + r.KID + " is not public")
	}
	k.KeyID = s.keyURL(r.KID)
	return k, nil
}

// sign makes a compact JWS of a document.
func (k *signer) sign(document any, typ jose.ContentType) (string, error) {
	payload, err := json.Marshal(document)
	if err != nil {
		return "", errs.Wrap(err, "badge: sign")
	}
	sg, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: k.key, KeyID: k.url}}, new(jose.SignerOptions).WithType(typ))
	if err != nil {
		return "", errs.Wrap(err, "badge: sign")
	}
	jws, err := sg.Sign(payload)
	if err != nil {
		return "", errs.Wrap(err, "badge: sign")
	}
	return jws.CompactSerialize()
}
