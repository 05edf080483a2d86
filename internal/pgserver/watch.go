package pgserver

import (
	"context"
	"time"
)

const (
	watchEvery = 500 * time.Millisecond
	backOffMin = 100 * time.Millisecond
	backOffMax = 15 * time.Second
	steady     = time.Minute // a postmaster that lived so long is no longer one that keeps dying
)

// watch starts PostgreSQL again whenever it ends while this process uses the cluster. Each process that uses it watches; the
// lock lets the first one start it, and the others find it running.
func (s *Server) watch() {
	defer close(s.watched)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { <-s.quit; cancel() }()
	back := backOffMin
	for since := time.Now(); s.awaitDeath(ctx); since = time.Now() {
		if time.Since(since) > steady {
			back = backOffMin
		}
		s.log.Error("PostgreSQL ended unexpectedly; it is started again", "pid", s.PID(), "in_ms", back.Milliseconds())
		for {
			if sleep(ctx, back) != nil {
				return
			}
			back = min(2*back, backOffMax)
			err := s.revive(ctx)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return
			}
			s.log.Error("PostgreSQL could not be started again", "err", err, "next_in_ms", back.Milliseconds())
		}
		s.log.Info("PostgreSQL runs again", "pid", s.PID())
	}
}

// awaitDeath returns true when the postmaster ended and false when this process stops.
func (s *Server) awaitDeath(ctx context.Context) bool {
	s.mu.Lock()
	pm, c := s.pm, s.child
	s.mu.Unlock()
	var done chan struct{}
	if c != nil {
		done = c.done
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return false
		case <-done:
			return true
		case <-tick.C:
			if c == nil && !isPostmaster(pm.pid, s.place.cluster()) {
				return true
			}
			if n%1200 == 0 { // ten minutes
				if err := rotateLog(s.logPath()); err != nil {
					s.log.Warn("log of PostgreSQL", "err", err)
				}
			}
		}
	}
}

// revive adopts the postmaster that another process started meanwhile, or starts one.
func (s *Server) revive(ctx context.Context) error {
	unlock, err := s.place.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	adopted, err := s.adopt(ctx)
	if err != nil || adopted {
		return err
	}
	if s.bin, err = findBinaries(s.opt.BinDir, s.place); err != nil {
		return err
	}
	return s.launch(ctx)
}
