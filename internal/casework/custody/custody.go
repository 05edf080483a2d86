// Package custody keeps the keys of the case files. Every file has a data key of its own; data keys are stored wrapped by a
// key-encryption key (a tink keyset) that lives in a file outside the database. Two further keys of that file make the blind
// index and the audit's codes and signatures.
//
// Invariants: the key file is made once, readable by its owner alone, and never overwritten with less; a sealed field opens
// only for its own case, in its own place and with the version of the key that sealed it; without the key file a copy of the
// database opens nothing, and a case whose wrapped key was destroyed is unreadable for good.
package custody

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"

	"shelter/internal/errs"
)

// KeyFile is the name of the key file in its folder; a backup takes the file along.
const KeyFile = "cases.key"

const keySize = 32

// ErrSealed says that a value does not open: another key, another place, or altered.
var ErrSealed = errors.New("custody: the value does not open with this key")

// content is the key file: the wrapping keys as a tink keyset, and the secret from which index, codes and signatures come.
type content struct {
	Wrapping json.RawMessage `json:"wrapping"`
	Secret   []byte          `json:"secret"`
}

// Keys are the keys of the key file. They are safe for concurrent use.
type Keys struct {
	path   string
	mu     sync.RWMutex
	file   content
	seen   time.Time // when the file that was read was written
	handle *keyset.Handle
	wrap   tink.AEAD

	index, code []byte
	sign        ed25519.PrivateKey
}

// Open reads the key file in a folder and makes it when it is missing.
func Open(dir string) (*Keys, error) {
	path := filepath.Join(dir, KeyFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, there := os.Stat(filepath.Join(dir, RecoveryFile)); there == nil {
			return nil, errs.NewConflict("case_error_key_lost") // a new key would open no case that there is
		}
		data, err = create(dir, path)
	}
	if err != nil {
		return nil, fmt.Errorf("custody: %w", err)
	}
	return parse(path, data)
}

func parse(path string, data []byte) (*Keys, error) {
	k := &Keys{path: path, seen: written(path)}
	if err := json.Unmarshal(data, &k.file); err != nil || len(k.file.Secret) != keySize {
		return nil, fmt.Errorf("custody: %s is damaged", path)
	}
	if err := k.load(); err != nil {
		return nil, fmt.Errorf("custody: %s: %w", path, err)
	}
	for purpose, to := range map[string]*[]byte{"case index v1": &k.index, "case audit code v1": &k.code} {
		key, err := hkdf.Key(sha256.New, k.file.Secret, nil, purpose, keySize)
		if err != nil {
			return nil, err
		}
		*to = key
	}
	seed, err := hkdf.Key(sha256.New, k.file.Secret, nil, "case audit head v1", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	k.sign = ed25519.NewKeyFromSeed(seed)
	return k, nil
}

func (k *Keys) load() error {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(k.file.Wrapping)))
	if err != nil {
		return err
	}
	k.handle = h
	k.wrap, err = aead.New(h)
	return err
}

// create writes a new key file under a name of its own and links it into place, so that a crash leaves no half key and two
// processes that start at once agree on one.
func create(dir, path string) ([]byte, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	h, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, err
	}
	data, err := marshal(h, Random(keySize))
	if err != nil {
		return nil, err
	}
	name, err := writeBeside(dir, data)
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(name) }()
	if err := os.Link(name, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

func marshal(h *keyset.Handle, secret []byte) ([]byte, error) {
	var buf bytes.Buffer
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&buf)); err != nil {
		return nil, err
	}
	return json.Marshal(content{Wrapping: buf.Bytes(), Secret: secret})
}

func writeBeside(dir string, data []byte) (string, error) {
	f, err := os.CreateTemp(dir, ".cases-*") // mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return f.Name(), errors.Join(err, f.Close())
}

// Rotate adds a new wrapping key, which wraps from now on; the older ones go on opening what they wrapped. The caller wraps
// every data key anew afterwards. A process that meets a key which it cannot open reads the file again. The recovery file takes the new key
// along.
func (k *Keys) Rotate() error {
	if err := k.rotate(); err != nil {
		return err
	}
	return k.renewRecovery()
}

func (k *Keys) rotate() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	m := keyset.NewManagerFromHandle(k.handle)
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	if err := m.SetPrimary(id); err != nil {
		return err
	}
	h, err := m.Handle()
	if err != nil {
		return err
	}
	data, err := marshal(h, k.file.Secret)
	if err != nil {
		return err
	}
	name, err := writeBeside(filepath.Dir(k.path), data)
	if err != nil {
		return err
	}
	if err := os.Rename(name, k.path); err != nil {
		return err
	}
	if err := json.Unmarshal(data, &k.file); err != nil {
		return err
	}
	k.seen = written(k.path)
	return k.load()
}

// Random gives n random bytes.
func Random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func wrapContext(caseID uuid.UUID, version int) []byte {
	return binary.BigEndian.AppendUint32(append([]byte("shelter case key v1 "), caseID[:]...), uint32(version)) //nolint:gosec // small and positive
}

// NewDataKey makes the data key of a case and gives it open and wrapped.
func (k *Keys) NewDataKey(caseID uuid.UUID, version int) (DataKey, []byte, error) {
	raw := Random(keySize)
	wrapped, err := k.wrapRaw(raw, caseID, version)
	if err != nil {
		return DataKey{}, nil, err
	}
	d, err := newDataKey(raw, caseID, version)
	return d, wrapped, err
}

func (k *Keys) wrapRaw(raw []byte, caseID uuid.UUID, version int) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.wrap.Encrypt(raw, wrapContext(caseID, version))
}

// Unwrap opens a stored data key. ErrSealed when it was destroyed or belongs to another case.
func (k *Keys) Unwrap(wrapped []byte, caseID uuid.UUID, version int) (DataKey, error) {
	raw, err := k.unwrapRaw(wrapped, caseID, version)
	if err != nil {
		return DataKey{}, ErrSealed
	}
	return newDataKey(raw, caseID, version)
}

func (k *Keys) unwrapRaw(wrapped []byte, caseID uuid.UUID, version int) ([]byte, error) {
	raw, err := k.unwrapNow(wrapped, caseID, version)
	if err != nil && len(wrapped) > 0 && k.reread() {
		raw, err = k.unwrapNow(wrapped, caseID, version)
	}
	return raw, err
}

func (k *Keys) unwrapNow(wrapped []byte, caseID uuid.UUID, version int) ([]byte, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.wrap.Decrypt(wrapped, wrapContext(caseID, version))
}

// reread takes over the wrapping keys of a file that somebody else has written since, as a rotation by the command line while a server runs. A file
// with another secret is none of ours.
func (k *Keys) reread() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	at := written(k.path)
	if at.IsZero() || at.Equal(k.seen) {
		return false
	}
	data, err := os.ReadFile(k.path)
	if err != nil {
		return false
	}
	next := Keys{path: k.path}
	if err := json.Unmarshal(data, &next.file); err != nil || !bytes.Equal(next.file.Secret, k.file.Secret) || next.load() != nil {
		return false
	}
	k.file, k.handle, k.wrap, k.seen = next.file, next.handle, next.wrap, at
	return true
}

// written is when a file was written last; zero when it is not there.
func written(path string) time.Time {
	info, err := os.Stat(path)
	if err != nil {
		return time.Time{}
	}
	return info.ModTime()
}

// Rewrap wraps a stored data key anew with the present wrapping key.
func (k *Keys) Rewrap(wrapped []byte, caseID uuid.UUID, version int) ([]byte, error) {
	raw, err := k.unwrapRaw(wrapped, caseID, version)
	if err != nil {
		return nil, ErrSealed
	}
	return k.wrapRaw(raw, caseID, version)
}

// Blind gives the keyed digest of something that is searched for exactly. kind keeps equal texts of different fields apart.
func (k *Keys) Blind(kind, text string) []byte {
	m := hmac.New(sha256.New, k.index)
	m.Write([]byte(kind))
	m.Write([]byte{0})
	m.Write([]byte(text))
	return m.Sum(nil)[:16]
}

// DataKey is the open data key of one case.
type DataKey struct {
	caseID  uuid.UUID
	version int
	aead    *subtle.AESGCM
}

func newDataKey(raw []byte, caseID uuid.UUID, version int) (DataKey, error) {
	a, err := subtle.NewAESGCM(raw)
	return DataKey{caseID: caseID, version: version, aead: a}, err
}

// NewChild makes a key below that of the case, for one thing that may be erased by itself, and gives it open and sealed. It opens with
// the key of the case alone.
func (d DataKey) NewChild(place string) (DataKey, []byte, error) {
	raw := Random(keySize)
	sealed, err := d.Seal("key "+place, raw)
	if err != nil {
		return DataKey{}, nil, err
	}
	child, err := newDataKey(raw, d.caseID, d.version)
	return child, sealed, err
}

// Child opens a key that NewChild sealed; ErrSealed when it was destroyed or belongs elsewhere.
func (d DataKey) Child(place string, sealed []byte) (DataKey, error) {
	raw, err := d.Open("key "+place, sealed)
	if err != nil {
		return DataKey{}, err
	}
	return newDataKey(raw, d.caseID, d.version)
}

func (d DataKey) context(field string) []byte {
	return append(wrapContext(d.caseID, d.version), field...)
}

// Seal encrypts a value for one field of the case. The first two bytes say the version of the key.
func (d DataKey) Seal(field string, plain []byte) ([]byte, error) {
	sealed, err := d.aead.Encrypt(plain, d.context(field))
	if err != nil {
		return nil, err
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(d.version)), sealed...), nil //nolint:gosec // small and positive
}

// Open decrypts a value of one field; ErrSealed when it was sealed elsewhere, with another version, or altered.
func (d DataKey) Open(field string, sealed []byte) ([]byte, error) {
	if len(sealed) < 2 || int(binary.BigEndian.Uint16(sealed)) != d.version {
		return nil, ErrSealed
	}
	plain, err := d.aead.Decrypt(sealed[2:], d.context(field))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}
