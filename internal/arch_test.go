package internal_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// floors says on which floor a package stands; a sub-package stands where the longest name above it stands. A package
// imports only from lower floors. A package that is not here fails the test: give it a floor, and a line in
// docs/architecture.md.
var floors = map[string]int{
	"internal/errs": 0, "internal/config": 0, "internal/i18n": 0, "internal/access": 0, "migrations": 0, "courses": 0,

	"internal/db": 1, "internal/pgserver": 1, "internal/audit": 1, "internal/jobs": 1, "internal/mail": 1,
	"internal/sheet": 1, "internal/vault": 1, "internal/blob": 1, "internal/ical": 1, "internal/picture": 1, "internal/awareness": 1,

	"internal/org": 2, "internal/auth": 2,

	"internal/course": 3, "internal/exam": 3, "internal/workshop": 3, "internal/certificate": 3, "internal/survey": 3,
	"internal/casework": 3, "internal/programme": 3,

	"internal/report": 4, "internal/ingest": 4, "internal/demo": 4, "internal/backup": 4, "internal/handover": 4,

	"internal/ui": 5, "internal/caseui": 5, "internal/api": 5, "internal/server": 5, "web": 5,

	"internal/app": 6, "cmd": 6, "internal/db/dbtest": 1,
}

// sideways lists the imports that are allowed on one floor, with the reason.
var sideways = map[string]string{
	"internal/i18n -> internal/errs":            "a sentence is looked up by an error's key",
	"internal/access -> internal/errs":          "a refusal is an error kind",
	"internal/config -> internal/errs":          "a wrong setting is an error kind",
	"internal/audit -> internal/db":             "entries are rows of the change's own transaction",
	"internal/jobs -> internal/db":              "a job is a row of the change's own transaction",
	"internal/db/dbtest -> internal/db":         "test databases are migrated as the real one is",
	"internal/db/dbtest -> internal/pgserver":   "tests run on a private cluster",
	"internal/mail -> internal/vault":           "a message that waits in the outbox holds a sign-in link, and is sealed",
	"internal/auth -> internal/org":             "an account belongs to a person",
	"internal/exam -> internal/course":          "questions belong to a course's competencies",
	"internal/certificate -> internal/course":   "a certificate may ask for a finished course",
	"internal/certificate -> internal/exam":     "a certificate may ask for a passed test",
	"internal/certificate -> internal/workshop": "a certificate may ask for presence",
	"internal/ui -> web":                        "a handler renders its page",
	"internal/caseui -> web":                    "a handler renders its page",
	"internal/caseui -> internal/ui":            "case pages stand in the same frame, with the same context",
	"internal/server -> internal/ui":            "the route table names its handlers",
	"internal/server -> internal/caseui":        "the route table names its handlers",
	"internal/server -> internal/api":           "the route table names its handlers",
	"internal/server -> web":                    "the assets are served there",
	"internal/api -> internal/ui":               "one mapping of errors to answers",
	"cmd -> internal/app":                       "a command starts from the services that app built",
}

// walls are imports that are forbidden although the floors would allow them.
var walls = []struct {
	from, to string
	except   []string
	reason   string
}{
	{"internal/ui", "internal/casework", nil, "the training site must have no way to a case: case pages live in caseui, on their own pool"},
	{"internal/ui", "internal/caseui", nil, "the training site must have no way to a case"},
	{"", "internal/casework", []string{"internal/caseui", "internal/report", "internal/ingest", "internal/server", "internal/app", "cmd", "web/cases"}, "the fewer packages know of cases, the fewer can leak one"},
	{"", "web/cases", []string{"internal/caseui"}, "case pages are rendered by the case site alone"},
	{"web", "internal/ui", nil, "a page takes its data as a struct; it knows no handler"},
	{"web", "internal/db", nil, "a page shows what it is given and reads nothing itself"},
	{"", "internal/pgserver", []string{"internal/app", "internal/db/dbtest", "internal/backup", "cmd"}, "services get a database's address and do not care whose it is"},
}

// libraries are packages of others that only some of ours may use.
var libraries = []struct {
	path, reason string
	allowed      func(pkg string) bool
}{
	{"github.com/gin-gonic/gin", "HTTP lives on floor 5: a service must serve a job and a command too", onTop},
	{"net/http", "status codes and requests live on floor 5: services return error kinds", onTop},
	{"github.com/xuri/excelize/v2", "one place knows how a workbook is read and written, with its guards", within("internal/sheet")},
	{"github.com/go-jose/go-jose/v4", "one place knows how a badge is signed", within("internal/certificate/badge")},
	{"github.com/a-h/templ", "pages live in web and are rendered on floor 5", onTop},
}

func onTop(pkg string) bool { f, ok := floorOf(pkg); return ok && f >= 5 }

func within(root string) func(string) bool {
	return func(pkg string) bool { return pkg == root || strings.HasPrefix(pkg, root+"/") }
}

// root gives the entry of the table that a package belongs to.
func rootOf(pkg string) string {
	for p := pkg; p != "."; p = path.Dir(p) {
		if _, ok := floors[p]; ok {
			return p
		}
	}
	return ""
}

func floorOf(pkg string) (int, bool) {
	f, ok := floors[rootOf(pkg)]
	return f, ok
}

type listed struct {
	ImportPath                         string
	Dir                                string
	Imports, TestImports, XTestImports []string
}

const module = "shelter/"

func list(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal("go list:", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath = strings.TrimPrefix(p.ImportPath, module); p.ImportPath != "internal" {
			all = append(all, p)
		}
	}
	if len(all) < 10 {
		t.Fatalf("go list gave %d packages only", len(all))
	}
	return all
}

func TestFloors(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		if strings.HasPrefix(p.ImportPath, "web/node_modules") || strings.HasPrefix(p.ImportPath, "tmp/") {
			continue // not ours, not kept
		}
		if _, ok := floorOf(p.ImportPath); !ok {
			t.Errorf("%s stands on no floor: add it to the table and to docs/architecture.md", p.ImportPath)
			continue
		}
		for _, to := range p.Imports {
			if why := forbidden(p.ImportPath, to); why != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, strings.TrimPrefix(to, module), why)
			}
		}
		for _, to := range slices.Concat(p.TestImports, p.XTestImports) {
			if why := forbiddenInTests(p.ImportPath, to); why != "" {
				t.Errorf("the tests of %s import %s: %s", p.ImportPath, strings.TrimPrefix(to, module), why)
			}
		}
	}
}

// forbidden gives the reason against an import, or "".
func forbidden(from, to string) string {
	own, ours := strings.CutPrefix(to, module)
	if !ours {
		return forbiddenLibrary(from, to)
	}
	a, b := rootOf(from), rootOf(own)
	for _, w := range walls {
		if (w.from == "" || within(w.from)(from)) && within(w.to)(own) && !within(w.to)(from) &&
			!slices.ContainsFunc(w.except, func(e string) bool { return within(e)(from) }) {
			return w.reason
		}
	}
	switch {
	case a == b || b == "" || sideways[a+" -> "+b] != "":
		return ""
	case floors[b] == floors[a]:
		return "packages of one floor are blind to each other, so that each can be read and changed alone"
	case floors[b] > floors[a]:
		return "a package imports only from lower floors, so that there is one direction to read in and no circle"
	}
	return ""
}

func forbiddenLibrary(from, to string) string {
	for _, l := range libraries {
		if to == l.path && l.allowed != nil && !l.allowed(from) {
			return l.reason
		}
	}
	return ""
}

// forbiddenInTests lets every test that may touch a database use dbtest, and pgserver's addresses with it.
func forbiddenInTests(from, to string) string {
	own := strings.TrimPrefix(to, module)
	if floor, _ := floorOf(from); floor >= 1 && (own == "internal/db/dbtest" || own == "internal/pgserver") {
		return ""
	}
	if own == from || to == "net/http" || to == "net/http/httptest" {
		return ""
	}
	if from == "internal/sheet" || !strings.HasPrefix(to, "github.com/xuri/excelize") { // a test may open what was written
		return forbidden(from, to)
	}
	return ""
}

// TestFloorsForbid proves that the table forbids, edge by edge, and does not merely happen to be satisfied.
func TestFloorsForbid(t *testing.T) {
	t.Parallel()
	for _, edge := range []string{
		"internal/errs internal/db", "internal/access internal/org", "internal/db internal/audit", "internal/org internal/auth",
		"internal/workshop internal/exam", "internal/course internal/exam", "internal/exam internal/workshop",
		"internal/workshop internal/report", "internal/ingest internal/ui", "internal/ui internal/casework",
		"internal/ui internal/caseui", "web/workshop internal/ui", "web/workshop internal/db", "internal/demo internal/casework",
		"internal/ui web/cases", "internal/org internal/pgserver", "internal/exam/stats internal/workshop", "internal/ui internal/server",
		"internal/server internal/app",
	} {
		from, to, _ := strings.Cut(edge, " ")
		if forbidden(from, module+to) == "" {
			t.Errorf("%s may import %s", from, to)
		}
	}
	for _, edge := range []string{
		"internal/workshop github.com/gin-gonic/gin", "internal/auth net/http", "internal/report github.com/xuri/excelize/v2",
		"internal/ui github.com/xuri/excelize/v2", "internal/exam github.com/a-h/templ",
	} {
		from, to, _ := strings.Cut(edge, " ")
		if forbidden(from, to) == "" {
			t.Errorf("%s may import %s", from, to)
		}
	}
	for _, edge := range []string{
		"internal/exam internal/course", "internal/certificate internal/exam", "internal/ui internal/workshop", "internal/ui web/workshop",
		"cmd/shelter internal/app", "internal/caseui internal/casework", "internal/exam internal/exam/stats", "internal/auth internal/org",
	} {
		from, to, _ := strings.Cut(edge, " ")
		if why := forbidden(from, module+to); why != "" {
			t.Errorf("%s may not import %s: %s", from, to, why)
		}
	}
}
