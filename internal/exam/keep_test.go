package exam_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/errs"
	"shelter/internal/exam"
	"shelter/internal/vault"
)

// sealed does what a phone does with what it cannot send.
func sealed(t *testing.T, v *vault.Vault, parcel map[string]any) vault.Box {
	t.Helper()
	plain, err := json.Marshal(parcel)
	if err != nil {
		t.Fatal(err)
	}
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
	key, err := hkdf.Key(sha256.New, secret, append(mine.PublicKey().Bytes(), own...), "shelter box v1", 32)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	nonce := make([]byte, 12)
	return vault.Box{KeyID: id, Ephemeral: mine.PublicKey().Bytes(), Nonce: nonce, Sealed: aead.Seal(nil, nonce, plain, []byte(id))}
}

func TestSealedAnswersGoToTheirAttemptOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, err := vault.Open(t.TempDir())
	w.must(err)
	w.svc.UseVault(v)
	code := w.open(false, exam.Pre)
	ticket := w.join(code, 0)
	taking, err := w.svc.Taking(ctx(), ticket.AttemptID, ticket.Token)
	w.must(err)
	answers := []exam.Answer{
		{Key: uuid.New(), Position: 1, Response: exam.Response{Choice: []string{"a"}}, ClientSeq: 1, ClientAt: w.now},
		{Key: uuid.New(), Position: 2, Response: exam.Response{Choice: []string{"a"}}, ClientSeq: 2, ClientAt: w.now},
	}
	box := sealed(t, v, map[string]any{"pass": taking.Keep.Pass, "answers": answers, "submit": true})
	for range 3 {
		kept, err := w.svc.Keep(ctx(), box)
		w.must(err)
		if kept.Answers != 2 || kept.Late != 0 {
			t.Errorf("%+v", kept)
		}
	}
	r, err := w.svc.Submit(ctx(), ticket.AttemptID, ticket.Token)
	w.must(err)
	if r.Score != 2 {
		t.Errorf("score %v, want 2", r.Score)
	}
	late, err := w.svc.Keep(ctx(), sealed(t, v, map[string]any{"pass": taking.Keep.Pass,
		"answers": []exam.Answer{{Key: uuid.New(), Position: 3, Response: exam.Response{Choice: []string{"a"}}, ClientSeq: 3, ClientAt: w.now}}}))
	w.must(err)
	if late.Late != 1 {
		t.Errorf("%+v, want one late answer", late)
	}
	_, err = w.svc.Keep(ctx(), sealed(t, v, map[string]any{"pass": "x", "answers": answers}))
	w.kind(err, errs.Invalid, "error_bad_request")
	box.Sealed[0] ^= 1
	_, err = w.svc.Keep(ctx(), box)
	w.kind(err, errs.Invalid, "error_bad_request")
}
