package auth

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/db/dbtest"
	"shelter/internal/org"
)

// BenchmarkLoad measures what every request of a signed-in person costs here; BenchmarkOneRow, in the same run, is the
// yardstick: one row by primary key over the same pool.
func BenchmarkLoad(b *testing.B) {
	s, token, _ := benchHouse(b)
	b.ResetTimer()
	for b.Loop() {
		if _, err := s.Load(b.Context(), token); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOneRow(b *testing.B) {
	s, _, person := benchHouse(b)
	b.ResetTimer()
	for b.Loop() {
		var name string
		if err := s.db.Pool().QueryRow(b.Context(), "SELECT family_name FROM org.person WHERE id = $1", pgx.QueryExecModeCacheStatement, person).Scan(&name); err != nil {
			b.Fatal(err)
		}
	}
}

func benchHouse(b *testing.B) (*Service, string, uuid.UUID) {
	b.Helper()
	d := dbtest.New(b)
	now := func() time.Time { return start }
	people := org.New(d.App(), now)
	s := New(d.App(), Options{Org: people, Now: now})
	p, err := people.CreatePerson(b.Context(), access.System("bench"), org.PersonInput{FamilyName: "Bench"})
	if err == nil {
		err = people.GrantRole(b.Context(), access.System("bench"), p.ID, org.GrantInput{Role: access.Trainer, Scope: access.Global})
	}
	token := newToken()
	if err == nil {
		err = s.SeedAccountTx(b.Context(), d.App(), access.System("bench"), p.ID, "x")
	}
	if err == nil {
		err = s.begin(b.Context(), token, Draft{PersonID: p.ID, Proved: start, Expires: start.Add(sessionShort)})
	}
	if err != nil {
		b.Fatal(err)
	}
	return s, token, p.ID
}
