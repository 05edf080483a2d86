package pgserver

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// logLimit is the size at which PostgreSQL's log is set aside; the one before is dropped.
const logLimit = 8 << 20

func (s *Server) logPath() string { return filepath.Join(s.place.home, "postgres.log") }

// rotateLog copies a log that grew too long and empties it. The file stays the same one, since a running postmaster appends
// to it.
func rotateLog(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() < logLimit {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := os.ReadFile(path) // a path of ours
	if err != nil {
		return err
	}
	if err := writeFile(path+".1", b, 0o600); err != nil {
		return err
	}
	return os.Truncate(path, 0)
}

// tailFrom gives what was written to a log after an offset, at most its last lines.
func tailFrom(path string, from int64) string {
	f, err := os.Open(path) // a path of ours
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.NewSectionReader(f, from, 64<<10))
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) > 12 {
		lines = lines[len(lines)-12:]
	}
	return strings.Join(lines, "\n")
}
