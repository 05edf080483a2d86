package auth

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/i18n"
)

// How long things last. The end of a session is absolute.
const (
	sessionShort = 12 * time.Hour
	sessionLong  = 30 * 24 * time.Hour // "stay signed in", not offered to those who hold keys of others
	mfaLasts     = 12 * time.Hour      // a second factor counts for so long
	pendingLasts = 15 * time.Minute    // time to give the second factor after the password
	seenEvery    = time.Minute         // last_seen is written at most so often
	caseIdle     = 15 * time.Minute    // the pause after which a second factor of somebody with a case role ends
)

// Session is one signed-in browser, as the middleware needs it.
type Session struct {
	ID       uuid.UUID
	PersonID uuid.UUID
	Actor    access.Actor // a visitor while Pending
	Lang     i18n.Lang
	Pending  bool // the password was right, the second factor is missing
	Stay     bool
	MFAAt    time.Time // when a second factor was given; zero: not in this session
	LastSeen time.Time
	Expires  time.Time
	Peeked   *int64 // what WithPeek asked for; nil when nothing was asked or nothing is there
}

// Peek is a number that is read along with the session, so that a page which needs just one more costs one trip and not two.
// Column is a constant of the program: a subselect with $3, $4 ... for Args and s.person_id for the reader. An id is handed in as
// [16]byte: pgx writes it without asking a driver.Valuer.
type Peek struct {
	Column string
	Args   []any
}

// loadSQL reads session, person and live grants in one statement: three look-ups by index. The statement is prepared once
// per connection, since planning it would cost more than running it.
const loadSQL = `SELECT s.id, s.person_id, s.pending, s.stay, s.mfa_at, s.last_seen, s.expires_at, p.family_name, p.given_name, p.organisation_id, p.lang,
	ARRAY(SELECT g.role || ' ' || g.scope || ' ' || coalesce(g.scope_id::text, '') FROM org.role_grant g WHERE g.person_id = s.person_id AND g.revoked_at IS NULL AND g.suspended_at IS NULL)
FROM auth.session s JOIN org.person p ON p.id = s.person_id
WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2`

// Load gives the live session of a token; NotFound when there is none (any more). It also notes, at most once a minute, that
// the session was seen. After a pause the second factor of somebody with a case role counts no longer, whatever page they come
// back by: it ends before the session is noted as seen.
// public: the token is the right to it.
func (s *Service) Load(ctx context.Context, token string) (Session, error) {
	if len(token) != 43 { // 32 bytes in base64url; anything else was never made here
		return Session{}, errs.NewNotFound("session")
	}
	now, hash := s.now(), digest(token)
	sql, args := loadSQL, []any{pgx.QueryExecModeCacheStatement, hash, now}
	peek, peeking := ctx.Value(peekKey).(Peek)
	if peeking {
		sql, args = strings.Replace(loadSQL, "\nFROM", ", "+peek.Column+"\nFROM", 1), append(args, peek.Args...)
	}
	ses, err := s.scanSession(s.db.Pool().QueryRow(ctx, sql, args...), now, peeking)
	if err != nil {
		return Session{}, db.Translate(err)
	}
	if ses.paused(now) {
		if err := s.lapse(ctx, &ses); err != nil {
			return Session{}, err
		}
	}
	if now.Sub(ses.LastSeen) >= seenEvery {
		_, err = s.db.Pool().Exec(ctx, "UPDATE auth.session SET last_seen = $2 WHERE token_hash = $1 AND last_seen < $3",
			pgx.QueryExecModeCacheStatement, hash, now, now.Add(-seenEvery/2))
	}
	return ses, db.Translate(err)
}

// paused tells whether the second factor of a case role has lapsed by nobody asking for anything.
func (ses *Session) paused(now time.Time) bool {
	return ses.Actor.MFA && now.Sub(ses.LastSeen) > caseIdle && now.Sub(ses.MFAAt) > caseIdle &&
		slices.ContainsFunc(ses.Actor.Grants, func(g access.Grant) bool { return g.Role.CaseRole() })
}

func (s *Service) scanSession(row pgx.Row, now time.Time, peeking bool) (Session, error) {
	var (
		ses              Session
		mfa              *time.Time
		family, given    string
		org              *[16]byte
		lang             string
		grants           []string
		sessionID, owner [16]byte
	)
	to := []any{&sessionID, &owner, &ses.Pending, &ses.Stay, &mfa, &ses.LastSeen, &ses.Expires, &family, &given, &org, &lang, &grants}
	if peeking {
		to = append(to, &ses.Peeked)
	}
	if err := row.Scan(to...); err != nil {
		return Session{}, err
	}
	ses.ID, ses.PersonID, ses.Lang = sessionID, owner, i18n.Lang(lang)
	if mfa != nil {
		ses.MFAAt = *mfa
	}
	if ses.Pending {
		return ses, nil
	}
	ses.Actor = access.Actor{PersonID: ses.PersonID, Name: strings.TrimSpace(given + " " + family), Grants: parseGrants(grants),
		MFA: !ses.MFAAt.IsZero() && now.Sub(ses.MFAAt) < mfaLasts}
	if org != nil {
		ses.Actor.OrganisationID = *org
	}
	return ses, nil
}

// parseGrants reads "role scope id" lines of loadSQL.
func parseGrants(lines []string) []access.Grant {
	grants := make([]access.Grant, 0, len(lines))
	for _, l := range lines {
		role, rest, _ := strings.Cut(l, " ")
		scope, id, _ := strings.Cut(rest, " ")
		g := access.Grant{Role: access.Role(role), Scope: access.ScopeKind(scope)}
		if id != "" {
			g.ID = uuid.MustParse(id)
		}
		grants = append(grants, g)
	}
	return grants
}

// Draft is a session that may begin: the person has proved who they are. Begin it by committing a new scs session under a
// context made by WithDraft.
type Draft struct {
	PersonID uuid.UUID
	Pending  bool
	Stay     bool
	MFAAt    time.Time
	Expires  time.Time
	DeviceID uuid.UUID // zero while Pending
	Device   string    // token to keep in the browser for a year; empty: keep the present one
	Agent    string    // the browser's own description
	Proved   time.Time // when the secret was looked at: a password chosen later ends this draft too
}

// newDraft starts a session for a person who gave their password or a one-time link; pending when a second factor is set.
func (s *Service) newDraft(ctx context.Context, tx bun.Tx, person uuid.UUID, b Browser) (Draft, error) {
	var acc struct {
		TOTP    bool `bun:"totp"`
		Holding bool `bun:"holding"`
	}
	err := tx.NewRaw(`SELECT a.totp_at IS NOT NULL AS totp,
			EXISTS (SELECT 1 FROM org.role_grant g WHERE g.person_id = a.person_id AND g.revoked_at IS NULL
				AND g.role IN ('admin', 'case_worker', 'case_supervisor', 'protection_officer')) AS holding
		FROM auth.account a WHERE a.person_id = ? AND a.blocked_at IS NULL FOR SHARE OF a`, person).Scan(ctx, &acc)
	if err != nil {
		return Draft{}, db.Translate(err)
	}
	d := Draft{PersonID: person, Pending: acc.TOTP, Stay: b.Stay && !acc.Holding, Agent: cut(b.Agent, 300), Proved: s.now()}
	if d.Pending {
		d.Expires = s.now().Add(pendingLasts)
		return d, nil
	}
	return s.fullDraft(ctx, tx, d, b)
}

// fullDraft completes a draft: its end, and the browser as one that the person is known by.
func (s *Service) fullDraft(ctx context.Context, tx bun.Tx, d Draft, b Browser) (Draft, error) {
	d.Pending = false
	d.Expires = s.now().Add(sessionShort)
	if d.Stay {
		d.Expires = s.now().Add(sessionLong)
	}
	var err error
	d.DeviceID, d.Device, err = s.knowDevice(ctx, tx, d.PersonID, b.Device)
	return d, err
}

// knowDevice remembers the browser. Several people of one shared computer share its token.
func (s *Service) knowDevice(ctx context.Context, tx bun.Tx, person uuid.UUID, token string) (id uuid.UUID, fresh string, err error) {
	if len(token) != 43 {
		token = newToken()
		fresh = token
	}
	now := s.now()
	err = tx.NewRaw(`INSERT INTO auth.device (id, token_hash, person_id, created_at, last_seen) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (token_hash, person_id) DO UPDATE SET last_seen = EXCLUDED.last_seen RETURNING id`,
		uuid.Must(uuid.NewV7()), digest(token), person, now, now).Scan(ctx, &id)
	return id, fresh, db.Translate(err)
}

type contextKey uint8

const (
	draftKey contextKey = iota
	holderKey
	peekKey
)

// WithPeek asks the next Load of the context to read one number more.
func WithPeek(ctx context.Context, p Peek) context.Context { return context.WithValue(ctx, peekKey, p) }

// WithDraft says which session the next commit of a new scs session begins.
func WithDraft(ctx context.Context, d Draft) context.Context {
	return context.WithValue(ctx, draftKey, d)
}

// WithHolder gives a context in which the store leaves the session that it finds.
func WithHolder(ctx context.Context) (context.Context, *Session) {
	h := new(Session)
	return context.WithValue(ctx, holderKey, h), h
}

// Store keeps sessions for an scs.SessionManager (CtxStore). A session holds no loose values: all that is known of it stands
// in columns, so that one statement reads it with the person and the roles.
type Store struct{ s *Service }

// Store gives the store of this service's sessions.
func (s *Service) Store() Store { return Store{s} }

var errNoContext = errors.New("auth: sessions need a context")

// Find is part of scs.Store; scs calls FindCtx.
func (Store) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit is part of scs.Store; scs calls CommitCtx.
func (Store) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete is part of scs.Store; scs calls DeleteCtx.
func (Store) Delete(string) error { return errNoContext }

// FindCtx loads a session and leaves it in the context's holder.
func (st Store) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	ses, err := st.s.Load(ctx, token)
	if errs.Is(err, errs.NotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	if h, ok := ctx.Value(holderKey).(*Session); ok {
		*h = ses
	}
	b, err := Codec{}.Encode(ses.Expires, nil)
	return b, true, err
}

// CommitCtx begins the session of the context's draft. Without a draft there is nothing to keep: the columns are written by
// the methods that change them.
func (st Store) CommitCtx(ctx context.Context, token string, _ []byte, _ time.Time) error {
	d, ok := ctx.Value(draftKey).(Draft)
	if !ok {
		return nil
	}
	return st.s.begin(ctx, token, d)
}

func (s *Service) begin(ctx context.Context, token string, d Draft) error {
	id, now := uuid.Must(uuid.NewV7()), s.now()
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := s.stillGood(ctx, tx, d); err != nil {
			return err
		}
		if _, err := tx.NewRaw(`INSERT INTO auth.session (token_hash, id, person_id, pending, stay, device_id, user_agent, created_at, last_seen, expires_at, mfa_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, digest(token), id, d.PersonID, d.Pending, d.Stay, nullID(d.DeviceID), d.Agent, now, now, d.Expires,
			bun.NullTime{Time: d.MFAAt}).Exec(ctx); err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, as(d.PersonID), "session.begin", d.PersonID, map[string]any{"session": id, "pending": d.Pending, "mfa": !d.MFAAt.IsZero()})
	})
}

// stillGood refuses a draft whose account was blocked, or got another password, between the proof and the session.
func (s *Service) stillGood(ctx context.Context, tx bun.Tx, d Draft) error {
	var good bool
	err := tx.NewRaw("SELECT a.blocked_at IS NULL AND a.password_at <= ? FROM auth.account a WHERE a.person_id = ? FOR SHARE OF a", d.Proved, d.PersonID).Scan(ctx, &good)
	if err = db.Translate(err); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if !good {
		return errSignIn
	}
	return nil
}

// DeleteCtx ends the session of a token.
func (st Store) DeleteCtx(ctx context.Context, token string) error {
	now := st.s.now()
	_, err := st.s.db.NewRaw("UPDATE auth.session SET revoked_at = ? WHERE token_hash = ? AND revoked_at IS NULL", now, digest(token)).Exec(ctx)
	return db.Translate(err)
}

// Codec writes an scs session as its end alone: there are no loose values.
type Codec struct{}

// Encode writes the end.
func (Codec) Encode(deadline time.Time, _ map[string]any) ([]byte, error) {
	return binary.BigEndian.AppendUint64(nil, uint64(deadline.UnixMicro())), nil //nolint:gosec // a time after 1970
}

// Decode reads it.
func (Codec) Decode(b []byte) (time.Time, map[string]any, error) {
	if len(b) != 8 {
		return time.Time{}, nil, errors.New("auth: a session of another form")
	}
	return time.UnixMicro(int64(binary.BigEndian.Uint64(b))).UTC(), map[string]any{}, nil //nolint:gosec // as encoded
}

func nullID(id uuid.UUID) any {
	if id == uuid.Nil {
		return nil
	}
	return id
}

func cut(s string, n int) string {
	r := []rune(strings.ToValidUTF8(s, ""))
	if len(r) > n {
		return string(r[:n])
	}
	return string(r)
}
