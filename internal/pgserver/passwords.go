package pgserver

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// passwords of the four logins; they are made once and kept in files of mode 0600 under the data folder's keys.
type passwords struct {
	Admin, Owner, App, Cases string
}

// loadPasswords reads the passwords and makes the missing ones. The superuser's may only be made with the cluster itself,
// since nobody could tell an existing cluster.
func loadPasswords(data string, newCluster bool) (passwords, error) {
	dir := filepath.Join(data, "keys")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return passwords{}, fmt.Errorf("pgserver: folder of the keys: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil { // a folder
		return passwords{}, fmt.Errorf("pgserver: folder of the keys: %w", err)
	}
	var p passwords
	for _, k := range []struct {
		login string
		to    *string
	}{{adminLogin, &p.Admin}, {OwnerLogin, &p.Owner}, {AppLogin, &p.App}, {CasesLogin, &p.Cases}} {
		var err error
		path := filepath.Join(dir, "pg-"+k.login)
		if *k.to, err = loadPassword(path, newCluster || k.login != adminLogin); err != nil {
			return passwords{}, err
		}
	}
	return p, nil
}

func loadPassword(path string, mayMake bool) (string, error) {
	b, err := os.ReadFile(path) // a path of ours
	if err == nil && len(strings.TrimSpace(string(b))) >= 20 {
		return strings.TrimSpace(string(b)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("pgserver: password: %w", err)
	}
	if !mayMake {
		return "", fmt.Errorf("pgserver: the cluster exists but %s is missing or damaged: bring the keys folder back from its copy", path)
	}
	pw := rand.Text() + rand.Text()
	if err := writeFile(path, []byte(pw+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("pgserver: password: %w", err)
	}
	return pw, nil
}
