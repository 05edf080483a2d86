package vault

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"testing"
)

// sealBox does what web/ts/lib/seal.ts does in a browser.
func sealBox(t *testing.T, v *Vault, plain []byte) Box {
	t.Helper()
	own, id := v.PublicKey()
	public, err := ecdh.P256().NewPublicKey(own)
	if err != nil {
		t.Fatal(err)
	}
	mine, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := mine.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	key, err := hkdf.Key(sha256.New, secret, append(mine.PublicKey().Bytes(), own...), boxInfo, keySize)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := aes.NewCipher(key)
	aead, _ := cipher.NewGCM(block)
	nonce := make([]byte, 12)
	_, _ = rand.Read(nonce)
	return Box{KeyID: id, Ephemeral: mine.PublicKey().Bytes(), Nonce: nonce, Sealed: aead.Seal(nil, nonce, plain, []byte(id))}
}

func TestBoxesOpenWithTheKeyFileOnly(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	v, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	b := sealBox(t, v, []byte("answers"))
	again, _ := Open(dir) // another node, or after a restart
	if plain, err := again.OpenBox(b); err != nil || string(plain) != "answers" {
		t.Fatalf("%q, %v", plain, err)
	}
	if bytes.Contains(b.Sealed, []byte("answers")) {
		t.Error("the box shows its content")
	}
	other, _ := Open(t.TempDir())
	if _, err := other.OpenBox(b); !errors.Is(err, ErrSealed) {
		t.Errorf("another key: %v", err)
	}
	for name, change := range map[string]func(*Box){
		"altered":        func(b *Box) { b.Sealed = append([]byte{b.Sealed[0] ^ 1}, b.Sealed[1:]...) },
		"another key id": func(b *Box) { b.KeyID = "x" },
		"no point":       func(b *Box) { b.Ephemeral = []byte{4, 1, 2} },
		"short nonce":    func(b *Box) { b.Nonce = b.Nonce[:4] },
		"nothing":        func(b *Box) { *b = Box{} },
	} {
		c := b
		change(&c)
		if _, err := v.OpenBox(c); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %v, want ErrSealed", name, err)
		}
	}
}
