package custody_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/casework/custody"
	"shelter/internal/errs"
)

// TestTwoSharesOfThreeOpen: the drill. Every pair opens what was sealed, also after a rotation; one share, one twice, a mistyped one, and
// those of another set open nothing; a lost key file comes back, and one that is there is never written over.
func TestTwoSharesOfThreeOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k, err := custody.Open(dir)
	must(t, err)
	id := uuid.New()
	_, before, err := k.NewDataKey(id, 1)
	must(t, err)
	shares, err := k.MakeRecovery(false)
	must(t, err)
	if _, err := k.MakeRecovery(false); !errs.Is(err, errs.Conflict) {
		t.Errorf("shares are made twice: %v", err)
	}
	must(t, k.Rotate())
	_, after, err := k.NewDataKey(id, 1)
	must(t, err)
	opens := func(shares ...string) error {
		r, err := custody.OpenRecovery(dir, shares)
		if err != nil {
			return err
		}
		for _, wrapped := range [][]byte{before, after} {
			if _, err := r.Unwrap(wrapped, id, 1); err != nil {
				t.Errorf("a case does not open: %v", err)
			}
		}
		return nil
	}
	for _, pair := range [][]string{{shares[0], shares[1]}, {shares[1], shares[2]}, {shares[2], shares[0]}, shares, {strings.ToLower(shares[0]), strings.ReplaceAll(shares[2], "-", " ")}} {
		must(t, opens(pair...))
	}
	slip := []byte(shares[1])
	if i := len(slip) - 6; slip[i] == 'A' {
		slip[i] = 'B'
	} else {
		slip[i] = 'A'
	}
	for name, c := range map[string]struct {
		shares []string
		key    string
	}{
		"one":            {shares[:1], "case_error_share_few"},
		"none":           {nil, "case_error_share_few"},
		"one twice":      {[]string{shares[0], shares[0]}, "case_error_share_twice"},
		"mistyped":       {[]string{shares[0], string(slip)}, "case_error_share_typed"},
		"something else": {[]string{shares[0], "bonjour"}, "case_error_share_typed"},
	} {
		if err := opens(c.shares...); errs.As(err) == nil || errs.As(err).Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := custody.RestoreRecovery(dir, shares); !errs.Is(err, errs.Conflict) {
		t.Errorf("written over a key file: %v", err)
	}
	must(t, os.Remove(filepath.Join(dir, custody.KeyFile)))
	if _, err := custody.Open(dir); errs.As(err) == nil || errs.As(err).Key != "case_error_key_lost" {
		t.Errorf("a new key is made in the place of a lost one: %v", err)
	}
	back, err := custody.RestoreRecovery(dir, shares[1:])
	must(t, err)
	if _, err := back.Unwrap(after, id, 1); err != nil {
		t.Errorf("the key file that came back opens nothing: %v", err)
	}
	if info, err := os.Stat(filepath.Join(dir, custody.KeyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	newer, err := back.MakeRecovery(true)
	must(t, err)
	if err := opens(shares[0], newer[1]); errs.As(err) == nil || errs.As(err).Key != "case_error_share_set" {
		t.Errorf("a share of an older set: %v", err)
	}
	data, err := os.ReadFile(filepath.Join(dir, custody.RecoveryFile))
	must(t, err)
	if strings.Contains(string(data), "primaryKeyId") {
		t.Error("the recovery file is readable")
	}
}
