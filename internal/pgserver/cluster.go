package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func isMac() bool { return runtime.GOOS == "darwin" }

// child is a postmaster that this process started; done is closed when it ended and was buried.
type child struct {
	pid  int
	done chan struct{}
}

// ended tells whether the child is gone.
func (c *child) ended() bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// initialise makes the cluster when there is none. It is made under another name and renamed when whole, so that a killed
// initdb leaves nothing that looks like a cluster.
func (s *Server) initialise(ctx context.Context) error {
	p := s.place
	leftovers, err := filepath.Glob(filepath.Join(p.home, "new-*"))
	if err != nil {
		return err
	}
	for _, dir := range leftovers {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("pgserver: unfinished cluster: %w", err)
		}
	}
	if p.exists() {
		return nil
	}
	began := time.Now()
	dir, err := os.MkdirTemp(p.home, "new-*")
	if err != nil {
		return fmt.Errorf("pgserver: new cluster: %w", err)
	}
	if err := p.acct.own(dir); err != nil {
		return fmt.Errorf("pgserver: new cluster: %w", err)
	}
	if err := s.initdb(ctx, dir); err != nil {
		return err
	}
	hba := "# Written by Shelter. Unix socket only, passwords always.\nlocal all all scram-sha-256\n"
	if err := os.WriteFile(filepath.Join(dir, "pg_hba.conf"), []byte(hba), 0o600); err != nil {
		return fmt.Errorf("pgserver: new cluster: %w", err)
	}
	if err := os.Rename(dir, p.cluster()); err != nil {
		return fmt.Errorf("pgserver: new cluster: %w", err)
	}
	s.log.Info("private PostgreSQL made", "version", s.bin.version, "folder", p.cluster(), "ms", time.Since(began).Milliseconds())
	return nil
}

// initdb runs initdb for a UTF-8 cluster that sorts by ICU's root collation, so that French and Arabic names sort as people
// expect on every system. Character classes come from C.UTF-8, or the nearest that the system has.
func (s *Server) initdb(ctx context.Context, dir string) error {
	pw, err := os.CreateTemp(s.place.home, "new-*")
	if err != nil {
		return fmt.Errorf("pgserver: initdb: %w", err)
	}
	defer func() { _ = os.Remove(pw.Name()) }()
	_, err = io.WriteString(pw, s.keys.Admin+"\n")
	if err := errors.Join(err, pw.Close(), s.place.acct.own(pw.Name())); err != nil {
		return fmt.Errorf("pgserver: initdb: %w", err)
	}
	var out []byte
	for _, ctype := range []string{"C.UTF-8", "en_US.UTF-8", "C"} {
		args := []string{"-D", dir, "-U", adminLogin, "--pwfile", pw.Name(), "--auth=scram-sha-256", "--encoding=UTF8",
			"--locale=C", "--lc-ctype=" + ctype, "--locale-provider=icu", "--icu-locale=und",
			"--text-search-config=simple", "--data-checksums"}
		if s.opt.Unsafe {
			args = append(args, "--no-sync")
		}
		cmd := s.command(ctx, "initdb", dir, args...)
		if out, err = cmd.CombinedOutput(); err == nil {
			return nil
		}
		if !strings.Contains(string(out), "invalid locale") {
			break
		}
	}
	return fmt.Errorf("pgserver: initdb: %w: %s", err, strings.TrimSpace(string(out)))
}

// command prepares one of PostgreSQL's programs under the account, with nothing of our environment.
func (s *Server) command(ctx context.Context, program, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, s.bin.path(program), args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + s.bin.dir + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = s.place.acct.attr()
	return cmd
}

// settings of the cluster; they are given on the command line, so that the code is the one place that knows them. Statements
// and row contents are kept out of the log: it must not name people.
func (s *Server) settings(socketDir string) []string {
	set := []string{
		"listen_addresses=", "port=" + strconv.Itoa(socketPort), "unix_socket_directories=" + socketDir,
		"unix_socket_permissions=0700", "cluster_name=shelter", "max_connections=100", "superuser_reserved_connections=3",
		"shared_buffers=96MB", "work_mem=8MB", "maintenance_work_mem=64MB", "effective_cache_size=512MB",
		"jit=off", "max_parallel_workers_per_gather=0", "random_page_cost=1.1",
		"max_wal_size=512MB", "wal_compression=on", "checkpoint_completion_target=0.9",
		"password_encryption=scram-sha-256", "timezone=UTC", "log_timezone=UTC",
		"idle_in_transaction_session_timeout=5min",
		"logging_collector=off", "log_destination=stderr", "log_line_prefix=%m [%p] %u@%d ", "log_checkpoints=off",
		"log_min_error_statement=panic", "log_error_verbosity=terse", "log_statement=none",
	}
	if s.opt.Unsafe {
		return append(set, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
			"max_wal_senders=0", "max_connections=300", "autovacuum=off", "checkpoint_timeout=1h")
	}
	return append(set, "fsync=on", "synchronous_commit=on", "full_page_writes=on")
}

// launch starts a postmaster and waits until it takes connections. Orphans of a killed one may hold the cluster's shared
// memory for a moment, so that is tried again.
func (s *Server) launch(ctx context.Context) error {
	for try := 1; ; try++ {
		dir, err := s.place.socketDir()
		if err != nil {
			return err
		}
		if err := clearStale(s.place.cluster()); err != nil {
			return err
		}
		said, err := s.launchOnce(ctx, dir)
		if err == nil {
			return nil
		}
		_ = os.Remove(dir) // empty again; a folder with anything in it stays
		orphans := strings.Contains(said, "shared memory block") || strings.Contains(said, "postmaster.pid")
		if !orphans || try == 50 {
			return err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// launchOnce gives, with an error, what PostgreSQL wrote to its log.
func (s *Server) launchOnce(ctx context.Context, socketDir string) (said string, err error) {
	if err := rotateLog(s.logPath()); err != nil {
		return "", fmt.Errorf("pgserver: log: %w", err)
	}
	out, err := os.OpenFile(s.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("pgserver: log: %w", err)
	}
	defer func() { _ = out.Close() }()
	from, err := out.Seek(0, io.SeekEnd)
	if err != nil {
		return "", fmt.Errorf("pgserver: log: %w", err)
	}
	args := []string{"-D", s.place.cluster()}
	for _, set := range s.settings(socketDir) {
		args = append(args, "-c", set)
	}
	cmd := s.command(context.WithoutCancel(ctx), "postgres", s.place.cluster(), args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("pgserver: start: %w", err)
	}
	c := &child{pid: cmd.Process.Pid, done: make(chan struct{})}
	go func() { _ = cmd.Wait(); close(c.done) }()
	pm := postmaster{pid: c.pid, port: socketPort, socketDir: socketDir}
	if err := s.awaitReady(ctx, pm, c.ended); err != nil {
		_ = s.end(context.WithoutCancel(ctx), c.pid, c.ended)
		said = tailFrom(s.logPath(), from)
		return said, fmt.Errorf("pgserver: PostgreSQL did not start: %w: %s", err, said)
	}
	s.hold(pm, c)
	st := state{Socket: socketDir, Port: socketPort, PID: c.pid, OwnerPID: os.Getpid(), Version: s.bin.version, Started: time.Now().UTC()}
	if err := st.write(s.place.home); err != nil {
		return "", errors.Join(fmt.Errorf("pgserver: state: %w", err), s.end(context.WithoutCancel(ctx), c.pid, c.ended))
	}
	return "", nil
}

func (s *Server) hold(pm postmaster, c *child) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pm, s.child = pm, c
}

// adopt takes over a postmaster that runs on the cluster already, whoever started it. One that cannot be reached although it
// runs, for instance because its socket was removed, is stopped.
func (s *Server) adopt(ctx context.Context) (bool, error) {
	cluster := s.place.cluster()
	for {
		pm, alive, err := running(cluster)
		if err != nil || !alive {
			return false, err
		}
		gone := func() bool { return !isPostmaster(pm.pid, cluster) }
		switch err := s.awaitAdopted(ctx, pm, gone); {
		case err == nil:
			s.log.Debug("PostgreSQL runs already", "pid", pm.pid)
			return true, nil
		case gone():
			continue
		case errors.Is(err, errUnreachable):
			s.log.Warn("PostgreSQL runs but cannot be reached; it is stopped and started again", "pid", pm.pid)
			if err := s.end(ctx, pm.pid, gone); err != nil {
				return false, err
			}
		default:
			return false, err
		}
	}
}

// awaitAdopted waits until the pid file of a starting postmaster is complete, then until it takes connections.
func (s *Server) awaitAdopted(ctx context.Context, pm postmaster, gone func() bool) error {
	for deadline := time.Now().Add(s.opt.patience); pm.socketDir == ""; {
		if gone() {
			return errEnded
		}
		if time.Now().After(deadline) {
			return errUnreachable
		}
		if err := sleep(ctx, 20*time.Millisecond); err != nil {
			return err
		}
		now, err := readPostmaster(s.place.cluster())
		if err != nil {
			return err
		}
		if now.pid == pm.pid {
			pm = now
		}
	}
	if err := s.awaitReady(ctx, pm, gone); err != nil {
		return err
	}
	s.hold(pm, nil)
	return nil
}

var (
	errEnded       = errors.New("it ended")
	errUnreachable = errors.New("it cannot be reached")
)

// patience is how long the socket of a live postmaster may be missing before it counts as unreachable. A recovering one
// answers that it is starting, and one that is slow to answer has a socket: neither is given up.
const patience = 10 * time.Second

// awaitReady connects as the superuser until that works, the postmaster ended, or ctx is over.
func (s *Server) awaitReady(ctx context.Context, pm postmaster, gone func() bool) error {
	heard := time.Now()
	for wait := 5 * time.Millisecond; ; wait = min(2*wait, 200*time.Millisecond) {
		err := s.ping(ctx, pm)
		var refused *pgconn.PgError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &refused) && (refused.Code == "28P01" || refused.Code == "28000"):
			return fmt.Errorf("pgserver: the passwords in %s are not those of the cluster in %s: bring back the keys that belong to it", filepath.Join(s.place.data, "keys"), s.place.cluster())
		case !errors.Is(err, syscall.ENOENT) && !errors.Is(err, syscall.ECONNREFUSED):
			heard = time.Now() // it answers that it is starting or recovering, or it is only slow
		}
		if gone() {
			return errEnded
		}
		if time.Since(heard) > s.opt.patience {
			return errUnreachable
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

func (s *Server) ping(ctx context.Context, pm postmaster) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	probe := &Server{keys: s.keys, pm: pm}
	conn, err := pgx.Connect(ctx, probe.AdminURL("postgres"))
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// halt stops the postmaster that this process holds and removes what only a running one needs.
func (s *Server) halt(ctx context.Context) error {
	cluster := s.place.cluster()
	pm, alive, err := running(cluster)
	if err != nil {
		return err
	}
	if alive {
		if err := s.end(ctx, pm.pid, func() bool { return !isPostmaster(pm.pid, cluster) }); err != nil {
			return err
		}
		s.log.Info("private PostgreSQL stopped", "pid", pm.pid)
	}
	st := readState(s.place.home)
	if st.Socket != "" && s.place.ours(st.Socket) {
		_ = os.Remove(st.Socket) // empty after a clean stop
	}
	_ = os.Remove(statePath(s.place.home))
	return nil
}

// signalKind is a way to stop a postmaster.
type signalKind int

const (
	signalFast signalKind = iota
	signalAtOnce
	signalKill
)

// end asks a postmaster to stop (fast: open transactions are rolled back) and, when ctx is over first, to stop at once, which
// loses nothing acknowledged.
func (s *Server) end(ctx context.Context, pid int, gone func() bool) error {
	for _, step := range []struct {
		how    signalKind
		within time.Duration
	}{{signalFast, time.Minute}, {signalAtOnce, 10 * time.Second}, {signalKill, 5 * time.Second}} {
		if gone() {
			return nil
		}
		if err := sendSignal(pid, step.how); err != nil && !gone() {
			return fmt.Errorf("pgserver: stop of PostgreSQL (process %d): %w", pid, err)
		}
		if awaitGone(ctx, gone, step.within) {
			return nil
		}
		ctx = context.WithoutCancel(ctx)
	}
	return fmt.Errorf("pgserver: PostgreSQL (process %d) does not stop", pid)
}

func awaitGone(ctx context.Context, gone func() bool, within time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	for !gone() {
		if sleep(ctx, 5*time.Millisecond) != nil {
			return gone()
		}
	}
	return true
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
