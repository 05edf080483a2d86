package auth

import (
	"context"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// setupLock lets one set-up page make the first administrator.
const setupLock = 7_401_602_028

// SetupLink makes the one-time link with which the first administrator is created; needed is false when there is one.
// public: called by the server's own start, which prints the link on the terminal.
func (s *Service) SetupLink(ctx context.Context) (link string, needed bool, err error) {
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		there, err := s.o.Org.AdminExistsTx(ctx, tx)
		if err != nil || there {
			return err
		}
		token, err := s.issue(ctx, tx, kindSetup, uuid.Nil, uuid.Nil, setupLasts)
		link, needed = s.linkURL(token), true
		return err
	})
	return link, needed, err
}

// SetupInput is what the first administrator says of themselves.
type SetupInput struct {
	Person   org.PersonInput
	Password string
}

// Setup creates the first administrator and uses the link up; Conflict when there is an administrator already.
// public: the link is the right to it.
func (s *Service) Setup(ctx context.Context, token string, in SetupInput, b Browser) (Draft, error) {
	w, err := s.PeekLink(ctx, token)
	if err != nil {
		return Draft{}, err
	}
	if w.Kind != kindSetup {
		return Draft{}, errLink
	}
	if err := checkPassword(in.Password, org.Person{FamilyName: in.Person.FamilyName, GivenName: in.Person.GivenName, Email: in.Person.Email}); err != nil {
		return Draft{}, err
	}
	hash, err := s.hasher.hash(ctx, in.Password)
	if err != nil {
		return Draft{}, err
	}
	var d Draft
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		d, err = s.setup(ctx, tx, token, in, hash, b)
		return err
	})
	return d, err
}

func (s *Service) setup(ctx context.Context, tx bun.Tx, token string, in SetupInput, hash string, b Browser) (Draft, error) {
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(?)", setupLock).Exec(ctx); err != nil {
		return Draft{}, db.Translate(err)
	}
	there, err := s.o.Org.AdminExistsTx(ctx, tx)
	if err != nil {
		return Draft{}, err
	}
	if there {
		return Draft{}, errs.NewConflict("account_error_setup_done")
	}
	if _, err := s.consume(ctx, tx, token); err != nil {
		return Draft{}, err
	}
	actor := access.System("setup")
	p, err := s.o.Org.CreatePersonTx(ctx, tx, actor, in.Person)
	if err != nil {
		return Draft{}, err
	}
	if err := s.o.Org.GrantRoleTx(ctx, tx, actor, p.ID, org.GrantInput{Role: access.Admin, Scope: access.Global}); err != nil {
		return Draft{}, err
	}
	if err := s.setPassword(ctx, tx, actor, p.ID, hash, kindSetup); err != nil {
		return Draft{}, err
	}
	return s.newDraft(ctx, tx, p.ID, b)
}

// Hash makes the stored form of a password, for many accounts that get one at once (invented data).
// public: it touches no account.
func (s *Service) Hash(ctx context.Context, password string) (string, error) {
	return s.hasher.hash(ctx, password)
}

// SeedAccountTx gives a person an account with a hash made by Hash. Only the system may: a person chooses their own password.
func (s *Service) SeedAccountTx(ctx context.Context, idb bun.IDB, actor access.Actor, personID uuid.UUID, hash string) error {
	if actor.System == "" {
		return errs.NewForbidden("seed account")
	}
	now := s.now()
	if _, err := idb.NewRaw(`INSERT INTO auth.account (person_id, password_hash, password_at, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET password_hash = EXCLUDED.password_hash, password_at = EXCLUDED.password_at`, personID, hash, now, now).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, idb, actor, "account.password", personID, map[string]any{"via": "seed"})
}
