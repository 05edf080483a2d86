package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// The second factor is TOTP (RFC 6238): six digits, 30 seconds, SHA-1, as every authenticator program knows it, and ten
// recovery codes on paper.

const (
	totpPeriod    = 30
	totpSkew      = 1 // steps before and after now: clocks differ
	recoveryCount = 10
	recoverySize  = 10 // characters, 48 bits
	issuer        = "Shelter"
)

// Enrolment is a second factor that is being set up.
type Enrolment struct {
	Secret string // for typing in
	URL    string // otpauth://..., for the QR code
}

func totpAAD(person uuid.UUID) string { return "totp:" + person.String() }

var errCode = errs.InvalidFields([]errs.Field{{Name: "code", Key: "account_error_code"}})

// StartTOTP makes a new secret, to be confirmed by a code from the program that scanned it. The present password is asked
// again, so that an unlocked screen is not enough.
func (s *Service) StartTOTP(ctx context.Context, actor access.Actor, password string) (Enrolment, error) {
	if err := s.confirm(ctx, actor, password); err != nil {
		return Enrolment{}, err
	}
	p, err := s.o.Org.OwnPerson(ctx, actor)
	if err != nil {
		return Enrolment{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: p.Code})
	if err != nil {
		return Enrolment{}, errs.Wrap(err, "auth: make a second factor")
	}
	res, err := s.db.NewRaw("UPDATE auth.account SET totp_pending = ? WHERE person_id = ? AND totp_at IS NULL",
		s.o.Vault.Seal([]byte(key.Secret()), totpAAD(actor.PersonID)), actor.PersonID).Exec(ctx)
	if err != nil {
		return Enrolment{}, db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return Enrolment{}, errs.NewConflict("account_error_totp_on")
	}
	return Enrolment{Secret: key.Secret(), URL: key.URL()}, nil
}

// PendingTOTP gives the enrolment under way again, for a form that is shown once more; NotFound when there is none.
func (s *Service) PendingTOTP(ctx context.Context, actor access.Actor) (Enrolment, error) {
	p, err := s.o.Org.OwnPerson(ctx, actor)
	if err != nil {
		return Enrolment{}, err
	}
	var sealed []byte
	err = s.db.NewRaw("SELECT totp_pending FROM auth.account WHERE person_id = ? AND totp_pending IS NOT NULL AND totp_at IS NULL", actor.PersonID).Scan(ctx, &sealed)
	if err != nil {
		return Enrolment{}, db.Translate(err)
	}
	secret, err := s.o.Vault.Open(sealed, totpAAD(actor.PersonID))
	if err != nil {
		return Enrolment{}, errs.Wrap(err, "auth: second factor of "+actor.PersonID.String())
	}
	return Enrolment{Secret: string(secret), URL: totpURL(string(secret), p.Code)}, nil
}

func totpURL(secret, account string) string {
	return "otpauth://totp/" + issuer + ":" + account + "?algorithm=SHA1&digits=6&issuer=" + issuer + "&period=30&secret=" + secret
}

// ConfirmTOTP turns the second factor on with a first code, and gives the recovery codes, which are never shown again. The
// session goes on under a new token with the second factor given.
func (s *Service) ConfirmTOTP(ctx context.Context, actor access.Actor, ses Session, code string, b Browser) ([]string, Draft, error) {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: actor.PersonID}); err != nil {
		return nil, Draft{}, err
	}
	var codes []string
	var d Draft
	t := s.codeTally(actor.PersonID)
	if _, err := s.charge(ctx, t); err != nil {
		return nil, Draft{}, err
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := own(ctx, tx, actor.PersonID); err != nil {
			return err
		}
		if err := s.enableTOTP(ctx, tx, actor.PersonID, code); err != nil {
			return err
		}
		if err := s.forgive(ctx, tx, t); err != nil {
			return err
		}
		var err error
		if codes, err = s.newRecoveryCodes(ctx, tx, actor.PersonID); err != nil {
			return err
		}
		if err := s.endSessions(ctx, tx, actor.PersonID, ses.ID); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, actor.PersonID, "totp_on"); err != nil {
			return err
		}
		if d, err = s.steppedUp(ctx, tx, ses, b); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "account.totp_on", actor.PersonID, nil)
	})
	return codes, d, err
}

func (s *Service) enableTOTP(ctx context.Context, tx bun.Tx, person uuid.UUID, code string) error {
	var sealed []byte
	err := tx.NewRaw("SELECT totp_pending FROM auth.account WHERE person_id = ? AND totp_at IS NULL FOR UPDATE", person).Scan(ctx, &sealed)
	if err = db.Translate(err); err != nil && !errs.Is(err, errs.NotFound) {
		return err
	}
	if sealed == nil {
		return errs.NewConflict("account_error_totp_start")
	}
	step, err := s.matchStep(person, sealed, code, 0)
	if err != nil {
		return err
	}
	_, err = tx.NewRaw("UPDATE auth.account SET totp_secret = totp_pending, totp_pending = NULL, totp_at = ?, totp_step = ? WHERE person_id = ?", s.now(), step, person).Exec(ctx)
	return db.Translate(err)
}

// matchStep gives the time step that a code belongs to, later than the last one accepted.
func (s *Service) matchStep(person uuid.UUID, sealed []byte, code string, last int64) (int64, error) {
	secret, err := s.o.Vault.Open(sealed, totpAAD(person))
	if err != nil {
		return 0, errs.Wrap(err, "auth: second factor of "+person.String())
	}
	code = org.NormaliseTyped(code)
	now := s.now().Unix() / totpPeriod
	for step := now - totpSkew; step <= now+totpSkew; step++ {
		ok, err := hotp.ValidateCustom(code, uint64(step), string(secret), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}) //nolint:gosec // after 1970
		if err == nil && ok && step > last {
			return step, nil
		}
	}
	return 0, errCode
}

func (s *Service) codeTally(person uuid.UUID) tally {
	return tally{blocking: []gatePolicy{{key: s.throttleKey("code", person.String()), policy: codePolicy}}}
}

// VerifyCode takes a second-factor or recovery code in a session that asks for one, pending or not. The session goes on under
// a new token.
// public: the session is the right to it; it may be pending, so there is no actor yet.
func (s *Service) VerifyCode(ctx context.Context, ses Session, code string, b Browser) (Draft, error) {
	if ses.PersonID == uuid.Nil {
		return Draft{}, errs.NewForbidden("verify code")
	}
	t := s.codeTally(ses.PersonID)
	if _, err := s.charge(ctx, t); err != nil {
		return Draft{}, err
	}
	var d Draft
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		how, err := s.useCode(ctx, tx, ses.PersonID, code)
		if err != nil {
			return err
		}
		if err := s.forgive(ctx, tx, t); err != nil {
			return err
		}
		if d, err = s.steppedUp(ctx, tx, ses, b); err != nil {
			return err
		}
		return s.record(ctx, tx, as(ses.PersonID), "account.code", ses.PersonID, map[string]any{"how": how})
	})
	return d, err
}

// steppedUp is the draft of the session that goes on with the second factor given. One that was pending begins now; another
// keeps its end.
func (s *Service) steppedUp(ctx context.Context, tx bun.Tx, ses Session, b Browser) (Draft, error) {
	d, err := s.fullDraft(ctx, tx, Draft{PersonID: ses.PersonID, Stay: ses.Stay, Agent: cut(b.Agent, 300), MFAAt: s.now(), Proved: s.now()}, b)
	if !ses.Pending {
		d.Expires = ses.Expires
	}
	return d, err
}

// useCode accepts a code once: a time step later than the last, or a recovery code not used yet.
func (s *Service) useCode(ctx context.Context, tx bun.Tx, person uuid.UUID, code string) (how string, err error) {
	var a struct {
		Secret []byte
		Step   int64
	}
	err = tx.NewRaw("SELECT totp_secret AS secret, totp_step AS step FROM auth.account WHERE person_id = ? AND totp_at IS NOT NULL AND blocked_at IS NULL FOR UPDATE", person).Scan(ctx, &a)
	if err = db.Translate(err); err != nil {
		if errs.Is(err, errs.NotFound) {
			return "", errs.NewConflict("account_error_totp_off")
		}
		return "", err
	}
	code = org.NormaliseTyped(code)
	if len(code) == recoverySize {
		return "recovery", s.useRecoveryCode(ctx, tx, person, code)
	}
	step, err := s.matchStep(person, a.Secret, code, a.Step)
	if err != nil {
		return "", err
	}
	_, err = tx.NewRaw("UPDATE auth.account SET totp_step = ? WHERE person_id = ?", step, person).Exec(ctx)
	return "totp", db.Translate(err)
}

func (s *Service) useRecoveryCode(ctx context.Context, tx bun.Tx, person uuid.UUID, code string) error {
	res, err := tx.NewRaw("UPDATE auth.recovery_code SET used_at = ? WHERE person_id = ? AND code_mac = ? AND used_at IS NULL",
		s.now(), person, s.recoveryMAC(person, code)).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return errCode
	}
	return s.tell(ctx, tx, person, "recovery_used")
}

func (s *Service) recoveryMAC(person uuid.UUID, code string) []byte {
	return s.o.Vault.MAC("recovery", person.String()+code)
}

// newRecoveryCodes replaces the codes of a person and gives them as "7K3Q9-XWB24".
func (s *Service) newRecoveryCodes(ctx context.Context, tx bun.Tx, person uuid.UUID) ([]string, error) {
	if _, err := tx.NewRaw("DELETE FROM auth.recovery_code WHERE person_id = ?", person).Exec(ctx); err != nil {
		return nil, db.Translate(err)
	}
	codes := make([]string, recoveryCount)
	for i := range codes {
		code := org.RandomText(recoverySize)
		if _, err := tx.NewRaw("INSERT INTO auth.recovery_code (person_id, code_mac) VALUES (?, ?)", person, s.recoveryMAC(person, code)).Exec(ctx); err != nil {
			return nil, db.Translate(err)
		}
		codes[i] = strings.Join([]string{code[:recoverySize/2], code[recoverySize/2:]}, "-")
	}
	return codes, nil
}

// RenewRecoveryCodes replaces the recovery codes; a second factor must have been given within the last minutes.
func (s *Service) RenewRecoveryCodes(ctx context.Context, actor access.Actor, ses Session) ([]string, error) {
	if err := s.fresh(actor, ses); err != nil {
		return nil, err
	}
	var codes []string
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if codes, err = s.newRecoveryCodes(ctx, tx, actor.PersonID); err != nil {
			return err
		}
		return s.record(ctx, tx, actor, "account.recovery_codes", actor.PersonID, nil)
	})
	return codes, err
}

// freshFor is how recent a second factor must be for what changes the account itself.
const freshFor = 10 * time.Minute

func (s *Service) fresh(actor access.Actor, ses Session) error {
	if err := access.Can(actor, access.AccountOwn, access.Resource{PersonID: ses.PersonID}); err != nil {
		return err
	}
	if ses.MFAAt.IsZero() || s.now().Sub(ses.MFAAt) > freshFor {
		return errs.New(errs.NeedsMFA, "error_needs_mfa")
	}
	return nil
}

// DisableTOTP turns the own second factor off. Case roles and it belong together, so that it stays while one is held.
func (s *Service) DisableTOTP(ctx context.Context, actor access.Actor, ses Session) error {
	if err := s.fresh(actor, ses); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		roles, err := s.o.Org.RolesTx(ctx, tx, actor.PersonID)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(roles, access.Role.CaseRole) {
			return errs.NewConflict("account_error_totp_case_role")
		}
		return s.removeTOTP(ctx, tx, actor, actor.PersonID)
	})
}

// ResetTOTP removes the second factor of a person who lost it. The one who resets it could become them: the database suspends
// the case roles of the account until a protection officer approves.
func (s *Service) ResetTOTP(ctx context.Context, actor access.Actor, personID uuid.UUID) error {
	if err := access.Can(actor, access.RoleGrant, access.Resource{PersonID: personID}); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := replacedBy(ctx, tx, actor.PersonID); err != nil {
			return err
		}
		if err := s.removeTOTP(ctx, tx, actor, personID); err != nil {
			return err
		}
		return s.endSessions(ctx, tx, personID, uuid.Nil)
	})
}

func (s *Service) removeTOTP(ctx context.Context, tx bun.Tx, actor access.Actor, personID uuid.UUID) error {
	res, err := tx.NewRaw("UPDATE auth.account SET totp_secret = NULL, totp_pending = NULL, totp_at = NULL WHERE person_id = ? AND totp_at IS NOT NULL", personID).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, _ := res.RowsAffected(); n == 0 {
		return nil
	}
	if _, err := tx.NewRaw("DELETE FROM auth.recovery_code WHERE person_id = ?", personID).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if err := s.tell(ctx, tx, personID, "totp_off"); err != nil {
		return err
	}
	return s.record(ctx, tx, actor, "account.totp_off", personID, nil)
}

// SeedTOTPTx gives an account a second factor and returns its secret, for invented data. Only the system may.
func (s *Service) SeedTOTPTx(ctx context.Context, idb bun.IDB, actor access.Actor, personID uuid.UUID) (secret string, err error) {
	if actor.System == "" {
		return "", errs.NewForbidden("seed second factor")
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: personID.String()})
	if err != nil {
		return "", errs.Wrap(err, "auth: make a second factor")
	}
	_, err = idb.NewRaw("UPDATE auth.account SET totp_secret = ?, totp_at = ?, totp_step = 0 WHERE person_id = ?",
		s.o.Vault.Seal([]byte(key.Secret()), totpAAD(personID)), s.now(), personID).Exec(ctx)
	return key.Secret(), db.Translate(err)
}
