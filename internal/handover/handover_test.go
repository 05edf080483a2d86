package handover_test

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/handover"
)

// trainingSchemas are those that the login of the training side reads.
const trainingSchemas = "'org','auth','workshop','exam','certificate','survey','course','ingest','programme','jobs','audit'"

// Every table of the training side is handed over or left out for a reason that is said.
func TestEveryTableIsDecided(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	dict, err := handover.Tables()
	if err != nil {
		t.Fatal(err)
	}
	decided := map[string]string{}
	for name, why := range dict.LeftOut {
		decided[name] = why
	}
	for _, table := range dict.Tables {
		if !strings.ContainsFunc(table.AR, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) || table.FR == "" {
			t.Errorf("%s is not explained", table.File)
		}
		for _, name := range table.From {
			if decided[name] != "" && dict.LeftOut[name] != "" {
				t.Errorf("%s is handed over and left out", name)
			}
			decided[name] = table.File
		}
	}
	rows, err := d.Owner().Pool().Query(context.Background(), "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ("+trainingSchemas+")")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	seen := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		seen[name] = true
		if decided[name] == "" {
			t.Errorf("nobody has decided whether %s is handed over", name)
		}
	}
	for name := range decided {
		if !seen[name] {
			t.Errorf("%s does not exist", name)
		}
	}
}

// canaries are what must not be in any file.
var canaries = []string{"CANARI-hash", "CANARI-badge", "CANARI-note", "09876543", "CANARI-jeton", "CANARI-remarque"}

func plant(d *dbtest.DB) {
	const person = "'00000000-0000-7000-8000-000000000001'"
	d.Exec(`INSERT INTO org.person (id, code, family_name, given_name, name_key, cin, phone, email, created_at, updated_at) VALUES (` + person + `, 'P-1', '=Dridi', 'Wafa', 'dridi', '09876543', '+21698765432', 'wafa@exemple.test', now(), now())`)
	d.Exec(`INSERT INTO auth.account (person_id, password_hash, created_at) VALUES (` + person + `, 'CANARI-hash', now())`)
	d.Exec(`INSERT INTO workshop.event (id, code, kind, title, starts_on, ends_on, created_at, updated_at) VALUES (` + person + `, 'W-2026-001', 'workshop', 'Atelier', '2026-12-14', '2026-12-15', now(), now())`)
	d.Exec(`INSERT INTO workshop.enrolment (id, event_id, person_id, number, state, source, badge_code, badge_token, created_at, changed_at) VALUES (` + person + `, ` + person + `, ` + person + `, 1, 'enrolled', 'manual', 'B1', 'CANARI-badge', now(), now())`)
	d.Exec(`INSERT INTO course.course (code, created_at) VALUES ('essai', now())`)
	d.Exec(`INSERT INTO course.note (person_id, course, slug, sealed, written_at) VALUES (` + person + `, 'essai', '01', 'CANARI-note', now())`)
	d.Exec(`INSERT INTO course.version (id, course, number, digest, published_at) VALUES (` + person + `, 'essai', 1, 'x', now())`)
	d.Exec(`INSERT INTO course.file (version_id, path, body) VALUES (` + person + `, 'essai/course.yaml', 'code: essai')`)
	d.Exec(`INSERT INTO course.link (token, course, made_at) VALUES ('CANARI-jeton', 'essai', now())`)
}

func TestWhatIsHandedOver(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	plant(d)
	dir := filepath.Join(t.TempDir(), "passation")
	extra := map[string]handover.Writer{"questions/q.gift": func(w io.Writer) error { _, err := io.WriteString(w, "::Q:: {T}"); return err }}
	o := handover.Options{Dir: dir, Version: "v1", Now: time.Date(2026, 12, 20, 9, 0, 0, 0, time.UTC), Extra: extra}
	res, err := handover.Write(t.Context(), d.App(), access.System("cli"), o)
	if err != nil || res.Rows == 0 {
		t.Fatal(res, err)
	}
	all := read(t, dir)
	for name, body := range all {
		for _, c := range append(canaries, "+21698765432", "wafa@exemple.test") {
			if strings.Contains(body, c) {
				t.Errorf("%s has %s", name, c)
			}
		}
	}
	for _, name := range []string{"LISEZMOI.md", "README.ar.md", "datapackage.json", "SHA256SUMS", "questions/q.gift", "courses/essai-v1/essai/course.yaml", "data/people.csv"} {
		if all[name] == "" {
			t.Errorf("%s is missing", name)
		}
	}
	people, err := csv.NewReader(strings.NewReader(all["data/people.csv"])).ReadAll()
	if err != nil || len(people) != 2 || people[1][1] != "'=Dridi" {
		t.Errorf("%v %v: a name that a spreadsheet would compute", people, err)
	}
	sums(t, all)
	dictionary(t, all)
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v: others may look into the folder", info.Mode(), err)
	}
	if _, err := handover.Write(t.Context(), d.App(), access.System("cli"), o); !errs.Is(err, errs.Conflict) {
		t.Errorf("written over what was there: %v", err)
	}
	var n int
	if err := d.Owner().Pool().QueryRow(t.Context(), "SELECT count(*) FROM audit.entry WHERE action = 'handover'").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d entries in the audit, %v", n, err)
	}

	o.Dir, o.Contacts = dir+"-2", true
	if _, err := handover.Write(t.Context(), d.App(), access.System("cli"), o); err != nil {
		t.Fatal(err)
	}
	if body := read(t, o.Dir)["data/people.csv"]; !strings.Contains(body, "'+21698765432") || strings.Contains(body, "09876543,") {
		t.Errorf("contacts: %s", body)
	}
}

func TestAFailureLeavesNothing(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	parent := t.TempDir()
	extra := map[string]handover.Writer{"x": func(io.Writer) error { return errs.NewConflict("x") }}
	if _, err := handover.Write(t.Context(), d.App(), access.System("cli"), handover.Options{Dir: filepath.Join(parent, "p"), Now: time.Now(), Extra: extra}); err == nil {
		t.Fatal("no error")
	}
	if list, _ := os.ReadDir(parent); len(list) != 0 {
		t.Errorf("left behind: %v", list)
	}
}

func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		body, err := os.ReadFile(p)
		name, _ := filepath.Rel(dir, p)
		all[filepath.ToSlash(name)] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// sums checks the digests: of every file, and right.
func sums(t *testing.T, all map[string]string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(all["SHA256SUMS"]), "\n")
	if len(lines) != len(all)-1 {
		t.Errorf("%d digests of %d files", len(lines), len(all)-1)
	}
	for _, l := range lines {
		sum, name, _ := strings.Cut(l, "  ")
		if want := sha256.Sum256([]byte(all[name])); sum != hex.EncodeToString(want[:]) {
			t.Errorf("digest of %s", name)
		}
	}
}

// dictionary checks that each column of each file is explained, in the order of the file.
func dictionary(t *testing.T, all map[string]string) {
	t.Helper()
	var p struct {
		Resources []struct {
			Path   string
			Schema struct {
				Fields []struct{ Name, Type, Description string }
			}
		}
	}
	if err := json.Unmarshal([]byte(all["datapackage.json"]), &p); err != nil {
		t.Fatal(err)
	}
	dict, _ := handover.Tables()
	if len(p.Resources) != len(dict.Tables) {
		t.Errorf("%d files of %d are explained", len(p.Resources), len(dict.Tables))
	}
	for i, r := range p.Resources {
		var names []string
		for _, f := range r.Schema.Fields {
			names = append(names, f.Name)
			if f.Description == "" {
				t.Errorf("%s: nothing says what %s is", r.Path, f.Name)
			}
		}
		head, err := csv.NewReader(strings.NewReader(all[r.Path])).Read()
		if err != nil || !slices.Equal(head, names) || len(dict.Tables[i].Columns) != len(names) {
			t.Errorf("%s: %v, explained %v, %v", r.Path, head, names, err)
		}
	}
}
