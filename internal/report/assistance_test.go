package report

import (
	"testing"
	"time"
)

func onDay(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// TestPublishedPersonsAreNeverAddedUp: a person may be assisted in two periods, so that only a published period, or all of them from the
// first on, has a number of persons.
func TestPublishedPersonsAreNeverAddedUp(t *testing.T) {
	t.Parallel()
	list := []AssistancePeriod{
		{From: onDay("2026-01-01"), To: onDay("2026-06-30"), Persons: Suppressed{N: 12}, Reached: 10},
		{From: onDay("2026-07-01"), To: onDay("2026-09-30"), Persons: Suppressed{Hidden: true}, Reached: 10},
		{From: onDay("2026-10-01"), To: onDay("2026-12-31"), Persons: Suppressed{N: 9}, Reached: 20},
	}
	for _, c := range []struct {
		from, to string
		want     float64
		below    bool
		none     bool
	}{
		{from: "2026-01-01", to: "2026-06-30", want: 12},
		{from: "2026-07-01", to: "2026-09-30", below: true},
		{from: "2026-01-01", to: "2026-12-31", want: 20},
		{from: "1990-01-01", to: "2026-10-15", want: 10},
		{from: "2026-07-01", to: "2026-12-31", none: true},
		{from: "2026-01-01", to: "2026-03-31", none: true},
		{from: "1990-01-01", to: "2026-05-31", none: true},
	} {
		f := assistedIn(list, onDay(c.from), onDay(c.to))
		if f.Below != c.below || (f.Value == nil) != (c.none || c.below) || f.Value != nil && *f.Value != c.want {
			t.Errorf("%s to %s: %+v", c.from, c.to, f)
		}
	}
	if f := assistedIn(nil, onDay("2026-01-01"), onDay("2026-12-31")); f.Value != nil || f.Below {
		t.Error("nothing is published, and something measured")
	}
}
