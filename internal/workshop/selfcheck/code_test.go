package selfcheck

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

var secret = bytes.Repeat([]byte{7}, 32)

// TestCodeIsHMAC checks the derivation against a value computed apart: HMAC-SHA256(32 x 07, "code" + 8 bytes of 58841040), the
// first eight bytes modulo 10^8.
func TestCodeIsHMAC(t *testing.T) {
	t.Parallel()
	if got := code(secret, 58841040); got != "87893284" {
		t.Errorf("code %s", got)
	}
}

func TestACodeIsGoodForLessThanAMinute(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)
	c := code(secret, step(at))
	for _, one := range []struct {
		after time.Duration
		want  verdict
	}{
		{-6 * time.Second, unknown}, {-5 * time.Second, live}, {0, live}, {29 * time.Second, live}, {49 * time.Second, live},
		{50 * time.Second, expired}, {10 * time.Minute, expired}, {25 * time.Minute, unknown},
	} {
		if got := judge(secret, c, at.Add(one.after)); got != one.want {
			t.Errorf("%v after it appeared: %v, want %v", one.after, got, one.want)
		}
	}
	if judge(bytes.Repeat([]byte{8}, 32), c, at) != unknown {
		t.Error("a code is good under another secret")
	}
}

// TestTheWindowIsUnderAMinuteForEveryMoment: the code shown at any moment is good for at least the next 20 seconds and never for 55
// or more, whatever the moment.
func TestTheWindowIsUnderAMinuteForEveryMoment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shown := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "at"), 0)
		c := code(secret, step(shown))
		if judge(secret, c, shown) != live || judge(secret, c, shown.Add(19*time.Second)) != live {
			t.Fatal("a code dies under the eyes of who types it")
		}
		good := 0
		for s := -60; s <= 90; s++ {
			if judge(secret, c, shown.Add(time.Duration(s)*time.Second)) == live {
				good++
			}
		}
		if good > 55 {
			t.Fatalf("good for %d seconds", good)
		}
	})
}

func TestParse(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"1234 5678": "12345678", " 1234-5678 ": "12345678", "١٢٣٤٥٦٧٨": "12345678", "1234567": "", "12345678a": "", "": ""} {
		got, ok := Parse(typed)
		if ok != (want != "") || (ok && got != want) {
			t.Errorf("%q: %q %v", typed, got, ok)
		}
	}
}

func TestTickets(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 12, 14, 8, 0, 0, 0, time.UTC)
	sealed := ticket{slot: uuid.New(), at: at, key: uuid.New()}.seal(secret)
	tk, body, mac, ok := readTicket(sealed)
	if !ok {
		t.Fatal("a ticket cannot be read back")
	}
	for after, want := range map[time.Duration]bool{0: true, TicketLife - time.Second: true, TicketLife: false, -time.Minute: false} {
		if genuine, inTime := tk.good(secret, body, mac, at.Add(after)); !genuine || inTime != want {
			t.Errorf("after %v: genuine %v, in time %v", after, genuine, inTime)
		}
	}
	for i := range body {
		forged := bytes.Clone(body)
		forged[i] ^= 1
		if genuine, _ := tk.good(secret, forged, mac, at); genuine {
			t.Fatalf("byte %d can be changed", i)
		}
	}
}

func FuzzReadTicket(f *testing.F) {
	f.Add(ticket{}.seal(secret))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		if tk, body, mac, ok := readTicket(s); ok && tk.seal(secret) != s {
			if genuine, _ := tk.good(secret, body, mac, tk.at); genuine {
				t.Errorf("%q reads as a ticket that it is not", s)
			}
		}
	})
}
