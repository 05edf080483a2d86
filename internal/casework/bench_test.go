package casework

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/casework/custody"
	"shelter/internal/db/dbtest"
)

// The paths of issue 6 beside a yardstick on the same PostgreSQL in the same run (make bench): what is asked for is a ratio, or a time of
// the processor, since machines differ.
const (
	benchFiles   = 5000
	benchEntries = 200_000
	benchRounds  = 5
	benchRound   = time.Second
	benchClients = 8
)

type bench struct {
	*Service
	b      *testing.B
	d      *dbtest.DB
	keys   *custody.Keys
	ctx    context.Context
	worker access.Actor
	owner  uuid.UUID
}

func newBench(b *testing.B) *bench {
	b.Helper()
	x := &bench{b: b, d: dbtest.New(b), ctx: context.Background(), owner: uuid.New()}
	keys, err := custody.Open(b.TempDir())
	x.must(err)
	x.keys, x.Service = keys, New(x.d.Cases(), Options{Keys: keys, Now: time.Now})
	x.worker = access.Actor{PersonID: uuid.New(), MFA: true, Grants: []access.Grant{{Role: access.CaseSupervisor, Scope: access.Shelter, ID: x.owner}}}
	x.d.Warrant(x.worker.PersonID.String(), string(access.CaseSupervisor), x.owner.String())
	return x
}

func (x *bench) must(err error) {
	x.b.Helper()
	if err != nil {
		x.b.Fatal(err)
	}
}

func (x *bench) file() uuid.UUID {
	id, err := x.Create(x.ctx, x.worker, CreateInput{Key: uuid.New(), OwnerID: x.owner, Alias: "Olivier", Sex: "f", AgeBand: "26-40", Nationality: "africa", Form: "domestic_servitude", Governorate: "TN-61", Source: "ngo",
		ReportedOn: x.today(), Narrative: "Ce que la personne a dit, avec ses mots.", Identity: Identity{FamilyName: "Banc", GivenName: "Essai", Phone: "98 123 456"}})
	if err != nil {
		panic(err)
	}
	return id
}

// many runs what as several clients for one round: how many a second, and the time of each.
func many(clients int, what func()) (rate float64, times []time.Duration) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	stop := time.Now().Add(benchRound)
	for range clients {
		wg.Go(func() {
			var mine []time.Duration
			for time.Now().Before(stop) {
				began := time.Now()
				what()
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			times = append(times, mine...)
		})
	}
	wg.Wait()
	return float64(len(times)) / benchRound.Seconds(), times
}

func p95(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)*95/100]
}

// BenchmarkCasePage is a page of 50 of 5,000 files, under row-level security, opened and written into the audit, against the same SELECT under
// the same policies, 50 AEAD opens and one insert through pgx alone.
func BenchmarkCasePage(b *testing.B) {
	x := newBench(b)
	var wg sync.WaitGroup
	for range benchClients {
		wg.Go(func() {
			for range benchFiles / benchClients {
				x.file()
			}
		})
	}
	wg.Wait()
	x.d.Exec("ANALYZE")
	page := func() {
		l, err := x.List(x.ctx, x.worker, Filter{})
		if err != nil || len(l.Rows) != pageSize || l.Total != benchFiles || l.Rows[0].Alias != "Olivier" {
			panic(fmt.Sprint(len(l.Rows), err))
		}
	}
	yard, one := x.yardstick(), x.oneSelect()
	for b.Loop() {
		var ours, theirs float64
		var pages, selects []time.Duration
		many(benchClients, page)
		many(benchClients, yard)
		for range benchRounds {
			r, t := many(benchClients, page)
			ours, pages = ours+r, append(pages, t...)
			r, _ = many(benchClients, yard)
			theirs += r
			_, t = many(benchClients, one)
			selects = append(selects, t...)
		}
		ratio, slow := ours/theirs, float64(p95(pages))/float64(p95(selects))
		fmt.Printf("%-34s %8.0f/s against %8.0f/s: ratio %.2f (at least 0.50); p95 %.1f ms against %.1f ms: %.1f times (below 10)\n",
			"page of 50 of 5,000 files", ours/benchRounds, theirs/benchRounds, ratio, p95(pages).Seconds()*1000, p95(selects).Seconds()*1000, slow)
		if ratio < 0.5 || slow >= 10 {
			b.Errorf("a page of files: ratio %.2f, p95 %.1f times", ratio, slow)
		}
	}
}

const benchSelect = `SELECT f.id, f.code, f.owner_id, f.worker_id, f.state, f.status, f.risk, f.review_on, f.opened_at, f.age_band, f.demo, f.alias, k.wrapped, k.version,
	(SELECT count(*) FROM cases.task t WHERE t.case_id = f.id AND t.done_at IS NULL AND t.due_on < current_date),
	EXISTS (SELECT 1 FROM cases.erasure e WHERE e.case_id = f.id AND e.scope = 'file' AND e.state = 'locked')
	FROM cases.file f JOIN cases.data_key k ON k.case_id = f.id WHERE f.state <> 'closed' ORDER BY f.opened_at DESC, f.id DESC LIMIT 50`

// yardstick does what a page cannot do without.
func (x *bench) yardstick() func() {
	_, wrapped, err := x.keys.NewDataKey(x.owner, 1)
	x.must(err)
	key, err := x.keys.Unwrap(wrapped, x.owner, 1)
	x.must(err)
	sealed, err := key.Seal("alias", []byte(`"Olivier"`))
	x.must(err)
	return func() {
		err := pgx.BeginFunc(x.ctx, x.d.Cases().Pool(), func(tx pgx.Tx) error {
			if err := x.under(tx); err != nil {
				return err
			}
			rows, err := tx.Query(x.ctx, benchSelect)
			if err != nil {
				return err
			}
			n := 0
			for rows.Next() {
				if _, err := key.Open("alias", sealed); err != nil {
					return err
				}
				n++
			}
			if rows.Close(); rows.Err() != nil || n != pageSize {
				return fmt.Errorf("%d rows: %w", n, rows.Err())
			}
			_, err = tx.Exec(x.ctx, "INSERT INTO cases.audit (nonce, at, actor_id, actor, action, mac) VALUES ($1, now(), $2, 'person', 'bench', '')", uuid.New(), x.worker.PersonID)
			return err
		})
		if err != nil {
			panic(err)
		}
	}
}

// oneSelect is the same SELECT alone.
func (x *bench) oneSelect() func() {
	return func() {
		err := pgx.BeginFunc(x.ctx, x.d.Cases().Pool(), func(tx pgx.Tx) error {
			if err := x.under(tx); err != nil {
				return err
			}
			rows, err := tx.Query(x.ctx, benchSelect)
			if err == nil {
				rows.Close()
			}
			return err
		})
		if err != nil {
			panic(err)
		}
	}
}

func (x *bench) under(tx pgx.Tx) error {
	_, err := tx.Exec(x.ctx, "SELECT set_config('cases.actor', $1, true), set_config('cases.supervises', $2, true)", x.worker.PersonID.String(), x.owner.String())
	return err
}

// BenchmarkCaseOpening is the processor's time, of this process alone, to open a file with a plan, services, consents and a history.
func BenchmarkCaseOpening(b *testing.B) {
	x := newBench(b)
	id := x.file()
	for i := range 12 {
		x.must(x.AddGoal(x.ctx, x.worker, id, GoalInput{Key: uuid.New(), Domain: "medical", Text: "Un objectif du plan"}))
		x.must(x.AddService(x.ctx, x.worker, id, AssistInput{Key: uuid.New(), Type: "medical.dental", Text: "Une note"}))
		x.must(x.AddTask(x.ctx, x.worker, id, TaskInput{Key: uuid.New(), Kind: TaskKinds[0], DueOn: x.today().AddDate(0, 0, i+1), Text: "Une tâche"}))
		x.must(x.Assess(x.ctx, x.worker, id, AssessmentInput{Key: uuid.New(), Kind: "needs", Text: "Ce qu’il faut"}))
	}
	for b.Loop() {
		const n = 200
		began := cpu()
		for range n {
			v, err := x.View(x.ctx, x.worker, id)
			if err != nil || len(v.Goals) != 12 {
				b.Fatal(err)
			}
		}
		each := (cpu() - began) / n
		fmt.Printf("%-34s %.2f ms of the processor (below 5)\n", "a file is opened", each.Seconds()*1000)
		if each >= 5*time.Millisecond {
			b.Errorf("opening a file takes %s of the processor", each)
		}
	}
}

// cpu is the processor's time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkAuditVerify checks a sealed log.
func BenchmarkAuditVerify(b *testing.B) {
	x := newBench(b)
	coder := x.keys.Coder()
	x.must(pgx.BeginFunc(x.ctx, x.d.Cases().Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(x.ctx, "SELECT set_config('cases.actor', $1, true)", x.worker.PersonID.String()); err != nil {
			return err
		}
		for done := 0; done < benchEntries; done += sealBlock {
			if err := x.entries(tx, coder, sealBlock); err != nil {
				return err
			}
		}
		return nil
	}))
	var heads []Head
	for {
		h, ok, err := x.Seal(x.ctx)
		x.must(err)
		if !ok {
			break
		}
		heads = append(heads, h)
	}
	x.d.Exec("ANALYZE cases.audit")
	for b.Loop() {
		var best float64
		for range 3 {
			began := time.Now()
			v, err := x.VerifyAudit(x.ctx, heads)
			x.must(err)
			if !v.OK || v.Entries < benchEntries {
				b.Fatalf("%+v", v)
			}
			best = max(best, float64(v.Entries)/time.Since(began).Seconds())
		}
		fmt.Printf("%-34s %8.0f entries a second (at least 200,000)\n", "the log is verified", best)
		if best < 200_000 {
			b.Errorf("%.0f entries a second", best)
		}
	}
}

// entries writes lines of the log as record does, many at once.
func (x *bench) entries(tx pgx.Tx, coder *custody.Coder, n int) error {
	var files, nonces, macs []string
	at := time.Now().UTC().Truncate(time.Microsecond)
	for range n {
		e := entry{Nonce: uuid.Must(uuid.NewV7()), At: at, ActorID: x.worker.PersonID, Actor: "person", Action: "case.view", CaseID: uuid.NewString(), OwnerID: x.owner, Detail: "{}"}
		files, nonces, macs = append(files, e.CaseID), append(nonces, e.Nonce.String()), append(macs, hex.EncodeToString(coder.Code(nil, e.canonical(nil))))
	}
	_, err := tx.Exec(x.ctx, `INSERT INTO cases.audit (nonce, at, actor_id, actor, action, case_id, owner_id, detail, mac)
		SELECT n, $2::timestamptz, $3::uuid, 'person', 'case.view', c, $4::uuid, '{}', decode(m, 'hex') FROM unnest($1::uuid[], $5::text[], $6::text[]) AS t (n, c, m)`, nonces, at, x.worker.PersonID.String(), x.owner.String(), files, macs)
	return err
}
