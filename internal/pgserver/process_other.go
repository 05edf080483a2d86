//go:build unix && !linux

package pgserver

import (
	"errors"
	"syscall"
)

func processExists(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// isPostmaster can only tell that the process lives; the connection with our password decides whose it is.
func isPostmaster(pid int, _ string) bool { return processExists(pid) }

// busy is unknown here, so a pid file is never removed by us.
func busy(string) bool { return true }
