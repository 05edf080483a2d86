package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
)

// Box is what a browser sealed to the vault's public key: an ephemeral P-256 key agrees with ours on a secret, HKDF-SHA256
// makes a key of it, AES-256-GCM seals. Nobody but a holder of the key file opens it, not even the browser that made it.
type Box struct {
	KeyID     string `json:"k"` // of the public key it was sealed to; bound to the content
	Ephemeral []byte `json:"e"` // the browser's public key, an uncompressed point of 65 bytes
	Nonce     []byte `json:"n"` // 12 bytes
	Sealed    []byte `json:"c"`
}

const boxInfo = "shelter box v1"

// boxKey derives the private key from the key file, so that all nodes have the same one and a backup needs no second file.
func boxKey(key []byte) (*ecdh.PrivateKey, error) {
	for i := range 100 { // a draw above the order of the group, 1 in 2^32, is drawn again
		scalar, err := hkdf.Key(sha256.New, key, nil, "shelter box key v1 "+strconv.Itoa(i), keySize)
		if err != nil {
			return nil, err
		}
		if k, err := ecdh.P256().NewPrivateKey(scalar); err == nil {
			return k, nil
		}
	}
	return nil, errors.New("vault: no private key in a hundred draws")
}

// PublicKey is the key that browsers seal to, an uncompressed point of P-256, and its short name.
func (v *Vault) PublicKey() (key []byte, id string) {
	key = v.box.PublicKey().Bytes()
	sum := sha256.Sum256(key)
	return key, base64.RawURLEncoding.EncodeToString(sum[:6])
}

// OpenBox decrypts; ErrSealed when the box was sealed to another key or was altered.
func (v *Vault) OpenBox(b Box) ([]byte, error) {
	own, id := v.PublicKey()
	if b.KeyID != id || len(b.Nonce) != 12 {
		return nil, ErrSealed
	}
	ephemeral, err := ecdh.P256().NewPublicKey(b.Ephemeral)
	if err != nil {
		return nil, ErrSealed
	}
	secret, err := v.box.ECDH(ephemeral)
	if err != nil {
		return nil, ErrSealed
	}
	key, err := hkdf.Key(sha256.New, secret, append(ephemeral.Bytes(), own...), boxInfo, keySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, b.Nonce, b.Sealed, []byte(b.KeyID))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
