package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"shelter/internal/access"
	"shelter/internal/app"
	"shelter/internal/pgserver"
)

// TestKeysAreRotatedWhileAServerRuns: every key is another one afterwards, files open in the process that had read the old file, new files open
// too, and the login of the cases writes over no key.
func TestKeysAreRotatedWhileAServerRuns(t *testing.T) {
	t.Parallel()
	l := (&lab{t: t}).staffed()
	l.worker.back()
	wrapped := func() string {
		return l.ofCases("SELECT encode(wrapped, 'hex') FROM cases.data_key WHERE case_id = '" + l.id() + "'")
	}
	before, file := wrapped(), filepath.Join(l.Config.Data, app.KeyFolder, "cases.key")
	old, err := os.ReadFile(file)
	l.must(err)
	r := &app.Running{App: l.App, Database: &app.Database{URLs: pgserver.URLs{Owner: l.db.URLs.Owner}}}
	for range 2 {
		if n, err := r.RotateCaseKeys(l.ctx); err != nil || n != 1 {
			t.Fatalf("%d rotated, %v", n, err)
		}
	}
	if now, err := os.ReadFile(file); err != nil || string(now) == string(old) || wrapped() == before {
		t.Errorf("nothing was wrapped anew: %v", err)
	}
	l.worker.contains(l.worker.get(l.file+"/identity", 200), "Zgolli")
	l.worker.get(l.worker.newFile("Autre", "Nour"), 200)
	boss := l.of(l.a, "Chef", access.CaseSupervisor)
	if n := l.changes(map[string]string{"cases.actor": boss.ID.String(), "cases.supervises": l.a.String()}, "UPDATE cases.data_key SET wrapped = 'x' WHERE case_id = $1", l.id()); n > 0 {
		t.Errorf("%d keys written over", n)
	}
}
