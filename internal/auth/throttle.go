package auth

import (
	"bytes"
	"context"
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"shelter/internal/db"
	"shelter/internal/errs"
)

// A try is counted as a failure before its secret is looked at and taken back when it was right, so that a hundred tries at
// the same moment are not a hundred free ones.

// policy says how failures under one key slow the next try.
type policy struct {
	free   int           // failures without any wait
	base   time.Duration // the first wait; it doubles with each failure
	limit  time.Duration // the longest wait
	memory time.Duration // calm after which nothing is held against anybody
}

// The policies. Real people mistype; they wait little, and never because of others on a browser of theirs.
var (
	// one account from one address, unknown browser
	pairPolicy = policy{free: 5, base: 30 * time.Second, limit: 15 * time.Minute, memory: time.Hour}
	// one account from anywhere, unknown browsers
	loginPolicy = policy{free: 20, base: 15 * time.Second, limit: 2 * time.Minute, memory: time.Hour}
	// one account from one browser that the person has used before
	devicePolicy = policy{free: 10, base: 30 * time.Second, limit: 15 * time.Minute, memory: time.Hour}
	// second-factor codes of one person: a million codes, three of them right
	codePolicy = policy{free: 6, base: 30 * time.Second, limit: 15 * time.Minute, memory: 6 * time.Hour}
	// the present password asked again inside a session
	confirmPolicy = policy{free: 8, base: 30 * time.Second, limit: 15 * time.Minute, memory: time.Hour}
	// reset links asked for one account
	forgotPolicy = policy{free: 3, base: 10 * time.Minute, limit: time.Hour, memory: 6 * time.Hour}
)

// An address is never refused, since a hotel's hundred guests share one: beyond so many failures, which wear off one by one,
// each try from unknown browsers there takes longer, up to a limit that a person bears.
const (
	addressFree  = 60
	addressStep  = 100 * time.Millisecond
	addressLimit = 5 * time.Second
	addressWear  = 10 * time.Second
)

// counter is what is remembered under one key.
type counter struct {
	Key       []byte
	Failures  int
	LastAt    time.Time
	BlockedTo time.Time
}

// charge counts one try. A positive wait means: not now, and nothing was counted.
func (p policy) charge(c counter, now time.Time) (counter, time.Duration) {
	if wait := c.BlockedTo.Sub(now); wait > 0 {
		return c, min(wait, p.limit)
	}
	if now.Sub(c.LastAt) > p.memory {
		c.Failures = 0
	}
	c.Failures++
	c.LastAt, c.BlockedTo = now, time.Time{}
	if over := c.Failures - p.free; over >= 0 {
		c.BlockedTo = now.Add(p.wait(over))
	}
	return c, 0
}

func (p policy) wait(over int) time.Duration {
	if over > 20 {
		return p.limit
	}
	return min(p.base<<over, p.limit)
}

// chargeAddress counts one try from an address and says by how much it is slowed.
func chargeAddress(c counter, now time.Time) (counter, time.Duration) {
	worn := int(now.Sub(c.LastAt) / addressWear)
	if c.LastAt.IsZero() || worn >= c.Failures {
		c.Failures, c.LastAt = 0, now
	} else {
		c.Failures -= worn
		c.LastAt = c.LastAt.Add(time.Duration(worn) * addressWear)
	}
	c.Failures++
	over := max(c.Failures-addressFree, 0)
	return c, min(time.Duration(over)*addressStep, addressLimit)
}

// tally is the set of keys that one try counts under.
type tally struct {
	blocking []gatePolicy
	address  []byte // nil: not slowed by address
}

type gatePolicy struct {
	key    []byte
	policy policy
	shared bool // others count under it too: a right try takes back its own charge alone
}

// throttleKey makes a key that shows nothing of what was typed.
func (s *Service) throttleKey(kind string, parts ...string) []byte {
	text := ""
	for _, p := range parts {
		text += p + "\x00"
	}
	return s.o.Vault.MAC("throttle "+kind, text)
}

// networkOf gives what counts as one address: an IPv4 address, or the /64 of an IPv6 one.
func networkOf(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	a = a.Unmap()
	if a.Is4() {
		return a.String()
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return "unknown"
	}
	return p.String()
}

// charge counts a try under all its keys at once, or under none: Throttled says how long to wait, and slow by how much this
// try is to be slowed.
func (s *Service) charge(ctx context.Context, t tally) (slow time.Duration, err error) {
	now := s.now()
	err = s.db.InTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		counters, err := lockCounters(ctx, tx, t.keys(), now)
		if err != nil {
			return err
		}
		for _, g := range t.blocking {
			next, wait := g.policy.charge(counters[string(g.key)], now)
			if wait > 0 {
				return errs.New(errs.Throttled, "error_throttled").With("n", max(1, int(math.Ceil(wait.Minutes()))))
			}
			counters[string(g.key)] = next
		}
		if t.address != nil {
			counters[string(t.address)], slow = chargeAddress(counters[string(t.address)], now)
		}
		return saveCounters(ctx, tx, counters)
	})
	return slow, err
}

func (t tally) keys() [][]byte {
	var keys [][]byte
	for _, g := range t.blocking {
		keys = append(keys, g.key)
	}
	if t.address != nil {
		keys = append(keys, t.address)
	}
	slices.SortFunc(keys, bytes.Compare) // one order for everybody: no deadlock
	return keys
}

func lockCounters(ctx context.Context, tx bun.Tx, keys [][]byte, now time.Time) (map[string]counter, error) {
	counters := make(map[string]counter, len(keys))
	for _, k := range keys {
		c := counter{Key: k}
		var blocked bun.NullTime
		err := tx.NewRaw(`INSERT INTO auth.throttle (key, failures, last_at) VALUES (?, 0, ?)
			ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key RETURNING failures, last_at, blocked_to`, k, now).
			Scan(ctx, &c.Failures, &c.LastAt, &blocked)
		if err != nil {
			return nil, db.Translate(err)
		}
		c.BlockedTo = blocked.Time
		counters[string(k)] = c
	}
	return counters, nil
}

func saveCounters(ctx context.Context, tx bun.Tx, counters map[string]counter) error {
	for k, c := range counters {
		_, err := tx.NewRaw("UPDATE auth.throttle SET failures = ?, last_at = ?, blocked_to = ? WHERE key = ?",
			c.Failures, c.LastAt, bun.NullTime{Time: c.BlockedTo}, []byte(k)).Exec(ctx)
		if err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// forgive takes back what a right try was charged: its own keys start anew, shared ones lose this one failure.
func (s *Service) forgive(ctx context.Context, idb bun.IDB, t tally) error {
	own := map[string]bool{}
	for _, g := range t.blocking {
		own[string(g.key)] = !g.shared
	}
	for _, k := range t.keys() {
		query := "UPDATE auth.throttle SET failures = greatest(failures - 1, 0) WHERE key = ?"
		if own[string(k)] {
			query = "DELETE FROM auth.throttle WHERE key = ?"
		}
		if _, err := idb.NewRaw(query, k).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// Doubt counts a wrong try at something that needs no account, from an address, and makes it take longer the more there are; it
// refuses nobody, since a hotel's hundred guests share an address.
// public: it slows whoever asks.
func (s *Service) Doubt(ctx context.Context, what, address string) error {
	slow, err := s.charge(ctx, tally{address: s.throttleKey(what, networkOf(address))})
	if err != nil {
		return err
	}
	return s.sleep(ctx, slow)
}
