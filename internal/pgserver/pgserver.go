// Package pgserver runs Shelter's private PostgreSQL: one cluster in the data folder, reached through a unix socket only,
// under an account of its own when the process is root (PostgreSQL refuses root).
//
// Invariants: at most one postmaster works on a cluster, and whoever starts, adopts or stops it holds the cluster's lock.
// Every process that uses the cluster holds a shared lock for as long; the last one to leave stops PostgreSQL. Both locks
// are the kernel's, so that a killed process leaves none behind; a postmaster that outlives it is adopted by the next one.
// Every user of the cluster watches it, and one of them starts it again when it dies.
package pgserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// The logins of the private cluster. None of the three is a superuser or passes over row-level security.
const (
	OwnerLogin = "shelter_owner" // owns the database and migrates it
	AppLogin   = "shelter_app"   // training
	CasesLogin = "shelter_cases" // cases
	adminLogin = "shelter_admin" // made by initdb; used by this package, and by tests to make databases
)

// Database is the name of the database of the private cluster.
const Database = "shelter"

// ErrNotRunning is Attach's answer when nothing runs on the data folder.
var ErrNotRunning = errors.New("pgserver: no PostgreSQL is running on this data folder")

// Options of a cluster.
type Options struct {
	DataDir string       // folder of the installation; the cluster, its passwords and its socket's address are found from here
	BinDir  string       // folder of initdb and postgres; empty: searched
	Logger  *slog.Logger // nil: slog.Default()
	// Unsafe gives up durability for speed (no fsync). For the clusters of tests, which live as long as their process.
	Unsafe bool

	patience time.Duration // how long a live postmaster's socket may be missing; 0: the usual, tests shorten it
}

// URLs are the addresses of the database, one for each login, with its password.
type URLs struct {
	Owner, App, Cases string
}

// Server is one process's hold on a running cluster.
type Server struct {
	opt   Options
	log   *slog.Logger
	place place
	bin   binaries
	keys  passwords
	users *fileLock // shared: this process uses the cluster

	mu    sync.Mutex
	pm    postmaster
	child *child // nil when another process started the postmaster

	quit     chan struct{}
	watched  chan struct{}
	stopOnce sync.Once
	stopErr  error
}

// Start reaches the cluster of the data folder: it makes the cluster when there is none, starts PostgreSQL when it does not
// run, adopts it when it does, and returns when the three logins can connect. A long recovery after a crash is waited for
// until ctx ends. Stop gives the cluster back.
func Start(ctx context.Context, o Options) (*Server, error) { return reach(ctx, o, true) }

// Attach reaches a cluster that runs already; the error is ErrNotRunning when there is none. Stop gives it back.
func Attach(ctx context.Context, o Options) (*Server, error) { return reach(ctx, o, false) }

func reach(ctx context.Context, o Options, mayStart bool) (*Server, error) {
	s := &Server{opt: o, log: o.Logger, quit: make(chan struct{}), watched: make(chan struct{})}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.opt.patience == 0 {
		s.opt.patience = patience
	}
	var err error
	if s.place, err = preparePlace(o.DataDir); err != nil {
		return nil, err
	}
	unlock, err := s.place.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if s.users, err = s.place.use(ctx); err != nil {
		return nil, err
	}
	if err := s.open(ctx, mayStart); err != nil {
		s.users.release()
		return nil, err
	}
	go s.watch()
	return s, nil
}

// open runs under the cluster's lock: passwords, binaries, a running postmaster, logins and database.
func (s *Server) open(ctx context.Context, mayStart bool) error {
	var err error
	if s.keys, err = loadPasswords(s.place.data, !s.place.exists()); err != nil {
		return err
	}
	adopted, err := s.adopt(ctx)
	if err != nil {
		return err
	}
	if adopted {
		return s.prepareDatabase(ctx, false)
	}
	if !mayStart {
		return ErrNotRunning
	}
	if s.bin, err = findBinaries(s.opt.BinDir, s.place); err != nil {
		return err
	}
	if err := s.initialise(ctx); err != nil {
		return err
	}
	if err := s.launch(ctx); err != nil {
		return err
	}
	if err := s.prepareDatabase(ctx, true); err != nil {
		return errors.Join(err, s.halt(context.WithoutCancel(ctx)))
	}
	return nil
}

// URLs gives the addresses for the three logins. They stay the same when PostgreSQL is started again.
func (s *Server) URLs() URLs {
	return URLs{
		Owner: s.url(OwnerLogin, s.keys.Owner, Database),
		App:   s.url(AppLogin, s.keys.App, Database),
		Cases: s.url(CasesLogin, s.keys.Cases, Database),
	}
}

// URLsOf gives the addresses of another database of the cluster, as tests make them.
func (s *Server) URLsOf(database string) URLs {
	return URLs{
		Owner: s.url(OwnerLogin, s.keys.Owner, database),
		App:   s.url(AppLogin, s.keys.App, database),
		Cases: s.url(CasesLogin, s.keys.Cases, database),
	}
}

// AdminURL gives the address of the cluster's superuser, for tests that make and drop databases. The application never
// connects with it.
func (s *Server) AdminURL(database string) string { return s.url(adminLogin, s.keys.Admin, database) }

// Home is the folder of the cluster: its lock, state file, log and data. It is where a test finds the process id.
func (s *Server) Home() string { return s.place.home }

// PID is the process id of the postmaster of now.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pm.pid
}

func (s *Server) url(login, password, database string) string {
	s.mu.Lock()
	pm := s.pm
	s.mu.Unlock()
	q := url.Values{"host": {pm.socketDir}, "port": {strconv.Itoa(pm.port)}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.UserPassword(login, password), Path: "/" + database, RawQuery: q.Encode()}
	return u.String()
}

// Stop gives the cluster back and, when no other process uses it, stops PostgreSQL: open transactions are rolled back,
// everything acknowledged is on disk. When ctx ends first, PostgreSQL is told to stop at once and recovers at its next
// start. A second call gives the first one's answer.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		close(s.quit)
		<-s.watched
		s.stopErr = s.leave(ctx)
	})
	return s.stopErr
}

func (s *Server) leave(ctx context.Context) error {
	lockCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	unlock, err := s.place.lock(lockCtx)
	if err != nil {
		s.users.release()
		return err
	}
	defer unlock()
	s.users.release()
	last, err := s.place.tryUseAlone()
	if err != nil {
		return fmt.Errorf("pgserver: users of the cluster: %w", err)
	}
	if last == nil {
		s.log.Debug("PostgreSQL stays up for other processes", "pid", s.PID())
		return nil
	}
	defer last.release()
	return s.halt(ctx)
}
