package vault

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestSealedValuesOpenOnlyInTheirPlace(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "keys")
	v, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	sealed := v.Seal([]byte("secret"), "totp:1")
	if bytes.Contains(sealed, []byte("secret")) || bytes.Equal(sealed, v.Seal([]byte("secret"), "totp:1")) {
		t.Error("the sealed value shows something of the secret")
	}
	again, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Open(sealed, "totp:1"); err != nil || string(plain) != "secret" {
		t.Errorf("%q, %v", plain, err)
	}
	other, _ := Open(t.TempDir())
	altered := append([]byte(nil), sealed...)
	altered[len(altered)-1] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another place": func() ([]byte, error) { return v.Open(sealed, "totp:2") },
		"another key":   func() ([]byte, error) { return other.Open(sealed, "totp:1") },
		"altered":       func() ([]byte, error) { return v.Open(altered, "totp:1") },
		"cut":           func() ([]byte, error) { return v.Open(sealed[:5], "totp:1") },
		"empty":         func() ([]byte, error) { return v.Open(nil, "totp:1") },
	} {
		if _, err := open(); !errors.Is(err, ErrSealed) {
			t.Errorf("%s: %v, want ErrSealed", name, err)
		}
	}
}

func TestMACKeepsPurposesApart(t *testing.T) {
	t.Parallel()
	v, _ := Open(t.TempDir())
	if !bytes.Equal(v.MAC("slip", "x"), v.MAC("slip", "x")) || bytes.Equal(v.MAC("slip", "x"), v.MAC("code", "x")) || bytes.Equal(v.MAC("a", "bc"), v.MAC("ab", "c")) {
		t.Error("digests do not follow purpose and secret")
	}
}

func TestKeyFileIsMadeOnceAndPrivately(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var wg sync.WaitGroup
	macs := make([][]byte, 8)
	for i := range macs {
		wg.Go(func() {
			if v, err := Open(dir); err == nil {
				macs[i] = v.MAC("p", "s")
			}
		})
	}
	wg.Wait()
	for _, m := range macs {
		if m == nil || !bytes.Equal(m, macs[0]) {
			t.Fatal("processes that start at once have different keys")
		}
	}
	info, err := os.Stat(filepath.Join(dir, KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want 0600", info.Mode(), err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("%d files, want the key alone", len(entries))
	}
	if err := os.WriteFile(filepath.Join(dir, KeyFile), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a damaged key file was accepted")
	}
}
