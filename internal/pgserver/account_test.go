package pgserver

import (
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func needRoot(t *testing.T) {
	t.Helper()
	if !isRoot() {
		t.Skip("about what root does: a process that is not root has no account to switch to")
	}
}

func TestRootRunsPostgreSQLUnderItsOwnAccount(t *testing.T) {
	t.Parallel()
	needRoot(t)
	dir := dataDir(t)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s := start(t, dir, newest(t))
	u, err := user.Lookup(accountName)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat("/proc/" + strconv.Itoa(s.PID()))
	if err != nil || strconv.Itoa(ownerOf(info)) != u.Uid {
		t.Errorf("PostgreSQL runs as %d, want %s (%v)", ownerOf(info), u.Uid, err)
	}
	for path, want := range map[string]struct {
		mode os.FileMode
		root bool
	}{"": {0o711, true}, "keys": {0o700, true}, "pg": {0o711, true}, "pg/state.json": {0o600, true}, "pg/lock": {0o600, true}, "pg/data": {0o700, false}} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil || info.Mode().Perm() != want.mode || (ownerOf(info) == 0) != want.root {
			t.Errorf("%q: mode %v, owner %d, %v", path, info.Mode().Perm(), ownerOf(info), err)
		}
	}
}

// A clone under /root: the folders above the data are closed to PostgreSQL's account, and so are its programs.
func TestRootWithClosedParents(t *testing.T) {
	t.Parallel()
	needRoot(t)
	closed := t.TempDir() // its parent is closed to others
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	native := filepath.Join(closed, "native")
	if err := copyTreeForTest(filepath.Dir(newest(t)), native); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "data")
	s := start(t, dir, filepath.Join(native, "bin"))
	home := s.Home()
	t.Cleanup(func() { stop(t, s); _ = os.RemoveAll(home) })
	if filepath.Dir(home) != awayRoot {
		t.Fatalf("cluster in %s, want a folder under %s", home, awayRoot)
	}
	pointer, err := os.ReadFile(filepath.Join(dir, pointerName))
	if err != nil || strings.TrimSpace(string(pointer)) != home {
		t.Errorf("pointer %q, %v", pointer, err)
	}
	if !strings.HasPrefix(s.bin.dir, home+"/pgsql-") {
		t.Errorf("programs run from %s, want a copy under %s", s.bin.dir, home)
	}
	mustQuery(t, s.URLs().Owner, "CREATE TABLE t AS SELECT 5 AS x")
	stop(t, s)
	moved := filepath.Join(closed, "renamed")
	if err := os.Rename(dir, moved); err != nil {
		t.Fatal(err)
	}
	again := start(t, moved, filepath.Join(native, "bin"))
	if got := mustQuery(t, again.URLs().Owner, "SELECT x FROM t"); got != "5" {
		t.Errorf("after the move: %q", got)
	}
	stop(t, again)
	fresh := start(t, dir, filepath.Join(native, "bin")) // the old name, without the old pointer: a new installation
	t.Cleanup(func() { stop(t, fresh); _ = os.RemoveAll(fresh.Home()) })
	if _, err := query(fresh.URLs().Owner, "SELECT x FROM t"); fresh.Home() == home || !hasCode(err, "42P01") {
		t.Errorf("a new data folder took over the cluster of an old one: %s, %v", fresh.Home(), err)
	}
	if err := os.RemoveAll(home); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(limit(t), Options{DataDir: moved, Logger: quietLog()}); err == nil || !strings.Contains(err.Error(), pointerName) {
		t.Errorf("a pointer to nothing: %v", err)
	}
}

func copyTreeForTest(from, to string) error {
	for _, part := range []string{"bin", "lib", "share"} {
		if err := copyTree(filepath.Join(from, part), filepath.Join(to, part)); err != nil {
			return err
		}
	}
	return nil
}

// An ordinary user, whose temporary folder has a path too long for a socket.
func TestOrdinaryUserWithLongPaths(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	long := filepath.Join(filepath.Dir(dir), strings.Repeat("long/", 30))
	if err := os.MkdirAll(long, 0o777); err != nil {
		t.Fatal(err)
	}
	own, err := os.MkdirTemp("", "pgserver-own-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(own) })
	other := startProcess(t, filepath.Join(own, strings.Repeat("d", 120)), newest(t), func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, "TMPDIR="+long, "XDG_RUNTIME_DIR="+long)
		asOrdinaryUser(t, cmd, own)
	})
	u, err := url.Parse(other.url)
	if err != nil {
		t.Fatal(err)
	}
	if dir := u.Query().Get("host"); len(socketFile(dir)) > socketPathMax || strings.HasPrefix(dir, long) {
		t.Errorf("socket in %q", dir)
	}
	mustQuery(t, other.url, "SELECT 1")
	if err := other.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := other.cmd.Wait(); err != nil {
		t.Fatal(err)
	}
}

// asOrdinaryUser makes root's child run as nobody, from a copy of this binary that nobody can reach.
func asOrdinaryUser(t *testing.T, cmd *exec.Cmd, own string) {
	t.Helper()
	if !isRoot() {
		return
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	cmd.Path = filepath.Join(own, "shelter")
	if out, err := exec.Command("cp", os.Args[0], cmd.Path).CombinedOutput(); err != nil { // not by us: a fork beside us would keep it open for writing
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.Chown(own, uid, gid); err != nil {
		t.Fatal(err)
	}
	cmd.Dir = own
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func TestClusterOfAnotherUserIsRefused(t *testing.T) {
	t.Parallel()
	needRoot(t)
	dir := dataDir(t)
	stop(t, start(t, dir, newest(t)))
	p := place{data: dir, home: filepath.Join(dir, "pg"), acct: account{uid: 4242}}
	if err := checkOwner(p); err == nil || !strings.Contains(err.Error(), "start it as root") {
		t.Errorf("error %v", err)
	}
}
