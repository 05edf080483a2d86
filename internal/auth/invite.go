package auth

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/org"
)

// How long the links are good.
const (
	inviteLasts = 7 * 24 * time.Hour
	resetLasts  = 24 * time.Hour // made by staff, handed over
	forgotLasts = time.Hour      // asked for by the person
	setupLasts  = 24 * time.Hour
)

// forgotTakes is how long the answer to "forgot my password" takes at least, so that it does not tell whether there is an
// account.
const forgotTakes = 300 * time.Millisecond

// Link is a one-time link for a person.
type Link struct {
	URL     string
	Token   string
	Expires time.Time
	Reset   bool // the person had a password: the link replaces it
	Mailed  bool
}

func (s *Service) linkURL(token string) string { return s.o.PublicURL + "/welcome/" + token }

// Invite makes a one-time link with which a person chooses a password: an invitation, or a reset when there is one already.
// The link is shown to be handed over, and sent by mail too when asked and when there is an address.
func (s *Service) Invite(ctx context.Context, actor access.Actor, personID uuid.UUID, send bool) (Link, error) {
	if err := access.Can(actor, access.PersonInvite, access.Resource{PersonID: personID}); err != nil {
		return Link{}, err
	}
	var l Link
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		l, err = s.invite(ctx, tx, actor, personID, send)
		return err
	})
	return l, err
}

// InviteTx is Invite without mail inside a transaction, for the command line.
func (s *Service) InviteTx(ctx context.Context, tx bun.Tx, actor access.Actor, personID uuid.UUID) (Link, error) {
	if err := access.Can(actor, access.PersonInvite, access.Resource{PersonID: personID}); err != nil {
		return Link{}, err
	}
	return s.invite(ctx, tx, actor, personID, false)
}

func (s *Service) invite(ctx context.Context, tx bun.Tx, actor access.Actor, personID uuid.UUID, send bool) (Link, error) {
	p, err := s.o.Org.PersonTx(ctx, tx, personID)
	if err != nil {
		return Link{}, err
	}
	if err := s.o.Org.MayManageAccountTx(ctx, tx, actor, personID); err != nil {
		return Link{}, err
	}
	if send && p.Email == "" {
		return Link{}, errs.NewInvalid("account_error_no_email")
	}
	has, err := s.hasPassword(ctx, tx, personID)
	if err != nil {
		return Link{}, err
	}
	kind, lasts := kindInvite, inviteLasts
	if has {
		kind, lasts = kindReset, resetLasts
	}
	l := Link{Expires: s.now().Add(lasts), Reset: has, Mailed: send}
	if l.Token, err = s.issue(ctx, tx, kind, personID, actor.PersonID, lasts); err != nil {
		return Link{}, err
	}
	l.URL = s.linkURL(l.Token)
	if send {
		if err := s.mailLink(ctx, tx, p, kind, l); err != nil {
			return Link{}, err
		}
	}
	return l, s.record(ctx, tx, actor, "account."+kind, personID, map[string]any{"mailed": send})
}

func (s *Service) mailLink(ctx context.Context, tx bun.Tx, p org.Person, kind string, l Link) error {
	loc := s.o.Outbox.Bundle.For(p.Lang)
	return s.o.Outbox.Post(ctx, tx, mail.Message{Kind: kind, To: p.Email, Name: p.GivenName, Lang: p.Lang, Link: l.URL,
		Args: errs.Args{"until": loc.DateTime(l.Expires.In(i18n.Tunis())), "code": p.Code}})
}

func (s *Service) hasPassword(ctx context.Context, idb bun.IDB, personID uuid.UUID) (bool, error) {
	var has bool
	err := idb.NewRaw("SELECT EXISTS (SELECT 1 FROM auth.account WHERE person_id = ? AND password_hash <> '')", personID).Scan(ctx, &has)
	return has, db.Translate(err)
}

// Forgot sends a reset link to the account's own address. It says the same whether there is an account, an address, or
// neither; whoever has no address asks the trainer for a slip.
// public: the person cannot sign in.
func (s *Service) Forgot(ctx context.Context, login string, b Browser) error {
	done := s.now().Add(forgotTakes)
	defer func() { _ = s.sleep(ctx, done.Sub(s.now())) }()
	column, value := org.LoginColumn(login)
	if column == "" {
		return nil
	}
	t := tally{blocking: []gatePolicy{{key: s.throttleKey("forgot", value), policy: forgotPolicy}}, address: s.throttleKey("address", networkOf(b.Address))}
	if _, err := s.charge(ctx, t); err != nil {
		if errs.Is(err, errs.Throttled) {
			return nil
		}
		return err
	}
	c, err := s.candidate(ctx, column, value, "")
	if err != nil || c.PersonID == uuid.Nil || c.Blocked {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		p, err := s.o.Org.PersonTx(ctx, tx, c.PersonID)
		if err != nil || p.Email == "" {
			return err
		}
		l := Link{Expires: s.now().Add(forgotLasts)}
		if l.Token, err = s.issue(ctx, tx, kindReset, p.ID, uuid.Nil, forgotLasts); err != nil {
			return err
		}
		l.URL = s.linkURL(l.Token)
		if err := s.mailLink(ctx, tx, p, kindReset, l); err != nil {
			return err
		}
		return s.record(ctx, tx, access.Actor{}, "account.forgot", p.ID, nil)
	})
}

// Welcome is what the page behind a one-time link shows.
type Welcome struct {
	Kind   string // invite, reset, slip or setup
	Person org.Person
}

// PeekLink looks at a one-time link; NotFound with its own sentence when it is used up, expired or wrong.
// public: the link is the right to it.
func (s *Service) PeekLink(ctx context.Context, token string) (Welcome, error) {
	l, err := s.peek(ctx, token)
	if err != nil || l.PersonID == uuid.Nil {
		return Welcome{Kind: l.Kind}, err
	}
	p, err := s.o.Org.PersonTx(ctx, s.db, l.PersonID)
	return Welcome{Kind: l.Kind, Person: p}, err
}

// ChoosePassword uses a one-time link up: the person has the new password, every older session and slip ends, and a new
// session may begin (pending when a second factor is set).
// public: the link is the right to it.
func (s *Service) ChoosePassword(ctx context.Context, token, password string, b Browser) (Draft, error) {
	w, err := s.PeekLink(ctx, token)
	if err != nil {
		return Draft{}, err
	}
	if w.Kind == kindSetup {
		return Draft{}, errLink
	}
	if err := checkPassword(password, w.Person); err != nil {
		return Draft{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Draft{}, err
	}
	var d Draft
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		l, err := s.consume(ctx, tx, token)
		if err != nil {
			return err
		}
		if err := replacedBy(ctx, tx, l.CreatedBy); err != nil {
			return err
		}
		if err := s.setPassword(ctx, tx, as(l.PersonID), l.PersonID, hash, l.Kind); err != nil {
			return err
		}
		if d, err = s.newDraft(ctx, tx, l.PersonID, b); errs.Is(err, errs.NotFound) {
			return errLink // blocked
		}
		return err
	})
	return d, err
}

// setPassword stores a password, ends what the old one gave, and tells the person by mail when they have an address.
func (s *Service) setPassword(ctx context.Context, tx bun.Tx, actor access.Actor, personID uuid.UUID, hash, via string) error {
	now := s.now()
	had, err := s.hasPassword(ctx, tx, personID)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw(`INSERT INTO auth.account (person_id, password_hash, password_at, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET password_hash = EXCLUDED.password_hash, password_at = EXCLUDED.password_at`, personID, hash, now, now).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if err := s.endSessions(ctx, tx, personID, uuid.Nil); err != nil {
		return err
	}
	if err := voidLinks(ctx, tx, personID, now); err != nil {
		return err
	}
	if _, err := tx.NewRaw("DELETE FROM auth.slip WHERE person_id = ?", personID).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if had {
		if err := s.tell(ctx, tx, personID, "password_changed"); err != nil {
			return err
		}
	}
	return s.record(ctx, tx, actor, "account.password", personID, map[string]any{"via": via})
}

// tell sends a notice about the account to the person's address, if there is one.
func (s *Service) tell(ctx context.Context, tx bun.Tx, personID uuid.UUID, kind string) error {
	p, err := s.o.Org.PersonTx(ctx, tx, personID)
	if err != nil || p.Email == "" {
		return err
	}
	loc := s.o.Outbox.Bundle.For(p.Lang)
	return s.o.Outbox.Post(ctx, tx, mail.Message{Kind: kind, To: p.Email, Name: p.GivenName, Lang: p.Lang,
		Args: errs.Args{"at": loc.DateTime(s.now().In(i18n.Tunis()))}})
}

// endSessions revokes the sessions of a person, one excepted.
func (s *Service) endSessions(ctx context.Context, idb bun.IDB, personID, except uuid.UUID) error {
	_, err := idb.NewRaw("UPDATE auth.session SET revoked_at = ? WHERE person_id = ? AND id <> ? AND revoked_at IS NULL", s.now(), personID, except).Exec(ctx)
	return db.Translate(err)
}
