package auth

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
)

// confirm asks the present password of a signed-in person again.
func (s *Service) confirm(ctx context.Context, actor access.Actor, password string) error {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return err
	}
	t := tally{blocking: []gatePolicy{{key: s.throttleKey("confirm", actor.PersonID.String()), policy: confirmPolicy}}}
	if _, err := s.charge(ctx, t); err != nil {
		return err
	}
	var hash string
	if err := s.db.NewRaw("SELECT password_hash FROM auth.account WHERE person_id = ?", actor.PersonID).Scan(ctx, &hash); err != nil {
		return db.Translate(err)
	}
	ok, err := s.hasher.verify(ctx, hash, password)
	if err != nil {
		return err
	}
	if !ok {
		return errs.InvalidFields([]errs.Field{{Name: "current", Key: "account_error_current"}})
	}
	return s.forgive(ctx, s.db, t)
}

// ChangePassword replaces the own password, having asked the present one; every other session ends. The session itself goes
// on under a new token.
func (s *Service) ChangePassword(ctx context.Context, actor access.Actor, ses Session, current, password string, b Browser) (Draft, error) {
	if err := s.confirm(ctx, actor, current); err != nil {
		return Draft{}, err
	}
	p, err := s.o.Org.OwnPerson(ctx, actor)
	if err != nil {
		return Draft{}, err
	}
	if err := checkPassword(password, p); err != nil {
		return Draft{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Draft{}, err
	}
	var d Draft
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := own(ctx, tx, p.ID); err != nil {
			return err
		}
		if err := s.setPassword(ctx, tx, actor, p.ID, hash, "change"); err != nil {
			return err
		}
		if d, err = s.steppedUp(ctx, tx, ses, b); err != nil {
			return err
		}
		d.MFAAt = ses.MFAAt
		return nil
	})
	return d, err
}

// ProfileInput is what a person may correct about themselves.
type ProfileInput struct {
	Phone   string
	Email   string
	Lang    i18n.Lang
	Current string // the present password; asked when the address or the number changes, since reset links go there
}

// UpdateProfile corrects the own contact and language. Conflict beside the field when the address or the number serves
// somebody else's sign-in already.
func (s *Service) UpdateProfile(ctx context.Context, actor access.Actor, in ProfileInput) (org.Person, error) {
	p, err := s.o.Org.OwnPerson(ctx, actor)
	if err != nil {
		return org.Person{}, err
	}
	if contactChanges(p, in) {
		if err := s.confirm(ctx, actor, in.Current); err != nil {
			return org.Person{}, err
		}
	}
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		old := p
		if p, err = s.o.Org.UpdateOwnContactTx(ctx, tx, actor, org.ContactInput{Phone: in.Phone, Email: in.Email, Lang: in.Lang}); err != nil {
			return err
		}
		return s.free(ctx, tx, old, p)
	})
	return p, err
}

// contactChanges tells whether the stored contact would change; what cannot be read counts as a change and is refused later.
func contactChanges(p org.Person, in ProfileInput) bool {
	email, _ := org.ParseEmail(in.Email)
	phone, _ := org.ParsePhone(in.Phone)
	return email != p.Email || phone != p.Phone
}

// free refuses a new address or number that another account signs in with: otherwise its owner could be shut out.
func (s *Service) free(ctx context.Context, tx bun.Tx, old, p org.Person) error {
	var fields []errs.Field
	for _, c := range []struct{ name, old, value string }{{"email", old.Email, p.Email}, {"phone", old.Phone, p.Phone}} {
		if c.value == "" || c.value == c.old {
			continue
		}
		var taken bool
		err := tx.NewRaw("SELECT EXISTS (SELECT 1 FROM org.person o JOIN auth.account a ON a.person_id = o.id WHERE o.? = ? AND o.id <> ?)",
			bun.Ident(c.name), c.value, p.ID).Scan(ctx, &taken)
		if err != nil {
			return db.Translate(err)
		}
		if taken {
			fields = append(fields, errs.Field{Name: c.name, Key: "account_error_contact_used"})
		}
	}
	return errs.InvalidFields(fields)
}

// State is what the staff's page says of somebody's account.
type State struct {
	Account    bool // a password was chosen
	TOTP       bool
	Blocked    bool
	LastSeen   time.Time // zero: never
	LinkUntil  time.Time // a one-time link is good until then; zero: there is none
	Manageable bool      // the actor may make links and block
}

// AccountState tells the staff how somebody's account stands.
func (s *Service) AccountState(ctx context.Context, actor access.Actor, personID uuid.UUID) (State, error) {
	if err := access.Can(actor, access.PersonInvite, access.Resource{PersonID: personID}); err != nil {
		return State{}, err
	}
	var r struct {
		Account   bool
		TOTP      bool `bun:"totp"`
		Blocked   bool
		LastSeen  bun.NullTime
		LinkUntil bun.NullTime
	}
	err := s.db.NewRaw(`SELECT coalesce(a.password_hash <> '', false) AS account, a.totp_at IS NOT NULL AS totp, a.blocked_at IS NOT NULL AS blocked,
			(SELECT max(s.last_seen) FROM auth.session s WHERE s.person_id = p.id) AS last_seen,
			(SELECT max(t.expires_at) FROM auth.one_time t WHERE t.person_id = p.id AND t.used_at IS NULL AND t.expires_at > ?) AS link_until
		FROM org.person p LEFT JOIN auth.account a ON a.person_id = p.id WHERE p.id = ?`, s.now(), personID).Scan(ctx, &r)
	if err != nil {
		return State{}, db.Translate(err)
	}
	may := s.o.Org.MayManageAccountTx(ctx, s.db, actor, personID)
	if may != nil && !errs.Is(may, errs.Invalid) {
		return State{}, may
	}
	return State{Account: r.Account, TOTP: r.TOTP, Blocked: r.Blocked, LastSeen: r.LastSeen.Time, LinkUntil: r.LinkUntil.Time, Manageable: may == nil}, nil
}

// Block shuts an account at once (the next request of every session is refused) or opens it again. The last administrator
// cannot be shut out.
func (s *Service) Block(ctx context.Context, actor access.Actor, personID uuid.UUID, blocked bool) error {
	if err := access.Can(actor, access.RoleGrant, access.Resource{PersonID: personID}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if !blocked {
			return s.setBlocked(ctx, tx, actor, personID, bun.NullTime{}, "account.unblock")
		}
		if err := s.keepAdmin(ctx, tx, personID); err != nil {
			return err
		}
		if err := s.setBlocked(ctx, tx, actor, personID, bun.NullTime{Time: s.now()}, "account.block"); err != nil {
			return err
		}
		if _, err := tx.NewRaw("DELETE FROM auth.slip WHERE person_id = ?", personID).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		if err := voidLinks(ctx, tx, personID, s.now()); err != nil {
			return err
		}
		return s.endSessions(ctx, tx, personID, uuid.Nil)
	})
}

func (s *Service) keepAdmin(ctx context.Context, tx bun.Tx, personID uuid.UUID) error {
	roles, err := s.o.Org.RolesTx(ctx, tx, personID)
	if err != nil {
		return err
	}
	for _, r := range roles {
		if r == access.Admin {
			return s.o.Org.KeepOneAdminTx(ctx, tx, personID)
		}
	}
	return nil
}

func (s *Service) setBlocked(ctx context.Context, tx bun.Tx, actor access.Actor, personID uuid.UUID, at bun.NullTime, action string) error {
	_, err := tx.NewRaw(`INSERT INTO auth.account (person_id, created_at, blocked_at) VALUES (?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET blocked_at = EXCLUDED.blocked_at`, personID, s.now(), at).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	return s.record(ctx, tx, actor, action, personID, nil)
}

// SessionView is one line of the own sessions.
type SessionView struct {
	ID        uuid.UUID
	UserAgent string
	CreatedAt time.Time
	LastSeen  time.Time
	ExpiresAt time.Time
	Current   bool
}

// Device names the browser and the system, as "Firefox · Android"; the words are names and need no translation. Empty when
// nothing is recognised.
func (v SessionView) Device() string {
	return strings.Trim(firstOf(v.UserAgent, browsers)+" · "+firstOf(v.UserAgent, systems), " ·")
}

// The order counts: Edge says "Chrome" too, and Chrome says "Safari".
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

func firstOf(agent string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(agent, n[0]) {
			return n[1]
		}
	}
	return ""
}

// Sessions lists the own live sessions, the latest seen first.
func (s *Service) Sessions(ctx context.Context, actor access.Actor, ses Session) ([]SessionView, error) {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: ses.PersonID}); err != nil {
		return nil, err
	}
	var list []SessionView
	err := s.db.NewRaw(`SELECT id, user_agent, created_at, last_seen, expires_at, id = ? AS current FROM auth.session
		WHERE person_id = ? AND revoked_at IS NULL AND NOT pending AND expires_at > ? ORDER BY last_seen DESC, id`, ses.ID, actor.PersonID, s.now()).Scan(ctx, &list)
	return list, db.Translate(err)
}

// EndSession ends one of the own sessions; NotFound for anybody else's.
func (s *Service) EndSession(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewRaw("UPDATE auth.session SET revoked_at = ? WHERE id = ? AND person_id = ? AND revoked_at IS NULL", s.now(), id, actor.PersonID).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NewNotFound("session")
		}
		return s.record(ctx, tx, actor, "session.end", actor.PersonID, map[string]any{"session": id})
	})
}

// EndAllSessions signs the person out everywhere, here too, and forgets the browsers they are known by.
func (s *Service) EndAllSessions(ctx context.Context, actor access.Actor) error {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.endSessions(ctx, tx, actor.PersonID, uuid.Nil); err != nil {
			return err
		}
		if _, err := tx.NewRaw("DELETE FROM auth.device WHERE person_id = ?", actor.PersonID).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "session.end_all", actor.PersonID, nil)
	})
}

// Own is what the own account page shows.
type Own struct {
	Person        org.Person
	PasswordAt    time.Time
	TOTPAt        time.Time // zero: off
	RecoveryLeft  int
	MustHaveTOTP  bool // a case role is held
	SharedContact bool // address or number serve an older account too: sign in with the code
}

// Own gives the own account.
func (s *Service) Own(ctx context.Context, actor access.Actor) (Own, error) {
	p, err := s.o.Org.OwnPerson(ctx, actor)
	if err != nil {
		return Own{}, err
	}
	var r struct {
		PasswordAt bun.NullTime
		TOTPAt     bun.NullTime `bun:"totp_at"`
		Unused     int
		Shared     bool
	}
	err = s.db.NewRaw(`SELECT a.password_at, a.totp_at,
			(SELECT count(*) FROM auth.recovery_code c WHERE c.person_id = a.person_id AND c.used_at IS NULL) AS unused,
			EXISTS (SELECT 1 FROM auth.account b JOIN org.person o ON o.id = b.person_id WHERE b.person_id <> a.person_id
				AND ((o.email <> '' AND o.email = ?) OR (o.phone <> '' AND o.phone = ?))) AS shared
		FROM auth.account a WHERE a.person_id = ?`, p.Email, p.Phone, p.ID).Scan(ctx, &r)
	if err != nil {
		return Own{}, db.Translate(err)
	}
	o := Own{Person: p, PasswordAt: r.PasswordAt.Time, TOTPAt: r.TOTPAt.Time, RecoveryLeft: r.Unused, SharedContact: r.Shared}
	for _, g := range actor.Grants {
		o.MustHaveTOTP = o.MustHaveTOTP || g.Role.CaseRole()
	}
	return o, nil
}

// keepFor is how long ended sessions and used links are kept, so that an incident can be looked into.
const keepFor = 30 * 24 * time.Hour

// Sweep removes what no longer counts: ended sessions, used links, expired slips, calm counters, browsers not seen for a year.
// public: housekeeping of the queue.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	for _, q := range []struct {
		sql    string
		before time.Time
	}{
		{"DELETE FROM auth.session WHERE expires_at < ?", now.Add(-keepFor)},
		{"DELETE FROM auth.one_time WHERE expires_at < ?", now.Add(-keepFor)},
		{"DELETE FROM auth.slip WHERE expires_at < ?", now},
		{"DELETE FROM auth.throttle WHERE last_at < ?", now.Add(-24 * time.Hour)},
		{"DELETE FROM auth.device WHERE last_seen < ?", now.AddDate(-1, 0, 0)},
	} {
		if _, err := s.db.NewRaw(q.sql, q.before).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}
