//go:build unix

package auth

import (
	"slices"
	"syscall"
	"testing"
	"time"

	"shelter/internal/errs"
	"shelter/internal/org"
)

// TestUnknownAccountTakesAsLong compares the medians of interleaved tries; a path without the hash would be many times faster.
// It counts the time that this process worked, not the time that passed: other work on the machine says nothing about us.
func TestUnknownAccountTakesAsLong(t *testing.T) {
	h := newHouse(t)
	known := h.person(org.PersonInput{Email: "known@example.tn"}, password)
	const trials = 20
	times := map[string][]time.Duration{}
	for i := range trials {
		logins := []string{known.Email, "unknown@example.tn"}
		if i%2 == 1 { // every second hash meets the garbage collector: each account must meet it as often
			slices.Reverse(logins)
		}
		for _, login := range logins {
			h.now = h.now.Add(2 * time.Hour) // no throttling
			begin := worked()
			_, err := h.SignIn(h.ctx, login, "not the password", Browser{Address: "10.0.0.1"})
			times[login] = append(times[login], worked()-begin)
			h.wantKind(err, errs.Invalid, "try")
		}
	}
	a, b := median(times[known.Email]), median(times["unknown@example.tn"])
	if ratio := float64(a) / float64(b); ratio < 0.6 || ratio > 1.6 {
		t.Errorf("known %v, unknown %v", a, b)
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// worked is the processor time that this process has used.
func worked() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
