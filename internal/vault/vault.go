// Package vault seals small secrets (second-factor keys, messages that hold a one-time link) with a key that is kept outside
// the database, so that a stolen dump opens nothing.
//
// Invariants: the key file is made once, readable by its owner alone, and never overwritten; a sealed value is bound to its
// context (aad) and does not open in another place; several nodes share one key file.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeyFile is the name of the key file in its folder; a backup takes the file along.
const KeyFile = "secrets.key"

const (
	keySize = 32
	version = 1 // first byte of a sealed value: which construction it is
)

// ErrSealed says that a value does not open: it was sealed with another key, in another place, or was altered.
var ErrSealed = errors.New("vault: the value does not open with this key")

// Vault holds the keys. It is safe for concurrent use.
type Vault struct {
	aead   cipher.AEAD
	macKey []byte
	box    *ecdh.PrivateKey
}

// Open reads the key file in a folder and makes folder and file when they are missing.
func Open(dir string) (*Vault, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	path := filepath.Join(dir, KeyFile)
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = create(dir, path)
	}
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if len(key) != keySize {
		return nil, fmt.Errorf("vault: %s has %d bytes instead of %d", path, len(key), keySize)
	}
	return New(key)
}

// create writes a new key under a name of its own and links it into place, so that a crash leaves no half key and two
// processes that start at once agree on one.
func create(dir, path string) ([]byte, error) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key)
	f, err := os.CreateTemp(dir, ".key-*") // mode 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(key)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// New makes a vault of a key of 32 bytes.
func New(key []byte) (*Vault, error) {
	sealKey, err := hkdf.Key(sha256.New, key, nil, "shelter seal v1", keySize)
	if err != nil {
		return nil, err
	}
	macKey, err := hkdf.Key(sha256.New, key, nil, "shelter mac v1", keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(sealKey)
	if err != nil {
		return nil, err
	}
	box, err := boxKey(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &Vault{aead: aead, macKey: macKey, box: box}, err
}

// Seal encrypts a value and binds it to its context, for instance "totp:" and a person's id.
func (v *Vault) Seal(plain []byte, aad string) []byte {
	return v.aead.Seal([]byte{version}, nil, plain, []byte(aad))
}

// Open decrypts a sealed value; ErrSealed when it does not open.
func (v *Vault) Open(sealed []byte, aad string) ([]byte, error) {
	if len(sealed) < 1 || sealed[0] != version {
		return nil, ErrSealed
	}
	plain, err := v.aead.Open(nil, nil, sealed[1:], []byte(aad))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// MAC gives the keyed digest of a short secret, whose purpose keeps equal secrets of different uses apart.
func (v *Vault) MAC(purpose, secret string) []byte {
	m := hmac.New(sha256.New, v.macKey)
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write([]byte(secret))
	return m.Sum(nil)
}
