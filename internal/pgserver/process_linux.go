package pgserver

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
)

// processExists tells whether a process with that number lives; a dead one that nobody has buried yet does not count.
func processExists(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	i := bytes.LastIndexByte(b, ')') // the name before it may hold anything
	return i > 0 && i+2 < len(b) && b[i+2] != 'Z' && b[i+2] != 'X'
}

// isPostmaster tells whether the process lives and works in the cluster's folder, as every PostgreSQL process does.
func isPostmaster(pid int, cluster string) bool {
	return processExists(pid) && worksIn(strconv.Itoa(pid), cluster)
}

func worksIn(pid, cluster string) bool {
	cwd, err1 := os.Stat("/proc/" + pid + "/cwd")
	dir, err2 := os.Stat(cluster)
	if err1 != nil || err2 != nil || !os.SameFile(cwd, dir) {
		return false
	}
	comm, err := os.ReadFile("/proc/" + pid + "/comm")
	return err == nil && bytes.HasPrefix(comm, []byte("postgres"))
}

// busy tells whether any PostgreSQL process works in the cluster's folder, as orphans of a killed postmaster do for a moment.
func busy(cluster string) bool {
	entries, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return false
	}
	for _, e := range entries {
		if worksIn(filepath.Base(e), cluster) {
			return true
		}
	}
	return false
}
