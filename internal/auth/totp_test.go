package auth

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

func TestTurningSecondFactorOn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{Email: "p@example.tn"}, password)
	me := actorOf(p)
	_, ses := h.signedIn(p, Browser{})
	otherToken, _ := h.signedIn(p, Browser{})
	_, _, err := h.ConfirmTOTP(h.ctx, me, ses, "123456", Browser{})
	h.wantKey(err, "account_error_totp_start", "a code before the secret")
	_, err = h.StartTOTP(h.ctx, me, "wrong")
	h.wantField(err, "current", "account_error_current")
	e, err := h.StartTOTP(h.ctx, me, password)
	h.must(err)
	if again, err := h.PendingTOTP(h.ctx, me); err != nil || again.Secret != e.Secret || !strings.Contains(again.URL, "secret="+e.Secret) {
		t.Errorf("%+v, %v", again, err)
	}
	_, _, err = h.ConfirmTOTP(h.ctx, me, ses, "000000", Browser{})
	h.wantField(err, "code", "account_error_code")
	code, err := totp.GenerateCode(e.Secret, h.now)
	h.must(err)
	codes, d, err := h.ConfirmTOTP(h.ctx, me, ses, code[:3]+" "+code[3:], Browser{})
	h.must(err)
	if _, now := h.begun(d); !now.Actor.MFA || len(codes) != recoveryCount {
		t.Errorf("%+v, %d codes", now, len(codes))
	}
	_, err = h.Load(h.ctx, otherToken)
	h.wantKind(err, errs.NotFound, "the other session")
	_, err = h.StartTOTP(h.ctx, me, password)
	h.wantKey(err, "account_error_totp_on", "a second secret")
	if out := h.deliver(); len(out) != 1 {
		t.Errorf("%d notices, want 1", len(out))
	}

	in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
	h.must(err)
	_, pending := h.begun(in.Draft)
	if !pending.Pending || pending.Actor.SignedIn() {
		t.Fatalf("with a password alone: %+v", pending)
	}
	if in.Draft.Device != "" {
		t.Error("a browser is known before the second factor")
	}
	_, err = h.VerifyCode(h.ctx, pending, code, Browser{})
	h.wantField(err, "code", "account_error_code") // it was used to turn the factor on
	d, err = h.VerifyCode(h.ctx, pending, codes[3], Browser{})
	h.must(err)
	if _, ses := h.begun(d); !ses.Actor.MFA || ses.Pending {
		t.Errorf("%+v", ses)
	}
	_, err = h.VerifyCode(h.ctx, pending, codes[3], Browser{})
	h.wantField(err, "code", "account_error_code")
	if own, err := h.Own(h.ctx, me); err != nil || own.RecoveryLeft != recoveryCount-1 || own.TOTPAt.IsZero() {
		t.Errorf("%+v, %v", own, err)
	}
}

// TestCodeCountsOnce: of many who send the same code at once, one is let in; a code of a step before the last is refused; one
// step of clock difference is allowed, two are not.
func TestCodeCountsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, password)
	codeAt := h.totpOn(p)
	in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
	h.must(err)
	_, pending := h.begun(in.Draft)
	code := codeAt()
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if _, err := h.VerifyCode(h.ctx, pending, code, Browser{}); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d were let in with one code, want 1", won.Load())
	}
	for name, c := range map[string]struct {
		shift time.Duration
		good  bool
	}{"two steps late": {2 * totpPeriod * time.Second, false}, "one step late": {totpPeriod * time.Second, true}} {
		h.now = h.now.Add(10 * time.Minute)
		code := codeAt()
		h.now = h.now.Add(c.shift)
		in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
		h.must(err)
		_, pending := h.begun(in.Draft)
		if _, err := h.VerifyCode(h.ctx, pending, code, Browser{}); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGuessingCodesIsSlow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, password)
	codeAt := h.totpOn(p)
	in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
	h.must(err)
	_, pending := h.begun(in.Draft)
	for range codePolicy.free {
		_, err = h.VerifyCode(h.ctx, pending, "000000", Browser{})
		h.wantField(err, "code", "account_error_code")
	}
	_, err = h.VerifyCode(h.ctx, pending, codeAt(), Browser{})
	h.wantKind(err, errs.Throttled, "the right code right after")
	h.now = h.now.Add(codePolicy.base + time.Second)
	if _, err = h.VerifyCode(h.ctx, pending, codeAt(), Browser{}); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestSecondFactorGrowsOld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.person(org.PersonInput{}, password)
	codeAt := h.totpOn(p)
	in, err := h.SignIn(h.ctx, p.Code, password, Browser{Stay: true})
	h.must(err)
	_, pending := h.begun(in.Draft)
	d, err := h.VerifyCode(h.ctx, pending, codeAt(), Browser{})
	h.must(err)
	token, ses := h.begun(d)
	if got := ses.Expires.Sub(h.now); got != sessionLong {
		t.Errorf("the session lasts %v, want %v", got, sessionLong)
	}
	h.now = h.now.Add(mfaLasts)
	if ses, err = h.Load(h.ctx, token); err != nil || ses.Actor.MFA || !ses.Actor.SignedIn() {
		t.Errorf("after half a day: %+v, %v", ses, err)
	}
	d, err = h.VerifyCode(h.ctx, ses, codeAt(), Browser{})
	h.must(err)
	if _, again := h.begun(d); !again.Actor.MFA || !again.Expires.Equal(ses.Expires) {
		t.Errorf("%+v, the end was %v", again, ses.Expires)
	}
}

// TestSecondFactorOfACaseRoleEndsByAPause: whatever page the person comes back by, and however often the session is read after.
func TestSecondFactorOfACaseRoleEndsByAPause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	given := func(p org.Person) string {
		codeAt := h.totpOn(p)
		in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
		h.must(err)
		_, pending := h.begun(in.Draft)
		d, err := h.VerifyCode(h.ctx, pending, codeAt(), Browser{})
		h.must(err)
		token, _ := h.begun(d)
		return token
	}
	worker, admin := given(h.person(org.PersonInput{}, password, access.CaseWorker)), given(h.person(org.PersonInput{}, password, access.Admin))
	mfa := func(token string) bool {
		ses, err := h.Load(h.ctx, token)
		h.must(err)
		if !ses.Actor.SignedIn() || ses.Actor.MFA == ses.MFAAt.IsZero() {
			t.Errorf("%+v", ses)
		}
		return ses.Actor.MFA
	}
	for range 3 {
		h.now = h.now.Add(caseIdle)
		if !mfa(worker) {
			t.Error("the second factor ended without a pause")
		}
	}
	h.now = h.now.Add(caseIdle + time.Second)
	for range 2 {
		if mfa(worker) {
			t.Error("the second factor outlives the pause")
		}
	}
	if !mfa(admin) {
		t.Error("the pause ends the second factor of somebody without a case role")
	}
}

func TestLapseEndsTheSecondFactorAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p, other := h.person(org.PersonInput{}, password, access.CaseWorker), h.person(org.PersonInput{}, password)
	codeAt := h.totpOn(p)
	in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
	h.must(err)
	_, pending := h.begun(in.Draft)
	d, err := h.VerifyCode(h.ctx, pending, codeAt(), Browser{})
	h.must(err)
	token, ses := h.begun(d)
	h.wantKind(h.Lapse(h.ctx, actorOf(other), ses), errs.Forbidden, "somebody else's session")
	if ses, err = h.Load(h.ctx, token); err != nil || !ses.Actor.MFA {
		t.Errorf("%+v, %v", ses, err)
	}
	h.must(h.Lapse(h.ctx, actorOf(p), ses))
	if ses, err = h.Load(h.ctx, token); err != nil || ses.Actor.MFA || !ses.MFAAt.IsZero() || !ses.Actor.SignedIn() {
		t.Errorf("after the lapse: %+v, %v", ses, err)
	}
}

func TestTurningSecondFactorOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.person(org.PersonInput{}, password, access.Admin)
	p := h.person(org.PersonInput{}, password)
	codeAt := h.totpOn(p)
	in, err := h.SignIn(h.ctx, p.Code, password, Browser{})
	h.must(err)
	_, pending := h.begun(in.Draft)
	d, err := h.VerifyCode(h.ctx, pending, codeAt(), Browser{})
	h.must(err)
	_, ses := h.begun(d)
	h.now = h.now.Add(freshFor + time.Second)
	_, err = h.RenewRecoveryCodes(h.ctx, actorOf(p), ses)
	h.wantKind(err, errs.NeedsMFA, "new codes long after the second factor")
	h.wantKind(h.DisableTOTP(h.ctx, actorOf(p), ses), errs.NeedsMFA, "turning it off long after")
	d, err = h.VerifyCode(h.ctx, ses, codeAt(), Browser{})
	h.must(err)
	_, ses = h.begun(d)
	if codes, err := h.RenewRecoveryCodes(h.ctx, actorOf(p), ses); err != nil || len(codes) != recoveryCount {
		t.Errorf("%v, %v", codes, err)
	}
	h.must(h.DisableTOTP(h.ctx, actorOf(p), ses))
	h.signedIn(p, Browser{})

	worker := h.person(org.PersonInput{}, password, access.CaseWorker)
	codeAt = h.totpOn(worker)
	in, err = h.SignIn(h.ctx, worker.Code, password, Browser{})
	h.must(err)
	_, pending = h.begun(in.Draft)
	d, err = h.VerifyCode(h.ctx, pending, codeAt(), Browser{})
	h.must(err)
	_, ses = h.begun(d)
	h.wantKey(h.DisableTOTP(h.ctx, actorOf(worker), ses), "account_error_totp_case_role", "a case worker's own second factor")
	h.totpOn(p)
	h.must(h.ResetTOTP(h.ctx, actorOf(admin, access.Admin), p.ID))
	if st, err := h.AccountState(h.ctx, actorOf(admin, access.Admin), p.ID); err != nil || st.TOTP || !st.Account {
		t.Errorf("%+v, %v", st, err)
	}
	h.wantKind(h.ResetTOTP(h.ctx, actorOf(p), p.ID), errs.Forbidden, "a reset of one's own")
}

func TestSeedingIsForTheSystem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.person(org.PersonInput{}, password, access.Admin)
	h.wantKind(h.SeedAccountTx(h.ctx, h.data.App(), actorOf(admin, access.Admin), admin.ID, "x"), errs.Forbidden, "an administrator sets a password")
	_, err := h.SeedTOTPTx(h.ctx, h.data.App(), actorOf(admin, access.Admin), admin.ID)
	h.wantKind(err, errs.Forbidden, "an administrator sets a second factor")
	h.wantKey(h.Block(h.ctx, actorOf(admin, access.Admin), admin.ID, true), "people_error_last_admin", "the last administrator shuts themselves out")
	h.must(h.inTx(func(tx bun.Tx) error {
		_, err := h.InviteTx(h.ctx, tx, access.System("cli"), admin.ID)
		return err
	}))
}

// TestReplacedSecretsSuspendCaseRoles: whatever is replaced by somebody else, the case roles wait for an approval; what a person
// changes within their own session leaves them.
func TestReplacedSecretsSuspendCaseRoles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.person(org.PersonInput{}, password, access.Admin)
	grants := func(p org.Person) (n int) {
		_, ses := h.signedIn(p, Browser{})
		return len(ses.Actor.Grants)
	}
	waiting := func(p org.Person) (makers []uuid.UUID) {
		list, err := h.people.PersonApprovals(h.ctx, actorOf(admin, access.Admin), p.ID)
		h.must(err)
		if len(list) != 1 || list[0].Kind != org.ApprovalSecret {
			t.Fatalf("%+v", list)
		}
		return list[0].Makers
	}
	link := h.person(org.PersonInput{}, password, access.CaseWorker)
	l, err := h.Invite(h.ctx, actorOf(admin, access.Admin), link.ID, false)
	h.must(err)
	if grants(link) != 1 {
		t.Error("a link that nobody used suspends")
	}
	if _, err = h.ChoosePassword(h.ctx, l.Token, password, Browser{}); err != nil {
		t.Fatal(err)
	}
	if grants(link) != 0 || !slices.Equal(waiting(link), []uuid.UUID{admin.ID}) {
		t.Error("a password chosen with an administrator's link leaves the case role")
	}
	second := h.person(org.PersonInput{}, password, access.CaseWorker)
	h.totpOn(second)
	h.must(h.ResetTOTP(h.ctx, actorOf(admin, access.Admin), second.ID))
	if grants(second) != 0 || !slices.Equal(waiting(second), []uuid.UUID{admin.ID}) {
		t.Error("a second factor that was reset leaves the case role")
	}
	cli := h.person(org.PersonInput{}, password, access.CaseWorker)
	h.must(h.SeedAccountTx(h.ctx, h.data.App(), access.System("cli"), cli.ID, hashOf(password+"!")))
	h.must(h.SeedAccountTx(h.ctx, h.data.App(), access.System("cli"), cli.ID, hashOf(password)))
	if grants(cli) != 0 || len(waiting(cli)) != 0 {
		t.Error("a password set by the system leaves the case role")
	}
	mine := h.person(org.PersonInput{}, password, access.CaseWorker)
	_, ses := h.signedIn(mine, Browser{})
	if _, err = h.ChangePassword(h.ctx, actorOf(mine), ses, password, password+" vertes", Browser{}); err != nil {
		t.Fatal(err)
	}
	list, err := h.people.PersonApprovals(h.ctx, actorOf(admin, access.Admin), mine.ID)
	if err != nil || len(list) != 0 {
		t.Errorf("one's own change suspends: %+v, %v", list, err)
	}
	_, err = h.data.App().Pool().Exec(h.ctx, "UPDATE org.role_grant SET suspended_at = NULL WHERE suspended_at IS NOT NULL")
	h.wantKind(db.Translate(err), errs.Forbidden, "the training login lifts a suspension")
	_, err = h.data.App().Pool().Exec(h.ctx, "INSERT INTO org.role_grant (id, person_id, role, scope, granted_at) VALUES (gen_random_uuid(), $1, 'protection_officer', 'global', now())", admin.ID.String())
	h.wantKind(db.Translate(err), errs.Forbidden, "the training login gives a case role")
}
