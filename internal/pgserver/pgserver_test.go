package pgserver

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestThreePlainLogins(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, bin string) {
		s := start(t, dataDir(t), bin)
		u := s.URLs()
		for login, url := range map[string]string{OwnerLogin: u.Owner, AppLogin: u.App, CasesLogin: u.Cases} {
			got := mustQuery(t, url, `SELECT concat_ws(' ', current_user, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication)
				FROM pg_roles WHERE rolname = current_user`)
			if got != login+" f f f f f" {
				t.Errorf("login %s: %s", login, got)
			}
		}
		if got := mustQuery(t, u.Owner, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'shelter'"); got != OwnerLogin {
			t.Errorf("owner of the database: %s", got)
		}
		for _, sql := range []string{"CREATE TABLE t (x int)", "CREATE SCHEMA s", "CREATE TEMP TABLE t (x int)"} {
			if _, err := query(u.App, sql); !hasCode(err, "42501") {
				t.Errorf("app may %q: %v", sql, err)
			}
		}
		mustQuery(t, u.Owner, "CREATE EXTENSION btree_gist")
		mustQuery(t, u.Owner, "CREATE EXTENSION pg_trgm")
		mustQuery(t, u.Owner, "CREATE EXTENSION unaccent")
	})
}

func TestClusterIsDurableAndPrivate(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, bin string) {
		dir := dataDir(t)
		s := start(t, dir, bin)
		for name, want := range map[string]string{
			"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "listen_addresses": "", "jit": "off",
			"data_checksums": "on", "server_encoding": "UTF8", "password_encryption": "scram-sha-256", "TimeZone": "UTC",
		} {
			if got := mustQuery(t, s.URLs().App, "SHOW "+name); got != want {
				t.Errorf("%s = %q, want %q", name, got, want)
			}
		}
		for path, want := range map[string]os.FileMode{"keys": 0o700, "keys/pg-shelter_admin": 0o600, "keys/pg-shelter_app": 0o600, "pg/data": 0o700, "pg/state.json": 0o600} {
			info, err := os.Stat(filepath.Join(dir, path))
			if err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v, want %v", path, info.Mode().Perm(), err, want)
			}
		}
		wrong, err := url.Parse(s.URLs().App)
		if err != nil {
			t.Fatal(err)
		}
		wrong.User = url.UserPassword(AppLogin, "wrong")
		if _, err := query(wrong.String(), "SELECT 1"); !hasCode(err, "28P01") {
			t.Errorf("a wrong password: %v", err)
		}
	})
}

func TestSortsLikeAPerson(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, bin string) {
		s := start(t, dataDir(t), bin)
		got := mustQuery(t, s.URLs().App, `SELECT string_agg(x, ' ' ORDER BY x) FROM unnest(array['Zarrouk','Béji','abid','Ben','جندوبة','أريانة','باجة']) x`)
		if want := "abid Béji Ben Zarrouk أريانة باجة جندوبة"; got != want {
			t.Errorf("order %s, want %s", got, want)
		}
		if got := mustQuery(t, s.URLs().App, "SELECT upper('éa') || lower('ÉÀ')"); got != "ÉAéà" {
			t.Errorf("letter case: %s", got)
		}
	})
}

func TestLogNamesNobody(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := start(t, dir, newest(t))
	mustQuery(t, s.URLs().Owner, "CREATE TABLE person (cin text UNIQUE CHECK (length(cin) = 8))")
	mustQuery(t, s.URLs().Owner, "INSERT INTO person VALUES ('09876543')")
	for _, sql := range []string{"INSERT INTO person VALUES ('09876543')", "INSERT INTO person VALUES ('098765432')", "SELECT '09876543' FROM nowhere"} {
		if _, err := query(s.URLs().Owner, sql); err == nil {
			t.Fatalf("%s: no error", sql)
		}
	}
	log, err := os.ReadFile(filepath.Join(dir, "pg", "postgres.log"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(log), "duplicate key") || strings.Contains(string(log), "0987654") {
		t.Errorf("the log should hold the error and not the row:\n%s", log)
	}
}

func TestKilledPostgreSQLIsStartedAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, bin string) {
		s := start(t, dataDir(t), bin)
		before := s.URLs()
		mustQuery(t, before.Owner, "CREATE TABLE t (x int)")
		mustQuery(t, before.Owner, "INSERT INTO t VALUES (42)")
		for range 2 {
			pid := s.PID()
			if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			eventually(t, "PostgreSQL runs again", func() bool { return s.PID() != pid })
			if got := mustQuery(t, before.Owner, "SELECT x FROM t"); got != "42" {
				t.Errorf("after the kill: %q", got)
			}
		}
		if s.URLs() != before {
			t.Error("the addresses changed")
		}
	})
}

func TestOrphanIsAdopted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, bin string) {
		dir := dataDir(t)
		other := startProcess(t, dir, bin, nil)
		mustQuery(t, other.url, "CREATE TABLE t AS SELECT 7 AS x")
		other.kill(t)
		if !isPostmaster(other.pid, filepath.Join(dir, "pg", "data")) {
			t.Fatal("PostgreSQL went down with its Shelter: there is no orphan to test with")
		}
		s := start(t, dir, bin)
		if s.PID() != other.pid || s.URLs().Owner != other.url {
			t.Errorf("process %d, want the orphan %d", s.PID(), other.pid)
		}
		if got := mustQuery(t, s.URLs().Owner, "SELECT x FROM t"); got != "7" {
			t.Errorf("row %q", got)
		}
		stop(t, s)
		if processExists(other.pid) {
			t.Error("the orphan still runs")
		}
	})
}

func TestOrphanThatDiesIsStartedAgain(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	other := startProcess(t, dir, newest(t), nil)
	other.kill(t)
	s := start(t, dir, newest(t))
	if err := syscall.Kill(other.pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, "PostgreSQL runs again", func() bool { return s.PID() != other.pid })
	mustQuery(t, s.URLs().App, "SELECT 1")
}

func TestBothKilledRecovers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, bin string) {
		dir := dataDir(t)
		other := startProcess(t, dir, bin, nil)
		mustQuery(t, other.url, "CREATE TABLE t AS SELECT generate_series(1, 1000) AS x")
		other.kill(t)
		if err := syscall.Kill(other.pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		s := start(t, dir, bin) // at once: backends of the dead one may still hold the shared memory
		if got := mustQuery(t, s.URLs().Owner, "SELECT count(*) FROM t"); got != "1000" {
			t.Errorf("%s rows", got)
		}
	})
}

func TestSeveralUsersShareOnePostgreSQL(t *testing.T) {
	t.Parallel()
	dir, bin := dataDir(t), newest(t)
	servers := make([]*Server, 4)
	var wg sync.WaitGroup
	for i := range servers {
		wg.Go(func() {
			s, err := Start(limit(t), Options{DataDir: dir, BinDir: bin, Logger: quietLog()})
			if err != nil {
				t.Error(err)
			}
			servers[i] = s
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	pid := servers[0].PID()
	for i, s := range servers {
		if s.PID() != pid {
			t.Errorf("two postmasters: %d and %d", pid, s.PID())
		}
		if !processExists(pid) {
			t.Fatalf("PostgreSQL stopped while %d still used it", len(servers)-i)
		}
		mustQuery(t, s.URLs().App, "SELECT 1")
		stop(t, s)
	}
	if processExists(pid) {
		t.Error("PostgreSQL runs although nobody uses it")
	}
}

func TestStarterLeavesFirst(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	other := startProcess(t, dir, newest(t), nil)
	s, err := Attach(limit(t), Options{DataDir: dir, Logger: quietLog()})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := other.cmd.Wait(); err != nil {
		t.Fatal("the other process:", err)
	}
	mustQuery(t, s.URLs().App, "SELECT 1")
	stop(t, s)
	if processExists(other.pid) {
		t.Error("the last user left and PostgreSQL still runs")
	}
}

func TestAttachStartsNothing(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	if _, err := Attach(limit(t), Options{DataDir: dir, Logger: quietLog()}); !errors.Is(err, ErrNotRunning) {
		t.Fatalf("error %v, want ErrNotRunning", err)
	}
	mustNotExist(t, filepath.Join(dir, "pg", "data"))
}

func TestStopWithOpenTransactions(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := start(t, dir, newest(t))
	mustQuery(t, s.URLs().Owner, "CREATE TABLE t (x int)")
	conn, err := pgx.Connect(limit(t), s.URLs().Owner)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(limit(t), "BEGIN; INSERT INTO t VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	pid, socket := s.PID(), readState(s.Home()).Socket
	began := time.Now()
	stop(t, s)
	stop(t, s) // the second call is harmless
	if took := time.Since(began); took > 50*time.Second || processExists(pid) {
		t.Errorf("stopped after %v, runs: %v", took, processExists(pid))
	}
	mustNotExist(t, socket, statePath(s.Home()), pidFile(filepath.Join(s.Home(), "data")))
	again := start(t, dir, newest(t))
	if got := mustQuery(t, again.URLs().Owner, "SELECT count(*) FROM t"); got != "0" {
		t.Errorf("%s rows of a transaction that never committed", got)
	}
}

func TestCancelledStartLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	for _, after := range []time.Duration{0, 200 * time.Millisecond, 900 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(context.Background(), after)
		s, err := Start(ctx, Options{DataDir: dir, BinDir: newest(t), Logger: quietLog()})
		cancel()
		if err == nil { // it was quicker
			stop(t, s)
			continue
		}
		if busy(filepath.Join(dir, "pg", "data")) {
			t.Fatalf("after %v: PostgreSQL runs although Start failed: %v", after, err)
		}
	}
	mustQuery(t, start(t, dir, newest(t)).URLs().App, "SELECT 1")
}

func TestStalePidFile(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, bin string) {
		dir := dataDir(t)
		stop(t, start(t, dir, bin))
		cluster := filepath.Join(dir, "pg", "data")
		// The number of a program that is not PostgreSQL, of a dead one, and a file cut short by a full disk.
		for _, text := range []string{strconv.Itoa(os.Getpid()) + "\n" + cluster + "\n1700000000\n5432\n/nowhere\n\n 1 2\nready   \n", "4194303\n" + cluster + "\n1\n5432\n/nowhere\n\n 1 2\nready\n", ""} {
			if err := os.WriteFile(pidFile(cluster), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(cluster); err != nil || os.Lchown(pidFile(cluster), ownerOf(info), -1) != nil {
				t.Fatal("pid file:", err)
			}
			s := start(t, dir, bin)
			mustQuery(t, s.URLs().App, "SELECT 1")
			stop(t, s)
		}
	})
}

func TestUnfinishedInitdbIsForgotten(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	left := filepath.Join(dir, "pg", "new-123")
	if err := os.MkdirAll(filepath.Join(left, "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	start(t, dir, newest(t))
	mustNotExist(t, left)
}

func TestLostSocketIsRepaired(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := start(t, dir, newest(t))
	pid, socket := s.PID(), readState(s.Home()).Socket
	if err := os.RemoveAll(socket); err != nil {
		t.Fatal(err)
	}
	second, err := Start(limit(t), Options{DataDir: dir, BinDir: newest(t), Logger: quietLog(), patience: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	mustQuery(t, second.URLs().App, "SELECT 1")
	if second.PID() == pid || processExists(pid) {
		t.Error("the unreachable PostgreSQL still runs")
	}
	eventually(t, "the first user follows", func() bool { return s.PID() == second.PID() })
	mustQuery(t, s.URLs().App, "SELECT 1")
	stop(t, second)
}

func TestOtherMajorVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	stop(t, start(t, dir, oldest(t)))
	_, err := Start(limit(t), Options{DataDir: dir, BinDir: newest(t), Logger: quietLog()})
	if err == nil || !strings.Contains(err.Error(), "made by PostgreSQL 15") || !strings.Contains(err.Error(), "shelter backup") {
		t.Fatalf("error %v", err)
	}
	s := start(t, dir, "") // searching finds the version that fits
	if got := mustQuery(t, s.URLs().App, "SHOW server_version"); !strings.HasPrefix(got, "15.") {
		t.Errorf("version %s", got)
	}
}

func TestKeysThatDoNotFit(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	stop(t, start(t, dir, newest(t)))
	admin := filepath.Join(dir, "keys", "pg-shelter_admin")
	good, err := os.ReadFile(admin)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"another-password-of-another-cluster": "not those of the cluster", "": "bring the keys folder back"} {
		if err := os.WriteFile(admin, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Start(limit(t), Options{DataDir: dir, BinDir: newest(t), Logger: quietLog()})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("key %q: error %v", text, err)
		}
		if busy(filepath.Join(dir, "pg", "data")) {
			t.Fatal("PostgreSQL runs although Start failed")
		}
	}
	if err := os.WriteFile(admin, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "keys", "pg-shelter_app")); err != nil { // heals itself
		t.Fatal(err)
	}
	mustQuery(t, start(t, dir, newest(t)).URLs().App, "SELECT 1")
}

func TestNoPostgreSQL(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	_, err := Start(limit(t), Options{DataDir: dir, BinDir: t.TempDir(), Logger: quietLog()})
	if err == nil || !strings.Contains(err.Error(), "npm ci") {
		t.Fatalf("error %v", err)
	}
}
