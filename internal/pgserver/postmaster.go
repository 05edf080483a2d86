package pgserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// postmaster is what PostgreSQL's pid file says of the running server.
type postmaster struct {
	pid       int
	port      int
	socketDir string
	status    string // starting, ready, stopping, standby; "" before PostgreSQL wrote it
}

func pidFile(cluster string) string { return filepath.Join(cluster, "postmaster.pid") }

// readPostmaster reads the pid file; the zero value when there is none or it is cut short.
func readPostmaster(cluster string) (postmaster, error) {
	b, err := os.ReadFile(pidFile(cluster)) // a path of ours
	if errors.Is(err, fs.ErrNotExist) {
		return postmaster{}, nil
	}
	if err != nil {
		return postmaster{}, fmt.Errorf("pgserver: pid file: %w", err)
	}
	return parsePostmaster(string(b)), nil
}

// parsePostmaster knows the lines of the file since PostgreSQL 10: pid, folder, start, port, socket's folder, address,
// shared memory, status.
func parsePostmaster(text string) postmaster {
	lines := strings.Split(text, "\n")
	line := func(i int) string {
		if i < len(lines) {
			return strings.TrimSpace(lines[i])
		}
		return ""
	}
	var pm postmaster
	pm.pid, _ = strconv.Atoi(line(0))
	if pm.pid < 2 { // a negative number marks a single-user process, 0 and 1 are never ours
		return postmaster{}
	}
	pm.port, _ = strconv.Atoi(line(3))
	pm.socketDir = line(4)
	pm.status = line(7)
	return pm
}

// running gives the postmaster of the cluster when its process lives.
func running(cluster string) (postmaster, bool, error) {
	pm, err := readPostmaster(cluster)
	if err != nil || pm.pid == 0 {
		return postmaster{}, false, err
	}
	return pm, isPostmaster(pm.pid, cluster), nil
}

// clearStale removes a pid file that would keep PostgreSQL from starting although nothing runs: an empty one, as a power cut
// leaves it, or one whose number now belongs to another program of the same user. It leaves the file while any process still
// works on the cluster, because the file also guards their shared memory.
func clearStale(cluster string) error {
	info, err := os.Stat(pidFile(cluster))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("pgserver: pid file: %w", err)
	}
	pm, err := readPostmaster(cluster)
	if err != nil {
		return err
	}
	reused := pm.pid != 0 && processExists(pm.pid) && !isPostmaster(pm.pid, cluster)
	if info.Size() != 0 && !reused || busy(cluster) {
		return nil
	}
	if err := os.Remove(pidFile(cluster)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("pgserver: stale pid file: %w", err)
	}
	return nil
}

// state is written beside the cluster for people and for processes that attach: where the socket is and who started it.
type state struct {
	Socket   string    `json:"socket"`
	Port     int       `json:"port"`
	PID      int       `json:"pid"`       // postmaster
	OwnerPID int       `json:"owner_pid"` // the process that started it
	Version  string    `json:"version"`
	Started  time.Time `json:"started"`
}

func statePath(home string) string { return filepath.Join(home, "state.json") }

func readState(home string) state {
	var st state
	b, err := os.ReadFile(statePath(home)) // a path of ours
	if err != nil || json.Unmarshal(b, &st) != nil {
		return state{}
	}
	return st
}

func (st state) write(home string) error {
	b, err := json.MarshalIndent(st, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(statePath(home), append(b, '\n'), 0o600)
}
