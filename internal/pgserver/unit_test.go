package pgserver

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestParsePostmaster(t *testing.T) {
	t.Parallel()
	whole := "123\n/d/data\n1700000000\n5432\n/run/shelter/x\n\n  5432001 7\nready   \n"
	for text, want := range map[string]postmaster{
		whole:              {pid: 123, port: 5432, socketDir: "/run/shelter/x", status: "ready"},
		"123\n/d/data\n17": {pid: 123},
		"":                 {},
		"-5\n/d\n":         {}, // single-user
		"0\n":              {},
		"1\n":              {},
		"x\n":              {},
	} {
		if got := parsePostmaster(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestSocketPathLimit(t *testing.T) {
	t.Parallel()
	limit := socketPathMax
	if isMac() {
		limit = socketPathMac
	}
	fits := "/" + strings.Repeat("x", limit-len(socketFile("/"))) // socketFile("/x") is one longer than socketFile("/")
	fits = fits[:len(fits)-1]
	if err := checkSocketPath(fits); err != nil || len(socketFile(fits)) > limit {
		t.Errorf("%d bytes: %v", len(socketFile(fits)), err)
	}
	if err := checkSocketPath(fits + "xx"); err == nil {
		t.Errorf("%d bytes are too many", len(socketFile(fits+"xx")))
	}
}

func TestForeignSocketFolderIsNotUsed(t *testing.T) {
	t.Parallel()
	p := place{home: t.TempDir(), acct: self()}
	dir := t.TempDir()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{dir, link, filepath.Join(dir, "missing")} {
		if p.ours(bad) {
			t.Errorf("%s is open, a link or missing, and was accepted", bad)
		}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if !p.ours(dir) || p.ours(link) {
		t.Error("a closed folder of ours is good, a link to it is not")
	}
	p.acct.uid++
	if p.ours(dir) {
		t.Error("a folder of another user was accepted")
	}
}

func TestHydrateLinks(t *testing.T) {
	t.Parallel()
	write := func(target string) string {
		root := filepath.Join(t.TempDir(), "native")
		b, err := json.Marshal([]map[string]string{{"source": "native/lib/libx.so.5.18", "target": target}})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Join(root, "lib"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "pg-symlinks.json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		return root
	}
	good := write("native/lib/libx.so")
	for range 2 { // the second time finds it done
		if err := hydrateLinks(good); err != nil {
			t.Fatal(err)
		}
	}
	if to, err := os.Readlink(filepath.Join(good, "lib", "libx.so")); err != nil || to != "libx.so.5.18" {
		t.Errorf("link to %q, %v", to, err)
	}
	if err := hydrateLinks(write("../../libx.so")); err == nil {
		t.Error("a link outside the package was made")
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	for _, bin := range []string{newest(t), oldest(t)} {
		b, err := inspect(bin)
		if err != nil || b.major < oldestMajor || !strings.HasPrefix(b.version, "1") {
			t.Errorf("%s: %+v, %v", bin, b, err)
		}
	}
	tooOld := filepath.Join(t.TempDir(), "bin")
	if err := os.MkdirAll(tooOld, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, program := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(tooOld, program), []byte("#!/bin/sh\necho 'postgres (PostgreSQL) 13.4 (Debian 13.4-1)'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, err := findBinaries(tooOld, place{home: t.TempDir(), acct: self()})
	if err == nil || !strings.Contains(err.Error(), "15 or later") || !strings.Contains(err.Error(), "13.4") {
		t.Errorf("error %v", err)
	}
}

func TestRotateLog(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "postgres.log")
	if err := rotateLog(path); err != nil {
		t.Fatal("no log yet:", err)
	}
	for _, size := range []int{100, logLimit} {
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := rotateLog(path); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = os.Stat(path + ".1")
		if rotated := err == nil && info.Size() == 0; rotated != (size >= logLimit) {
			t.Errorf("%d bytes: set aside: %v", size, rotated)
		}
	}
}

func TestTailFrom(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("old\n"+strings.Repeat("line\n", 30)+"last\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := tailFrom(path, 4)
	if strings.Contains(got, "old") || !strings.HasSuffix(got, "line\nlast") || strings.Count(got, "\n") != 11 {
		t.Errorf("%q", got)
	}
}

func TestAwayName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/root/shelter/data": "root-shelter-data", "/مجلد/x": "x", "/" + strings.Repeat("a", 60): strings.Repeat("a", 40)} {
		if got := awayName(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
