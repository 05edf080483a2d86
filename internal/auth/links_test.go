package auth

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/i18n"
	"shelter/internal/org"
)

func TestInvitation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	manager := actorOf(h.person(org.PersonInput{}, password, access.Manager), access.Manager)
	p := h.person(org.PersonInput{FamilyName: "بن صالح", GivenName: "سلمى", Email: "salma@example.tn", Lang: i18n.AR}, "")
	old, err := h.Invite(h.ctx, manager, p.ID, false)
	h.must(err)
	l, err := h.Invite(h.ctx, manager, p.ID, true)
	h.must(err)
	if l.Reset || !strings.HasPrefix(l.URL, "https://shelter.example/welcome/") {
		t.Errorf("%+v", l)
	}
	out := h.deliver()
	if len(out) != 1 || out[0].To != "salma@example.tn" || !strings.Contains(out[0].Text, l.URL) || !strings.Contains(out[0].HTML, `dir="rtl"`) ||
		!strings.Contains(out[0].Text, "سلمى") || strings.Contains(out[0].Text+out[0].Subject, "⟦") {
		t.Errorf("message %+v", out)
	}
	if again := h.deliver(); len(again) != 0 {
		t.Errorf("%d messages were sent twice", len(again))
	}
	if n := h.count("SELECT count(*) FROM jobs.message WHERE body IS NOT NULL"); n != 0 {
		t.Error("a sent message is still kept")
	}
	_, err = h.PeekLink(h.ctx, old.Token)
	h.wantKey(err, "account_error_link", "the link before")
	for range 2 { // looking does not use it up
		if w, err := h.PeekLink(h.ctx, l.Token); err != nil || w.Person.ID != p.ID || w.Kind != kindInvite {
			t.Fatalf("%+v, %v", w, err)
		}
	}
	_, err = h.ChoosePassword(h.ctx, l.Token, "court", Browser{})
	h.wantField(err, "password", "error_too_short")
	d, err := h.ChoosePassword(h.ctx, l.Token, password, Browser{})
	h.must(err)
	if _, ses := h.begun(d); ses.Actor.PersonID != p.ID {
		t.Errorf("%+v", ses)
	}
	_, err = h.ChoosePassword(h.ctx, l.Token, "une autre phrase ici", Browser{})
	h.wantKey(err, "account_error_link", "the link a second time")
	h.signedIn(p, Browser{})
}

func TestLinkExpiresAndIsGuessedByNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, "")
	l, err := h.Invite(h.ctx, access.System("test"), p.ID, false)
	h.must(err)
	for _, wrong := range []string{"", "x", newToken(), l.Token + "x"} {
		_, err := h.ChoosePassword(h.ctx, wrong, password, Browser{})
		h.wantKey(err, "account_error_link", "a wrong link")
	}
	h.now = h.now.Add(inviteLasts)
	_, err = h.ChoosePassword(h.ctx, l.Token, password, Browser{})
	h.wantKey(err, "account_error_link", "an old link")
	if n := h.count("SELECT count(*) FROM auth.account WHERE person_id = ?", p.ID); n != 0 {
		t.Error("a refused link made an account")
	}
}

// TestLinkWorksOnce lets many use one link at the same moment, with different passwords.
func TestLinkWorksOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, "")
	l, err := h.Invite(h.ctx, access.System("test"), p.ID, false)
	h.must(err)
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if _, err := h.ChoosePassword(h.ctx, l.Token, password, Browser{}); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of twelve used the link, want 1", won.Load())
	}
	if n := h.count("SELECT count(*) FROM audit.entry WHERE action = 'account.password' AND object_id = ?", p.ID.String()); n != 1 {
		t.Errorf("%d audit entries, want 1", n)
	}
}

func TestWhoMayMakeLinks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.person(org.PersonInput{}, password, access.Admin)
	manager := h.person(org.PersonInput{}, password, access.Manager)
	trainer := h.person(org.PersonInput{}, password, access.Trainer)
	worker := h.person(org.PersonInput{}, password, access.CaseWorker)
	plain := h.person(org.PersonInput{}, "")
	for name, c := range map[string]struct {
		actor access.Actor
		whose org.Person
		want  errs.Kind
	}{
		"a manager for a trainee":            {actorOf(manager, access.Manager), plain, 0},
		"a manager for a trainer":            {actorOf(manager, access.Manager), trainer, 0},
		"a manager for an administrator":     {actorOf(manager, access.Manager), admin, errs.Invalid},
		"a manager for a case worker":        {actorOf(manager, access.Manager), worker, errs.Invalid},
		"an administrator for a manager":     {actorOf(admin, access.Admin), manager, 0},
		"an administrator for a case worker": {actorOf(admin, access.Admin), worker, 0},
		"a trainer for a trainee":            {actorOf(trainer, access.Trainer), plain, errs.Forbidden},
		"a visitor":                          {access.Actor{}, plain, errs.Forbidden},
	} {
		_, err := h.Invite(h.ctx, c.actor, c.whose.ID, false)
		if errs.KindOf(err) != c.want || (err == nil) != (c.want == 0) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := h.Invite(h.ctx, actorOf(admin, access.Admin), plain.ID, true)
	h.wantKey(err, "account_error_no_email", "mail without an address")
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{Email: "p@example.tn"}, password)
	h.person(org.PersonInput{Phone: "22345678"}, password)
	_, ses := h.signedIn(p, Browser{})
	for _, login := range []string{"nobody@example.tn", "22345678", "hello", ""} {
		h.must(h.Forgot(h.ctx, login, Browser{}))
	}
	if out := h.deliver(); len(out) != 0 {
		t.Fatalf("%d messages for nobody", len(out))
	}
	h.slept = 0
	h.must(h.Forgot(h.ctx, p.Code, Browser{}))
	if h.slept != forgotTakes {
		t.Errorf("the answer waited %v, want %v", h.slept, forgotTakes)
	}
	out := h.deliver()
	if len(out) != 1 || out[0].To != p.Email {
		t.Fatalf("%+v", out)
	}
	token := out[0].Text[strings.Index(out[0].Text, "/welcome/")+len("/welcome/"):]
	d, err := h.ChoosePassword(h.ctx, strings.Fields(token)[0], "une autre phrase ici", Browser{})
	h.must(err)
	h.begun(d)
	if n := h.count("SELECT count(*) FROM auth.session WHERE id = ? AND revoked_at IS NULL", ses.ID); n != 0 {
		t.Error("the session before goes on")
	}
	if out := h.deliver(); len(out) != 1 || !strings.Contains(out[0].Subject, "mot de passe") {
		t.Errorf("the notice: %+v", out)
	}
	for range 10 {
		h.must(h.Forgot(h.ctx, p.Code, Browser{}))
	}
	if out := h.deliver(); len(out) > forgotPolicy.free {
		t.Errorf("%d messages to one person", len(out))
	}
}

func TestFirstAdministrator(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	link, needed, err := h.SetupLink(h.ctx)
	h.must(err)
	token := link[strings.LastIndex(link, "/")+1:]
	if w, err := h.PeekLink(h.ctx, token); !needed || err != nil || w.Kind != kindSetup {
		t.Fatalf("%v %+v %v", needed, w, err)
	}
	_, err = h.ChoosePassword(h.ctx, token, password, Browser{})
	h.wantKey(err, "account_error_link", "a set-up link as an invitation")
	in := SetupInput{Person: org.PersonInput{FamilyName: "Ayari", GivenName: "Mouna", Email: "mouna@example.tn"}, Password: password}
	bad := in
	bad.Person.Email = "x"
	_, err = h.Setup(h.ctx, token, bad, Browser{})
	h.wantField(err, "email", "error_email")
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := h.Setup(h.ctx, token, in, Browser{}); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if n := h.count("SELECT count(*) FROM org.person"); won.Load() != 1 || n != 1 {
		t.Errorf("%d set-ups, %d persons, want one of each", won.Load(), n)
	}
	signIn, err := h.SignIn(h.ctx, "mouna@example.tn", password, Browser{})
	h.must(err)
	if _, ses := h.begun(signIn.Draft); !ses.Actor.HasGlobal(access.Admin) {
		t.Errorf("%+v", ses.Actor)
	}
	if _, needed, err := h.SetupLink(h.ctx); needed || err != nil {
		t.Errorf("a second set-up: %v, %v", needed, err)
	}
}

func TestSlips(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trainer := actorOf(h.person(org.PersonInput{}, password, access.Trainer), access.Trainer)
	mine := access.Resource{WorkshopID: uuid.New(), Trainers: []uuid.UUID{trainer.PersonID}}
	p := h.person(org.PersonInput{}, "", access.Trainee)
	has := h.person(org.PersonInput{}, password)
	manager := h.person(org.PersonInput{}, "", access.Manager)
	r := SlipRequest{Batch: uuid.New(), Workshop: mine, People: []uuid.UUID{p.ID, has.ID, manager.ID}}
	slips, err := h.PrintSlips(h.ctx, trainer, r)
	h.must(err)
	if slips[0].PIN == "" || slips[1].Why != "account_slip_has_password" || slips[1].PIN != "" || slips[2].Why != "account_slip_other_roles" || slips[2].PIN != "" {
		t.Fatalf("%+v", slips)
	}
	again, err := h.PrintSlips(h.ctx, trainer, r)
	h.must(err)
	if again[0].PIN != slips[0].PIN {
		t.Error("the same page printed again carries another PIN")
	}
	foreign := r
	foreign.Workshop = access.Resource{WorkshopID: uuid.New(), Trainers: []uuid.UUID{uuid.New()}}
	_, err = h.PrintSlips(h.ctx, trainer, foreign)
	h.wantKind(err, errs.Forbidden, "slips for somebody else's workshop")

	_, err = h.SignIn(h.ctx, has.Code, slips[0].PIN, Browser{})
	h.wantKind(err, errs.Invalid, "a PIN with somebody else's code")
	in, err := h.SignIn(h.ctx, strings.ToLower(p.Code), strings.ToLower(slips[0].PIN), Browser{})
	if err != nil || in.ChooseToken == "" {
		t.Fatalf("%+v, %v", in, err)
	}
	second, err := h.SignIn(h.ctx, p.Code, slips[0].PIN, Browser{}) // the page was closed before a password was chosen
	h.must(err)
	_, err = h.ChoosePassword(h.ctx, in.ChooseToken, password, Browser{})
	h.wantKey(err, "account_error_link", "the page of the first try")
	d, err := h.ChoosePassword(h.ctx, second.ChooseToken, password, Browser{})
	h.must(err)
	h.begun(d)
	_, err = h.SignIn(h.ctx, p.Code, slips[0].PIN, Browser{})
	h.wantKind(err, errs.Invalid, "the slip after a password was chosen")
	h.signedIn(p, Browser{})

	r.Renew, r.Batch = true, uuid.New()
	slips, err = h.PrintSlips(h.ctx, trainer, r)
	h.must(err)
	if slips[1].PIN == "" || slips[2].PIN != "" {
		t.Fatalf("%+v", slips)
	}
	h.signedIn(has, Browser{}) // the old password is good until a new one is chosen
	h.now = h.now.Add(slipLasts)
	_, err = h.SignIn(h.ctx, has.Code, slips[1].PIN, Browser{})
	h.wantKind(err, errs.Invalid, "an old slip")
}

func TestSweep(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, password)
	h.signedIn(p, Browser{})
	_, _ = h.SignIn(h.ctx, p.Code, "guess", Browser{})
	_, err := h.Invite(h.ctx, access.System("test"), p.ID, false)
	h.must(err)
	h.must(h.Sweep(h.ctx))
	rows := "SELECT (SELECT count(*) FROM auth.session) + (SELECT count(*) FROM auth.one_time) + (SELECT count(*) FROM auth.device) + (SELECT count(*) FROM auth.throttle)"
	if n := h.count(rows); n < 4 {
		t.Errorf("%d rows are left, want all", n)
	}
	h.now = h.now.Add(2 * 365 * 24 * time.Hour)
	h.must(h.Sweep(h.ctx))
	if n := h.count(rows); n != 0 {
		t.Errorf("%d rows are left after two years", n)
	}
}
