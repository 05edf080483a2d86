package auth

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// Browser is what is known of where a request comes from.
type Browser struct {
	Address string // network address
	Agent   string // its own description
	Device  string // token of the device cookie, or ""
	Stay    bool   // "stay signed in" was ticked
}

// SignIn is the answer to a right password or PIN: a session that may begin, or the one-time token of the page on which the
// owner of a slip chooses a password.
type SignIn struct {
	Draft       Draft
	ChooseToken string
}

// candidate is the account that an identifier may mean.
type candidate struct {
	PersonID     uuid.UUID
	PasswordHash string
	Blocked      bool
	PinMAC       []byte `bun:"pin_mac"`
	PinExpires   bun.NullTime
	KnownDevice  bool
}

var errSignIn = errs.NewInvalid("account_error_signin")

// SignIn checks an identifier (e-mail address, phone number or personal code) with a password, or with the PIN of a sign-in
// slip. Whatever is wrong (identifier, password, blocked account), the answer and the work are the same.
// public: it is how a visitor becomes somebody.
func (s *Service) SignIn(ctx context.Context, login, password string, b Browser) (SignIn, error) {
	column, value := org.LoginColumn(login)
	if column == "" {
		value = strings.ToLower(strings.TrimSpace(login))
	}
	proved := s.now()
	c, err := s.candidate(ctx, column, value, b.Device)
	if err != nil {
		return SignIn{}, err
	}
	t := s.signInTally(value, b, c.KnownDevice)
	slow, err := s.charge(ctx, t)
	if err != nil {
		return SignIn{}, err
	}
	if err := s.sleep(ctx, slow); err != nil {
		return SignIn{}, errs.New(errs.Unavailable, "error_unavailable").Because(err)
	}
	right, pin, err := s.prove(ctx, c, password)
	if err != nil {
		return SignIn{}, err
	}
	if !right && !pin || c.Blocked {
		return SignIn{}, errSignIn
	}
	in, err := s.admit(ctx, c, t, b, right)
	in.Draft.Proved = proved
	return in, err
}

// candidate finds the account of an identifier. An office's number or address can be several people's: the oldest account
// has it, the others sign in with their code.
func (s *Service) candidate(ctx context.Context, column, value, device string) (candidate, error) {
	if column == "" {
		column, value = "code", "" // nobody has it; the same statement is asked
	}
	var c candidate
	err := s.db.NewRaw(`SELECT p.id AS person_id, coalesce(a.password_hash, '') AS password_hash, a.blocked_at IS NOT NULL AS blocked,
			sl.pin_mac, sl.expires_at AS pin_expires,
			EXISTS (SELECT 1 FROM auth.device d WHERE d.token_hash = ? AND d.person_id = p.id) AS known_device
		FROM org.person p LEFT JOIN auth.account a ON a.person_id = p.id LEFT JOIN auth.slip sl ON sl.person_id = p.id
		WHERE p.? = ? AND (a.person_id IS NOT NULL OR sl.person_id IS NOT NULL)
		ORDER BY a.created_at NULLS LAST, p.created_at, p.id LIMIT 1`, digest(device), bun.Ident(column), value).Scan(ctx, &c)
	if err = db.Translate(err); errs.Is(err, errs.NotFound) {
		return candidate{}, nil
	}
	return c, err
}

func (s *Service) signInTally(value string, b Browser, known bool) tally {
	if known {
		return tally{blocking: []gatePolicy{{key: s.throttleKey("device", value, b.Device), policy: devicePolicy}}}
	}
	network := networkOf(b.Address)
	return tally{
		blocking: []gatePolicy{
			{key: s.throttleKey("pair", value, network), policy: pairPolicy},
			{key: s.throttleKey("login", value), policy: loginPolicy, shared: true},
		},
		address: s.throttleKey("address", network),
	}
}

// prove checks the password and the PIN; both are always computed.
func (s *Service) prove(ctx context.Context, c candidate, password string) (right, pin bool, err error) {
	if len(password) > 4*PasswordMax {
		password = password[:4*PasswordMax] // longer ones are refused when chosen, so none is right
	}
	if right, err = s.hasher.verify(ctx, c.PasswordHash, password); err != nil {
		return false, false, err
	}
	mac := s.pinMAC(c.PersonID, password)
	pin = equal(mac, c.PinMAC) && c.PinExpires.After(s.now())
	return right, pin, nil
}

// admit takes back the charge and gives the session, or the page that follows a slip.
func (s *Service) admit(ctx context.Context, c candidate, t tally, b Browser, password bool) (SignIn, error) {
	var in SignIn
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := s.forgive(ctx, tx, t); err != nil {
			return err
		}
		if password {
			in.Draft, err = s.newDraft(ctx, tx, c.PersonID, b)
			if errs.Is(err, errs.NotFound) { // blocked meanwhile
				return errSignIn
			}
			return err
		}
		in.ChooseToken, err = s.issue(ctx, tx, kindSlip, c.PersonID, uuid.Nil, chooseLasts)
		return err
	})
	return in, err
}

// chooseLasts is the time to choose a password after the PIN of a slip was given.
const chooseLasts = 30 * time.Minute
