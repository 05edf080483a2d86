package course_test

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/vault"
)

// sealed does what a phone does with what it cannot send.
func (w *world) sealed(v *vault.Vault, parcel map[string]any) vault.Box {
	w.t.Helper()
	plain, err := json.Marshal(parcel)
	w.must(err)
	own, id := v.PublicKey()
	public, err := ecdh.P256().NewPublicKey(own)
	w.must(err)
	mine, err := ecdh.P256().GenerateKey(rand.Reader)
	w.must(err)
	secret, err := mine.ECDH(public)
	w.must(err)
	key, err := hkdf.Key(sha256.New, secret, append(mine.PublicKey().Bytes(), own...), "shelter box v1", 32)
	w.must(err)
	block, err := aes.NewCipher(key)
	w.must(err)
	aead, err := cipher.NewGCM(block)
	w.must(err)
	nonce := make([]byte, 12)
	return vault.Box{KeyID: id, Ephemeral: mine.PublicKey().Bytes(), Nonce: nonce, Sealed: aead.Seal(nil, nonce, plain, []byte(id))}
}

func TestWhatAPhoneSealedIsDoneOnceForItsLearner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	v, err := vault.Open(t.TempDir())
	w.must(err)
	w.svc.UseVault(v)
	keeper, err := w.svc.Keeper(w.trainee)
	w.must(err)
	done := func(kind string, more map[string]any) map[string]any {
		d := map[string]any{"path": "/courses/demo/01-un/" + kind, "key": uuid.New(), "at": w.now}
		for k, v := range more {
			d[k] = v
		}
		return d
	}
	box := w.sealed(v, map[string]any{"pass": keeper.Pass, "learning": []any{
		done("seen", map[string]any{"place": "s1"}),
		done("check", map[string]any{"item": "X-001", "c": []string{"b"}}),
		done("check", map[string]any{"item": "T-404", "c": []string{"a"}}),
		done("note", map[string]any{"text": "pensée"}),
		map[string]any{"path": "/courses/demo/none/seen", "at": w.now},
		map[string]any{"path": "/account", "at": w.now},
	}})
	w.now = w.now.Add(time.Hour)
	for range 3 {
		kept, err := w.svc.Keep(ctx(), box)
		w.must(err)
		if kept.Done != 3 || kept.Refused != 3 {
			t.Errorf("%+v", kept)
		}
	}
	if n := w.count("SELECT count(*) FROM course.answer"); n != 1 {
		t.Errorf("%d answers", n)
	}
	notes, err := w.svc.Notes(ctx(), w.trainee, "demo")
	w.must(err)
	if notes["01-un"].Text != "pensée" {
		t.Errorf("notes: %+v", notes)
	}
	if other, err := w.svc.Notes(ctx(), w.manager, "demo"); err != nil || len(other) > 0 {
		t.Errorf("somebody else has the note: %v %v", other, err)
	}
}

func TestParcelsOfNobodyAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publish(sample())
	if k, err := w.svc.Keeper(w.trainee); err != nil || k.Key != "" {
		t.Errorf("a keeper without a vault: %+v %v", k, err)
	}
	v, err := vault.Open(t.TempDir())
	w.must(err)
	w.svc.UseVault(v)
	if _, err := w.svc.Keeper(access.Actor{}); !errs.Is(err, errs.Forbidden) {
		t.Errorf("a visitor's keeper: %v", err)
	}
	keeper, err := w.svc.Keeper(w.trainee)
	w.must(err)
	deeds := []any{map[string]any{"path": "/courses/demo/01-un/seen", "at": w.now}}
	_, err = w.svc.Keep(ctx(), w.sealed(v, map[string]any{"pass": "x", "learning": deeds}))
	w.kind(err, errs.Invalid)
	_, err = w.svc.Keep(ctx(), w.sealed(v, map[string]any{"pass": keeper.Pass}))
	w.kind(err, errs.Invalid)
	box := w.sealed(v, map[string]any{"pass": keeper.Pass, "learning": deeds})
	w.now = w.now.AddDate(0, 4, 0)
	_, err = w.svc.Keep(ctx(), box) // too old
	w.kind(err, errs.Invalid)
	box.Sealed[0] ^= 1
	_, err = w.svc.Keep(ctx(), box)
	w.kind(err, errs.Invalid)
}
