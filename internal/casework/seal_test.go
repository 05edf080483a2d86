package casework_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/casework"
)

// sealed writes some acts, seals them in several blocks and gives the ends.
func (h *house) sealed(acts int) []casework.Head {
	h.t.Helper()
	id := h.open(h.worker, h.a)
	var heads []casework.Head
	for i := range acts {
		if _, err := h.View(h.ctx, h.worker, id); err != nil {
			h.t.Fatal(err)
		}
		if i%7 == 6 || i == acts-1 {
			head, ok, err := h.Seal(h.ctx)
			if err != nil || !ok {
				h.t.Fatal(ok, err)
			}
			heads = append(heads, head)
		}
	}
	h.clock = h.clock.Add(time.Hour) // an entry that no block holds by now was added
	return heads
}

func (h *house) verdict(heads []casework.Head) casework.Verdict {
	h.t.Helper()
	v, err := h.VerifyAudit(h.ctx, heads)
	h.must(err)
	return v
}

func TestTheLogIsWhole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	heads := h.sealed(20)
	if v := h.verdict(heads); !v.OK || v.Entries != 21 || len(v.Problems) != 0 {
		t.Errorf("%+v", v)
	}
	if _, ok, err := h.Seal(h.ctx); ok || err != nil {
		t.Errorf("sealed nothing: %v, %v", ok, err)
	}
	if v := h.verdict(heads[:1]); !v.OK {
		t.Errorf("an older end does not fit: %+v", v)
	}
}

// mutation changes the tables as somebody with all rights over the database could, without the keys.
type mutation struct {
	name string
	do   func(r *rand.Rand) string
}

var mutations = []mutation{
	{"changed text", func(r *rand.Rand) string {
		col := []string{"action", "actor", "case_id", "detail"}[r.IntN(4)]
		return fmt.Sprintf("UPDATE cases.audit SET %s = %s || 'x' WHERE id = (SELECT id FROM cases.audit ORDER BY id OFFSET %d LIMIT 1)", col, col, r.IntN(20))
	}},
	{"changed time", func(r *rand.Rand) string {
		return fmt.Sprintf("UPDATE cases.audit SET at = at - interval '%d milliseconds' WHERE id = (SELECT id FROM cases.audit ORDER BY id OFFSET %d LIMIT 1)", 1+r.IntN(90000), r.IntN(20))
	}},
	{"changed actor", func(r *rand.Rand) string {
		return fmt.Sprintf("UPDATE cases.audit SET actor_id = gen_random_uuid() WHERE id = (SELECT id FROM cases.audit ORDER BY id OFFSET %d LIMIT 1)", r.IntN(20))
	}},
	{"code cut short", func(r *rand.Rand) string {
		return fmt.Sprintf("UPDATE cases.audit SET mac = substring(mac FOR %d) WHERE id = (SELECT id FROM cases.audit ORDER BY id OFFSET %d LIMIT 1)", r.IntN(32), r.IntN(20))
	}},
	{"removed", func(r *rand.Rand) string {
		return fmt.Sprintf("DELETE FROM cases.audit WHERE id = (SELECT id FROM cases.audit ORDER BY id OFFSET %d LIMIT 1)", r.IntN(20))
	}},
	{"swapped", func(r *rand.Rand) string {
		return fmt.Sprintf(`WITH a AS (SELECT * FROM cases.audit ORDER BY id OFFSET %d LIMIT 1), b AS (SELECT * FROM cases.audit ORDER BY id OFFSET %d LIMIT 1)
			UPDATE cases.audit x SET at = y.at, action = y.action, mac = y.mac, nonce = gen_random_uuid() FROM (SELECT a.id, b.at, b.action, b.mac FROM a, b UNION ALL SELECT b.id, a.at, a.action, a.mac FROM a, b) y WHERE x.id = y.id`, r.IntN(10), 10+r.IntN(10))
	}},
	{"copied in", func(r *rand.Rand) string {
		return fmt.Sprintf("INSERT INTO cases.audit (nonce, at, actor_id, actor, action, case_id, owner_id, detail, mac) SELECT gen_random_uuid(), at, actor_id, actor, action, case_id, owner_id, detail, mac FROM cases.audit ORDER BY id OFFSET %d LIMIT 1", r.IntN(20))
	}},
	{"cut off with its blocks", func(r *rand.Rand) string {
		return fmt.Sprintf("DELETE FROM cases.audit WHERE id IN (SELECT unnest(entries) FROM cases.seal WHERE n > %[1]d); DELETE FROM cases.seal WHERE n > %[1]d", r.IntN(3))
	}},
	{"block removed", func(r *rand.Rand) string { return fmt.Sprintf("DELETE FROM cases.seal WHERE n = %d", 1+r.IntN(3)) }},
	{"block changed", func(r *rand.Rand) string {
		return fmt.Sprintf("UPDATE cases.seal SET entries = entries[2:] WHERE n = %d", 1+r.IntN(3))
	}},
	{"signature changed", func(r *rand.Rand) string {
		return fmt.Sprintf("UPDATE cases.seal SET signature = set_byte(signature, %d, get_byte(signature, %[1]d) # 1) WHERE n = %d", r.IntN(64), 1+r.IntN(3))
	}},
}

// TestEveryMutationIsFound: 1,000 changes by a database's administrator, the log put back after each, all found. What is removed
// and not sealed yet could not be; the sealer runs every second.
func TestEveryMutationIsFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	heads := h.sealed(20)
	for _, table := range []string{"audit", "seal"} {
		h.db.Exec("ALTER TABLE cases." + table + " DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
		h.db.Exec("CREATE TABLE public.kept_" + table + " AS SELECT * FROM cases." + table)
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a repeatable test
	found, tried := 0, 0
	for i := range 1000 {
		m := mutations[i%len(mutations)]
		tag, err := h.db.Owner().Pool().Exec(h.ctx, m.do(r), pgx.QueryExecModeSimpleProtocol)
		h.must(err)
		if tag.RowsAffected() == 0 {
			t.Fatalf("%s changed nothing", m.name)
		}
		tried++
		if v := h.verdict(heads); v.OK {
			t.Errorf("%s was not found", m.name)
		} else {
			found++
		}
		h.db.Exec("DELETE FROM cases.seal; DELETE FROM cases.audit; INSERT INTO cases.audit OVERRIDING SYSTEM VALUE SELECT * FROM public.kept_audit; INSERT INTO cases.seal SELECT * FROM public.kept_seal")
	}
	t.Logf("audit: %d mutations tried, %d found", tried, found)
	if v := h.verdict(heads); !v.OK {
		t.Errorf("the log put back is not whole: %+v", v.Problems)
	}
}

// TestALogThatGoesOnAfterACutIsFound: the end is cut off, the program goes on sealing, and the new ends stand beside the old.
func TestALogThatGoesOnAfterACutIsFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	heads := h.sealed(20)
	for _, table := range []string{"audit", "seal"} {
		h.db.Exec("ALTER TABLE cases." + table + " DISABLE TRIGGER USER, NO FORCE ROW LEVEL SECURITY")
	}
	h.db.Exec("DELETE FROM cases.audit WHERE id IN (SELECT unnest(entries) FROM cases.seal WHERE n > 1)")
	h.db.Exec("DELETE FROM cases.seal WHERE n > 1")
	later := h.sealed(20)
	if v := h.verdict(later); !v.OK || later[0].N != 2 {
		t.Fatalf("the log that goes on is not whole by itself: %+v", v.Problems)
	}
	for name, kept := range map[string][]casework.Head{"old ends, then new ones": slices.Concat(heads, later), "new ends, then old ones": slices.Concat(later, heads)} {
		if v := h.verdict(kept); v.OK {
			t.Errorf("%s: the cut was not found", name)
		}
	}
}

// TestEveryReadingIsInTheLog: each act on a file leaves an entry with actor and file, and none holds a name.
func TestEveryReadingIsInTheLog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.open(h.worker, h.a)
	_, err := h.View(h.ctx, h.supervisor, id)
	h.must(err)
	_, _, err = h.Reveal(h.ctx, h.officer, id)
	h.must(err)
	_, err = h.List(h.ctx, h.worker, casework.Filter{})
	h.must(err)
	_, err = h.View(h.ctx, h.foreign, id)
	if err == nil {
		t.Fatal("the other shelter sees the file")
	}
	_, list, err := h.Trace(h.ctx, h.supervisor, id)
	h.must(err)
	got := map[string]uuid.UUID{}
	for _, e := range list {
		got[e.Action] = e.ActorID
	}
	for action, who := range map[string]access.Actor{"case.create": h.worker, "case.view": h.supervisor, "case.identity.read": h.officer, "case.list": h.worker, "case.refused": h.foreign} {
		if got[action] != who.PersonID {
			t.Errorf("%s by %s is missing in %v", action, who.PersonID, got)
		}
	}
	if _, _, err := h.Trace(h.ctx, h.worker, id); err == nil {
		t.Error("a worker reads the log of a file")
	}
}
