//go:build unix

package pgserver

import (
	"errors"
	"os"
	"syscall"
)

// fileLock is a lock of the kernel on a file; it ends with the process at the latest.
type fileLock struct{ f *os.File }

// tryLock gives nil when another holder is in the way.
func tryLock(path string, exclusive bool) (*fileLock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // a path of ours
	if err != nil {
		return nil, err
	}
	how := syscall.LOCK_SH
	if exclusive {
		how = syscall.LOCK_EX
	}
	for {
		err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB) // a file descriptor fits
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err == nil {
		return &fileLock{f: f}, nil
	}
	_ = f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, nil // nil is the answer "held by another"
	}
	return nil, err
}

// release gives the lock back; closing the file does it.
func (l *fileLock) release() { _ = l.f.Close() }
