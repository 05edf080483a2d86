// Package badge gives a certificate as an Open Badge 3.0: a verifiable credential, signed, that its holder takes along and
// anybody checks without asking us, but for its status.
//
// Invariants: a badge names nobody unless its holder agreed, and the public check of the certificate follows the same choice; the
// private half of a signing key never leaves the vault's seal and is erased when the key is retired, its public half stays; a
// badge holds nothing that leads from one certificate of a person to another; what a badge says is what the certificate says.
package badge

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/certificate"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/vault"
)

// Disclosure is what a badge, and the public check of its certificate, tell of the holder.
type Disclosure string

// The choices, from little to much.
const (
	Nothing Disclosure = "none"
	Hashed  Disclosure = "hash" // a salted digest of the e-mail address: it confirms an address that one knows already
	Named   Disclosure = "name" // the name as printed, and the digest when there is an address
)

// Disclosures lists the choices.
func Disclosures() []Disclosure { return []Disclosure{Nothing, Hashed, Named} }

// Valid tells whether the choice exists.
func (d Disclosure) Valid() bool { return d == Nothing || d == Hashed || d == Named }

// Options are what the service needs besides the database.
type Options struct {
	Vault     *vault.Vault
	Bundle    *i18n.Bundle
	PublicURL string // addresses in a badge begin with it: they stay true as long as it does
	Now       func() time.Time
}

// Service makes badges and publishes what checks them.
type Service struct {
	db        *db.DB
	vault     *vault.Vault
	bundle    *i18n.Bundle
	publicURL string
	now       func() time.Time
	random    io.Reader
}

// New makes the service.
func New(d *db.DB, o Options) *Service {
	return &Service{db: d, vault: o.Vault, bundle: o.Bundle, publicURL: o.PublicURL, now: o.Now, random: rand.Reader}
}

// row is what is kept of a badge.
type row struct {
	bun.BaseModel `bun:"table:certificate.badge,alias:badge"`

	CertificateID uuid.UUID `bun:",pk"`
	Disclosed     Disclosure
	List          int
	Place         int
	MadeAt        time.Time
}

// Held is a certificate with its holder's choice.
type Held struct {
	certificate.Certificate `bun:",extend"`

	Disclosed Disclosure
	Email     string // of the holder; empty: there is nothing to make a digest of
}

const heldColumns = "certificate.*, coalesce(badge.disclosed, 'none') AS disclosed, person.email"

func heldQuery(idb bun.IDB) *bun.SelectQuery {
	return idb.NewSelect().Model((*Held)(nil)).ColumnExpr(heldColumns).
		Join("JOIN org.person AS person ON person.id = certificate.person_id").
		Join("LEFT JOIN certificate.badge AS badge ON badge.certificate_id = certificate.id").
		Where("certificate.revoked_at IS NULL")
}

// Own lists the reader's valid certificates with what they show, the latest first.
func (s *Service) Own(ctx context.Context, actor access.Actor) ([]Held, error) {
	if err := access.Can(actor, access.OwnTraining, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, err
	}
	var list []Held
	err := heldQuery(s.db).Where("certificate.person_id = ?", actor.PersonID).OrderExpr("certificate.issued_at DESC, certificate.number DESC").Scan(ctx, &list)
	return list, db.Translate(err)
}

// One gives a valid certificate of the reader with what it shows.
func (s *Service) One(ctx context.Context, actor access.Actor, id uuid.UUID) (*Held, error) {
	h, err := own(ctx, s.db, actor, id)
	if err != nil {
		return nil, err
	}
	return h, nil
}

// own gives one valid certificate of the actor; another's looks like one that does not exist.
func own(ctx context.Context, idb bun.IDB, actor access.Actor, id uuid.UUID) (*Held, error) {
	h := new(Held)
	if err := heldQuery(idb).Where("certificate.id = ?", id).Scan(ctx, h); err != nil {
		return nil, errs.Wrap(db.Translate(err), "badge: "+id.String())
	}
	return h, access.Can(actor, access.OwnTraining, access.Resource{PersonID: h.PersonID})
}

// SetDisclosure keeps what a badge and the public check tell of the holder, who alone decides.
func (s *Service) SetDisclosure(ctx context.Context, actor access.Actor, id uuid.UUID, d Disclosure) error {
	if !d.Valid() {
		return errs.InvalidFields([]errs.Field{{Name: "disclosed", Key: "error_choice"}})
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		h, err := own(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if d == Hashed && h.Email == "" {
			return errs.InvalidFields([]errs.Field{{Name: "disclosed", Key: "badge_error_no_email"}})
		}
		r, err := s.placed(ctx, tx, id)
		if err != nil || r.Disclosed == d {
			return err
		}
		r.Disclosed = d
		if _, err := tx.NewUpdate().Model(r).Column("disclosed").WherePK().Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), Actor: actor, Action: "badge.disclosure", Kind: "certificate", ID: id.String(), Detail: map[string]any{"disclosed": d}})
	})
}

// perList is how many badges a list of revocations takes: half of its places, so that a free one is found by drawing.
const perList = listPlaces / 2

// placed gives what is kept of a badge, and makes it when it was never asked for.
func (s *Service) placed(ctx context.Context, idb bun.IDB, id uuid.UUID) (*row, error) {
	for range 100 {
		r := new(row)
		err := db.Translate(idb.NewSelect().Model(r).Where("certificate_id = ?", id).Scan(ctx))
		if err == nil || !errs.Is(err, errs.NotFound) {
			return r, err
		}
		if err := s.place(ctx, idb, id); err != nil {
			return nil, err
		}
	}
	return nil, errors.New("badge: no free place in the list of revocations")
}

func (s *Service) place(ctx context.Context, idb bun.IDB, id uuid.UUID) error {
	var draw [4]byte
	if _, err := io.ReadFull(s.random, draw[:]); err != nil {
		return errs.Wrap(err, "badge: place")
	}
	_, err := idb.NewRaw(`INSERT INTO certificate.badge (certificate_id, list, place, made_at) SELECT ?, 1 + count(*) / ?, ?, ? FROM certificate.badge
		ON CONFLICT DO NOTHING`, id, perList, int(binary.BigEndian.Uint32(draw[:])%listPlaces), s.now()).Exec(ctx)
	return db.Translate(err)
}

// File is a badge as its holder takes it along.
type File struct {
	Name string
	MIME string
	Data []byte
}

// Credential signs a certificate's badge in a language: a JWT, as the specification's external proof wants it.
func (s *Service) Credential(ctx context.Context, actor access.Actor, id uuid.UUID, l i18n.Lang) (*File, error) {
	h, jwt, err := s.signed(ctx, actor, id, l)
	if err != nil {
		return nil, err
	}
	return &File{Name: h.Number + ".jwt", MIME: "text/plain; charset=utf-8", Data: []byte(jwt)}, nil
}

// Image draws a badge with its credential inside.
func (s *Service) Image(ctx context.Context, actor access.Actor, id uuid.UUID, l i18n.Lang) (*File, error) {
	h, jwt, err := s.signed(ctx, actor, id, l)
	if err != nil {
		return nil, err
	}
	loc := s.bundle.For(l)
	p := picture{Lang: l, Title: h.TitleIn(l), Kind: loc.T(titleKey(h)), Owner: loc.T("badge_owner"), Number: h.Number, Dates: loc.DateRange(h.StartsOn, h.EndsOn)}
	return &File{Name: h.Number + ".svg", MIME: "image/svg+xml", Data: bake(p.svg(), jwt)}, nil
}

func (s *Service) signed(ctx context.Context, actor access.Actor, id uuid.UUID, l i18n.Lang) (h *Held, jwt string, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if h, err = own(ctx, tx, actor, id); err != nil {
			return err
		}
		r, err := s.placed(ctx, tx, id)
		if err != nil {
			return err
		}
		k, err := s.current(ctx, tx)
		if err != nil {
			return err
		}
		jwt, err = k.sign(s.credential(h, r, l), "JWT")
		return err
	})
	return h, jwt, err
}
