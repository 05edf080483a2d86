// Package auth says who somebody is: passwords, second factors, sessions, invitations, sign-in slips, and the throttling that
// protects them.
//
// Invariants: the database holds digests or sealed values of secrets, never secrets; an unknown account gets the same answer
// as a wrong password, after the same work; a revoked session, a blocked account or a changed role counts from the next
// request; failures from unknown browsers never slow a browser that the person has signed in from before.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/audit"
	"shelter/internal/db"
	"shelter/internal/mail"
	"shelter/internal/org"
	"shelter/internal/vault"
)

// Options are what the service needs besides the database.
type Options struct {
	Vault     *vault.Vault
	Outbox    *mail.Outbox
	Org       *org.Service
	PublicURL string // beginning of the links in messages and on paper
	Now       func() time.Time
}

// Service is the accounts of the house.
type Service struct {
	db     *db.DB
	o      Options
	hasher *hasher
	sleep  func(ctx context.Context, d time.Duration) error
}

// New makes the service.
func New(d *db.DB, o Options) *Service {
	return &Service{db: d, o: o, hasher: newHasher(), sleep: sleep}
}

func (s *Service) now() time.Time { return s.o.Now().UTC() }

func (s *Service) record(ctx context.Context, idb bun.IDB, actor access.Actor, action string, person uuid.UUID, detail map[string]any) error {
	return audit.Record(ctx, idb, audit.Entry{At: s.now(), Actor: actor, Action: action, Kind: "person", ID: person.String(), Detail: detail})
}

// as is the actor of what a person does before they have a session.
func as(person uuid.UUID) access.Actor { return access.Actor{PersonID: person} }

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// newToken makes a secret of 256 bits in letters that an address can hold.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// digest is what the database keeps of a token. A token of 256 bits needs no slow hash.
func digest(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}
