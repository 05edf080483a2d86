package auth

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/mail"
	"shelter/internal/org"
	"shelter/internal/vault"
)

var start = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// house is the service over a database of its own, with a clock that tests turn and waits that take no time.
type house struct {
	*Service
	t      *testing.T
	data   *dbtest.DB
	ctx    context.Context
	now    time.Time
	sleeps sync.Mutex // many may wait at once
	slept  time.Duration
	people *org.Service
	out    []mail.Content
}

// noQueue stands where River would: the tests deliver by hand.
type noQueue struct{}

func (noQueue) EnqueueMail(context.Context, *sql.Tx, uuid.UUID) error { return nil }

func (h *house) Send(_ context.Context, c mail.Content) error {
	h.out = append(h.out, c)
	return nil
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, data: dbtest.New(t), ctx: context.Background(), now: start}
	v, err := vault.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return h.now }
	h.people = org.New(h.data.App(), clock)
	h.Service = New(h.data.App(), Options{Vault: v, Org: h.people, PublicURL: "https://shelter.example", Now: clock,
		Outbox: &mail.Outbox{Bundle: b, Vault: v, Queue: noQueue{}, Sender: h, Now: clock}})
	h.Service.sleep = func(_ context.Context, d time.Duration) error {
		h.sleeps.Lock()
		defer h.sleeps.Unlock()
		h.slept += max(d, 0)
		return nil
	}
	return h
}

const password = "quatre tortues lentes"

// hashOf makes each password's hash once: a hash costs what it should.
var hashOf = func() func(string) string {
	var mu sync.Mutex
	made := map[string]string{}
	return func(pw string) string {
		mu.Lock()
		defer mu.Unlock()
		if made[pw] == "" {
			made[pw], _ = newHasher().hash(context.Background(), pw)
		}
		return made[pw]
	}
}()

// person makes a person; with a password when one is given.
func (h *house) person(in org.PersonInput, pw string, roles ...access.Role) org.Person {
	h.t.Helper()
	if in.FamilyName == "" {
		in.FamilyName, in.GivenName = "Trabelsi", "Salma"
	}
	p, err := h.people.CreatePerson(h.ctx, access.System("test"), in)
	h.must(err)
	if pw != "" {
		hash := hashOf(pw)
		h.must(h.SeedAccountTx(h.ctx, h.data.App(), access.System("test"), p.ID, hash))
	}
	for _, r := range roles {
		in := org.GrantInput{Role: r, Scope: access.Global}
		if r == access.CaseWorker {
			o, err := h.people.CreateOrganisation(h.ctx, access.System("test"), org.OrganisationInput{Name: "Centre " + p.Code, Shelter: true})
			h.must(err)
			in.Scope, in.ScopeID = access.Shelter, o.ID
		}
		h.must(h.people.GrantRole(h.ctx, access.System("test"), p.ID, in))
		if r.CaseRole() {
			id := h.data.Warrant(p.ID.String(), string(r), in.ScopeID.String())
			h.data.Exec("INSERT INTO org.role_grant (id, person_id, role, scope, scope_id, granted_at) SELECT $1::uuid, person_id, role, scope, scope_id, now() FROM org.approval WHERE person_id = $2", id, p.ID.String())
			h.data.Exec("DELETE FROM org.approval WHERE person_id = $1", p.ID.String())
		}
	}
	return p
}

func actorOf(p org.Person, roles ...access.Role) access.Actor {
	a := access.Actor{PersonID: p.ID}
	for _, r := range roles {
		a.Grants = append(a.Grants, access.Grant{Role: r, Scope: access.Global})
	}
	return a
}

// begun commits a draft as the edge does and gives its token and session.
func (h *house) begun(d Draft) (string, Session) {
	h.t.Helper()
	token := newToken()
	h.must(h.Store().CommitCtx(WithDraft(h.ctx, d), token, nil, d.Expires))
	ses, err := h.Load(h.ctx, token)
	h.must(err)
	return token, ses
}

func (h *house) signedIn(p org.Person, b Browser) (string, Session) {
	h.t.Helper()
	in, err := h.SignIn(h.ctx, p.Code, password, b)
	h.must(err)
	return h.begun(in.Draft)
}

// totpOn gives an account a second factor and returns what makes its codes.
func (h *house) totpOn(p org.Person) func() string {
	h.t.Helper()
	var secret string
	h.must(h.inTx(func(tx bun.Tx) (err error) {
		if err = own(h.ctx, tx, p.ID); err == nil { // as if the person had enrolled it
			secret, err = h.SeedTOTPTx(h.ctx, tx, access.System("test"), p.ID)
		}
		return err
	}))
	return func() string {
		code, err := totp.GenerateCode(secret, h.now)
		h.must(err)
		return code
	}
}

// deliver sends what waits in the outbox and gives it.
func (h *house) deliver() []mail.Content {
	h.t.Helper()
	var ids []uuid.UUID
	h.must(h.data.App().NewRaw("SELECT id FROM jobs.message WHERE sent_at IS NULL ORDER BY created_at, id").Scan(h.ctx, &ids))
	h.out = nil
	for _, id := range ids {
		h.must(h.o.Outbox.Deliver(h.ctx, h.data.App(), id))
	}
	return h.out
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) wantKind(err error, k errs.Kind, what string) {
	h.t.Helper()
	if !errs.Is(err, k) {
		h.t.Errorf("%s: got %v, want %s", what, err, k)
	}
}

func (h *house) wantKey(err error, key, what string) {
	h.t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Key != key {
		h.t.Errorf("%s: got %v, want %s", what, err, key)
	}
}

func (h *house) wantField(err error, field, key string) {
	h.t.Helper()
	var e *errs.Error
	if errors.As(err, &e) {
		for _, f := range e.Fields {
			if f.Name == field && f.Key == key {
				return
			}
		}
	}
	h.t.Errorf("got %v, want %s at %s", err, key, field)
}

func (h *house) count(query string, args ...any) int {
	h.t.Helper()
	var n int
	h.must(h.data.Owner().NewRaw(query, args...).Scan(h.ctx, &n))
	return n
}

func (h *house) inTx(fn func(tx bun.Tx) error) error {
	return h.data.App().InTx(h.ctx, func(_ context.Context, tx bun.Tx) error { return fn(tx) })
}
