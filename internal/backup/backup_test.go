package backup_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/backup"
	"shelter/internal/db"
	"shelter/internal/db/dbtest"
	"shelter/internal/errs"
	"shelter/internal/jobs"
	"shelter/internal/pgserver"
)

func ctx() context.Context { return context.Background() }

func identity(t *testing.T) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// canary is a text that must not be readable in a backup.
const canary = "Zinelabidine-Canari"

func fill(d *dbtest.DB) {
	for i := range 40 {
		d.Exec(`INSERT INTO org.person (id, code, family_name, given_name, name_key, created_at, updated_at) VALUES ($1, $2, $3, E'tab\tligne\n"x"', 'k', now(), now())`,
			uuid.New(), fmt.Sprintf("P-%d", i), canary)
	}
	d.Exec(`INSERT INTO org.role_grant (id, person_id, role, scope, granted_by, granted_at) SELECT gen_random_uuid(), id, 'trainee', 'global', id, now() FROM org.person`)
	d.Exec(`INSERT INTO audit.entry (at, actor, action, kind) SELECT now(), 'cli', 'test', 'x' FROM generate_series(1, 100)`)
}

// employ gives somebody a case role and replaces their password: the triggers that keep case roles let all of it come back.
func employ(d *dbtest.DB) {
	person, shelter := uuid.NewString(), uuid.NewString()
	d.Exec(`INSERT INTO org.person (id, code, family_name, name_key, created_at, updated_at) VALUES ($1, 'P-CASE', 'x', 'k', now(), now())`, person)
	id := d.Warrant(person, "case_worker", shelter)
	d.Exec(`INSERT INTO org.role_grant (id, person_id, role, scope, scope_id, granted_at) VALUES ($1, $2, 'case_worker', 'shelter', $3, now())`, id, person, shelter)
	d.Exec(`INSERT INTO auth.account (person_id, password_hash, created_at) VALUES ($1, 'x', now())`, person)
}

func logins() db.Logins { return db.Logins{App: pgserver.AppLogin, Cases: pgserver.CasesLogin} }

func target(d *dbtest.DB, folder string) backup.Target {
	return backup.Target{OwnerURL: d.URLs.Owner, Logins: logins(), Data: folder, Prepare: func(ctx context.Context, names []string) error {
		if err := db.MigrateOnly(ctx, d.URLs.Owner, logins(), names); err != nil {
			return err
		}
		return jobs.Migrate(ctx, d.URLs.Owner)
	}}
}

func write(t *testing.T, d *dbtest.DB, folder string, to age.Recipient) []byte {
	t.Helper()
	var buf bytes.Buffer
	sum, err := backup.Write(ctx(), &buf, backup.Source{OwnerURL: d.URLs.Owner, Data: folder, Folders: []string{"keys", "absent"}}, time.Now(), to)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Tables < 20 || sum.Files != 1 {
		t.Fatalf("wrote %+v", sum)
	}
	return buf.Bytes()
}

// rows gives every row of every table as text, table by table.
func rows(t *testing.T, d *dbtest.DB) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(ctx(), d.URLs.Owner)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx()) }()
	found, err := conn.Query(ctx(), `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
		WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'public') AND tablename <> 'river_migration'
		AND schemaname || '.' || tablename NOT IN ('programme.change', 'programme.shelf') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	names, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, n := range names {
		var digest string
		if err := conn.QueryRow(ctx(), "SELECT count(*) || ' ' || coalesce(md5(string_agg(r::text, '|' ORDER BY r::text)), '') FROM "+n+" r").Scan(&digest); err != nil {
			t.Fatal(err)
		}
		all[n] = digest
	}
	return all
}

func folderWithKey(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "keys", "vault.key"), []byte("secret key"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFillBackUpRestoreCompare(t *testing.T) {
	t.Parallel()
	from, to, id := dbtest.New(t), dbtest.NewEmpty(t), identity(t)
	fill(from)
	employ(from)
	data := write(t, from, folderWithKey(t), id.Recipient())
	if bytes.Contains(data, []byte(canary)) {
		t.Fatal("a name is readable in the backup")
	}
	folder := t.TempDir()
	if _, err := backup.Restore(ctx(), bytes.NewReader(data), target(to, folder), id); err != nil {
		t.Fatal(err)
	}
	want, got := rows(t, from), rows(t, to)
	for name, w := range want {
		if got[name] != w {
			t.Errorf("%s: %s after the restore, %s before", name, got[name], w)
		}
	}
	for name, g := range got {
		if _, was := want[name]; !was && g != "0 " { // the queue's own tables are made by the restore
			t.Errorf("%s: %s came from nowhere", name, g)
		}
	}
	if b, err := os.ReadFile(filepath.Join(folder, "keys", "vault.key")); err != nil || string(b) != "secret key" {
		t.Errorf("the key file: %q, %v", b, err)
	}
	to.Exec(`INSERT INTO audit.entry (at, actor, action, kind) VALUES (now(), 'cli', 'after', 'x')`) // the sequence goes on
}

func TestRestoreIntoADatabaseWithPeopleIsRefused(t *testing.T) {
	t.Parallel()
	from, to, id := dbtest.New(t), dbtest.New(t), identity(t)
	fill(from)
	fill(to)
	before := rows(t, to)
	_, err := backup.Restore(ctx(), bytes.NewReader(write(t, from, folderWithKey(t), id.Recipient())), target(to, t.TempDir()), id)
	if !errs.Is(err, errs.Conflict) {
		t.Fatalf("got %v", err)
	}
	after := rows(t, to)
	for name, w := range before {
		if after[name] != w {
			t.Errorf("%s changed", name)
		}
	}
}

func TestDamagedBackupsChangeNothing(t *testing.T) {
	t.Parallel()
	from, id := dbtest.New(t), identity(t)
	fill(from)
	good := write(t, from, folderWithKey(t), id.Recipient())
	flipped := bytes.Clone(good)
	flipped[len(flipped)/2] ^= 1
	for name, c := range map[string]struct {
		data []byte
		id   age.Identity
	}{
		"empty":       {nil, id},
		"text":        {[]byte("not a backup at all"), id},
		"truncated":   {good[:len(good)-50], id},
		"half":        {good[:len(good)/2], id},
		"one bit":     {flipped, id},
		"another key": {good, identity(t)},
	} {
		to, folder := dbtest.New(t), t.TempDir()
		_, err := backup.Restore(ctx(), bytes.NewReader(c.data), target(to, folder), c.id)
		if !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, "keys", "*")); len(left) > 0 {
			t.Errorf("%s: left files %v", name, left)
		}
		if n, err := to.Owner().NewSelect().TableExpr("org.person").Count(ctx()); err != nil || n != 0 {
			t.Errorf("%s: %d people in the database, %v", name, n, err)
		}
	}
}

// TestOlderSchemaIsRestoredAndMigrated fills a database of the schema before the newest migration, backs it up, restores it
// and migrates it: nothing is lost on the way up.
func TestOlderSchemaIsRestoredAndMigrated(t *testing.T) {
	t.Parallel()
	old, to, id := dbtest.NewEmpty(t), dbtest.NewEmpty(t), identity(t)
	names := db.Names()
	if err := db.MigrateOnly(ctx(), old.URLs.Owner, logins(), names[:len(names)-1]); err != nil {
		t.Fatal(err)
	}
	fill(old)
	before := rows(t, old)
	var buf bytes.Buffer
	if _, err := backup.Write(ctx(), &buf, backup.Source{OwnerURL: old.URLs.Owner, Data: t.TempDir()}, time.Now(), id.Recipient()); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(ctx(), &buf, target(to, t.TempDir()), id); err != nil {
		t.Fatal(err)
	}
	if err := db.Migrate(ctx(), to.URLs.Owner, logins()); err != nil {
		t.Fatal(err)
	}
	after := rows(t, to)
	for _, name := range []string{"org.person", "org.role_grant", "audit.entry"} {
		if before[name] != after[name] {
			t.Errorf("%s: %s before, %s after the upgrade", name, before[name], after[name])
		}
	}
}
