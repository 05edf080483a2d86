package programme

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
	"shelter/internal/errs"
)

// Scope is a part of the interface that a token opens.
type Scope string

// The scopes.
const (
	ScopeIndicators Scope = "indicators"
	ScopeWorkshops  Scope = "workshops"
	ScopeAggregates Scope = "aggregates"
)

// Scopes lists the scopes in the order of forms.
func Scopes() []Scope { return []Scope{ScopeIndicators, ScopeWorkshops, ScopeAggregates} }

// Token lets another system read aggregates.
type Token struct {
	bun.BaseModel `bun:"table:programme.token,alias:token"`

	ID        uuid.UUID `bun:",pk"`
	Name      string
	Hash      []byte
	Scopes    []string  `bun:",array"`
	CreatedBy uuid.UUID `bun:",nullzero"`
	CreatedAt time.Time
	ExpiresAt time.Time
	RevokedAt time.Time `bun:",nullzero"`
	UsedAt    time.Time `bun:",nullzero"` // to the hour
}

// Live tells whether the token opens anything.
func (t *Token) Live(now time.Time) bool { return t.RevokedAt.IsZero() && now.Before(t.ExpiresAt) }

// Has tells whether the token opens a part.
func (t *Token) Has(s Scope) bool { return slices.Contains(t.Scopes, string(s)) }

// TokenInput is what is asked for a new token.
type TokenInput struct {
	Key    uuid.UUID // made by the form
	Name   string    // of the system that reads, as "DHIS2"
	Scopes []Scope
	Months int // until it expires
}

// maxTokenMonths is the longest that a token lives.
const maxTokenMonths = 24

// tokenMark begins each secret, so that one that was left somewhere is recognised.
const tokenMark = "shelter_"

func (in TokenInput) wrong() error {
	var fields []errs.Field
	if in.Name == "" || len([]rune(in.Name)) > 100 {
		fields = append(fields, errs.Field{Name: "name", Key: "error_required"})
	}
	if len(in.Scopes) == 0 || slices.ContainsFunc(in.Scopes, func(s Scope) bool { return !slices.Contains(Scopes(), s) }) {
		fields = append(fields, errs.Field{Name: "scopes", Key: "token_error_scopes"})
	}
	if in.Months < 1 || in.Months > maxTokenMonths {
		fields = append(fields, errs.Field{Name: "months", Key: "token_error_months", Args: errs.Args{"max": maxTokenMonths}})
	}
	return errs.InvalidFields(fields)
}

// Tokens lists the tokens, the newest first, without their secrets, which nobody has any more.
func (s *Service) Tokens(ctx context.Context, actor access.Actor) ([]Token, error) {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return nil, err
	}
	var list []Token
	err := s.db.NewSelect().Model(&list).Order("created_at DESC", "id").Scan(ctx)
	return list, db.Translate(err)
}

// IssueToken makes a token and gives its secret, this once. The same key again is errs.Conflict: the secret was shown.
func (s *Service) IssueToken(ctx context.Context, actor access.Actor, in TokenInput) (string, error) {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return "", err
	}
	in.Name = strings.TrimSpace(in.Name)
	if err := in.wrong(); err != nil {
		return "", err
	}
	secret := tokenMark + newSecret()
	now := s.now()
	t := &Token{ID: in.Key, Name: in.Name, Hash: tokenHash(secret), CreatedBy: actor.PersonID, CreatedAt: now, ExpiresAt: now.AddDate(0, in.Months, 0)}
	for _, sc := range in.Scopes {
		t.Scopes = append(t.Scopes, string(sc))
	}
	err := s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		res, err := tx.NewInsert().Model(t).On("CONFLICT (id) DO NOTHING").Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
		if n, _ := res.RowsAffected(); n == 0 {
			return errs.NewConflict("token_made")
		}
		return s.record(ctx, tx, actor, "token.issue", "token", t.ID.String(), map[string]any{"name": t.Name, "scopes": t.Scopes, "expires": t.ExpiresAt})
	})
	return secret, err
}

func newSecret() string {
	b := make([]byte, 30)
	_, _ = rand.Read(b) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

func tokenHash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// RevokeToken ends a token at once.
func (s *Service) RevokeToken(ctx context.Context, actor access.Actor, id uuid.UUID) error {
	if err := may(actor, access.ProgrammeEdit); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var name string
		err := tx.NewUpdate().Model((*Token)(nil)).Set("revoked_at = coalesce(revoked_at, ?)", s.now()).Where("id = ?", id).Returning("name").Scan(ctx, &name)
		if err != nil {
			return db.Translate(err)
		}
		return s.record(ctx, tx, actor, "token.revoke", "token", id.String(), map[string]any{"name": name})
	})
}

// Reader is who reads with a token.
func (t *Token) Reader() access.Actor { return Outside(t.ID, t.Name) }

// Outside is somebody outside the house: what observers see, small numbers hidden, and nothing else.
func Outside(id uuid.UUID, name string) access.Actor {
	return access.Actor{PersonID: id, Name: name, Grants: []access.Grant{{Role: access.Observer, Scope: access.Global}}}
}

// UseToken finds the token of a secret; errs.NotFound when there is none that lives.
// public: the secret is the key.
func (s *Service) UseToken(ctx context.Context, secret string) (*Token, error) {
	t := new(Token)
	now := s.now()
	err := s.db.NewSelect().Model(t).Where("hash = ? AND revoked_at IS NULL AND expires_at > ?", tokenHash(secret), now).Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	hour := now.Truncate(time.Hour)
	if t.UsedAt.Before(hour) {
		_, err = s.db.NewUpdate().Model(t).Set("used_at = ?", hour).WherePK().Exec(ctx)
	}
	return t, db.Translate(err)
}
