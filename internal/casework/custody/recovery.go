package custody

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
	"golang.org/x/crypto/nacl/box"

	"shelter/internal/errs"
)

// RecoveryFile holds the key file once more, encrypted to a key of which nobody has the private half: it was split into three shares, of
// which two are needed, and forgotten. The file is worth nothing without them, and a backup takes it along.
const RecoveryFile = "cases.recovery"

const (
	recoveryShares = 3
	recoveryNeeded = 2
	setSize        = 4 // bytes that tell which set a share is of
	checkSize      = 3 // bytes that find a slip of the pen
)

type recovery struct {
	Public []byte `json:"public"`
	Sealed []byte `json:"sealed"`
}

// MakeRecovery splits a new recovery key and gives the shares, each for one holder; they are kept nowhere. again replaces the shares
// that there are, which open nothing afterwards.
func (k *Keys) MakeRecovery(again bool) (shares []string, err error) {
	dir := filepath.Dir(k.path)
	if _, err := readRecovery(dir); err == nil && !again {
		return nil, errs.NewConflict("case_error_recovery_there")
	}
	secret := shareGroup.RandomScalar(rand.Reader)
	public, _, err := recoveryKey(secret)
	if err != nil {
		return nil, err
	}
	parts, err := split(secret)
	if err != nil {
		return nil, err
	}
	if err := k.sealRecovery(public[:]); err != nil {
		return nil, err
	}
	for i, part := range parts {
		shares = append(shares, formatShare(i+1, setOf(public[:]), part))
	}
	return shares, nil
}

// sealRecovery writes the key file as it is now for the recovery key.
func (k *Keys) sealRecovery(public []byte) error {
	k.mu.RLock()
	plain, err := json.Marshal(k.file)
	k.mu.RUnlock()
	if err != nil {
		return err
	}
	sealed, err := box.SealAnonymous(nil, plain, (*[32]byte)(public), rand.Reader)
	if err != nil {
		return err
	}
	data, err := json.Marshal(recovery{Public: public, Sealed: sealed})
	if err != nil {
		return err
	}
	dir := filepath.Dir(k.path)
	name, err := writeBeside(dir, data)
	if err != nil {
		return err
	}
	return os.Rename(name, filepath.Join(dir, RecoveryFile))
}

// renewRecovery takes a rotated key along.
func (k *Keys) renewRecovery() error {
	r, err := readRecovery(filepath.Dir(k.path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return k.sealRecovery(r.Public)
}

func readRecovery(dir string) (r recovery, err error) {
	data, err := os.ReadFile(filepath.Join(dir, RecoveryFile))
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(data, &r); err != nil || len(r.Public) != 32 {
		return r, fmt.Errorf("custody: %s is damaged", RecoveryFile)
	}
	return r, nil
}

// OpenRecovery gives the keys that two shares open, and writes nothing.
func OpenRecovery(dir string, shares []string) (*Keys, error) {
	plain, err := openRecovery(dir, shares)
	if err != nil {
		return nil, err
	}
	return parse(filepath.Join(dir, KeyFile), plain)
}

// RestoreRecovery puts the key file back that was lost; never over one that is there.
func RestoreRecovery(dir string, shares []string) (*Keys, error) {
	path := filepath.Join(dir, KeyFile)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil, errs.NewConflict("case_error_key_there")
	}
	plain, err := openRecovery(dir, shares)
	if err != nil {
		return nil, err
	}
	if _, err := parse(path, plain); err != nil {
		return nil, err
	}
	name, err := writeBeside(dir, plain)
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(name) }()
	if err := os.Link(name, path); err != nil {
		return nil, err
	}
	return Open(dir)
}

// ProveRecovery tells whether two shares open the very keys that are in use; nothing else is done with them.
func (k *Keys) ProveRecovery(shares []string) error {
	plain, err := openRecovery(filepath.Dir(k.path), shares)
	if err != nil {
		return err
	}
	opened, err := parse(k.path, plain)
	if err != nil {
		return err
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	if !hmac.Equal(opened.file.Secret, k.file.Secret) {
		return errs.NewInvalid("case_error_share_wrong")
	}
	return nil
}

func openRecovery(dir string, shares []string) ([]byte, error) {
	r, err := readRecovery(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errs.NewInvalid("case_error_recovery_none")
	}
	if err != nil {
		return nil, err
	}
	var parts [][]byte
	for i, s := range shares {
		part, err := parseShare(s, i+1, setOf(r.Public))
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if len(parts) < recoveryNeeded {
		return nil, errs.NewInvalid("case_error_share_few")
	}
	secret, err := combine(parts)
	if err != nil {
		return nil, errs.NewInvalid("case_error_share_twice").Because(err)
	}
	_, private, err := recoveryKey(secret)
	if err != nil {
		return nil, err
	}
	plain, ok := box.OpenAnonymous(nil, r.Sealed, (*[32]byte)(r.Public), private)
	if !ok {
		return nil, errs.NewInvalid("case_error_share_wrong")
	}
	return plain, nil
}

// shareGroup is the group over whose scalars the secret is shared (Shamir 1979): each share is a point of a line through it.
var shareGroup = group.Ristretto255

// split gives the shares: the number of each, then its value.
func split(secret group.Scalar) ([][]byte, error) {
	var parts [][]byte
	for i, s := range secretsharing.New(rand.Reader, recoveryNeeded-1, secret).Share(recoveryShares) {
		value, err := s.Value.MarshalBinary()
		if err != nil {
			return nil, err
		}
		parts = append(parts, append([]byte{byte(i + 1)}, value...)) //nolint:gosec // three shares
	}
	return parts, nil
}

// combine gives the secret that shares stand for; the same one twice is an error, and foreign ones give another secret.
func combine(parts [][]byte) (group.Scalar, error) {
	seen := map[byte]bool{}
	var shares []secretsharing.Share
	for _, p := range parts {
		if seen[p[0]] {
			return nil, errors.New("custody: a share twice")
		}
		seen[p[0]] = true
		value := shareGroup.NewScalar()
		if err := value.UnmarshalBinary(p[1:]); err != nil {
			return nil, err
		}
		shares = append(shares, secretsharing.Share{ID: shareGroup.NewScalar().SetUint64(uint64(p[0])), Value: value})
	}
	return secretsharing.Recover(recoveryNeeded-1, shares)
}

// recoveryKey is the pair of keys that follows from the secret.
func recoveryKey(secret group.Scalar) (public, private *[32]byte, err error) {
	b, err := secret.MarshalBinary()
	if err != nil {
		return nil, nil, err
	}
	seed := sha256.Sum256(append([]byte("shelter recovery key v1 "), b...))
	return box.GenerateKey(bytes.NewReader(seed[:]))
}

func setOf(public []byte) []byte {
	sum := sha256.Sum256(append([]byte("shelter recovery set v1 "), public...))
	return sum[:setSize]
}

var shareText = base32.StdEncoding.WithPadding(base32.NoPadding)

// formatShare writes a share for paper: its number, then groups of four of A to Z and 2 to 7, with the set and a check in them.
func formatShare(n int, set, part []byte) string {
	body := append(bytes.Clone(set), part...)
	sum := sha256.Sum256(body)
	text := shareText.EncodeToString(append(body, sum[:checkSize]...))
	var b strings.Builder
	b.WriteString(strconv.Itoa(n) + ":")
	for i := 0; i < len(text); i += 4 {
		b.WriteByte('-')
		b.WriteString(text[i:min(i+4, len(text))])
	}
	return strings.Replace(b.String(), ":-", ":", 1)
}

// parseShare reads one as somebody types it: small letters, blanks and the number before it do no harm.
func parseShare(s string, n int, set []byte) ([]byte, error) {
	if _, after, found := strings.Cut(s, ":"); found {
		s = after
	}
	s = strings.NewReplacer("-", "", " ", "", "\t", "", "0", "O", "1", "I", "8", "B").Replace(strings.ToUpper(strings.TrimSpace(s)))
	data, err := shareText.DecodeString(s)
	if err != nil || len(data) != setSize+33+checkSize {
		return nil, errs.NewInvalid("case_error_share_typed").With("n", strconv.Itoa(n))
	}
	body, check := data[:len(data)-checkSize], data[len(data)-checkSize:]
	sum := sha256.Sum256(body)
	if !bytes.Equal(sum[:checkSize], check) {
		return nil, errs.NewInvalid("case_error_share_typed").With("n", strconv.Itoa(n))
	}
	if !bytes.Equal(body[:setSize], set) {
		return nil, errs.NewInvalid("case_error_share_set").With("n", strconv.Itoa(n))
	}
	return body[setSize:], nil
}
