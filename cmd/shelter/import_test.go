package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"shelter/internal/db/dbtest"
)

// shell runs command lines on a database of the test.
type shell struct {
	t    *testing.T
	base []string
}

func newShell(t *testing.T) *shell {
	t.Helper()
	d := dbtest.New(t)
	return &shell{t, []string{"--data", t.TempDir(), "--database-url", d.URLs.App, "--cases-database-url", d.URLs.Cases}}
}

// run gives what a command line printed, and fails when its exit status is not the one wanted.
func (s *shell) run(status int, args ...string) (out, errOut string) {
	s.t.Helper()
	var o, e bytes.Buffer
	if got := execute(context.Background(), slices.Concat(s.base, args), &o, &e); got != status {
		s.t.Fatalf("%v: exit status %d, want %d\n%s%s", args, got, status, o.String(), e.String())
	}
	return o.String(), e.String()
}

func (s *shell) workshop() string {
	s.t.Helper()
	out, _ := s.run(0, "workshop", "create", "--title", "Détection", "--start", "2026-12-14", "--days", "2", "--json")
	var made struct{ Code string }
	if err := json.Unmarshal([]byte(out), &made); err != nil || made.Code == "" {
		s.t.Fatalf("%q: %v", out, err)
	}
	return made.Code
}

// importReport is what scripts read; an unknown key fails the test.
type importReport struct {
	Sheet      string `json:"sheet"`
	HeaderRow  int    `json:"header_row"`
	Rows       int    `json:"rows"`
	Valid      int    `json:"valid"`
	Invalid    int    `json:"invalid"`
	Duplicates int    `json:"duplicates"`
	Created    int    `json:"created"`
	Issues     []struct {
		Row     int    `json:"row"`
		Column  string `json:"column"`
		Level   string `json:"level"`
		Message string `json:"message"`
	} `json:"issues"`
}

func (s *shell) importJSON(status int, args ...string) (importReport, string) {
	s.t.Helper()
	out, errOut := s.run(status, append([]string{"import", "participants", "--json"}, args...)...)
	var r importReport
	d := json.NewDecoder(strings.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil || d.More() || !strings.Contains(out, `"issues": [`) {
		s.t.Fatalf("%v: %v in %s", args, err, out)
	}
	return r, errOut
}

func listOf(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "liste.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportCommand(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	code := s.workshop()
	mas := filepath.Join("..", "..", "internal", "ingest", "testdata", "participants-mas.xlsx")
	for _, try := range []struct {
		args    []string
		created int
	}{{[]string{"--dry-run"}, 0}, {nil, 24}, {nil, 0}} {
		r, errOut := s.importJSON(0, append([]string{mas, "--workshop", code}, try.args...)...)
		got := fmt.Sprint(r.Sheet, r.HeaderRow, r.Rows, r.Valid, r.Invalid, r.Duplicates, len(r.Issues), r.Created)
		if want := fmt.Sprint("Liste participants", 5, 25, 25, 0, 1, 12, try.created); got != want || errOut != "" {
			t.Errorf("%v: %s, want %s; %s", try.args, got, want, errOut)
		}
	}
	bad := listOf(t, "Nom;Prénom;Email\nAyari;Salma;salma@exemple.tn\nTrabelsi;Ali;ali(chez)exemple\n")
	r, errOut := s.importJSON(1, bad, "--workshop", code)
	if r.Rows != 2 || r.Valid != 1 || r.Invalid != 1 || r.Created != 0 || len(r.Issues) != 1 || r.Issues[0].Row != 3 || r.Issues[0].Column != "C" || r.Issues[0].Level != "error" || errOut != "" {
		t.Errorf("%+v, %q", r, errOut)
	}
	out, _ := s.run(1, "--messages", "ar", "import", "participants", bad, "--workshop", code)
	if !strings.Contains(out, "لم يُسجل أحد") || !strings.Contains(out, "ali(chez)exemple") {
		t.Errorf("as text: %s", out)
	}
	good := listOf(t, "Nom;Prénom\nAyari;Salma\n")
	if out, _ := s.run(0, "import", "participants", good, "--workshop", code, "--dry-run"); !strings.Contains(out, "rien n'a été inscrit") {
		t.Errorf("tried: %s", out)
	}
	if out, _ := s.run(0, "import", "participants", good, "--workshop", code); !strings.Contains(out, "1 inscription nouvelle") {
		t.Errorf("applied: %s", out)
	}
}

func TestImportCommandRefusesUnreadableFiles(t *testing.T) {
	t.Parallel()
	s := newShell(t)
	code := s.workshop()
	for file, said := range map[string]string{
		listOf(t, ""):                             "ne contient aucune donnée",
		listOf(t, "\x89PNG\r\n\x1a\n0000"):        "n'est pas un classeur Excel",
		listOf(t, "Nom;Prénom\n"):                 "aucune personne",
		filepath.Join(t.TempDir(), "absent.xlsx"): "absent.xlsx",
	} {
		out, errOut := s.run(1, "import", "participants", file, "--workshop", code, "--json")
		if out != "" || !strings.Contains(errOut, said) {
			t.Errorf("%q on standard output, %q on standard error, want %q", out, errOut, said)
		}
	}
	if _, errOut := s.run(1, "import", "participants", listOf(t, "Nom\nAyari\n"), "--workshop", "W-2020-999"); !strings.Contains(errOut, "W-2020-999") {
		t.Errorf("an unknown workshop: %s", errOut)
	}
	s.run(2, "import", "participants", "--workshop", code)
	s.run(2, "import", "participants", "x.csv")
}
