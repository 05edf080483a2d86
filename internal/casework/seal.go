package casework

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/access"
	"shelter/internal/db"
)

// Head is the end of the sealed log at a moment, signed. Kept outside the database, it shows when the log's end was cut off
// or the whole of it was written anew.
type Head struct {
	N         int64     `json:"n"`     // block
	Total     int64     `json:"total"` // entries sealed up to it
	Hash      []byte    `json:"hash"`
	Signature []byte    `json:"signature"`
	At        time.Time `json:"at"`
}

func (h *Head) text() []byte {
	b := binary.BigEndian.AppendUint64([]byte("shelter case audit v1 "), uint64(h.N)) //nolint:gosec // counts up from 1
	b = binary.BigEndian.AppendUint64(b, uint64(h.Total))                             //nolint:gosec // a count
	return append(b, h.Hash...)
}

type sealRow struct {
	bun.BaseModel `bun:"table:cases.seal,alias:s"`

	N         int64 `bun:",pk"`
	At        time.Time
	Total     int64
	Entries   []int64 `bun:",array"`
	Hash      []byte
	Signature []byte
}

func (r *sealRow) head() Head {
	return Head{N: r.N, Total: r.Total, Hash: r.Hash, Signature: r.Signature, At: r.At}
}

const (
	sealBlock = 5000   // entries of a block at most
	sealBack  = 20_000 // how far back an entry may be that was committed late
)

// sealer may read the whole log and write blocks; it is the system's, and opens no file.
func sealing() []setting { return []setting{{"cases.sealing", on}} }

// Seal chains what was written since the last time and signs the new end; ok is false when there was nothing. Entries are
// written unchained, since a chain would make every act wait on one row; an entry that a long transaction commits late goes
// into a later block.
// public: done by the system on a schedule; it gives hashes only.
func (s *Service) Seal(ctx context.Context) (h Head, ok bool, err error) {
	err = s.in(ctx, access.System("sealer"), sealing(), func(ctx context.Context, tx bun.Tx) error {
		if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(7401602027)").Exec(ctx); err != nil {
			return db.Translate(err)
		}
		last, err := lastSeal(ctx, tx)
		if err != nil {
			return err
		}
		var rows []struct {
			ID  int64
			MAC []byte `bun:"mac"`
		}
		err = tx.NewRaw(`SELECT a.id, a.mac FROM cases.audit a
			WHERE a.id > coalesce((SELECT max(e) FROM cases.seal s, unnest(s.entries) e WHERE s.n = ?), 0) - ?
			  AND a.id NOT IN (SELECT e FROM cases.seal s, unnest(s.entries) e WHERE s.total > ?)
			ORDER BY a.id LIMIT ?`, last.N, sealBack, last.Total-2*sealBack, sealBlock).Scan(ctx, &rows)
		if err != nil || len(rows) == 0 {
			return db.Translate(err)
		}
		next := sealRow{N: last.N + 1, At: s.now(), Total: last.Total + int64(len(rows))}
		c := newChain(last.Hash, next.N)
		for i := range rows {
			next.Entries = append(next.Entries, rows[i].ID)
			c.add(rows[i].ID, rows[i].MAC)
		}
		next.Hash = c.sum()
		h, ok = next.head(), true
		next.Signature = s.o.Keys.Sign(h.text())
		h.Signature = next.Signature
		_, err = tx.NewInsert().Model(&next).Exec(ctx)
		return db.Translate(err)
	})
	return h, ok && err == nil, err
}

func lastSeal(ctx context.Context, tx bun.Tx) (sealRow, error) {
	var rows []sealRow
	if err := tx.NewSelect().Model(&rows).Column("n", "total", "hash").Order("n DESC").Limit(1).Scan(ctx); err != nil {
		return sealRow{}, db.Translate(err)
	}
	if len(rows) == 0 {
		return sealRow{}, nil
	}
	return rows[0], nil
}

// chain makes the hash of a block: over the block before, the number, and each entry's id and code in their order.
type chain struct{ buf bytes.Buffer }

func newChain(before []byte, n int64) *chain {
	c := &chain{}
	c.buf.Write(before)
	c.number(n)
	return c
}

func (c *chain) number(n int64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n)) //nolint:gosec // ids and counts
	c.buf.Write(b[:])
}

func (c *chain) add(id int64, mac []byte) {
	c.number(id)
	c.buf.Write(mac)
}

func (c *chain) sum() []byte {
	s := sha256.Sum256(c.buf.Bytes())
	return s[:]
}
