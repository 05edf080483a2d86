// Package dbtest gives every test a database of its own: a copy of a template that is migrated once, with the real logins and
// the real grants.
//
// Invariants: a missing PostgreSQL fails the test, it never skips it; two tests never share a database; the cluster of a test
// process ends with the process, however that ends.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"shelter/internal/db"
	"shelter/internal/pgserver"
)

// DB is a test's database: its addresses and, opened when first asked for, a pool for each login.
type DB struct {
	URLs pgserver.URLs
	Name string

	t     testing.TB
	mu    sync.Mutex
	pools map[string]*db.DB
}

var databases atomic.Int64

// New gives a migrated, empty database that is dropped when the test ends.
func New(t testing.TB) *DB {
	t.Helper()
	return newDB(t, true)
}

// NewEmpty gives a database without any migration, for the tests of the migrations themselves.
func NewEmpty(t testing.TB) *DB {
	t.Helper()
	return newDB(t, false)
}

func newDB(t testing.TB, migrated bool) *DB {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	template := ""
	if migrated {
		if template, err = c.template(); err != nil {
			t.Fatalf("dbtest: %v", err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	name := fmt.Sprintf("t_%d_%d", os.Getpid(), databases.Add(1))
	if err := c.create(ctx, name, template); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	d := &DB{URLs: c.server.URLsOf(name), Name: name, t: t, pools: map[string]*db.DB{}}
	t.Cleanup(func() { d.drop(c) })
	return d
}

// Owner gives the pool of the login that owns the database and passes over its grants.
func (d *DB) Owner() *db.DB { return d.open(d.URLs.Owner) }

// App gives the pool of the training side.
func (d *DB) App() *db.DB { return d.open(d.URLs.App) }

// Cases gives the pool of the cases side.
func (d *DB) Cases() *db.DB { return d.open(d.URLs.Cases) }

func (d *DB) open(url string) *db.DB {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if p := d.pools[url]; p != nil {
		return p
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	p, err := db.Open(ctx, url, db.Options{MaxConns: 8, AppName: "test"})
	if err != nil {
		d.t.Fatalf("dbtest: open %s: %v", d.Name, err)
	}
	d.pools[url] = p
	return p
}

// Exec runs statements as the owner and fails the test when they fail: for the rows that a test starts from.
func (d *DB) Exec(sql string, args ...any) {
	d.t.Helper()
	if _, err := d.Owner().Pool().Exec(context.Background(), sql, args...); err != nil {
		d.t.Fatalf("dbtest: %s: %v", sql, err)
	}
}

func (d *DB) drop(c *cluster) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range d.pools {
		_ = p.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if _, err := c.admin.Exec(ctx, "DROP DATABASE "+pgx.Identifier{d.Name}.Sanitize()+" WITH (FORCE)"); err != nil {
		d.t.Errorf("dbtest: drop %s: %v", d.Name, err)
	}
}

// Warrant lets a person hold a case role as if a protection officer had approved it; scope is empty for that officer's own role.
// The grant of the training side has the id that it gives.
func (d *DB) Warrant(person, role, scope string) (id string) {
	d.t.Helper()
	err := pgx.BeginFunc(context.Background(), d.Owner().Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(context.Background(), "ALTER TABLE cases.warrant NO FORCE ROW LEVEL SECURITY"); err != nil {
			return err
		}
		err := tx.QueryRow(context.Background(), `INSERT INTO cases.warrant (id, person_id, role, scope_id, makers, approved_by, approved_at)
			VALUES (gen_random_uuid(), $1, $2, nullif($3, '')::uuid, '{}', gen_random_uuid(), now()) RETURNING id::text`, person, role, scope).Scan(&id)
		if err != nil {
			return err
		}
		_, err = tx.Exec(context.Background(), "ALTER TABLE cases.warrant FORCE ROW LEVEL SECURITY")
		return err
	})
	if err != nil {
		d.t.Fatalf("dbtest: warrant: %v", err)
	}
	return id
}
