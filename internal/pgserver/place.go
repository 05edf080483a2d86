package pgserver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	homeName    = "pg"          // the cluster's folder in the data folder
	pointerName = "pg-location" // says where the cluster's folder is when it could not be in the data folder
	awayRoot    = "/var/lib/shelter"
)

// place says where a cluster lives and under which account.
type place struct {
	data string  // the data folder
	home string  // the cluster's folder: lock, users, state.json, postgres.log, data
	acct account // who runs PostgreSQL
}

// cluster is PostgreSQL's own data directory.
func (p place) cluster() string { return filepath.Join(p.home, "data") }

// exists tells whether the cluster has been made.
func (p place) exists() bool {
	_, err := os.Stat(filepath.Join(p.cluster(), "PG_VERSION"))
	return err == nil
}

// preparePlace makes the data folder and the cluster's folder. As root it chooses a place that the unprivileged account can
// reach: the data folder when its parents let the account through, otherwise a folder under /var/lib/shelter, which the data
// folder then points to.
func preparePlace(dataDir string) (place, error) {
	if dataDir == "" {
		return place{}, errors.New("pgserver: no data folder given")
	}
	data, err := filepath.Abs(dataDir)
	if err != nil {
		return place{}, fmt.Errorf("pgserver: data folder: %w", err)
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return place{}, fmt.Errorf("pgserver: data folder: %w", err)
	}
	if data, err = filepath.EvalSymlinks(data); err != nil {
		return place{}, fmt.Errorf("pgserver: data folder: %w", err)
	}
	p := place{data: data, home: filepath.Join(data, homeName), acct: self()}
	if away, err := readPointer(data); err != nil {
		return place{}, err
	} else if away != "" {
		p.home = away
	}
	if isRoot() {
		return placeForRoot(p)
	}
	if err := os.MkdirAll(p.home, 0o700); err != nil {
		return place{}, fmt.Errorf("pgserver: folder of the cluster: %w", err)
	}
	return p, checkOwner(p)
}

// checkOwner refuses a cluster of another account, which PostgreSQL would refuse less clearly.
func checkOwner(p place) error {
	info, err := os.Stat(p.cluster())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("pgserver: cluster: %w", err)
	}
	if uid := ownerOf(info); uid != p.acct.uid {
		return fmt.Errorf("pgserver: the cluster in %s belongs to user id %d and this process runs as %d: start it as root or as that user", p.cluster(), uid, p.acct.uid)
	}
	return nil
}

func placeForRoot(p place) (place, error) {
	var err error
	if p.acct, err = accountFor(p); err != nil {
		return place{}, err
	}
	inside := p.home == filepath.Join(p.data, homeName)
	if inside && !p.acct.reaches(filepath.Dir(p.data)) {
		if p.exists() {
			return place{}, fmt.Errorf("pgserver: account %s can no longer reach the cluster in %s: a folder above it is closed to it (chmod o+x opens it)", p.acct.name, p.home)
		}
		return placeAway(p)
	}
	if inside {
		if err := openFolder(p.data, p.acct); err != nil {
			return place{}, err
		}
	}
	return p, makeHome(p.home)
}

// placeAway puts the cluster under /var/lib/shelter and leaves a pointer to it in the data folder. A cluster that is there
// already without a pointer belonged to a data folder that was removed; it is left alone and another name is taken.
func placeAway(p place) (place, error) {
	if err := os.MkdirAll(awayRoot, 0o755); err != nil { // the account has to pass through it
		return place{}, fmt.Errorf("pgserver: folder of the cluster: %w", err)
	}
	sum := sha256.Sum256([]byte(p.data))
	name := filepath.Join(awayRoot, awayName(p.data)+"-"+hex.EncodeToString(sum[:4]))
	p.home = name
	for n := 2; p.exists(); n++ {
		if home, err := readPointer(p.data); err != nil || home != "" { // written by another process meanwhile
			p.home = home
			return p, err
		}
		p.home = fmt.Sprintf("%s-%d", name, n)
	}
	if err := makeHome(p.home); err != nil {
		return place{}, err
	}
	if err := writeFile(filepath.Join(p.data, pointerName), []byte(p.home+"\n"), 0o600); err != nil {
		return place{}, fmt.Errorf("pgserver: pointer to the cluster: %w", err)
	}
	return p, nil
}

// awayName keeps of a path what is readable in a folder's name.
func awayName(path string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, path)
	name = strings.Trim(name, "-")
	if len(name) > 40 {
		name = name[len(name)-40:]
	}
	return name
}

// readPointer gives the cluster's folder outside the data folder, or "".
func readPointer(data string) (string, error) {
	path := filepath.Join(data, pointerName)
	b, err := os.ReadFile(path) // the data folder is ours
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("pgserver: pointer to the cluster: %w", err)
	}
	home := strings.TrimSpace(string(b))
	if info, err := os.Stat(home); err != nil || !info.IsDir() {
		return "", fmt.Errorf("pgserver: %s says that the cluster is in %q, and that folder is not there: bring it back, or remove %s to begin with an empty cluster", path, home, path)
	}
	return home, nil
}

// makeHome makes the cluster's folder of root, which the account passes through and cannot change.
func makeHome(home string) error {
	if err := os.MkdirAll(home, 0o711); err != nil { // the account has to pass through it
		return fmt.Errorf("pgserver: folder of the cluster: %w", err)
	}
	return os.Chmod(home, 0o711) // as above, whatever the umask
}

// openFolder lets the account pass through the data folder, and see nothing of it.
func openFolder(data string, a account) error {
	if a.reaches(data) {
		return nil
	}
	info, err := os.Stat(data)
	if err != nil {
		return fmt.Errorf("pgserver: data folder: %w", err)
	}
	if err := os.Chmod(data, info.Mode().Perm()|0o711); err != nil {
		return fmt.Errorf("pgserver: data folder: %w", err)
	}
	if !a.reaches(data) {
		return fmt.Errorf("pgserver: account %s cannot reach the data folder %s", a.name, data)
	}
	return nil
}

// lock takes the cluster's lock, under which it is started, adopted and stopped.
func (p place) lock(ctx context.Context) (unlock func(), err error) {
	l, err := waitLock(ctx, filepath.Join(p.home, "lock"), true)
	if err != nil {
		return nil, fmt.Errorf("pgserver: lock of the cluster: %w", err)
	}
	return l.release, nil
}

// use tells the other processes that this one uses the cluster.
func (p place) use(ctx context.Context) (*fileLock, error) {
	l, err := waitLock(ctx, filepath.Join(p.home, "users"), false)
	if err != nil {
		return nil, fmt.Errorf("pgserver: users of the cluster: %w", err)
	}
	return l, nil
}

// tryUseAlone gives nil when another process uses the cluster.
func (p place) tryUseAlone() (*fileLock, error) {
	return tryLock(filepath.Join(p.home, "users"), true)
}

// waitLock tries until it has the lock or ctx ends.
func waitLock(ctx context.Context, path string, exclusive bool) (*fileLock, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		l, err := tryLock(path, exclusive)
		if l != nil || err != nil {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

// writeFile replaces a file at once and makes it durable: a reader sees the old text or the new one.
func writeFile(path string, text []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
