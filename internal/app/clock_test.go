package app_test

import (
	"math"
	"os"
	"strconv"
	"testing"
	"time"

	"shelter/internal/i18n"
)

// untilHour is how many seconds a house's clock is turned so that it begins at ten in the morning of Tunis whenever the tests run:
// what a page says at three in the morning is a test of its own. SHELTER_HOUR begins at another hour; make soak draws one.
func untilHour(t testing.TB) int64 {
	t.Helper()
	hour := 10
	if text := os.Getenv("SHELTER_HOUR"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > 23 {
			t.Fatalf("SHELTER_HOUR is an hour from 0 to 23, not %q", text)
		}
		hour = n
	}
	now := time.Now().In(i18n.Tunis())
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, now.Location())
	return int64(math.Ceil(at.Sub(now).Seconds())) // never a moment before it
}

// atTen turns the clock forward to ten in the morning of Tunis, so that a half-day of the day is under way; a clock at ten stays. Whoever
// has signed in before may have to do so again.
func (h *house) atTen() time.Time {
	h.t.Helper()
	ten := h.today().Add(9 * time.Hour).In(i18n.Tunis())
	switch past := h.Now().Sub(ten); {
	case past > 5*time.Minute:
		ten = ten.AddDate(0, 0, 1)
		fallthrough
	case past < 0:
		h.shift.Add(int64(math.Ceil(ten.Sub(h.Now()).Seconds())))
	}
	return ten
}

// today is the day in Tunis, at midnight UTC, as days are kept.
func (h *house) today() time.Time { return i18n.Day(h.Now()) }

// day is the day in Tunis that many days on, as a form writes it.
func (h *house) day(n int) string { return h.today().AddDate(0, 0, n).Format(time.DateOnly) }
