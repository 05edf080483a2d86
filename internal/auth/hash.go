package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"shelter/internal/errs"
)

// The cost of a password hash: argon2id, 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	saltSize     = 16
	hashSize     = 32
)

// How many hashes are worked on at once, how many may wait, and for how long. A room of 200 who sign in together is served
// within some seconds; a flood gets "try again" instead of the machine's memory.
const (
	hashSlots   = 2
	hashWaiting = 200
	hashWait    = 15 * time.Second
	hashIdle    = 10 * time.Second // after which the memory of the hashes goes back to the system
)

// hasher makes and checks password hashes, a bounded number at a time.
type hasher struct {
	slots   chan struct{}
	waiting atomic.Int32
	idle    *time.Timer
	count   atomic.Int64 // hashes made, for tests of what throttling spares
	dummy   string
}

func newHasher() *hasher {
	salt, key := make([]byte, saltSize), make([]byte, hashSize)
	_, _ = rand.Read(salt)
	_, _ = rand.Read(key)
	h := &hasher{slots: make(chan struct{}, hashSlots), dummy: encodeHash(salt, key)}
	h.idle = time.AfterFunc(hashIdle, debug.FreeOSMemory)
	return h
}

// hash makes the stored form of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt)
	key, err := h.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return encodeHash(salt, key), nil
}

// verify checks a password. Without a stored hash it does the same work and says no.
func (h *hasher) verify(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	if !known {
		stored = h.dummy
	}
	salt, want, err := decodeHash(stored)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

// derive waits for its turn and hashes. The password is brought to NFC first: keyboards differ in how they type an accent.
func (h *hasher) derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	if err := h.enter(ctx); err != nil {
		return nil, err
	}
	defer func() {
		h.idle.Reset(hashIdle)
		<-h.slots
	}()
	h.count.Add(1)
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, argonTime, argonMemory, argonThreads, hashSize), nil
}

func (h *hasher) enter(ctx context.Context) error {
	if h.waiting.Add(1) > hashWaiting {
		h.waiting.Add(-1)
		return errs.New(errs.Unavailable, "error_unavailable")
	}
	defer h.waiting.Add(-1)
	t := time.NewTimer(hashWait)
	defer t.Stop()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-t.C:
		return errs.New(errs.Unavailable, "error_unavailable")
	case <-ctx.Done():
		return errs.New(errs.Unavailable, "error_unavailable").Because(ctx.Err())
	}
}

var b64 = base64.RawStdEncoding

// encodeHash writes the PHC string format.
func encodeHash(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

// decodeHash reads a stored hash; only the present cost is known.
func decodeHash(s string) (salt, key []byte, err error) {
	prefix := fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonThreads)
	rest, ok := strings.CutPrefix(s, prefix)
	saltText, keyText, split := strings.Cut(rest, "$")
	if !ok || !split {
		return nil, nil, fmt.Errorf("auth: a stored hash has another form")
	}
	if salt, err = b64.DecodeString(saltText); err != nil {
		return nil, nil, fmt.Errorf("auth: salt of a stored hash: %w", err)
	}
	if key, err = b64.DecodeString(keyText); err != nil {
		return nil, nil, fmt.Errorf("auth: stored hash: %w", err)
	}
	return salt, key, nil
}
