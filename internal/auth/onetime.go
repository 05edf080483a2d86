package auth

import (
	"context"
	"crypto/subtle"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// The kinds of one-time links.
const (
	kindInvite = "invite"
	kindReset  = "reset"
	kindSetup  = "setup"
	kindSlip   = "slip"
)

var errLink = errs.New(errs.NotFound, "account_error_link")

// issue makes a one-time token and voids the earlier ones of the same person, so that one link is good at a time.
func (s *Service) issue(ctx context.Context, idb bun.IDB, kind string, person, by uuid.UUID, lasts time.Duration) (string, error) {
	now := s.now()
	if person != uuid.Nil {
		if err := voidLinks(ctx, idb, person, now); err != nil {
			return "", err
		}
	}
	token := newToken()
	_, err := idb.NewRaw("INSERT INTO auth.one_time (token_hash, kind, person_id, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
		digest(token), kind, nullID(person), nullID(by), now, now.Add(lasts)).Exec(ctx)
	return token, db.Translate(err)
}

func voidLinks(ctx context.Context, idb bun.IDB, person uuid.UUID, now time.Time) error {
	_, err := idb.NewRaw("UPDATE auth.one_time SET used_at = ? WHERE person_id = ? AND used_at IS NULL", now, person).Exec(ctx)
	return db.Translate(err)
}

// link is a one-time link that is still good.
type link struct {
	Kind      string
	PersonID  uuid.UUID `bun:",nullzero"`
	CreatedBy uuid.UUID `bun:",nullzero"` // who handed it over
}

// peek looks at a link without using it up: mail programs open links before people do.
func (s *Service) peek(ctx context.Context, token string) (link, error) {
	var l link
	err := s.db.NewRaw("SELECT kind, person_id FROM auth.one_time WHERE token_hash = ? AND used_at IS NULL AND expires_at > ?", digest(token), s.now()).Scan(ctx, &l)
	if err = db.Translate(err); errs.Is(err, errs.NotFound) {
		return link{}, errLink
	}
	return l, err
}

// consume uses a link up; of many at once one succeeds.
func (s *Service) consume(ctx context.Context, tx bun.Tx, token string) (link, error) {
	var l link
	now := s.now()
	err := tx.NewRaw("UPDATE auth.one_time SET used_at = ? WHERE token_hash = ? AND used_at IS NULL AND expires_at > ? RETURNING kind, person_id, created_by",
		now, digest(token), now).Scan(ctx, &l)
	if err = db.Translate(err); errs.Is(err, errs.NotFound) {
		return link{}, errLink
	}
	return l, err
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
