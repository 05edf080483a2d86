package auth

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
)

func TestSignInByEveryIdentifier(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{FamilyName: "Gharbi", GivenName: "Ali", Phone: "22345678", Email: "ali@example.tn", Lang: i18n.AR}, password, access.Trainer)
	for _, login := range []string{"ali@example.tn", " Ali@Example.TN", "22 345 678", "+216 22345678", p.Code, p.Code[2:], "٢٢٣٤٥٦٧٨"} {
		in, err := h.SignIn(h.ctx, login, password, Browser{Address: "10.0.0.1", Agent: "test"})
		if err != nil {
			t.Errorf("%q: %v", login, err)
			continue
		}
		_, ses := h.begun(in.Draft)
		if ses.Actor.PersonID != p.ID || !ses.Actor.HasGlobal(access.Trainer) || ses.Actor.Name != "Ali Gharbi" || ses.Lang != i18n.AR || ses.Pending || ses.Actor.MFA {
			t.Errorf("%q: %+v", login, ses)
		}
	}
}

// TestRefusalsLookAlike: whatever is wrong, the answer is one.
func TestRefusalsLookAlike(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	known := h.person(org.PersonInput{}, password)
	blocked := h.person(org.PersonInput{}, password)
	h.must(h.Block(h.ctx, access.System("test"), blocked.ID, true))
	none := h.person(org.PersonInput{Email: "none@example.tn"}, "")
	for name, c := range map[string][2]string{
		"wrong password":     {known.Code, "not the password"},
		"blocked account":    {blocked.Code, password},
		"no account":         {none.Email, password},
		"unknown address":    {"nobody@example.tn", password},
		"unknown code":       {org.NewCode(), password},
		"no identifier":      {"hello there", password},
		"empty":              {"", ""},
		"very long password": {known.Code, string(make([]byte, 100_000))},
	} {
		before := h.hasher.count.Load()
		_, err := h.SignIn(h.ctx, c[0], c[1], Browser{Address: "10.0.0." + name})
		if !errors.Is(err, errSignIn) {
			t.Errorf("%s: %v", name, err)
		}
		if n := h.hasher.count.Load() - before; n != 1 {
			t.Errorf("%s: %d hashes, want 1", name, n)
		}
	}
}

func TestKnownBrowserIsNotSlowedByOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, password)
	in, err := h.SignIn(h.ctx, p.Code, password, Browser{Address: "10.0.0.1"})
	h.must(err)
	device := in.Draft.Device
	if device == "" {
		t.Fatal("the browser got no device token")
	}
	for i := range 60 { // an attacker from many addresses
		_, _ = h.SignIn(h.ctx, p.Code, "guess", Browser{Address: "10.9.0." + string(rune('0'+i%10))})
	}
	_, err = h.SignIn(h.ctx, p.Code, password, Browser{Address: "10.0.0.1"})
	h.wantKind(err, errs.Throttled, "the right password from an unknown browser, under attack")
	again, err := h.SignIn(h.ctx, p.Code, password, Browser{Address: "10.9.0.1", Device: device})
	if err != nil || again.Draft.Device != "" {
		t.Errorf("the known browser: %v, new device token %q", err, again.Draft.Device)
	}
	other := h.person(org.PersonInput{}, password)
	for range 6 {
		_, err = h.SignIn(h.ctx, other.Code, "guess", Browser{Address: "10.5.0.1", Device: device})
	}
	h.wantKind(err, errs.Throttled, "somebody else's browser is unknown for this account")
	for range 11 {
		_, err = h.SignIn(h.ctx, p.Code, "guess", Browser{Address: "10.0.0.1", Device: device})
	}
	h.wantKind(err, errs.Throttled, "a thief of the browser")
	h.now = h.now.Add(devicePolicy.limit + time.Second)
	if _, err = h.SignIn(h.ctx, p.Code, password, Browser{Device: device}); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// TestHotel: a hundred people behind one address, every second of whom mistypes, while somebody there guesses at accounts.
func TestHotel(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	hotel := Browser{Address: "41.226.1.2"}
	for range 90 { // a guesser; each identifier new
		_, err := h.SignIn(h.ctx, org.NewCode(), "guess", hotel)
		h.wantKind(err, errs.Invalid, "the guesser")
	}
	if h.slept == 0 {
		t.Error("the guesser was not slowed")
	}
	for i := range 12 {
		h.slept = 0
		p := h.person(org.PersonInput{}, password)
		if i%2 == 0 {
			_, err := h.SignIn(h.ctx, p.Code, "mistyped", hotel)
			h.wantKind(err, errs.Invalid, "a mistyped password")
		}
		if _, err := h.SignIn(h.ctx, p.Code, password, hotel); err != nil {
			t.Fatalf("guest %d: %v", i, err)
		}
		if h.slept > 2*addressLimit {
			t.Fatalf("guest %d waited %v", i, h.slept)
		}
	}
}

// TestTriesAtOnce: a hundred tries at the same moment get no more hashes than the free tries.
func TestTriesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, password)
	before := h.hasher.count.Load()
	var wg sync.WaitGroup
	for range 60 {
		wg.Go(func() { _, _ = h.SignIn(h.ctx, p.Code, "guess", Browser{Address: "10.0.0.1"}) })
	}
	wg.Wait()
	if n := h.hasher.count.Load() - before; n != int64(pairPolicy.free) {
		t.Errorf("%d guesses were looked at, want %d", n, pairPolicy.free)
	}
}

func TestSharedContactBelongsToTheOldestAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first := h.person(org.PersonInput{Phone: "71234567"}, password)
	h.now = h.now.Add(time.Hour)
	second := h.person(org.PersonInput{Phone: "71234567"}, "une autre phrase ici")
	in, err := h.SignIn(h.ctx, "71234567", password, Browser{})
	if err != nil || in.Draft.PersonID != first.ID {
		t.Errorf("%v, %v", in.Draft.PersonID, err)
	}
	if _, err := h.SignIn(h.ctx, second.Code, "une autre phrase ici", Browser{}); err != nil {
		t.Errorf("by code: %v", err)
	}
	_, err = h.UpdateProfile(h.ctx, actorOf(second), ProfileInput{Phone: "98111222", Email: "", Current: "une autre phrase ici"})
	h.must(err)
	_, err = h.UpdateProfile(h.ctx, actorOf(second), ProfileInput{Phone: "71234567", Current: "une autre phrase ici"})
	h.wantField(err, "phone", "account_error_contact_used")
	_, err = h.UpdateProfile(h.ctx, actorOf(second), ProfileInput{Phone: "98111223", Current: "wrong"})
	h.wantField(err, "current", "account_error_current")
	if _, err = h.UpdateProfile(h.ctx, actorOf(second), ProfileInput{Phone: "98 111 222", Lang: i18n.AR}); err != nil {
		t.Errorf("the language alone needs no password: %v", err)
	}
}

func TestSessionEndsAtTheNextRequest(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.person(org.PersonInput{}, password, access.Admin)
	p := h.person(org.PersonInput{}, password, access.Trainer)
	actor := actorOf(p, access.Trainer)
	for name, end := range map[string]func(token string, ses Session){
		"signed out":             func(token string, _ Session) { h.must(h.Store().DeleteCtx(h.ctx, token)) },
		"ended from the list":    func(_ string, ses Session) { h.must(h.EndSession(h.ctx, actor, ses.ID)) },
		"signed out everywhere":  func(string, Session) { h.must(h.EndAllSessions(h.ctx, actor)) },
		"expired":                func(_ string, ses Session) { h.now = ses.Expires },
		"password changed there": func(string, Session) { _, other := h.signedIn(p, Browser{}); h.change(p, other) },
		"account blocked": func(string, Session) {
			h.must(h.Block(h.ctx, actorOf(admin, access.Admin), p.ID, true))
			_, err := h.SignIn(h.ctx, p.Code, password, Browser{})
			h.wantKind(err, errs.Invalid, "blocked")
			h.must(h.Block(h.ctx, actorOf(admin, access.Admin), p.ID, false))
		},
	} {
		token, ses := h.signedIn(p, Browser{})
		end(token, ses)
		_, err := h.Load(h.ctx, token)
		h.wantKind(err, errs.NotFound, name)
	}
	token, _ := h.signedIn(p, Browser{})
	grants, err := h.people.Grants(h.ctx, actorOf(admin, access.Admin), p.ID)
	h.must(err)
	h.must(h.people.RevokeRole(h.ctx, actorOf(admin, access.Admin), grants[0].ID))
	if ses, err := h.Load(h.ctx, token); err != nil || len(ses.Actor.Grants) != 0 {
		t.Errorf("after the role was taken: %+v, %v", ses.Actor.Grants, err)
	}
	for _, wrong := range []string{"", "x", newToken()} {
		_, err := h.Load(h.ctx, wrong)
		h.wantKind(err, errs.NotFound, "a token that was never given")
	}
}

// change sets the same password again through the change form.
func (h *house) change(p org.Person, ses Session) {
	h.t.Helper()
	d, err := h.ChangePassword(h.ctx, actorOf(p), ses, password, password, Browser{})
	h.must(err)
	if d.Pending || !d.Expires.Equal(ses.Expires) {
		h.t.Errorf("the session that changed the password goes on as %+v", d)
	}
}

// TestSessionBeginsOnlyWhileTheProofCounts: what happens between the password and the session counts.
func TestSessionBeginsOnlyWhileTheProofCounts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, meanwhile := range map[string]func(p org.Person){
		"the account is blocked": func(p org.Person) { h.must(h.Block(h.ctx, access.System("test"), p.ID, true)) },
		"another password is chosen": func(p org.Person) {
			l, err := h.Invite(h.ctx, access.System("test"), p.ID, false)
			h.must(err)
			h.now = h.now.Add(time.Second)
			_, err = h.ChoosePassword(h.ctx, l.Token, "une autre phrase ici", Browser{})
			h.must(err)
		},
	} {
		p := h.person(org.PersonInput{}, password)
		in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
		h.must(err)
		meanwhile(p)
		token := newToken()
		err = h.Store().CommitCtx(WithDraft(h.ctx, in.Draft), token, nil, in.Draft.Expires)
		h.wantKind(err, errs.Invalid, name)
		_, err = h.Load(h.ctx, token)
		h.wantKind(err, errs.NotFound, name)
	}
}

func TestSessionLengthsAndLastSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, password)
	admin := h.person(org.PersonInput{}, password, access.Admin)
	for name, c := range map[string]struct {
		p     org.Person
		stay  bool
		lasts time.Duration
	}{"a day's work": {p, false, sessionShort}, "stay signed in": {p, true, sessionLong}, "an administrator cannot stay": {admin, true, sessionShort}} {
		_, ses := h.signedIn(c.p, Browser{Stay: c.stay})
		if got := ses.Expires.Sub(h.now); got != c.lasts {
			t.Errorf("%s: %v, want %v", name, got, c.lasts)
		}
	}
	token, first := h.signedIn(p, Browser{})
	h.now = h.now.Add(seenEvery - time.Second)
	if ses, err := h.Load(h.ctx, token); err != nil || !ses.LastSeen.Equal(first.LastSeen) {
		t.Errorf("%v, %v", ses.LastSeen, err)
	}
	h.now = h.now.Add(time.Second)
	_, err := h.Load(h.ctx, token)
	h.must(err)
	if ses, err := h.Load(h.ctx, token); err != nil || !ses.LastSeen.Equal(h.now) {
		t.Errorf("last seen %v, want %v, %v", ses.LastSeen, h.now, err)
	}
}

func TestSessionsList(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p, other := h.person(org.PersonInput{}, password), h.person(org.PersonInput{}, password)
	_, mine := h.signedIn(p, Browser{Agent: "Firefox Linux"})
	_, second := h.signedIn(p, Browser{Agent: "Chrome Android"})
	_, foreign := h.signedIn(other, Browser{})
	list, err := h.Sessions(h.ctx, actorOf(p), mine)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, v := range list {
		if v.Current != (v.ID == mine.ID) {
			t.Errorf("%+v", v)
		}
	}
	h.wantKind(h.EndSession(h.ctx, actorOf(p), foreign.ID), errs.NotFound, "somebody else's session")
	h.must(h.EndSession(h.ctx, actorOf(p), second.ID))
	h.wantKind(h.EndSession(h.ctx, actorOf(p), second.ID), errs.NotFound, "twice")
}

// TestSecretsAreNotInTheDatabase looks for everything that opens a door in every row of the schema.
func TestSecretsAreNotInTheDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{Email: "a@example.tn"}, password)
	in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
	h.must(err)
	token, _ := h.begun(in.Draft)
	l, err := h.Invite(h.ctx, access.System("test"), p.ID, true)
	h.must(err)
	secret, err := h.SeedTOTPTx(h.ctx, h.data.App(), access.System("test"), p.ID)
	h.must(err)
	trainee := h.person(org.PersonInput{}, "")
	slips, err := h.PrintSlips(h.ctx, access.System("test"), SlipRequest{Batch: uuid.New(), People: []uuid.UUID{trainee.ID}})
	h.must(err)
	for _, table := range []string{"auth.account", "auth.session", "auth.one_time", "auth.slip", "auth.recovery_code", "auth.device", "auth.throttle", "jobs.message", "audit.entry"} {
		for name, s := range map[string]string{"session token": token, "device token": in.Draft.Device, "link": l.Token, "TOTP secret": secret, "PIN": slips[0].PIN, "password": password} {
			if s == "" {
				t.Fatalf("no %s to look for", name)
			}
			n := h.count("SELECT count(*) FROM ? AS x WHERE position(? IN x::text) > 0 OR position(encode(?::bytea, 'hex') IN x::text) > 0", bun.Safe(table), s, []byte(s))
			if n > 0 {
				t.Errorf("%s stands in %s", name, table)
			}
		}
	}
}
