package report

import (
	"testing"
	"time"
)

func TestPeriodsOfReports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		every         Every
		day, from, to string
	}{
		{Month, "2026-03-01", "2026-02-01", "2026-02-28"},
		{Quarter, "2026-01-01", "2025-10-01", "2025-12-31"},
		{Quarter, "2026-06-30", "2026-01-01", "2026-03-31"},
		{Half, "2026-07-01", "2026-01-01", "2026-06-30"},
		{Half, "2026-06-30", "2025-07-01", "2025-12-31"},
		{Year, "2028-12-31", "2027-01-01", "2027-12-31"},
	} {
		from, to := c.every.before(onDay(c.day))
		if !from.Equal(onDay(c.from)) || !to.Equal(onDay(c.to)) {
			t.Errorf("%s before %s: %s to %s", c.every, c.day, from.Format(time.DateOnly), to.Format(time.DateOnly))
		}
	}
	m := Mailing{Every: Quarter, Delay: 15, NextOn: onDay("2026-04-16")}
	if from, to := m.period(); !from.Equal(onDay("2026-01-01")) || !to.Equal(onDay("2026-03-31")) {
		t.Errorf("the report of 16 April covers %s to %s", from, to)
	}
}
