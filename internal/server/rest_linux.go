package server

import (
	"bytes"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// releaseProgram unmaps the pages of the program's own file: code and constants, read once and not needed at rest. They come
// back from the kernel's page cache, or from the file, at the next touch. Only mappings that nothing was ever written to are
// taken, so that nothing can be lost.
func releaseProgram() {
	exe, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return
	}
	for _, m := range cleanMappings(maps, exe) {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.start, m.end-m.start, unix.MADV_DONTNEED)
	}
}

type mapping struct{ start, end uintptr }

// cleanMappings reads /proc/self/smaps and gives the mappings of a file that cannot be written and hold no page of their own.
func cleanMappings(smaps []byte, file string) []mapping {
	var clean []mapping
	var at mapping
	for line := range bytes.Lines(smaps) {
		text := strings.TrimSuffix(string(line), "\n")
		if m, ok := readOnly(text, file); ok {
			at = m
		} else if key, value, _ := strings.Cut(text, ":"); key == "Anonymous" {
			if at.end > at.start && strings.TrimSpace(value) == "0 kB" {
				clean = append(clean, at)
			}
			at = mapping{}
		}
	}
	return clean
}

// readOnly reads the first line of a mapping: "start-end rights offset device inode path".
func readOnly(line, file string) (mapping, bool) {
	head, ok := strings.CutSuffix(line, " "+file)
	fields := strings.Fields(head)
	if !ok || len(fields) < 2 || strings.Contains(fields[1], "w") || !strings.HasSuffix(fields[1], "p") {
		return mapping{}, false
	}
	from, to, _ := strings.Cut(fields[0], "-")
	start, err := strconv.ParseUint(from, 16, 64)
	if err != nil {
		return mapping{}, false
	}
	end, err := strconv.ParseUint(to, 16, 64)
	return mapping{uintptr(start), uintptr(end)}, err == nil
}
