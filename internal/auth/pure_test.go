package auth

import (
	"context"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shelter/internal/access"
	"shelter/internal/errs"
	"shelter/internal/org"

	"github.com/google/uuid"
)

func TestHash(t *testing.T) {
	t.Parallel()
	h, ctx := newHasher(), context.Background()
	stored, err := h.hash(ctx, "Élan de café")
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]bool{"Élan de café": true, "E\u0301lan de cafe\u0301": true, "Elan de cafe": false, "": false} {
		if ok, err := h.verify(ctx, stored, typed); err != nil || ok != want {
			t.Errorf("%q: %v, %v, want %v", typed, ok, err, want)
		}
	}
	if ok, err := h.verify(ctx, "", "anything"); ok || err != nil {
		t.Errorf("an account without a password: %v, %v", ok, err)
	}
	if _, err := h.verify(ctx, "$2a$10$something", "x"); err == nil {
		t.Error("a hash of another form was accepted")
	}
}

// TestHashQueue fills both places and lets one who waits go away.
func TestHashQueue(t *testing.T) {
	t.Parallel()
	h := newHasher()
	for range hashSlots {
		h.slots <- struct{}{}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := h.hash(ctx, "x"); !errs.Is(err, errs.Unavailable) {
			t.Errorf("who went away got %v", err)
		}
	})
	cancel()
	wg.Wait()
	h.waiting.Store(hashWaiting)
	if _, err := h.hash(context.Background(), "x"); !errs.Is(err, errs.Unavailable) {
		t.Errorf("one more than may wait got %v", err)
	}
	if n := h.count.Load(); n != 0 {
		t.Errorf("%d hashes were made without a place", n)
	}
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	p := org.Person{Code: "P-7K3Q9", FamilyName: "Trabelsi", GivenName: "Salma", Email: "salma.t@example.tn", Phone: "+21622345678", CIN: "01234567"}
	for pw, key := range map[string]string{
		"quatre tortues lentes": "", "سلاحف بطيئة أربعة": "", "xK9#mQ2vLp": "", "Trabelsi aime le thé": "",
		"court": "error_too_short", "123456789": "error_too_short", "تسعةأحرف": "error_too_short",
		"motdepasse": "account_error_password_common", "Motdepasse2024!": "account_error_password_common", "P@ssw0rd2026": "account_error_password_common",
		"azertyuiop": "account_error_password_common", "1234567890": "account_error_password_common", "aaaaaaaaaaaa": "account_error_password_common",
		"كلمة السر 2026": "account_error_password_common", "Tunisie2026!!": "account_error_password_common",
		"Trabelsi2026": "account_error_password_personal", "salmatrabelsi1": "account_error_password_personal", "p-7k3q9 123": "account_error_password_personal",
		"22345678abcd": "account_error_password_personal",
	} {
		err := checkPassword(pw, p)
		got := ""
		if e := errs.As(err); e != nil {
			got = e.Fields[0].Key
		}
		if got != key {
			t.Errorf("%q: %q, want %q", pw, got, key)
		}
	}
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]policy{"pair": pairPolicy, "login": loginPolicy, "device": devicePolicy, "code": codePolicy, "confirm": confirmPolicy, "forgot": forgotPolicy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { checkPolicy(t, p) })
		})
	}
}

// checkPolicy lets somebody fail at will: within the free tries nobody waits, no wait is longer than the limit, a refused try
// changes nothing, and who keeps trying for a day gets no more tries than the policy's arithmetic allows.
func checkPolicy(t *rapid.T, p policy) {
	var c counter
	now, allowed := start, 0
	steps := rapid.SliceOfN(rapid.Int64Range(0, int64(10*time.Minute)), 1, 300).Draw(t, "pauses")
	for _, pause := range steps {
		now = now.Add(time.Duration(pause))
		before := c
		next, wait := p.charge(c, now)
		if wait > p.limit {
			t.Fatalf("a wait of %v, limit %v", wait, p.limit)
		}
		if wait > 0 {
			if next.Failures != before.Failures || !next.BlockedTo.Equal(before.BlockedTo) {
				t.Fatal("a refused try was counted")
			}
			if before.Failures < p.free {
				t.Fatalf("refused after %d failures of %d free", before.Failures, p.free)
			}
			continue
		}
		allowed++
		c = next
	}
	// within the free tries of each calm spell plus one per first wait
	spells := 1 + int(now.Sub(start)/p.memory)
	if most := spells*p.free + int(now.Sub(start)/p.base) + 1; allowed > most {
		t.Fatalf("%d tries in %v, at most %d", allowed, now.Sub(start), most)
	}
	if next, wait := p.charge(c, c.LastAt.Add(p.limit+p.memory+time.Second)); wait > 0 || next.Failures != 1 {
		t.Fatalf("after a calm spell: wait %v, %d failures", wait, next.Failures)
	}
}

// TestAddressSlowsButNeverRefuses: however many fail at one address, nobody there waits longer than the limit, and a calm
// hour later nobody waits.
func TestAddressSlowsButNeverRefuses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var c counter
		now := start
		var slow time.Duration
		for _, pause := range rapid.SliceOfN(rapid.Int64Range(0, int64(30*time.Second)), 1, 400).Draw(t, "pauses") {
			now = now.Add(time.Duration(pause))
			if c, slow = chargeAddress(c, now); slow > addressLimit {
				t.Fatalf("slowed by %v", slow)
			}
		}
		if _, slow = chargeAddress(c, now.Add(2*time.Hour)); slow != 0 {
			t.Fatalf("still slowed by %v after two calm hours", slow)
		}
	})
	var c counter
	var slow time.Duration
	for range addressFree {
		if c, slow = chargeAddress(c, start); slow != 0 {
			t.Fatalf("slowed after %d failures", c.Failures)
		}
	}
	if _, slow = chargeAddress(c, start); slow != addressStep {
		t.Errorf("slowed by %v after %d failures, want %v", slow, c.Failures, addressStep)
	}
}

func TestNetworkOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"41.226.1.2": "41.226.1.2", "::ffff:41.226.1.2": "41.226.1.2", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "unknown", "hotel": "unknown",
	} {
		if got := networkOf(address); got != want {
			t.Errorf("networkOf(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestParseGrants(t *testing.T) {
	t.Parallel()
	id := uuid.New()
	got := parseGrants([]string{"admin global ", "focal_point organisation " + id.String()})
	want := []access.Grant{{Role: access.Admin, Scope: access.Global}, {Role: access.FocalPoint, Scope: access.Organisation, ID: id}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%+v", got)
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0":                                                                  "Firefox · Linux",
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36":                                "Chrome · Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0":                   "Edge · Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1": "Safari · iPhone",
		"curl/8.5": "",
	} {
		if got := (SessionView{UserAgent: agent}).Device(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
