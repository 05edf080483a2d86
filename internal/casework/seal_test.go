package casework_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"shelter/internal/access"
	"shelter/internal/casework"
	"shelter/internal/casework/tamper"
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

// TestEveryMutationIsFound: 1,000 changes by a database's administrator, the log put back after each, all found. What is removed
// and not sealed yet could not be; the sealer runs every second.
func TestEveryMutationIsFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	heads := h.sealed(20)
	for _, sql := range tamper.Prepare() {
		h.db.Exec(sql)
	}
	mutations := tamper.Changes()
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a repeatable test
	found, tried := 0, 0
	for i := range 1000 {
		m := mutations[i%len(mutations)]
		tag, err := h.db.Owner().Pool().Exec(h.ctx, m.SQL(r), pgx.QueryExecModeSimpleProtocol)
		h.must(err)
		if tag.RowsAffected() == 0 {
			t.Fatalf("%s changed nothing", m.Name)
		}
		tried++
		if v := h.verdict(heads); v.OK {
			t.Errorf("%s was not found", m.Name)
		} else {
			found++
		}
		h.db.Exec(tamper.Restore)
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
