package selfcheck

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Times of a code. From the first moment to the last it is good for 55 seconds: a little early, since the clocks of two nodes differ,
// and a little late, for the hand that types it.
const (
	Step  = 30 * time.Second // a code stands on the wall this long
	early = 5 * time.Second
	late  = 20 * time.Second

	// TicketLife is how long somebody who read a code in time may look for the own name.
	TicketLife = 2 * time.Minute
	memory     = 20 * time.Minute // a code that is this old is still told from one that never was
)

const digits = 8

// step numbers the half-minutes.
func step(t time.Time) int64 { return t.Unix() / int64(Step/time.Second) }

func begins(n int64) time.Time { return time.Unix(n*int64(Step/time.Second), 0) }

// code derives the code of a half-minute: eight digits that say nothing about those before and after.
func code(secret []byte, n int64) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("code"))
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) //nolint:gosec // only its bits matter
	return fmt.Sprintf("%0*d", digits, binary.BigEndian.Uint64(mac.Sum(nil))%100_000_000)
}

// verdict is what a code is worth.
type verdict uint8

const (
	unknown verdict = iota
	expired
	live
)

// judge tells whether a code is good now, was good lately, or never was.
func judge(secret []byte, typed string, now time.Time) verdict {
	best := unknown
	for n := step(now.Add(early)); n >= step(now.Add(-memory)); n-- {
		if code(secret, n) != typed {
			continue
		}
		if now.Before(begins(n).Add(Step + late)) {
			return live
		}
		best = expired
	}
	return best
}

// Parse reads a code as a hand gives it: blanks and hyphens are forgiven, and so are Arabic digits. ok is false when it is none.
func Parse(typed string) (string, bool) {
	var b strings.Builder
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '٠' && r <= '٩':
			b.WriteRune('0' + r - '٠')
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u202f' || r == '\u200e' || r == '\u200f':
		default:
			return "", false
		}
	}
	return b.String(), b.Len() == digits
}

// ticket is what somebody who read a code in time holds: it checks in one person.
type ticket struct {
	slot uuid.UUID
	at   time.Time
	key  uuid.UUID // of the mark
}

const macLen = 16

func (t ticket) body() []byte {
	b := append([]byte{}, t.slot[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(t.at.Unix())) //nolint:gosec // only its bits matter
	return append(b, t.key[:]...)
}

func sign(secret, body []byte) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("ticket"))
	mac.Write(body)
	return mac.Sum(nil)[:macLen]
}

// seal writes a ticket as text.
func (t ticket) seal(secret []byte) string {
	body := t.body()
	return base64.RawURLEncoding.EncodeToString(append(body, sign(secret, body)...))
}

// readTicket reads a ticket without knowing yet whether it is a true one.
func readTicket(s string) (t ticket, body, mac []byte, ok bool) {
	const size = 16 + 8 + 16
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != size+macLen {
		return ticket{}, nil, nil, false
	}
	copy(t.slot[:], raw)
	t.at = time.Unix(int64(binary.BigEndian.Uint64(raw[16:])), 0) //nolint:gosec // only its bits matter
	copy(t.key[:], raw[24:])
	return t, raw[:size], raw[size:], true
}

// good tells whether a ticket is one of this secret and not too old.
func (t ticket) good(secret, body, mac []byte, now time.Time) (genuine, inTime bool) {
	return hmac.Equal(sign(secret, body), mac), now.Before(t.at.Add(TicketLife)) && !now.Before(t.at.Add(-early))
}
