package app_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"shelter/internal/access"
)

// handIns is how many tests wait to be handed in: more than a round can take, for each is handed in once.
const handIns = 80_000

// BenchmarkSubmit is a test of four answers handed in and graded through the whole site, against a bare upsert.
func BenchmarkSubmit(b *testing.B) {
	h := newHouse(b)
	event := h.benchWorkshop(b, h.person("Formatrice", access.Trainer))
	h.benchTest(b, event)
	h.db.Exec(`INSERT INTO exam.attempt (id, sitting_id, subject, token_hash, resume_code, items, lang, started_at)
		SELECT lpad(to_hex(n), 32, '0')::uuid, s.id, 'c:bench' || n, sha256(('t' || n)::bytea), '0000', 4, 'fr', now()
		FROM generate_series(1, $1::int) n, exam.sitting s WHERE s.state = 'open'`, handIns)
	h.db.Exec(`INSERT INTO exam.answer (id, attempt_id, position, response, client_seq, client_at, server_at, late)
		SELECT gen_random_uuid(), a.id, p, '{"c": ["a"]}', p, now(), now(), false FROM exam.attempt a, generate_series(1, 4) p WHERE a.subject LIKE 'c:bench%'`)
	h.db.Exec("ANALYZE exam.attempt, exam.answer")
	ours, yard := listen(b, h.handler), h.bareUpsert(b)
	var next atomic.Int64
	for b.Loop() {
		compare(b, "a test handed in and graded", 0.4,
			func() float64 {
				return perSecond(b, ours, func(int, int) string { return submitRequest(next.Add(1)) })
			},
			func() float64 {
				return perSecond(b, yard, func(_, i int) string { return saveRequest("/save", uuid.Nil.String(), i, "x=y") })
			})
	}
	if next.Load() > handIns {
		b.Errorf("only %d tests were there to hand in", handIns)
	}
}

func submitRequest(n int64) string {
	hex := fmt.Sprintf("%032x", n)
	id := strings.Join([]string{hex[:8], hex[8:12], hex[12:16], hex[16:20], hex[20:]}, "-")
	return fmt.Sprintf("POST /t/%s/submit HTTP/1.1\r\nHost: shelter.example\r\nContent-Type: application/json\r\nAccept: application/json\r\nCookie: shelter_test=t%d\r\nContent-Length: 2\r\n\r\n{}", id, n)
}
