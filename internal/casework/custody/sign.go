package custody

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"hash"
)

// Coder makes the code of an audit entry. It is not safe for concurrent use: each goroutine takes its own.
type Coder struct{ mac hash.Hash }

// Coder gives a maker of codes.
func (k *Keys) Coder() *Coder { return &Coder{mac: hmac.New(sha256.New, k.code)} }

// Code appends the code of a text to a buffer.
func (c *Coder) Code(to, text []byte) []byte {
	c.mac.Reset()
	c.mac.Write(text)
	return c.mac.Sum(to)
}

// Sign signs the head of the audit.
func (k *Keys) Sign(head []byte) []byte { return ed25519.Sign(k.sign, head) }

// Verify tells whether a signature of a head is ours.
func (k *Keys) Verify(head, signature []byte) bool {
	public, ok := k.sign.Public().(ed25519.PublicKey)
	return ok && ed25519.Verify(public, head, signature)
}
