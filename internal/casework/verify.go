package casework

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"shelter/internal/casework/custody"
	"shelter/internal/db"
)

// Verdict is what the check of the audit found. A problem names blocks and entries by their numbers and nothing else.
type Verdict struct {
	Entries  int64    `json:"entries"`
	OK       bool     `json:"ok"`
	Problems []string `json:"problems"`
}

// problemLimit is how many problems a verdict names; the count of the rest follows.
const problemLimit = 50

// sealDelay is how old an entry may be that no block holds yet.
const sealDelay = 2 * time.Minute

func (v *Verdict) problem(format string, args ...any) {
	v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
}

// checker of the whole log.
type verifier struct {
	keys    *custody.Keys
	verdict Verdict
	macs    map[int64][32]byte // the computed code of each entry that no block has named yet
	young   map[int64]bool     // too young to have to be sealed
	last    Head
	heads   map[int64][]Head // of a block that was kept twice, every one: a log that was cut off and goes on has a new end there
}

// VerifyAudit checks every entry against its code, every block against its entries and the block before, every signature, and
// the ends that were kept outside. It finds an entry that was changed, removed, swapped or added, and an end that was cut off.
// public: it reads codes and gives numbers.
func (s *Service) VerifyAudit(ctx context.Context, heads []Head) (Verdict, error) {
	v := &verifier{keys: s.o.Keys, macs: map[int64][32]byte{}, young: map[int64]bool{}, heads: map[int64][]Head{}, verdict: Verdict{Problems: []string{}}}
	for _, h := range heads {
		v.heads[h.N] = append(v.heads[h.N], h)
	}
	err := pgx.BeginTxFunc(ctx, s.db.Pool(), pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT set_config('cases.sealing', 'on', true)"); err != nil {
			return err
		}
		if err := v.entries(ctx, tx, s.now()); err != nil {
			return err
		}
		return v.blocks(ctx, tx)
	})
	if err != nil {
		return Verdict{}, db.Translate(err)
	}
	v.finish(heads)
	return v.verdict, nil
}

// entries computes the code of every entry. The values are read as the wire brings them: this is the hot path.
func (v *verifier) entries(ctx context.Context, tx pgx.Tx, now time.Time) error {
	rows, err := tx.Query(ctx, "SELECT id, nonce, at, actor_id, owner_id, actor, action, case_id, detail, mac FROM cases.audit", pgx.QueryExecModeDescribeExec)
	if err != nil {
		return err
	}
	defer rows.Close()
	coder := v.keys.Coder()
	var text, code []byte
	old := now.Add(-sealDelay).UnixMicro()
	for rows.Next() {
		f := rows.RawValues()
		id := int64(binary.BigEndian.Uint64(f[0])) //nolint:gosec // as PostgreSQL sent it
		e := rawEntry(f)
		text = e.canonical(text[:0])
		code = coder.Code(code[:0], text)
		v.verdict.Entries++
		if !bytes.Equal(code, f[9]) {
			v.verdict.problem("entry %d was changed or not written by the program", id)
		}
		var mac [32]byte
		copy(mac[:], f[9]) // one of another length was found above
		v.macs[id] = mac
		if e.At.UnixMicro() > old {
			v.young[id] = true
		}
	}
	return rows.Err()
}

// postgresEpoch is what PostgreSQL counts its microseconds from.
const postgresEpoch = 946_684_800_000_000

func rawEntry(f [][]byte) entry {
	e := entry{Actor: string(f[5]), Action: string(f[6]), CaseID: string(f[7]), Detail: string(f[8])}
	copy(e.Nonce[:], f[1])
	e.At = time.UnixMicro(int64(binary.BigEndian.Uint64(f[2])) + postgresEpoch) //nolint:gosec // as PostgreSQL sent it
	copy(e.ActorID[:], f[3])
	copy(e.OwnerID[:], f[4])
	return e
}

func (v *verifier) blocks(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, "SELECT n, at, total, entries, hash, signature FROM cases.seal ORDER BY n", pgx.QueryExecModeDescribeExec)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r sealRow
		if err := rows.Scan(&r.N, &r.At, &r.Total, &r.Entries, &r.Hash, &r.Signature); err != nil {
			return err
		}
		v.block(&r)
	}
	return rows.Err()
}

func (v *verifier) block(r *sealRow) {
	if r.N != v.last.N+1 {
		v.verdict.problem("blocks %d to %d are missing", v.last.N+1, r.N-1)
	}
	c := newChain(v.last.Hash, r.N)
	for _, id := range r.Entries {
		mac, ok := v.macs[id]
		if !ok {
			v.verdict.problem("entry %d of block %d is missing or named twice", id, r.N)
		}
		delete(v.macs, id)
		c.add(id, mac[:])
	}
	h := r.head()
	if !bytes.Equal(c.sum(), r.Hash) || r.Total != v.last.Total+int64(len(r.Entries)) {
		v.verdict.problem("block %d does not follow from its entries and the block before", r.N)
	}
	if !v.keys.Verify(h.text(), r.Signature) {
		v.verdict.problem("block %d has no signature of ours", r.N)
	}
	for _, kept := range v.heads[r.N] {
		if !bytes.Equal(kept.Hash, r.Hash) || kept.Total != r.Total {
			v.verdict.problem("block %d is not the one that was kept outside", r.N)
		}
	}
	v.last = h
}

func (v *verifier) finish(heads []Head) {
	for _, h := range heads {
		if !v.keys.Verify(h.text(), h.Signature) {
			v.verdict.problem("the end of block %d that was kept outside has no signature of ours", h.N)
		} else if h.N > v.last.N {
			v.verdict.problem("block %d was kept outside and is gone: the end was cut off", h.N)
		}
	}
	for id := range v.macs {
		if !v.young[id] {
			v.verdict.problem("entry %d stands in no block", id)
		}
	}
	if n := len(v.verdict.Problems); n > problemLimit {
		v.verdict.Problems = append(v.verdict.Problems[:problemLimit], fmt.Sprintf("and %d more", n-problemLimit))
	}
	v.verdict.OK = len(v.verdict.Problems) == 0
}
