package pgserver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

const (
	socketPort = 5432 // names the socket's file; nothing listens on TCP
	// A socket's path ends with a zero byte in a field of 108 bytes on Linux, of 104 on macOS.
	socketPathMax = 107
	socketPathMac = 103
)

func socketFile(dir string) string {
	return filepath.Join(dir, ".s.PGSQL."+strconv.Itoa(socketPort))
}

// socketDir gives the folder of the socket, owned by the account and closed to everyone else: the one of the last run when it
// is still ours, so that addresses stay the same, otherwise a new one at the first short enough place that can be written.
func (p place) socketDir() (string, error) {
	if last := readState(p.home).Socket; last != "" && p.ours(last) {
		return last, nil
	}
	var problems []error
	for _, parent := range socketParents() {
		dir, err := p.makeSocketDir(parent)
		if err == nil {
			return dir, nil
		}
		problems = append(problems, err)
	}
	return "", fmt.Errorf("pgserver: no place for the socket: %w", errors.Join(problems...))
}

// socketParents lists where sockets may go.
func socketParents() []string {
	if isRoot() {
		return []string{"/run/shelter", os.TempDir(), "/tmp", "/var/tmp"}
	}
	var parents []string
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		parents = append(parents, dir)
	}
	return append(parents, os.TempDir(), "/tmp", "/var/tmp")
}

func (p place) makeSocketDir(parent string) (string, error) {
	sum := sha256.Sum256([]byte(p.home))
	name := "shelter-" + hex.EncodeToString(sum[:5])
	if isRoot() && parent == "/run/shelter" {
		if err := os.MkdirAll(parent, 0o755); err != nil { // the account has to pass through it
			return "", err
		}
		dir := filepath.Join(parent, name)
		if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		return dir, errors.Join(checkSocketPath(dir), p.acct.own(dir), os.Chmod(dir, 0o700)) // a folder
	}
	// Anyone may write to a temporary folder, so the name there has to be new and nobody else's.
	if err := checkSocketPath(filepath.Join(parent, name+"-0123456789")); err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(parent, name+"-")
	if err != nil {
		return "", err
	}
	if err := p.acct.own(dir); err != nil {
		return "", err
	}
	if !p.acct.reaches(dir) {
		_ = os.Remove(dir)
		return "", fmt.Errorf("account %s cannot reach %s", p.acct.name, parent)
	}
	return dir, nil
}

// checkSocketPath refuses a folder whose socket would have a longer path than the system takes.
func checkSocketPath(dir string) error {
	limit := socketPathMax
	if isMac() {
		limit = socketPathMac
	}
	if n := len(socketFile(dir)); n > limit {
		return fmt.Errorf("the socket's path in %s would have %d bytes, and %d are the most", dir, n, limit)
	}
	return nil
}

// ours tells whether a folder exists, is no link, belongs to the account and is closed to everyone else.
func (p place) ours(dir string) bool {
	info, err := os.Lstat(dir)
	return err == nil && info.IsDir() && ownerOf(info) == p.acct.uid && info.Mode().Perm()&0o077 == 0 && checkSocketPath(dir) == nil
}
