package pgserver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestMain lets this binary play a Shelter process of its own, which tests kill.
func TestMain(m *testing.M) {
	if dir := os.Getenv("PGSERVER_TEST_PROCESS"); dir != "" {
		os.Exit(otherProcess(dir))
	}
	os.Exit(m.Run())
}

// otherProcess starts the cluster, says so on standard output, and stops it at a signal.
func otherProcess(dir string) int {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	s, err := Start(ctx, Options{DataDir: dir, BinDir: os.Getenv("PGSERVER_TEST_BIN"), Logger: quietLog()})
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println("ready", s.PID(), s.URLs().Owner)
	<-ctx.Done()
	if err := s.Stop(context.Background()); err != nil {
		fmt.Println("error", err)
		return 1
	}
	return 0
}

// process is a running otherProcess.
type process struct {
	cmd *exec.Cmd
	pid int // postmaster
	url string
}

// startProcess runs this binary as another Shelter; edit may change the command before.
func startProcess(t *testing.T, dir, bin string, edit func(*exec.Cmd)) *process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PGSERVER_TEST_PROCESS="+dir, "PGSERVER_TEST_BIN="+bin)
	cmd.Stderr = os.Stderr
	if edit != nil {
		edit(cmd)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	p := &process{cmd: cmd}
	if n, scanErr := fmt.Sscanf(line, "ready %d %s", &p.pid, &p.url); n != 2 {
		t.Fatalf("the other process said %q (%v, %v)", line, err, scanErr)
	}
	return p
}

func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = p.cmd.Wait()
}

func quietLog() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// newest and oldest give the programs of the two PostgreSQL versions that every test of this package may use. A missing one
// is a failure: `make test` installs both.
func newest(t *testing.T) string { return programs(t, npmDir(filepath.Join("..", "..", "web"))) }

func oldest(t *testing.T) string { return programs(t, "/usr/lib/postgresql/15/bin") }

func programs(t *testing.T, dir string) string {
	t.Helper()
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(abs, "postgres")); err != nil {
		t.Fatalf("PostgreSQL is missing (make test installs it): %v", err)
	}
	return abs
}

// onBoth runs a test on both versions.
func onBoth(t *testing.T, test func(t *testing.T, bin string)) {
	t.Helper()
	for name, bin := range map[string]string{"18": newest(t), "15": oldest(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, bin)
		})
	}
}

// dataDir gives a place for a data folder that PostgreSQL's account can reach, which t.TempDir is not.
func dataDir(t *testing.T) string {
	t.Helper()
	root, err := os.MkdirTemp("", "pgserver-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	if err := os.Chmod(root, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "data")
}

func start(t *testing.T, dir, bin string) *Server {
	t.Helper()
	s, err := Start(limit(t), Options{DataDir: dir, BinDir: bin, Logger: quietLog()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, s) })
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error("stop:", err)
	}
}

func limit(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// eventually tries for some seconds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("it never came to this: %s", what)
}

// query gives the first column of the first row as text.
func query(url, sql string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var first string
	for rows.Next() {
		if values := rows.RawValues(); first == "" && len(values) > 0 {
			first = string(values[0])
		}
	}
	return strings.TrimSpace(first), rows.Err()
}

func mustQuery(t *testing.T, url, sql string) string {
	t.Helper()
	got, err := query(url, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return got
}

func mustNotExist(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is still there", path)
		}
	}
}
