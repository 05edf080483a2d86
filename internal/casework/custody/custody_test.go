package custody_test

import (
	"testing"

	"github.com/google/uuid"

	"shelter/internal/casework/custody"
)

// TestRotation: after a new wrapping key, what the old one wrapped still opens, is wrapped anew, and opens from the file alone.
func TestRotation(t *testing.T) {
	t.Parallel()
	dir, id := t.TempDir(), uuid.New()
	keys, err := custody.Open(dir)
	must(t, err)
	key, wrapped, err := keys.NewDataKey(id, 1)
	must(t, err)
	sealed, err := key.Seal("alias", []byte("Olivier"))
	must(t, err)
	running, err := custody.Open(dir)
	must(t, err)
	must(t, keys.Rotate())
	anew, err := keys.Rewrap(wrapped, id, 1)
	must(t, err)
	read, err := custody.Open(dir)
	must(t, err)
	for who, k := range map[string]*custody.Keys{"read afterwards": read, "running meanwhile": running} {
		for name, w := range map[string][]byte{"wrapped before": wrapped, "wrapped anew": anew} {
			key, err := k.Unwrap(w, id, 1)
			must(t, err)
			if plain, err := key.Open("alias", sealed); err != nil || string(plain) != "Olivier" {
				t.Errorf("%s, %s: %q, %v", who, name, plain, err)
			}
		}
	}
	if _, err := keys.Rewrap(wrapped, uuid.New(), 1); err == nil {
		t.Error("the key of another case is wrapped anew")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
