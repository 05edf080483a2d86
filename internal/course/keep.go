package course

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/vault"
)

// Keeper is what a phone needs to seal what it cannot send: the server's public key, and a pass that names the learner in words
// that only the server reads.
type Keeper struct {
	Key   string // base64url of the public key; empty when nothing can be sealed
	KeyID string
	Pass  string
}

const (
	passPlace = "course pass"
	passLasts = 90 * 24 * time.Hour // what was done on a phone may come this much later
)

type pass struct {
	Person uuid.UUID `json:"p"`
	At     time.Time `json:"t"`
}

// UseVault lets phones seal what they cannot send.
func (s *Service) UseVault(v *vault.Vault) *Service {
	s.vault = v
	return s
}

// Keeper gives what the actor's phone needs to seal answers and notes.
func (s *Service) Keeper(actor access.Actor) (Keeper, error) {
	if err := ownTraining(actor); err != nil || s.vault == nil {
		return Keeper{}, err
	}
	plain, err := json.Marshal(pass{Person: actor.PersonID, At: s.now()})
	if err != nil {
		return Keeper{}, fmt.Errorf("course: pass: %w", err)
	}
	key, id := s.vault.PublicKey()
	return Keeper{Key: base64.RawURLEncoding.EncodeToString(key), KeyID: id, Pass: base64.RawURLEncoding.EncodeToString(s.vault.Seal(plain, passPlace))}, nil
}

// deed is one thing that a learner did without network: the address says which lesson and whether it is an answer, a note or
// the place of reading.
type deed struct {
	Path  string            `json:"path"`
	Key   uuid.UUID         `json:"key"`
	At    time.Time         `json:"at"`
	Item  string            `json:"item"`
	C     []string          `json:"c"`
	M     map[string]string `json:"m"`
	T     string            `json:"t"`
	Text  string            `json:"text"`
	Place string            `json:"place"`
}

type parcel struct {
	Pass     string `json:"pass"`
	Learning []deed `json:"learning"`
}

// maxDeeds is more than a learner does in the time of a pass; a parcel with more was not made by a page.
const maxDeeds = 2000

// Kept says what became of a parcel.
type Kept struct {
	Done    int `json:"done"`
	Refused int `json:"refused"` // no lesson or question has it any more
}

// Keep opens what a phone had sealed and does it in its order for the learner whose it is, whoever brings it. A repeat changes
// nothing: answers have keys, and of two notes the later stays. errs.Invalid when it does not open.
//
// public: the parcel holds the learner's pass, which its bearer cannot read.
func (s *Service) Keep(ctx context.Context, b vault.Box) (Kept, error) {
	p, owner, err := s.unpack(b)
	if err != nil {
		return Kept{}, errs.NewInvalid("error_bad_request").Because(err)
	}
	actor := access.Actor{PersonID: owner.Person}
	var k Kept
	for _, d := range p.Learning {
		err := s.do(ctx, actor, d)
		switch {
		case err == nil:
			k.Done++
		case errs.Is(err, errs.Invalid), errs.Is(err, errs.NotFound), errs.Is(err, errs.Conflict):
			k.Refused++
		default:
			return k, err
		}
	}
	return k, nil
}

func (s *Service) do(ctx context.Context, actor access.Actor, d deed) error {
	parts := strings.Split(strings.TrimPrefix(d.Path, "/courses/"), "/")
	if len(parts) != 3 || d.At.IsZero() {
		return errs.NewInvalid("error_bad_request")
	}
	code, slug := parts[0], parts[1]
	switch parts[2] {
	case "check":
		_, err := s.Answer(ctx, actor, code, slug, Answer{Key: d.Key, Question: d.Item, At: d.At, Response: Response{Choice: d.C, Match: d.M, Text: d.T}})
		return err
	case "note":
		return s.WriteNote(ctx, actor, code, slug, d.Text, d.At)
	case "seen":
		return s.Seen(ctx, actor, code, slug, d.Place, d.At)
	}
	return errs.NewInvalid("error_bad_request")
}

func (s *Service) unpack(b vault.Box) (p parcel, owner pass, err error) {
	if s.vault == nil {
		return p, owner, vault.ErrSealed
	}
	plain, err := s.vault.OpenBox(b)
	if err == nil {
		err = json.Unmarshal(plain, &p)
	}
	if err != nil {
		return p, owner, err
	}
	sealed, err := base64.RawURLEncoding.DecodeString(p.Pass)
	if err == nil {
		plain, err = s.vault.Open(sealed, passPlace)
	}
	if err == nil {
		err = json.Unmarshal(plain, &owner)
	}
	if err == nil && (owner.Person == uuid.Nil || s.now().Sub(owner.At) > passLasts || len(p.Learning) == 0 || len(p.Learning) > maxDeeds) {
		err = vault.ErrSealed
	}
	return p, owner, err
}

// MediaFiles lists the files of the media folder by their address below the course, with their sizes.
func (c *Course) MediaFiles() map[string]int {
	sizes := map[string]int{}
	for name, body := range c.Files {
		rest, ok := strings.CutPrefix(name, c.Code+"/")
		if inside, media := strings.CutPrefix(rest, mediaFolder); ok && media {
			if _, err := c.media(inside); err == nil {
				sizes[rest] = len(body)
			}
		}
	}
	return sizes
}
