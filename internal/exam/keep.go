package exam

import (
	"context"
	"encoding/base64"
	"encoding/json"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/vault"
)

// Keeper is what a phone needs to seal answers that it cannot send: the server's public key, and a pass that names the attempt
// and its secret in words that only the server reads.
type Keeper struct {
	Key   string // base64url of the public key; empty when nothing can be sealed
	KeyID string
	Pass  string
}

const passPlace = "exam pass"

type pass struct {
	Attempt uuid.UUID `json:"a"`
	Token   string    `json:"t"`
}

func (s *Service) keeper(attempt uuid.UUID, tok string) Keeper {
	if s.vault == nil {
		return Keeper{}
	}
	plain, err := json.Marshal(pass{Attempt: attempt, Token: tok})
	if err != nil { // an id and a text always marshal
		return Keeper{}
	}
	key, id := s.vault.PublicKey()
	return Keeper{Key: base64.RawURLEncoding.EncodeToString(key), KeyID: id, Pass: base64.RawURLEncoding.EncodeToString(s.vault.Seal(plain, passPlace))}
}

// parcel is what a phone sealed: answers of one attempt that it could not send, and whether the person had submitted.
type parcel struct {
	Pass    string   `json:"pass"`
	Answers []Answer `json:"answers"`
	Submit  bool     `json:"submit"`
}

// Kept says what became of a parcel.
type Kept struct {
	Answers int `json:"answers"` // all of them are in the database
	Late    int `json:"late"`    // of these, after the submission or the close
}

// Keep opens what a phone had sealed and stores it for the attempt that it belongs to, whoever brings it. A repeat changes
// nothing, because each answer has its key. errs.Invalid when it does not open or belongs to no attempt.
// public: the parcel holds the attempt's secret, which its bearer cannot read.
func (s *Service) Keep(ctx context.Context, b vault.Box) (Kept, error) {
	p, owner, err := s.unpack(b)
	if err != nil {
		return Kept{}, err
	}
	var k Kept
	for from := 0; from < len(p.Answers); from += maxBatch {
		acks, err := s.Save(ctx, owner.Attempt, owner.Token, p.Answers[from:min(from+maxBatch, len(p.Answers))])
		if err != nil {
			return k, refusedParcel(err)
		}
		k.Answers += len(acks)
		for _, a := range acks {
			if a.Late {
				k.Late++
			}
		}
	}
	if !p.Submit {
		return k, nil
	}
	if _, err := s.Submit(ctx, owner.Attempt, owner.Token); err != nil && !errs.Is(err, errs.Conflict) { // a voided attempt is not submitted
		return k, refusedParcel(err)
	}
	return k, nil
}

// refusedParcel: an attempt that is not there is a parcel that nobody can use.
func refusedParcel(err error) error {
	if errs.Is(err, errs.NotFound) {
		return errs.NewInvalid("error_bad_request").Because(err)
	}
	return err
}

func (s *Service) unpack(b vault.Box) (parcel, pass, error) {
	var p parcel
	var owner pass
	if s.vault == nil {
		return p, owner, errs.NewInvalid("error_bad_request")
	}
	plain, err := s.vault.OpenBox(b)
	if err == nil {
		err = json.Unmarshal(plain, &p)
	}
	if err != nil {
		return p, owner, errs.NewInvalid("error_bad_request").Because(err)
	}
	sealed, err := base64.RawURLEncoding.DecodeString(p.Pass)
	if err == nil {
		plain, err = s.vault.Open(sealed, passPlace)
	}
	if err == nil {
		err = json.Unmarshal(plain, &owner)
	}
	if err != nil {
		return p, owner, errs.NewInvalid("error_bad_request").Because(err)
	}
	return p, owner, nil
}

// maxOffset is the clock difference, in milliseconds, beyond which a phone's word is no longer kept: fifty years.
const maxOffset = 50 * 365 * 24 * 3600 * 1000

func clampOffset(ms *int64) *int64 {
	if ms == nil || *ms > maxOffset || *ms < -maxOffset {
		return nil
	}
	return ms
}
