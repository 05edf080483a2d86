package auth

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
	"shelter/internal/org"
)

// A sign-in slip is a piece of paper from the trainer: personal code and a PIN with which the person chooses a password. Its
// PIN has 38 bits; the database keeps a keyed digest of it, and throttling does the rest.

const (
	slipLasts = 7 * 24 * time.Hour
	pinLength = 8
)

// Slip is one printed slip. PIN is empty when none was made, and Why says why.
type Slip struct {
	Person  org.Person
	PIN     string // as "7K3Q 9XWB"
	Expires time.Time
	Why     string // catalogue key, or ""
}

// SlipRequest asks for slips for people of one workshop.
type SlipRequest struct {
	Batch    uuid.UUID       // made by the form: printing the same page again gives the same PINs
	Workshop access.Resource // of the workshop that the people take part in; the caller read both there
	People   []uuid.UUID
	Renew    bool // also for those who have a password: they forgot it
}

// PrintSlips makes sign-in slips. A person who holds more than the trainee's role gets none: a slip is read by the one who
// prints it.
func (s *Service) PrintSlips(ctx context.Context, actor access.Actor, r SlipRequest) ([]Slip, error) {
	if err := access.Can(actor, access.SlipPrint, r.Workshop); err != nil {
		return nil, err
	}
	if r.Batch == uuid.Nil || len(r.People) == 0 {
		return nil, errs.NewInvalid("account_error_slips_nobody")
	}
	var slips []Slip
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		slips = make([]Slip, 0, len(r.People))
		for _, id := range r.People {
			slip, err := s.slip(ctx, tx, actor, r, id)
			if err != nil {
				return err
			}
			slips = append(slips, slip)
		}
		return nil
	})
	return slips, err
}

func (s *Service) slip(ctx context.Context, tx bun.Tx, actor access.Actor, r SlipRequest, id uuid.UUID) (Slip, error) {
	p, err := s.o.Org.PersonTx(ctx, tx, id)
	if err != nil {
		return Slip{}, err
	}
	slip := Slip{Person: p}
	if slip.Why, err = s.whyNoSlip(ctx, tx, id, r.Renew); err != nil || slip.Why != "" {
		return slip, err
	}
	pin := s.pin(r.Batch, id)
	slip.PIN, slip.Expires = pin[:pinLength/2]+" "+pin[pinLength/2:], s.now().Add(slipLasts)
	_, err = tx.NewRaw(`INSERT INTO auth.slip (person_id, pin_mac, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET pin_mac = EXCLUDED.pin_mac, created_by = EXCLUDED.created_by, created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at`,
		id, s.pinMAC(id, pin), nullID(actor.PersonID), s.now(), slip.Expires).Exec(ctx)
	if err != nil {
		return Slip{}, db.Translate(err)
	}
	return slip, s.record(ctx, tx, actor, "account.slip", id, map[string]any{"workshop": r.Workshop.WorkshopID, "batch": r.Batch})
}

func (s *Service) whyNoSlip(ctx context.Context, tx bun.Tx, id uuid.UUID, renew bool) (string, error) {
	roles, err := s.o.Org.RolesTx(ctx, tx, id)
	if err != nil {
		return "", err
	}
	for _, r := range roles {
		if r != access.Trainee {
			return "account_slip_other_roles", nil
		}
	}
	has, err := s.hasPassword(ctx, tx, id)
	if err == nil && has && !renew {
		return "account_slip_has_password", nil
	}
	return "", err
}

// pin derives the PIN of a person in one batch: the same page printed again carries the same PINs, and nothing but the key
// file could make them again.
func (s *Service) pin(batch, person uuid.UUID) string {
	mac := s.o.Vault.MAC("slip pin", batch.String()+person.String())
	n := binary.BigEndian.Uint64(mac)
	return org.TextOf(n, pinLength)
}

// pinMAC is what the database keeps; the PIN counts however it was typed.
func (s *Service) pinMAC(person uuid.UUID, pin string) []byte {
	return s.o.Vault.MAC("slip", person.String()+org.NormaliseTyped(pin))
}
